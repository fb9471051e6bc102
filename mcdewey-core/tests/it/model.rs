//! The incremental index against one built from scratch.

use std::collections::BTreeMap;
use std::path::Path;

use mcdewey_core::embed::{Embedder, Role};
use mcdewey_core::engine::{
    DocumentRecord, EmbedderIdentity, Engine, Snapshot, StoredChunk, Writer,
};
use mcdewey_core::{ChunkId, Filter, HashedEmbedder};
use proptest::prelude::*;

use crate::support::{Random, bits, chunk, engine, id, lexical, put, record};

const DIM: usize = 32;
const QUERIES: [&str; 5] = [
    "alpha",
    "beta gamma alpha delta",
    "\"gamma delta\" port",
    "port vlan trunk certificate alpha beta",
    "nowhere",
];
const WORDS: [&str; 14] = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "port",
    "ports",
    "vlan",
    "trunk",
    "certificate",
    "the",
    "and",
    "of",
    "certificates",
    "5060",
];

type Content = BTreeMap<String, (DocumentRecord, Vec<StoredChunk>)>;

#[derive(Debug, Clone)]
enum Step {
    /// Stores document `.0` with content `.1`; few contents, so that texts are shared.
    Put(usize, u64),
    Remove(usize),
    /// Moves a document on the shelves.
    Move(usize, u8),
    Commit,
    Finish,
    /// Drops the writer and what it did not commit.
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..7_usize, 0..9_u64).prop_map(|(document, content)| Step::Put(document, content)),
        2 => (0..7_usize).prop_map(Step::Remove),
        1 => (0..7_usize, 0..3_u8).prop_map(|(document, vendor)| Step::Move(document, vendor)),
        2 => Just(Step::Commit),
        2 => Just(Step::Finish),
        1 => Just(Step::Reopen),
    ]
}

fn text(random: &mut Random, n_words: usize) -> String {
    let words = (0..n_words).map(|_| {
        // The product of two draws prefers the first words, as language does.
        WORDS[random.below(WORDS.len()) * random.below(WORDS.len()) / WORDS.len()]
    });
    words.collect::<Vec<_>>().join(" ")
}

fn content(seed: u64) -> (Option<String>, Vec<StoredChunk>) {
    let mut random = Random::new(seed);
    let title = (!seed.is_multiple_of(3)).then(|| text(&mut random, 2));
    let n_chunks = random.below(5);
    let chunks = (0..n_chunks).map(|ordinal| {
        let heading = text(&mut random, ordinal % 3);
        // Every third text is shared with other documents.
        let mut random = Random::new(if ordinal % 3 == 1 {
            0
        } else {
            seed * 10 + ordinal as u64
        });
        let n_words = 1 + random.below(30);
        let body = text(&mut random, n_words);
        chunk(u32::try_from(ordinal).expect("few"), &heading, &body)
    });
    let chunks = chunks.collect();
    (title, chunks)
}

fn from_scratch(index: &Path, embedder: &HashedEmbedder, content: &Content) {
    let mut writer = open(index, embedder);
    for (record, chunks) in content.values() {
        put(writer.as_mut(), embedder, record.clone(), chunks);
    }
    writer.finish().expect("finished");
}

fn open(index: &Path, embedder: &HashedEmbedder) -> Box<dyn Writer> {
    engine(index)
        .writer(EmbedderIdentity::of(embedder))
        .expect("the writer")
}

/// Everything a reader can ask: records, chunks, nearest chunks, and by words the chunks found.
fn assert_same(
    found: &dyn Snapshot,
    expected: &dyn Snapshot,
    embedder: &HashedEmbedder,
    tidy: bool,
) {
    assert_eq!(found.documents(), expected.documents());
    let ids: Vec<ChunkId> = found
        .documents()
        .iter()
        .flat_map(DocumentRecord::chunk_ids)
        .collect();
    let chunks = found.chunks(&ids).expect("read");
    assert!(chunks.iter().all(Option::is_some), "every chunk is stored");
    assert_eq!(chunks, expected.chunks(&ids).expect("read"));
    for query in QUERIES {
        let vector = embedder
            .embed(&[query], Role::Query)
            .expect("embedded")
            .remove(0);
        for filter in [Filter::new(), Filter::new().with_vendor("v1")] {
            for limit in [3, 1000] {
                let near = |snapshot: &dyn Snapshot| {
                    bits(&snapshot.nearest(&vector, &filter, limit).expect("searched"))
                };
                assert_eq!(near(found), near(expected), "nearest to {query}");
            }
        }
        if tidy {
            for limit in [3, 1000] {
                let words = |snapshot| bits(&lexical(snapshot, query, limit));
                assert_eq!(words(found), words(expected), "words of {query}");
            }
        } else {
            // Deleted chunks still count in the statistics: other scores, same chunks.
            let words = |snapshot| {
                let mut ids: Vec<_> = lexical(snapshot, query, 1000)
                    .into_iter()
                    .map(|scored| scored.id)
                    .collect();
                ids.sort();
                ids
            };
            assert_eq!(words(found), words(expected), "words of {query}");
        }
    }
}

