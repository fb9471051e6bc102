//! The files of one version in, its sections with all that comparing needs out.

use super::align::{Item, align, shingles};
use super::files::{self, File, file_key};
use super::section::{Section, sections};
use super::words::Lexicon;
use crate::Result;
use crate::engine::{DocumentRecord, Snapshot};

/// A manual in one version, in reading order: file after file.
#[derive(Debug)]
pub(super) struct Edition<'a> {
    pub(super) version: &'a str,
    pub(super) files: Vec<&'a DocumentRecord>,
    pub(super) sections: Vec<Section>,
    /// For each section the index of its file in [`Self::files`].
    pub(super) file_of: Vec<usize>,
}

impl<'a> Edition<'a> {
    /// Reads the chunks of `files`, which are all of `version`.
    ///
    /// # Errors
    /// If stored data cannot be read.
    pub(super) fn read(
        snapshot: &dyn Snapshot,
        version: &'a str,
        mut files: Vec<&'a DocumentRecord>,
    ) -> Result<Self> {
        // So that files which are versions of each other stand in the same order.
        files.sort_by_cached_key(|record| (file_key(record), record.id.clone()));
        let mut edition = Self {
            version,
            files,
            sections: Vec::new(),
            file_of: Vec::new(),
        };
        for (file, record) in edition.files.iter().enumerate() {
            let ids: Vec<_> = record.chunk_ids().collect();
            let chunks = snapshot.chunks(&ids)?.into_iter().flatten().collect();
            edition.sections.extend(sections(record, version, chunks));
            edition.file_of.resize(edition.sections.len(), file);
        }
        Ok(edition)
    }

    /// The file of the section at `position`.
    pub(super) fn file(&self, position: usize) -> &'a DocumentRecord {
        self.files[self.file_of[position]]
    }

    /// The title that all files have.
    pub(super) fn title(&self) -> Option<String> {
        let mut titles = self.files.iter().map(|record| record.title.as_ref());
        let first = titles.next().flatten()?;
        titles
            .all(|title| title == Some(first))
            .then(|| first.clone())
    }
}

/// Which sections of two versions are versions of each other, and what of them changed.
#[derive(Debug)]
pub(super) struct Alignment {
    /// By position on both sides, ascending.
    pub(super) pairs: Vec<(usize, usize)>,
    /// For each pair whether its texts say the same.
    pub(super) is_same: Vec<bool>,
    /// For each file of both sides its number; versions of a file have the same.
    pub(super) file_numbers: [Vec<usize>; 2],
}

impl Alignment {
    /// Aligns two versions of a manual.
    pub(super) fn of(old: &Edition<'_>, new: &Edition<'_>) -> Self {
        let mut lexicon = Lexicon::default();
        let [old_parts, new_parts] = [old, new].map(|edition| {
            let numbers = edition.sections.iter();
            let numbers = numbers.map(|section| lexicon.numbers(&section.text));
            Parts::of(numbers.collect())
        });
        let file_numbers = files::number(&old_parts.files(old), &new_parts.files(new));
        let old_items = old_parts.items(old, &file_numbers[0]);
        let new_items = new_parts.items(new, &file_numbers[1]);
        let pairs = align(&old_items, &new_items);
        let is_same = pairs.iter();
        let is_same = is_same.map(|&(old, new)| old_items[old].words == new_items[new].words);
        Self {
            is_same: is_same.collect(),
            pairs,
            file_numbers,
        }
    }
}

/// The words of all sections of an edition, and their shingles.
struct Parts {
    words: Vec<Vec<u32>>,
    shingles: Vec<Vec<u64>>,
}

impl Parts {
    fn of(words: Vec<Vec<u32>>) -> Self {
        let shingles = words.iter().map(|words| shingles(words)).collect();
        Self { words, shingles }
    }

    fn files(&self, edition: &Edition<'_>) -> Vec<File> {
        let mut files: Vec<File> = edition
            .files
            .iter()
            .map(|record| File::new(record))
            .collect();
        for (section, &file) in edition.file_of.iter().enumerate() {
            files[file].shingles.extend(&self.shingles[section]);
        }
        for file in &mut files {
            file.shingles.sort_unstable();
            file.shingles.dedup();
        }
        files
    }

    fn items<'a>(&'a self, edition: &'a Edition<'_>, numbers: &[usize]) -> Vec<Item<'a>> {
        let sections = edition.sections.iter().enumerate();
        sections
            .map(|(index, section)| Item {
                file: numbers[edition.file_of[index]],
                key: &section.key,
                words: &self.words[index],
                shingles: &self.shingles[index],
            })
            .collect()
    }
}
