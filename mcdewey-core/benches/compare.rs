//! Two versions of a manual compared: how long it takes, by the number of sections.
//!
//! ```text
//! cargo bench -p mcdewey-core --bench compare              1 000 and 5 000 sections
//! cargo bench -p mcdewey-core --bench compare -- 300       another number
//! ```
//!
//! Sections are 150 words drawn from 30 000 by Zipf's law, from a fixed seed. From one version to
//! the next a fifth of them has every tenth word changed, one in twenty stands in another chapter,
//! one in twenty has another heading and every tenth word changed, one in twenty is gone and one in
//! twenty new.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "shared/random.rs"]
mod random;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use mcdewey_core::{ChunkId, CompareRequest, HashedEmbedder, Library};

use self::random::Random;

const WORDS: usize = 150;
const CHAPTER: usize = 20;
const RUNS: usize = 5;

fn main() {
    let asked = std::env::args().find_map(|argument| argument.parse().ok());
    for n_sections in asked.map_or_else(|| vec![1000, 5000], |n| vec![n]) {
        run(n_sections);
    }
}

fn run(n_sections: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = versions(n_sections);
    write(folder.path(), "1", &old);
    write(folder.path(), "2", &new);
    let library = Library::open_or_create(&folder.path().join("index"))
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library");
    library.ingest(folder.path().join("docs")).expect("indexed");
    let request = CompareRequest::new("guide", "1", "2");
    let comparison = library.compare(&request).expect("compared");
    println!("{n_sections} sections: {:?}", comparison.counts);
    let compare = |request: &CompareRequest| {
        library.compare(request).expect("compared");
    };
    print("summary alone", || compare(&request.clone().with_limit(0)));
    print("every change, words counted", || compare(&request));
    let details = request.clone().with_details();
    print("every change with its words", || compare(&details));
    let id: ChunkId = "router::2::guide::7".parse().expect("an id");
    print("the history of a section", || {
        library.section_history(&id).expect("there");
    });
}

/// The median of some runs.
fn print(what: &str, work: impl Fn()) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "  {what:<28} {:6.0} ms",
        times[RUNS / 2].as_secs_f64() * 1e3
    );
}

fn write(folder: &Path, version: &str, sections: &[(usize, String, Vec<String>)]) {
    let mut text = "# Guide\n".to_owned();
    let mut open = None;
    for (chapter, heading, words) in sections {
        if open != Some(chapter) {
            let _infallible = writeln!(text, "\n## Chapter {chapter}");
            open = Some(chapter);
        }
        let _infallible = writeln!(text, "\n### {heading}\n\n{}", words.join(" "));
    }
    let folder = folder.join("docs/router").join(version);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("guide.md"), text).expect("written");
}

/// A section: chapter, heading, words.
type Written = (usize, String, Vec<String>);

fn versions(n_sections: usize) -> (Vec<Written>, Vec<Written>) {
    let mut random = Random::new(1);
    let mut section = |n: usize| {
        let words = (0..WORDS).map(|_| random.word()).collect();
        (n / CHAPTER, format!("Topic {n} {}", random.word()), words)
    };
    let old: Vec<Written> = (0..n_sections).map(&mut section).collect();
    let mut new = Vec::with_capacity(n_sections);
    for (n, (chapter, heading, words)) in old.iter().enumerate() {
        let changed = || {
            let words = words.iter().enumerate();
            let words = words.map(|(at, word)| {
                if at % 10 == 0 {
                    format!("new{n}")
                } else {
                    word.clone()
                }
            });
            words.collect()
        };
        match n % 20 {
            0..4 => new.push((*chapter, heading.clone(), changed())),
            4 => new.push((
                (chapter + 3) % (n_sections / CHAPTER).max(1),
                heading.clone(),
                words.clone(),
            )),
            5 => new.push((*chapter, format!("Subject {n}"), changed())),
            6 => new.push(section(n_sections + n)),
            _ => new.push((*chapter, heading.clone(), words.clone())),
        }
    }
    new.sort_by_key(|section| section.0);
    (old, new)
}
