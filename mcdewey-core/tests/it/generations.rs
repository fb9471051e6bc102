//! Writers and readers: what each sees of the other.

use std::path::Path;
use std::time::Duration;

use mcdewey_core::embed::{Embedder, Role};
use mcdewey_core::engine::{Engine, Snapshot, TextKey, VerifyReport};
use mcdewey_core::ingest::{IngestEvent, IngestOptions};
use mcdewey_core::query::Query;
use mcdewey_core::{
    ChunkId, Error, Filter, HashedEmbedder, IngestReport, Library, Mode, SearchRequest,
};

use crate::support::{
    Clusters, bits, chunk, chunk_with_key, engine, files, id, identity, lexical, put, record,
    snapshot, write_docs,
};

const DIM: usize = 256;

fn query_vector(text: &str) -> Vec<f32> {
    HashedEmbedder::new()
        .embed(&[text], Role::Query)
        .expect("embedded")
        .remove(0)
}

fn put_text(index: &Path, name: &str, texts: &[&str]) {
    let mut writer = engine(index).writer(identity(DIM)).expect("the writer");
    let chunks: Vec<_> = (0..)
        .zip(texts)
        .map(|(ordinal, text)| chunk(ordinal, "", text))
        .collect();
    put(
        writer.as_mut(),
        &HashedEmbedder::new(),
        record(name),
        &chunks,
    );
    writer.finish().expect("finished");
}

fn library(index: &Path) -> Library {
    Library::open_or_create(index)
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library")
}

fn assert_sound(report: &VerifyReport) {
    assert_eq!(report.faults, Vec::<String>::new());
}

fn embedded(report: &IngestReport) -> usize {
    report.chunks.embedded
}

#[test]
fn a_writer_dropped_before_its_commit_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    put_text(folder.path(), "a", &["kept"]);
    let before = bits(&lexical(snapshot(folder.path()).as_ref(), "kept lost", 10));
    let mut writer = engine(folder.path())
        .writer(identity(DIM))
        .expect("the writer");
    put(
        writer.as_mut(),
        &HashedEmbedder::new(),
        record("b"),
        &[chunk(0, "", "lost")],
    );
    writer.remove_document(&id("a")).expect("removed");
    drop(writer);
    let after = snapshot(folder.path());
    assert_eq!(bits(&lexical(after.as_ref(), "kept lost", 10)), before);
    assert_eq!(after.documents().len(), 1);
    assert_eq!(after.generation(), 1);
    assert_sound(&engine(folder.path()).verify().expect("checked"));
}

#[test]
fn a_second_writer_is_told_who_the_first_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let _first = engine(folder.path())
        .writer(identity(DIM))
        .expect("the writer");
    let error = engine(folder.path())
        .writer(identity(DIM))
        .expect_err("one writer only");
    assert!(matches!(error, Error::Locked { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains(&format!("process {}", std::process::id())),
        "{error}"
    );
}

#[test]
fn a_writer_with_another_model_is_refused_and_a_rewriter_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    put_text(folder.path(), "a", &["text"]);
    let error = engine(folder.path())
        .writer(identity(8))
        .expect_err("other vectors");
    assert!(matches!(error, Error::EmbedderMismatch { .. }), "{error}");
    engine(folder.path())
        .rewriter(identity(8))
        .expect("it replaces all vectors");
}

