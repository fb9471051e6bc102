//! What every client meets: both eras, instructions, the list of tools, new commits, mistakes.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mcdewey_core::Library;
use mcdewey_mcp::McDewey;
use rmcp::model::ErrorCode;
use serde_json::json;

use crate::client::{
    Session, assert_refused, chunk_ids, connect, eras, protocol_error, structured, text, try_call,
};
use crate::{Altered, make_library, write};

#[tokio::test]
async fn both_eras_list_and_call_the_tools() {
    for era in eras() {
        let folder = tempfile::tempdir().unwrap();
        let server = McDewey::new(Arc::new(make_library(folder.path())));
        let client = connect(server, era.clone()).await;
        let tools = client.list_all_tools().await.unwrap();
        let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
        let expected = ["search_docs", "get_chunk", "list_docs", "compare_versions"];
        assert_eq!(names, expected, "{era:?}");

        let arguments = json!({"query": "untagged frames", "version": ["9.1"]});
        let answer = try_call(&client, "search_docs", arguments).await.unwrap();
        assert_eq!(chunk_ids(&answer), ["router::9.1::vlan::0"], "{era:?}");
        client.cancel().await.unwrap();
    }
}

#[tokio::test]
async fn instructions_name_the_shelves_in_both_eras() {
    for era in eras() {
        let folder = tempfile::tempdir().unwrap();
        let server = McDewey::new(Arc::new(make_library(folder.path())));
        let client = connect(server, era).await;
        let peer = client.peer_info().unwrap();
        let instructions = peer.instructions.as_ref().unwrap();
        let first = instructions.lines().take(3).collect::<Vec<_>>().join("\n");
        assert_eq!(
            first,
            "A library of product manuals: 2 documents, 2 passages.\n1 product: router.\n\
             2 versions of these; list_docs names them."
        );
        assert!(!instructions.contains("VLAN"), "{instructions}");
    }
}

#[tokio::test]
async fn instructions_of_a_large_library_stay_below_300_tokens() {
    let files: Vec<(String, String)> = (0..60)
        .map(|n| {
            let path = format!("vendor-with-a-long-name-{n}/product-with-a-long-name-{n}/1/a.md");
            (path, format!("# Manual {n}\n\nText {n}.\n"))
        })
        .collect();
    let mut files: Vec<(&str, &str)> = files
        .iter()
        .map(|(p, t)| (p.as_str(), t.as_str()))
        .collect();
    files.push((
        "mcdewey.toml",
        "levels = [\"vendor\", \"product\", \"version\"]\n",
    ));
    let session = Session::with(&files).await;
    let peer = session.client.peer_info().unwrap();
    let instructions = peer.instructions.as_ref().unwrap();
    assert!(instructions.contains("60 vendors: "), "{instructions}");
    assert!(instructions.contains("more."), "{instructions}");
    // English prose has four characters a token; three would be many tokens.
    assert!(instructions.len() < 3 * 300 + 300, "{}", instructions.len());
}

#[tokio::test]
async fn lists_that_have_one_page_refuse_a_cursor() {
    let session = Session::new().await;
    let cursor =
        Some(rmcp::model::PaginatedRequestParams::default().with_cursor(Some("x".to_owned())));
    let error = protocol_error(session.client.list_tools(cursor).await);
    assert_eq!(error.code, ErrorCode::INVALID_PARAMS);
}

#[tokio::test]
async fn an_unknown_tool_is_a_protocol_error() {
    let session = Session::new().await;
    let error = protocol_error(try_call(&session.client, "search", json!({"query": "x"})).await);
    assert_eq!(error.code, ErrorCode::INVALID_PARAMS);
    assert_eq!(
        error.message,
        "no tool `search`; there is `search_docs`, `get_chunk`, `list_docs`, `compare_versions`"
    );
}

