//! The walk through a folder of documents and their manifests.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the walk |
//! | `ignored.rs` | `.mcdeweyignore` files |
//! | `packed.rs` | archives on the way |

mod ignored;
#[cfg(feature = "archives")]
mod packed;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

#[cfg(feature = "archives")]
pub(super) use self::ignored::FILE_NAME as IGNORE_FILE;
use self::ignored::IgnoreFiles;
use super::confined::{self, DocsRoot, Entry, Kind, Limited};
use super::{Content, Item, Scan, SourceProblem, formats};
use crate::document::ProblemKind;
use crate::shelf::manifest::{self, Manifest, Manifests};
use crate::shelf::{Shelf, SourcePath, document_ids};
use crate::{Error, Result};

/// Folders inside folders that are walked through. Chosen by hand: nobody finds a manual so deep,
/// and the walk must not overflow its stack.
const MAX_DEPTH: usize = 256;

/// Longest path below the docs root, in bytes: what Linux takes as one path. An id is three times
/// as long at worst, and has to fit into a term of the index (64 KB).
const MAX_PATH_BYTES: usize = 4096;

/// Longest manifest or ignore file. Chosen by hand: a line for each of ten thousand manuals.
const MAX_RULE_BYTES: u64 = 1 << 20;

/// Lists the documents below `docs`.
///
/// # Errors
/// If the root or a manifest cannot be read, or a manifest is not right.
pub(super) fn scan(docs: &Path, is_readable: &dyn Fn(&SourcePath) -> bool) -> Result<Scan> {
    let root = DocsRoot::open(docs).map_err(Error::io("read", docs))?;
    let entries = root.list(None).map_err(Error::io("read", docs))?;
    let mut walk = Walk::new(root, is_readable);
    walk.folder(None, &entries)?;
    Ok(walk.finish())
}

struct Walk<'a> {
    root: DocsRoot,
    is_readable: &'a dyn Fn(&SourcePath) -> bool,
    /// Those of the folder that the walk is in and of the folders around it.
    manifests: Manifests,
    ignore_files: IgnoreFiles,
    found: BTreeMap<SourcePath, (Shelf, Content)>,
    scan: Scan,
    #[cfg(feature = "archives")]
    packed: packed::Packed,
}

impl<'a> Walk<'a> {
    fn new(root: DocsRoot, is_readable: &'a dyn Fn(&SourcePath) -> bool) -> Self {
        Self {
            root,
            is_readable,
            manifests: Manifests::default(),
            ignore_files: IgnoreFiles::default(),
            found: BTreeMap::new(),
            scan: Scan::default(),
            #[cfg(feature = "archives")]
            packed: packed::Packed::default(),
        }
    }

    /// Walks through `folder`, where `None` is the docs root.
    fn folder(&mut self, folder: Option<&SourcePath>, entries: &[Entry]) -> Result<()> {
        let has = |file: &str| entries.iter().any(|entry| entry.name == file);
        let has_manifest = has(manifest::FILE_NAME);
        if has_manifest {
            let (file, bytes) = self.rules(folder, manifest::FILE_NAME)?;
            let manifest = Manifest::read(&file, folder, &bytes, &|path| self.may_be_file(path))?;
            self.manifests.enter(manifest);
        }
        let has_ignore_file = has(ignored::FILE_NAME);
        if has_ignore_file {
            let (file, bytes) = self.rules(folder, ignored::FILE_NAME)?;
            self.ignore_files.enter(&file, folder, &bytes)?;
        }
        for entry in entries {
            self.entry(folder, entry)?;
        }
        if has_ignore_file {
            self.ignore_files.leave();
        }
        if has_manifest {
            self.manifests.leave();
        }
        Ok(())
    }

    /// The path on disk and the content of a file that gives rules.
    fn rules(&self, folder: Option<&SourcePath>, name: &str) -> Result<(PathBuf, Vec<u8>)> {
        let path = SourcePath::new(name)
            .expect("a file name is a path")
            .below(folder);
        let file = self.on_disk(&path);
        let read = self
            .root
            .open_rules(&path)
            .and_then(|open| confined::read_limited(open, MAX_RULE_BYTES));
        match read.map_err(Error::io("read", &file))? {
            Limited::Whole(bytes) => Ok((file, bytes)),
            Limited::TooLong => Err(Error::Manifest {
                path: file,
                line: None,
                message: format!("longer than {MAX_RULE_BYTES} bytes"),
            }),
        }
    }