#[test]
fn a_snapshot_answers_the_same_while_a_writer_commits_and_sweeps_its_files() {
    let folder = tempfile::tempdir().expect("a folder");
    put_text(folder.path(), "a", &["alpha one", "alpha two"]);
    put_text(folder.path(), "b", &["beta one"]);
    let reader = snapshot(folder.path());
    // Another one of the same generation tells what the answers are: `reader` itself reads its
    // vectors only after their files are gone.
    let expected = snapshot(folder.path());
    let near = |snapshot: &dyn Snapshot| {
        bits(
            &snapshot
                .nearest(&query_vector("one"), &Filter::new(), 10)
                .expect("searched"),
        )
    };
    let (vectors, words) = (
        near(expected.as_ref()),
        bits(&lexical(expected.as_ref(), "one", 10)),
    );
    let old_files = files(&folder.path().join("vectors"));
    for round in 0..8 {
        put_text(folder.path(), "a", &[&format!("gamma {round}")]);
        put_text(folder.path(), "b", &[&format!("delta {round}")]);
    }
    let new_files = files(&folder.path().join("vectors"));
    assert!(
        old_files.keys().all(|name| !new_files.contains_key(name)),
        "old files are swept"
    );

    assert_eq!(near(reader.as_ref()), vectors);
    assert_eq!(bits(&lexical(reader.as_ref(), "one", 10)), words);
    assert_eq!(reader.status().degraded, Vec::<String>::new());
    let text = reader
        .chunks(&[ChunkId::new(&id("a"), 1)])
        .expect("read")
        .remove(0);
    assert_eq!(text.expect("still there").body.text, "alpha two");
    assert_eq!(lexical(snapshot(folder.path()).as_ref(), "one", 10), []);
}

#[test]
fn a_library_moves_on_when_it_is_refreshed_and_not_before() {
    let folder = tempfile::tempdir().expect("a folder");
    put_text(folder.path(), "a", &["alpha"]);
    let library = library(folder.path());
    assert!(!library.refresh().expect("read"), "nothing is newer");
    put_text(folder.path(), "b", &["beta"]);
    let request = SearchRequest::new("beta").with_mode(Mode::Lexical);
    assert_eq!(library.search(&request).expect("searched").hits.len(), 0);
    assert!(library.refresh().expect("read"));
    assert_eq!(library.search(&request).expect("searched").hits.len(), 1);
}

/// A server that picked up the last checkpoint must also pick up the tidied index, or it would
/// scan what others search by graph, and its scores would differ from theirs.
#[test]
fn tidying_is_a_generation_that_readers_move_on_to() {
    let folder = tempfile::tempdir().expect("a folder");
    put_text(folder.path(), "a", &["alpha", "alpha beta"]);
    let mut writer = engine(folder.path())
        .writer(identity(DIM))
        .expect("the writer");
    let embedder = HashedEmbedder::new();
    put(
        writer.as_mut(),
        &embedder,
        record("a"),
        &[chunk(0, "", "alpha"), chunk(1, "", "gamma")],
    );
    let committed = writer.commit().expect("committed");
    let library = library(folder.path());
    let finished = writer.finish().expect("finished");
    assert!(finished > committed, "deleted chunks were merged away");
    assert!(library.refresh().expect("read"));
    assert_eq!(
        writer.finish().expect("finished"),
        finished,
        "nothing is left to tidy"
    );
    assert!(!library.refresh().expect("read"));
}

#[test]
fn a_commit_that_was_never_tidied_is_tidied_by_the_next_writer() {
    let folder = tempfile::tempdir().expect("a folder");
    put_text(folder.path(), "a", &["alpha", "alpha beta"]);
    let mut writer = engine(folder.path())
        .writer(identity(DIM))
        .expect("the writer");
    put(
        writer.as_mut(),
        &HashedEmbedder::new(),
        record("a"),
        &[chunk(0, "", "alpha")],
    );
    let committed = writer.commit().expect("committed");
    drop(writer);
    let mut next = engine(folder.path())
        .writer(identity(DIM))
        .expect("the writer");
    assert!(next.finish().expect("finished") > committed);
}

