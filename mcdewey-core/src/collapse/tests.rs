//! Small libraries, and which of their passages are one.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::engine::{Filter, Ranking, Scored, Sketch, WordSet};
use crate::shelf::Shelf;

/// A library of sketches.
#[derive(Debug, Default)]
struct Shelves {
    documents: Vec<DocumentRecord>,
    sketches: BTreeMap<String, Vec<ChunkSketch>>,
}

const LONG: &str = "Untagged frames that arrive on a trunk belong to the native VLAN of that trunk, \
    which is VLAN 1 unless the administrator has chosen another one for all ports of the switch.";

impl Shelves {
    /// Adds `product/version/document` with chunks of (heading, text).
    fn with(self, path: &str, chunks: &[(&str, &str)]) -> Self {
        self.with_shelf(path, chunks, |_| {})
    }

    fn with_shelf(
        mut self,
        path: &str,
        chunks: &[(&str, &str)],
        change: impl Fn(&mut Shelf),
    ) -> Self {
        let names: Vec<&str> = path.split('/').collect();
        let mut shelf = Shelf {
            product: Some(names[0].to_owned()),
            version: Some(names[1].to_owned()),
            document: names[2].to_owned(),
            ..Shelf::default()
        };
        change(&mut shelf);
        let id = DocumentId::from_record_id(&names.join("::"));
        let mut record = DocumentRecord::new(id, path, shelf);
        record.chunks = u32::try_from(chunks.len()).expect("a few");
        let sketches = chunks.iter().map(|&(heading, text)| {
            let input = blake3::hash(format!("{heading}\n{text}").as_bytes());
            let input = u64::from_le_bytes(input.as_bytes()[..8].try_into().expect("8 bytes"));
            ChunkSketch::new(Sketch::of(&[heading.to_owned()], text), input)
        });
        self.sketches
            .insert(record.id.to_string(), sketches.collect());
        self.documents.push(record);
        self.documents.sort_by(|a, b| a.id.cmp(&b.id));
        self
    }

    fn editions(&self) -> Editions {
        let ids = self.documents.iter().map(|record| record.id.to_string());
        let sketches = ids.flat_map(|id| self.sketches[&id].clone());
        Editions::find(&self.documents, || Ok(sketches.collect())).expect("no file is read")
    }

    /// Where else a chunk stands: (also in, changed in).
    fn elsewhere(&self, id: &str) -> (Vec<String>, Vec<String>) {
        let id = id.parse().expect("an id");
        let elsewhere = self.editions().elsewhere(&id, &self.documents);
        (elsewhere.also_in, elsewhere.changed_in)
    }

    /// Ids after collapsing a lexical ranking, the version that is shown of each.
    fn collapse(&self, ranking: &[(&str, f32)], filter: &Filter) -> Vec<String> {
        let scored = ranking
            .iter()
            .map(|&(id, score)| Scored::new(id.parse::<ChunkId>().expect("an id"), score));
        self.shown(scored.collect(), filter)
    }

    fn shown(&self, ranking: Ranking, filter: &Filter) -> Vec<String> {
        let editions = self.editions();
        let filter = filter.resolve(&self.documents).expect("known");
        let mut versions = Representative::new(&editions, &self.documents, &filter);
        let lexical = versions.collapse(ranking);
        let vector = versions.collapse(Vec::new());
        let roots: Vec<ChunkId> = lexical.ranking.iter().map(|hit| hit.id.clone()).collect();
        let shown = roots
            .iter()
            .map(|root| versions.of(root, &lexical, &vector));
        shown.map(|id| id.to_string()).collect()
    }
}

fn three_versions() -> Shelves {
    let changed = LONG.replace("VLAN 1", "VLAN 4000");
    Shelves::default()
        .with(
            "os/13/vlan",
            &[("Native", LONG), ("Only here", "gone since then")],
        )
        .with("os/15/vlan", &[("Native", LONG)])
        .with(
            "os/17/vlan",
            &[("Intro", "What a VLAN is."), ("Native", &changed)],
        )
}

