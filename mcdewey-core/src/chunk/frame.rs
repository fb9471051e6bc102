//! What makes a part of a cut table or of cut code readable on its own.
//!
//! ```text
//! | Port | Use |   header, repeated before every part but the first
//! |---|---|
//! | 5060 | SIP |
//!                 ```text    opening fence, likewise
//!                 ...
//!                 ```        closing fence, repeated after every part but the last
//! ```

use crate::document::{Block, BlockKind, Span};

/// The lines to repeat around the parts of one block.
#[derive(Debug)]
pub(super) struct Frame {
    /// Before a part: whole lines, with the line feed.
    pub(super) open: String,
    /// After a part: a line feed and a line, or nothing.
    pub(super) close: String,
    /// The block framed.
    block: Span,
    /// Where the block's own opening ends; parts that start after it need [`Self::open`].
    opening_end: usize,
    /// Where the block's own closing line starts, if it has one.
    closing_start: Option<usize>,
}

impl Frame {
    /// The frame of `block`, if it has a table header or a fence.
    pub(super) fn of(text: &str, block: &Block) -> Option<Self> {
        match block.kind {
            BlockKind::Table {
                header: Some(header),
            } => Some(Self {
                open: format!("{}\n", header.of(text).trim_end()),
                close: String::new(),
                block: block.span,
                opening_end: header.end,
                closing_start: None,
            }),
            BlockKind::Code { fence: Some(fence) } => Self::of_code(text, block.span, fence),
            _ => None,
        }
    }

    fn of_code(text: &str, block: Span, fence: Span) -> Option<Self> {
        let line = fence.of(text).trim();
        let mark = line
            .chars()
            .next()
            .filter(|mark| matches!(mark, '`' | '~'))?;
        let marker = &line[..line.len() - line.trim_start_matches(mark).len()];
        let body = Span::new(fence.end, block.end).of(text).trim_end();
        let last_line = body.rfind('\n').map(|end| end + 1);
        let closing_start = last_line.filter(|&start| {
            let line = body[start..].trim();
            line.starts_with(marker) && line.trim_start_matches(mark).is_empty()
        });
        Some(Self {
            open: format!("{line}\n"),
            close: format!("\n{marker}"),
            block,
            opening_end: fence.end,
            closing_start: closing_start.map(|start| fence.end + start),
        })
    }

    /// What to put before a part that starts at byte `start`.
    pub(super) fn before(&self, start: usize) -> &str {
        if start >= self.opening_end && start > self.block.start {
            &self.open
        } else {
            ""
        }
    }

    /// What to put after a part that ends at byte `end`.
    pub(super) fn after(&self, end: usize) -> &str {
        let open = end > self.opening_end;
        let closed = end >= self.block.end && self.closing_start.is_some();
        if open && !closed { &self.close } else { "" }
    }

    /// Takes those line starts away that would leave an opening without a first line after it, or
    /// a closing line alone. The first of `starts` always stays.
    pub(super) fn keep_edges(&self, starts: &mut Vec<usize>, part: Span) {
        if part.start < self.opening_end {
            let opening_end = self.opening_end;
            let first_line = starts.iter().position(|&start| start >= opening_end);
            let first_cut = first_line.map_or(starts.len(), |line| line + 1);
            starts.drain(1..first_cut.max(1));
        }
        if let Some(closing) = self.closing_start {
            starts.retain(|&start| start < closing || start == part.start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, fence_len: usize) -> Frame {
        let fence = Some(Span::new(0, fence_len));
        let block = Block::new(BlockKind::Code { fence }, Span::new(0, text.len()));
        Frame::of(text, &block).unwrap()
    }

    #[test]
    fn code_without_a_closing_fence_gets_one_at_its_end_too() {
        let text = "~~~~sh\na\nb";
        let frame = code(text, 6);
        assert_eq!(frame.open, "~~~~sh\n");
        assert_eq!(frame.after(text.len()), "\n~~~~");
    }

    #[test]
    fn fence_lines_are_never_parts_of_their_own() {
        let text = "```\na\nb\n```";
        let frame = code(text, 3);
        let mut starts = vec![0, 4, 6, 8];
        frame.keep_edges(&mut starts, Span::new(0, text.len()));
        assert_eq!(starts, [0, 6]);
        assert_eq!(frame.before(0), "");
        assert_eq!(frame.before(6), "```\n");
        assert_eq!(frame.after(6), "\n```");
        assert_eq!(frame.after(text.len()), "");
    }
}
