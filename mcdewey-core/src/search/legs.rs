//! Both legs: chunks by words and by meaning, side by side.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::shape::cosine;
use super::{Mode, SearchTimes};
use crate::embed::{Embedder, Role, check_vector};
use crate::engine::{Filter, Ranking, Scored, Snapshot};
use crate::query::Query;
use crate::rerank::Reranker;
use crate::shelf::ChunkId;
use crate::{Error, Result};

/// What to look for, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sought<'a> {
    pub(super) snapshot: &'a dyn Snapshot,
    pub(super) embedder: Option<&'a dyn Embedder>,
    pub(super) reranker: Option<&'a dyn Reranker>,
    pub(super) mode: Mode,
    pub(super) query: &'a Query,
    pub(super) filter: &'a Filter,
}

/// What each leg found; a leg that the mode leaves out finds nothing.
#[derive(Debug, Default)]
pub(super) struct Legs {
    pub(super) lexical: Ranking,
    pub(super) vector: Ranking,
    /// The query as the model reads it, if it did.
    pub(super) embedded: Option<Vec<f32>>,
    pub(super) times: SearchTimes,
}

impl Sought<'_> {
    /// Up to `depth` chunks of each leg. `embedded` is the query's vector, if it is known already.
    pub(super) fn legs(&self, depth: usize, embedded: Option<Vec<f32>>) -> Result<Legs> {
        let lexical = || timed(|| self.snapshot.lexical(self.query, self.filter, depth));
        let vector = || {
            let (vector, embedding) = if let Some(vector) = embedded {
                (vector, None)
            } else {
                let (vector, time) = timed(|| self.embed())?;
                (vector, Some(time))
            };
            let (ranking, scan) = timed(|| self.snapshot.nearest(&vector, self.filter, depth))?;
            Ok((ranking, vector, embedding, scan))
        };
        let mut legs = Legs::default();
        // Punctuation alone means nothing to either leg.
        if self.query.has_no_words() || self.snapshot.documents().is_empty() {
            return Ok(legs);
        }
        let (by_words, by_meaning) = match self.mode {
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
        if let Some((ranking, vector, embedding, scan)) = by_meaning {
            legs.vector = ranking;
            legs.embedded = Some(vector);
            legs.times.embedding = embedding;
            legs.times.vector = Some(scan);
        }
        Ok(legs)
    }

    /// The cosines of the chunks that only the lexical leg lists; none if nothing is known of
    /// meaning.
    pub(super) fn cosines_beside(&self, legs: &Legs) -> Result<Ranking> {
        let Some(embedded) = &legs.embedded else {
            return Ok(Ranking::new());
        };
        let listed: HashSet<&ChunkId> = legs.vector.iter().map(|scored| &scored.id).collect();
        let ids = legs.lexical.iter().map(|scored| &scored.id);
        let ids: Vec<ChunkId> = ids.filter(|id| !listed.contains(id)).cloned().collect();
        let vectors = self.snapshot.vectors(&ids)?;
        let scored = ids
            .into_iter()
            .zip(vectors)
            .filter_map(|(id, vector)| Some(Scored::new(id, cosine(embedded, &vector?))));
        let mut ranking: Ranking = scored.collect();
        ranking.sort_by(Scored::rank_order);
        Ok(ranking)
    }

    fn embed(&self) -> Result<Vec<f32>> {
        let embedder = self.embedder.ok_or_else(|| Error::Setting {
            name: "mode",
            given: "a mode that searches by meaning".to_owned(),
            allowed: "lexical while the library is open without an embedder".to_owned(),
        })?;
        // The index may have been embedded anew since it was opened.
        if let Some(made_by) = self.snapshot.embedder()
            && made_by.fingerprint != embedder.fingerprint()
        {
            return Err(Error::EmbedderMismatch {
                index: made_by.fingerprint.clone(),
                given: embedder.fingerprint().to_owned(),
            });
        }
        let vector = embedder
            .embed(&[self.query.meaning.as_str()], Role::Query)?
            .pop()
            .unwrap_or_default();
        check_vector(embedder, "the query", &vector)?;
        Ok(vector)
    }
}

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let started = Instant::now();
    let done = work()?;
    Ok((done, started.elapsed()))
}