#[test]
fn a_passage_knows_its_other_versions_and_where_its_text_differs() {
    let shelves = three_versions();
    let nothing = Vec::<String>::new();
    assert_eq!(
        shelves.elsewhere("os::13::vlan::0"),
        (vec!["15".to_owned()], vec!["17".to_owned()])
    );
    assert_eq!(
        shelves.elsewhere("os::17::vlan::1"),
        (nothing.clone(), vec!["15".to_owned(), "13".to_owned()])
    );
    assert_eq!(
        shelves.elsewhere("os::13::vlan::1"),
        (nothing.clone(), nothing)
    );
}

#[test]
fn the_newest_version_stands_for_all_and_what_only_an_old_one_has_stays() {
    let ranking = [
        ("os::13::vlan::0", 9.0),
        ("os::15::vlan::0", 9.0),
        ("os::17::vlan::1", 8.9),
        ("os::13::vlan::1", 2.0),
    ];
    let shown = three_versions().collapse(&ranking, &Filter::new());
    assert_eq!(shown, ["os::17::vlan::1", "os::13::vlan::1"]);
}

#[test]
fn a_newer_version_without_the_words_does_not_stand_for_an_older_one() {
    let ranking = [("os::15::vlan::0", 9.0), ("os::17::vlan::1", 4.0)];
    let shown = three_versions().collapse(&ranking, &Filter::new());
    assert_eq!(shown, ["os::15::vlan::0"]);
}

#[test]
fn a_newer_version_with_every_word_stands_however_much_longer_it_became() {
    let found = |id: &str, score, places: &[usize]| {
        let mut words = WordSet::default();
        for &place in places {
            words.insert(place);
        }
        Scored::new(id.parse().expect("an id"), score).with_words(words)
    };
    let old = || found("os::15::vlan::0", 9.0, &[0, 1]);
    let newer = |places| vec![old(), found("os::17::vlan::1", 4.0, places)];
    let shelves = three_versions();
    assert_eq!(
        shelves.shown(newer(&[0, 1, 2]), &Filter::new()),
        ["os::17::vlan::1"]
    );
    assert_eq!(
        shelves.shown(newer(&[0]), &Filter::new()),
        ["os::15::vlan::0"]
    );
    // Another passage of the newer manual has the words, and is a hit too.
    let mut ranking = newer(&[0]);
    ranking.insert(1, found("os::17::vlan::0", 5.0, &[0, 1]));
    assert_eq!(
        shelves.shown(ranking, &Filter::new()),
        ["os::17::vlan::1", "os::17::vlan::0"]
    );
}

#[test]
fn the_same_text_in_a_newer_version_stands_although_the_leg_did_not_get_that_far() {
    let shown = three_versions().collapse(&[("os::13::vlan::0", 9.0)], &Filter::new());
    assert_eq!(shown, ["os::15::vlan::0"]);
}

#[test]
fn only_versions_that_the_filter_admits_stand_for_others() {
    let ranking = [("os::13::vlan::0", 9.0), ("os::13::vlan::1", 2.0)];
    let filter = Filter::new().with_version("13");
    let shown = three_versions().collapse(&ranking, &filter);
    assert_eq!(shown, ["os::13::vlan::0", "os::13::vlan::1"]);
    // 15 is left out, 17 is not.
    let ranking = [("os::17::vlan::1", 9.0), ("os::13::vlan::0", 9.0)];
    let filter = Filter::new().with_version("13").with_version("17");
    let shown = three_versions().collapse(&ranking, &filter);
    assert_eq!(shown, ["os::17::vlan::1"]);
}

#[test]
fn passages_of_other_manuals_and_products_are_others() {
    let changed = LONG.replace("VLAN 1", "VLAN 2");
    let shelves = Shelves::default()
        .with("os/13/vlan", &[("Native", LONG)])
        .with("os/15/trunk", &[("Native", &changed)])
        .with("ios/17/vlan", &[("Native", LONG)]);
    assert_eq!(
        shelves.elsewhere("os::13::vlan::0"),
        (Vec::new(), Vec::new())
    );
}

#[test]
fn a_passage_that_is_the_same_to_the_last_word_is_one_in_any_manual_of_its_product() {
    let shelves = Shelves::default()
        .with("os/13/vlan", &[("Native", LONG)])
        .with("os/15/switching", &[("Native", LONG)]);
    assert_eq!(shelves.elsewhere("os::13::vlan::0").0, ["15"]);
}

