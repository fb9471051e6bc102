//! The embedded engine on 50 000 chunks with vectors of 384 dimensions: how long it takes to
//! build, how large it is, how fast and how exact it answers, filtered and not.
//!
//! ```text
//! cargo bench -p mcdewey-core --bench vectors              both kinds of data, about 3 minutes
//! cargo bench -p mcdewey-core --bench vectors -- 20000     fewer chunks
//! ```
//!
//! Vectors are synthetic, from a fixed seed: unit vectors around 500 centres, tight (cosine with
//! the centre about 0.7, as passages of one topic have) or loose (about 0.45: neighbours are
//! nearly as far as strangers, which is hard for a graph). Texts are 140 words drawn from 30 000
//! by Zipf's law.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "shared/random.rs"]
mod random;

use std::path::Path;
use std::time::{Duration, Instant};

use mcdewey_core::engine::embedded::EmbeddedEngine;
use mcdewey_core::engine::{
    DocumentRecord, EmbedderIdentity, Engine, Ranking, Snapshot, StoredChunk, TextKey, Writer,
};
use mcdewey_core::query::Query;
use mcdewey_core::shelf::Shelf;
use mcdewey_core::{ChunkId, DocumentId, Filter, HashedEmbedder};
use serde_json::json;

use self::random::Random;

const DIM: usize = 384;
const CHUNKS_PER_DOCUMENT: usize = 10;
const CENTRES: usize = 500;
const QUERIES: usize = 200;
const LIMIT: usize = 10;
const WORDS: usize = 140;

/// Share of the documents, in thousandths, by the name they are filtered by.
const SHARES: [(usize, &str); 5] = [
    (500, "50 %"),
    (300, "30 %"),
    (100, "10 %"),
    (10, "1 %"),
    (1, "0.1 %"),
];

fn main() {
    let n_chunks = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(50_000);
    for (name, spread) in [("tight", 1.0), ("loose", 2.0)] {
        run(name, spread, n_chunks);
    }
}

fn run(name: &str, spread: f32, n_chunks: usize) {
    println!("{name} clusters, {n_chunks} chunks, {DIM} dimensions, {QUERIES} queries");
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random::new(1);
    let centres: Vec<_> = (0..CENTRES).map(|_| random.vector(None, 1.0)).collect();
    let any = |random: &mut Random| {
        let centre = &centres[random.below(CENTRES)];
        random.vector(Some(centre), spread / (DIM as f32).sqrt())
    };
    let vectors: Vec<_> = (0..n_chunks).map(|_| any(&mut random)).collect();
    let queries: Vec<_> = (0..QUERIES).map(|_| any(&mut random)).collect();

    build(folder.path(), &vectors, &mut random);
    let started = Instant::now();
    let snapshot = engine(folder.path()).snapshot().expect("a generation");
    let opened = started.elapsed();
    let reading = Instant::now();
    let status = snapshot.status();
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "  on disk {:.0} MB; opened in {opened:.1?}, vectors in {:.1?}; {} of {} in graphs",
        megabytes(status.bytes),
        reading.elapsed(),
        status.vectors_in_graphs,
        status.vectors
    );

    println!(
        "  {:<22} {:>9} {:>9} {:>10}",
        "nearest 10", "p50 ms", "p99 ms", "recall@10"
    );
    for (thousandths, name) in std::iter::once((1000, "100 %")).chain(SHARES) {
        let filter = match thousandths {
            1000 => Filter::new(),
            _ => Filter::new().with_product(name),
        };
        let mut recall = 0.0;
        let times = queries.iter().map(|query| {
            let started = Instant::now();
            let found = snapshot.nearest(query, &filter, LIMIT).expect("searched");
            let time = started.elapsed();
            let expected = exact(&vectors, query, thousandths);
            let hits = expected
                .iter()
                .filter(|id| found.iter().any(|hit| hit.id == **id))
                .count();
            recall += hits as f64 / expected.len() as f64;
            time
        });
        let times = times.collect();
        row(name, times, Some(recall / QUERIES as f64));
    }
    words(snapshot.as_ref(), &queries, &mut random);
}

fn words(snapshot: &dyn Snapshot, vectors: &[Vec<f32>], random: &mut Random) {
    let queries: Vec<Query> = (0..QUERIES)
        .map(|_| Query::parse(&text(random, 6)))
        .collect();
    let all = Filter::new();
    let lexical = |query: &Query, limit| snapshot.lexical(query, &all, limit).expect("searched");
    let timed = |run: &dyn Fn(usize) -> Ranking| {
        (0..QUERIES)
            .map(|query| {
                let started = Instant::now();
                assert!(!run(query).is_empty());
                started.elapsed()
            })
            .collect()
    };
    row(
        "words, top 10",
        timed(&|query| lexical(&queries[query], LIMIT)),
        None,
    );
    let tenth = Filter::new().with_product("10 %");
    let filtered = |query: usize| {
        snapshot
            .lexical(&queries[query], &tenth, LIMIT)
            .expect("searched")
    };
    row("words, top 10 of 10 %", timed(&filtered), None);
    let both = |query: usize| {
        let (words, _) = rayon::join(
            || lexical(&queries[query], 100),
            || {
                snapshot
                    .nearest(&vectors[query], &all, 100)
                    .expect("searched")
            },
        );
        words
    };
    row("both legs, 100 + 100", timed(&both), None);
}

