//! A ranking in, the same out with its first passages in the order of a reranker.
//!
//! ```text
//! fused:     1 ... 30 | 31 ...
//!             \ | /       |
//! reranked:  1 ... 30 | 31 ...     whatever page is asked for
//! ```

use std::time::{Duration, Instant};

use serde::Serialize;

use super::Fused;
use super::legs::Sought;
use crate::engine::Snapshot;
use crate::rerank::{Reranker, check_scores};
use crate::shelf::ChunkId;
use crate::{Error, Result};

/// How many of the first passages of a ranking a reranker puts in order. It reads each of them with
/// the query, so this is what a search with one costs. Chosen by hand, because it is three pages of
/// hits, and few who read more.
pub const RERANKED: usize = 30;

/// Where a reranker took a passage from, and why.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Reranked {
    /// Its rank in the fused ranking, from 1.
    pub rank: usize,
    /// Its score by the reranker, in whatever range that has; higher is better.
    pub score: f32,
}

/// The ranking with its first [`RERANKED`] passages in the order of the reranker's scores, equal
/// ones by chunk id, and how long that took; as it was where there is no reranker.
///
/// Fused scores stay with the places, so that they still fall from hit to hit: the reranker's are
/// of another range than those of what it did not read.
pub(super) fn reranked(
    mut ranking: Vec<Fused>,
    sought: Sought<'_>,
) -> Result<(Vec<Fused>, Option<Duration>)> {
    let Some(reranker) = sought.reranker.filter(|_| !ranking.is_empty()) else {
        return Ok((ranking, None));
    };
    let started = Instant::now();
    let rest = ranking.split_off(RERANKED.min(ranking.len()));
    let scores = scores(&ranking, reranker, &sought.query.meaning, sought.snapshot)?;
    let places: Vec<f32> = ranking.iter().map(|fused| fused.score).collect();
    let mut scored: Vec<(f32, Fused)> = scores.into_iter().zip(ranking).collect();
    for (rank, (score, fused)) in (1..).zip(&mut scored) {
        let score = *score;
        fused.evidence.reranked = Some(Reranked { rank, score });
    }
    scored.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.id.cmp(&other.id)));
    let first = places.into_iter().zip(scored);
    let first = first.map(|(score, (_, fused))| Fused { score, ..fused });
    let ranking = first.chain(rest).collect();
    Ok((ranking, Some(started.elapsed())))
}

/// The reranker's scores of these passages, in order. It reads what the embedding model reads:
/// title, headings and passage.
fn scores(
    passages: &[Fused],
    reranker: &dyn Reranker,
    query: &str,
    snapshot: &dyn Snapshot,
) -> Result<Vec<f32>> {
    let ids: Vec<ChunkId> = passages.iter().map(|fused| fused.id.clone()).collect();
    let texts = ids
        .iter()
        .zip(snapshot.chunks(&ids)?)
        .map(|(id, chunk)| {
            let chunk = chunk.ok_or_else(|| Error::NotFound {
                what: "chunk",
                id: id.to_string(),
            })?;
            Ok(chunk.model_input())
        })
        .collect::<Result<Vec<String>>>()?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let scores = reranker.score(query, &texts)?;
    check_scores(reranker, texts.len(), &scores)?;
    Ok(scores)
}
