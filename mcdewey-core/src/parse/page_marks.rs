//! Takes page marks out of a text and remembers where each page begins.
//!
//! Four forms, as converters from PDF leave them:
//!
//! ```text
//! ## Page 47                a heading of any level that says only this
//! <!-- page 47 -->          a comment, also inside a line; `page: 47` too
//! {46}--------------------  a line as `marker` writes it, which counts from 0
//! \f                        a form feed, which ends a page; pages count from 1
//! ```
//!
//! A mark names the page that begins there. Where there are marks of the first three forms, form
//! feeds say nothing new and are only taken out. In Markdown, what looks like a mark inside
//! fenced code or a code span is content.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::{Format, markdown};
use crate::document::{Page, Span};

/// A text without page marks, and its pages.
#[derive(Debug)]
pub(super) struct Marked {
    pub(super) text: String,
    pub(super) pages: Vec<Page>,
}

/// Takes all page marks out of `text`.
pub(super) fn take_out(format: Format, text: &str) -> Marked {
    let (text, breaks) = take_form_feeds(text);
    let marks = match format {
        Format::Markdown => marks_in_markdown(&text),
        _ => comments(&text),
    };
    if marks.is_empty() {
        let pages = pages_of_breaks(&text, &breaks);
        return Marked { text, pages };
    }
    cut(&text, &marks)
}

/// Gives the text before the first mark to a page: to page 1 if that is the one marked, else to
/// the page before the one marked.
pub(super) fn reach_back(pages: &mut Vec<Page>, text: &str) {
    let Some(first) = pages.first_mut() else {
        return;
    };
    if first.number <= 1 || text[..first.start].trim().is_empty() {
        first.start = 0;
    } else {
        let before = Page::new(first.number - 1, 0);
        pages.insert(0, before);
    }
}

/// A page mark and the page it names.
#[derive(Debug)]
struct Mark {
    number: u32,
    span: Span,
}

/// The text without form feeds, and where they stood in it.
fn take_form_feeds(text: &str) -> (String, Vec<usize>) {
    let mut clean = String::with_capacity(text.len());
    let mut breaks = Vec::new();
    let mut parts = text.split('\u{c}').peekable();
    while let Some(part) = parts.next() {
        clean.push_str(part);
        if let Some(next) = parts.peek() {
            // The words on both sides of a page break are two words.
            let inside_line = !clean.is_empty() && !clean.ends_with('\n');
            if inside_line && !next.is_empty() && !next.starts_with('\n') {
                clean.push('\n');
            }
            breaks.push(clean.len());
        }
    }
    (clean, breaks)
}

fn pages_of_breaks(text: &str, breaks: &[usize]) -> Vec<Page> {
    let Some((&last, before)) = breaks.split_last() else {
        return Vec::new();
    };
    // The last form feed of a file ends its last page and opens no other.
    let breaks = if text[last..].trim().is_empty() {
        before
    } else {
        breaks
    };
    let starts = std::iter::once(0).chain(breaks.iter().copied());
    (1..)
        .zip(starts)
        .map(|(number, start)| Page::new(number, start))
        .collect()
}

fn cut(text: &str, marks: &[Mark]) -> Marked {
    let mut clean = String::with_capacity(text.len());
    let mut pages = Vec::with_capacity(marks.len());
    let shift = u32::from(marks[0].number == 0);
    let mut copied_to = 0;
    for mark in marks {
        clean.push_str(&text[copied_to..mark.span.start]);
        copied_to = mark.span.end;
        // Pages count from 1, whatever a stray mark says.
        let number = mark.number.saturating_add(shift).max(1);
        pages.push(Page::new(number, clean.len()));
    }
    clean.push_str(&text[copied_to..]);
    Marked { text: clean, pages }
}

fn marks_in_markdown(text: &str) -> Vec<Mark> {
    let mut candidates = comments(text);
    candidates.extend(marker_lines(text));
    let may_have_headings = text.lines().any(|line| number_of_title(line).is_some());
    if candidates.is_empty() && !may_have_headings {
        return candidates;
    }
    let Reading { code, headings } = read(text);
    candidates.retain(|mark| {
        let after = code.partition_point(|span| span.start <= mark.span.start);
        code[..after]
            .last()
            .is_none_or(|span| span.end <= mark.span.start)
    });
    candidates.extend(headings);
    candidates.sort_by_key(|mark| (mark.span.start, mark.span.end));
    let mut taken_to = 0;
    candidates.retain(|mark| {
        let free = mark.span.start >= taken_to;
        taken_to = taken_to.max(mark.span.end);
        free
    });
    candidates
}