fn row(name: &str, mut times: Vec<Duration>, recall: Option<f64>) {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (p50, p99) = (
        ms(times[times.len() / 2]),
        ms(times[times.len() * 99 / 100]),
    );
    let recall = recall.map_or_else(String::new, |recall| format!("{recall:.4}"));
    println!("  {name:<22} {p50:>9.3} {p99:>9.3} {recall:>10}");
}

fn build(index: &Path, vectors: &[Vec<f32>], random: &mut Random) {
    let embedder = HashedEmbedder::with_dim(DIM).expect("a dimension");
    let mut writer = engine(index)
        .writer(EmbedderIdentity::of(&embedder))
        .expect("the writer");
    let started = Instant::now();
    for (document, vectors) in vectors.chunks(CHUNKS_PER_DOCUMENT).enumerate() {
        put(writer.as_mut(), document, vectors, random);
    }
    writer.commit().expect("committed");
    let stored = started.elapsed();
    let started = Instant::now();
    writer.finish().expect("finished");
    println!(
        "  stored in {stored:.1?}, finished (graphs) in {:.1?}",
        started.elapsed()
    );
}

fn put(writer: &mut dyn Writer, document: usize, vectors: &[Vec<f32>], random: &mut Random) {
    let mut shelf = Shelf::default();
    shelf.document = document.to_string();
    let shares = SHARES.iter().filter(|(share, _)| admits(document, *share));
    shelf.aliases = shares.map(|(_, name)| (*name).to_owned()).collect();
    let mut chunks = Vec::new();
    for (ordinal, vector) in (0..).zip(vectors) {
        let key = TextKey::of(&format!("{document} {ordinal}"));
        writer.put_vector(key, vector).expect("a unit vector");
        chunks.push(chunk(ordinal, key, &text(random, WORDS)));
    }
    let record = DocumentRecord::new(id(document), document.to_string(), shelf);
    writer.put_document(record, &chunks).expect("stored");
}

fn chunk(ordinal: u32, key: TextKey, text: &str) -> StoredChunk {
    serde_json::from_value(json!({
        "ordinal": ordinal,
        "text_key": key,
        "context": "",
        "heading_path": ["Configuration", "Trunks"],
        "anchor": null,
        "pages": null,
        "span": {"start": 0, "end": text.len()},
        "body": {"lead": "", "text": text, "repeated_before": 0, "repeated_after": 0, "overlap": 0},
    }))
    .expect("a stored chunk")
}

fn engine(index: &Path) -> EmbeddedEngine {
    EmbeddedEngine::open_or_create(index).expect("an index")
}

fn id(document: usize) -> DocumentId {
    DocumentId::from_record_id(&format!("d{document:06}"))
}

/// Whether a document is among `thousandths` of a thousand, spread evenly.
fn admits(document: usize, thousandths: usize) -> bool {
    document * 617 % 1000 < thousandths
}

fn exact(vectors: &[Vec<f32>], query: &[f32], thousandths: usize) -> Vec<ChunkId> {
    let mut all: Vec<(f32, usize)> = (0..vectors.len())
        .filter(|index| admits(index / CHUNKS_PER_DOCUMENT, thousandths))
        .map(|index| {
            (
                vectors[index].iter().zip(query).map(|(a, b)| a * b).sum(),
                index,
            )
        })
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = all.iter().take(LIMIT);
    best.map(|&(_, index)| {
        let ordinal = u32::try_from(index % CHUNKS_PER_DOCUMENT).expect("few");
        ChunkId::new(&id(index / CHUNKS_PER_DOCUMENT), ordinal)
    })
    .collect()
}

fn text(random: &mut Random, n_words: usize) -> String {
    let words: Vec<String> = (0..n_words).map(|_| random.word()).collect();
    words.join(" ")
}

impl Random {
    /// A unit vector, `spread` around `centre`.
    fn vector(&mut self, centre: Option<&[f32]>, spread: f32) -> Vec<f32> {
        let component = |at: usize| centre.map_or(0.0, |centre| centre[at]);
        let mut vector: Vec<f32> = (0..DIM)
            .map(|at| component(at) + self.normal() * spread)
            .collect();
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        for component in &mut vector {
            *component /= length;
        }
        vector
    }
}
