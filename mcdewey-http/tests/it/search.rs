//! `search` and `show`.

use serde_json::Value;

use crate::program::{Workspace, lossy};

fn library() -> Workspace {
    Workspace::with(&[
        (
            "mcdewey.toml",
            "levels = [\"vendor\", \"product\", \"version\"]",
        ),
        (
            "acme/pbx/1.0/guide.md",
            "# Guide\n\n## Ports\n\nSIP uses port 5060.\n",
        ),
        (
            "acme/pbx/2.0/guide.md",
            "# Guide\n\n## Ports\n\nSIP uses port 5061 over TLS.\n",
        ),
        (
            "zeta/router/9/vlan.txt",
            "Native VLAN\n===========\n\nUntagged frames.\n",
        ),
    ])
}

#[test]
fn a_hit_has_every_field_of_the_contract() {
    let workspace = library();
    workspace.reindex();
    let (code, found) = workspace.json(&["search", "sip port over tls", "--explain"]);
    assert_eq!(code, 0);
    for key in [
        "query",
        "mode",
        "hits",
        "total",
        "generation",
        "milliseconds",
    ] {
        assert!(found.get(key).is_some(), "{key} is missing");
    }
    let hit = &found["hits"][0];
    let keys = [
        "rank",
        "chunk_id",
        "document_id",
        "score",
        "title",
        "heading_path",
        "page",
        "vendor",
        "product",
        "version",
        "source",
        "snippet",
        "highlights",
        "text",
        "url",
        "also_in",
        "explain",
    ];
    for key in keys {
        assert!(hit.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(hit["chunk_id"], "acme::pbx::2.0::guide::0");
    assert_eq!(hit["heading_path"], serde_json::json!(["Guide", "Ports"]));
    assert_eq!(hit["page"], Value::Null);
    assert_eq!(hit["explain"]["lexical"]["rank"], 1);
}

#[test]
fn the_eighteenth_chunk_on_page_47_has_the_id_and_title_of_the_contract() {
    let mut manual = String::new();
    for page in 30..60 {
        let page = page.to_string();
        let sentence = [
            "Call state number ",
            &page,
            " tells how the phone answered. ",
        ]
        .concat();
        manual.extend(["## Page ", &page, "\n\n", &sentence.repeat(12), "\n\n"]);
    }
    let path = "cucm/v15/tapi-dev-guide/tapi-dev-guide.md";
    let workspace = Workspace::with(&[(path, &manual)]);
    let docs = workspace.docs();
    let arguments = [
        "index",
        docs.to_str().expect("UTF-8"),
        "--chunk-tokens",
        "200",
    ];
    assert_eq!(workspace.run(&arguments).status.code(), Some(0));
    let id = "cucm::v15::tapi-dev-guide::tapi-dev-guide::17";
    let (_, shown) = workspace.json(&["show", id, "--before", "1", "--after", "1"]);
    let passage = &shown["passage"];
    assert_eq!(passage["chunk_id"], id);
    assert_eq!(passage["page"]["first"], 47);
    assert_eq!(passage["title"], "Page 47");
    assert_eq!(passage["product"], "cucm");
    assert_eq!(passage["version"], "v15");
    assert_eq!(passage["document"], "tapi-dev-guide");
    assert_eq!(passage["source"], path);
}

#[test]
fn a_hit_says_where_it_stands_at_its_vendors_or_in_its_file() {
    let page = "<html><body><h1>Frames</h1><h2 id='native'>Native VLAN</h2><p>Untagged wombats.</p>\
                </body></html>";
    let workspace = Workspace::with(&[
        (
            "acme/mcdewey.toml",
            "url = \"https://acme.example/{path}#{anchor}\"\n",
        ),
        ("acme/1/vlan.html", page),
        ("zeta/1/vlan.html", page),
    ]);
    workspace.reindex();
    let said = |product: &str| {
        let arguments = [
            "search",
            "wombats",
            "--mode",
            "lexical",
            "--product",
            product,
        ];
        lossy(&workspace.run(&arguments).stdout)
    };
    let at_vendor = said("acme");
    let address = "    https://acme.example/1/vlan.html#native\n";
    assert!(at_vendor.contains(address), "{at_vendor}");
    let in_file = said("zeta");
    assert!(
        in_file.contains("    zeta/1/vlan.html#native\n"),
        "{in_file}"
    );
}

#[test]
fn filters_reach_every_mode() {
    let workspace = library();
    workspace.reindex();
    for mode in ["hybrid", "lexical", "vector"] {
        let arguments = ["search", "sip port", "--version", "1.0", "--mode", mode];
        let (_, found) = workspace.json(&arguments);
        let versions: Vec<_> = found["hits"]
            .as_array()
            .expect("hits")
            .iter()
            .map(|hit| hit["version"].as_str())
            .collect();
        assert_eq!(versions, [Some("1.0")], "{mode}");
    }
}

#[test]
fn an_unknown_filter_value_is_wrong_usage_and_names_the_nearest() {
    let workspace = library();
    workspace.reindex();
    let output = workspace.run(&["search", "sip", "--version", "1.1"]);
    assert_eq!(output.status.code(), Some(2));
    let message = lossy(&output.stderr);
    assert!(
        message.contains("no version `1.1`") && message.contains("`1.0`"),
        "{message}"
    );
}

#[test]
fn hostile_queries_get_a_clear_error_or_nothing() {
    let workspace = library();
    workspace.reindex();
    for (query, part) in [
        ("(".repeat(50_000), "characters"),
        ("NOT ".repeat(20_000), "characters"),
        ("a".repeat(100_000), "characters"),
        (String::new(), "empty"),
        ("   ".to_owned(), "empty"),
    ] {
        let output = workspace.run(&["search", &query]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            lossy(&output.stderr).contains(part),
            "{}",
            lossy(&output.stderr)
        );
    }
    for query in ["?!&|--", "((((((((((((((((((("] {
        let (code, found) = workspace.json(&["search", query]);
        assert_eq!(code, 0);
        assert_eq!(found["total"], 0);
    }
}

#[test]
fn a_missing_index_says_how_to_make_one() {
    let output = Workspace::new().run(&["search", "sip"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(lossy(&output.stderr).contains("mcdewey index"));
}

#[test]
fn an_unknown_passage_is_wrong_usage() {
    let workspace = library();
    workspace.reindex();
    let unknown = workspace.run(&["show", "acme::pbx::1.0::guide::9"]);
    assert_eq!(unknown.status.code(), Some(2));
    let malformed = workspace.run(&["show", "acme"]);
    assert_eq!(malformed.status.code(), Some(2));
}

#[test]
fn the_same_search_prints_the_same_bytes() {
    let workspace = library();
    workspace.reindex();
    let hits = || workspace.json(&["search", "sip port"]).1["hits"].to_string();
    let first = hits();
    for _ in 0..3 {
        assert_eq!(hits(), first);
    }
}

#[test]
fn a_jsonl_file_is_a_library_and_can_be_judged() {
    let workspace = Workspace::new();
    let corpus = "{\"_id\": \"d1\", \"title\": \"Ports\", \"text\": \"SIP uses 5060\", \
                  \"vendor\": \"Acme\", \"version\": \"2\", \"url\": \"https://acme.example/d1\"}\n\
                  {\"_id\": \"d2\", \"title\": \"\", \"text\": \"Untagged frames\"}\n";
    workspace.write("corpus.jsonl", corpus);
    workspace.write(
        "queries.jsonl",
        "{\"_id\": \"q\", \"text\": \"sip 5060\"}\n",
    );
    workspace.write("qrels.tsv", "query-id\tcorpus-id\tscore\nq\td1\t1\n");
    let path = |name: &str| {
        workspace
            .docs()
            .join(name)
            .to_str()
            .expect("UTF-8")
            .to_owned()
    };
    let (code, report) = workspace.json(&["index", &path("corpus.jsonl")]);
    assert_eq!(
        (code, &report["documents"]["added"]),
        (0, &serde_json::json!(2))
    );
    let (_, found) = workspace.json(&["search", "5060", "--mode", "lexical"]);
    assert_eq!(found["hits"][0]["document_id"], "d1");
    assert_eq!(found["hits"][0]["url"], "https://acme.example/d1");
    let queries = path("queries.jsonl");
    let arguments = ["eval", "--queries", &queries, "--qrels", &path("qrels.tsv")];
    let (_, evaluation) = workspace.json(&arguments);
    assert_eq!(evaluation["queries"], 1);
    for mode in ["lexical", "vector", "hybrid"] {
        for measure in ["ndcg@10", "mrr@10", "recall@10", "recall@100", "success@1"] {
            assert!(evaluation[mode][measure].is_number(), "{mode} {measure}");
        }
    }
    assert_eq!(evaluation["lexical"]["ndcg@10"], 1.0);
}

#[test]
fn a_reranker_that_is_not_there_is_named_by_every_command_that_takes_one() {
    let workspace = Workspace::with(&[("pbx/1/ports.md", "# Ports\n\nSIP uses 5060.\n")]);
    workspace.reindex();
    workspace.write("queries.jsonl", "{\"_id\": \"q\", \"text\": \"sip\"}\n");
    workspace.write("qrels.tsv", "q\tpbx::1::ports\t1\n");
    let path = |name: &str| workspace.docs().join(name).display().to_string();
    let (queries, qrels) = (path("queries.jsonl"), path("qrels.tsv"));
    for arguments in [
        vec!["search", "sip"],
        vec!["search", "sip", "--mode", "lexical"],
        vec!["eval", "--queries", &queries, "--qrels", &qrels],
        vec!["mcp"],
        vec!["serve", "--bind", "127.0.0.1:0"],
    ] {
        let output = workspace.run(&[&arguments[..], &["--reranker", "nowhere"]].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        let file = std::path::Path::new("nowhere").join("tokenizer.json");
        let expected = format!("cannot read {}", file.display());
        assert!(said.contains(&expected), "{arguments:?}: {said}");
    }
}

#[test]
fn whoever_stops_reading_ends_the_program_quietly() {
    let workspace = Workspace::with(&[("pbx/1/ports.md", "# Ports\n\nSIP uses 5060.\n")]);
    workspace.reindex();
    let mut command = workspace.command(&["list", "--json"]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = command.stdout(writer).output().expect("run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.is_empty(),
        "{:?} {said}",
        output.status
    );
}

#[test]
fn whoever_asks_is_told_how_the_query_was_read_and_where_passages_stand() {
    let workspace = library();
    workspace.reindex();
    let said = |arguments: &[&str]| {
        let output = workspace.run(&[&["search", "--mode", "lexical"], arguments].concat());
        assert!(output.status.success(), "{}", lossy(&output.stderr));
        lossy(&output.stdout)
    };
    let read = "look for port; only where NOT tls; by meaning: port\n";
    let explained = said(&["port -tls", "--explain"]);
    assert!(explained.starts_with(read), "{explained}");
    assert!(explained.contains("    words rank 1 score "), "{explained}");
    assert!(
        explained.contains("acme::pbx::1.0::guide::0\n"),
        "{explained}"
    );
    let plain = said(&["port -tls"]);
    assert!(!plain.contains("look for"), "{plain}");

    let counted = said(&["port frames", "--facets", "--all-versions"]);
    for line in [
        "vendor: acme (2), zeta (1)\n",
        "version: 1.0 (1), 2.0 (1), 9 (1)\n",
    ] {
        assert!(counted.contains(line), "{line} in {counted}");
    }
    assert!(!said(&["port frames"]).contains("vendor: "));

    let wrong = said(&["untagged frmaes"]);
    let note = "frmaes is not in the library: frames was looked for too\n\
                did you mean: untagged frames\n";
    assert!(wrong.starts_with(note), "{wrong}");
    assert!(wrong.contains("\nconfidence: "), "{wrong}");
}

#[test]
fn quotas_reach_the_command_line() {
    let sections = |vendor: &str| {
        let sections = (0..5).map(|n| format!("## Port {n}\n\nPort {n} of {vendor}.\n\n"));
        sections.collect::<String>()
    };
    let workspace = Workspace::with(&[
        ("acme/1/ports.md", &sections("acme")),
        ("acme/1/more.md", &sections("acme again")),
        ("zeta/1/ports.md", &sections("zeta")),
    ]);
    workspace.reindex();
    let documents = |quota: &[&str]| {
        let (code, found) = workspace.json(&[&["search", "port"], quota].concat());
        assert_eq!(code, 0, "{found}");
        let hits = found["hits"].as_array().expect("hits").iter();
        let mut documents: Vec<String> = hits.map(|hit| hit["document_id"].to_string()).collect();
        documents.sort_unstable();
        documents
    };
    assert_eq!(documents(&[]).len(), 10);
    let one_each = [
        "\"acme::1::more\"",
        "\"acme::1::ports\"",
        "\"zeta::1::ports\"",
    ];
    assert_eq!(documents(&["--per-document", "1"]), one_each);
    assert_eq!(documents(&["--per-product", "1"]).len(), 2);
    for wrong in [
        ["--per-document", "0"],
        ["--diversity", "2"],
        ["--diversity", "NaN"],
    ] {
        let output = workspace.run(&[&["search", "port"][..], &wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}
