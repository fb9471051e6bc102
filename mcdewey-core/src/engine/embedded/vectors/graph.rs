//! An HNSW graph over one segment; the only file that knows usearch.
//!
//! usearch reads a damaged file with a crash or an endless loop, so it never sees a byte whose
//! hash was not checked. A graph is built on one thread in row order: the same rows give the same
//! graph, and graphs of several segments are built side by side. Its answers are only candidates;
//! their scores come from the raw vectors.

use std::path::Path;

use usearch::{Index, IndexOptions, MetricKind, ScalarKind};

use super::super::files::{self, FileRef, Unchecked};
use super::segment::Segment;
use crate::{Error, Result};

/// Neighbours a node keeps (M of the HNSW paper).
///
/// Measured 2026-11-22 on the loose clusters of `tests/it/recall.rs` (20 000 rows, 64 dimensions:
/// harder than passages are), recall@10 for two seeds:
///
/// | M | ef | recall@10 |
/// |---|---|---|
/// | 16 | 96 | 0.894, 0.878 |
/// | 16 | 256 | 0.980, 0.986 |
/// | 24 | 192 | 0.996, 0.990 |
///
/// Half precision, not i8: on 20 000 rows of 384 dimensions (`cargo bench --bench vectors --
/// 20000`) i8 had 0.967 under a filter of 50 % where f16 had 0.981, and saved a third of the
/// time. usearch with its feature `numkong` built those graphs in 7 to 9 s, without it in 49 to
/// 62 s, and searched them in 1.1 ms instead of 3 to 4.
const M: usize = 24;
/// Candidates looked at while a node is inserted (efConstruction).
const EF_CONSTRUCTION: usize = 128;
/// Candidates looked at by a search (ef), at least.
const EF_SEARCH: usize = 256;
/// Searches that may run at once; one more is answered by a scan.
const MAX_SEARCHES: usize = 256;

/// How many rows to ask for first when `limit` chunks are wanted of the `admitted` among `all`:
/// what a search without a filter looks at, more the fewer are admitted. All of them are scored
/// exactly, which also mends the order of the half-precision vectors.
pub(super) fn first_ask(limit: usize, admitted: usize, all: usize) -> usize {
    let unfiltered = limit.saturating_add(limit / 2).max(EF_SEARCH);
    unfiltered.saturating_mul(all) / admitted.max(1)
}

/// Candidates by vector, over the rows of one segment.
pub(in super::super) struct Graph(Index);

impl std::fmt::Debug for Graph {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Graph({} rows)", self.0.size())
    }
}

/// Builds the graph of `segment` and writes it as `vectors/<name>.hnsw`.
pub(in super::super) fn write_graph(
    index: &Path,
    name: &str,
    segment: &Segment,
    dim: usize,
) -> Result<FileRef> {
    let graph = Graph::build(segment, dim)?;
    let mut bytes = vec![0; graph.0.serialized_length()];
    graph
        .0
        .save_to_buffer(&mut bytes)
        .map_err(|error| failed("save a graph", &error))?;
    files::write(index, format!("vectors/{name}.hnsw"), |output| {
        output.write_all(&bytes)
    })
}

impl Graph {
    /// Builds on one thread, in row order.
    fn build(segment: &Segment, dim: usize) -> Result<Self> {
        let graph = new_index(dim)?;
        // One thread: usearch draws a node's level from a generator of its thread's own, so the
        // number of threads reserved would otherwise show in the graph.
        graph
            .reserve_capacity_and_threads(segment.n_rows(), 1)
            .map_err(|error| failed("reserve memory", &error))?;
        for row in 0..segment.n_rows() {
            graph
                .add(row as u64, segment.vector(row))
                .map_err(|error| failed("add a vector", &error))?;
        }
        Ok(Self(graph))
    }

    /// Reads a graph of `n_rows` rows after checking its hash.
    pub(in super::super) fn open(
        index: &Path,
        file: &FileRef,
        dim: usize,
        n_rows: usize,
    ) -> Result<Self> {
        Self::read(&files::map(index, file), dim, n_rows)
    }

    /// As [`Self::open`], from a mapped file.
    pub(in super::super) fn read(file: &Unchecked, dim: usize, n_rows: usize) -> Result<Self> {
        let bytes = file.check()?;
        let graph = new_index(dim)?;
        graph
            .load_from_buffer(&bytes)
            .map_err(|error| failed("read a graph", &error))?;
        if graph.size() != n_rows || graph.dimensions() != dim {
            return Err(Error::Corrupt {
                path: file.path().to_path_buf(),
                detail: format!("it covers {} rows, not {n_rows}", graph.size()),
            });
        }
        graph
            .reserve_capacity_and_threads(n_rows, MAX_SEARCHES)
            .map_err(|error| failed("reserve memory", &error))?;
        Ok(Self(graph))
    }

    /// About the `count` nearest rows, or `None` when the graph cannot answer just now.
    pub(super) fn nearest(&self, query: &[f32], count: usize) -> Option<Vec<usize>> {
        let matches = self.0.search(query, count).ok()?;
        matches
            .keys
            .into_iter()
            .map(|row| usize::try_from(row).ok())
            .collect()
    }
}

fn new_index(dim: usize) -> Result<Index> {
    Index::new(&IndexOptions {
        dimensions: dim,
        metric: MetricKind::IP,
        quantization: ScalarKind::F16,
        connectivity: M,
        expansion_add: EF_CONSTRUCTION,
        expansion_search: EF_SEARCH,
        multi: false,
    })
    .map_err(|error| failed("start", &error))
}

fn failed(action: &'static str, error: &impl std::fmt::Display) -> Error {
    Error::VectorIndex {
        action,
        message: error.to_string(),
    }
}
