//! A request in, a ranking out: retrieve by words and by meaning, then fuse.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`SearchRequest`], [`Mode`]; running both legs |
//! | `confidence.rs` | whether the library speaks of what was asked |
//! | `expand.rs` | what stands for the words of a query: synonyms, completions, corrections |
//! | `condition.rs` | what a passage must meet, looked up in the library |
//! | `observe.rs` | [`SearchObserver`]: who is told of every search |
//! | `facets.rs` | where everything stands that has a word of the query |
//! | `fuse.rs` | two rankings -> one: by scores, or by ranks |
//! | `legs.rs` | both legs, side by side |
//! | `models.rs` | [`Models`]: those that a search may ask |
//! | `passages.rs` | from legs to the ranking that pages are cut from |
//! | `rerank.rs` | the first passages in the order of a reranker |
//! | `shape.rs` | neighbours into one, quotas, diversity |
//! | `relax.rs` | what a filter keeps from being found |

mod condition;
mod confidence;
mod expand;
mod facets;
mod fuse;
mod legs;
mod models;
mod observe;
mod passages;
mod relax;
mod rerank;
mod shape;

use serde::{Deserialize, Serialize};

pub use self::confidence::{Confidence, ConfidenceLevel};
pub use self::facets::{FacetCount, FacetCounted};
pub use self::fuse::{Evidence, Fused, Fusion, FusionSettings, Leg};
use self::legs::Sought;
pub use self::models::Models;
pub use self::observe::{SearchEvent, SearchObserver, SearchTimes};
use self::passages::Passages;
pub use self::relax::{Relaxation, relaxations};
pub use self::rerank::{RERANKED, Reranked};
use crate::collapse::{Editions, Generation};
use crate::engine::Filter;
use crate::query::Query;
use crate::synonym::Admitted;
use crate::{Error, Result};

/// Most hits of one search.
pub const MAX_LIMIT: usize = 1000;
/// Hits of a search that does not say how many.
pub const DEFAULT_LIMIT: usize = 10;

/// Which legs a search uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Mode {
    /// Words and meaning, fused.
    #[default]
    Hybrid,
    /// Words only (BM25).
    Lexical,
    /// Meaning only (embeddings).
    Vector,
}

impl std::fmt::Display for Mode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Hybrid => "hybrid",
            Self::Lexical => "lexical",
            Self::Vector => "vector",
        })
    }
}

/// What to search for, where, and how.
///
/// # Examples
/// ```
/// use mcdewey_core::{Filter, Mode, SearchRequest};
///
/// let request = SearchRequest::new("native VLAN")
///     .with_filter(Filter::new().with_vendor("cisco"))
///     .with_mode(Mode::Lexical)
///     .with_limit(5);
/// assert_eq!(request.limit, 5);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SearchRequest {
    /// The query text, of any form; see [`crate::query`] for its syntax.
    pub query: String,
    /// Which documents may answer. Default: all.
    pub filter: Filter,
    /// Which legs to use. Default: [`Mode::Hybrid`].
    pub mode: Mode,
    /// How many hits to return, 1 to [`MAX_LIMIT`]. Default: [`DEFAULT_LIMIT`].
    pub limit: usize,
    /// How many of the best hits to leave out, for the next page of a ranking. Pages fit together,
    /// whatever their limits, as long as the generation and the other settings are the same.
    /// Default: 0.
    pub offset: usize,
    /// Which versions of a passage are hits. Default: the newest that the filter admits.
    pub versions: Versions,
    /// Whether each hit says how it was found. Default: no.
    pub explain: Explain,
    /// Whether neighbours are one hit. Default: they are.
    pub neighbours: Neighbours,
    /// Most hits of one document. Default: no limit.
    pub per_document: Option<usize>,
    /// Most hits of one product. Default: no limit.
    pub per_product: Option<usize>,
    /// How much unlike each other hits are to be, from 0 to 1: maximal marginal relevance
    /// (Carbonell and Goldstein, SIGIR 1998) with lambda = 1 - diversity. Default: 0.
    pub diversity: f32,
    /// Whether everything that has a word of the query is counted by where it stands. Default: no.
    pub facets: FacetCounts,
    /// How the legs are joined.
    pub fusion: FusionSettings,
}

/// Whether passages that follow each other in one section are one hit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Neighbours {
    /// They are: the best of them, with the others beside it.
    #[default]
    Merged,
    /// Each is a hit.
    Apart,
}

/// Whether facets are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "yes or no, by name")]
pub enum FacetCounts {
    /// They are not.
    #[default]
    No,
    /// They are; it takes another pass over the words of the query.
    Yes,
}

/// Which of the versions of a passage are hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Versions {
    /// One for all: the newest that the filter admits and that answers as well as the best.
    #[default]
    Newest,
    /// Each, as if they had nothing to do with each other.
    All,
}

/// Whether hits say how they were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "yes or no, by name")]
pub enum Explain {
    /// They do not.
    #[default]
    No,
    /// They carry each leg's rank and score.
    Yes,
}

