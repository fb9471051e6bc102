//! What it costs that the newest version of a passage stands for all: a library of 100 000
//! passages in three versions of 1 667 manuals, searched with and without.
//!
//! ```text
//! cargo bench -p mcdewey-core --bench versions              about two minutes
//! cargo bench -p mcdewey-core --bench versions -- 20000     fewer passages
//! ```
//!
//! Texts are 140 words drawn from 30 000 by Zipf's law, from a fixed seed; of each ten passages
//! one changes a word in twenty from version to version. The embedder is the hashed one, so that
//! no time goes into a model: the share of collapsing is larger here than anywhere else.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "shared/random.rs"]
mod random;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use mcdewey_core::search::Versions;
use mcdewey_core::{HashedEmbedder, Library, Mode, SearchRequest};
use serde_json::json;

use self::random::Random;

const VERSIONS: usize = 3;
const PASSAGES: usize = 20;
const QUERIES: usize = 200;
const ROUNDS: usize = 5;
const WORDS: usize = 140;

fn main() {
    let n_chunks = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("manuals.jsonl");
    write(&docs, n_chunks / VERSIONS / PASSAGES);
    let started = Instant::now();
    let library = Library::open_or_create(&folder.path().join("index"))
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library");
    let report = library.ingest(&docs).expect("indexed");
    println!(
        "{} passages, indexed in {:.1?}",
        report.chunks.total,
        started.elapsed()
    );

    let mut random = Random::new(2);
    let queries: Vec<String> = (0..QUERIES)
        .map(|_| words(&mut random, 6).join(" "))
        .collect();
    let first = SearchRequest::new(queries[0].as_str()).with_mode(Mode::Lexical);
    let started = Instant::now();
    library.search(&first).expect("searched");
    println!(
        "first search, which finds the versions of all passages: {:.1?}",
        started.elapsed()
    );
    println!(
        "{:<22} {:>9} {:>9} {:>9}",
        "p50 of a search", "all ms", "newest ms", "ratio"
    );
    for mode in [Mode::Lexical, Mode::Vector, Mode::Hybrid] {
        let [all, newest] = times(&library, &queries, mode);
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{:<22} {:>9.2} {:>9.2} {:>9.3}",
            mode.to_string(),
            milliseconds(all),
            milliseconds(newest),
            milliseconds(newest) / milliseconds(all)
        );
    }
}

/// Median times of a search with every version and with the newest. Either comes first for every
/// other query, since what comes second finds the caches warm.
fn times(library: &Library, queries: &[String], mode: Mode) -> [Duration; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (number, query) in queries.iter().enumerate() {
            let mut turns = [(Versions::All, 0), (Versions::Newest, 1)];
            turns.rotate_left(number % 2);
            for (versions, column) in turns {
                let request = SearchRequest::new(query.as_str())
                    .with_mode(mode)
                    .with_versions(versions);
                let started = Instant::now();
                let response = library.search(&request).expect("searched");
                times[column].push(started.elapsed());
                assert!(!response.hits.is_empty());
            }
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    })
}

/// Writes `n_manuals` in all versions.
fn write(docs: &Path, n_manuals: usize) {
    let mut random = Random::new(1);
    let mut file = std::io::BufWriter::new(std::fs::File::create(docs).expect("a file"));
    for manual in 0..n_manuals {
        let mut passages: Vec<_> = (0..PASSAGES).map(|_| words(&mut random, WORDS)).collect();
        for version in 1..=VERSIONS {
            for passage in passages.iter_mut().step_by(10) {
                for word in passage.iter_mut().step_by(20) {
                    *word = random.word();
                }
            }
            let mut text = String::new();
            for passage in &passages {
                write!(text, "{}.\n\n", passage.join(" ")).expect("a string takes all");
            }
            let record = json!({
                "_id": format!("{version}/{manual}"), "title": format!("Manual {manual}"),
                "product": "os", "version": version.to_string(), "text": text,
            });
            writeln!(file, "{record}").expect("written");
        }
    }
}

fn words(random: &mut Random, n: usize) -> Vec<String> {
    (0..n).map(|_| random.word()).collect()
}
