//! `index`, `status`, `verify`, `list`, `reembed`.

use std::fs;

use crate::program::{Workspace, lossy};

const GUIDE: &str = "# Guide\n\nAn introduction.\n\n## Ports\n\nSIP uses port 5060.\n\n\
                     ## Codecs\n\nG.711 needs 64 kbit/s.\n";

#[test]
fn a_second_run_with_nothing_changed_embeds_nothing() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE)]);
    let (code, first) = workspace.reindex();
    assert_eq!(code, 0);
    assert_eq!(first["documents"]["added"], 1);
    assert_eq!(first["chunks"]["embedded"], 3);
    let (code, second) = workspace.reindex();
    assert_eq!(code, 0);
    assert_eq!(second["documents"]["unchanged"], 1);
    assert_eq!(second["chunks"]["embedded"], 0);
    assert_eq!(second["chunks"]["reused"], 3);
    assert_eq!(second["generation"], first["generation"]);
}

#[test]
fn one_changed_paragraph_embeds_only_its_chunk() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE), ("pbx/v2/guide.md", GUIDE)]);
    let (_, first) = workspace.reindex();
    assert_eq!(first["chunks"]["total"], 6);
    assert_eq!(
        first["chunks"]["embedded"], 3,
        "equal texts of two versions share a vector"
    );
    workspace.write("pbx/v2/guide.md", &GUIDE.replace("5060", "5061"));
    let (_, second) = workspace.reindex();
    assert_eq!(second["documents"]["changed"], 1);
    assert_eq!(second["documents"]["unchanged"], 1);
    assert_eq!(second["chunks"]["embedded"], 1);
    assert_eq!(second["chunks"]["reused"], 5);
}

#[test]
fn a_vanished_file_is_removed_and_found_no_more() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE), ("pbx/v1/faq.md", "Wombats.")]);
    workspace.reindex();
    fs::remove_file(workspace.docs().join("pbx/v1/faq.md")).expect("removed");
    let (_, report) = workspace.reindex();
    assert_eq!(report["documents"]["removed"], 1);
    assert_eq!(report["documents"]["total"], 1);
    let (_, found) = workspace.json(&["search", "wombats", "--mode", "lexical"]);
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(0));
}

#[test]
fn an_emptied_docs_root_does_not_empty_the_index() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE)]);
    workspace.reindex();
    fs::remove_dir_all(workspace.docs().join("pbx")).expect("removed");
    let docs = workspace.docs();
    let output = workspace.run(&["index", docs.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(lossy(&output.stderr).contains("holds no document"));
    let (_, status) = workspace.json(&["status"]);
    assert_eq!(status["documents"], 1);
}

#[test]
fn a_bad_document_is_reported_and_the_others_are_indexed() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE)]);
    fs::write(
        workspace.docs().join("pbx/v1/binary.txt"),
        [0, 159, 146, 150],
    )
    .expect("written");
    workspace.write("pbx/v1/old.chm", "ITSF");
    let (code, report) = workspace.reindex();
    assert_eq!(code, 3);
    assert_eq!(report["documents"]["added"], 1);
    assert_eq!(report["documents"]["failed"], 1);
    let kinds: Vec<_> = report["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| (problem["source"].as_str(), problem["kind"].as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (Some("pbx/v1/binary.txt"), Some("encoding")),
            (Some("pbx/v1/old.chm"), Some("unsupported-format")),
        ]
    );
    let (code, again) = workspace.reindex();
    assert_eq!(
        (code, &again["problems"]),
        (3, &report["problems"]),
        "problems stay until mended"
    );
}

#[test]
fn a_broken_manifest_changes_nothing_and_names_its_line() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE)]);
    workspace.reindex();
    workspace.write("pbx/mcdewey.toml", "product = \"PBX\"\nvendr = \"Acme\"\n");
    workspace.write("pbx/v1/new.md", "New.");
    let docs = workspace.docs();
    let output = workspace.run(&["index", docs.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
    let message = lossy(&output.stderr);
    assert!(
        message.contains("mcdewey.toml:2") && message.contains("`vendor`"),
        "{message}"
    );
    let (_, status) = workspace.json(&["status"]);
    assert_eq!(status["documents"], 1);
}

#[test]
fn a_changed_manifest_moves_documents_without_embedding() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE)]);
    workspace.reindex();
    workspace.write("mcdewey.toml", "vendor = \"Acme\"\n");
    let (_, report) = workspace.reindex();
    assert_eq!(report["chunks"]["embedded"], 0);
    let (_, found) = workspace.json(&["search", "ports", "--vendor", "acme"]);
    assert_eq!(found["hits"][0]["vendor"], "Acme");
}

