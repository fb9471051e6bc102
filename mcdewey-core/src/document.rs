//! What a parsed document is: its text, and where its sections, blocks and pages lie in it.
//!
//! ```text
//! text    | ## Ports\n\nOpen 5060.\n\n| Port | Use |\n|---|---|\n| 5060 | SIP |\n ...
//! blocks  | Heading    Paragraph     Table (header = its first two lines)
//! sections| 0: "Ports", from its heading to the next heading
//! pages   | 46 ...          47 (starts in the middle of the paragraph)
//! ```
//!
//! All positions are [`Span`]s into [`Document::text`].

use serde::{Deserialize, Serialize};

/// A byte range of a text; both ends lie on `char` boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a range is complete by nature")]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The part of `text` that it covers.
    ///
    /// # Panics
    /// If it does not lie in `text` on `char` boundaries.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// A document as its parser understood it.
///
/// Blocks are in order and do not overlap; between them lies only white space or mark-up that
/// carries no text. Sections and pages are in order of their start.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// Its title, if it says one: front matter, else a single first-level heading at its start.
    pub title: Option<String>,
    /// Its date, if it says one, as written.
    pub date: Option<String>,
    /// Where it is published, if it says so: an absolute address.
    pub url: Option<String>,
    /// The language it says it is in, as a tag of BCP 47 such as `en`, as written.
    pub language: Option<String>,
    /// How its text is laid out.
    pub layout: Layout,
    /// The encoding its text was in, by its name in the Encoding Standard; `None` for UTF-8 and
    /// for what is no text.
    pub encoding: Option<String>,
    /// Places that could not be decoded; U+FFFD stands there now.
    pub repairs: usize,
    /// The readable text: line ends are `\n`, front matter and page marks are taken out.
    pub text: String,
    /// Paragraphs, code, tables, lists, headings.
    pub blocks: Vec<Block>,
    /// One for each heading.
    pub sections: Vec<Section>,
    /// One for each page mark; empty where the document knows no pages.
    pub pages: Vec<Page>,
    /// What the parser had to repair or leave out.
    pub problems: Vec<Problem>,
}

/// How the text of a document is laid out, for whoever shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Layout {
    /// As it stands.
    #[default]
    Plain,
    /// Markdown as its author wrote it.
    Markdown,
    /// Blocks as Markdown writes them (headings, lists, fenced code, tables of pipes), but within
    /// them every character means itself: what was read out of HTML, PDF, Word and the like.
    Blocks,
}

/// A piece of a document that is better not cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it is, without the white space around it.
    pub span: Span,
}

impl Block {
    /// A block of `kind` at `span`.
    pub fn new(kind: BlockKind, span: Span) -> Self {
        Self { kind, span }
    }
}

/// What a block is, as far as cutting is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum BlockKind {
    /// The heading that opens section `section`.
    Heading {
        /// Index into [`Document::sections`].
        section: usize,
    },
    /// Running text: cut at sentences, then words.
    Paragraph,
    /// A list: cut at its items, which are separate blocks of this kind where the parser knows them.
    ListItem,
    /// Code: cut at lines. `fence` is the opening fence line, absent for indented code.
    Code {
        /// The opening fence with its info string, repeated when the code must be cut.
        fence: Option<Span>,
    },
    /// A table: cut between rows, a row a line. `header` is repeated when the table must be cut.
    Table {
        /// Header row and the rule below it, if the table has one.
        header: Option<Span>,
    },
}

/// A heading and what stands under it up to the next heading of any level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Section {
    /// The heading's text without mark-up.
    pub heading: String,
    /// Its level, from 1; a deeper section has a higher level.
    pub level: u8,
    /// The nearest section before it with a lower level: index into [`Document::sections`].
    pub parent: Option<usize>,
    /// The anchor it has in its source, for deep links.
    pub anchor: Option<String>,
    /// Where its heading starts.
    pub start: usize,
}

impl Section {
    /// A section that starts at byte `start`.
    pub fn new(heading: impl Into<String>, level: u8, parent: Option<usize>, start: usize) -> Self {
        Self {
            heading: heading.into(),
            level,
            parent,
            anchor: None,
            start,
        }
    }
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// Physical number, from 1.
    pub number: u32,
    /// Printed label (`iv`, `3-17`), where it is known and differs from the number.
    pub label: Option<String>,
    /// Where its text starts in [`Document::text`].
    pub start: usize,
}

impl Page {
    /// Page `number`, whose text starts at byte `start`.
    pub fn new(number: u32, start: usize) -> Self {
        Self {
            number,
            label: None,
            start,
        }
    }
}