#[test]
fn checkpoints_grow_the_generation_and_readers_see_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    let names: Vec<String> = (0..5)
        .map(|number| format!("pbx/v1/d{number}.md"))
        .collect();
    let texts: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), name.as_str()))
        .collect();
    write_docs(&docs, &texts);
    let index = folder.path().join("index");
    let seen = std::sync::Mutex::new(Vec::new());
    let events = |event: IngestEvent| {
        if let IngestEvent::Committed {
            generation,
            documents,
        } = event
        {
            assert_eq!(engine(&index).generation().expect("read"), generation);
            seen.lock().expect("sound").push((generation, documents));
        }
        std::ops::ControlFlow::Continue(())
    };
    let options = IngestOptions::default().with_checkpoint(Duration::ZERO);
    let report = library(&index)
        .ingest_with(&docs, &options, &events)
        .expect("ingested");
    let seen = seen.into_inner().expect("sound");
    assert!(seen.len() > 5, "a commit after every document: {seen:?}");
    assert!(
        seen.is_sorted(),
        "generations and documents only grow: {seen:?}"
    );
    assert_eq!(seen.last(), Some(&(report.generation, 5)));
    assert_eq!(report.documents.added, 5);
}

#[test]
fn a_stopped_ingest_keeps_its_last_commit_and_the_next_one_ends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    write_docs(
        &docs,
        &[
            ("a/1/a.md", "alpha"),
            ("a/1/b.md", "beta"),
            ("a/1/c.md", "gamma"),
        ],
    );
    let library = library(&folder.path().join("index"));
    let stop = |event: IngestEvent| match event {
        IngestEvent::Committed { documents: 2, .. } => std::ops::ControlFlow::Break(()),
        _ => std::ops::ControlFlow::Continue(()),
    };
    let options = IngestOptions::default().with_checkpoint(Duration::ZERO);
    let error = library
        .ingest_with(&docs, &options, &stop)
        .expect_err("stopped");
    assert!(matches!(error, Error::Interrupted { .. }), "{error}");
    assert_eq!(library.documents().len(), 2);
    assert_sound(&library.verify().expect("checked"));
    let report = library.ingest(&docs).expect("ingested");
    assert_eq!((report.documents.added, report.documents.unchanged), (1, 2));
    assert_sound(&library.verify().expect("checked"));
}

#[test]
fn an_ingest_without_changes_embeds_nothing_and_leaves_every_file_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    write_docs(
        &docs,
        &[
            ("a/1/a.md", "# A\n\nalpha"),
            ("a/1/b.md", "beta"),
            ("a/1/empty.md", ""),
        ],
    );
    let index = folder.path().join("index");
    let first = library(&index).ingest(&docs).expect("ingested");
    assert_eq!(embedded(&first), 2);
    let before = files(&index);
    let second = library(&index).ingest(&docs).expect("ingested");
    assert_eq!(embedded(&second), 0);
    assert_eq!(second.documents.unchanged, 3);
    assert_eq!(second.generation, first.generation);
    assert_eq!(before, files(&index));
}

#[test]
fn one_changed_paragraph_embeds_only_its_chunks() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    let text = |third: &str| {
        format!("# G\n\n## One\n\nfirst text\n\n## Two\n\nsecond text\n\n## Three\n\n{third}\n")
    };
    write_docs(
        &docs,
        &[
            ("a/1/g.md", &text("third text")),
            ("a/1/other.md", "another"),
        ],
    );
    let library = library(&folder.path().join("index"));
    let first = library.ingest(&docs).expect("ingested");
    assert_eq!(embedded(&first), 4);
    write_docs(&docs, &[("a/1/g.md", &text("third text, changed"))]);
    let second = library.ingest(&docs).expect("ingested");
    assert_eq!((embedded(&second), second.chunks.reused), (1, 3));
    assert_eq!(
        (second.documents.changed, second.documents.unchanged),
        (1, 1)
    );
    assert_sound(&library.verify().expect("checked"));
}

