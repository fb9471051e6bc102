//! Files flipped, cut, zeroed, deleted, swapped: found, never a crash, never a wrong answer that
//! `verify` does not explain.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use mcdewey_core::engine::embedded::EmbeddedEngine;
use mcdewey_core::engine::{DocumentRecord, Engine, Snapshot, TextKey};
use mcdewey_core::{ChunkId, Error, Filter, HashedEmbedder, Library, Mode, SearchRequest};

use crate::support::{
    Clusters, Random, bits, chunk_with_key, copy, engine, files, identity, lexical, record,
    write_docs,
};

const DIM: usize = 8;

fn library(index: &Path) -> Library {
    Library::open_or_create(index)
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library")
}

/// The files below `index/vectors` with this ending.
fn vector_files(index: &Path, ending: &str) -> Vec<PathBuf> {
    let names = files(&index.join("vectors")).into_keys();
    names
        .filter(|name| name.ends_with(ending))
        .map(|name| index.join("vectors").join(name))
        .collect()
}

/// What a file holds after the damage; `None` if it is gone.
type Damage = fn(&[u8]) -> Option<Vec<u8>>;

/// Ways to damage a file.
const DAMAGES: [(&str, Damage); 5] = [
    ("truncated", |content| {
        Some(content[..content.len() / 2].to_vec())
    }),
    ("emptied", |_| Some(Vec::new())),
    ("lengthened", |content| Some([content, b"junk"].concat())),
    ("flipped", |content| {
        let mut content = content.to_vec();
        let middle = content.len() / 2;
        content[middle] ^= 4;
        Some(content)
    }),
    ("deleted", |_| None),
];

/// Replaces a file as a broken disk would, not in place: open maps of it stay valid.
fn replace(path: &Path, content: Option<Vec<u8>>) {
    fs::remove_file(path).expect("removed");
    if let Some(content) = content {
        fs::write(path, content).expect("written");
    }
}

/// 9 000 rows: enough for a graph.
fn build_with_graph(index: &Path, seed: u64) -> Vec<Vec<f32>> {
    let mut clusters = Clusters::new(seed, DIM, 100);
    let mut writer = engine(index).writer(identity(DIM)).expect("the writer");
    for document in 0..90 {
        let key = |n: u32| TextKey::of(&format!("{document} {n}"));
        for n in 0..100 {
            writer.put_vector(key(n), &clusters.any()).expect("stored");
        }
        let chunks: Vec<_> = (0..100)
            .map(|n| chunk_with_key(n, "", "words", key(n)))
            .collect();
        writer
            .put_document(record(&format!("d{document:02}")), &chunks)
            .expect("stored");
    }
    writer.finish().expect("finished");
    (0..20).map(|_| clusters.any()).collect()
}

fn nearest(snapshot: &dyn Snapshot, queries: &[Vec<f32>]) -> Vec<Vec<(String, u32)>> {
    let near = |query: &Vec<f32>| {
        snapshot
            .nearest(query, &Filter::new(), 10)
            .expect("searched")
    };
    queries.iter().map(|query| bits(&near(query))).collect()
}

