use proptest::prelude::*;

use super::*;

fn path(text: &str) -> SourcePath {
    SourcePath::new(text).unwrap()
}

fn id_of(text: &str) -> String {
    DocumentId::from_path(&path(text)).to_string()
}

fn ids_of(paths: &[&str]) -> Vec<String> {
    let paths = paths.iter().map(|text| path(text)).collect();
    document_ids(&paths)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn chunk_17_of_the_tapi_guide_has_the_id_that_the_design_fixes() {
    let document = DocumentId::from_path(&path("cucm/v15/tapi-dev-guide/tapi-dev-guide.md"));
    let chunk = ChunkId::new(&document, 17);
    assert_eq!(
        chunk.as_str(),
        "cucm::v15::tapi-dev-guide::tapi-dev-guide::17"
    );
    assert_eq!(chunk.document(), document);
    assert_eq!(chunk.ordinal(), 17);
}

#[test]
fn only_the_last_extension_is_dropped() {
    assert_eq!(id_of("x/a.pdf.txt"), "x::a.pdf");
    assert_eq!(id_of("x/COPYRIGHT"), "x::COPYRIGHT");
}

#[test]
fn a_segment_that_could_hide_a_joint_is_encoded() {
    assert_eq!(id_of("std::vec/a:b.md"), "std%3A%3Avec::a:b");
    assert_eq!(id_of(":a/b:/c:d.md"), "%3Aa::b%3A::c:d");
    assert_eq!(id_of("100%/a\n.md"), "100%25::a%0A");
}

#[test]
fn text_that_no_path_gives_does_not_map_back() {
    for bad in [
        "a%3ab", "a%3Ab", "a%zz", "a%2", "a%C3%A9", "a/b", "a:::b", "a::..::b", "::a",
    ] {
        let id: DocumentId = bad.parse().unwrap();
        assert!(id.to_path_stem().is_err(), "{bad}");
    }
}

#[test]
fn a_record_id_is_kept_as_it_stands() {
    let id = DocumentId::from_record_id("MED-10::%/:");
    let chunk = ChunkId::new(&id, 0);
    assert_eq!(chunk.as_str(), "MED-10::%/:::0");
    assert_eq!(chunk.document(), id);
}

#[test]
fn an_ordinal_has_one_spelling() {
    for bad in [
        "a::01",
        "a::+1",
        "a::-1",
        "a::",
        "a",
        "::1",
        "1",
        "a::4294967296",
        "a::1 ",
    ] {
        assert!(bad.parse::<ChunkId>().is_err(), "{bad}");
    }
    assert_eq!("a::0".parse::<ChunkId>().unwrap().ordinal(), 0);
}

#[test]
fn an_id_is_a_string_in_json_and_is_checked_when_read() {
    let chunk: ChunkId = serde_json::from_str("\"a::1\"").unwrap();
    assert_eq!(serde_json::to_string(&chunk).unwrap(), "\"a::1\"");
    assert!(serde_json::from_str::<ChunkId>("\"a\"").is_err());
    assert!(serde_json::from_str::<DocumentId>("\"\"").is_err());
}

#[test]
fn the_later_of_two_files_keeps_its_extension() {
    assert_eq!(ids_of(&["a.md", "a.html"]), ["a", "a.md"]);
    assert_eq!(ids_of(&["a", "a.md", "a.txt"]), ["a", "a.md", "a.txt"]);
}

#[test]
fn a_kept_extension_does_not_collide_with_a_file_of_that_stem() {
    // Without `a.html` the short ids would do; with it each long id pushes the next file on.
    assert_eq!(ids_of(&["a.md", "a.md.md"]), ["a", "a.md"]);
    assert_eq!(
        ids_of(&["a.html", "a.md", "a.md.md", "a.md.md.md"]),
        ["a", "a.md", "a.md.md", "a.md.md.md"]
    );
}

#[test]
fn files_of_one_name_in_two_folders_do_not_collide() {
    assert_eq!(ids_of(&["x/a.md", "y/a.md"]), ["x::a", "y::a"]);
}

/// Segments made of what could go wrong in an id.
fn nasty_segment() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec![
            ":", "::", "%", "%3A", "%25", ".", "a", "md", "7", "é", "漢", " ", "\n", "\\", "\u{7f}",
        ]),
        1..6,
    )
    .prop_map(|pieces| pieces.concat())
    .prop_filter("a segment", |segment| segment != "." && segment != "..")
}

fn nasty_path() -> impl Strategy<Value = SourcePath> {
    prop::collection::vec(nasty_segment(), 1..4).prop_map(|segments| path(&segments.join("/")))
}

/// Few names, so that many collide.
fn crowded_path() -> impl Strategy<Value = SourcePath> {
    "[ab](/[ab:])?(\\.(md|html|a)){0,3}".prop_map(|text| path(&text))
}

proptest! {
    #[test]
    fn an_id_maps_back_to_its_path(path in nasty_path()) {
        let id = DocumentId::from_path(&path);
        prop_assert_eq!(id.to_path_stem().unwrap(), path.without_extension());
    }

    #[test]
    fn a_chunk_id_gives_back_what_it_was_made_of(path in nasty_path(), ordinal: u32) {
        let document = DocumentId::from_path(&path);
        let chunk: ChunkId = ChunkId::new(&document, ordinal).to_string().parse().unwrap();
        prop_assert_eq!(chunk.document(), document);
        prop_assert_eq!(chunk.ordinal(), ordinal);
    }

    #[test]
    fn any_text_decodes_without_panic(text: String) {
        let stem = DocumentId::from_record_id(&text).to_path_stem();
        if let Ok(stem) = stem {
            prop_assert_eq!(encode(&stem), text);
        }
    }

    #[test]
    fn ids_are_distinct_and_map_back(
        paths in prop::collection::btree_set(prop_oneof![crowded_path(), nasty_path()], 0..40)
    ) {
        let ids = document_ids(&paths);
        prop_assert_eq!(ids.iter().collect::<HashSet<_>>().len(), paths.len());
        for (path, id) in paths.iter().zip(&ids) {
            let back = id.to_path_stem().unwrap();
            prop_assert!(back == path.without_extension() || back == path.as_str());
        }
    }
}
