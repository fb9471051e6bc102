//! Queries of every form against a small library, and what their answers look like.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

use mcdewey_core::search::{ConfidenceLevel, FacetCounts, Neighbours, Versions};
use mcdewey_core::{
    Facet, HashedEmbedder, IngestOptions, Library, Mode, SearchRequest, SearchResponse,
};
use proptest::prelude::*;

use crate::support::write_docs;

const DOCS: [(&str, &str); 9] = [
    (
        "mcdewey.toml",
        "levels = [\"vendor\", \"product\", \"version\"]\n",
    ),
    (
        "acme/router/1/vlan.md",
        "# VLANs\n\nUntagged frames belong to the native VLAN of a trunk port.\n\n## Page marks\n\n\
         Run `show ip bgp summary` on GigabitEthernet0/0/1 first.\n\n\
         ```\nset native_vlan_id 10\n```\n",
    ),
    (
        "acme/router/2/vlan.md",
        "# VLANs\n\nUntagged frames are dropped at the port.\n\n## Trunks\n\nA trunk port, again.\n",
    ),
    (
        "acme/phone/1/sip.md",
        "# SIP\n\n## Page 1\n\nThe phone registers at port 5060 with PHONESTATE_SUSPEND.\n\n\
         ## Page 2\n\nCertificates are renewed each year by getRenewedCertificate.\n",
    ),
    (
        "bolt/switch/3/acl.md",
        "# Access lists\n\nAn access list permits or denies frames. RFC 9457 has nothing on it.\n\n\
         The `summary` of a list shows how often it was hit.\n",
    ),
    (
        "bolt/switch/3/log.md",
        "# Messages\n\nssl:cipher_suites(x) is old, and so is ssl:cipher_suites(y).\n\n\
         ## New\n\nCall ssl:cipher_suites/2.\n\n## Console\n\n%SYS-5-CONFIG_I means that somebody configured the switch from a console.\n\n\
         Version 10.5(2)SU3 and later say who.\n",
    ),
    ("bolt/schalter/mcdewey.toml", "language = \"de\"\n"),
    (
        "bolt/schalter/3/handbuch.md",
        "# Handbuch\n\nDie Einstellung der Sprache erfolgt am Bedienfeld.\n",
    ),
    (
        "bolt/switch/3/ja.md",
        "# 設定\n\n接続設定を変更する手順です。\n",
    ),
];

fn library() -> &'static Library {
    static LIBRARY: OnceLock<(tempfile::TempDir, Library)> = OnceLock::new();
    let (_, library) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let docs = folder.path().join("docs");
        write_docs(&docs, &DOCS);
        let library = Library::open_or_create(&folder.path().join("index"))
            .and_then(|library| library.with_embedder(HashedEmbedder::new()))
            .expect("a library");
        // Several commits, so that there are several segments.
        let options = IngestOptions::default().with_checkpoint(std::time::Duration::ZERO);
        library.ingest_with(&docs, &options, &()).expect("indexed");
        (folder, library)
    });
    library
}

fn request(query: &str) -> SearchRequest {
    SearchRequest::new(query).with_neighbours(Neighbours::Apart)
}

fn search(request: &SearchRequest) -> SearchResponse {
    library().search(request).expect("answered")
}

/// Texts of the hits, in either of these modes.
fn texts(query: &str, mode: Mode) -> Vec<String> {
    let response = search(&request(query).with_mode(mode).with_versions(Versions::All));
    let hits = response.hits.into_iter();
    hits.map(|hit| hit.passage.text).collect()
}

/// All hits of all modes meet this, and there are some.
#[track_caller]
fn all_have(query: &str, meets: impl Fn(&str) -> bool) {
    for mode in [Mode::Hybrid, Mode::Lexical, Mode::Vector] {
        let texts = texts(query, mode);
        assert!(!texts.is_empty(), "{query} {mode}");
        for text in texts {
            assert!(meets(&text), "{query} {mode}: {text}");
        }
    }
}