#[test]
fn a_damaged_graph_is_done_without_said_and_rebuilt() {
    let folder = tempfile::tempdir().expect("a folder");
    let [sound, other, index] = ["sound", "other", "index"].map(|name| folder.path().join(name));
    let queries = build_with_graph(&sound, 1);
    build_with_graph(&other, 2);
    let graph = vector_files(&sound, ".hnsw").remove(0);
    let content = fs::read(&graph).expect("read");
    let swapped = fs::read(vector_files(&other, ".hnsw").remove(0)).expect("read");
    let damages = DAMAGES.map(|(name, damage)| (name, damage(&content)));
    for (name, damaged) in damages.into_iter().chain([("swapped", Some(swapped))]) {
        copy(&sound, &index);
        replace(
            &index
                .join("vectors")
                .join(graph.file_name().expect("a name")),
            damaged,
        );
        let faults = engine(&index).verify().expect("checked").faults;
        assert!(
            faults.iter().any(|fault| fault.contains(".hnsw")),
            "{name}: {faults:?}"
        );
        let snapshot = engine(&index).snapshot().expect("opened");
        let scanned = nearest(snapshot.as_ref(), &queries);
        let status = snapshot.status();
        assert_eq!(status.vectors_in_graphs, 0, "{name}");
        assert!(
            status.degraded[0].contains(".hnsw"),
            "{name}: {:?}",
            status.degraded
        );

        // What every ingest does, also one without changes.
        let mut writer = engine(&index).writer(identity(DIM)).expect("the writer");
        writer.finish().expect("finished");
        drop(writer);
        assert_eq!(
            engine(&index).verify().expect("checked").faults,
            Vec::<String>::new()
        );
        let snapshot = engine(&index).snapshot().expect("opened");
        let status = snapshot.status();
        assert_eq!(
            (status.vectors_in_graphs, status.degraded.len()),
            (9_000, 0),
            "{name}"
        );
        let same = nearest(snapshot.as_ref(), &queries)
            .iter()
            .zip(&scanned)
            .map(|(graph, scan)| graph.iter().filter(|hit| scan.contains(hit)).count())
            .sum::<usize>();
        assert!(
            same >= 196,
            "{name}: only {same} of 200 neighbours are those of the exact scan"
        );
        // The same rows give the same graph, under another name.
        let rebuilt = vector_files(&index, ".hnsw");
        assert!(
            rebuilt
                .iter()
                .any(|path| fs::read(path).expect("read") == content),
            "{name}"
        );
    }
}

#[test]
fn damaged_vectors_leave_words_searchable_and_are_embedded_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    let index = folder.path().join("index");
    write_docs(
        &docs,
        &[("a/1/a.md", "alpha one"), ("a/1/b.md", "beta two")],
    );
    library(&index).ingest(&docs).expect("ingested");
    let first = vector_files(&index, ".vec").remove(0);
    write_docs(&docs, &[("a/1/c.md", "gamma three")]);
    library(&index).ingest(&docs).expect("ingested");
    let other = vector_files(&index, ".vec")
        .into_iter()
        .find(|path| *path != first);
    let other = fs::read(other.expect("a segment for the third")).expect("read");
    let answer = |library: &Library| {
        let request = SearchRequest::new("beta").with_mode(Mode::Vector);
        let hits = library.search(&request).expect("searched").hits;
        hits.iter()
            .map(|hit| (hit.passage.chunk_id.to_string(), hit.score.to_bits()))
            .collect()
    };
    let expected: Vec<_> = answer(&library(&index));
    let sound = folder.path().join("sound");
    copy(&index, &sound);

    let content = fs::read(&first).expect("read");
    let damages = DAMAGES.map(|(name, damage)| (name, damage(&content)));
    for (name, damaged) in damages.into_iter().chain([("swapped", Some(other))]) {
        copy(&sound, &index);
        replace(&first, damaged);
        let library = library(&index);
        let faults = library.verify().expect("checked").faults;
        assert!(
            faults.iter().any(|fault| fault.contains(".vec")),
            "{name}: {faults:?}"
        );
        let by_words = SearchRequest::new("beta").with_mode(Mode::Lexical);
        assert_eq!(
            library.search(&by_words).expect("searched").hits.len(),
            1,
            "{name}"
        );
        let degraded = library.status().engine.degraded;
        assert!(degraded[0].contains(".vec"), "{name}: {degraded:?}");
        assert!(
            degraded.iter().any(|line| line.starts_with("2 chunks")),
            "{name}: {degraded:?}"
        );

        let report = library.ingest(&docs).expect("ingested");
        assert_eq!(
            report.chunks.embedded, 2,
            "{name}: the texts of the lost file, no other"
        );
        assert_eq!(
            library.verify().expect("checked").faults,
            Vec::<String>::new(),
            "{name}"
        );
        assert_eq!(
            library.status().engine.degraded,
            Vec::<String>::new(),
            "{name}"
        );
        assert_eq!(answer(&library), expected, "{name}");
        let again = library.ingest(&docs).expect("ingested");
        assert_eq!(
            (again.chunks.embedded, again.generation),
            (0, report.generation),
            "{name}"
        );
    }
}

