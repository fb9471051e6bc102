//! Fusion: two rankings in, one ranking out.
//!
//! By scores (convex combination) or by ranks (reciprocal rank fusion). A fused score is no
//! confidence and no percentage: it only orders.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::Reranked;
use crate::engine::{Ranking, Scored};
use crate::shelf::ChunkId;
use crate::{Error, Result};

/// How the two legs are joined.
///
/// The defaults come from measurement; see ARCHITECTURE.md, "Ranking by measurement".
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FusionSettings {
    /// What is added up. Default: [`Fusion::Convex`] with a lexical weight of 0.2.
    pub fusion: Fusion,
    /// How many chunks each leg contributes to the ranking. What is asked for after its end comes
    /// from a deeper one, behind it. Default 300.
    pub depth: usize,
    /// What is added to the score of a passage that has the whole query in a row, or as one name;
    /// for more than half of the query proportionally less. At least 0. Default 0.3.
    pub in_a_row: f32,
}

/// What of the legs is added up to the score of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fusion {
    /// Their scores, each as its share of the best that the leg gave (Bruch, Gai and Ingber, ACM
    /// TOIS 2023: normalised by theoretical minimum): `w * bm25 / best + (1 - w) * (cosine + 1) /
    /// (best + 1)`. A chunk that is not listed by words has none; one that is not listed by
    /// meaning is compared by itself, or else taken to be as near as the last that is.
    Convex {
        /// `w`: the weight of the lexical leg, 0 to 1. It looks small because cosines differ
        /// little in shares of a range that begins at -1.
        lexical_weight: f32,
    },
    /// Their ranks: the sum of `weight / (rrf_k + rank)` (Cormack, Clarke and Buettcher, SIGIR
    /// 2009, with weights).
    Rrf {
        /// Flattens the difference between ranks; at least 0.
        rrf_k: f32,
        /// Weight of the lexical leg; at least 0.
        lexical_weight: f32,
        /// Weight of the vector leg; at least 0.
        vector_weight: f32,
    },
}

impl Fusion {
    /// Scores, with the lexical weight that did best.
    pub const CONVEX: Self = Self::Convex {
        lexical_weight: 0.2,
    };
    /// Ranks, with the settings that did best.
    pub const RRF: Self = Self::Rrf {
        rrf_k: 10.0,
        lexical_weight: 1.2,
        vector_weight: 1.0,
    };
}

impl Default for FusionSettings {
    fn default() -> Self {
        Self {
            fusion: Fusion::CONVEX,
            depth: 300,
            in_a_row: 0.3,
        }
    }
}

impl FusionSettings {
    /// Sets what is added up.
    #[must_use]
    pub fn with_fusion(mut self, fusion: Fusion) -> Self {
        self.fusion = fusion;
        self
    }

    /// Sets how many chunks each leg contributes.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// Sets what it is worth that words of the query stand in a row.
    #[must_use]
    pub fn with_in_a_row(mut self, in_a_row: f32) -> Self {
        self.in_a_row = in_a_row;
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        let check = |name, value: f32, most: f32, allowed: &str| {
            // Not a number is in no range.
            if (0.0..=most).contains(&value) {
                return Ok(());
            }
            Err(Error::Setting {
                name,
                given: value.to_string(),
                allowed: allowed.to_owned(),
            })
        };
        let from_0 = |name, value| check(name, value, f32::MAX, "a number from 0");
        from_0("in_a_row", self.in_a_row)?;
        match self.fusion {
            Fusion::Convex { lexical_weight } => check(
                "lexical_weight",
                lexical_weight,
                1.0,
                "a number from 0 to 1",
            ),
            Fusion::Rrf {
                rrf_k,
                lexical_weight,
                vector_weight,
            } => {
                from_0("rrf_k", rrf_k)?;
                from_0("lexical_weight", lexical_weight)?;
                from_0("vector_weight", vector_weight)
            }
        }
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
    /// The share of the query's words that stand in it as they stand in the query: one after the
    /// other, or as one name. 0 to 1.
    pub in_a_row: f32,
    /// Where a reranker took it from; `None` if none read it.
    pub reranked: Option<Reranked>,
}

/// A chunk in the fused ranking.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fused {
    /// The chunk.
    pub id: ChunkId,
    /// Its fused score, or that of the place where a reranker put it; orders, and means nothing
    /// else.
    pub score: f32,
    /// Where the legs had it.
    pub evidence: Evidence,
    /// Its neighbours that were found too and are no hits of their own, the best first.
    pub neighbours: Vec<ChunkId>,
}

