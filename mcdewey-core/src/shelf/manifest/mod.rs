//! The text of a `mcdewey.toml` in, the [`Shelf`] of every document below it out.
//!
//! ```toml
//! levels = ["vendor", "product", "version"]  # only in the docs root: what its folders mean
//! vendor = "Cisco"                 # also: product, product_name, version, title, superseded_by
//! version_scheme = "cisco-uc"      # how versions are written, and so ordered; default: general
//! aliases = ["CallManager"]
//! date = 2024-05-01                # or a string
//! url = "https://example.org/{path}#page={page}"    # path below this folder; also: {anchor}
//! access = ["staff"]
//! synonyms = [["SRTP", "secure media"], "callmanager => cucm"]  # both ways, and one
//! ignore = ["drafts/**", "*.old.md"]
//!
//! [document."v15/tapi.md"]         # one file; all keys but `levels` and `ignore`
//! title = "TAPI Developer Guide"
//! ```
//!
//! A manifest applies to everything below its folder. A deeper one wins key by key; a list
//! replaces the outer list, it does not add to it. The table of a single file wins over the keys
//! of any folder, and of two tables for one file that in the deeper manifest.
//!
//! A manifest that cannot be understood stops the whole scan: it may carry `access` rules, and
//! to go on without them could show a document to those who must not see it.
//!
//! | file      | responsibility                                            |
//! |-----------|-----------------------------------------------------------|
//! | `entry.rs`| the keys that describe documents, and how they are applied |
//! | `read.rs` | TOML to values; errors with line and nearest key          |

mod entry;
mod read;

use std::collections::BTreeMap;
use std::path::Path;

use globset::GlobSet;

use self::entry::Entry;
use super::place::Level;
use super::{Shelf, SourcePath};
use crate::Result;

/// The file name of a manifest.
pub(crate) const FILE_NAME: &str = "mcdewey.toml";

/// What one `mcdewey.toml` says.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The folder it lies in; `None` is the docs root.
    folder: Option<SourcePath>,
    levels: Option<Vec<Level>>,
    entry: Entry,
    ignore: GlobSet,
    documents: BTreeMap<SourcePath, Entry>,
}

impl Manifest {
    /// Reads the manifest that lies in `folder`, where `None` is the docs root. `file` names it
    /// in errors; `is_file` says whether there is a file at a path, for tables of single files.
    ///
    /// # Errors
    /// [`Error::Manifest`](crate::Error::Manifest) with the line, if anything in it is not as
    /// the module describes.
    pub(crate) fn read(
        file: &Path,
        folder: Option<&SourcePath>,
        bytes: &[u8],
        is_file: &dyn Fn(&SourcePath) -> bool,
    ) -> Result<Self> {
        read::manifest(file, folder, bytes, is_file)
    }

    /// Whether one of its `ignore` globs matches `path`.
    fn ignores(&self, path: &str) -> bool {
        let below = self.below(path);
        below.is_some_and(|below| self.ignore.is_match(below))
    }

    /// The path below its folder.
    fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        match &self.folder {
            None => Some(path),
            Some(folder) => path
                .strip_prefix(folder.as_str())
                .and_then(|rest| rest.strip_prefix('/')),
        }
    }
}

/// The manifests that apply in a folder, the outermost first.
#[derive(Debug, Default)]
pub(crate) struct Manifests(Vec<Manifest>);

impl Manifests {
    /// Goes into the folder of `manifest`, which lies below those entered before.
    pub(crate) fn enter(&mut self, manifest: Manifest) {
        self.0.push(manifest);
    }

    /// Comes back out of the folder that was entered last.
    pub(crate) fn leave(&mut self) {
        self.0.pop();
    }

    /// Whether the file at `path` is to be left out.
    pub(crate) fn ignore_file(&self, path: &SourcePath) -> bool {
        self.0
            .iter()
            .any(|manifest| manifest.ignores(path.as_str()))
    }

    /// Whether everything in the folder at `path` is to be left out. A glob may name the folder
    /// (`drafts`, `drafts/`) or all that is in it (`drafts/**`).
    pub(crate) fn ignore_folder(&self, path: &SourcePath) -> bool {
        let content = format!("{path}/");
        self.ignore_file(path) || self.0.iter().any(|manifest| manifest.ignores(&content))
    }

    /// Where the document at `path` stands. `place` is the path whose folders say so: the same,
    /// unless the document lies in an archive, whose extension says nothing.
    pub(crate) fn shelf_of(&self, path: &SourcePath, place: &SourcePath) -> Shelf {
        let levels = self.0.first().and_then(|root| root.levels.as_deref());
        let mut shelf = Shelf::from_path(place, levels.unwrap_or(&Level::DEFAULT));
        let of_folders = self.0.iter().map(|manifest| (manifest, &manifest.entry));
        let of_the_file = self.0.iter().filter_map(|manifest| {
            let entry = manifest.documents.get(path)?;
            Some((manifest, entry))
        });
        for (manifest, entry) in of_folders.chain(of_the_file) {
            let below = manifest.below(path.as_str()).unwrap_or(path.as_str());
            entry.apply(&mut shelf, below);
        }
        shelf
    }
}

#[cfg(test)]
mod tests;
