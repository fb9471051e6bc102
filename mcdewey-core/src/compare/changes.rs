//! Two aligned versions in, what became of each section out, in the order in which it is read.
//!
//! ```text
//! old   A  B  C  D         the newer version's order, and each removed section
//! new   A  X  C' B         behind the one that it stood behind
//!
//! A same, X added, C changed, D removed, B same
//! ```

use std::collections::HashSet;

use super::SectionStatus;
use super::edition::{Alignment, Edition};
use super::section::Section;

/// What became of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// Its position in the older version, if it stands there.
    pub(super) old: Option<usize>,
    /// Its position in the newer version, if it stands there.
    pub(super) new: Option<usize>,
    pub(super) status: SectionStatus,
    /// Whether it stands under other headings or in another file.
    pub(super) is_moved: bool,
    /// Whether its heading is another one, or one above it for which no other section speaks.
    pub(super) is_renamed: bool,
}

impl Change {
    /// The section at `position` of the newer version is new.
    pub(super) fn added(position: usize) -> Self {
        Self {
            old: None,
            new: Some(position),
            status: SectionStatus::Added,
            is_moved: false,
            is_renamed: false,
        }
    }

    /// The section at `position` of the older version is gone.
    pub(super) fn removed(position: usize) -> Self {
        Self {
            old: Some(position),
            new: None,
            status: SectionStatus::Removed,
            ..Self::added(position)
        }
    }

    /// Whether there is anything to tell of it.
    pub(super) fn is_one(&self) -> bool {
        self.status != SectionStatus::Same || self.is_moved || self.is_renamed
    }
}

/// What became of each section of both versions.
pub(super) fn changes(old: &Edition<'_>, new: &Edition<'_>, alignment: &Alignment) -> Vec<Change> {
    let headings = Headings::new(old, new, alignment);
    let mut of_new: Vec<Change> = (0..new.sections.len()).map(Change::added).collect();
    let mut partner: Vec<Option<usize>> = vec![None; old.sections.len()];
    for (&(before, after), &is_same) in alignment.pairs.iter().zip(&alignment.is_same) {
        partner[before] = Some(after);
        let way = headings.way(
            before,
            after,
            have_same_name(&old.sections[before], &new.sections[after]),
        );
        of_new[after] = Change {
            old: Some(before),
            new: Some(after),
            status: if is_same {
                SectionStatus::Same
            } else {
                SectionStatus::Changed
            },
            is_moved: way == Way::Moved || way == Way::MovedAndRenamed,
            is_renamed: way == Way::Renamed || way == Way::MovedAndRenamed,
        };
    }
    let removed = removed(&partner, &of_new);
    let mut listed = Vec::with_capacity(of_new.len() + removed.len());
    let mut removed = removed.into_iter().peekable();
    listed.extend(
        std::iter::from_fn(|| removed.next_if(|(behind, _)| behind.is_none()))
            .map(|(_, change)| change),
    );
    for (position, change) in of_new.into_iter().enumerate() {
        listed.push(change);
        let behind =
            std::iter::from_fn(|| removed.next_if(|(behind, _)| *behind == Some(position)));
        listed.extend(behind.map(|(_, change)| change));
    }
    listed
}

/// The removed sections, each with the newer one behind which it is listed: the counterpart of the
/// nearest one before it that was not moved. In the order of the list.
fn removed(partner: &[Option<usize>], of_new: &[Change]) -> Vec<(Option<usize>, Change)> {
    let mut behind = None;
    let mut removed = Vec::new();
    for (position, partner) in partner.iter().enumerate() {
        match partner {
            Some(new) if of_new[*new].is_moved => {}
            Some(new) => behind = Some(*new),
            None => removed.push((behind, Change::removed(position))),
        }
    }
    removed.sort_by_key(|(behind, _)| *behind);
    removed
}

/// How a section came from its old headings to its new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Stayed,
    Renamed,
    Moved,
    MovedAndRenamed,
}

/// A file, by its number, and headings in it.
type Place<'a> = (usize, &'a [String]);

/// Which headings there are in both versions.
struct Headings<'a> {
    old: Vec<Place<'a>>,
    new: Vec<Place<'a>>,
    in_old: HashSet<Place<'a>>,
    in_new: HashSet<Place<'a>>,
    /// Those of sections that are versions of each other.
    pairs: HashSet<(Place<'a>, Place<'a>)>,
}

impl<'a> Headings<'a> {
    fn new(old: &'a Edition<'_>, new: &'a Edition<'_>, alignment: &Alignment) -> Self {
        let places = |edition: &'a Edition<'_>, numbers: &[usize]| -> Vec<Place<'a>> {
            let sections = edition.sections.iter().zip(&edition.file_of);
            sections
                .map(|(section, &file)| (numbers[file], section.key.as_slice()))
                .collect()
        };
        let old = places(old, &alignment.file_numbers[0]);
        let new = places(new, &alignment.file_numbers[1]);
        let pairs = alignment.pairs.iter();
        let pairs = pairs
            .map(|&(before, after)| (old[before], new[after]))
            .collect();
        Self {
            in_old: with_all_above(&old),
            in_new: with_all_above(&new),
            old,
            new,
            pairs,
        }
    }

    fn way(&self, before: usize, after: usize, is_named_alike: bool) -> Way {
        let (before, after) = (self.old[before], self.new[after]);
        let (before, after) = (above(before), above(after));
        let is_moved = !self.is_kept(before, after) && !self.is_renamed(before, after);
        let is_under_renamed = !is_moved && !self.is_kept(before, after);
        match (is_moved, is_named_alike && !is_under_renamed) {
            (false, true) => Way::Stayed,
            (false, false) => Way::Renamed,
            (true, true) => Way::Moved,
            (true, false) => Way::MovedAndRenamed,
        }
    }

    /// Whether the headings are the same, or other sections say what became of them.
    fn is_kept(&self, before: Place<'a>, after: Place<'a>) -> bool {
        before == after
            || self.pairs.contains(&(before, after))
            || (!before.1.is_empty()
                && before.1.last() == after.1.last()
                && self.is_kept(above(before), above(after)))
    }

    /// Whether the headings took the place of ones that are gone.
    fn is_renamed(&self, before: Place<'a>, after: Place<'a>) -> bool {
        before.0 == after.0 && !self.in_new.contains(&before) && !self.in_old.contains(&after)
    }
}

/// A document's title may be a heading in one version and in no text of another.
fn have_same_name(before: &Section, after: &Section) -> bool {
    let is_title = before.name.is_none() || after.name.is_none();
    before.name == after.name || (is_title && before.key == after.key)
}

fn above(place: Place<'_>) -> Place<'_> {
    let above = place.1.split_last().map_or(place.1, |(_, above)| above);
    (place.0, above)
}

fn with_all_above<'a>(places: &[Place<'a>]) -> HashSet<Place<'a>> {
    let prefixes =
        |&(file, key): &Place<'a>| (0..=key.len()).map(move |depth| (file, &key[..depth]));
    places.iter().flat_map(prefixes).collect()
}
