//! Text in [`Layout::Blocks`](mcdewey_core::document::Layout) in, events of Markdown out: blocks as
//! Markdown writes them, within which every character means itself.
//!
//! ```text
//! ## Ports                     Heading "Ports"
//!
//! Open *5060*.                 Paragraph "Open *5060*."
//!
//! | Port | Use |              Table, head
//! |---|---|
//! | 5060 | SIP |              row
//! ```

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};

/// An event and where it stands in the text.
pub(super) type Placed<'a> = (Event<'a>, Range<usize>);

/// The events of `text`, in order.
pub(super) fn events(text: &str) -> Vec<Placed<'_>> {
    let mut reader = Reader {
        text,
        lines: lines(text),
        next: 0,
        events: Vec::new(),
    };
    while let Some(line) = reader.peek() {
        let shown = &text[line.clone()];
        if shown.trim().is_empty() {
            reader.next += 1;
        } else if fence(shown).is_some() {
            reader.code();
        } else if heading(shown).is_some() {
            reader.heading();
        } else if shown.starts_with('|') {
            reader.table();
        } else if item(shown).is_some() {
            reader.list();
        } else {
            reader.paragraph();
        }
    }
    reader.events
}

/// Lines without their line feeds.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        lines.push(start..start + line.len());
        start += line.len() + 1;
    }
    lines
}

/// The backticks that open code, and the language after them.
fn fence(line: &str) -> Option<(&str, &str)> {
    let len = line.len() - line.trim_start_matches('`').len();
    let (ticks, language) = line.split_at(len);
    (len > 2 && !language.contains('`')).then_some((ticks, language.trim()))
}

/// The level of a heading, and the bytes before its text.
fn heading(line: &str) -> Option<(HeadingLevel, usize)> {
    let level = line.len() - line.trim_start_matches('#').len();
    let known = HeadingLevel::try_from(level).ok()?;
    line[level..].starts_with(' ').then_some((known, level + 1))
}

/// An item's depth, its number if it has one, and the bytes before its text.
fn item(line: &str) -> Option<(usize, Option<u64>, usize)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let marked = &line[indent..];
    let digits = marked.len()
        - marked
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    let (number, mark) = match digits {
        0 => (None, "- "),
        // A mark with so many digits is a number in the text.
        _ => (Some(marked[..digits].parse().ok()?), ". "),
    };
    let is_item = marked[digits..].starts_with(mark);
    is_item.then_some((indent / 2, number, indent + digits + mark.len()))
}