#[test]
fn a_changed_manifest_moves_documents_without_new_chunks() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    write_docs(
        &docs,
        &[
            ("a/1/a.md", "alpha"),
            ("mcdewey.toml", "vendor = \"acme\"\n"),
        ],
    );
    let library = library(&folder.path().join("index"));
    library.ingest(&docs).expect("ingested");
    let text_before = files(&folder.path().join("index/text"));
    write_docs(&docs, &[("mcdewey.toml", "vendor = \"globex\"\n")]);
    let report = library.ingest(&docs).expect("ingested");
    assert_eq!((embedded(&report), report.documents.unchanged), (0, 1));
    let request =
        |vendor| SearchRequest::new("alpha").with_filter(Filter::new().with_vendor(vendor));
    assert_eq!(
        library
            .search(&request("globex"))
            .expect("searched")
            .hits
            .len(),
        1
    );
    library
        .search(&request("acme"))
        .expect_err("nobody is called so any more");
    let text_after = files(&folder.path().join("index/text"));
    let segments = |files: &std::collections::BTreeMap<String, Vec<u8>>| -> Vec<String> {
        files
            .keys()
            .filter(|name| name.split('.').next_back() == Some("store"))
            .cloned()
            .collect()
    };
    assert_eq!(
        segments(&text_before),
        segments(&text_after),
        "no chunk was written again"
    );
}

#[test]
fn a_library_without_documents_answers_with_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = library(folder.path());
    for mode in [Mode::Hybrid, Mode::Lexical, Mode::Vector] {
        let response = library
            .search(&SearchRequest::new("alpha").with_mode(mode))
            .expect("searched");
        assert_eq!((response.hits.len(), response.generation), (0, 0));
    }
    assert_sound(&library.verify().expect("checked"));
    let empty = snapshot(folder.path());
    assert_eq!(
        empty.chunks(&[ChunkId::new(&id("a"), 0)]).expect("read"),
        [None]
    );
    assert_eq!(
        empty
            .nearest(&query_vector("a"), &Filter::new(), 5)
            .expect("searched"),
        []
    );
}

#[test]
fn a_document_without_chunks_does_not_shift_its_neighbours() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = engine(folder.path())
        .writer(identity(DIM))
        .expect("the writer");
    let embedder = HashedEmbedder::new();
    for (name, texts) in [
        ("a", &[][..]),
        ("b", &["bee zero", "bee one"]),
        ("c", &[]),
        ("d", &[]),
        ("e", &["eel zero"]),
        ("f", &[]),
    ] {
        let chunks: Vec<_> = (0..)
            .zip(texts)
            .map(|(n, text)| chunk(n, "", text))
            .collect();
        put(writer.as_mut(), &embedder, record(name), &chunks);
    }
    writer.finish().expect("finished");
    let snapshot = snapshot(folder.path());
    for (text, expected) in [
        ("bee zero", "b::0"),
        ("bee one", "b::1"),
        ("eel zero", "e::0"),
    ] {
        let by_words = lexical(snapshot.as_ref(), text, 1).remove(0).id;
        let by_meaning = snapshot
            .nearest(&query_vector(text), &Filter::new(), 1)
            .expect("searched");
        assert_eq!(
            (by_words.as_str(), by_meaning[0].id.as_str()),
            (expected, expected)
        );
        let chunk = snapshot
            .chunks(&[by_words])
            .expect("read")
            .remove(0)
            .expect("stored");
        assert_eq!(chunk.body.text, text);
    }
    let only = Filter::new().with_document("e");
    let found = snapshot
        .nearest(&query_vector("bee"), &only, 10)
        .expect("searched");
    assert_eq!(
        found.len(),
        1,
        "the filter's ranges skip the empty documents"
    );
    assert_sound(&engine(folder.path()).verify().expect("checked"));
}

