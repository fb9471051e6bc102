//! The narrow waist: what stores chunks and answers "best chunks for these terms", "nearest
//! chunks to this vector" and "these chunks by id", each under a filter.
//!
//! ```text
//!   ingest ──> Writer ──commit──> │ generation 1 │ generation 2 │ ...
//!                                        │
//!   search <── Ranking <── Snapshot <────┘   never changes
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the traits [`Engine`], [`Snapshot`], [`Writer`] and the data they exchange |
//! | `filter.rs` | [`Filter`] and its [`Facet`]s: which documents a search may answer from |
//! | `versions.rs` | the versions that a filter asks for |
//! | `scope.rs` | [`Scope`]: which documents exist for a reader |
//! | `scoped.rs` | a snapshot without what is outside a scope |
//! | `record.rs` | [`DocumentRecord`] and [`StoredChunk`]: what an engine keeps |
//! | `sketch.rs` | [`Sketch`]: by what the same passage is known in several versions |
//! | `embedded/` | the default engine, on local disk: tantivy for words, usearch for vectors |
//!
//! Nothing above this module knows which engine is in use.

#[cfg(feature = "embedded")]
pub mod embedded;
mod filter;
mod record;
mod scope;
mod scoped;
mod sketch;
mod versions;

use std::cmp::Ordering;
use std::sync::Arc;

pub(crate) use filter::nearest;
pub use filter::{Facet, Filter};
pub use record::{
    ChunkText, DocumentRecord, PageCount, StoredChunk, TermCounts, TextCounts, TextKey,
};
pub use scope::Scope;
pub(crate) use scoped::ScopedSnapshot;
use serde::{Deserialize, Serialize};
pub use sketch::{ChunkSketch, Sketch};
pub use versions::ProductVersion;

use crate::Result;
use crate::query::Query;
use crate::shelf::{ChunkId, DocumentId};

/// A chunk and its score in one ranking; higher is better.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Scored {
    /// The chunk.
    pub id: ChunkId,
    /// Its score; what it means depends on the ranking.
    pub score: f32,
    /// Which words of the query it has, in its text, headings or title; none if the ranking does
    /// not say.
    pub words: WordSet,
    /// The share of the query's words that stand in its passage as they stand in the query: as one
    /// name or, at a discount, one after the other. 0 to 1; 0 if the ranking does not say.
    pub in_a_row: f32,
}

impl Scored {
    /// `id` with `score`.
    pub fn new(id: ChunkId, score: f32) -> Self {
        Self {
            id,
            score,
            words: WordSet::default(),
            in_a_row: 0.0,
        }
    }

    /// Sets the share of the query's words that stand in it as in the query.
    #[must_use]
    pub fn with_in_a_row(mut self, share: f32) -> Self {
        self.in_a_row = share;
        self
    }

    /// Sets which words of the query it has.
    #[must_use]
    pub fn with_words(mut self, words: WordSet) -> Self {
        self.words = words;
        self
    }

    /// The order of every ranking: score descending, then chunk id ascending. Total.
    pub fn rank_order(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| self.id.cmp(&other.id))
    }
}