#[test]
fn what_a_query_requires_holds_in_every_mode() {
    all_have("port \"native VLAN\"", |text| {
        text.contains("native VLAN") || text.contains("native_vlan")
    });
    all_have("port +trunk", |text| text.contains("trunk"));
    all_have("port -trunk", |text| !text.contains("trunk"));
    all_have("trunk AND NOT native", |text| !text.contains("native"));
    all_have("(dropped OR permits) AND frames", |text| {
        text.contains("dropped") || text.contains("permits")
    });
    all_have("\"frames port\"~4", |text| {
        text.contains("dropped at the port")
    });
    all_have("frames title:vlans", |text| !text.contains("access list"));
    all_have("port heading:trunks", |text| text.contains("again"));
    all_have("id code:native_vlan_id", |text| {
        text.contains("set native_vlan_id")
    });
    all_have("+certif* x", |text| text.contains("Certificates"));
    all_have("port heading:tru*", |text| text.contains("again"));
}

#[test]
fn places_in_a_query_are_filters() {
    for (query, vendor, document) in [
        ("frames vendor:bolt", "bolt", None),
        ("port product:phone", "acme", Some("sip")),
        ("port document:sip", "acme", Some("sip")),
        ("frames -vendor:acme", "bolt", None),
    ] {
        for mode in [Mode::Hybrid, Mode::Lexical, Mode::Vector] {
            let response = search(&request(query).with_mode(mode));
            assert!(!response.hits.is_empty(), "{query} {mode}");
            for hit in response.hits {
                assert_eq!(
                    hit.passage.vendor.as_deref(),
                    Some(vendor),
                    "{query} {mode}"
                );
                assert!(
                    document.is_none_or(|document| hit.passage.document == document),
                    "{query} {mode}"
                );
            }
        }
    }
    let response = search(&request("frames product:router version:1"));
    assert!(
        response
            .hits
            .iter()
            .all(|hit| hit.passage.version.as_deref() == Some("1"))
    );
    assert!(!response.hits.is_empty());
}

#[test]
fn a_place_that_is_not_there_finds_nothing_and_says_so() {
    let response = search(&request("frames vendor:acne"));
    assert!(response.hits.is_empty());
    assert_eq!(response.confidence.level, ConfidenceLevel::None);
    assert_eq!(
        response.notes,
        ["no vendor `acne` in this library; the nearest are `acme`, `bolt`"]
    );
}

#[test]
fn a_phrase_that_nothing_has_is_looked_for_by_its_words_with_a_note() {
    let response = search(&request("\"dropped native port\""));
    assert!(!response.hits.is_empty());
    assert_eq!(
        response.notes,
        ["no passage has \"dropped native port\": its words were looked for one by one"]
    );
}

#[test]
fn names_are_found_whole_by_parts_and_however_they_are_written() {
    for (query, name) in [
        ("PHONESTATE_SUSPEND", "PHONESTATE_SUSPEND"),
        ("ssl:cipher_suites/2", "ssl:cipher_suites/2"),
        ("phonestate suspend", "PHONESTATE_SUSPEND"),
        ("phonestatesuspend", "PHONESTATE_SUSPEND"),
        ("PHONESTATE", "PHONESTATE_SUSPEND"),
        ("gigabitethernet 0/0/1", "GigabitEthernet0/0/1"),
        ("gigabit ethernet", "GigabitEthernet0/0/1"),
        ("GigabitEthernet 0 0 1", "GigabitEthernet0/0/1"),
        ("%SYS-5-CONFIG_I", "%SYS-5-CONFIG_I"),
        ("sys-5-config-i", "%SYS-5-CONFIG_I"),
        ("10.5(2)SU3", "10.5(2)SU3"),
        ("10.5.2 su3", "10.5(2)SU3"),
        ("RFC9457", "RFC 9457"),
        ("renewed certificate", "getRenewedCertificate"),
        ("getrenewedcertificate", "getRenewedCertificate"),
        ("show ip bgp summary", "show ip bgp summary"),
        ("接続設定", "接続設定"),
    ] {
        let first = texts(query, Mode::Hybrid).remove(0);
        assert!(first.contains(name), "{query}: {first}");
    }
}