/// Joins the legs; the result is in [`Scored::rank_order`]. `beside` has the cosines of what only
/// the lexical leg lists, as far as they are known.
pub(super) fn fuse(
    lexical: &Ranking,
    vector: &Ranking,
    beside: &Ranking,
    settings: &FusionSettings,
) -> Vec<Fused> {
    let beside: HashMap<&ChunkId, f32> = beside
        .iter()
        .map(|scored| (&scored.id, scored.score))
        .collect();
    let mut found: BTreeMap<&ChunkId, Evidence> = BTreeMap::new();
    for ((id, leg), scored) in legs(lexical).zip(lexical) {
        let evidence = found.entry(id).or_default();
        evidence.lexical = Some(leg);
        evidence.in_a_row = scored.in_a_row;
    }
    for (id, leg) in legs(vector) {
        found.entry(id).or_default().vector = Some(leg);
    }
    let score = score(lexical, vector, settings);
    // A row of less than half of the query is chance.
    let bonus = |evidence: &Evidence| settings.in_a_row * (2.0 * evidence.in_a_row - 1.0).max(0.0);
    let mut fused: Vec<(Scored, Evidence)> = found
        .into_iter()
        .map(|(id, evidence)| {
            let cosine = beside.get(id).copied();
            let score = score(&evidence, cosine) + bonus(&evidence);
            (Scored::new(id.clone(), score), evidence)
        })
        .collect();
    fused.sort_by(|(a, _), (b, _)| a.rank_order(b));
    fused
        .into_iter()
        .map(|(Scored { id, score, .. }, evidence)| Fused {
            id,
            score,
            evidence,
            neighbours: Vec::new(),
        })
        .collect()
}

fn legs(ranking: &Ranking) -> impl Iterator<Item = (&ChunkId, Leg)> {
    ranking.iter().zip(1..).map(|(scored, rank)| {
        let score = scored.score;
        (&scored.id, Leg { rank, score })
    })
}

/// What the evidence for a chunk is worth, and its cosine, if only that is known of its meaning.
type Worth = dyn Fn(&Evidence, Option<f32>) -> f32;

fn score(lexical: &Ranking, vector: &Ranking, settings: &FusionSettings) -> Box<Worth> {
    match settings.fusion {
        Fusion::Convex { lexical_weight } => {
            let words = Shares::of(lexical, 0.0, 0.0);
            let last = vector.last().map_or(-1.0, |last| last.score);
            let meaning = Shares::of(vector, -1.0, last);
            // A leg that is alone has all the weight.
            let lexical_weight = match (lexical.is_empty(), vector.is_empty()) {
                (false, true) => 1.0,
                (true, false) => 0.0,
                _ => lexical_weight,
            };
            Box::new(move |evidence, cosine| {
                let cosine = evidence.vector.map(|leg| leg.score).or(cosine);
                lexical_weight * words.share(evidence.lexical.map(|leg| leg.score))
                    + (1.0 - lexical_weight) * meaning.share(cosine)
            })
        }
        Fusion::Rrf {
            rrf_k,
            lexical_weight,
            vector_weight,
        } => {
            let share = move |leg: Option<Leg>, weight: f32| {
                leg.map_or(0.0, |leg| weight / (rrf_k + leg.rank as f32))
            };
            Box::new(move |evidence, _| {
                share(evidence.lexical, lexical_weight) + share(evidence.vector, vector_weight)
            })
        }
    }
}

/// A leg's scores as shares of its best.
#[derive(Debug, Clone, Copy)]
struct Shares {
    /// The least score that there can be.
    bound: f32,
    best: f32,
    /// The score of what is not listed.
    unlisted: f32,
}

