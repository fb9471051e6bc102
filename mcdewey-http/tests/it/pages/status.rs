//! The state of the library and of its last update.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mcdewey_core::IngestOptions;
use mcdewey_http::{Access, Indexer, Key, Reads};

use super::{assert_holds, assert_lacks, between, small};
use crate::site::{Site, write};

/// Far longer than an ingest of three files takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A site that indexes `docs` itself.
fn indexing(docs: &Path) -> Site {
    Site::with(&[], |app| {
        let library = Arc::clone(app.workers().library());
        let silent = Box::new(|| Box::new(()) as Box<_>);
        app.with_indexer(
            Indexer::start(
                library,
                docs.to_path_buf(),
                IngestOptions::default(),
                silent,
            )
            .expect("threads"),
        )
    })
}

/// Its status once the first update has ended.
async fn status(site: &Site) -> String {
    let started = Instant::now();
    loop {
        let html = site.page("/status").await;
        if html.contains("The last update") {
            return html;
        }
        assert!(started.elapsed() < PATIENCE, "no end: {html}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_status_says_what_there_is() {
    let site = small();
    let html = site.page("/status").await;
    assert_holds(
        &html,
        &[
            "The library can be searched.",
            "2 vendors, 2 products, 3 versions",
            "<th scope=\"row\">manuals</th><td>3</td>",
            "<th scope=\"row\">passages</th><td>4</td>",
            "committed <time datetime=\"",
            " UTC</time>",
            "it was started with an index alone",
            "when its operator says so",
        ],
    );
    // The pages change nothing.
    assert_lacks(&html, &["reindex", "method=\"post\""]);
    let empty = Site::open(&[]).page("/status").await;
    assert_holds(&empty, &["The library is empty."]);
}

#[tokio::test]
async fn every_problem_of_the_last_update_is_told() {
    let docs = tempfile::tempdir().expect("a folder");
    let files = [("p/1/a.md", "# A\n\nText.\n"), ("p/1/empty.md", "")];
    write(docs.path(), &files);
    std::fs::write(
        docs.path().join("p/1/broken.md"),
        b"# B\n\nText \xc3\xa9\xc3\xa9\xff.\n",
    )
    .expect("written");
    let html = status(&indexing(docs.path())).await;
    assert_holds(&html, &["The last update", "It began <time", "2 problems"]);
    let problems = between(&html, "<caption>2 problems</caption>", "</table>");
    for (source, kind) in [("p/1/broken.md", "encoding"), ("p/1/empty.md", "empty")] {
        let row = between(problems, source, "</tr>");
        assert_holds(row, &[&format!("<td>{kind}</td>")]);
    }
    let counts = between(&html, "<caption>Manuals</caption>", "</table>");
    assert_holds(counts, &["<th scope=\"col\">failed</th>", "<td>0</td>"]);
}

#[tokio::test]
async fn an_update_without_problems_and_one_that_failed_say_so() {
    let docs = tempfile::tempdir().expect("a folder");
    write(docs.path(), &[("p/1/a.md", "# A\n\nText.\n")]);
    let good = status(&indexing(docs.path())).await;
    assert_holds(
        &good,
        &[
            "Every manual was read without a problem.",
            "1 passage embedded",
        ],
    );
    let failed = status(&indexing(&docs.path().join("gone"))).await;
    assert_holds(&failed, &["It failed: ", "gone"]);
}

#[tokio::test]
async fn who_may_not_read_everything_is_not_told_of_updates() {
    let docs = tempfile::tempdir().expect("a folder");
    write(
        docs.path(),
        &[("p/1/a.md", "# A\n\nText.\n"), ("p/1/secret-name.md", "")],
    );
    let (admin, mut admin_key) = Key::generate("admin").expect("random numbers");
    admin_key.admin = true;
    let (reader, reader_key) = Key::generate("reader").expect("random numbers");
    let site = Site::with(&[], |app| {
        let library = Arc::clone(app.workers().library());
        let silent = Box::new(|| Box::new(()) as Box<_>);
        let access = Access::new(
            &library,
            vec![admin_key, reader_key],
            Some(&Reads::default()),
        );
        app.with_access(access).with_indexer(
            Indexer::start(
                library,
                docs.path().to_path_buf(),
                IngestOptions::default(),
                silent,
            )
            .expect("threads"),
        )
    });
    let started = Instant::now();
    let told = loop {
        let html = site.get_as(&admin, "/status").await.ok().body;
        if html.contains("The last update") {
            break html;
        }
        assert!(started.elapsed() < PATIENCE, "no end: {html}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_holds(
        &told,
        &[
            "secret-name",
            "curl -X POST 'http://localhost/api/v1/reindex'",
        ],
    );
    for html in [
        site.get_as(&reader, "/status").await.ok().body,
        site.page("/status").await,
    ] {
        assert_holds(&html, &["is told to those who may read everything"]);
        assert_lacks(&html, &["secret-name", "reindex", "The last update"]);
    }
}
