//! Approximate vector search against the exact answer, filtered and not.

use std::path::Path;

use mcdewey_core::engine::{Engine, Ranking, Snapshot, TextKey};
use mcdewey_core::{ChunkId, Filter};

use crate::support::{Clusters, bits, chunk_with_key, engine, id, identity, record};

const DIM: usize = 64;
const DOCUMENTS: usize = 2_000;
const CHUNKS_PER_DOCUMENT: u32 = 10;
const CLUSTERS: usize = 300;
const LIMIT: usize = 10;
const QUERIES: usize = 50;
/// The bar of the issue.
const BAR: f64 = 0.98;

/// How a document's chunks lie in space.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Topics {
    /// Each chunk in any cluster: a filter thins every neighbourhood.
    Mixed,
    /// All chunks of a document in one cluster: a filter may admit nothing near the query.
    Own,
}

struct World {
    /// By document, then ordinal.
    vectors: Vec<Vec<Vec<f32>>>,
    queries: Vec<Vec<f32>>,
}

fn world(seed: u64, topics: Topics) -> World {
    let mut clusters = Clusters::new(seed, DIM, CLUSTERS);
    let vectors = (0..DOCUMENTS)
        .map(|document| {
            (0..CHUNKS_PER_DOCUMENT)
                .map(|_| match topics {
                    Topics::Mixed => clusters.any(),
                    Topics::Own => clusters.of(document / 7),
                })
                .collect()
        })
        .collect();
    let queries = (0..QUERIES).map(|_| clusters.any()).collect();
    World { vectors, queries }
}

fn name(document: usize) -> String {
    format!("d{document:04}")
}

fn build(index: &Path, world: &World) {
    let mut writer = engine(index).writer(identity(DIM)).expect("the writer");
    for (document, vectors) in world.vectors.iter().enumerate() {
        let mut record = record(&name(document));
        record.shelf.vendor = Some(format!("1 in 2: {}", document % 2));
        record.shelf.product = Some(format!("1 in 20: {}", document % 20));
        record.shelf.version = Some(format!("1 in 200: {}", document % 200));
        let mut chunks = Vec::new();
        for (ordinal, vector) in (0..).zip(vectors) {
            let key = TextKey::of(&format!("{document} {ordinal}"));
            writer.put_vector(key, vector).expect("stored");
            chunks.push(chunk_with_key(ordinal, "", "x", key));
        }
        writer.put_document(record, &chunks).expect("stored");
    }
    writer.finish().expect("finished");
}

/// Whether a filter is to admit a document.
type Admits = fn(usize) -> bool;

/// 1 in 1, 2, 20, 200 and 2 000 documents.
fn filters() -> [(&'static str, Filter, Admits); 5] {
    [
        ("100 %", Filter::new(), |_| true),
        ("50 %", Filter::new().with_vendor("1 in 2: 1"), |d| {
            d % 2 == 1
        }),
        ("5 %", Filter::new().with_product("1 in 20: 3"), |d| {
            d % 20 == 3
        }),
        ("0.5 %", Filter::new().with_version("1 in 200: 77"), |d| {
            d % 200 == 77
        }),
        ("0.05 %", Filter::new().with_document("d1234"), |d| {
            d == 1234
        }),
    ]
}

fn exact(world: &World, query: &[f32], admits: impl Fn(usize) -> bool) -> Vec<ChunkId> {
    let mut all: Vec<(f64, ChunkId)> = Vec::new();
    for (document, vectors) in world.vectors.iter().enumerate().filter(|&(d, _)| admits(d)) {
        for (ordinal, vector) in (0..).zip(vectors) {
            let products = vector
                .iter()
                .zip(query)
                .map(|(a, b)| f64::from(*a) * f64::from(*b));
            all.push((products.sum(), ChunkId::new(&id(&name(document)), ordinal)));
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    all.truncate(LIMIT);
    all.into_iter().map(|(_, id)| id).collect()
}

fn recall(found: &Ranking, exact: &[ChunkId]) -> f64 {
    let hits = exact
        .iter()
        .filter(|id| found.iter().any(|scored| scored.id == **id));
    hits.count() as f64 / exact.len() as f64
}

/// Mean recall under each filter; the rankings' bits, to compare.
fn measure(snapshot: &dyn Snapshot, world: &World) -> (Vec<f64>, Vec<Vec<(String, u32)>>) {
    let mut means = Vec::new();
    let mut rankings = Vec::new();
    for (name, filter, admits) in filters() {
        let mut sum = 0.0;
        for query in &world.queries {
            let found = snapshot.nearest(query, &filter, LIMIT).expect("searched");
            assert_eq!(found.len(), LIMIT, "{name}: as many as there are");
            assert!(
                found.is_sorted_by(|a, b| a.rank_order(b).is_lt()),
                "{name}: in order"
            );
            sum += recall(&found, &exact(world, query, admits));
            rankings.push(bits(&found));
        }
        means.push(sum / world.queries.len() as f64);
    }
    (means, rankings)
}

fn check(seed: u64, topics: Topics) {
    let folder = tempfile::tempdir().expect("a folder");
    let world = world(seed, topics);
    build(folder.path(), &world);
    let fresh = engine(folder.path()).snapshot().expect("a generation");
    assert_eq!(
        fresh.status().vectors_in_graphs,
        20_000,
        "the graph is under test, not the scan"
    );
    let (recalls, rankings) = measure(fresh.as_ref(), &world);
    for ((name, _, _), recall) in filters().iter().zip(&recalls) {
        assert!(
            *recall >= BAR,
            "recall@10 at {name} is {recall:.4} (seed {seed}, {topics:?})"
        );
    }
    drop(fresh);

    let reopened = engine(folder.path()).snapshot().expect("a generation");
    let (_, again) = measure(reopened.as_ref(), &world);
    assert_eq!(
        rankings, again,
        "reopened, it answers the same (seed {seed})"
    );
}

#[test]
fn recall_under_every_filter_is_at_least_0_98_when_topics_are_mixed() {
    for seed in [1, 2] {
        check(seed, Topics::Mixed);
    }
}

#[test]
fn recall_under_every_filter_is_at_least_0_98_when_documents_have_their_own_topics() {
    check(3, Topics::Own);
}