/// Comments `<!-- page N -->`; the whole line where nothing else stands on it.
fn comments(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (start, opening) in text.match_indices("<!--") {
        let body = &text[start + opening.len()..];
        if let Some((number, len)) = comment_body(body) {
            let span = Span::new(start, start + opening.len() + len);
            marks.push(Mark {
                number,
                span: whole_line(text, span).unwrap_or(span),
            });
        }
    }
    marks
}

/// The page that a comment names, and its length with the closing `-->`.
fn comment_body(body: &str) -> Option<(u32, usize)> {
    let rest = body.trim_start();
    let rest = strip_page(rest)?.trim_start();
    let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start();
    let (number, rest) = leading_number(rest)?;
    let rest = rest.trim_start().strip_prefix("-->")?;
    Some((number, body.len() - rest.len()))
}

/// Lines `{N}-----`.
fn marker_lines(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.len());
        start = span.end;
        if let Some(number) = marker_line(line) {
            marks.push(Mark { number, span });
        }
    }
    marks
}

fn marker_line(line: &str) -> Option<u32> {
    let (number, rest) = leading_number(line.trim().strip_prefix('{')?)?;
    let dashes = rest.strip_prefix('}')?;
    (dashes.len() >= 3 && dashes.bytes().all(|byte| byte == b'-')).then_some(number)
}

/// What Markdown itself must be read for.
#[derive(Debug, Default)]
struct Reading {
    /// Fenced code and code spans, in order.
    code: Vec<Span>,
    /// Headings outside quotes and lists that say only `Page N`.
    headings: Vec<Mark>,
}

fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    let mut depth = 0_usize;
    let mut title: Option<String> = None;
    for (event, range) in Parser::new_ext(text, markdown::options()).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                match tag {
                    Tag::CodeBlock(CodeBlockKind::Fenced(_)) => {
                        reading.code.push(Span::new(range.start, range.end));
                    }
                    Tag::Heading { .. } if depth == 0 => title = Some(String::new()),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(end) => {
                depth -= 1;
                if matches!(end, TagEnd::Heading(_))
                    && let Some(number) = title.take().and_then(|text| number_of_title(&text))
                {
                    let span = Span::new(range.start, range.start + text[range].trim_end().len());
                    if let Some(span) = whole_line(text, span) {
                        reading.headings.push(Mark { number, span });
                    }
                }
            }
            Event::Code(_) => {
                reading.code.push(Span::new(range.start, range.end));
                // A heading with a code span is a heading, whatever it says.
                title = None;
            }
            Event::Text(part) => {
                if let Some(title) = &mut title {
                    title.push_str(&part);
                }
            }
            _ => {}
        }
    }
    reading
}

/// The number of a heading `Page N`; hashes around it are allowed.
fn number_of_title(title: &str) -> Option<u32> {
    let title = title.trim_matches(['#', '*', '_', ' ', '\t', '\n']);
    let rest = strip_page(title)?;
    let (number, rest) = leading_number(rest.trim_start())?;
    (rest.is_empty() && rest.len() < title.len()).then_some(number)
}

fn strip_page(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked(4)?;
    word.eq_ignore_ascii_case("page").then_some(rest)
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..end].parse().ok()?;
    Some((number, &text[end..]))
}

