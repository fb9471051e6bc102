//! What an engine keeps of documents and chunks.

use serde::{Deserialize, Serialize};

use crate::acronym::Acronym;
use crate::analyze::Language;
use crate::chunk::{self, Chunk, PageRange};
use crate::document::{Layout, Problem, Span};
use crate::shelf::{ChunkId, DocumentId, Shelf};

/// Names a text that was embedded: the first 16 bytes of its BLAKE3 hash.
///
/// Chunks with the same text share one vector. With 2^40 texts the chance that any two share a
/// key by accident is 2^-49 (birthday bound on 128 bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TextKey([u8; 16]);

impl TextKey {
    /// The key of `model_input`.
    pub fn of(model_input: &str) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&blake3::hash(model_input.as_bytes()).as_bytes()[..16]);
        Self(key)
    }

    /// The key with these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

/// What is known of a document without opening its chunks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DocumentRecord {
    /// Its id.
    pub id: DocumentId,
    /// Where it came from: a path below the docs root, or a record's `_id`.
    pub source: String,
    /// Its place on the shelves.
    pub shelf: Shelf,
    /// Its title: the manifest's, else the document's own.
    pub title: Option<String>,
    /// Its date: the manifest's, else the document's own, as written.
    pub date: Option<String>,
    /// Address of this one document, where its source gives one.
    pub url: Option<String>,
    /// BLAKE3 of its content, in hexadecimal.
    pub content_hash: String,
    /// Names the program version and settings that cut it; when they change, it is cut again.
    pub settings: String,
    /// How many chunks it has.
    pub chunks: u32,
    /// Its pages; both 0 if it knows none.
    pub pages: PageCount,
    /// How its text is laid out.
    #[serde(default)]
    pub layout: Layout,
    /// What its text holds.
    #[serde(default)]
    pub text: TextCounts,
    /// The language it is in, as a tag of BCP 47: the manifest's, else the document's own. `None`
    /// counts as English.
    #[serde(default)]
    pub language: Option<String>,
    /// The encoding its text was in, if that was not UTF-8.
    #[serde(default)]
    pub encoding: Option<String>,
    /// How many words the lexical fields hold, for exact averages.
    pub terms: TermCounts,
    /// The acronyms that it defines, each once.
    #[serde(default)]
    pub acronyms: Vec<Acronym>,
    /// What its parser noticed.
    pub problems: Vec<Problem>,
}

impl DocumentRecord {
    /// A record without chunks; its fields are public.
    pub fn new(id: DocumentId, source: impl Into<String>, shelf: Shelf) -> Self {
        Self {
            id,
            source: source.into(),
            shelf,
            title: None,
            date: None,
            url: None,
            content_hash: String::new(),
            settings: String::new(),
            chunks: 0,
            pages: PageCount::default(),
            layout: Layout::default(),
            text: TextCounts::default(),
            language: None,
            encoding: None,
            terms: TermCounts::default(),
            acronyms: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The language whose stems its words are found by.
    pub(crate) fn language(&self) -> Language {
        self.language
            .as_deref()
            .map_or(Language::English, Language::of_tag)
    }

    /// What people call it: its title, or else its name on the shelf.
    pub fn name(&self) -> &str {
        self.title.as_ref().unwrap_or(&self.shelf.document)
    }

    /// Ids of its chunks, in reading order.
    pub fn chunk_ids(&self) -> impl Iterator<Item = ChunkId> + '_ {
        (0..self.chunks).map(|ordinal| ChunkId::new(&self.id, ordinal))
    }
}

/// Pages of a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct PageCount {
    /// All pages.
    pub total: usize,
    /// Pages without any text.
    pub empty: usize,
}

impl PageCount {
    /// `total` pages, of which `empty` hold no text.
    pub fn new(total: usize, empty: usize) -> Self {
        Self { total, empty }
    }
}

/// What the text of a document holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct TextCounts {
    /// Characters, white space included.
    pub characters: usize,
    /// Tables.
    pub tables: usize,
    /// Paragraphs, tables, listings and so on that fit no passage whole and were cut.
    pub oversize: usize,
    /// Places that could not be decoded, where U+FFFD stands now.
    pub repairs: usize,
}

impl std::ops::AddAssign for TextCounts {
    fn add_assign(&mut self, other: Self) {
        self.characters += other.characters;
        self.tables += other.tables;
        self.oversize += other.oversize;
        self.repairs += other.repairs;
    }
}

impl std::ops::AddAssign for PageCount {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.empty += other.empty;
    }
}

/// Words in each lexical field, summed over a document's chunks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TermCounts {
    /// Words of the title, once for each chunk.
    pub title: u64,
    /// Words of the heading paths.
    pub heading: u64,
    /// Words of the passages.
    pub body: u64,
}

impl std::ops::AddAssign for TermCounts {
    fn add_assign(&mut self, other: Self) {
        self.title += other.title;
        self.heading += other.heading;
        self.body += other.body;
    }
}

/// A chunk as an engine keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredChunk {
    /// Its ordinal in its document, from 0.
    pub ordinal: u32,
    /// The text that was embedded, by its key.
    pub text_key: TextKey,
    /// What the model read before the passage: title and heading path.
    pub context: String,
    /// Headings from the outermost to its own section's.
    pub heading_path: Vec<String>,
    /// Anchor of its section in the source.
    pub anchor: Option<String>,
    /// Its pages, where the document knows them.
    pub pages: Option<PageRange>,
    /// Where it stands in the document's text.
    pub span: Span,
    /// The passage.
    pub body: ChunkText,
}

/// A passage and what of it does not stand in the document at that place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChunkText {
    /// Heading lines before the passage.
    pub lead: String,
    /// The passage as shown.
    pub text: String,
    /// Bytes at the front of `text` that repeat a table's header or a code fence.
    pub repeated_before: usize,
    /// Bytes at the end of `text` that close a code fence.
    pub repeated_after: usize,
    /// Bytes of `text`, after the repeated ones, that the previous chunk holds too.
    pub overlap: usize,
}

impl ChunkText {
    /// What of the passage stands in the document at its place and in no chunk before it: without
    /// repeated headers and fences, and without the overlap. Joined in order, these are the text.
    pub fn own(&self) -> &str {
        let start = self.repeated_before + self.overlap;
        let end = self.text.len() - self.repeated_after;
        self.text.get(start..end).unwrap_or(&self.text)
    }

    /// The passage without what the chunk before it holds too, but with repeated headers and
    /// fences: for reading a document chunk by chunk.
    pub fn without_overlap(&self) -> String {
        let frame = self.text.get(..self.repeated_before);
        let rest = self.text.get(self.repeated_before + self.overlap..);
        match frame.zip(rest) {
            Some((frame, rest)) => format!("{frame}{rest}"),
            None => self.text.clone(),
        }
    }
}

impl StoredChunk {
    /// What the embedding model reads: the context, then the passage.
    pub fn model_input(&self) -> String {
        chunk::model_input(&self.context, &self.body.text)
    }

    /// What an engine keeps of `chunk`.
    pub fn new(chunk: Chunk, anchor: Option<String>) -> Self {
        Self {
            ordinal: chunk.ordinal,
            text_key: TextKey::of(&chunk.model_input()),
            context: chunk.context,
            heading_path: chunk.heading_path,
            anchor,
            pages: chunk.pages,
            span: chunk.span,
            body: ChunkText {
                lead: chunk.lead,
                text: chunk.text,
                repeated_before: chunk.repeated.before,
                repeated_after: chunk.repeated.after,
                overlap: chunk.overlap,
            },
        }
    }
}
