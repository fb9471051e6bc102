//! Markdown in, blocks and sections out.
//!
//! Only what stands at the top level becomes a block: a quote is one paragraph, a list is its
//! items, and a heading inside either opens no section.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::outline::{Anchors, Heading, Outline, trimmed};
use crate::document::{BlockKind, Span};

/// The Markdown that manuals are written in: what GitHub reads, and `{#anchors}`.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// The blocks and sections of `text`; the part `verbatim` at its start is one paragraph.
pub(super) fn outline(text: &str, verbatim: Span) -> Outline {
    let mut walk = Walk::new(text);
    if !verbatim.is_empty() {
        walk.block(BlockKind::Paragraph, verbatim);
    }
    let body = &text[verbatim.end..];
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        walk.event(event, span_of(&range, verbatim.end));
    }
    walk.finish()
}

fn span_of(range: &Range<usize>, offset: usize) -> Span {
    Span::new(range.start + offset, range.end + offset)
}

/// One walk over the events of a document.
struct Walk<'t> {
    text: &'t str,
    outline: Outline,
    anchors: Anchors,
    /// How many elements are open.
    depth: usize,
    /// Whether the outermost open element is a list.
    in_list: bool,
    /// The heading that is open.
    heading: Option<OpenHeading>,
    /// Up to where the text lies in blocks or is known to carry no text.
    covered_to: usize,
}

