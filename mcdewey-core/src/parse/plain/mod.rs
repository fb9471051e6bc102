//! Plain text in, blocks and sections out.
//!
//! Plain text says little about itself, so each rule here asks for more than one sign: a heading
//! is underlined, or one link of a chain of numbers; code is announced by `::` and indented.
//!
//! | file | what it does |
//! |---|---|
//! | `lines` | the lines of a text, with what every rule asks of them |
//! | `adorned` | headings that are underlined |
//! | `numbered` | headings that are numbered, as `pdftotext` leaves them |

mod adorned;
mod lines;
mod numbered;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::outline::{Heading, Outline};
use crate::document::{BlockKind, Page, Span};
use lines::Line;

/// The blocks and sections of `text`. Page breaks count as blank lines where headings are sought.
pub(super) fn outline(text: &str, pages: &[Page]) -> Outline {
    let lines = lines::split(text, pages);
    let mut titles = adorned::find(&lines);
    if titles.is_empty() {
        titles = numbered::find(&lines);
    }
    let titles = titles
        .into_iter()
        .map(|title| (title.first_line, title))
        .collect();
    let mut walk = Walk {
        text,
        lines: &lines,
        titles,
        outline: Outline::default(),
        code_below: None,
    };
    walk.run();
    walk.outline
}

/// A heading that a rule found.
#[derive(Debug, PartialEq, Eq)]
struct Title {
    text: String,
    level: u8,
    first_line: usize,
    /// How many lines it takes, adornment included.
    n_lines: usize,
}

/// One walk over the lines of a document.
struct Walk<'t> {
    text: &'t str,
    lines: &'t [Line<'t>],
    titles: HashMap<usize, Title>,
    outline: Outline,
    /// Set after a line that announces code: code is what is indented more than this.
    code_below: Option<usize>,
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.lines.len() {
            at = self.step(at);
        }
    }

    /// Deals with what starts at line `at`; returns the line after it.
    fn step(&mut self, at: usize) -> usize {
        let line = &self.lines[at];
        if line.is_blank() {
            return at + 1;
        }
        if let Some(title) = self.titles.remove(&at) {
            return self.title(title);
        }
        if let Some(indent) = self.code_below.take()
            && line.indent > indent
        {
            let end = self.code_end(at, indent);
            self.push(BlockKind::Code { fence: None }, at, end);
            return end;
        }
        let end = self.paragraph_end(at);
        let is_rule = end == at + 1 && line.adornment().is_some();
        if !is_rule {
            self.code_below = self.announces_code(end);
            self.items(at, end);
        }
        end
    }

    fn title(&mut self, title: Title) -> usize {
        let end = title.first_line + title.n_lines;
        let heading = Heading {
            text: title.text,
            level: title.level,
            anchor: None,
            span: self.span(title.first_line, end),
        };
        self.outline.push_heading(self.text, heading);
        self.code_below = None;
        end
    }

    fn paragraph_end(&self, at: usize) -> usize {
        let ends = |next: &usize| self.lines[*next].is_blank() || self.titles.contains_key(next);
        let len = self.lines.len();
        (at + 1..len).find(ends).unwrap_or(len)
    }

    /// Where code ends that starts at `at`, below text indented by `indent`.
    fn code_end(&self, at: usize, indent: usize) -> usize {
        let own_indent = self.lines[at].indent;
        let mut end = at + 1;
        let mut after_blank = false;
        for (next, line) in self.lines.iter().enumerate().skip(at + 1) {
            if line.is_blank() {
                after_blank = true;
                continue;
            }
            // Text that goes on below a hanging marker is indented too, but less than the code.
            let outside = line.indent <= indent || (after_blank && line.indent < own_indent);
            if outside || self.titles.contains_key(&next) {
                break;
            }
            after_blank = false;
            end = next + 1;
        }
        end
    }

    /// The indent that code below the paragraph that ends at `end` must exceed, if the paragraph
    /// announces code.
    fn announces_code(&self, end: usize) -> Option<usize> {
        let last = &self.lines[end - 1];
        last.text.ends_with("::").then_some(last.indent)
    }

    /// Cuts a run of lines at its list markers.
    fn items(&mut self, at: usize, end: usize) {
        let lines = self.lines;
        let mut start = at;
        let mut kind = kind_of(&lines[at]);
        for (next, line) in lines.iter().enumerate().take(end).skip(at + 1) {
            let is_item = line.bullet() || (kind == BlockKind::ListItem && line.enumerator());
            // A deeper item belongs to the item it stands under.
            let is_inner = kind == BlockKind::ListItem && line.indent > lines[start].indent;
            if is_item && !is_inner {
                self.push(kind, start, next);
                start = next;
                kind = BlockKind::ListItem;
            }
        }
        self.push(kind, start, end);
    }

    fn push(&mut self, kind: BlockKind, first: usize, end: usize) {
        let span = self.span(first, end);
        self.outline.push(self.text, kind, span);
    }

    fn span(&self, first: usize, end: usize) -> Span {
        Span::new(self.lines[first].start, self.lines[end - 1].end())
    }
}

fn kind_of(line: &Line<'_>) -> BlockKind {
    if line.bullet() || line.enumerator() {
        BlockKind::ListItem
    } else {
        BlockKind::Paragraph
    }
}
