//! A document in, its sections out as the packer wants them: what leads, what is to be packed.
//!
//! ```text
//! # Guide          lead    \
//! ## Ports         lead     one passage, section "Ports"
//! Open 5060.       block   /
//! ## Notes         block    a passage whose only block is its heading
//! ```

use crate::document::{Block, BlockKind, Document, Span};

/// Headings are cut to this many bytes where they serve as context. A longer one is also a block
/// of its passage, so that no word of it is lost. Chosen by hand: parsers of damaged PDFs give
/// headings of a page or more, and every chunk below one carries it.
const MAX_HEADING_BYTES: usize = 400;

/// A section's headings and blocks. The spans of all passages tile the text.
#[derive(Debug)]
pub(super) struct Passage {
    pub(super) span: Span,
    /// The heading lines before the first block.
    pub(super) lead: Option<Span>,
    /// Never empty.
    pub(super) blocks: Vec<Tile>,
    pub(super) section: Option<usize>,
}

/// A block and where the passage is best divided before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tile {
    pub(super) block: Block,
    /// At the start of the block's line.
    pub(super) start: usize,
}

/// What the passage's heading path is, from the outermost heading.
pub(super) fn heading_path(document: &Document, section: Option<usize>) -> Vec<String> {
    let path = section.map_or_else(Vec::new, |section| document.heading_path(section));
    path.into_iter().map(cut_heading).collect()
}

pub(super) fn cut_heading(heading: &str) -> String {
    if heading.len() <= MAX_HEADING_BYTES {
        return heading.to_owned();
    }
    format!(
        "{}…",
        &heading[..heading.floor_char_boundary(MAX_HEADING_BYTES)]
    )
}

/// The passages of `document` in order; none if it has no block with text.
pub(super) fn passages(document: &Document) -> Vec<Passage> {
    let mut passages: Vec<Draft> = Vec::new();
    let mut previous_end = None;
    for &block in &document.blocks {
        if block.span.of(&document.text).trim().is_empty() {
            continue;
        }
        let start = previous_end.map_or(0, |end| line_start(&document.text, end, block.span.start));
        previous_end = Some(block.span.end);
        let tile = Tile { block, start };
        match (passages.last_mut(), block.kind) {
            (Some(draft), BlockKind::Heading { section }) if draft.leads_to(section, document) => {
                draft.add(tile, document);
            }
            (_, BlockKind::Heading { .. }) | (None, _) => {
                let mut draft = Draft::default();
                draft.add(tile, document);
                passages.push(draft);
            }
            (Some(draft), _) => draft.add(tile, document),
        }
    }
    close(passages, document.text.len())
}

/// A passage that is not complete yet.
#[derive(Debug, Default)]
struct Draft {
    headings: Vec<Tile>,
    blocks: Vec<Tile>,
    section: Option<usize>,
}

impl Draft {
    /// Whether it is nothing but headings above `section`.
    fn leads_to(&self, section: usize, document: &Document) -> bool {
        let level = |section: usize| document.sections[section].level;
        self.blocks.is_empty()
            && self
                .section
                .is_some_and(|above| level(above) < level(section))
    }

    fn add(&mut self, tile: Tile, document: &Document) {
        let BlockKind::Heading { section } = tile.block.kind else {
            self.blocks.push(tile);
            return;
        };
        self.section = Some(section);
        if document.sections[section].heading.len() > MAX_HEADING_BYTES {
            self.blocks.push(tile);
        } else {
            self.headings.push(tile);
        }
    }

    fn start(&self) -> usize {
        let first = self.headings.first().or(self.blocks.first());
        first.map_or(0, |tile| tile.start)
    }

    fn into_passage(mut self, end: usize) -> Passage {
        let span = Span::new(self.start(), end);
        if self.blocks.is_empty() {
            self.blocks.extend(self.headings.pop());
        }
        let lead = self.headings.first().zip(self.headings.last());
        Passage {
            span,
            lead: lead.map(|(first, last)| Span::new(first.block.span.start, last.block.span.end)),
            blocks: self.blocks,
            section: self.section,
        }
    }
}

fn close(drafts: Vec<Draft>, text_len: usize) -> Vec<Passage> {
    let mut ends: Vec<usize> = drafts.iter().skip(1).map(Draft::start).collect();
    ends.push(text_len);
    let closed = drafts.into_iter().zip(ends);
    closed.map(|(draft, end)| draft.into_passage(end)).collect()
}

/// The start of the line on which a block at `start` begins, but not before `previous_end`.
fn line_start(text: &str, previous_end: usize, start: usize) -> usize {
    let gap = &text[previous_end..start];
    gap.rfind('\n').map_or(start, |end| previous_end + end + 1)
}
