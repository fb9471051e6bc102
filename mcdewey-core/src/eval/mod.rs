//! Judged queries in, measures of search quality out.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`evaluate`]: every query in every mode |
//! | `judged.rs` | reading queries and qrels |
//! | `measure.rs` | nDCG, MRR, recall, success of one ranking |
//!
//! Documents are judged, chunks are ranked: a document stands where its best chunk stands.

mod judged;
mod measure;

use std::collections::HashSet;

use rayon::prelude::*;
use serde::Serialize;

pub use self::judged::{Judged, JudgedQuery};
pub use self::measure::Measures;
use crate::embed::Embedder;
use crate::engine::Snapshot;
use crate::search::{self, MAX_LIMIT, Mode, SearchRequest};
use crate::shelf::DocumentId;
use crate::{Error, Result};

/// The measures of the three modes, each the mean over all judged queries.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// How many queries have at least one relevant document.
    pub queries: usize,
    /// Words only.
    pub lexical: Measures,
    /// Meaning only.
    pub vector: Measures,
    /// Both, fused with the request's settings.
    pub hybrid: Measures,
}

/// Runs every judged query in every mode. `base` gives filter and fusion; its query, mode and
/// limit do not matter. A query that the library refuses to read (over a limit) counts as one
/// that found nothing.
///
/// # Errors
/// If stored data cannot be read or the model fails.
pub fn evaluate(
    snapshot: &dyn Snapshot,
    embedder: Option<&dyn Embedder>,
    judged: &Judged,
    base: &SearchRequest,
) -> Result<Evaluation> {
    let run = |mode| measure_mode(snapshot, embedder, judged, base, mode);
    Ok(Evaluation {
        queries: judged.queries.len(),
        lexical: run(Mode::Lexical)?,
        vector: run(Mode::Vector)?,
        hybrid: run(Mode::Hybrid)?,
    })
}

fn measure_mode(
    snapshot: &dyn Snapshot,
    embedder: Option<&dyn Embedder>,
    judged: &Judged,
    base: &SearchRequest,
    mode: Mode,
) -> Result<Measures> {
    let per_query = judged
        .queries
        .par_iter()
        .map(|query| {
            let mut request = base.clone().with_mode(mode).with_limit(MAX_LIMIT);
            request.query.clone_from(&query.text);
            let documents = match search::search(snapshot, embedder, &request) {
                Ok(found) => documents(found.ranking.into_iter().map(|fused| fused.id.document())),
                Err(Error::Query { .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
            Ok(Measures::of(&documents, &query.relevant))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Measures::mean(&per_query))
}

/// Each document once, where its best chunk stands.
fn documents(of_chunks: impl Iterator<Item = DocumentId>) -> Vec<DocumentId> {
    let mut seen = HashSet::new();
    of_chunks.filter(|id| seen.insert(id.clone())).collect()
}
