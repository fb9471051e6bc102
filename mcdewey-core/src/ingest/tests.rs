//! What the program's own tests cannot bring about: folders that cannot be read, models that fail.

use std::path::Path;

use super::plan::Plan;
use super::prepare;
use crate::acronym::Acronym;
use crate::document::{Problem, ProblemKind};
use crate::engine::DocumentRecord;
use crate::parse::Limits;
use crate::shelf::{DocumentId, Shelf, SourcePath};
use crate::source::{Content, DocsRoot, Item, Scan, SourceProblem};
use crate::{HashedEmbedder, Result};

fn item(source: &str, text: &str) -> Item {
    Item {
        id: DocumentId::from_record_id(source),
        source: source.to_owned(),
        shelf: Shelf::default(),
        content: Content::Record {
            title: String::new(),
            text: text.to_owned(),
            url: None,
        },
    }
}

fn known(item: &Item) -> DocumentRecord {
    let id = item.id.clone();
    let mut record = DocumentRecord::new(id, item.source.clone(), item.shelf.clone());
    let (hash, _) = item.hash().expect("a record is readable");
    record.content_hash = hash.to_hex().to_string();
    "settings".clone_into(&mut record.settings);
    record
}

fn plan(scan: Scan, known: &[DocumentRecord]) -> Result<Plan> {
    Plan::new(Path::new("docs"), scan, known, "settings")
}

fn scan(items: Vec<Item>) -> Scan {
    Scan {
        items,
        ..Scan::default()
    }
}

#[test]
fn documents_below_an_unread_folder_are_kept_and_others_removed() {
    let records = ["a/1", "ab/1", "c/1"].map(|source| known(&item(source, "text")));
    let mut scan = scan(vec![item("c/1", "text")]);
    scan.unread_folders = vec![SourcePath::new("a").expect("a path")];
    let plan = plan(scan, &records).expect("planned");
    assert_eq!(plan.removed, [DocumentId::from_record_id("ab/1")]);
    assert_eq!(plan.unchanged, 1);
}

#[test]
fn a_file_that_cannot_be_read_now_is_a_problem_and_stays() {
    let mut gone = item("a", "text");
    let record = known(&gone);
    let docs = tempfile::tempdir().expect("a folder");
    let root = DocsRoot::open(docs.path()).expect("it is there");
    let file = SourcePath::new("no/such/file").expect("a path");
    gone.content = Content::File(root.file(file));
    let plan = plan(scan(vec![gone]), &[record]).expect("planned");
    assert!(plan.removed.is_empty() && plan.changed.is_empty());
    assert_eq!(plan.problems[0].problem.kind, ProblemKind::Unreadable);
}

#[test]
fn an_empty_docs_root_is_refused_while_the_index_holds_documents() {
    let record = known(&item("a", "text"));
    let error = plan(Scan::default(), &[record]).expect_err("more likely a lost disk");
    assert!(error.to_string().contains("the index has 1"), "{error}");
    assert!(
        plan(Scan::default(), &[]).is_ok(),
        "a first run may be empty"
    );
}

#[test]
fn other_settings_or_another_manifest_title_cut_a_document_again() {
    let unchanged = item("a", "text");
    let mut titled = unchanged.clone();
    titled.shelf.title = Some("Guide".to_owned());
    let mut recut = known(&unchanged);
    recut.settings.push('!');
    let changes = |item: &Item, record: DocumentRecord| {
        plan(scan(vec![item.clone()]), &[record])
            .expect("planned")
            .changed
            .len()
    };
    assert_eq!(changes(&unchanged, known(&unchanged)), 0);
    assert_eq!(changes(&titled, known(&unchanged)), 1);
    assert_eq!(changes(&unchanged, recut), 1);
}

