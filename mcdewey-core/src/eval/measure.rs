//! Measures of one ranking of documents against its judgements.

use std::collections::HashMap;

use serde::Serialize;

use crate::shelf::DocumentId;

/// Measures of a ranking, or their means over many; each from 0 to 1, higher is better.
///
/// # Source
/// nDCG as Järvelin and Kekäläinen 2002 with linear gain, `grade / log2(rank + 1)`, which is what
/// `trec_eval` computes; the others as `trec_eval` names them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Measures {
    /// Normalised discounted cumulative gain of the first 10.
    #[serde(rename = "ndcg@10")]
    pub ndcg_10: f64,
    /// Reciprocal rank of the first relevant document, 0 if it is not among the first 10.
    #[serde(rename = "mrr@10")]
    pub mrr_10: f64,
    /// Share of the relevant documents that are among the first 10.
    #[serde(rename = "recall@10")]
    pub recall_10: f64,
    /// Share of the relevant documents that are among the first 100.
    #[serde(rename = "recall@100")]
    pub recall_100: f64,
    /// 1 if the first document is relevant.
    #[serde(rename = "success@1")]
    pub success_1: f64,
    /// Share of the first 10 that repeat a group of versions that stands before them; known where
    /// groups are judged. Lower is better.
    #[serde(rename = "dup@10", skip_serializing_if = "Option::is_none")]
    pub dup_10: Option<f64>,
    /// Hits among the first 10 of another version than the one asked for, in all queries that ask
    /// for one; known where any does. Lower is better, and a sum, no mean.
    #[serde(rename = "wrong-version@10", skip_serializing_if = "Option::is_none")]
    pub wrong_version_10: Option<f64>,
}

impl Measures {
    /// Of `ranking`, best first, where `relevant` gives the grade of every relevant document.
    pub fn of(ranking: &[DocumentId], relevant: &HashMap<DocumentId, u32>) -> Self {
        let is_relevant = |id: &DocumentId| relevant.contains_key(id);
        let recall = |depth: usize| {
            let found = ranking
                .iter()
                .take(depth)
                .filter(|id| is_relevant(id))
                .count();
            found as f64 / relevant.len().max(1) as f64
        };
        let mut grades: Vec<u32> = relevant.values().copied().collect();
        grades.sort_unstable_by(|a, b| b.cmp(a));
        let ideal = discounted_gain(grades.into_iter());
        let gain = discounted_gain(
            ranking
                .iter()
                .map(|id| relevant.get(id).copied().unwrap_or(0)),
        );
        let first = ranking.iter().take(10).position(is_relevant);
        Self {
            ndcg_10: if ideal > 0.0 { gain / ideal } else { 0.0 },
            mrr_10: first.map_or(0.0, |at| 1.0 / (at + 1) as f64),
            recall_10: recall(10),
            recall_100: recall(100),
            success_1: recall_of_first(ranking, is_relevant),
            dup_10: None,
            wrong_version_10: None,
        }
    }

    /// The means of `all`; zeros if it is empty.
    pub fn mean(all: &[Self]) -> Self {
        let mean = |measure: fn(&Self) -> f64| {
            all.iter().map(measure).sum::<f64>() / all.len().max(1) as f64
        };
        let known = |measure: fn(&Self) -> Option<f64>| {
            all.iter()
                .filter_map(measure)
                .reduce(|sum, next| sum + next)
        };
        Self {
            ndcg_10: mean(|m| m.ndcg_10),
            mrr_10: mean(|m| m.mrr_10),
            recall_10: mean(|m| m.recall_10),
            recall_100: mean(|m| m.recall_100),
            success_1: mean(|m| m.success_1),
            dup_10: known(|m| m.dup_10).map(|sum| sum / all.len() as f64),
            wrong_version_10: known(|m| m.wrong_version_10),
        }
    }
}

fn recall_of_first(ranking: &[DocumentId], is_relevant: impl Fn(&DocumentId) -> bool) -> f64 {
    f64::from(u8::from(ranking.first().is_some_and(is_relevant)))
}

fn discounted_gain(grades: impl Iterator<Item = u32>) -> f64 {
    grades
        .take(10)
        .zip(2_u8..)
        .map(|(grade, position)| f64::from(grade) / f64::from(position).log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> DocumentId {
        DocumentId::from_record_id(name)
    }

    #[test]
    fn the_measures_of_a_small_ranking_are_those_computed_by_hand() {
        let relevant = HashMap::from([(id("a"), 2), (id("b"), 1)]);
        let measures = Measures::of(&[id("x"), id("b"), id("a")], &relevant);
        let gain = 1.0 / 3_f64.log2() + 2.0 / 4_f64.log2();
        let ideal = 2.0 / 2_f64.log2() + 1.0 / 3_f64.log2();
        assert!((measures.ndcg_10 - gain / ideal).abs() < 1e-12);
        assert!((measures.mrr_10 - 0.5).abs() < 1e-12);
        assert!((measures.recall_10 - 1.0).abs() < 1e-12);
        assert!(measures.success_1.abs() < 1e-12);
    }

    #[test]
    fn an_ideal_ranking_has_an_ndcg_of_one_and_an_empty_one_of_zero() {
        let relevant = HashMap::from([(id("a"), 3), (id("b"), 1)]);
        let ideal = Measures::of(&[id("a"), id("b")], &relevant);
        assert!((ideal.ndcg_10 - 1.0).abs() < 1e-12);
        assert_eq!(Measures::of(&[], &relevant), Measures::default());
    }
}
