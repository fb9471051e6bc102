//! The models that a search may ask.

use crate::embed::Embedder;
use crate::rerank::Reranker;

/// The models that a search may ask.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Models<'a> {
    /// Reads the query for the vector leg; a lexical search does without.
    pub embedder: Option<&'a dyn Embedder>,
    /// Puts the first passages in order; without it they stay as they are.
    pub reranker: Option<&'a dyn Reranker>,
}

impl<'a> Models<'a> {
    /// An embedder, or none, and no reranker.
    pub fn new(embedder: Option<&'a dyn Embedder>) -> Self {
        Self {
            embedder,
            reranker: None,
        }
    }

    /// Sets the reranker.
    #[must_use]
    pub fn with_reranker(mut self, reranker: Option<&'a dyn Reranker>) -> Self {
        self.reranker = reranker;
        self
    }
}
