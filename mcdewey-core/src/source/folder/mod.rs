//! The walk through a folder of documents and their manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::{Content, Item, Scan, SourceProblem, formats};
use crate::document::ProblemKind;
use crate::shelf::manifest::{self, Manifest, Manifests};
use crate::shelf::{Shelf, SourcePath, document_ids};
use crate::{Error, Result};

/// Lists the documents below `root`.
///
/// # Errors
/// If the root or a manifest cannot be read, or a manifest is not right.
pub(super) fn scan(root: &Path, is_readable: &dyn Fn(&SourcePath) -> bool) -> Result<Scan> {
    let entries = list(root).map_err(Error::io("read", root))?;
    let mut walk = Walk::new(root, is_readable);
    walk.folder(None, &entries)?;
    Ok(walk.finish())
}

type Entry = (OsString, FileType);

/// The entries of a folder by name. Half a list is no list: what is missing from it could be
/// the manifest.
fn list(folder: &Path) -> io::Result<Vec<Entry>> {
    let entries = fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        Ok((entry.file_name(), entry.file_type()?))
    });
    let mut entries = entries.collect::<io::Result<Vec<Entry>>>()?;
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(entries)
}

struct Walk<'a> {
    root: &'a Path,
    is_readable: &'a dyn Fn(&SourcePath) -> bool,
    /// Those of the folder that the walk is in and of the folders around it.
    manifests: Manifests,
    found: BTreeMap<SourcePath, Shelf>,
    scan: Scan,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Path, is_readable: &'a dyn Fn(&SourcePath) -> bool) -> Self {
        Self {
            root,
            is_readable,
            manifests: Manifests::default(),
            found: BTreeMap::new(),
            scan: Scan::default(),
        }
    }

    /// Walks through `folder`, where `None` is the docs root.
    fn folder(&mut self, folder: Option<&SourcePath>, entries: &[Entry]) -> Result<()> {
        let has_manifest = entries.iter().any(|(name, _)| name == manifest::FILE_NAME);
        if has_manifest {
            let manifest = self.manifest(folder)?;
            self.manifests.enter(manifest);
        }
        for (name, file_type) in entries {
            self.entry(folder, name, *file_type)?;
        }
        if has_manifest {
            self.manifests.leave();
        }
        Ok(())
    }

    fn manifest(&self, folder: Option<&SourcePath>) -> Result<Manifest> {
        let mut file = self.root.to_owned();
        file.extend(folder.map(SourcePath::as_str));
        file.push(manifest::FILE_NAME);
        let bytes = fs::read(&file).map_err(Error::io("read", &file))?;
        Manifest::read(&file, folder, &bytes, &|path| self.may_be_file(path))
    }

    fn entry(
        &mut self,
        folder: Option<&SourcePath>,
        name: &OsStr,
        file_type: FileType,
    ) -> Result<()> {
        let shown = name.to_string_lossy();
        if shown.starts_with('.') || shown == manifest::FILE_NAME {
            return Ok(());
        }
        let path = SourcePath::new(shown)
            .expect("a folder does not list `.`, `..` or empty names")
            .below(folder);
        let is_ignored = if file_type.is_dir() {
            self.manifests.ignore_folder(&path)
        } else {
            self.manifests.ignore_file(&path)
        };
        if is_ignored {
            return Ok(());
        }
        if file_type.is_symlink() {
            let message = "symbolic links are not followed; put the file itself here";
            self.report(&path, ProblemKind::Unreadable, message);
        } else if name.to_str().is_none() {
            self.unnamable(&path, file_type);
        } else if file_type.is_dir() {
            return self.subfolder(path);
        } else if file_type.is_file() {
            self.file(path);
        }
        Ok(())
    }

    fn subfolder(&mut self, path: SourcePath) -> Result<()> {
        match list(&self.on_disk(&path)) {
            Ok(entries) => self.folder(Some(&path), &entries),
            Err(error) => {
                let message = format!("the folder cannot be read: {error}");
                self.report(&path, ProblemKind::Unreadable, message);
                self.scan.unread_folders.push(path);
                Ok(())
            }
        }
    }

    fn file(&mut self, path: SourcePath) {
        if (self.is_readable)(&path) {
            let shelf = self.manifests.shelf_of(&path);
            self.found.insert(path, shelf);
        } else if let Some(advice) = formats::advice(&path) {
            self.report(&path, ProblemKind::UnsupportedFormat, advice);
        }
    }

    /// Reports a name that is not UTF-8, unless it is that of a file that would not matter.
    fn unnamable(&mut self, path: &SourcePath, file_type: FileType) {
        let is_document =
            file_type.is_file() && ((self.is_readable)(path) || formats::advice(path).is_some());
        if file_type.is_dir() || is_document {
            let message = "the name is not UTF-8; rename it";
            self.report(path, ProblemKind::FileName, message);
        }
    }

    fn report(&mut self, path: &SourcePath, kind: ProblemKind, message: impl Into<String>) {
        let problem = SourceProblem::whole(path, kind, message);
        self.scan.problems.push(problem);
    }

    /// A file in a folder that may not be read gets the benefit of the doubt: the folder is a
    /// problem of its own, and no reason to stop.
    fn may_be_file(&self, path: &SourcePath) -> bool {
        fs::metadata(self.on_disk(path)).map_or_else(
            |error| error.kind() == io::ErrorKind::PermissionDenied,
            |metadata| metadata.is_file(),
        )
    }

    fn on_disk(&self, path: &SourcePath) -> PathBuf {
        self.root.join(path.as_str())
    }

    fn finish(mut self) -> Scan {
        let paths: BTreeSet<SourcePath> = self.found.keys().cloned().collect();
        let ids = document_ids(&paths);
        let found = std::mem::take(&mut self.found);
        for (id, (path, shelf)) in ids.into_iter().zip(found) {
            let content = Content::File(self.on_disk(&path));
            self.scan.items.push(Item {
                id,
                source: path.as_str().to_owned(),
                shelf,
                content,
            });
        }
        self.scan
    }
}

#[cfg(test)]
mod tests;