    fn entry(&mut self, folder: Option<&SourcePath>, entry: &Entry) -> Result<()> {
        let shown = entry.name.to_string_lossy();
        if shown.starts_with('.') || shown == manifest::FILE_NAME {
            self.scan.passed_over.hidden += 1;
            return Ok(());
        }
        let is_printable = !shown.contains(char::is_control);
        let name = shown.replace(char::is_control, "\u{fffd}");
        let path = SourcePath::new(name)
            .expect("a folder does not list `.`, `..` or empty names")
            .below(folder);
        if self.is_ignored(&path, entry.kind == Kind::Folder) {
            self.scan.passed_over.ignored += 1;
            return Ok(());
        }
        if entry.kind == Kind::Link {
            let message = "symbolic links are not followed; put the file itself here";
            self.report(&path, ProblemKind::Unreadable, message);
        } else if entry.name.to_str().is_none() {
            self.unnamable(&path, entry.kind, "the name is not UTF-8; rename it");
        } else if !is_printable {
            let message = "the name holds control characters; rename it";
            self.unnamable(&path, entry.kind, message);
        } else if path.as_str().len() > MAX_PATH_BYTES {
            let message = format!("the path is longer than {MAX_PATH_BYTES} bytes; shorten it");
            self.unnamable(&path, entry.kind, &message);
        } else {
            match entry.kind {
                Kind::Folder => return self.subfolder(path),
                Kind::File => self.file(path),
                // Whoever puts a device or a FIFO here does not expect to find it.
                Kind::Other | Kind::Link => self.scan.passed_over.hidden += 1,
            }
        }
        Ok(())
    }

    fn is_ignored(&self, path: &SourcePath, is_folder: bool) -> bool {
        let by_manifest = if is_folder {
            self.manifests.ignore_folder(path)
        } else {
            self.manifests.ignore_file(path)
        };
        by_manifest || self.ignore_files.ignores(path, is_folder)
    }

    fn subfolder(&mut self, path: SourcePath) -> Result<()> {
        if path.folders().count() >= MAX_DEPTH {
            let message = format!("folders are read {MAX_DEPTH} deep, and this one lies deeper");
            self.report(&path, ProblemKind::Nested, message);
            self.scan.unread_folders.push(path);
            return Ok(());
        }
        match self.root.list(Some(&path)) {
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
        #[cfg(feature = "archives")]
        if self.archive(&path) {
            return;
        }
        if (self.is_readable)(&path) {
            let shelf = self.manifests.shelf_of(&path, &path);
            let content = Content::File(self.root.file(path.clone()));
            self.found.insert(path, (shelf, content));
        } else if let Some(advice) = formats::advice(&path) {
            self.report(&path, ProblemKind::UnsupportedFormat, advice);
        } else {
            self.scan.passed_over.count_other(&path);
        }
    }

    /// Reports a name that cannot be used, unless it is that of a file that would not matter.
    fn unnamable(&mut self, path: &SourcePath, kind: Kind, message: &str) {
        let is_document = kind == Kind::File
            && ((self.is_readable)(path) || formats::advice(path).is_some() || is_archive(path));
        if kind == Kind::Folder || is_document {
            self.report(path, ProblemKind::FileName, message);
        } else {
            self.scan.passed_over.count_other(path);
        }
    }

    fn report(&mut self, path: &SourcePath, kind: ProblemKind, message: impl Into<String>) {
        let problem = SourceProblem::whole(path, kind, message);
        self.scan.problems.push(problem);
    }

    /// A file in a folder that may not be read gets the benefit of the doubt: the folder is a
    /// problem of its own, and no reason to stop.
    fn may_be_file(&self, path: &SourcePath) -> bool {
        match self.root.kind(path) {
            Ok(kind) => kind == Kind::File,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => true,
            #[cfg(feature = "archives")]
            Err(_) => self.may_be_packed(path),
            #[cfg(not(feature = "archives"))]
            Err(_) => false,
        }
    }

    fn on_disk(&self, path: &SourcePath) -> PathBuf {
        self.root.path().join(path.as_str())
    }

    fn finish(mut self) -> Scan {
        self.report_look_alikes();
        let paths: BTreeSet<SourcePath> = self.found.keys().cloned().collect();
        let ids = document_ids(&paths);
        let found = std::mem::take(&mut self.found);
        for (id, (path, (shelf, content))) in ids.into_iter().zip(found) {
            self.scan.items.push(Item {
                id,
                source: path.as_str().to_owned(),
                shelf,
                content,
            });
        }
        self.scan
    }

    /// Ids tell documents apart by their bytes; people do not.
    fn report_look_alikes(&mut self) {
        let mut first_of: HashMap<String, SourcePath> = HashMap::new();
        let mut look_alikes = Vec::new();
        for path in self.found.keys() {
            let looks: String = path.as_str().nfkc().collect::<String>().to_lowercase();
            if let Some(first) = first_of.get(&looks) {
                look_alikes.push((path.clone(), first.clone()));
            } else {
                first_of.insert(looks, path.clone());
            }
        }
        for (path, first) in look_alikes {
            let message = format!(
                "its path differs from `{first}` only in case or in how its letters are encoded; both are kept"
            );
            self.report(&path, ProblemKind::LookAlike, message);
        }
    }
}

#[cfg(feature = "archives")]
fn is_archive(path: &SourcePath) -> bool {
    super::archive::ArchiveKind::of_path(path).is_some()
}

#[cfg(not(feature = "archives"))]
fn is_archive(_: &SourcePath) -> bool {
    false
}

#[cfg(test)]
mod tests;
