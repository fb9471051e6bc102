//! The pieces that a packer has collected in, a chunk out.

use super::cut::Piece;
use super::pack::Packer;
use super::{Chunk, PageRange, Repeated};
use crate::document::Span;

impl<'a> Packer<'a> {
    /// The chunk that the collected pieces make.
    pub(super) fn assemble(&self) -> Chunk {
        let first = self.overlap.first().unwrap_or(&self.current[0]);
        let last = &self.current[self.current.len() - 1];
        let before = self
            .frame(first)
            .map_or("", |(frame, _)| frame.before(first.span.start));
        let after = self
            .frame(last)
            .map_or("", |(frame, _)| frame.after(last.span.end));
        let shown = self.shown(first.span.start, last.span.end, !before.is_empty());
        let body = shown.of(self.text());
        let own_start = self.current[0].span.start;
        let overlap = match self.overlap.first() {
            Some(_) => Span::new(shown.start, own_start)
                .of(self.text())
                .trim_end()
                .len(),
            None => 0,
        };
        Chunk {
            ordinal: 0,
            span: self.span(first),
            lead: self.lead().to_owned(),
            text: [before, body, after].concat(),
            repeated: Repeated {
                before: before.len(),
                after: after.len(),
            },
            overlap,
            section: self.passage.section,
            heading_path: self.heading_path.clone(),
            context: self.context.clone(),
            // A citation points to what only this chunk holds.
            pages: PageRange::of(self.job.document, Span::new(own_start, shown.end)),
        }
    }

    /// What of `start..end` is shown: no white space around it, but the indentation of code that
    /// goes on.
    fn shown(&self, start: usize, end: usize, keep_indent: bool) -> Span {
        let text = self.text();
        let indent = text[start..end].len() - text[start..end].trim_start().len();
        let start = if keep_indent { start } else { start + indent };
        Span::new(start, start + text[start..end].trim_end().len())
    }

    /// From the overlap, or from where the previous chunk ends, to where the next one starts.
    fn span(&self, first: &Piece) -> Span {
        let start = if self.overlap.is_empty() {
            self.cursor
        } else {
            first.span.start
        };
        let end = self.pending.last().map_or(self.passage.span.end, |next| {
            let tile = self.tile(next);
            let whole_block = next.span.start == tile.block.span.start;
            if whole_block {
                tile.start
            } else {
                next.span.start
            }
        });
        Span::new(start, end)
    }

    /// The heading lines, if no chunk of this passage has them yet.
    fn lead(&self) -> &'a str {
        let lead = self.passage.lead.filter(|_| self.chunks.is_empty());
        lead.map_or("", |span| span.of(&self.job.document.text).trim())
    }
}
