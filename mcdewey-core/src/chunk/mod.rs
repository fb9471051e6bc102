//! A document in, passages out.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`chunk`] and what it returns |
//! | `settings.rs` | how large a passage may be |
//! | `passage.rs` | which blocks and headings belong together |
//! | `pack.rs` | filling chunks with pieces of one passage |
//! | `assemble.rs` | what a chunk of some pieces looks like |
//! | `cut.rs` | where a block that is too large is cut |
//! | `sentence.rs` | where sentences start |
//! | `frame.rs` | table headers and fences around the parts of a cut block |
//! | `context.rs` | the line that tells the model where a passage stands |
//! | `measure.rs` | sizes in tokens |
//!
//! ```text
//! text    | # Guide\n\n## Ports\n\nOpen these.\n\n| Port | Use |\n|---|---|\n ...  | 5090 | RTP |\n
//! chunks  | 0 ------------------------------------------------------- | 1 ---------------- ...
//!           lead "# Guide\n\n## Ports"                                  repeated header, rows
//!           text "Open these.\n\n| Port | ..."
//! ```
//!
//! A heading starts a new chunk, whole blocks are packed while they fit, and a block that fits no
//! chunk is cut at the best places it has. Sizes are tokens of the embedding model, context line
//! included, so the model never reads less than what is stored. The default sizes were measured:
//! the table is at [`ChunkSettings`].
//!
//! The crate `text-splitter` was considered. It finds semantic boundaries in Markdown and measures
//! with a tokenizer too, but it reads source text, while here the parser has already said what
//! the blocks, sections and pages of any format are; it cannot repeat a table's header or a fence,
//! has no notion of a heading path that takes part in the size, and merges across headings. What
//! would remain of it is the packing loop.

mod assemble;
mod context;
mod cut;
mod frame;
mod measure;
mod pack;
mod passage;
mod sentence;
mod settings;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::document::{Document, Span};
use measure::Meter;
use pack::{Job, Packer};

pub use settings::ChunkSettings;

/// One contiguous passage of a document: the unit that is indexed, ranked and returned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chunk {
    /// Its position among the document's chunks, from 0.
    pub ordinal: u32,
    /// Where it is in [`Document::text`]. The spans of chunks without overlap tile the text: the
    /// first starts at 0, each starts where the one before ends, the last ends with the text.
    /// With overlap a span starts earlier by the part that the previous chunk holds too.
    pub span: Span,
    /// The heading lines at the front of the span, without white space around them. Their words
    /// are in [`Self::heading_path`], so they are not part of [`Self::text`].
    pub lead: String,
    /// The passage as it is shown: never blank, without the lead and the white space around it.
    /// Between the bytes counted in [`Self::repeated`] it is a part of the document's text.
    pub text: String,
    /// What the text repeats from elsewhere to be readable on its own.
    pub repeated: Repeated,
    /// How many bytes of the text, after [`Repeated::before`], end the previous chunk as well.
    pub overlap: usize,
    /// The section it belongs to: index into [`Document::sections`].
    pub section: Option<usize>,
    /// The headings it stands under, from the outermost; each at most about 400 bytes.
    pub heading_path: Vec<String>,
    /// Document title and heading path as the model reads them, joined with ` > `; at most a third
    /// of the tokens of a chunk, shortened if need be, so not for display.
    pub context: String,
    /// The pages its text lies on, the overlap left out; `None` where the document knows no pages.
    pub pages: Option<PageRange>,
}

impl Chunk {
    /// What the embedding model reads: the context, then the text. It has at most
    /// [`ChunkSettings::max_tokens`] tokens (unless a single `char` of it already has more).
    pub fn model_input(&self) -> String {
        model_input(&self.context, &self.text)
    }
}

/// What the embedding model reads of a passage: the context, then the text.
pub(crate) fn model_input(context: &str, text: &str) -> String {
    if context.is_empty() {
        return text.to_owned();
    }
    format!("{context}\n{text}")
}

/// Bytes at the two ends of a chunk's text that do not stand there in the document: the header of
/// a table that was cut, the fences of code that was cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeated {
    /// Bytes at the front.
    pub before: usize,
    /// Bytes at the back.
    pub after: usize,
}

/// The pages that a passage lies on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct PageRange {
    /// Physical number of the first page, from 1.
    pub first: u32,
    /// Physical number of the last page, not before the first.
    pub last: u32,
    /// Printed label of the first page, where it is known and differs from the number.
    pub label: Option<String>,
}

impl PageRange {
    /// The pages of `span`. Text before the first page mark counts as being on the first page.
    fn of(document: &Document, span: Span) -> Option<Self> {
        let last = document.page_at(span.end.saturating_sub(1))?;
        let first = document.page_at(span.start).unwrap_or(&document.pages[0]);
        Some(Self {
            first: first.number,
            last: last.number.max(first.number),
            label: first.label.clone(),
        })
    }
}

/// Cuts `document` into passages, in order; none if it has no text.
///
/// `title` is the document's title as the library knows it; it is the front of each chunk's
/// context. `count_tokens` is the embedder's count, special tokens left out.
///
/// # Complexity
/// Linear in the length of the text; each byte is tokenized a small constant number of times.
///
/// # Examples
/// ```
/// use mcdewey_core::chunk::{ChunkSettings, chunk};
/// use mcdewey_core::document::{Block, BlockKind, Document, Span};
///
/// let mut document = Document::default();
/// document.text = "Open port 5060. Restart.".to_owned();
/// document.blocks = vec![Block::new(BlockKind::Paragraph, Span::new(0, 24))];
/// let words = |text: &str| text.split_whitespace().count();
///
/// let chunks = chunk(&document, Some("Guide"), &ChunkSettings::default(), &words);
/// assert_eq!(chunks[0].text, "Open port 5060. Restart.");
/// assert_eq!(chunks[0].model_input(), "Guide\nOpen port 5060. Restart.");
/// ```
pub fn chunk(
    document: &Document,
    title: Option<&str>,
    settings: &ChunkSettings,
    count_tokens: &dyn Fn(&str) -> usize,
) -> Vec<Chunk> {
    let job = Job {
        document,
        settings,
        meter: Meter::new(count_tokens, settings.max_tokens()),
    };
    let title = title.map(passage::cut_heading);
    let mut chunks = Vec::new();
    for passage in passage::passages(document) {
        let path = passage::heading_path(document, passage.section);
        let context = context::context_line(title.as_deref(), &path, &job.meter);
        chunks.extend(Packer::new(&job, &passage, path, context).run());
    }
    for (ordinal, chunk) in (0..).zip(&mut chunks) {
        chunk.ordinal = ordinal;
    }
    chunks
}