#[test]
fn words_are_found_by_the_stems_of_their_language() {
    // By English rules these two have no stem in common.
    all_have("+Einstellungen", |text| text.contains("Einstellung"));
    let response = search(&request("Einstellungen").with_mode(Mode::Lexical));
    assert_eq!(response.notes, [] as [String; 0]);
    let hit = &response.hits[0];
    assert_eq!(hit.passage.product.as_deref(), Some("schalter"));
    let (start, end) = hit.highlights[0];
    assert_eq!(&hit.snippet[start..end], "Einstellung");
}

#[test]
fn an_unknown_word_is_corrected_with_a_note_and_known_ones_are_not() {
    let response = search(&request("how are certifcates renewed"));
    assert_eq!(
        response.did_you_mean.as_deref(),
        Some("how are certificates renewed")
    );
    assert_eq!(
        response.notes,
        ["certifcates is not in the library: certificates was looked for too"]
    );
    assert!(response.hits[0].passage.text.contains("Certificates"));
    let response = search(&request("certificate"));
    assert_eq!((response.did_you_mean, response.notes.len()), (None, 0));
    let response = search(&request("~certifcates"));
    assert!(response.hits[0].passage.text.contains("Certificates"));
}

#[test]
fn everything_that_has_a_word_is_counted_by_where_it_stands() {
    let response = search(&request("frames").with_facets().with_versions(Versions::All));
    let facets = response.facets.expect("asked for");
    assert_eq!(facets[0].facet, Facet::Vendor);
    let counts: Vec<_> = facets[0]
        .values
        .iter()
        .map(|count| (count.value.as_str(), count.passages))
        .collect();
    assert_eq!(counts, [("acme", 2), ("bolt", 1)]);
    let plain = search(&request("frames"));
    assert!(plain.facets.is_none());
    assert_eq!(FacetCounts::default(), FacetCounts::No);
}

#[test]
fn how_a_query_was_read_is_told_to_who_asks() {
    let response = search(&request("port -trunk").with_explain());
    assert_eq!(
        response.parsed.as_deref(),
        Some("look for port; only where NOT trunk; by meaning: port")
    );
    assert_eq!(search(&request("port")).parsed, None);
}

#[test]
fn confidence_names_the_words_that_are_missing() {
    let response = search(&request("zeppelin port").with_mode(Mode::Lexical));
    let reasons = &response.confidence.reasons;
    assert!(reasons[0].ends_with("not zeppelin"), "{reasons:?}");
    assert!(response.confidence.level < ConfidenceLevel::Strong);
}

/// A manual of 300 passages, in order, each a section of its own or all of one.
fn long(is_one_section: bool) -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    let mut text = "# Guide\n\n".to_owned();
    for number in 0..300 {
        if !is_one_section {
            write!(text, "## Part {number}\n\n").expect("a string takes all");
        }
        let filler = format!("alpha{number} beta gamma delta. ").repeat(60);
        write!(text, "The port of number {number}. {filler}\n\n").expect("a string takes all");
    }
    write_docs(
        &docs,
        &[
            ("a/1/guide.md", text.as_str()),
            ("b/1/other.md", "# X\n\nA port.\n"),
        ],
    );
    let library = Library::open_or_create(&folder.path().join("index"))
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library");
    library.ingest(&docs).expect("indexed");
    (folder, library)
}

#[test]
fn pages_of_a_deep_ranking_fit_together_whatever_their_size() {
    let (_folder, library) = long(false);
    let page = |offset, limit| -> Vec<String> {
        let request = SearchRequest::new("port of number")
            .with_offset(offset)
            .with_limit(limit);
        let hits = library.search(&request).expect("answered").hits.into_iter();
        hits.map(|hit| hit.passage.chunk_id.to_string()).collect()
    };
    let whole = page(0, 1000);
    let distinct: HashSet<&String> = whole.iter().collect();
    assert_eq!(distinct.len(), whole.len(), "each passage stands once");
    assert!(whole.len() > 290, "{}", whole.len());
    for size in [7, 50] {
        let mut joined = Vec::new();
        while joined.len() < whole.len() {
            let next = page(joined.len(), size);
            assert!(!next.is_empty(), "{} of {}", joined.len(), whole.len());
            joined.extend(next);
        }
        assert_eq!(joined, whole, "in pages of {size}");
    }
    let first = SearchRequest::new("port of number");
    let response = library.search(&first).expect("answered");
    assert!(response.more, "there is more than {}", response.total);
}