/// Which words are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "engines have to answer all of them"
)]
pub enum Pattern<'a> {
    /// This word as it is spelt, this stem, or this name without its punctuation; also in headings
    /// and titles.
    Word(&'a str),
    /// Words that begin so.
    Prefix(&'a str),
    /// Words that differ from this one in at most so many letters (1 or 2); two letters that
    /// changed places are one difference.
    Like(&'a str, u8),
}

/// Some of the words of a query, by their places among [`Query::sought`]. What comes after the 64th
/// is in no set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct WordSet(u64);

impl WordSet {
    /// Adds the word at `place`.
    pub fn insert(&mut self, place: usize) {
        if place < 64 {
            self.0 |= 1 << place;
        }
    }

    /// Adds every word of `other`.
    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether the word at `place` is in it.
    pub fn contains(self, place: usize) -> bool {
        place < 64 && self.0 >> place & 1 == 1
    }

    /// Whether it has every word of `other`.
    pub fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether no word is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Chunks in [`Scored::rank_order`], each at most once.
pub type Ranking = Vec<Scored>;

/// Which model made an index's vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct EmbedderIdentity {
    /// The model's name for people.
    pub name: String,
    /// Names the model, the hash of its weights, pooling and token limit: other vectors than these
    /// do not fit the index.
    pub fingerprint: String,
    /// Length of every vector.
    pub dim: usize,
}

impl EmbedderIdentity {
    /// The identity of `embedder`.
    pub fn of(embedder: &dyn crate::embed::Embedder) -> Self {
        Self {
            name: embedder.name().to_owned(),
            fingerprint: embedder.fingerprint().to_owned(),
            dim: embedder.dim(),
        }
    }
}

/// How large an engine's data is and in what state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct EngineStatus {
    /// Bytes on disk, old generations included.
    pub bytes: u64,
    /// Distinct vectors stored.
    pub vectors: usize,
    /// Vectors that an approximate (HNSW) graph covers; the others are scanned.
    pub vectors_in_graphs: usize,
    /// Why vector search is not available or was repaired, in words; empty when all is well.
    pub degraded: Vec<String>,
}

/// What a full check of an engine's data found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VerifyReport {
    /// The generation that was checked.
    pub generation: u64,
    /// Files whose checksums were computed.
    pub files: usize,
    /// Chunks found in the text index.
    pub chunks: usize,
    /// Distinct vectors found.
    pub vectors: usize,
    /// What is wrong, a sentence each; empty when the index is sound.
    pub faults: Vec<String>,
}

/// A store of chunks: any number of readers, one writer.
pub trait Engine: Send + Sync + std::fmt::Debug {
    /// The newest committed generation.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>>;

    /// The number of the newest committed generation, cheaply; 0 if nothing was ever committed.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn generation(&self) -> Result<u64>;

    /// The one writer.
    ///
    /// # Errors
    /// [`Error::Locked`](crate::Error::Locked) if another one is at work, in any process.
    /// [`Error::EmbedderMismatch`](crate::Error::EmbedderMismatch) if another model made the
    /// stored vectors.
    fn writer(&self, embedder: EmbedderIdentity) -> Result<Box<dyn Writer>>;

    /// As [`Engine::writer`], but forgets all stored vectors, whatever model made them: every
    /// document must be put again before the next commit.
    ///
    /// # Errors
    /// [`Error::Locked`](crate::Error::Locked) if another writer is at work, in any process.
    fn rewriter(&self, embedder: EmbedderIdentity) -> Result<Box<dyn Writer>>;

    /// Reads everything and checks it against its checksums and against each other.
    ///
    /// # Errors
    /// Only if the check itself cannot run; damage is in the report.
    fn verify(&self) -> Result<VerifyReport>;
}

/// One generation of a library; it never changes, whatever is committed later.
pub trait Snapshot: Send + Sync + std::fmt::Debug {
    /// Its number, from 1; 0 for a library in which nothing was ever committed.
    fn generation(&self) -> u64;

    /// When it was committed, in seconds since 1970-01-01 UTC; `None` in an empty library.
    fn written_at(&self) -> Option<u64>;

    /// Which model made the vectors; `None` in an empty library.
    fn embedder(&self) -> Option<&EmbedderIdentity>;

    /// All documents, by ascending id.
    fn documents(&self) -> &[DocumentRecord];

    /// Size and state.
    fn status(&self) -> EngineStatus;

    /// The `limit` best chunks for the words of `query` among the documents that `filter` admits.
    ///
    /// What a word is worth is counted over the whole library; under [`Filter::scopes`] over the
    /// documents within them, so that no score tells of any other.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn lexical(&self, query: &Query, filter: &Filter, limit: usize) -> Result<Ranking>;

    /// Which words of `query` each of these chunks has, in its text, headings or title; none for
    /// all of them if one of the ids is unknown.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn words(&self, query: &Query, ids: &[ChunkId]) -> Result<Vec<WordSet>>;

    /// The `limit` nearest chunks to `vector` (unit length, shape `[dim]`) among the documents
    /// that `filter` admits; the score is the cosine, computed from the stored vectors.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn nearest(&self, vector: &[f32], filter: &Filter, limit: usize) -> Result<Ranking>;

