//! From legs to the one ranking of passages that pages are cut from.
//!
//! ```text
//! legs, 300 deep ─ collapse ─ fuse ─ rerank ─ shape ─> rank 1 ... n       whatever page is asked for
//! legs, 1000 deep ─ collapse ─ fuse ─────────────────> rank n + 1 ...     only for pages behind n
//! ```
//!
//! Both parts depend on nothing but the query, so that pages fit together.

use std::collections::HashSet;

use super::legs::Sought;
use super::{Fused, MAX_LIMIT, SearchRequest, SearchTimes, fuse, rerank, shape};
use crate::Result;
use crate::collapse::{Editions, Representative};
use crate::shelf::ChunkId;

/// So many versions of a passage leave a third of what a leg is asked for, which is enough to fuse;
/// where manuals have more versions, the legs are asked for more chunks.
const VERSIONS_WITHIN_DEPTH: usize = 3;
/// But at most so many times more: then fewer passages come out, which are still the best.
const MAX_DEEPER: usize = 4;

/// A ranking of passages, as deep as was needed.
#[derive(Debug)]
pub(super) struct Passages {
    pub(super) ranking: Vec<Fused>,
    /// Whether a deeper ranking would have more.
    pub(super) more: bool,
    /// The cosine of the nearest chunk, if meaning was asked for and there is one.
    pub(super) nearest: Option<f32>,
    pub(super) times: SearchTimes,
}

impl Passages {
    pub(super) fn find(
        sought: Sought<'_>,
        editions: &Editions,
        request: &SearchRequest,
    ) -> Result<Self> {
        let deeper = editions.n_versions().div_ceil(VERSIONS_WITHIN_DEPTH);
        let deeper = deeper.clamp(1, MAX_DEEPER);
        let depth = request.fusion.depth;
        let first = Block::fused(sought, editions, request, depth * deeper, None)?;
        let (ranking, reranking) = rerank::reranked(first.ranking, sought)?;
        let mut ranking = shape::diverse(ranking, request.diversity, sought.snapshot)?;
        ranking = shape::merged(ranking, request.neighbours, sought.snapshot)?;
        let mut quotas = shape::Quotas::new(request, sought.snapshot);
        ranking.retain(|fused| quotas.admits(fused));
        let mut more = first.is_cut && depth < MAX_LIMIT;
        if more && ranking.len() < request.offset.saturating_add(request.limit) {
            let deep = Block::fused(
                sought,
                editions,
                request,
                MAX_LIMIT * deeper,
                first.embedded,
            )?;
            let known: HashSet<ChunkId> = ranking
                .iter()
                .flat_map(|fused| std::iter::once(&fused.id).chain(&fused.neighbours))
                .cloned()
                .collect();
            let mut others = deep.ranking;
            others.retain(|fused| !known.contains(&fused.id) && quotas.admits(fused));
            ranking.extend(others);
            more = false;
        }
        Ok(Self {
            ranking,
            more,
            nearest: first.nearest,
            times: SearchTimes {
                reranking,
                ..first.times
            },
        })
    }

    /// The part of the ranking after the first `offset`.
    pub(super) fn page(self, offset: usize, limit: usize) -> Vec<Fused> {
        let page = self.ranking.into_iter().skip(offset);
        page.take(limit).collect()
    }
}

/// What the legs give at one depth.
struct Block {
    ranking: Vec<Fused>,
    /// Whether a leg has more.
    is_cut: bool,
    embedded: Option<Vec<f32>>,
    nearest: Option<f32>,
    times: SearchTimes,
}

impl Block {
    fn fused(
        sought: Sought<'_>,
        editions: &Editions,
        request: &SearchRequest,
        depth: usize,
        embedded: Option<Vec<f32>>,
    ) -> Result<Self> {
        // One more than wanted says whether there are more.
        let mut legs = sought.legs(depth + 1, embedded)?;
        let is_cut = legs.lexical.len() > depth || legs.vector.len() > depth;
        legs.lexical.truncate(depth);
        legs.vector.truncate(depth);
        // Which version of a passage answers is told by its words.
        if editions.has_any() {
            let ids = legs.lexical.iter().map(|scored| scored.id.clone());
            let ids: Vec<ChunkId> = ids.collect();
            let words = sought.snapshot.words(sought.query, &ids)?;
            for (scored, words) in legs.lexical.iter_mut().zip(words) {
                scored.words = words;
            }
        }
        let nearest = legs.vector.first().map(|nearest| nearest.score);
        let documents = sought.snapshot.documents();
        let mut versions = Representative::new(editions, documents, sought.filter);
        let beside = versions.collapse(sought.cosines_beside(&legs)?);
        let lexical = versions.collapse(legs.lexical);
        let vector = versions.collapse(legs.vector);
        let ranking = fuse::fuse(
            &lexical.ranking,
            &vector.ranking,
            &beside.ranking,
            &request.fusion,
        );
        let shown = ranking.into_iter().map(|fused| Fused {
            id: versions.of(&fused.id, &lexical, &vector),
            ..fused
        });
        Ok(Self {
            ranking: shown.collect(),
            is_cut,
            embedded: legs.embedded,
            nearest,
            times: legs.times,
        })
    }
}
