//! Paging through a ranking, reading a document in order, and what a filter keeps away.

use std::path::Path;

use mcdewey_core::{Facet, Filter, HashedEmbedder, Library, Mode, SearchRequest};

use crate::support::write_docs;

fn library(folder: &Path, files: &[(&str, &str)]) -> Library {
    write_docs(&folder.join("docs"), files);
    let library = Library::open_or_create(&folder.join("index"))
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library");
    library.ingest(folder.join("docs")).expect("indexed");
    library
}

const ROUTER: [(&str, &str); 3] = [
    (
        "router/9.1/vlan.md",
        "# VLANs\n\nAn overview.\n\n## Native VLAN\n\nUntagged frames belong to it.\n\n\
         ## Trunks\n\n### Tagging\n\nTagged frames.\n",
    ),
    (
        "router/9.2/vlan.md",
        "# VLANs\n\nUntagged frames are dropped.\n",
    ),
    (
        "switch/1/ports.md",
        "# Ports\n\nA port passes untagged frames.\n",
    ),
];

#[test]
fn pages_of_a_ranking_fit_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts: Vec<(String, String)> = (0..30)
        .map(|n| {
            (
                format!("p/1/note-{n}.md"),
                format!("# Note {n}\n\nThe port {n}.\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(p, t)| (p.as_str(), t.as_str()))
        .collect();
    let library = library(folder.path(), &files);
    let all = SearchRequest::new("port note").with_limit(30);
    let whole = library.search(&all).expect("searched");
    assert_eq!(whole.hits.len(), 30);

    let mut pages = Vec::new();
    for offset in (0..40).step_by(7) {
        let page = all.clone().with_limit(7).with_offset(offset);
        let page = library.search(&page).expect("searched");
        assert_eq!(page.total, whole.total);
        pages.extend(page.hits);
    }
    assert_eq!(pages, whole.hits);
}

#[test]
fn an_outline_has_every_heading_once_and_where_it_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = library(folder.path(), &ROUTER);
    let id = "router::9.1::vlan".parse().expect("an id");
    let outline = library.outline(&id).expect("the document is there");
    let lines: Vec<String> = outline
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                entry.level,
                entry.heading,
                entry.chunk_id.ordinal()
            )
        })
        .collect();
    assert_eq!(
        lines,
        ["1 VLANs 0", "2 Native VLAN 1", "2 Trunks 2", "3 Tagging 2"]
    );
    let unknown = "router::9.9::vlan".parse().expect("an id");
    assert!(library.outline(&unknown).is_err());
}

#[test]
fn own_texts_join_to_the_text_of_the_document() {
    let folder = tempfile::tempdir().expect("a folder");
    let sentences: Vec<String> = (0..200)
        .map(|n| format!("Sentence number {n} says that the port {n} is open."))
        .collect();
    let text = sentences.join(" ");
    let library = library(folder.path(), &[("p/1/long.md", &text)]);
    let snapshot = library.snapshot();
    let record = &snapshot.documents()[0];
    let ids: Vec<_> = record.chunk_ids().collect();
    assert!(ids.len() > 3);
    let chunks = snapshot.chunks(&ids).expect("read");
    let chunks: Vec<_> = chunks.into_iter().flatten().collect();
    assert!(chunks.iter().any(|chunk| chunk.body.overlap > 0));
    let joined: String = chunks.iter().map(|chunk| chunk.body.own()).collect();
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<String>()
    };
    assert_eq!(words(&joined), words(&text));
    let parts = chunks.iter().map(|chunk| chunk.body.without_overlap());
    assert_eq!(words(&parts.collect::<String>()), words(&text));
}

#[test]
fn a_filter_says_what_it_keeps_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = library(folder.path(), &ROUTER);
    let filter = Filter::new().with_product("router").with_version("9.2");
    let request = SearchRequest::new("tagged")
        .with_mode(Mode::Lexical)
        .with_filter(filter);
    assert!(library.search(&request).expect("searched").hits.is_empty());

    let relaxations = library.relaxations(&request).expect("searched");
    let facets: Vec<_> = relaxations.iter().map(|r| (r.facet, r.found)).collect();
    assert_eq!(facets, [(Facet::Version, 1)]);
    assert_eq!(relaxations[0].given, ["9.2"]);
    assert_eq!(relaxations[0].values, [("9.1".to_owned(), 1)]);

    let filter = Filter::new().with_product("switch").with_version("1");
    let relaxations = library.relaxations(&request.with_filter(filter));
    let relaxations = relaxations.expect("searched");
    let facets: Vec<_> = relaxations.iter().map(|r| (r.facet, r.found)).collect();
    assert_eq!(facets, [(Facet::Version, 0), (Facet::Product, 1)]);
    assert_eq!(relaxations[1].values, [("router".to_owned(), 1)]);
}