    /// Of each document of [`Self::documents`], how many of its chunks have a word of `query` and
    /// are admitted by `filter`: what there is to find, of which a ranking is the best.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn matched(&self, query: &Query, filter: &Filter) -> Result<Vec<u32>>;

    /// Words of the passages that are as `pattern` says, in lower case, each with how many chunks
    /// have it: most first, then in order of the alphabet, at most `limit`. Under
    /// [`Filter::scopes`] only the words of documents within them; nothing else of the filter
    /// counts.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn vocabulary(
        &self,
        pattern: Pattern<'_>,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<(String, u64)>>;

    /// These chunks, in the order asked for; `None` where an id is unknown.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<Option<StoredChunk>>>;

    /// How much of `query` each of these chunks has: the words and written names that it has in its
    /// text, headings or title, each worth its inverse document frequency, as a share of all, 0 to
    /// 1; and which words those are. A word that the library does not know is worth most, and no
    /// chunk has it. Under [`Filter::scopes`] as [`Self::lexical`].
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn coverage(
        &self,
        query: &Query,
        filter: &Filter,
        ids: &[ChunkId],
    ) -> Result<Vec<(f32, WordSet)>>;

    /// The vectors of these chunks, in the order asked for; `None` where one is missing. An engine
    /// that cannot give them has none; hits are then not made unlike each other.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn vectors(&self, ids: &[ChunkId]) -> Result<Vec<Option<Vec<f32>>>> {
        Ok(vec![None; ids.len()])
    }

    /// The sketches of all chunks: those of the first document in reading order, then those of the
    /// next. An engine that keeps none gives none; equal passages of several versions are then
    /// hits of their own.
    ///
    /// # Errors
    /// If stored data cannot be read.
    fn sketches(&self) -> Result<Vec<ChunkSketch>> {
        Ok(Vec::new())
    }

    /// The document with this id.
    fn document(&self, id: &DocumentId) -> Option<&DocumentRecord> {
        let documents = self.documents();
        documents
            .binary_search_by(|record| record.id.cmp(id))
            .ok()
            .map(|index| &documents[index])
    }
}

/// Changes that become visible together with [`Writer::commit`]. Dropping a writer drops what
/// was not committed.
pub trait Writer: std::fmt::Debug {
    /// The generation that was committed last; 0 if none was.
    fn generation(&self) -> u64;

    /// The documents as they are after all changes so far, by ascending id.
    fn documents(&self) -> Vec<DocumentRecord>;

    /// Whether a vector for this text is stored already.
    fn has_vector(&self, key: &TextKey) -> bool;

    /// Stores a vector of unit length; a key that is stored already keeps its vector.
    ///
    /// # Errors
    /// If the dimension differs from the library's, or the length from 1.
    fn put_vector(&mut self, key: TextKey, vector: &[f32]) -> Result<()>;

    /// Stores a document and its chunks in place of what has the same id. Every chunk's vector
    /// must be stored before the next commit.
    ///
    /// # Errors
    /// If the index refuses it.
    fn put_document(&mut self, record: DocumentRecord, chunks: &[StoredChunk]) -> Result<()>;

    /// Changes what is known of a document whose chunks stay as they are.
    fn put_record(&mut self, record: DocumentRecord);

    /// Removes a document and its chunks.
    ///
    /// # Errors
    /// If the index refuses it.
    fn remove_document(&mut self, id: &DocumentId) -> Result<()>;

    /// Makes all changes so far visible and durable, atomically; gives the new generation's
    /// number.
    ///
    /// # Errors
    /// If anything cannot be written; the generation before stays what it was.
    fn commit(&mut self) -> Result<u64>;

    /// Commits, then merges what many small commits left, drops what nothing refers to, and
    /// builds missing vector graphs. Where that changed anything it is a generation of its own,
    /// so that readers move on to it: chunks are the same, scores may differ in the last digits
    /// because deleted chunks no longer count in the statistics of words.
    ///
    /// # Errors
    /// As [`Writer::commit`].
    fn finish(&mut self) -> Result<u64>;
}