impl Shares {
    fn of(ranking: &Ranking, bound: f32, unlisted: f32) -> Self {
        Self {
            bound,
            best: ranking.first().map_or(bound, |best| best.score),
            unlisted,
        }
    }

    fn share(&self, score: Option<f32>) -> f32 {
        let score = score.unwrap_or(self.unlisted);
        let range = self.best - self.bound;
        if range > 0.0 {
            (score - self.bound) / range
        } else {
            0.0
        }
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

    fn scored(scores: &[(u32, f32)]) -> Ranking {
        let scores = scores.iter();
        scores
            .map(|&(number, score)| Scored::new(id(number), score))
            .collect()
    }

    fn rrf(rrf_k: f32, lexical_weight: f32, vector_weight: f32) -> FusionSettings {
        FusionSettings::default().with_fusion(Fusion::Rrf {
            rrf_k,
            lexical_weight,
            vector_weight,
        })
    }

    #[test]
    fn a_chunk_of_both_legs_adds_up_its_shares() {
        let settings = rrf(60.0, 1.0, 1.0);
        let fused = fuse(
            &ranking(&[1, 2]),
            &ranking(&[2]),
            &Ranking::new(),
            &settings,
        );
        assert_eq!(fused[0].id, id(2));
        assert!((fused[0].score - (1.0 / 62.0 + 1.0 / 61.0)).abs() < 1e-6);
        assert!((fused[1].score - 1.0 / 61.0).abs() < 1e-6);
        assert_eq!(fused[0].evidence.lexical.map(|leg| leg.rank), Some(2));
    }

    #[test]
    fn equal_scores_are_ordered_by_chunk_id() {
        let settings = rrf(10.0, 1.0, 1.0);
        let fused = fuse(&ranking(&[9]), &ranking(&[3]), &Ranking::new(), &settings);
        assert_eq!(fused[0].id, id(3));
        assert_eq!(fused[1].id, id(9));
    }

    #[test]
    fn a_weight_that_is_not_a_number_is_refused() {
        rrf(10.0, f32::NAN, 1.0)
            .check()
            .expect_err("NaN orders nothing");
        for lexical_weight in [f32::NAN, -0.1, 1.1] {
            let fusion = Fusion::Convex { lexical_weight };
            let settings = FusionSettings::default().with_fusion(fusion);
            settings.check().expect_err("not from 0 to 1");
        }
    }

    #[test]
    fn scores_count_as_shares_of_the_best() {
        let settings = FusionSettings::default().with_fusion(Fusion::Convex {
            lexical_weight: 0.25,
        });
        let lexical = scored(&[(1, 8.0), (2, 4.0)]);
        let vector = scored(&[(2, 0.5), (3, 0.2)]);
        let beside = scored(&[(1, 0.1)]);
        let fused = fuse(&lexical, &vector, &beside, &settings);
        let scores: BTreeMap<_, _> = fused.into_iter().map(|hit| (hit.id, hit.score)).collect();
        let expected = [
            (1, 0.25 + 0.75 * 1.1 / 1.5),
            (2, 0.125 + 0.75),
            (3, 0.75 * 1.2 / 1.5),
        ];
        for (number, score) in expected {
            assert!((scores[&id(number)] - score).abs() < 1e-6, "{number}");
        }
    }

    proptest! {
        #[test]
        fn which_leg_is_named_first_does_not_matter(
            a in proptest::sample::subsequence((0_u32..30).collect::<Vec<_>>(), 0..20).prop_shuffle(),
            b in proptest::sample::subsequence((0_u32..30).collect::<Vec<_>>(), 0..20).prop_shuffle(),
        ) {
            let settings = rrf(10.0, 1.2, 1.0);
            let swapped = rrf(10.0, 1.0, 1.2);
            let scores = |fused: Vec<Fused>| -> Vec<_> {
                fused.into_iter().map(|hit| (hit.id, hit.score.to_bits())).collect()
            };
            let one = scores(fuse(&ranking(&a), &ranking(&b), &Ranking::new(), &settings));
            let other = scores(fuse(&ranking(&b), &ranking(&a), &Ranking::new(), &swapped));
            prop_assert_eq!(one, other);
        }
    }
}