/// Whether a line parts the head of a table from its rows.
fn is_delimiter(line: &str) -> bool {
    line.contains("--") && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

struct Reader<'a> {
    text: &'a str,
    lines: Vec<Range<usize>>,
    next: usize,
    events: Vec<Placed<'a>>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<Range<usize>> {
        self.lines.get(self.next).cloned()
    }

    /// The next line, if it is one of this kind.
    fn take_if(&mut self, is_kind: impl Fn(&str) -> bool) -> Option<Range<usize>> {
        let line = self.peek()?;
        let is_kind = is_kind(&self.text[line.clone()]);
        self.next += usize::from(is_kind);
        is_kind.then_some(line)
    }

    fn push(&mut self, event: Event<'a>, at: Range<usize>) {
        self.events.push((event, at));
    }

    fn push_text(&mut self, at: Range<usize>) {
        self.push(Event::Text(CowStr::Borrowed(&self.text[at.clone()])), at);
    }

    fn paragraph(&mut self) {
        let start = self.events.len();
        let is_running = |line: &str| {
            !(line.trim().is_empty() || fence(line).is_some() || line.starts_with('|'))
        };
        while let Some(line) = self.take_if(is_running) {
            let event = match self.events.len() - start {
                0 => Event::Start(Tag::Paragraph),
                _ => Event::HardBreak,
            };
            self.push(event, line.start..line.start);
            self.push_text(line);
        }
        let end = self.events.last().map_or(0, |(_, at)| at.end);
        self.push(Event::End(TagEnd::Paragraph), end..end);
    }

    fn heading(&mut self) {
        let Some(line) = self.take_if(|_| true) else {
            return;
        };
        let Some((level, before)) = heading(&self.text[line.clone()]) else {
            return;
        };
        let tag = Tag::Heading {
            level,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        };
        self.push(Event::Start(tag), line.clone());
        self.push_text(line.start + before..line.end);
        self.push(Event::End(TagEnd::Heading(level)), line);
    }

    fn code(&mut self) {
        let Some(line) = self.take_if(|_| true) else {
            return;
        };
        let Some((ticks, language)) = fence(&self.text[line.clone()]) else {
            return;
        };
        let tag = Tag::CodeBlock(CodeBlockKind::Fenced(CowStr::Borrowed(language)));
        self.push(Event::Start(tag), line.clone());
        let start = (line.end + 1).min(self.text.len());
        let mut end = start;
        while let Some(line) = self.take_if(|line| line != ticks) {
            end = (line.end + 1).min(self.text.len());
        }
        self.next += 1;
        self.push_text(start..end);
        self.push(Event::End(TagEnd::CodeBlock), end..end);
    }

    fn list(&mut self) {
        // The depth of each open list, and the tag that closes it.
        let mut open: Vec<(usize, TagEnd)> = Vec::new();
        while let Some(line) = self.take_if(|line| item(line).is_some()) {
            let Some((depth, number, before)) = item(&self.text[line.clone()]) else {
                return;
            };
            while open.last().is_some_and(|&(last, _)| last > depth) && open.len() > 1 {
                self.close_list(&mut open, line.start);
            }
            if open.last().is_none_or(|&(last, _)| last < depth) {
                let tag = Tag::List(number);
                open.push((depth, tag.to_end()));
                self.push(Event::Start(tag), line.start..line.start);
            } else {
                self.push(Event::End(TagEnd::Item), line.start..line.start);
            }
            self.push(Event::Start(Tag::Item), line.clone());
            self.push_text(line.start + before..line.end);
        }
        let end = self.events.last().map_or(0, |(_, at)| at.end);
        while !open.is_empty() {
            self.close_list(&mut open, end);
        }
    }

    fn close_list(&mut self, open: &mut Vec<(usize, TagEnd)>, at: usize) {
        if let Some((_, tag)) = open.pop() {
            self.push(Event::End(TagEnd::Item), at..at);
            self.push(Event::End(tag), at..at);
        }
    }

    fn table(&mut self) {
        let Some(first) = self.take_if(|_| true) else {
            return;
        };
        let start = first.start..first.start;
        let has_head = self.take_if(is_delimiter).is_some();
        // What writes HTML writes every table with a head.
        let (open, close) = if has_head {
            (
                Event::Start(Tag::Table(Vec::new())),
                Event::End(TagEnd::Table),
            )
        } else {
            let html = |tags| Event::Html(CowStr::Borrowed(tags));
            (html("<table><tbody>\n"), html("</tbody></table>\n"))
        };
        self.push(open, start);
        if has_head {
            self.push(Event::Start(Tag::TableHead), first.clone());
            self.cells(first.clone(), true);
            self.push(Event::End(TagEnd::TableHead), first.clone());
        } else {
            self.row(first.clone(), false);
        }
        let mut end = first.end;
        while let Some(line) = self.take_if(|line| line.starts_with('|')) {
            end = line.end;
            if !is_delimiter(&self.text[line.clone()]) {
                self.row(line, has_head);
            }
        }
        self.push(close, end..end);
    }

    fn row(&mut self, line: Range<usize>, has_head: bool) {
        if has_head {
            self.push(Event::Start(Tag::TableRow), line.clone());
            self.cells(line.clone(), true);
            self.push(Event::End(TagEnd::TableRow), line);
        } else {
            self.push(Event::Html(CowStr::Borrowed("<tr>")), line.clone());
            self.cells(line.clone(), false);
            self.push(Event::Html(CowStr::Borrowed("</tr>\n")), line);
        }
    }

    /// The cells of a row; a pipe within one has a backslash before it.
    fn cells(&mut self, line: Range<usize>, has_head: bool) {
        let row = &self.text[line.clone()];
        let pipes = row.match_indices('|').map(|(at, _)| at);
        let pipes: Vec<usize> = pipes.filter(|&at| !row[..at].ends_with('\\')).collect();
        for pair in pipes.windows(2) {
            let cell = &row[pair[0] + 1..pair[1]];
            let text = cell.trim();
            let start = line.start + pair[0] + 1 + (cell.len() - cell.trim_start().len());
            let at = start..start + text.len();
            let (open, close) = if has_head {
                (Event::Start(Tag::TableCell), Event::End(TagEnd::TableCell))
            } else {
                let html = |tag| Event::Html(CowStr::Borrowed(tag));
                (html("<td>"), html("</td>"))
            };
            self.push(open, at.clone());
            if text.contains("\\|") {
                let text = text.replace("\\|", "|");
                self.push(Event::Text(text.into()), at.clone());
            } else {
                self.push_text(at.clone());
            }
            self.push(close, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut html = String::new();
        let events = events(text).into_iter().map(|(event, _)| event);
        pulldown_cmark::html::push_html(&mut html, events);
        html
    }

    #[test]
    fn blocks_have_their_layout_and_words_stand_as_they_are() {
        assert_eq!(
            shown("## A *b*\n\nc <d> [e]: f\ng\n\n```sh\nls  -l\n\n# x\n```\nh"),
            "<h2>A *b*</h2>\n<p>c &lt;d&gt; [e]: f<br />\ng</p>\n\
             <pre><code class=\"language-sh\">ls  -l\n\n# x\n</code></pre>\n<p>h</p>\n"
        );
        assert_eq!(shown("#hash 1.5 -x\n"), "<p>#hash 1.5 -x</p>\n");
    }

    #[test]
    fn lists_lie_in_one_another() {
        assert_eq!(
            shown("- a\n  3. b\n  4. c\n- d\n"),
            "<ul>\n<li>a\n<ol start=\"3\">\n<li>b</li>\n<li>c</li>\n</ol>\n</li>\n<li>d</li>\n</ul>\n"
        );
        // A passage may begin in the middle of a list.
        assert_eq!(
            shown("    - a\n- b"),
            "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
        );
    }

    #[test]
    fn tables_have_rows_with_a_head_and_without() {
        let table = shown("| a | b |\n|---|---|\n| `c` | d\\|e |\n");
        assert!(table.contains("<th>a</th>"), "{table}");
        assert!(table.contains("<td>`c`</td><td>d|e</td>"), "{table}");
        assert_eq!(
            shown("| a | |\n| b | <c> |"),
            "<table><tbody>\n<tr><td>a</td><td></td></tr>\n\
             <tr><td>b</td><td>&lt;c&gt;</td></tr>\n</tbody></table>\n"
        );
    }

    #[test]
    fn whatever_is_given_is_read_to_its_end() {
        for text in [
            "", "```", "```\na", "|", "|---|", "| a", "#", "# ", "1.", "- ", "\n\n",
        ] {
            for (event, at) in events(text) {
                assert!(
                    text.get(at.clone()).is_some(),
                    "{text:?}: {event:?} at {at:?}"
                );
            }
        }
    }
}
