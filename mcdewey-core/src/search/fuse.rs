//! Weighted reciprocal rank fusion: rankings in, one ranking out.
//!
//! `score(chunk) = sum over legs of weight / (rrf_k + rank)`, ranks from 1 (Cormack, Clarke and
//! Buettcher, SIGIR 2009, with weights). It is no confidence and no percentage: it only orders.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::engine::{Ranking, Scored};
use crate::shelf::ChunkId;
use crate::{Error, Result};

/// How the two legs are joined.
///
/// The defaults come from measurement; see ARCHITECTURE.md, "Ranking by measurement".
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FusionSettings {
    /// Flattens the difference between ranks; at least 0. Default 10.
    pub rrf_k: f32,
    /// Weight of the lexical leg; at least 0. Default 1.2.
    pub lexical_weight: f32,
    /// Weight of the vector leg; at least 0. Default 1.
    pub vector_weight: f32,
    /// How many chunks each leg contributes, at least; more when more hits are asked for.
    /// Default 100.
    pub depth: usize,
}

impl Default for FusionSettings {
    fn default() -> Self {
        Self {
            rrf_k: 10.0,
            lexical_weight: 1.2,
            vector_weight: 1.0,
            depth: 100,
        }
    }
}

impl FusionSettings {
    /// Sets `rrf_k`, at least 0.
    #[must_use]
    pub fn with_rrf_k(mut self, rrf_k: f32) -> Self {
        self.rrf_k = rrf_k;
        self
    }

    /// Sets the weights of the legs, each at least 0.
    #[must_use]
    pub fn with_weights(mut self, lexical: f32, vector: f32) -> Self {
        self.lexical_weight = lexical;
        self.vector_weight = vector;
        self
    }

    /// Sets how many chunks each leg contributes at least.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        let numbers = [
            ("rrf_k", self.rrf_k),
            ("lexical_weight", self.lexical_weight),
            ("vector_weight", self.vector_weight),
        ];
        for (name, value) in numbers {
            if !value.is_finite() || value < 0.0 {
                return Err(Error::Setting {
                    name,
                    given: value.to_string(),
                    allowed: "a number from 0".to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// What one leg says of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Leg {
    /// Its rank in the leg's ranking, from 1.
    pub rank: usize,
    /// Its score there: BM25 for words, the cosine for meaning.
    pub score: f32,
}

/// What both legs say of a chunk; `None` where a leg did not find it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Evidence {
    /// By words.
    pub lexical: Option<Leg>,
    /// By meaning.
    pub vector: Option<Leg>,
}

/// A chunk in the fused ranking.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fused {
    /// The chunk.
    pub id: ChunkId,
    /// Its fused score; orders, and means nothing else.
    pub score: f32,
    /// Where the legs had it.
    pub evidence: Evidence,
}

/// Joins the legs; the result is in [`Scored::rank_order`].
pub(super) fn fuse(lexical: &Ranking, vector: &Ranking, settings: &FusionSettings) -> Vec<Fused> {
    let mut found: BTreeMap<&ChunkId, Evidence> = BTreeMap::new();
    for (id, leg) in legs(lexical) {
        found.entry(id).or_default().lexical = Some(leg);
    }
    for (id, leg) in legs(vector) {
        found.entry(id).or_default().vector = Some(leg);
    }
    let mut fused: Vec<(Scored, Evidence)> = found
        .into_iter()
        .map(|(id, evidence)| (Scored::new(id.clone(), settings.score(&evidence)), evidence))
        .collect();
    fused.sort_by(|(a, _), (b, _)| a.rank_order(b));
    fused
        .into_iter()
        .map(|(Scored { id, score, .. }, evidence)| Fused {
            id,
            score,
            evidence,
        })
        .collect()
}

fn legs(ranking: &Ranking) -> impl Iterator<Item = (&ChunkId, Leg)> {
    ranking.iter().zip(1..).map(|(scored, rank)| {
        let score = scored.score;
        (&scored.id, Leg { rank, score })
    })
}

impl FusionSettings {
    fn score(&self, evidence: &Evidence) -> f32 {
        let share = |leg: Option<Leg>, weight: f32| {
            leg.map_or(0.0, |leg| weight / (self.rrf_k + leg.rank as f32))
        };
        share(evidence.lexical, self.lexical_weight) + share(evidence.vector, self.vector_weight)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::shelf::DocumentId;

    fn id(number: u32) -> ChunkId {
        ChunkId::new(&DocumentId::from_record_id("d"), number)
    }

    fn ranking(numbers: &[u32]) -> Ranking {
        numbers
            .iter()
            .map(|&number| Scored::new(id(number), 1.0))
            .collect()
    }

    #[test]
    fn a_chunk_of_both_legs_adds_up_its_shares() {
        let settings = FusionSettings::default()
            .with_rrf_k(60.0)
            .with_weights(1.0, 1.0);
        let fused = fuse(&ranking(&[1, 2]), &ranking(&[2]), &settings);
        assert_eq!(fused[0].id, id(2));
        assert!((fused[0].score - (1.0 / 62.0 + 1.0 / 61.0)).abs() < 1e-6);
        assert!((fused[1].score - 1.0 / 61.0).abs() < 1e-6);
        assert_eq!(fused[0].evidence.lexical.map(|leg| leg.rank), Some(2));
    }

    #[test]
    fn equal_scores_are_ordered_by_chunk_id() {
        let settings = FusionSettings::default().with_weights(1.0, 1.0);
        let fused = fuse(&ranking(&[9]), &ranking(&[3]), &settings);
        assert_eq!(fused[0].id, id(3));
        assert_eq!(fused[1].id, id(9));
    }

    #[test]
    fn a_weight_that_is_not_a_number_is_refused() {
        let settings = FusionSettings::default().with_weights(f32::NAN, 1.0);
        settings.check().expect_err("NaN orders nothing");
    }

    proptest! {
        #[test]
        fn which_leg_is_named_first_does_not_matter(
            a in proptest::sample::subsequence((0_u32..30).collect::<Vec<_>>(), 0..20).prop_shuffle(),
            b in proptest::sample::subsequence((0_u32..30).collect::<Vec<_>>(), 0..20).prop_shuffle(),
        ) {
            let settings = FusionSettings::default();
            let swapped = settings.with_weights(settings.vector_weight, settings.lexical_weight);
            let scores = |fused: Vec<Fused>| -> Vec<_> {
                fused.into_iter().map(|hit| (hit.id, hit.score.to_bits())).collect()
            };
            let one = scores(fuse(&ranking(&a), &ranking(&b), &settings));
            let other = scores(fuse(&ranking(&b), &ranking(&a), &swapped));
            prop_assert_eq!(one, other);
        }
    }
}