/// A file that holds only vectors nobody uses any more must not be complained of for ever.
#[test]
fn a_damaged_file_of_unused_vectors_is_dropped() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    let index = folder.path().join("index");
    write_docs(
        &docs,
        &[("a/1/a.md", "alpha one"), ("a/1/b.md", "beta two")],
    );
    library(&index).ingest(&docs).expect("ingested");
    let first = vector_files(&index, ".vec").remove(0);
    fs::remove_file(first).expect("removed");
    let mut writer = engine(&index)
        .writer(identity(256))
        .expect("the writer opens without the vectors");
    for record in writer.documents() {
        writer.remove_document(&record.id).expect("removed");
    }
    writer.commit().expect("committed");
    drop(writer);
    engine(&index)
        .writer(identity(256))
        .expect("the writer")
        .finish()
        .expect("finished");
    assert_eq!(
        engine(&index).verify().expect("checked").faults,
        Vec::<String>::new()
    );
}

/// All that a reader can learn from an index, or how it refused.
fn read_all(index: &Path) -> Result<Vec<String>, Error> {
    let snapshot = EmbeddedEngine::open(index)?.snapshot()?;
    let ids: Vec<ChunkId> = snapshot
        .documents()
        .iter()
        .flat_map(DocumentRecord::chunk_ids)
        .collect();
    let mut answers = vec![format!("{:?}", snapshot.documents())];
    answers.extend(
        snapshot
            .chunks(&ids)?
            .iter()
            .map(|chunk| format!("{chunk:?}")),
    );
    for query in [
        "alpha",
        "the port",
        "\"alpha beta\"",
        "heading",
        "title gamma",
    ] {
        let query_text = mcdewey_core::query::Query::parse(query);
        answers.push(format!(
            "{:?}",
            bits(&snapshot.lexical(&query_text, &Filter::new(), 50)?)
        ));
    }
    let mut clusters = Clusters::new(9, DIM, 4);
    for _ in 0..3 {
        answers.push(format!(
            "{:?}",
            bits(&snapshot.nearest(&clusters.any(), &Filter::new(), 50)?)
        ));
    }
    Ok(answers)
}

fn small_index(index: &Path) {
    let mut clusters = Clusters::new(4, DIM, 4);
    let mut random = Random::new(4);
    let words = ["alpha", "beta", "gamma", "the", "port", "vlan"];
    for generation in 0..2 {
        let mut writer = engine(index).writer(identity(DIM)).expect("the writer");
        for document in 0..12 {
            let mut record = record(&format!("d{generation}-{document}"));
            record.title = Some(format!("Title {}", words[document % 6]));
            let chunks: Vec<_> = (0..6)
                .map(|n| {
                    let key = TextKey::of(&format!("{generation} {document} {n}"));
                    writer.put_vector(key, &clusters.any()).expect("stored");
                    let text: Vec<&str> = (0..40).map(|_| words[random.below(6)]).collect();
                    chunk_with_key(n, "Heading/Part", &text.join(" "), key)
                })
                .collect();
            writer.put_document(record, &chunks).expect("stored");
        }
        // The second time without tidying, so that a file of deletions is there too.
        if generation == 1 {
            writer
                .remove_document(&crate::support::id("d0-3"))
                .expect("removed");
            writer.commit().expect("committed");
        } else {
            writer.finish().expect("finished");
        }
    }
}