/// The lines of `span` with the last line end, if nothing but white space stands beside it.
fn whole_line(text: &str, span: Span) -> Option<Span> {
    let before = text[..span.start].trim_end_matches([' ', '\t']);
    let after = text[span.end..].trim_start_matches([' ', '\t']);
    if !(before.is_empty() || before.ends_with('\n')) {
        return None;
    }
    let end = text.len() - after.len();
    match after.as_bytes().first() {
        None => Some(Span::new(before.len(), end)),
        Some(b'\n') => Some(Span::new(before.len(), end + 1)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The clean text, and number and start of each page.
    fn marked(format: Format, text: &str) -> (String, Vec<(u32, usize)>) {
        let mut marked = take_out(format, text);
        reach_back(&mut marked.pages, &marked.text);
        let pages = marked.pages.iter().map(|page| (page.number, page.start));
        (marked.text.clone(), pages.collect())
    }

    fn in_markdown(text: &str) -> (String, Vec<(u32, usize)>) {
        marked(Format::Markdown, text)
    }

    #[test]
    fn headings_that_say_only_page_n_are_marks() {
        for heading in [
            "# Page 2",
            "###### page 2 ##",
            "Page 2\n======",
            "Page 2\n-",
            "## **Page 2**",
        ] {
            let text = format!("a\n\n{heading}\n\nb\n");
            let expected = ("a\n\n\nb\n".to_owned(), vec![(1, 0), (2, 3)]);
            assert_eq!(in_markdown(&text), expected, "{heading}");
        }
    }

    #[test]
    fn headings_that_say_more_are_content() {
        for heading in [
            "# Page 2 of 9",
            "# Pages 2",
            "# Page",
            "> # Page 2",
            "# `Page 2`",
        ] {
            assert_eq!(in_markdown(heading), (heading.to_owned(), vec![]));
        }
    }

    #[test]
    fn comments_are_marks_also_inside_a_line() {
        let (text, pages) =
            in_markdown("<!--PAGE:7-->\none <!-- page 8 -->two\n<!-- page : 9 -->\nthree");
        assert_eq!(text, "one two\nthree");
        assert_eq!(pages, [(7, 0), (8, 4), (9, 8)]);
    }

    #[test]
    fn marker_counts_from_zero() {
        let (text, pages) = in_markdown("{0}------\n\na\n\n{1}------\n\nb\n");
        assert_eq!(text, "\na\n\n\nb\n");
        assert_eq!(pages, [(1, 0), (2, 4)]);
        assert_eq!(in_markdown("{4}---\na").1, [(4, 0)]);
    }

    #[test]
    fn marks_in_code_are_content() {
        for text in [
            "```\n## Page 2\n<!-- page 3 -->\n{4}-----\n```\n",
            "> ~~~\n> <!-- page 3 -->\n> ~~~\n",
            "- a\n\n      ```\n      <!-- page 3 -->\n      ```\n",
            "the mark `<!-- page 3 -->` is a comment",
        ] {
            let fenced = if text.starts_with('-') {
                text.replace("      ", "  ")
            } else {
                text.to_owned()
            };
            assert_eq!(in_markdown(&fenced), (fenced.clone(), vec![]));
        }
    }

    #[test]
    fn each_form_feed_ends_a_page() {
        let (text, pages) = marked(Format::Plain, "a\n\u{c}\u{c}c d\u{c}e\n\u{c}");
        assert_eq!(text, "a\nc d\ne\n");
        assert_eq!(pages, [(1, 0), (2, 2), (3, 2), (4, 6)]);
    }

    #[test]
    fn a_form_feed_in_code_is_a_page_break() {
        let (text, pages) = in_markdown("```\na\n\u{c}b\n```\n");
        assert_eq!(text, "```\na\nb\n```\n");
        assert_eq!(pages, [(1, 0), (2, 6)]);
    }

    #[test]
    fn beside_other_marks_form_feeds_are_only_removed() {
        let (text, pages) = in_markdown("\u{c}## Page 5\na\n\u{c}## Page 6\nb\n\u{c}");
        assert_eq!((text.as_str(), pages), ("a\nb\n", vec![(5, 0), (6, 2)]));
    }

    #[test]
    fn text_before_the_first_mark_lies_on_the_page_before() {
        assert_eq!(in_markdown("a\n\n# Page 3\n").1, [(2, 0), (3, 3)]);
        assert_eq!(in_markdown("a\n\n# Page 1\n").1, [(1, 0)]);
    }

    #[test]
    fn numbers_that_go_backwards_are_kept() {
        assert_eq!(
            in_markdown("# Page 2\na\n# Page 2\nb\n# Page 1\n").1,
            [(2, 0), (2, 2), (1, 4)]
        );
    }

    #[test]
    fn plain_text_knows_no_headings_as_marks() {
        let text = "Page 2\n======\n\n{3}-----\n";
        assert_eq!(marked(Format::Plain, text), (text.to_owned(), vec![]));
        assert_eq!(marked(Format::Plain, "<!-- page 2 -->\na").1, [(2, 0)]);
    }
}
