//! The files of two versions of a manual in, which of them are versions of each other out.
//!
//! ```text
//! docker::engine::20.10::reference::run        docker::engine::26.1::reference::run
//! docker         ::       reference::run   =   docker         ::      reference::run
//! ```
//!
//! A file keeps its id but for the version in it. One that has no such counterpart was perhaps
//! renamed: then the counterpart is the one that says most of the same.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::align::{likeness, one_to_one, pairs_with_rare_shingles};
use crate::engine::DocumentRecord;

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
    let id = record.id.as_str().to_lowercase();
    let version = record.shelf.version.as_deref().unwrap_or_default();
    let version = version.to_lowercase();
    let mut segments: Vec<&str> = id.split("::").collect();
    if let Some(place) = segments.iter().position(|segment| *segment == version) {
        segments.remove(place);
    }
    segments.join("::")
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

fn pair(old: &[File], new: &[File]) -> BTreeMap<usize, usize> {
    if old.len() == 1 && new.len() == 1 {
        return BTreeMap::from([(0, 0)]);
    }
    let by_key: BTreeMap<&str, usize> = new
        .iter()
        .enumerate()
        .map(|(index, file)| (file.key.as_str(), index))
        .collect();
    let of_same_key = |(index, file): (usize, &File)| Some((index, *by_key.get(file.key.as_str())?));
    let mut pairs: BTreeMap<usize, usize> =
        old.iter().enumerate().filter_map(of_same_key).collect();
    let taken: BTreeSet<usize> = pairs.values().copied().collect();
    let free_old: Vec<usize> = (0..old.len()).filter(|index| !pairs.contains_key(index)).collect();
    let free_new: Vec<usize> = (0..new.len()).filter(|index| !taken.contains(index)).collect();
    pairs.extend(renamed(old, &free_old, new, &free_new));
    pairs
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