/// Something an operator should know about a document; never a reason to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Problem {
    /// Where in the document: `line 12`, `page 3`; empty for the whole document.
    pub place: String,
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// What happened, for a person.
    pub message: String,
}

impl Problem {
    /// A problem of `kind` at `place`.
    pub fn new(kind: ProblemKind, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            kind,
            message: message.into(),
        }
    }
}

/// Kinds of problems; their names in JSON are kebab-case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// The file could not be read.
    Unreadable,
    /// The bytes are not text in UTF-8; what could be read was kept.
    Encoding,
    /// A format that this program does not read.
    UnsupportedFormat,
    /// A document without any text.
    Empty,
    /// Two records, or two entries of an archive, have one id; one of them was left out.
    DuplicateId,
    /// A line of a `.jsonl` file is not a record.
    MalformedRecord,
    /// The front matter of a document could not be understood.
    FrontMatter,
    /// A file's name cannot be used in an id.
    FileName,
    /// It is damaged; what could be read was kept.
    Damaged,
    /// It is larger than what is read; the rest was left out.
    TooLarge,
    /// Its parts lie too deep in one another; some structure was left out.
    Nested,
    /// It is protected by a password or by rights management.
    Encrypted,
    /// It holds pictures of text, and no text.
    ImageOnly,
    /// Two documents whose paths differ only in case or in the form of their letters. Both are
    /// kept, but people will take one for the other.
    LookAlike,
}

impl ProblemKind {
    /// Whether a document that has no text and this problem was not read, rather than empty.
    pub(crate) fn is_failure(self) -> bool {
        matches!(
            self,
            Self::Unreadable
                | Self::Encoding
                | Self::Encrypted
                | Self::ImageOnly
                | Self::Damaged
                | Self::TooLarge
                | Self::Nested
        )
    }
}

impl Document {
    /// The headings from the outermost to section `section`.
    ///
    /// # Panics
    /// If there is no such section.
    pub fn heading_path(&self, section: usize) -> Vec<&str> {
        let mut path = Vec::new();
        let mut next = Some(section);
        while let Some(index) = next {
            let section = &self.sections[index];
            path.push(section.heading.as_str());
            next = section.parent;
        }
        path.reverse();
        path
    }

    /// Whether all positions are such that nothing which uses them can fail: for documents that
    /// come from elsewhere than a parser of this process.
    pub(crate) fn is_sound(&self) -> bool {
        let text = self.text.as_str();
        let is_span =
            |span: Span| span.start <= span.end && text.get(span.start..span.end).is_some();
        let mut end = 0;
        let blocks = self.blocks.iter().all(|block| {
            let follows = block.span.start >= end && is_span(block.span);
            end = block.span.end;
            let within = |part: Option<Span>| {
                part.is_none_or(|part| {
                    is_span(part) && part.start >= block.span.start && part.end <= block.span.end
                })
            };
            follows
                && match block.kind {
                    BlockKind::Heading { section } => section < self.sections.len(),
                    BlockKind::Code { fence: part } | BlockKind::Table { header: part } => {
                        within(part)
                    }
                    BlockKind::Paragraph | BlockKind::ListItem => true,
                }
        });
        let sections = self.sections.iter().enumerate().all(|(index, section)| {
            text.is_char_boundary(section.start)
                && section.parent.is_none_or(|parent| parent < index)
        });
        let pages = self
            .pages
            .iter()
            .all(|page| text.is_char_boundary(page.start));
        blocks
            && sections
            && pages
            && self.sections.is_sorted_by_key(|section| section.start)
            && self.pages.is_sorted_by_key(|page| page.start)
    }

    /// The page on which byte `position` lies; `None` where the document knows no pages.
    pub fn page_at(&self, position: usize) -> Option<&Page> {
        let after = self.pages.partition_point(|page| page.start <= position);
        after.checked_sub(1).map(|index| &self.pages[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_before_the_first_page_has_no_page() {
        let document = Document {
            pages: vec![Page::new(3, 10), Page::new(4, 20)],
            ..Document::default()
        };
        assert_eq!(document.page_at(9), None);
        assert_eq!(document.page_at(10).map(|page| page.number), Some(3));
        assert_eq!(document.page_at(25).map(|page| page.number), Some(4));
    }

    #[test]
    fn heading_path_runs_from_the_outermost_heading() {
        let document = Document {
            sections: vec![
                Section::new("Guide", 1, None, 0),
                Section::new("Ports", 2, Some(0), 10),
            ],
            ..Document::default()
        };
        assert_eq!(document.heading_path(1), ["Guide", "Ports"]);
    }
}