#[test]
fn products_are_one_where_an_alias_names_the_other() {
    let renamed = |shelf: &mut Shelf| shelf.aliases = vec!["CallManager".to_owned()];
    let shelves = Shelves::default()
        .with("callmanager/4.1/guide", &[("Native", LONG)])
        .with_shelf("cucm/15/guide", &[("Native", LONG)], renamed);
    assert_eq!(shelves.elsewhere("cucm::15::guide::0").0, ["4.1"]);
}

#[test]
fn a_section_is_found_under_a_new_name_and_a_new_number() {
    let changed = LONG.replace("has chosen", "chose");
    let shelves = Shelves::default()
        .with(
            "os/13/vlan",
            &[("1.1 Native VLAN", LONG), ("1.2 Voice", "None.")],
        )
        .with(
            "os/15/vlan",
            &[("2.4 Untagged frames", &changed), ("2.5 Voice", "None.")],
        );
    assert_eq!(shelves.elsewhere("os::13::vlan::0").1, ["15"]);
    assert_eq!(shelves.elsewhere("os::13::vlan::1").0, ["15"]);
}

#[test]
fn short_texts_that_stand_everywhere_are_told_apart_by_their_headings() {
    let sections = [("Bugs", "None."), ("Notes", "None."), ("Files", "None.")];
    let shelves = Shelves::default()
        .with("os/13/vlan", &sections)
        .with("os/15/vlan", &[sections[1], sections[2]]);
    assert_eq!(
        shelves.elsewhere("os::13::vlan::0"),
        (Vec::new(), Vec::new())
    );
    let editions = shelves.editions();
    let id = "os::13::vlan::2".parse().expect("an id");
    let newest = editions.elsewhere(&id, &shelves.documents).newest;
    let newest = newest.expect("15 has it");
    assert_eq!(
        (newest.version.as_str(), newest.chunk_id.as_str()),
        ("15", "os::15::vlan::1")
    );
}

#[test]
fn of_several_files_the_one_of_the_same_name_comes_first() {
    let manual = |shelf: &mut Shelf| shelf.document = "reference".to_owned();
    let exec = "Sets the environment of the command that is executed in a running container.";
    let run = "Sets the environment of the command that is started in a new container.";
    let shelves = Shelves::default()
        .with_shelf("os/13/exec", &[("Options", exec)], manual)
        .with_shelf("os/13/run", &[("Options", run)], manual)
        .with_shelf("os/15/run", &[("Options", run)], manual);
    assert_eq!(
        shelves.elsewhere("os::13::exec::0"),
        (Vec::new(), Vec::new())
    );
    assert_eq!(shelves.elsewhere("os::13::run::0").0, ["15"]);
}

#[test]
fn a_library_of_single_versions_needs_no_sketch() {
    let shelves = Shelves::default().with("os/13/vlan", &[("Native", LONG)]);
    let editions = shelves.editions();
    assert!(editions.newer.is_empty() && editions.older.is_empty());
    assert_eq!(
        shelves.elsewhere("os::13::vlan::0"),
        (Vec::new(), Vec::new())
    );
}

proptest! {
    /// Whatever stands in the versions: counterparts are newer, and no two chunks of one version
    /// stand for each other.
    #[test]
    fn counterparts_lead_to_newer_versions_only(
        versions in proptest::collection::vec(
            proptest::collection::vec((0_usize..3, 0_usize..4), 0..12),
            1..5,
        ),
    ) {
        let headings = ["Ports", "1. Ports", "Notes"];
        let texts = ["None.", LONG, "Open port 5060.", &LONG[..90]];
        let mut shelves = Shelves::default();
        for (number, chunks) in versions.iter().enumerate() {
            let chunks: Vec<_> = chunks
                .iter()
                .map(|&(heading, text)| (headings[heading], texts[text]))
                .collect();
            shelves = shelves.with(&format!("os/{number}/guide"), &chunks);
            shelves = shelves.with(&format!("os/{number}/other"), &chunks);
        }
        let editions = shelves.editions();
        let version = |chunk| &shelves.documents[editions.document_of(chunk)].shelf.version;
        for (chunk, &newer) in (0..).zip(&editions.newer) {
            if newer != NONE {
                prop_assert!(version(newer) > version(chunk));
                prop_assert!(editions.older(newer).contains(&chunk));
            }
        }
    }
}