#[tokio::test]
async fn a_new_commit_answers_the_next_call() {
    let folder = tempfile::tempdir().unwrap();
    let writer = make_library(folder.path());
    let reader = Library::open(&folder.path().join("index")).unwrap();
    let [era, _] = eras();
    let client = connect(McDewey::new(Arc::new(reader)), era).await;
    let arguments = json!({"query": "zeppelin", "mode": "lexical"});
    let search = async || {
        try_call(&client, "search_docs", arguments.clone())
            .await
            .unwrap()
    };
    assert_eq!(chunk_ids(&search().await), [""; 0]);

    write(
        folder.path(),
        "airship/1/mooring.md",
        "# Mooring\n\nA zeppelin needs a mast.\n",
    );
    writer.ingest(folder.path().join("docs")).unwrap();
    assert_eq!(chunk_ids(&search().await), ["airship::1::mooring::0"]);

    // The values that the schema offers are those of the new generation too.
    let tools = client.list_all_tools().await.unwrap();
    let schema = serde_json::to_value(&tools[0].input_schema).unwrap();
    assert_eq!(
        schema["properties"]["product"]["items"]["enum"],
        json!(["airship", "router"])
    );
}

#[tokio::test]
async fn a_panic_costs_one_call() {
    let session = Session::over(|folder| {
        let library = make_library(folder);
        McDewey::new(Arc::new(
            library.with_embedder(Altered::panicking()).unwrap(),
        ))
    });
    let session = session.await;
    assert_refused(
        &session.search(json!({"query": "panic"})).await,
        "McDewey failed on this request, by a mistake of its own that its log describes; other \
         requests are answered as before",
    );
    let answer = session.search(json!({"query": "untagged frames"})).await;
    assert_eq!(chunk_ids(&answer).len(), 1);
}

#[tokio::test]
async fn an_answer_says_that_the_library_is_being_brought_up_to_date() {
    let session = Session::over(|folder| {
        McDewey::new(Arc::new(make_library(folder))).with_updating(Arc::new(AtomicBool::new(true)))
    });
    let session = session.await;
    for (tool, arguments) in [
        ("search_docs", json!({"query": "frames"})),
        ("list_docs", json!({})),
    ] {
        let answer = session.call(tool, arguments).await;
        assert_eq!(structured(&answer)["updating"], true);
        assert!(text(&answer).contains("is being brought up to date"));
    }
}

#[tokio::test]
async fn the_first_request_waits_for_the_first_documents() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    let reader = Library::open_or_create(&index).unwrap();
    let updating = Arc::new(AtomicBool::new(true));
    let server = McDewey::new(Arc::new(reader)).with_updating(Arc::clone(&updating));
    let [era, _] = eras();
    let client = tokio::spawn(connect(server, era));
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    drop(make_library(folder.path()));
    let client = client.await.unwrap();
    let peer = client.peer_info().unwrap();
    let instructions = peer.instructions.as_ref().unwrap();
    assert!(instructions.contains("2 documents"), "{instructions}");
}

/// Time stands still but for sleeping, so patience ends at once.
#[tokio::test(start_paused = true)]
async fn an_empty_library_says_what_to_do() {
    for (updating, advice) in [(true, "try again in a moment"), (false, "`mcdewey index`")] {
        let session = Session::over(|folder| {
            let library = Library::open_or_create(&folder.join("index")).unwrap();
            let library = library
                .with_embedder(mcdewey_core::HashedEmbedder::new())
                .unwrap();
            McDewey::new(Arc::new(library)).with_updating(Arc::new(AtomicBool::new(updating)))
        });
        let session = session.await;
        let answer = session.search(json!({"query": "frames"})).await;
        assert_eq!(chunk_ids(&answer), [""; 0]);
        assert!(text(&answer).contains(advice), "{}", text(&answer));
        // An empty list of values would be no schema.
        let tools = session.client.list_all_tools().await.unwrap();
        let schema = serde_json::to_string(&tools[0].input_schema).unwrap();
        assert!(!schema.contains("\"enum\":[]"), "{schema}");
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = McDewey::new(Arc::new(make_library(folder.path())));
    for tokens in [0, 999, 100_001] {
        assert!(server.clone().with_max_answer_tokens(tokens).is_err());
    }
    for url in ["", "manuals.example", "ftp://manuals.example", "http://a b"] {
        assert!(server.clone().with_public_url(url).is_err(), "{url}");
    }
}