/// The section of a passage of [`long`], which its words repeat but where it has hardly any.
fn section(text: &str) -> Option<&str> {
    text.split_whitespace()
        .find(|word| word.starts_with("alpha"))
}

#[test]
fn neighbours_of_one_section_are_one_hit_and_of_others_are_not() {
    let (_folder, library) = long(true);
    let response = library
        .search(&SearchRequest::new("port of number 17").with_limit(30))
        .expect("answered");
    let with_others = response
        .hits
        .iter()
        .filter(|hit| !hit.neighbours.is_empty());
    let hit = with_others
        .max_by_key(|hit| hit.neighbours.len())
        .expect("neighbours");
    let whole = hit.whole_text();
    for neighbour in &hit.neighbours {
        assert_eq!(neighbour.chunk_id.document(), hit.passage.document_id);
        // Its end stands in no other passage.
        let end = &neighbour.text[neighbour.text.len() - 40..];
        assert!(whole.contains(end), "{end}");
    }
    assert!(whole.contains(&hit.passage.text[hit.passage.text.len() - 40..]));
    let shown: Vec<_> = response
        .hits
        .iter()
        .flat_map(|hit| {
            std::iter::once(&hit.passage.chunk_id)
                .chain(hit.neighbours.iter().map(|other| &other.chunk_id))
        })
        .collect();
    let distinct: HashSet<_> = shown.iter().collect();
    assert_eq!(distinct.len(), shown.len());

    let (_folder, library) = long(false);
    let request = SearchRequest::new("port of number 17").with_limit(30);
    let response = library.search(&request).expect("answered");
    // A passage and what follows it in the same section, never in the next.
    for hit in &response.hits {
        let own = section(&hit.passage.text);
        for other in &hit.neighbours {
            let both = own.zip(section(&other.text));
            assert!(both.is_none_or(|(own, other)| own == other), "{both:?}");
        }
    }
}

#[test]
fn quotas_leave_room_for_others() {
    let (_folder, library) = long(false);
    let request = SearchRequest::new("port of number").with_per_document(3);
    let response = library.search(&request.with_limit(50)).expect("answered");
    let of_guide = response
        .hits
        .iter()
        .filter(|hit| hit.passage.document == "guide");
    assert_eq!(of_guide.count(), 3);
    assert!(
        response
            .hits
            .iter()
            .any(|hit| hit.passage.document == "other")
    );
    let request = SearchRequest::new("port of number").with_per_product(1);
    let response = library.search(&request).expect("answered");
    assert_eq!(response.hits.len(), 2);
    let none = SearchRequest::new("port").with_per_product(0);
    library
        .search(&none)
        .expect_err("a quota of none finds nothing");
}

#[test]
fn diversity_brings_forward_what_is_unlike_the_first() {
    let (_folder, library) = long(false);
    let request = SearchRequest::new("port of number");
    let plain = library.search(&request).expect("answered").hits;
    let diverse = library
        .search(&request.clone().with_diversity(0.9))
        .expect("answered")
        .hits;
    assert_eq!(plain[0].passage.chunk_id, diverse[0].passage.chunk_id);
    let ids = |hits: &[mcdewey_core::Hit]| -> Vec<String> {
        hits.iter()
            .map(|hit| hit.passage.chunk_id.to_string())
            .collect()
    };
    assert_ne!(ids(&plain), ids(&diverse));
    let wrong = request.with_diversity(f32::NAN);
    library
        .search(&wrong)
        .expect_err("not a number orders nothing");
}

fn is_answered(text: &str) -> Result<(), TestCaseError> {
    for mode in [Mode::Hybrid, Mode::Lexical, Mode::Vector] {
        let request = SearchRequest::new(text)
            .with_mode(mode)
            .with_facets()
            .with_explain();
        let response = library().search(&request);
        prop_assert!(response.is_ok(), "{text}: {response:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        is_answered(&text)?;
    }

    #[test]
    fn any_text_with_much_syntax_is_answered(
        text in "((\"|\\(|\\)|\\+|-|~|\\*| |AND|OR|NOT|title:|page:|code:|vendor:|version:|a_b|設定|port|vlan|~2|7)){0,60}",
    ) {
        is_answered(&text)?;
    }
}
