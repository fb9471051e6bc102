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
