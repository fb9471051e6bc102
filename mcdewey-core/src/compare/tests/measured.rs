//! The alignment of real manuals, against pairs that were checked by hand.
//!
//! A file of `pairs/` lists, for two versions of a manual of `examples/library`, the sections that
//! are not where they were, one pair a line: the section before, a tab, the section after, `-` for
//! none. A section is its file, a colon and its headings, with ` (2)` for the second one of that
//! name. All other sections belong to the one under the same headings of the same file, and must
//! have one there.
//!
//! They were checked by reading both versions, with these rules: a section is the same one if it is
//! about the same thing; one that was split goes on in the part that keeps its subject, or else in
//! one that has half of its text; one that was joined to another is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::edition::{Alignment, Edition};
use super::super::files::file_key;
use super::super::manual::Manual;
use super::memory::Memory;
use crate::compare::CompareRequest;

/// The names of the sections of a version, in order.
fn names(edition: &Edition<'_>) -> Vec<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let sections = edition.sections.iter().enumerate();
    sections
        .map(|(position, section)| {
            let file = file_key(edition.file(position));
            let headings = section.heading_path.join(" > ");
            let name = format!("{}: {headings}", file.rsplit("::").next().unwrap_or(&file));
            let times = times.entry(name.clone()).or_default();
            *times += 1;
            match times {
                1 => name,
                n => format!("{name} ({n})"),
            }
        })
        .collect()
}

/// The counterparts that were found, and all names of both sides.
fn aligned(
    product: &str,
    document: &str,
    versions: [&str; 2],
) -> (Vec<[String; 2]>, [Vec<String>; 2]) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/library");
    let memory = Memory::of_folder(&docs.canonicalize().expect("the example library"));
    let request = CompareRequest::new(document, versions[0], versions[1]).with_product(product);
    let documents = crate::engine::Snapshot::documents(&memory);
    let manual = Manual::find(documents, &request).expect("a manual");
    let [old, new] = versions
        .map(|version| Edition::read(&memory, version, manual.files(version)).expect("read"));
    let names = [names(&old), names(&new)];
    let pairs = Alignment::of(&old, &new).pairs.into_iter();
    let pairs = pairs.map(|(before, after)| [names[0][before].clone(), names[1][after].clone()]);
    (pairs.collect(), names)
}

/// The sections that have another counterpart than they should have, and how many there are in all.
fn wrong(pairs: &str, product: &str, document: &str, versions: [&str; 2]) -> (Vec<String>, usize) {
    let (found, names) = aligned(product, document, versions);
    let known = names
        .each_ref()
        .map(|names| names.iter().map(String::as_str).collect::<BTreeSet<_>>());
    let mut expected: [BTreeMap<&str, &str>; 2] = Default::default();
    for line in pairs.lines() {
        let (before, after) = line.split_once('\t').expect("two sections");
        for (side, section, other) in [(0, before, after), (1, after, before)] {
            assert!(
                section == "-" || known[side].contains(section),
                "there is no {section}"
            );
            if section != "-" {
                expected[side].insert(section, other);
            }
        }
    }
    let mut wrong = Vec::new();
    for (side, other) in [(0, 1), (1, 0)] {
        let found = found.iter();
        let found: BTreeMap<&str, &str> = found
            .map(|pair| (pair[side].as_str(), pair[other].as_str()))
            .collect();
        for name in &known[side] {
            let expected = expected[side].get(name).copied().unwrap_or(name);
            assert!(
                expected == "-" || known[other].contains(expected),
                "{name} has no counterpart"
            );
            let found = found.get(name).copied().unwrap_or("-");
            if found != expected {
                wrong.push(format!("{name}: {expected} expected, {found} found"));
            }
        }
    }
    (wrong, known[0].len() + known[1].len())
}

fn assert_nearly_all_right((wrong, n_sections): (Vec<String>, usize)) {
    let share = 1.0 - wrong.len() as f64 / n_sections as f64;
    assert!(share >= 0.97, "{share} of {n_sections}: {wrong:#?}");
}

#[test]
fn sections_of_docker_find_their_counterparts() {
    let pairs = include_str!("pairs/docker-reference.tsv");
    assert_nearly_all_right(wrong(pairs, "engine", "reference", ["20.10.24", "26.1.5"]));
}

#[test]
fn sections_of_varnish_find_their_counterparts() {
    let pairs = include_str!("pairs/varnish-users-guide.tsv");
    assert_nearly_all_right(wrong(pairs, "cache", "users-guide", ["6.5.1", "7.7.0"]));
}

#[test]
fn sections_of_erlang_find_their_counterparts() {
    let pairs = include_str!("pairs/erlang-ssl.tsv");
    assert_nearly_all_right(wrong(pairs, "otp", "ssl", ["23.2.6", "25.2.3"]));
}