/// A heading of which the text is still being read.
struct OpenHeading {
    text: String,
    level: u8,
    id: Option<String>,
    span: Span,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            outline: Outline::default(),
            anchors: Anchors::default(),
            depth: 0,
            in_list: false,
            heading: None,
            covered_to: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => {
                match self.depth {
                    0 => self.start(tag, span),
                    1 if self.in_list && tag == Tag::Item => self.block(BlockKind::ListItem, span),
                    _ => {}
                }
                self.depth += 1;
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                if matches!(end, TagEnd::Heading(_)) {
                    self.end_heading();
                }
            }
            Event::Rule if self.depth == 0 => self.cover(span),
            Event::Text(part) | Event::Code(part) => self.heading_text(&part),
            Event::SoftBreak | Event::HardBreak => self.heading_text(" "),
            _ => {}
        }
    }

    /// Opens an element at the top level.
    fn start(&mut self, tag: Tag<'_>, span: Span) {
        self.in_list = matches!(tag, Tag::List(_));
        match tag {
            Tag::List(_) => {}
            Tag::Heading { level, id, .. } => {
                self.heading = Some(OpenHeading {
                    text: String::new(),
                    level: level_number(level),
                    id: id.map(|id| id.to_string()),
                    span,
                });
            }
            Tag::CodeBlock(kind) => {
                let fence = match kind {
                    CodeBlockKind::Fenced(_) => Some(first_lines(self.text, span, 1)),
                    CodeBlockKind::Indented => None,
                };
                self.block(BlockKind::Code { fence }, span);
            }
            Tag::Table(_) => {
                let header = Some(first_lines(self.text, span, 2));
                self.block(BlockKind::Table { header }, span);
            }
            Tag::HtmlBlock if is_comment(span.of(self.text)) => self.cover(span),
            _ => self.block(BlockKind::Paragraph, span),
        }
    }

    fn block(&mut self, kind: BlockKind, span: Span) {
        let start = span.start.max(self.covered_to);
        self.cover(span);
        self.outline
            .push(self.text, kind, Span::new(start, span.end.max(start)));
    }

    /// Notes that `span` is dealt with. What lies between it and what came before is text for
    /// which there were no events, such as the targets of links: it becomes a paragraph.
    fn cover(&mut self, span: Span) {
        if span.start > self.covered_to {
            let gap = Span::new(self.covered_to, span.start);
            self.outline.push(self.text, BlockKind::Paragraph, gap);
        }
        self.covered_to = self.covered_to.max(span.end);
    }

    fn heading_text(&mut self, part: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(part);
        }
    }

    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        self.cover(heading.span);
        let text = heading
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if text.is_empty() {
            return;
        }
        let anchor = match heading.id {
            Some(id) => self.anchors.explicit(&id),
            None => self.anchors.of_heading(&text),
        };
        let heading = Heading {
            text,
            level: heading.level,
            anchor: Some(anchor),
            span: heading.span,
        };
        self.outline.push_heading(self.text, heading);
    }

    fn finish(mut self) -> Outline {
        let end = self.text.len();
        self.cover(Span::new(end, end));
        self.outline
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// The first `n_lines` lines of `span`, without the line end.
fn first_lines(text: &str, span: Span, n_lines: usize) -> Span {
    let span = trimmed(text, span);
    let body = span.of(text);
    let end = body.match_indices('\n').nth(n_lines - 1);
    let len = end.map_or(body.len(), |(at, _)| at);
    trimmed(text, Span::new(span.start, span.start + len))
}

/// Whether HTML is a single comment, which no reader sees.
fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.find("-->") == Some(html.len().saturating_sub(3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Section;

    /// Kind and text of each block.
    fn blocks(text: &str) -> Vec<(String, &str)> {
        let (blocks, _) = outline(text, Span::new(0, 0)).into_parts();
        let part = |span: Option<Span>| span.map_or("", |span| span.of(text));
        let kind = |kind| match kind {
            BlockKind::Heading { section } => format!("heading {section}"),
            BlockKind::Code { fence } => format!("code {}", part(fence)),
            BlockKind::Table { header } => format!("table {}", part(header)),
            other => format!("{other:?}").to_lowercase(),
        };
        blocks
            .iter()
            .map(|block| (kind(block.kind), block.span.of(text)))
            .collect()
    }

    fn sections(text: &str) -> Vec<Section> {
        outline(text, Span::new(0, 0)).into_parts().1
    }

    fn expect(text: &str, expected: &[(&str, &str)]) {
        let found = blocks(text);
        let found: Vec<_> = found
            .iter()
            .map(|(kind, body)| (kind.as_str(), *body))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_top_level_item_is_a_block() {
        let text = "- a\n  - b\n\n  c\n- d\n\n1. e\n";
        expect(
            text,
            &[
                ("listitem", "- a\n  - b\n\n  c"),
                ("listitem", "- d"),
                ("listitem", "1. e"),
            ],
        );
    }

    #[test]
    fn code_knows_its_fence() {
        expect(
            "```sh title=x\nls\n```\n",
            &[("code ```sh title=x", "```sh title=x\nls\n```")],
        );
        expect("a\n\n    ls\n", &[("paragraph", "a"), ("code ", "ls")]);
        expect("~~~", &[("code ~~~", "~~~")]);
    }

    #[test]
    fn the_header_of_a_table_is_its_first_two_lines() {
        let text = "| a | b |\n|---|---|\n| 1 | 2 |\n";
        expect(text, &[("table | a | b |\n|---|---|", text.trim_end())]);
    }

    #[test]
    fn a_quote_is_one_paragraph_and_its_headings_open_no_section() {
        expect("> # a\n> - b\n", &[("paragraph", "> # a\n> - b")]);
        assert_eq!(sections("> # a\n\n- # b\n"), []);
    }

    #[test]
    fn rules_comments_and_empty_headings_are_no_blocks() {
        expect("***\n\n<!-- note -->\n\n##\n\na\n", &[("paragraph", "a")]);
        expect("<p>a</p>\n", &[("paragraph", "<p>a</p>")]);
    }

    #[test]
    fn targets_of_links_and_footnotes_lie_in_paragraphs() {
        let expected = [
            ("paragraph", "a [b]"),
            ("paragraph", "[b]: /c"),
            ("paragraph", "[^1]: d"),
        ];
        expect("a [b]\n\n[b]: /c\n\n[^1]: d\n", &expected);
    }

    #[test]
    fn headings_lose_their_mark_up() {
        let text = "## The `run` **command**, [see](x) ![pic](y) ~~old~~ ##\n";
        let found = sections(text);
        assert_eq!(found[0].heading, "The run command, see pic old");
        assert_eq!((found[0].level, found[0].start), (2, 0));
    }

    #[test]
    fn anchors_are_explicit_or_made_as_on_github() {
        let found = sections("# A b\n# A b\n# C {#d}\nE f\ng\n---\n");
        let anchors: Vec<_> = found
            .iter()
            .filter_map(|one| one.anchor.as_deref())
            .collect();
        assert_eq!(anchors, ["a-b", "a-b-1", "d", "e-f-g"]);
        assert_eq!(found[3].heading, "E f g");
    }
}
