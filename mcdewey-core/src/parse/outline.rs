//! Collects the blocks and sections of a document: parents by level, anchors as GitHub makes them.

use std::collections::HashMap;

use crate::document::{Block, BlockKind, Section, Span};

/// What a parser has found so far, in reading order.
#[derive(Debug, Default)]
pub(super) struct Outline {
    blocks: Vec<Block>,
    sections: Vec<Section>,
    /// The sections that the next heading may stand under, outermost first.
    open: Vec<usize>,
}

impl Outline {
    /// Adds a block at `span`, less the white space around it; nothing if there is only that.
    pub(super) fn push(&mut self, text: &str, kind: BlockKind, span: Span) {
        let span = trimmed(text, span);
        if !span.is_empty() {
            self.blocks.push(Block::new(kind, span));
        }
    }

    /// Adds a heading: its section and its block.
    pub(super) fn push_heading(&mut self, text: &str, heading: Heading) {
        let span = trimmed(text, heading.span);
        while let Some(&last) = self.open.last()
            && self.sections[last].level >= heading.level
        {
            self.open.pop();
        }
        let index = self.sections.len();
        let parent = self.open.last().copied();
        let mut section = Section::new(heading.text, heading.level, parent, span.start);
        section.anchor = heading.anchor;
        self.sections.push(section);
        self.open.push(index);
        self.blocks
            .push(Block::new(BlockKind::Heading { section: index }, span));
    }

    /// The kind of the last block.
    pub(super) fn last_kind(&self) -> Option<BlockKind> {
        self.blocks.last().map(|block| block.kind)
    }

    /// Whether no block was found yet.
    #[cfg(feature = "office")]
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The blocks and the sections.
    pub(super) fn into_parts(self) -> (Vec<Block>, Vec<Section>) {
        (self.blocks, self.sections)
    }
}

/// A heading as a parser found it.
#[derive(Debug)]
pub(super) struct Heading {
    /// Its text without mark-up; not blank.
    pub(super) text: String,
    /// Its level, from 1.
    pub(super) level: u8,
    /// Its anchor, if its format has them.
    pub(super) anchor: Option<String>,
    /// Its mark-up included.
    pub(super) span: Span,
}

/// `span` without the white space at both its ends.
pub(super) fn trimmed(text: &str, span: Span) -> Span {
    let body = span.of(text);
    let start = span.start + (body.len() - body.trim_start().len());
    Span::new(start, start + body.trim().len())
}

/// Gives out anchors, a different one to each heading of a document.
///
/// # Source
/// The rules of GitHub, as in <https://github.com/Flet/github-slugger>.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// For each anchor given out, how often it was asked for again.
    repeats: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor that a heading names itself.
    pub(super) fn explicit(&mut self, id: &str) -> String {
        self.repeats.entry(id.to_owned()).or_insert(0);
        id.to_owned()
    }

    /// The anchor that follows from a heading's text.
    pub(super) fn of_heading(&mut self, heading: &str) -> String {
        let base = slug(heading);
        let Some(mut repeat) = self.repeats.get(&base).copied() else {
            self.repeats.insert(base.clone(), 0);
            return base;
        };
        loop {
            repeat += 1;
            let anchor = format!("{base}-{repeat}");
            if !self.repeats.contains_key(&anchor) {
                self.repeats.insert(base, repeat);
                self.repeats.insert(anchor.clone(), 0);
                return anchor;
            }
        }
    }
}

fn slug(heading: &str) -> String {
    heading
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|symbol| match symbol {
            ' ' => Some('-'),
            '-' | '_' => Some(symbol),
            _ => symbol.is_alphanumeric().then_some(symbol),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_lower_case_without_punctuation() {
        let mut anchors = Anchors::default();
        assert_eq!(
            anchors.of_heading("What's new in 15.0?"),
            "whats-new-in-150"
        );
        assert_eq!(anchors.of_heading("Größe & Form_1"), "größe--form_1");
    }

    #[test]
    fn repeated_headings_get_numbered_anchors() {
        let mut anchors = Anchors::default();
        let given = ["Notes", "Notes", "Notes-1", "Notes"].map(|text| anchors.of_heading(text));
        assert_eq!(given, ["notes", "notes-1", "notes-1-1", "notes-2"]);
    }

    #[test]
    fn parent_is_the_nearest_section_of_a_lower_level() {
        let mut outline = Outline::default();
        for (at, level) in [2_u8, 4, 3, 1, 3].into_iter().enumerate() {
            let heading = Heading {
                text: "x".into(),
                level,
                anchor: None,
                span: Span::new(at, at + 1),
            };
            outline.push_heading("xxxxx", heading);
        }
        let (_, sections) = outline.into_parts();
        let parents: Vec<_> = sections.iter().map(|section| section.parent).collect();
        assert_eq!(parents, [None, Some(0), Some(0), None, Some(3)]);
    }
}
