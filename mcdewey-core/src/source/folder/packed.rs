//! Archives on the way: their entries are files of a folder that is called like the archive.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Walk;
use crate::document::ProblemKind;
use crate::shelf::SourcePath;
use crate::source::archive::{self, Archive, ArchiveKind, Listing, Pool, Want};
use crate::source::confined::Kind;
use crate::source::{Content, PassedOver, formats};

/// What the walk remembers of archives.
#[derive(Debug, Default)]
pub(super) struct Packed {
    pool: Pool,
    /// The entries of archives that manifests speak of; `None` where they cannot be known.
    names: RefCell<HashMap<SourcePath, Option<HashSet<SourcePath>>>>,
}

impl Walk<'_> {
    /// Takes in the documents of the archive at `path`; `false` if it is none.
    pub(super) fn archive(&mut self, path: &SourcePath) -> bool {
        let Some(kind) = ArchiveKind::of_path(path) else {
            return false;
        };
        let archive = Archive::in_file(kind, self.root.file(path.clone()), &self.packed.pool);
        if kind == ArchiveKind::Gz {
            return self.compressed(path, &archive);
        }
        // To its entries it is a folder.
        if self.is_ignored(path, true) {
            self.scan.passed_over.ignored += 1;
            return true;
        }
        let mut passed_over = std::mem::take(&mut self.scan.passed_over);
        let Listing {
            entries,
            problems,
            is_complete,
        } = self.listing(&archive, path, &mut passed_over);
        self.scan.passed_over = passed_over;
        for (path, listed) in entries {
            let shelf = self.manifests.shelf_of(&path, &listed.place);
            let content = Content::Entry(listed.entry);
            self.found.entry(path).or_insert((shelf, content));
        }
        self.scan.problems.extend(problems);
        if !is_complete {
            self.scan.unread_folders.push(path.clone());
        }
        true
    }

    /// Takes in the one document of a `.gz`, if it is a document.
    fn compressed(&mut self, path: &SourcePath, archive: &Arc<Archive>) -> bool {
        match self.readable_inside(path) {
            Want::Read => {
                let shelf = self.manifests.shelf_of(path, &archive::shelf_path(path));
                let content = Content::Entry(archive.only_entry());
                self.found.insert(path.clone(), (shelf, content));
            }
            Want::Advise(advice) => {
                self.report(path, ProblemKind::UnsupportedFormat, advice);
            }
            Want::Open | Want::Pass => self.scan.passed_over.count_other(&archive::inside(path)),
        }
        true
    }

    fn listing(
        &self,
        archive: &Arc<Archive>,
        at: &SourcePath,
        passed_over: &mut PassedOver,
    ) -> Listing {
        let passed_over = RefCell::new(passed_over);
        // Entries of one folder come together, so its folders are looked at once.
        let ignored_folders = RefCell::new(HashMap::new());
        archive::list(archive, at, &|path| {
            if self.is_ignored_inside(at, path, &mut ignored_folders.borrow_mut()) {
                passed_over.borrow_mut().ignored += 1;
                return Want::Pass;
            }
            let want = match ArchiveKind::of_path(path) {
                Some(kind) if kind != ArchiveKind::Gz => Want::Open,
                _ => self.readable_inside(path),
            };
            if matches!(want, Want::Pass) {
                let inside = archive::inside(path);
                passed_over.borrow_mut().count_other(&inside);
            }
            want
        })
    }

    fn readable_inside(&self, path: &SourcePath) -> Want {
        let inside = archive::inside(path);
        if (self.is_readable)(&inside) {
            return Want::Read;
        }
        formats::advice(&inside).map_or(Want::Pass, Want::Advise)
    }

    /// Whether an entry is to be left out, or one of the folders that it lies in below `at`.
    fn is_ignored_inside(
        &self,
        at: &SourcePath,
        path: &SourcePath,
        folders: &mut HashMap<SourcePath, bool>,
    ) -> bool {
        let below = at.as_str().len() + 1;
        let ends = path.as_str().match_indices('/').map(|(end, _)| end);
        for end in ends.filter(|end| *end > below) {
            let Ok(folder) = SourcePath::new(&path.as_str()[..end]) else {
                continue;
            };
            let is_ignored = folders
                .entry(folder)
                .or_insert_with_key(|folder| self.is_ignored(folder, true));
            if *is_ignored {
                return true;
            }
        }
        self.is_ignored(path, false)
    }

    /// Whether a manifest that speaks of the file at `path` may mean an entry of an archive.
    pub(super) fn may_be_packed(&self, path: &SourcePath) -> bool {
        let ends = path.as_str().match_indices('/').map(|(end, _)| end);
        for end in ends {
            let Ok(outer) = SourcePath::new(&path.as_str()[..end]) else {
                return false;
            };
            let is_file = matches!(self.root.kind(&outer), Ok(Kind::File));
            if is_file && let Some(kind) = ArchiveKind::of_path(&outer) {
                let mut names = self.packed.names.borrow_mut();
                let names = names
                    .entry(outer)
                    .or_insert_with_key(|outer| self.names(kind, outer));
                // An archive that cannot be read is a problem of its own, and no reason to stop.
                return names.as_ref().is_none_or(|names| names.contains(path));
            }
        }
        false
    }

    fn names(&self, kind: ArchiveKind, at: &SourcePath) -> Option<HashSet<SourcePath>> {
        let archive = Archive::in_file(kind, self.root.file(at.clone()), &self.packed.pool);
        if kind == ArchiveKind::Gz {
            return Some(HashSet::new());
        }
        let listing = self.listing(&archive, at, &mut PassedOver::default());
        listing
            .is_complete
            .then(|| listing.entries.into_keys().collect())
    }
}