/// What is done to one file, repeatably.
fn mutations(name: &str, content: &[u8]) -> Vec<(String, Option<Vec<u8>>)> {
    // A text segment's name is new each time, its ending and length are not.
    let ending = name.rsplit('.').next().unwrap_or_default();
    let mut random = Random::new(ending.bytes().map(u64::from).sum::<u64>() + content.len() as u64);
    let mut mutations = vec![(format!("{name} deleted"), None)];
    if content.is_empty() {
        return mutations;
    }
    for _ in 0..12 {
        let (at, bit) = (random.below(content.len()), random.below(8));
        let mut damaged = content.to_vec();
        damaged[at] ^= 1 << bit;
        mutations.push((
            format!("{name}: bit {bit} of byte {at} flipped"),
            Some(damaged),
        ));
    }
    for _ in 0..4 {
        let length = random.below(content.len());
        let damaged = content[..length].to_vec();
        mutations.push((format!("{name} cut to {length} bytes"), Some(damaged)));
    }
    for _ in 0..4 {
        let start = random.below(content.len());
        let end = content.len().min(start + 4096.min(1 + content.len() / 3));
        let mut damaged = content.to_vec();
        damaged[start..end].fill(0);
        mutations.push((
            format!("{name}: bytes {start}..{end} zeroed"),
            Some(damaged),
        ));
    }
    mutations.retain(|(_, damaged)| damaged.as_deref() != Some(content));
    mutations
}

#[test]
fn any_damage_to_any_file_is_harmless_or_named_and_nothing_panics() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sound, index) = (folder.path().join("sound"), folder.path().join("index"));
    small_index(&sound);
    let expected = read_all(&sound).expect("a sound index");
    assert_eq!(
        engine(&sound).verify().expect("checked").faults,
        Vec::<String>::new()
    );
    let (mut n_mutations, mut missed) = (0, Vec::new());
    for (name, content) in files(&sound) {
        for (what, damaged) in mutations(&name, &content) {
            n_mutations += 1;
            copy(&sound, &index);
            replace(&index.join(&name), damaged);
            let read = catch_unwind(AssertUnwindSafe(|| read_all(&index)));
            let faults = catch_unwind(AssertUnwindSafe(|| {
                EmbeddedEngine::open(&index)
                    .and_then(|engine| engine.verify())
                    .map_or_else(|error| vec![error.to_string()], |report| report.faults)
            }));
            let (Ok(read), Ok(faults)) = (read, faults) else {
                missed.push(format!("{what}: a panic escaped"));
                continue;
            };
            let harmless = read.is_ok_and(|answers| answers == expected);
            if faults.is_empty() && !harmless {
                missed.push(format!("{what}: not found by verify"));
            }
        }
    }
    assert!(n_mutations >= 300, "{n_mutations} mutations");
    assert!(
        missed.is_empty(),
        "{} of {n_mutations}:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

/// A merge reads old segments and writes a new one with a new checksum.
#[test]
fn damaged_text_is_not_merged_into_a_sound_file() {
    let folder = tempfile::tempdir().expect("a folder");
    small_index(folder.path());
    let text = folder.path().join("text");
    let store = files(&text)
        .into_iter()
        .find(|(name, _)| name.split('.').next_back() == Some("store"));
    let (name, mut content) = store.expect("a segment");
    content[10] ^= 1;
    replace(&text.join(&name), Some(content));
    let mut writer = engine(folder.path())
        .writer(identity(DIM))
        .expect("the writer");
    let error = writer
        .finish()
        .expect_err("a merge is due: there are deletions");
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains(&name), "{error}");
    drop(writer);
    let faults = engine(folder.path()).verify().expect("checked").faults;
    assert!(faults[0].contains(&name), "{faults:?}");
    let snapshot = engine(folder.path()).snapshot().expect("opened");
    assert!(
        !lexical(snapshot.as_ref(), "alpha", 5).is_empty(),
        "the rest still answers"
    );
}

/// An empty index in its place would have the next writer remove everything else.
#[test]
fn an_index_without_its_root_is_damaged_not_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    small_index(folder.path());
    let root = folder.path().join("text/meta.json");
    let content = fs::read(&root).expect("read");
    fs::remove_file(&root).expect("removed");
    for opened in [
        EmbeddedEngine::open(folder.path()),
        EmbeddedEngine::open_or_create(folder.path()),
    ] {
        let error = opened.expect_err("the root is missing");
        assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    }
    fs::write(&root, content).expect("restored");
    let faults = engine(folder.path()).verify().expect("checked").faults;
    assert!(faults.is_empty(), "nothing was lost: {faults:?}");
}