#[test]
fn a_fresh_index_verifies_clean_and_a_damaged_one_does_not() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE)]);
    workspace.reindex();
    let (code, report) = workspace.json(&["verify"]);
    assert_eq!((code, &report["faults"]), (0, &serde_json::json!([])));
    let vectors = fs::read_dir(workspace.index().join("vectors")).expect("a folder");
    for entry in vectors {
        let path = entry.expect("an entry").path();
        let mut bytes = fs::read(&path).expect("read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).expect("written");
    }
    let (code, report) = workspace.json(&["verify"]);
    assert_eq!(code, 1);
    assert_eq!(report["faults"].as_array().map(Vec::len), Some(1));
    let (_, repaired) = workspace.reindex();
    assert_eq!(repaired["chunks"]["embedded"], 3);
    assert_eq!(workspace.json(&["verify"]).0, 0);
}

#[test]
fn list_shows_the_shelves_with_counts() {
    let workspace = Workspace::with(&[
        ("mcdewey.toml", "vendor = \"Acme\""),
        ("pbx/v1/guide.md", GUIDE),
        ("pbx/v2/guide.md", GUIDE),
    ]);
    workspace.reindex();
    let (_, listing) = workspace.json(&["list"]);
    let versions = &listing["vendors"][0]["products"][0]["versions"];
    assert_eq!(versions[0]["version"], "v2");
    assert_eq!(versions[1]["chunks"], 3);
    assert_eq!(versions[1]["documents"][0]["document_id"], "pbx::v1::guide");
}

#[test]
fn list_shows_synonyms_with_where_they_come_from() {
    let guide = "# Guide\n\nThe Session Initiation Protocol (SIP) uses port 5060.\n";
    let workspace = Workspace::with(&[
        ("mcdewey.toml", "levels = [\"vendor\", \"product\"]"),
        (
            "acme/mcdewey.toml",
            "product_name = \"Acme Call Manager\"\nsynonyms = [\"callmanager => pbx\"]",
        ),
        ("acme/pbx/guide.md", guide),
        ("acme/pbx/faq.md", guide),
    ]);
    workspace.reindex();
    let (code, list) = workspace.json(&["list", "--synonyms"]);
    assert_eq!(code, 0);
    let shelf = &list["shelves"][0];
    assert_eq!(shelf["vendor"], "acme");
    assert_eq!(shelf["synonyms"][2]["from"][0], "SIP");
    assert_eq!(shelf["synonyms"][2]["documents"], 2);
    let output = workspace.run(&["list", "--synonyms"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        lossy(&output.stdout),
        "acme\n  \
           callmanager => pbx  (manifest of 2 documents, such as acme::pbx::faq)\n  \
           pbx = Acme Call Manager  (names of a product with 2 documents, such as acme::pbx::faq)\n  \
           SIP = Session Initiation Protocol  (found in 2 documents, such as acme::pbx::faq)\n"
    );
}

#[test]
fn another_model_is_refused_until_the_library_is_embedded_anew() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", GUIDE)]);
    workspace.reindex();
    let index = workspace.index();
    let bundled = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_mcdewey"))
            .args(arguments)
            .args(["--embedder", "onnx", "--index"])
            .arg(&index)
            .output()
            .expect("the program runs")
    };
    let refused = bundled(&["search", "ports"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(lossy(&refused.stderr).contains("mcdewey reembed"));
    let done = bundled(&["reembed"]);
    assert_eq!(done.status.code(), Some(0), "{}", lossy(&done.stderr));
    let found = bundled(&[
        "search",
        "which transport port does telephony signalling need",
    ]);
    let found = lossy(&found.stdout);
    assert!(found.contains("pbx::v1::guide::1"), "{found}");
    assert_eq!(workspace.json(&["verify"]).0, 0);
}