#[test]
fn a_shelf_that_changed_moves_the_document() {
    let mut moved = item("a", "text");
    let record = known(&moved);
    moved.shelf.vendor = Some("Acme".to_owned());
    let plan = plan(scan(vec![moved]), &[record]).expect("planned");
    assert!(plan.changed.is_empty());
    assert_eq!(plan.moved[0].shelf.vendor.as_deref(), Some("Acme"));
}

#[test]
fn acronyms_of_a_text_reach_the_record() {
    let changed = super::plan::Changed {
        item: item("a", "Edit the access control list (ACL) first."),
        bytes: 1,
        is_new: true,
    };
    let parser =
        crate::isolate::Parser::new(crate::isolate::Isolation::default(), Limits::default());
    let settings = crate::chunk::ChunkSettings::default();
    let embedder = HashedEmbedder::new();
    let prepared = prepare::all(&[changed], &parser, &settings, &embedder, "settings");
    let record = &prepared[0].as_ref().expect("readable").record;
    assert_eq!(
        record.acronyms,
        [Acronym::new("ACL", "access control list")]
    );
    let mut stored = serde_json::to_value(record).expect("plain data");
    stored
        .as_object_mut()
        .expect("an object")
        .remove("acronyms");
    let older: DocumentRecord = serde_json::from_value(stored).expect("records of old are read");
    assert!(older.acronyms.is_empty());
}

#[test]
fn batches_hold_every_changed_document_once_and_in_order() {
    let large = "x".repeat(3 << 20);
    let items: Vec<Item> = (0..70)
        .map(|n| {
            item(
                &format!("{n:02}"),
                if n % 10 == 0 { &large } else { "small" },
            )
        })
        .collect();
    let plan = plan(scan(items), &[]).expect("planned");
    let batches = plan.batches();
    let all = batches.iter().flat_map(|batch| batch.iter());
    let sources: Vec<&str> = all.map(|changed| changed.item.source.as_str()).collect();
    assert!(sources.is_sorted() && sources.len() == 70);
    for batch in batches {
        let bytes: u64 = batch.iter().map(|changed| changed.bytes).sum();
        assert!(batch.len() <= 32 && bytes <= 4 << 20, "{bytes}");
    }
}

#[test]
fn settings_name_what_decides_how_a_document_is_cut() {
    let embedder = HashedEmbedder::new();
    let default = crate::chunk::ChunkSettings::default();
    let smaller = default.with_max_tokens(100).expect("valid");
    assert_ne!(
        prepare::settings_name(&default, &Limits::default(), &embedder),
        prepare::settings_name(&smaller, &Limits::default(), &embedder)
    );
    assert_ne!(
        prepare::settings_name(&default, &Limits::default(), &embedder),
        prepare::settings_name(&default, &Limits::default().with_max_pages(9), &embedder)
    );
}

#[test]
fn problems_are_reported_by_source() {
    let problem = Problem::new(ProblemKind::Empty, "page 3", "no text");
    let reported = super::ReportedProblem::from(SourceProblem::new("a.md", problem));
    let json = serde_json::to_value(&reported).expect("plain data");
    let expected = serde_json::json!({
        "source": "a.md", "place": "page 3", "kind": "empty", "message": "no text"
    });
    assert_eq!(json, expected);
}

#[cfg(feature = "embedded")]
mod with_an_index {
    use std::ops::ControlFlow;
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use crate::embed::Role;
    use crate::engine::Engine;
    use crate::engine::embedded::EmbeddedEngine;
    use crate::ingest::{IngestEvent, IngestOptions, ingest};
    use crate::{Embedder, Error, HashedEmbedder, Result};

    /// Gives a zero vector for every text after the first few.
    #[derive(Debug)]
    struct Failing {
        inner: HashedEmbedder,
        embedded: AtomicUsize,
        good: usize,
    }

