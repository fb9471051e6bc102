mod measured;
mod memory;

use proptest::prelude::*;

use self::memory::Memory;
use super::*;

const OLD: &str = "\
# Guide

About the router.

## Ports

Open port 5060 for calls and port 22 for the operators of the router.

## Keys

A key is made with the command keygen and kept in the safe of the operators.

## Fax

Send a fax with the button on the left side of the front panel, then wait for the tone.

## Logs

Logs are rotated every night at three and kept for ninety days on the disk.
";

const NEW: &str = "\
# Guide

About the router.

## 1. Ports

Open port 5061 for calls and port 22 for the operators of the router.

## Secrets

A key is made with the command keygen and kept in the vault of the operators.

## Video

Stream a film to every room of the house.

# Operation

## Logs

Logs are rotated every night at three and kept for ninety days on the disk.
";

fn memory() -> Memory {
    Memory::of(&[
        ("acme/router/1/guide.md", OLD),
        ("acme/router/2/guide.md", NEW),
        ("acme/router/3/guide.md", NEW),
    ])
}

fn request() -> CompareRequest {
    CompareRequest::new("guide", "1", "2")
}

/// `status heading, moved or renamed` of each section, in order.
fn told(comparison: &Comparison) -> Vec<String> {
    let told = comparison.sections.iter().map(|change| {
        let moved = change.moved_from.as_ref().map(|_| ", moved");
        let renamed = change.renamed_from.as_ref().map(|_| ", renamed");
        let heading = change.heading_path().last().map_or("", String::as_str);
        let marks: String = moved.into_iter().chain(renamed).collect();
        format!("{} {heading}{marks}", change.status.name())
    });
    told.collect()
}

#[test]
fn every_section_that_changed_is_told_in_the_order_of_the_newer_version() {
    let comparison = compare(&memory(), &request()).unwrap();
    assert_eq!(
        told(&comparison),
        [
            "changed 1. Ports",
            "changed Secrets, renamed",
            "removed Fax",
            "added Video",
            "same Logs, moved",
        ]
    );
    let counts = comparison.counts;
    assert_eq!((counts.same, counts.changed, counts.added), (2, 2, 1));
    assert_eq!((counts.removed, counts.moved, counts.renamed), (1, 1, 1));
    assert_eq!((comparison.from.sections, comparison.to.sections), (5, 5));
    let moved = &comparison.sections[4];
    assert_eq!(moved.moved_from.as_deref().unwrap(), ["Guide", "Logs"]);
    assert_eq!(moved.heading_path(), ["Operation", "Logs"]);
}

#[test]
fn words_are_counted_and_told_on_demand() {
    let ports = |request: &CompareRequest| compare(&memory(), request).unwrap().sections[0].clone();
    let without = ports(&request());
    assert_eq!((without.words_added, without.words_removed), (1, 1));
    assert_eq!(without.diff, None);
    let with = ports(&request().with_details());
    let pieces = with.diff.unwrap().pieces;
    assert_eq!(pieces[1].text, "5060 ");
    assert_eq!(
        (pieces[1].op, pieces[2].op),
        (DiffOp::Delete, DiffOp::Insert)
    );
}

#[test]
fn one_section_is_found_by_its_headings_or_one_of_its_chunks_in_either_version() {
    for section in [
        "Ports",
        "guide > 1. PORTS",
        "acme::router::1::guide::1",
        "acme::router::2::guide::1",
    ] {
        let comparison = compare(&memory(), &request().with_section(section)).unwrap();
        assert_eq!(told(&comparison), ["changed 1. Ports"], "{section}");
        assert_eq!(comparison.counts.added, 1, "counts are those of the manual");
    }
    let same = compare(&memory(), &request().with_section("Guide")).unwrap();
    assert_eq!(told(&same), ["same Guide"]);
    let error = compare(&memory(), &request().with_section("Port")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no section `Port` in this library, document guide, version 1 or 2; the nearest are \
         `Ports`, `1. Ports`, `Secrets`, `Logs`, `Fax`"
    );
}

#[test]
fn a_part_of_the_list_is_returned() {
    let all = compare(&memory(), &request()).unwrap();
    let part = request().with_offset(1).with_limit(2);
    let part = compare(&memory(), &part).unwrap();
    assert_eq!(part.sections, all.sections[1..3]);
    assert_eq!((part.total, part.counts), (all.total, all.counts));
    let beyond = compare(&memory(), &request().with_offset(99)).unwrap();
    assert!(beyond.sections.is_empty());
    let unchanged = compare(&memory(), &request().with_unchanged()).unwrap();
    assert_eq!(unchanged.total, all.total + 1);
    assert_eq!(told(&unchanged)[0], "same Guide");
}