#[test]
fn a_limit_beyond_everything_returns_everything_once() {
    let folder = tempfile::tempdir().expect("a folder");
    put_text(
        folder.path(),
        "a",
        &["same text", "same text", "other text"],
    );
    put_text(folder.path(), "b", &["same text"]);
    let snapshot = snapshot(folder.path());
    assert_eq!(snapshot.status().vectors, 2, "equal texts share a vector");
    let found = snapshot
        .nearest(&query_vector("same"), &Filter::new(), 1000)
        .expect("searched");
    let ids: Vec<&str> = found.iter().map(|scored| scored.id.as_str()).collect();
    assert_eq!(ids, ["a::0", "a::1", "b::0", "a::2"], "ties by id");
    assert_eq!(lexical(snapshot.as_ref(), "text", usize::MAX).len(), 4);
    assert_eq!(lexical(snapshot.as_ref(), "text", 0), []);
}

#[test]
fn a_vector_that_cannot_be_searched_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = engine(folder.path())
        .writer(identity(2))
        .expect("the writer");
    let key = TextKey::of("text");
    for unusable in [&[][..], &[0.0, 0.0], &[1.0], &[f32::NAN, 0.0], &[3.0, 4.0]] {
        writer.put_vector(key, unusable).expect_err("unusable");
        assert!(!writer.has_vector(&key));
    }
    writer.put_vector(key, &[0.6, 0.8]).expect("of unit length");
    let missing = chunk_with_key(0, "", "text", TextKey::of("never stored"));
    writer
        .put_document(record("a"), &[missing])
        .expect_err("its vector must be there first");
}

/// Removed documents leave rows behind that no chunk refers to.
#[test]
fn rows_that_nothing_refers_to_are_never_found_and_leave_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut clusters = Clusters::new(5, 16, 20);
    let mut writer = engine(folder.path())
        .writer(identity(16))
        .expect("the writer");
    for document in 0..100 {
        let key = |n: u32| TextKey::of(&format!("{document} {n}"));
        for n in 0..100 {
            writer.put_vector(key(n), &clusters.any()).expect("stored");
        }
        let chunks: Vec<_> = (0..100)
            .map(|n| chunk_with_key(n, "", "x", key(n)))
            .collect();
        writer
            .put_document(record(&format!("d{document:02}")), &chunks)
            .expect("stored");
    }
    writer.finish().expect("finished");
    let status = snapshot(folder.path()).status();
    assert_eq!((status.vectors, status.vectors_in_graphs), (10_000, 10_000));
    let all = snapshot(folder.path()).nearest(&clusters.any(), &Filter::new(), usize::MAX);
    assert_eq!(
        all.expect("searched").len(),
        10_000,
        "more than a graph is asked for"
    );

    for document in 0..20 {
        writer
            .remove_document(&id(&format!("d{document:02}")))
            .expect("removed");
    }
    writer.finish().expect("finished");
    let reader = snapshot(folder.path());
    assert_eq!(
        reader.status().vectors,
        10_000,
        "a fifth unused is no reason to build a graph"
    );
    for _ in 0..20 {
        let found = reader
            .nearest(&clusters.any(), &Filter::new(), 30)
            .expect("searched");
        assert_eq!(found.len(), 30);
        assert!(found.iter().all(|scored| scored.id.as_str() >= "d20"));
    }

    for document in 20..99 {
        writer
            .remove_document(&id(&format!("d{document:02}")))
            .expect("removed");
    }
    writer.finish().expect("finished");
    let reader = snapshot(folder.path());
    assert_eq!(reader.status().vectors, 100);
    let found = reader
        .nearest(&clusters.any(), &Filter::new(), 1000)
        .expect("searched");
    assert_eq!(found.len(), 100, "fewer than asked for: all of them");
    assert_sound(&engine(folder.path()).verify().expect("checked"));
}

