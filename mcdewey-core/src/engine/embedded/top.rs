//! The best few of many, in the order every ranking has.

use std::cmp::Ordering;

/// A chunk's number in its snapshot.
pub(super) type ChunkIdx = u32;

/// Keeps the `limit` best of what is pushed: score descending, equal scores as `ties` orders them.
///
/// It holds up to twice as many, and then parts the better half from the rest: that costs a few
/// comparisons for each that is pushed, whatever the limit.
#[derive(Debug)]
pub(super) struct Top<F> {
    limit: usize,
    ties: F,
    held: Vec<(f32, ChunkIdx)>,
    /// See [`Self::threshold`].
    threshold: f32,
}

impl<F: Fn(ChunkIdx, ChunkIdx) -> Ordering> Top<F> {
    pub(super) fn new(limit: usize, ties: F) -> Self {
        Self {
            limit,
            ties,
            held: Vec::with_capacity(2 * limit.min(1024)),
            threshold: if limit == 0 {
                f32::INFINITY
            } else {
                f32::NEG_INFINITY
            },
        }
    }

    /// Scores at or below this cannot enter any more. It lies just below the worst score that may,
    /// so that an equal score is still offered and the tie decided by id.
    pub(super) fn threshold(&self) -> f32 {
        self.threshold
    }

    pub(super) fn push(&mut self, score: f32, chunk: ChunkIdx) {
        if self.limit == 0 || score <= self.threshold {
            return;
        }
        self.held.push((score, chunk));
        if self.held.len() >= self.limit.saturating_mul(2) {
            let ties = &self.ties;
            let (_, worst, _) = self
                .held
                .select_nth_unstable_by(self.limit - 1, |&a, &b| order(ties, a, b));
            self.threshold = worst.0.next_down();
            self.held.truncate(self.limit);
        }
    }

    pub(super) fn into_vec(mut self) -> Vec<(f32, ChunkIdx)> {
        let ties = &self.ties;
        self.held.sort_unstable_by(|&a, &b| order(ties, a, b));
        self.held.truncate(self.limit);
        self.held
    }
}

fn order<F: Fn(ChunkIdx, ChunkIdx) -> Ordering>(
    ties: &F,
    a: (f32, ChunkIdx),
    b: (f32, ChunkIdx),
) -> Ordering {
    b.0.total_cmp(&a.0).then_with(|| ties(a.1, b.1))
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