#[test]
fn a_version_that_the_manual_does_not_have_is_refused() {
    let request = CompareRequest::new("guide", "1", "4");
    let error = compare(&memory(), &request).unwrap_err();
    assert!(
        matches!(
            error,
            Error::UnknownValue {
                facet: "version",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_manual_of_several_files_is_compared_as_a_whole_or_by_one_of_them() {
    let memory = Memory::of(&[
        (
            "acme/router/1/guide/a.md",
            "# A\n\nThe first one.\n\n## Ports\n\nOpen port 5060 for the calls.\n",
        ),
        ("acme/router/1/guide/b.md", "# B\n\nThe second one.\n"),
        ("acme/router/2/guide/a.md", "# A\n\nThe first one.\n"),
        (
            "acme/router/2/guide/b.md",
            "# B\n\nThe second of them.\n\n## Ports\n\nOpen port 5060 for the calls.\n",
        ),
    ]);
    let whole = compare(&memory, &request()).unwrap();
    assert_eq!(told(&whole), ["changed B", "same Ports, moved"]);
    let file = CompareRequest::new("acme::router::1::guide::a", "1", "2");
    let of_file = compare(&memory, &file).unwrap();
    assert_eq!(of_file.file.as_deref(), Some("acme::router::guide::a"));
    assert_eq!(told(&of_file), ["same Ports, moved"]);
    assert_eq!(of_file.counts.same, 2);
}

#[test]
fn the_version_in_a_title_is_no_change_of_headings() {
    let guide =
        |version: &str| format!("# Router {version} guide\n\n## Ports\n\nOpen port 5060 to all.\n");
    let (old, new) = (guide("7.0"), guide("7.1"));
    let memory = Memory::of(&[
        ("acme/router/7.0/guide.md", old.as_str()),
        ("acme/router/7.1/guide.md", new.as_str()),
    ]);
    let comparison = compare(&memory, &CompareRequest::new("guide", "7.0", "7.1")).unwrap();
    assert_eq!(told(&comparison), Vec::<String>::new());
    assert_eq!(comparison.counts.same, 1);
}

#[test]
fn what_stands_under_a_renamed_chapter_stayed_in_its_place() {
    let memory = Memory::of(&[
        (
            "acme/router/1/guide.md",
            "# Setup\n\nHow to set up the router at home.\n\n## Ports\n\nOld words.\n",
        ),
        (
            "acme/router/2/guide.md",
            "# Installation\n\nHow to set up the router at home.\n\n## Ports\n\nNew text here.\n",
        ),
    ]);
    let comparison = compare(&memory, &request()).unwrap();
    assert_eq!(
        told(&comparison),
        ["same Installation, renamed", "changed Ports"]
    );
}

#[test]
fn a_chapter_without_text_is_renamed_in_what_stands_under_it() {
    let memory = Memory::of(&[
        (
            "acme/router/1/guide.md",
            "# Guide\n\nText.\n\n## Setup\n\n### Ports\n\nOpen port 5060 for the calls.\n",
        ),
        (
            "acme/router/2/guide.md",
            "# Guide\n\nText.\n\n## Start\n\n### Ports\n\nOpen port 5060 for the calls.\n",
        ),
    ]);
    let comparison = compare(&memory, &request()).unwrap();
    assert_eq!(told(&comparison), ["same Ports, renamed"]);
}

#[test]
fn sections_of_one_name_are_told_apart_by_their_text_and_their_order() {
    let example = |words: &str| format!("## Example\n\n{words}\n\n");
    let old = [
        "Open the first port.",
        "Close the second door.",
        "Paint the third wall.",
    ];
    let new = [
        "Open the first port.",
        "Paint the third wall.",
        "Wash the fourth car.",
    ];
    let [old, new] =
        [old, new].map(|texts| "# Guide\n\n".to_owned() + &texts.map(example).concat());
    let memory = Memory::of(&[
        ("acme/router/1/guide.md", old.as_str()),
        ("acme/router/2/guide.md", new.as_str()),
    ]);
    let comparison = compare(&memory, &request().with_details()).unwrap();
    // Under the same headings a section was written anew, not replaced.
    assert_eq!(told(&comparison), ["changed Example"]);
    let pieces = &comparison.sections[0].diff.as_ref().unwrap().pieces;
    assert!(
        pieces
            .iter()
            .any(|piece| piece.text.contains("second door"))
    );
}

#[test]
fn the_life_of_a_section_is_told_over_all_versions() {
    let memory = Memory::of(&[
        ("acme/router/1/guide.md", "# Guide\n\nText.\n"),
        (
            "acme/router/2/guide.md",
            "# Guide\n\nText.\n\n## Ports\n\nOpen port 5060 for all calls.\n",
        ),
        (
            "acme/router/9/guide.md",
            "# Guide\n\nText.\n\n## Doors\n\nOpen port 5060 for all calls.\n",
        ),
        (
            "acme/router/10/guide.md",
            "# Guide\n\nText.\n\n## Doors\n\nOpen port 5061 for all calls.\n",
        ),
        ("acme/router/11/guide.md", "# Guide\n\nText.\n"),
        (
            "acme/router/12/guide.md",
            "# Guide\n\nText.\n\n## Ports\n\nOpen port 5060 for all calls.\n",
        ),
    ]);
    // From wherever it is looked at.
    for id in [
        "acme::router::2::guide::1",
        "acme::router::9::guide::1",
        "acme::router::10::guide::1",
    ] {
        let history = section_history(&memory, &id.parse().unwrap()).unwrap();
        assert_eq!(history.introduced_in, "2");
        assert!(!history.in_oldest);
        assert_eq!(history.changed_in, ["10"]);
        assert_eq!(history.removed_in.as_deref(), Some("11"));
        let versions = history.versions.iter();
        let versions: Vec<_> = versions
            .map(|one| (one.version.as_str(), one.status.name(), one.renamed))
            .collect();
        assert_eq!(
            versions,
            [
                ("2", "added", false),
                ("9", "same", true),
                ("10", "changed", false),
                ("11", "removed", false)
            ]
        );
    }
    let again = section_history(&memory, &"acme::router::12::guide::1".parse().unwrap()).unwrap();
    assert_eq!(
        (again.introduced_in.as_str(), again.removed_in),
        ("12", None)
    );
    let always = section_history(&memory, &"acme::router::10::guide::0".parse().unwrap()).unwrap();
    assert!(always.in_oldest);
    assert_eq!(always.versions.len(), 6);
    let missing = section_history(&memory, &"acme::router::10::guide::7".parse().unwrap());
    assert!(matches!(
        missing,
        Err(Error::NotFound { what: "chunk", .. })
    ));
}

#[test]
fn a_manual_without_headings_or_text_is_compared_too() {
    let memory = Memory::of(&[
        ("acme/router/1/guide.md", ""),
        ("acme/router/2/guide.md", "Words before any heading.\n"),
    ]);
    let comparison = compare(&memory, &request()).unwrap();
    assert_eq!(told(&comparison), ["added "]);
    assert_eq!(comparison.sections[0].words_added, 4);
}

/// A small manual: headings of two levels, few names and few words, so that much is alike.
fn manuals() -> impl Strategy<Value = String> {
    let section = (1..3usize, "[A-C]", "[a-c ]{0,12}");
    let sections = prop::collection::vec(section, 0..12);
    sections.prop_map(|sections| {
        let sections = sections.into_iter();
        let sections = sections.map(|(level, name, text)| {
            let marks = "#".repeat(level);
            format!("{marks} {name}\n\n{text}\n\n")
        });
        sections.collect::<Vec<_>>().concat()
    })
}

proptest! {
    #[test]
    fn a_manual_compared_with_itself_is_the_same(text in manuals()) {
        let memory = Memory::of(&[
            ("acme/router/1/guide.md", text.as_str()),
            ("acme/router/2/guide.md", text.as_str()),
        ]);
        let comparison = compare(&memory, &request()).unwrap();
        prop_assert_eq!(told(&comparison), Vec::<String>::new());
        prop_assert_eq!(comparison.counts.same, comparison.to.sections);
    }

    #[test]
    fn every_section_of_both_versions_is_told_once(old in manuals(), new in manuals()) {
        let memory = Memory::of(&[
            ("acme/router/1/guide.md", old.as_str()),
            ("acme/router/2/guide.md", new.as_str()),
        ]);
        let comparison = compare(&memory, &request().with_unchanged()).unwrap();
        let ids = |side: fn(&SectionChange) -> Option<&SectionSide>| {
            let sides = comparison.sections.iter().filter_map(side);
            sides.flat_map(|side| side.chunk_ids.clone()).collect::<Vec<_>>()
        };
        let of = |version: &str| {
            let record = memory.documents().iter().find(|record| record.shelf.version.as_deref() == Some(version));
            record.unwrap().chunk_ids().collect::<Vec<_>>()
        };
        prop_assert_eq!(ids(|change| change.after.as_ref()), of("2"));
        let mut before = ids(|change| change.before.as_ref());
        before.sort_by_key(ChunkId::ordinal);
        prop_assert_eq!(before, of("1"));
    }

    #[test]
    fn exchanged_versions_exchange_what_was_added_and_removed(old in manuals(), new in manuals()) {
        let memory = Memory::of(&[
            ("acme/router/1/guide.md", old.as_str()),
            ("acme/router/2/guide.md", new.as_str()),
        ]);
        let there = compare(&memory, &request()).unwrap();
        let back = compare(&memory, &CompareRequest::new("guide", "2", "1")).unwrap();
        let counts = SectionCounts {
            added: there.counts.removed,
            removed: there.counts.added,
            ..there.counts
        };
        prop_assert_eq!(back.counts, counts);
        let pairs = |comparison: &Comparison, back: bool| {
            let pairs = comparison.sections.iter().filter_map(|change| {
                let (before, after) = (change.before.as_ref()?, change.after.as_ref()?);
                let (before, after) = if back { (after, before) } else { (before, after) };
                Some((before.chunk_ids.clone(), after.chunk_ids.clone()))
            });
            let mut pairs: Vec<_> = pairs.collect();
            pairs.sort();
            pairs
        };
        prop_assert_eq!(pairs(&there, false), pairs(&back, true));
    }
}
