//! The files of two versions of a manual in, which of them are versions of each other out.
//!
//! ```text
//! docker::engine::20.10::reference::run        docker::engine::26.1::reference::run
//! docker         ::       reference::run   =   docker         ::      reference::run
//! ```
//!
//! A file keeps its id but for the version in it. One that has no such counterpart, or one that says
//! little of the same, was perhaps renamed: then the counterpart is the one that says most of the
//! same, if there is such a one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::align::{likeness, one_to_one, pairs_with_rare_shingles};
use crate::engine::DocumentRecord;
use crate::shelf::without_version;

/// Least share of the shorter file's text that stands in the longer one for one to be the other
/// under a new name.
const SAME_FILE: f32 = 0.5;

/// A file of one version.
#[derive(Debug)]
pub(super) struct File {
    /// Its id without the version.
    pub(super) key: String,
    /// The shingles of all its sections, ascending, each once.
    pub(super) shingles: Vec<u64>,
}

impl File {
    /// `record` without text.
    pub(super) fn new(record: &DocumentRecord) -> Self {
        Self {
            key: file_key(record),
            shingles: Vec::new(),
        }
    }
}

/// What names a file in every version of its manual: its id without the version that stands in it,
/// in small letters; the whole id if none does.
pub(super) fn file_key(record: &DocumentRecord) -> String {
    let id = without_version(record.id.as_str(), record.shelf.version.as_deref());
    id.to_lowercase()
}

/// Numbers for the files of both sides: files that are versions of each other have the same, all
/// others one of their own.
pub(super) fn number(old: &[File], new: &[File]) -> [Vec<usize>; 2] {
    let pairs = pair(old, new);
    let of_old: Vec<usize> = (0..old.len()).collect();
    let mut of_new: Vec<usize> = (old.len()..old.len() + new.len()).collect();
    for (old, new) in pairs {
        of_new[new] = old;
    }
    [of_old, of_new]
}

fn pair(old: &[File], new: &[File]) -> Vec<(usize, usize)> {
    if old.len() == 1 && new.len() == 1 {
        return vec![(0, 0)];
    }
    let (same, other): (Vec<_>, Vec<_>) = of_same_name(old, new)
        .into_iter()
        .partition(|&(left, right)| says_the_same(&old[left], &new[right]));
    let free = |n_files: usize, taken: BTreeSet<usize>| -> Vec<usize> {
        (0..n_files).filter(|file| !taken.contains(file)).collect()
    };
    let free_old = free(old.len(), same.iter().map(|pair| pair.0).collect());
    let free_new = free(new.len(), same.iter().map(|pair| pair.1).collect());
    let renamed = renamed(old, &free_old, new, &free_new);
    one_to_one(same.into_iter().chain(renamed).chain(other))
}

fn of_same_name(old: &[File], new: &[File]) -> Vec<(usize, usize)> {
    let by_key = new.iter().enumerate();
    let by_key: BTreeMap<&str, usize> =
        by_key.map(|(file, new)| (new.key.as_str(), file)).collect();
    let pairs = old.iter().enumerate();
    pairs
        .filter_map(|(file, old)| Some((file, *by_key.get(old.key.as_str())?)))
        .collect()
}

fn says_the_same(old: &File, new: &File) -> bool {
    likeness(&old.shingles, &new.shingles).containment >= SAME_FILE
}

/// Those of the free files that are the same under another name, the most alike first.
fn renamed(
    old: &[File],
    free_old: &[usize],
    new: &[File],
    free_new: &[usize],
) -> Vec<(usize, usize)> {
    let (lefts, rights) = (shingles_of(old, free_old), shingles_of(new, free_new));
    let mut alike: Vec<_> = pairs_with_rare_shingles(&lefts, &rights)
        .into_iter()
        .map(|(left, right)| (left, right, likeness(lefts[left], rights[right])))
        .filter(|(_, _, likeness)| likeness.containment >= SAME_FILE)
        .collect();
    alike.sort_by_key(|&(left, right, likeness)| {
        (Reverse(likeness.shared), left + right, left.abs_diff(right))
    });
    let best = one_to_one(alike.into_iter().map(|(left, right, _)| (left, right)));
    let in_manual = |(left, right): (usize, usize)| (free_old[left], free_new[right]);
    best.into_iter().map(in_manual).collect()
}

/// The shingles of those files that are free.
fn shingles_of<'a>(files: &'a [File], free: &[usize]) -> Vec<&'a [u64]> {
    let sets = free.iter().map(|&index| files[index].shingles.as_slice());
    sets.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelf::{DocumentId, Shelf};

    fn file(key: &str, shingles: std::ops::Range<u64>) -> File {
        File {
            key: key.to_owned(),
            shingles: shingles.collect(),
        }
    }

    #[test]
    fn a_file_is_known_without_its_version() {
        let shelf = Shelf {
            version: Some("V2".to_owned()),
            ..Shelf::default()
        };
        let key = |id: &str| {
            file_key(&DocumentRecord::new(
                DocumentId::from_record_id(id),
                "",
                shelf.clone(),
            ))
        };
        assert_eq!(key("acme::v2::guide::Ports"), "acme::guide::ports");
        assert_eq!(key("acme::guide"), "acme::guide");
    }

    #[test]
    fn files_of_the_same_name_have_one_number() {
        let old = [file("a", 0..10), file("b", 10..20), file("c", 20..30)];
        let new = [file("b", 10..21), file("d", 40..50)];
        assert_eq!(number(&old, &new), [vec![0, 1, 2], vec![1, 4]]);
    }

    #[test]
    fn a_renamed_file_is_found_by_what_it_says() {
        // Under the old name there is a page now that says little.
        let old = [file("exec", 0..100), file("login", 200..210)];
        let new = [
            file("container_exec", 10..120),
            file("exec", 95..140),
            file("login", 300..310),
        ];
        let [of_old, of_new] = number(&old, &new);
        assert_eq!(of_old, [0, 1]);
        assert_eq!(of_new[0], of_old[0]);
        assert_ne!(of_new[1], of_old[0]);
        assert_eq!(of_new[2], of_old[1]);
    }

    #[test]
    fn a_manual_of_one_file_is_that_file_whatever_it_is_called() {
        assert_eq!(
            number(&[file("a-1", 0..10)], &[file("b-2", 20..30)]),
            [vec![0], vec![0]]
        );
    }
}