fn run(steps: &[Step]) {
    let folder = tempfile::tempdir().expect("a folder");
    let index = folder.path().join("index");
    let embedder = HashedEmbedder::with_dim(DIM).expect("a dimension");
    let (mut committed, mut current) = (Content::new(), Content::new());
    let mut generation = 0;
    let mut writer = open(&index, &embedder);
    for (number, step) in steps.iter().chain([&Step::Finish]).enumerate() {
        match *step {
            Step::Put(document, seed) => {
                let (title, chunks) = content(seed);
                let mut record = record(&format!("d{document}"));
                record.title = title;
                put(writer.as_mut(), &embedder, record.clone(), &chunks);
                current.insert(record.source.clone(), (record, chunks));
            }
            Step::Remove(document) => {
                let name = format!("d{document}");
                writer.remove_document(&id(&name)).expect("removed");
                current.remove(&name);
            }
            Step::Move(document, vendor) => {
                if let Some((record, _)) = current.get_mut(&format!("d{document}")) {
                    record.shelf.vendor = Some(format!("v{vendor}"));
                    writer.put_record(record.clone());
                }
            }
            Step::Reopen => {
                drop(writer);
                writer = open(&index, &embedder);
                current.clone_from(&committed);
            }
            Step::Commit | Step::Finish => {
                let tidy = matches!(step, Step::Finish);
                let new = if tidy {
                    writer.finish()
                } else {
                    writer.commit()
                };
                let new = new.expect("committed");
                assert!(new >= generation, "generations only grow");
                generation = new;
                committed.clone_from(&current);
                let scratch = folder.path().join(number.to_string());
                from_scratch(&scratch, &embedder, &committed);
                let found = engine(&index).snapshot().expect("a generation");
                assert_eq!(found.generation(), generation);
                let expected = engine(&scratch).snapshot().expect("a generation");
                assert_same(found.as_ref(), expected.as_ref(), &embedder, tidy);
                let faults = engine(&index).verify().expect("checked").faults;
                assert_eq!(faults, Vec::<String>::new());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_run_of_changes_ends_in_the_index_built_from_scratch(
        steps in proptest::collection::vec(step(), 1..30),
    ) {
        run(&steps);
    }
}

/// Long posting lists in segments whose passages differ in length: where a segment's own average
/// length, or the order of additions, would show in the scores.
#[test]
fn scores_do_not_depend_on_how_chunks_are_spread_over_segments() {
    let folder = tempfile::tempdir().expect("a folder");
    let embedder = HashedEmbedder::with_dim(DIM).expect("a dimension");
    let mut random = Random::new(11);
    let mut documents = Vec::new();
    for document in 0..60 {
        let mut record = record(&format!("d{document:02}"));
        record.title = Some(text(&mut random, 1 + document % 4));
        let chunks: Vec<_> = (0..40)
            .map(|ordinal| {
                let n_words = 1 + random.below(if document < 15 { 300 } else { 12 });
                chunk(ordinal, &text(&mut random, 2), &text(&mut random, n_words))
            })
            .collect();
        documents.push((record, chunks));
    }
    let (one, four) = (folder.path().join("one"), folder.path().join("four"));
    for (index, documents_per_commit) in [(&one, 60), (&four, 15)] {
        let mut writer = open(index, &embedder);
        for part in documents.chunks(documents_per_commit) {
            for (record, chunks) in part {
                put(writer.as_mut(), &embedder, record.clone(), chunks);
            }
            writer.commit().expect("committed");
        }
    }
    let (one, four) = (
        engine(&one).snapshot().expect("one"),
        engine(&four).snapshot().expect("four"),
    );
    let mut queries: Vec<String> = QUERIES.map(str::to_owned).to_vec();
    queries
        .extend((0..40).map(|seed| text(&mut Random::new(seed), 2 + Random::new(seed).below(9))));
    for query in queries {
        let all = bits(&lexical(one.as_ref(), &query, 10_000));
        assert_eq!(
            all,
            bits(&lexical(four.as_ref(), &query, 10_000)),
            "{query}"
        );
        for snapshot in [&one, &four] {
            let best = bits(&lexical(snapshot.as_ref(), &query, 10));
            assert_eq!(
                best,
                all[..all.len().min(10)],
                "the best ten of all: {query}"
            );
        }
    }
}
