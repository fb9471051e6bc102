//! A request in, a ranking out: retrieve by words and by meaning, then fuse.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`SearchRequest`], [`Mode`]; running both legs |
//! | `expand.rs` | what stands for the words of a query: completions, corrections |
//! | `condition.rs` | what a passage must meet, looked up in the library |
//! | `observe.rs` | [`SearchObserver`]: who is told of every search |
//! | `fuse.rs` | weighted reciprocal rank fusion |
//! | `relax.rs` | what a filter keeps from being found |

mod condition;
mod expand;
mod fuse;
mod observe;
mod relax;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

pub use self::fuse::{Evidence, Fused, Fusion, FusionSettings, Leg};
pub use self::observe::{SearchEvent, SearchObserver, SearchTimes};
pub use self::relax::{Relaxation, relaxations};
use crate::collapse::{Editions, Generation, Representative};
use crate::embed::{Embedder, Role, check_vector};
use crate::engine::{Filter, Ranking, Snapshot};
use crate::query::Query;
use crate::{Error, Result};

/// Most hits of one search.
pub const MAX_LIMIT: usize = 1000;
/// So many versions of a passage leave a third of what a leg is asked for, which is enough to fuse;
/// where manuals have more versions, the legs are asked for more chunks.
const VERSIONS_WITHIN_DEPTH: usize = 3;
/// But at most so many times more: then fewer passages come out, which are still the best.
const MAX_DEEPER: usize = 4;
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
    /// How many of the best hits to leave out, for the next page of a ranking. Pages fit together
    /// as long as the generation, the settings and [`Self::depth`] are the same. Default: 0.
    pub offset: usize,
    /// Which versions of a passage are hits. Default: the newest that the filter admits.
    pub versions: Versions,
    /// Whether each hit says how it was found. Default: no.
    pub explain: Explain,
    /// How the legs are joined.
    pub fusion: FusionSettings,
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

    /// How many hits each leg contributes: the depth of [`FusionSettings`], or the limit if that
    /// is more.
    pub fn depth(&self) -> usize {
        self.limit.max(self.fusion.depth)
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
}

/// Passages that either leg found, best first, as many as the request's `offset` and `limit`
/// leave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// The query as it was read, with what stands for its words.
    pub query: Query,
    /// The query with words that the library knows in place of those that it does not.
    pub did_you_mean: Option<String>,
    /// The request's filter, with the versions that it asks for found.
    pub filter: Filter,
    /// The part of the fused ranking that was asked for.
    pub ranking: Vec<Fused>,
    /// How many passages the legs found together, before the cut.
    pub total: usize,
    /// How long each leg took.
    pub times: SearchTimes,
}

/// Runs `request` on one generation. `embedder` may be absent for a lexical search.
///
/// # Errors
/// [`Error::Query`], [`Error::UnknownValue`] or [`Error::Setting`] for a request that cannot be
/// answered; otherwise if stored data cannot be read or the model fails.
pub fn search(
    generation: &Generation,
    embedder: Option<&dyn Embedder>,
    request: &SearchRequest,
) -> Result<Found> {
    check_limit(request.limit)?;
    request.fusion.check()?;
    let snapshot = generation.snapshot().as_ref();
    let filter = request.filter.resolve(snapshot.documents())?;
    let mut query = Query::parse(&request.query);
    let did_you_mean = expand::expand(&mut query, snapshot, &filter)?;
    let filter = condition::narrowed(filter, &mut query, snapshot)?;
    let none;
    let editions = match request.versions {
        Versions::Newest => generation.editions()?,
        Versions::All => {
            none = Editions::none();
            &none
        }
    };
    let deeper = editions.n_versions().div_ceil(VERSIONS_WITHIN_DEPTH);
    let depth = request.depth() * deeper.clamp(1, MAX_DEEPER);
    let legs = retrieve(snapshot, embedder, request.mode, &query, &filter, depth)?;
    let mut versions = Representative::new(editions, snapshot.documents(), &filter);
    let lexical = versions.collapse(legs.lexical);
    let vector = versions.collapse(legs.vector);
    let ranking = fuse::fuse(&lexical.ranking, &vector.ranking, &request.fusion);
    let total = ranking.len();
    let page = ranking.into_iter().skip(request.offset);
    let ranking = page
        .take(request.limit)
        .map(|fused| Fused {
            id: versions.of(&fused.id, &lexical, &vector),
            ..fused
        })
        .collect();
    Ok(Found {
        query,
        did_you_mean,
        filter,
        total,
        ranking,
        times: legs.times,
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

/// What each leg found; a leg that the mode leaves out finds nothing.
#[derive(Debug, Default)]
struct Legs {
    lexical: Ranking,
    vector: Ranking,
    times: SearchTimes,
}

/// Both legs side by side.
fn retrieve(
    snapshot: &dyn Snapshot,
    embedder: Option<&dyn Embedder>,
    mode: Mode,
    query: &Query,
    filter: &Filter,
    depth: usize,
) -> Result<Legs> {
    let lexical = || timed(|| snapshot.lexical(query, filter, depth));
    let vector = || {
        let (vector, embedding) = timed(|| embed(snapshot, embedder, query))?;
        let (ranking, scan) = timed(|| snapshot.nearest(&vector, filter, depth))?;
        Ok((ranking, embedding, scan))
    };
    let mut legs = Legs::default();
    // Punctuation alone means nothing to either leg.
    if query.has_no_words() || snapshot.documents().is_empty() {
        return Ok(legs);
    }
    let (by_words, by_meaning) = match mode {
        Mode::Lexical => (Some(lexical()?), None),
        Mode::Vector => (None, Some(vector()?)),
        Mode::Hybrid => {
            let (lexical, vector): (_, Result<_>) = rayon::join(lexical, vector);
            (Some(lexical?), Some(vector?))
        }
    };
    if let Some((ranking, time)) = by_words {
        legs.lexical = ranking;
        legs.times.lexical = Some(time);
    }
    if let Some((ranking, embedding, scan)) = by_meaning {
        legs.vector = ranking;
        legs.times.embedding = Some(embedding);
        legs.times.vector = Some(scan);
    }
    Ok(legs)
}

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let started = Instant::now();
    let done = work()?;
    Ok((done, started.elapsed()))
}

fn embed(
    snapshot: &dyn Snapshot,
    embedder: Option<&dyn Embedder>,
    query: &Query,
) -> Result<Vec<f32>> {
    let embedder = embedder.ok_or_else(|| Error::Setting {
        name: "mode",
        given: "a mode that searches by meaning".to_owned(),
        allowed: "lexical while the library is open without an embedder".to_owned(),
    })?;
    // The index may have been embedded anew since it was opened.
    if let Some(made_by) = snapshot.embedder()
        && made_by.fingerprint != embedder.fingerprint()
    {
        return Err(Error::EmbedderMismatch {
            index: made_by.fingerprint.clone(),
            given: embedder.fingerprint().to_owned(),
        });
    }
    let vector = embedder
        .embed(&[query.meaning.as_str()], Role::Query)?
        .pop()
        .unwrap_or_default();
    check_vector(embedder, "the query", &vector)?;
    Ok(vector)
}
