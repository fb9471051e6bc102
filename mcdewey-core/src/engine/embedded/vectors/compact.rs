//! Which segments to merge, and which deserve a graph.

/// A segment from here on is searched through a graph. Below, scanning it exactly takes less than
/// a millisecond (384 dimensions, one core; `cargo bench --bench vectors`: 5 000 rows in 0.4 ms).
const GRAPH_ROWS: usize = 8_192;

/// Small segments beyond this number are merged.
const MAX_SMALL: usize = 4;

/// A segment of which less than this share is in use is rewritten.
const MIN_LIVE_SHARE: f64 = 0.7;

/// How many rows a segment has, and how many of them some chunk refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct SegmentSize {
    pub(in super::super) rows: usize,
    pub(in super::super) live: usize,
}

/// Whether a segment of `rows` rows is to have a graph.
pub(in super::super) fn wants_graph(rows: usize) -> bool {
    rows >= GRAPH_ROWS
}

/// The segments, by index, whose live rows should move into new ones together. Empty when all is
/// well as it is.
pub(in super::super) fn segments_to_merge(sizes: &[SegmentSize]) -> Vec<usize> {
    let small = |size: &SegmentSize| !wants_graph(size.rows);
    let wasteful = |size: &SegmentSize| (size.live as f64) < MIN_LIVE_SHARE * size.rows as f64;
    let n_small = sizes.iter().filter(|size| small(size)).count();
    let small_rows: usize = sizes
        .iter()
        .filter(|size| small(size))
        .map(|size| size.live)
        .sum();
    let merge_small = n_small > MAX_SMALL || (n_small > 1 && wants_graph(small_rows));
    sizes
        .iter()
        .enumerate()
        .filter(|(_, size)| wasteful(size) || (merge_small && small(size)))
        .map(|(index, _)| index)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(rows_and_live: &[(usize, usize)]) -> Vec<SegmentSize> {
        let sizes = rows_and_live.iter();
        sizes
            .map(|&(rows, live)| SegmentSize { rows, live })
            .collect()
    }

    #[test]
    fn a_few_small_full_segments_stay_as_they_are() {
        assert!(segments_to_merge(&sizes(&[(50_000, 50_000), (10, 10), (20, 20)])).is_empty());
    }

    #[test]
    fn many_small_segments_become_one_and_large_ones_stay() {
        let sizes = sizes(&[(50_000, 50_000), (1, 1), (1, 1), (1, 1), (1, 1), (1, 1)]);
        assert_eq!(segments_to_merge(&sizes), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn small_segments_that_together_deserve_a_graph_are_merged() {
        assert_eq!(
            segments_to_merge(&sizes(&[(5_000, 5_000), (4_000, 4_000)])),
            [0, 1]
        );
    }

    #[test]
    fn a_segment_mostly_unused_is_rewritten() {
        assert_eq!(segments_to_merge(&sizes(&[(100, 69), (100, 70)])), [0]);
    }
}