    impl Embedder for Failing {
        fn name(&self) -> &str {
            self.inner.name()
        }
        fn fingerprint(&self) -> &str {
            self.inner.fingerprint()
        }
        fn runtime(&self) -> String {
            self.inner.runtime()
        }
        fn dim(&self) -> usize {
            self.inner.dim()
        }
        fn token_limit(&self) -> usize {
            self.inner.token_limit()
        }
        fn count_tokens(&self, text: &str) -> usize {
            self.inner.count_tokens(text)
        }
        fn embed(&self, texts: &[&str], role: Role) -> Result<Vec<Vec<f32>>> {
            let mut vectors = self.inner.embed(texts, role)?;
            for vector in &mut vectors {
                if self.embedded.fetch_add(1, Ordering::Relaxed) >= self.good {
                    vector.fill(0.0);
                }
            }
            Ok(vectors)
        }
    }

    fn docs(folder: &Path) -> PathBuf {
        let docs = folder.join("docs");
        std::fs::create_dir_all(docs.join("pbx/v1")).expect("a folder");
        for n in 0..3 {
            let text = format!("# Guide {n}\n\nText {n}.\n\n## More\n\nWords {n}.\n");
            std::fs::write(docs.join(format!("pbx/v1/guide{n}.md")), text).expect("written");
        }
        docs
    }

    #[test]
    fn a_zero_vector_is_refused_with_the_chunk_and_the_model() {
        let folder = tempfile::tempdir().expect("a folder");
        let engine = EmbeddedEngine::open_or_create(&folder.path().join("index")).expect("made");
        let failing = Failing {
            inner: HashedEmbedder::new(),
            embedded: AtomicUsize::new(0),
            good: 2,
        };
        let options = IngestOptions::default();
        let error = ingest(&engine, &failing, &docs(folder.path()), &options, &())
            .expect_err("the third vector is zero");
        assert!(matches!(error, Error::BadVector { .. }));
        assert!(error.to_string().contains("pbx::v1::guide1::0"), "{error}");
        assert_eq!(
            engine.generation().expect("readable"),
            0,
            "nothing was committed"
        );
    }

    #[test]
    fn an_interrupted_run_keeps_its_vectors_and_its_commits() {
        let folder = tempfile::tempdir().expect("a folder");
        let engine = EmbeddedEngine::open_or_create(&folder.path().join("index")).expect("made");
        let docs = docs(folder.path());
        let embedder = HashedEmbedder::new();
        let options = IngestOptions::default().with_checkpoint(Duration::ZERO);
        let stop_at_first_commit = |event| match event {
            IngestEvent::Committed { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        let error = ingest(&engine, &embedder, &docs, &options, &stop_at_first_commit)
            .expect_err("it was told to stop");
        let Error::Interrupted { generation } = error else {
            panic!("{error}");
        };
        assert_eq!(engine.generation().expect("readable"), generation);
        let report = ingest(&engine, &embedder, &docs, &options, &()).expect("goes on");
        assert_eq!(report.documents.total, 3);
        assert_eq!(
            report.chunks.embedded, 0,
            "all vectors were committed before"
        );
        assert_eq!(engine.snapshot().expect("opened").documents().len(), 3);
    }
}

#[cfg(feature = "html")]
#[test]
fn a_page_that_says_where_it_is_published_has_that_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = "<link rel=canonical href=https://acme.example/a><h1>Ports</h1><p>Open them.";
    std::fs::write(folder.path().join("a.html"), page).expect("written");
    let scan = crate::source::scan(folder.path(), &|_| true).expect("readable");
    let changed = super::plan::Changed {
        item: scan.items[0].clone(),
        bytes: 1,
        is_new: true,
    };
    let settings = crate::chunk::ChunkSettings::default();
    let parser =
        crate::isolate::Parser::new(crate::isolate::Isolation::default(), Limits::default());
    let prepared = prepare::all(
        &[changed],
        &parser,
        &settings,
        &HashedEmbedder::new(),
        "settings",
    );
    let record = &prepared[0].as_ref().expect("readable").record;
    assert_eq!(record.url.as_deref(), Some("https://acme.example/a"));
    assert_eq!(record.title.as_deref(), Some("Ports"));
}
