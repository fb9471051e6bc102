//! Judged queries in, measures of search quality out.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`evaluate`]: every query in every mode |
//! | `confidence.rs` | whether answers say that a library does not speak of something |
//! | `judged.rs` | reading queries and qrels |
//! | `measure.rs` | nDCG, MRR, recall, success of one ranking |
//!
//! Documents are judged, chunks are ranked: a document stands where its best chunk stands.

mod confidence;
mod judged;
mod measure;

use std::collections::HashSet;

use rayon::prelude::*;
use serde::Serialize;

pub use self::confidence::{ConfidenceMeasures, LevelShares, evaluate_confidence};
pub use self::judged::{Judged, JudgedQuery, read_texts};
pub use self::measure::Measures;
use crate::collapse::Generation;
use crate::search::{self, MAX_LIMIT, Mode, Models, SearchRequest};
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

/// Runs every judged query in every mode, with the models given. `base` gives filter and fusion;
/// its query, mode and limit do not matter. A query may add a version to the filter. One that the
/// library refuses (over a limit, or for a version that it does not hold) counts as one that found
/// nothing.
///
/// # Errors
/// If stored data cannot be read or the model fails.
pub fn evaluate(
    generation: &Generation,
    models: Models<'_>,
    judged: &Judged,
    base: &SearchRequest,
) -> Result<Evaluation> {
    let run = |mode| measure_mode(generation, models, judged, base, mode);
    Ok(Evaluation {
        queries: judged.queries.len(),
        lexical: run(Mode::Lexical)?,
        vector: run(Mode::Vector)?,
        hybrid: run(Mode::Hybrid)?,
    })
}

fn measure_mode(
    generation: &Generation,
    models: Models<'_>,
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
            request.filter.versions.extend(query.version.clone());
            let (chunks, filter) = match search::search(generation, models, &request) {
                Ok(found) => (found.ranking, found.filter),
                Err(Error::Query { .. } | Error::UnknownValue { .. }) => {
                    (Vec::new(), request.filter)
                }
                Err(error) => return Err(error),
            };
            let documents = documents(chunks.into_iter().map(|fused| fused.id.document()));
            let is_other = |id: &&DocumentId| {
                let record = generation.snapshot().document(id);
                !record.is_some_and(|record| filter.admits(record))
            };
            let first = documents.iter().take(10);
            let n_other = first.filter(is_other).count() as f64;
            let n_shown = documents.len().clamp(1, 10);
            let (ranking, n_repeats) = judged.as_judged(documents);
            let mut measures = Measures::of(&ranking, &query.relevant);
            measures.dup_10 =
                (!judged.groups.is_empty()).then(|| n_repeats as f64 / n_shown as f64);
            measures.wrong_version_10 = query.version.is_some().then_some(n_other);
            Ok(measures)
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Measures::mean(&per_query))
}

/// Each document once, where its best chunk stands.
fn documents(of_chunks: impl Iterator<Item = DocumentId>) -> Vec<DocumentId> {
    let mut seen = HashSet::new();
    of_chunks.filter(|id| seen.insert(id.clone())).collect()
}
