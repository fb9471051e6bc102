//! What a library answers with.

use serde::Serialize;

use crate::collapse::Elsewhere;
use crate::engine::{EmbedderIdentity, EngineStatus, ProductVersion};
use crate::present::{Hit, Passage};
use crate::search::{Confidence, FacetCounted, Mode};
use crate::shelf::ChunkId;

/// The answer to a [`SearchRequest`](crate::SearchRequest).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SearchResponse {
    /// The query as given.
    pub query: String,
    /// Which legs were used.
    pub mode: Mode,
    /// The versions that were asked for and those that answered.
    pub versions: AnsweredVersions,
    /// The passages found, best first.
    pub hits: Vec<Hit>,
    /// How many passages were ranked, before the request's offset and limit.
    pub total: usize,
    /// Whether there are more, behind these, for whoever asks for what comes after them.
    pub more: bool,
    /// Whether the library speaks of what was asked. Not whether the first hit is right.
    pub confidence: Confidence,
    /// How the query was read, if the request asked for explanations.
    pub parsed: Option<String>,
    /// What of the query was read otherwise than it may have been meant, a sentence each.
    pub notes: Vec<String>,
    /// The query with words that the library knows in place of those that it does not.
    pub did_you_mean: Option<String>,
    /// Where everything stands that has a word of the query, if the request asked for that.
    pub facets: Option<Vec<FacetCounted>>,
    /// The generation that answered.
    pub generation: u64,
}

/// The versions that a search asked for, and those that answered. Both are empty where it asked for
/// none: then every passage is in the newest version that has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct AnsweredVersions {
    /// As asked for.
    pub requested: Vec<String>,
    /// What that stands for in this library.
    pub resolved: Vec<ProductVersion>,
}

/// A passage, and the ids before and after it in its document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct PassageInContext {
    /// Passages before it, in reading order.
    pub before: Vec<Passage>,
    /// The passage asked for.
    pub passage: Passage,
    /// In which other versions the passage asked for stands.
    #[serde(flatten)]
    pub elsewhere: Elsewhere,
    /// Passages after it, in reading order.
    pub after: Vec<Passage>,
    /// The chunk before all of these, if there is one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub previous: Option<ChunkId>,
    /// The chunk after all of these, if there is one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub next: Option<ChunkId>,
    /// The generation that answered.
    pub generation: u64,
}

/// What a library holds and in what state it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct LibraryStatus {
    /// The newest generation known to this library.
    pub generation: u64,
    /// When it was committed, in seconds since 1970-01-01 UTC.
    pub committed_at: Option<u64>,
    /// How many vendors there are.
    pub vendors: usize,
    /// How many products, those of every vendor counted apart.
    pub products: usize,
    /// How many versions, those of every product counted apart.
    pub versions: usize,
    /// How many documents.
    pub documents: usize,
    /// Passages.
    pub chunks: usize,
    /// Pages of all documents that know pages.
    pub pages: usize,
    /// The model that made the vectors.
    pub embedder: Option<EmbedderIdentity>,
    /// What runs the model here, if one is loaded.
    pub runtime: Option<String>,
    /// The model that puts the first hits in order, if there is one.
    pub reranker: Option<String>,
    /// Size on disk, vectors, what is degraded.
    pub engine: EngineStatus,
}
