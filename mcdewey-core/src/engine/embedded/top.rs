//! The best few of many, in the order every ranking has.

use std::cmp::Ordering;

/// A chunk's number in its snapshot.
pub(super) type ChunkIdx = u32;

/// Keeps the `limit` best of what is pushed: score descending, equal scores as `ties` orders them.
#[derive(Debug)]
pub(super) struct Top<F> {
    limit: usize,
    ties: F,
    best: Vec<(f32, ChunkIdx)>,
}

impl<F: Fn(ChunkIdx, ChunkIdx) -> Ordering> Top<F> {
    pub(super) fn new(limit: usize, ties: F) -> Self {
        Self {
            limit,
            ties,
            best: Vec::with_capacity(limit.min(1024)),
        }
    }

    /// Scores at or below this cannot enter any more. It lies just below the worst score kept, so
    /// that an equal score is still offered and the tie decided by id.
    pub(super) fn threshold(&self) -> f32 {
        match self.best.last() {
            Some((worst, _)) if self.best.len() == self.limit => worst.next_down(),
            _ => f32::NEG_INFINITY,
        }
    }

    pub(super) fn push(&mut self, score: f32, chunk: ChunkIdx) {
        if self.limit == 0 || score <= self.threshold() {
            return;
        }
        // Most of what is as good as the worst stands behind it.
        if let Some(&(worst, last)) = self.best.last()
            && self.best.len() == self.limit
            && worst.total_cmp(&score).is_eq()
            && (self.ties)(chunk, last).is_gt()
        {
            return;
        }
        let at = self.best.partition_point(|&(other_score, other)| {
            other_score
                .total_cmp(&score)
                .then_with(|| (self.ties)(chunk, other))
                .is_gt()
        });
        if at == self.limit {
            return;
        }
        self.best.truncate(self.limit - 1);
        self.best.insert(at, (score, chunk));
    }

    pub(super) fn into_vec(self) -> Vec<(f32, ChunkIdx)> {
        self.best
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_keeps_what_a_full_sort_would_keep(
            scores in proptest::collection::vec(0_u8..6, 0..60),
            limit in 0_usize..12,
        ) {
            let mut all: Vec<(f32, ChunkIdx)> =
                scores.iter().map(|&score| f32::from(score)).zip(0..).collect();
            let mut top = Top::new(limit, |a: ChunkIdx, b: ChunkIdx| a.cmp(&b));
            for &(score, chunk) in all.iter().rev() {
                top.push(score, chunk);
            }
            all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            all.truncate(limit);
            prop_assert_eq!(top.into_vec(), all);
        }
    }
}