#[test]
fn a_file_where_a_folder_should_be_is_an_io_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["catalog", "vectors", "text"] {
        let index = folder.path().join(format!("with-{name}"));
        write_docs(&index, &[(name, "a file")]);
        let error = Library::open_or_create(&index).expect_err("no folder");
        assert!(matches!(error, Error::Io { .. }), "{error:?}");
        assert!(
            error
                .to_string()
                .contains(&*index.join(name).to_string_lossy()),
            "{error}"
        );
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    assert!(matches!(
        Library::open_or_create(&file),
        Err(Error::Io { .. })
    ));
    assert!(matches!(Library::open(&file), Err(Error::NoIndex { .. })));
}

/// Root may write anywhere: there is nothing to see then.
#[cfg(unix)]
#[test]
fn an_index_that_may_not_be_written_can_be_searched() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    put_text(folder.path(), "a", &["alpha"]);
    let folders = ["", "text", "catalog", "vectors"].map(|name| folder.path().join(name));
    let set = |mode| {
        for folder in &folders {
            set_permissions(folder, Permissions::from_mode(mode)).expect("set");
        }
        for name in files(folder.path()).keys() {
            set_permissions(
                folder.path().join(name),
                Permissions::from_mode(mode & 0o666),
            )
            .expect("set");
        }
    };
    set(0o555);
    let can_write = std::fs::write(folder.path().join("text/probe"), "").is_ok();
    if !can_write {
        let library = library(folder.path());
        let hits = library
            .search(&SearchRequest::new("alpha"))
            .expect("searched")
            .hits;
        assert_eq!(hits.len(), 1);
        assert_sound(&library.verify().expect("checked"));
        let error = engine(folder.path())
            .writer(identity(DIM))
            .expect_err("read-only");
        assert!(matches!(error, Error::Io { .. }), "{error:?}");
    }
    set(0o755);
}

/// A search never mixes the vectors of two models, also when the index was embedded anew while
/// the library was open.
#[test]
fn a_library_whose_index_was_embedded_anew_by_others_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    put_text(folder.path(), "a", &["alpha"]);
    let library = library(folder.path());
    let other = HashedEmbedder::with_dim(64).expect("a dimension");
    let mut elsewhere = Library::open(folder.path()).expect("a library");
    elsewhere
        .reembed(std::sync::Arc::new(other), &())
        .expect("embedded");
    library.refresh().expect("read");
    let error = library
        .search(&SearchRequest::new("alpha"))
        .expect_err("another model's vectors");
    assert!(matches!(error, Error::EmbedderMismatch { .. }), "{error}");
    let by_words = SearchRequest::new("alpha").with_mode(Mode::Lexical);
    assert_eq!(library.search(&by_words).expect("searched").hits.len(), 1);
    assert_eq!(
        elsewhere
            .search(&SearchRequest::new("alpha"))
            .expect("searched")
            .hits
            .len(),
        1
    );
    assert_sound(&elsewhere.verify().expect("checked"));
}

#[test]
fn a_snapshot_says_which_words_of_the_query_each_chunk_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let embedder = HashedEmbedder::with_dim(16).expect("a valid dimension");
    let engine = engine(folder.path());
    let mut writer = engine.writer(identity(16)).expect("a writer");
    // A commit each, so that they stand in several segments.
    for (name, heading, text) in [
        ("a", "Ports", "The native VLAN of trunks."),
        ("b", "Native", "A port."),
        ("c", "Trunk", "A VLAN of ports."),
    ] {
        put(
            &mut *writer,
            &embedder,
            record(name),
            &[chunk(0, heading, text)],
        );
        writer.commit().expect("committed");
    }
    drop(writer);
    let query = Query::parse("trunk natively ports \"trunk port\"");
    let snapshot = snapshot(folder.path());
    let has = |id: &str| {
        let id: ChunkId = id.parse().expect("an id");
        let words = snapshot.words(&query, &[id]).expect("looked up");
        [0, 1, 2, 3].map(|place| words[0].contains(place))
    };
    assert_eq!(has("a::0"), [true, true, true, false]);
    assert_eq!(has("b::0"), [false, true, true, false]);
    assert_eq!(has("c::0"), [true, false, true, false]);
}