impl SearchRequest {
    /// A search of the whole library with default settings.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            filter: Filter::new(),
            mode: Mode::default(),
            limit: DEFAULT_LIMIT,
            offset: 0,
            versions: Versions::default(),
            explain: Explain::No,
            neighbours: Neighbours::default(),
            per_document: None,
            per_product: None,
            diversity: 0.0,
            facets: FacetCounts::No,
            fusion: FusionSettings::default(),
        }
    }

    /// Sets which documents may answer.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// Sets which legs are used.
    #[must_use]
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets how many hits to return: 1 to [`MAX_LIMIT`].
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Sets how many of the best hits to leave out.
    #[must_use]
    pub fn with_offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// Sets which versions of a passage are hits.
    #[must_use]
    pub fn with_versions(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }

    /// Makes each hit say how it was found.
    #[must_use]
    pub fn with_explain(mut self) -> Self {
        self.explain = Explain::Yes;
        self
    }

    /// Sets how the legs are joined.
    #[must_use]
    pub fn with_fusion(mut self, fusion: FusionSettings) -> Self {
        self.fusion = fusion;
        self
    }

    /// Sets whether neighbours are one hit.
    #[must_use]
    pub fn with_neighbours(mut self, neighbours: Neighbours) -> Self {
        self.neighbours = neighbours;
        self
    }

    /// Sets how many hits a document may have at most.
    #[must_use]
    pub fn with_per_document(mut self, most: usize) -> Self {
        self.per_document = Some(most);
        self
    }

    /// Sets how many hits a product may have at most.
    #[must_use]
    pub fn with_per_product(mut self, most: usize) -> Self {
        self.per_product = Some(most);
        self
    }

    /// Sets how much unlike each other hits are to be: 0 to 1.
    #[must_use]
    pub fn with_diversity(mut self, diversity: f32) -> Self {
        self.diversity = diversity;
        self
    }

    /// Counts everything that has a word of the query by where it stands.
    #[must_use]
    pub fn with_facets(mut self) -> Self {
        self.facets = FacetCounts::Yes;
        self
    }
}

/// Passages that either leg found, best first, as many as the request's `offset` and `limit`
/// leave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// The query as it was read, with what stands for its words.
    pub query: Query,
    /// Whether the library speaks of what was asked.
    pub confidence: Confidence,
    /// The query with words that the library knows in place of those that it does not.
    pub did_you_mean: Option<String>,
    /// The request's filter, with the versions that it asks for found.
    pub filter: Filter,
    /// The part of the fused ranking that was asked for.
    pub ranking: Vec<Fused>,
    /// How many passages were ranked, before the cut.
    pub total: usize,
    /// Whether there are more than these for whoever asks for what comes after them.
    pub more: bool,
    /// Where everything stands that has a word of the query, if the request asked for that.
    pub facets: Option<Vec<FacetCounted>>,
    /// How long each leg took.
    pub times: SearchTimes,
}

/// Runs `request` on one generation with the models given, of which a lexical search needs none.
///
/// # Errors
/// [`Error::Query`], [`Error::UnknownValue`] or [`Error::Setting`] for a request that cannot be
/// answered; otherwise if stored data cannot be read or the model fails.
pub fn search(
    generation: &Generation,
    models: Models<'_>,
    request: &SearchRequest,
) -> Result<Found> {
    check_limit(request.limit)?;
    check_shape(request)?;
    request.fusion.check()?;
    let snapshot = generation.snapshot().as_ref();
    let filter = request.filter.resolve(snapshot.documents())?;
    let mut query = Query::parse(&request.query);
    query.languages = generation.languages().to_vec();
    let synonyms = generation.synonyms();
    let admitted = if filter.is_empty() {
        Admitted::all()
    } else {
        synonyms.admitted(snapshot.documents(), |record| filter.admits(record))
    };
    expand::add_synonyms(&mut query, synonyms, &admitted);
    let did_you_mean = expand::expand(&mut query, snapshot, &filter)?;
    let narrowed = condition::narrowed(filter, &mut query, snapshot);
    let none;
    let editions = match request.versions {
        Versions::Newest => generation.editions()?,
        Versions::All => {
            none = Editions::none();
            &none
        }
    };
    let mut sought = Sought {
        snapshot,
        embedder: models.embedder,
        reranker: models.reranker,
        mode: request.mode,
        query: &query,
        filter: &narrowed.filter,
    };
    let mut passages = Passages::find(sought, editions, request)?;
    let mut relaxed = None;
    if let (true, Some((wide, note))) = (passages.ranking.is_empty(), &narrowed.without_phrases) {
        sought.filter = wide;
        passages = Passages::find(sought, editions, request)?;
        relaxed = (!passages.ranking.is_empty()).then(|| note.clone());
    }
    let facets = match request.facets {
        FacetCounts::No => None,
        FacetCounts::Yes => Some(facets::count(snapshot, &query, sought.filter)?),
    };
    let confidence = Confidence::of(&sought, &passages)?;
    let filter = sought.filter.clone();
    query.notes.extend(relaxed);
    Ok(Found {
        confidence,
        total: passages.ranking.len(),
        more: passages.more,
        times: passages.times,
        ranking: passages.page(request.offset, request.limit),
        did_you_mean,
        facets,
        query,
        filter,
    })
}

fn check_shape(request: &SearchRequest) -> Result<()> {
    for (name, most) in [
        ("per_document", request.per_document),
        ("per_product", request.per_product),
    ] {
        if most == Some(0) {
            return Err(Error::Setting {
                name,
                given: "0".to_owned(),
                allowed: "at least 1".to_owned(),
            });
        }
    }
    // Not a number is in no range.
    if (0.0..=1.0).contains(&request.diversity) {
        return Ok(());
    }
    Err(Error::Setting {
        name: "diversity",
        given: request.diversity.to_string(),
        allowed: "a number from 0 to 1".to_owned(),
    })
}

fn check_limit(limit: usize) -> Result<()> {
    if (1..=MAX_LIMIT).contains(&limit) {
        return Ok(());
    }
    Err(Error::Setting {
        name: "limit",
        given: limit.to_string(),
        allowed: format!("1 to {MAX_LIMIT}"),
    })
}
