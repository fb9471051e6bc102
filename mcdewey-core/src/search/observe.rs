//! Who is told of every search: for metrics and logs.

use std::time::Duration;

use super::{ConfidenceLevel, SearchRequest};

/// Is told of every search that a library answered; see
/// [`Library::with_observer`](crate::Library::with_observer).
pub trait SearchObserver: Send + Sync + std::fmt::Debug {
    /// A search was answered. Called before its answer is returned, on the thread that searched.
    fn searched(&self, event: &SearchEvent<'_>);
}

/// A search that was answered.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SearchEvent<'a> {
    /// What was asked for.
    pub request: &'a SearchRequest,
    /// How many chunks the legs found together.
    pub total: usize,
    /// How sure it is that the library speaks of what was asked.
    pub confidence: ConfidenceLevel,
    /// How long each leg took.
    pub times: SearchTimes,
    /// The generation that answered.
    pub generation: u64,
}

/// How long the parts of a search took; `None` for what it did without. The legs run side by
/// side, so the sum is more than the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchTimes {
    /// Finding chunks by words.
    pub lexical: Option<Duration>,
    /// Turning the query into a vector.
    pub embedding: Option<Duration>,
    /// Finding the nearest chunks to that.
    pub vector: Option<Duration>,
    /// Putting the first passages in order with a reranker, after both legs.
    pub reranking: Option<Duration>,
}

impl<'a> SearchEvent<'a> {
    pub(crate) fn new(
        request: &'a SearchRequest,
        total: usize,
        confidence: ConfidenceLevel,
        times: SearchTimes,
        generation: u64,
    ) -> Self {
        Self {
            request,
            total,
            confidence,
            times,
            generation,
        }
    }
}
