//! A docs root in, the list of its documents out: who each one is and where its bytes are.
//!
//! The docs root is a folder of files, whose bytes are read later, or a `.jsonl` file of
//! records. What cannot be used is a [`SourceProblem`], never an error; a broken manifest is an
//! error, because it may say who must not read what.
//!
//! | file         | responsibility                                               |
//! |--------------|--------------------------------------------------------------|
//! | `folder/`    | the walk through a folder                                    |
//! | `confined/`  | opens what lies in a folder, and nothing else                |
//! | `archive/`   | the entries of an archive, which is a folder of documents    |
//! | `content.rs` | reads and hashes the bytes of an item, within limits         |
//! | `formats.rs` | known formats that are documents, but are not read yet       |
//! | `records.rs` | JSON lines in the layout of BEIR                             |

#[cfg(feature = "archives")]
mod archive;
mod confined;
mod content;
mod folder;
mod formats;
mod records;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs};

#[cfg(feature = "archives")]
pub use self::archive::{ArchiveEntry, read_archive};
pub use self::confined::{DocsFile, DocsRoot};
pub use self::content::MAX_DOCUMENT_BYTES;
pub use self::records::read as read_records;

use serde::Serialize;

use crate::document::{Problem, ProblemKind};
use crate::shelf::{DocumentId, Shelf, SourcePath};
use crate::{Error, Result};

/// What a docs root holds.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Scan {
    /// Its documents, ordered by [`Item::source`] (by bytes). Their ids are distinct.
    pub items: Vec<Item>,
    /// What was left out and why, ordered by source.
    pub problems: Vec<SourceProblem>,
    /// Files that are no documents.
    pub passed_over: PassedOver,
    /// Folders and archives that could not be read to their end. What lies below them is unknown,
    /// not gone: documents indexed from there before are better kept.
    pub unread_folders: Vec<SourcePath>,
}

/// Files of a docs root that are no documents, those in archives included: how many there are, so
/// that an operator can see whether one is missed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct PassedOver {
    /// What a manifest or an ignore file leaves out. A folder counts as one, whatever it holds.
    pub ignored: usize,
    /// Files and folders whose names begin with a dot, manifests, devices.
    pub hidden: usize,
    /// Files of kinds that hold no manuals, such as pictures, by extension in lower case; empty for
    /// none.
    pub other: BTreeMap<String, usize>,
}

/// One document of a docs root.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Item {
    /// Its id.
    pub id: DocumentId,
    /// The file's path below the docs root with `/`, that of an archive followed by the entry's
    /// path in it (`manuals.zip/a/b.html`), or the record's `_id`.
    pub source: String,
    /// Where it stands in the library.
    pub shelf: Shelf,
    /// Its content, or where that is.
    pub content: Content,
}

/// Where a document's content is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// In this file.
    File(DocsFile),
    /// In this entry of an archive.
    #[cfg(feature = "archives")]
    Entry(ArchiveEntry),
    /// In the record that was read.
    Record {
        /// Its title; empty if it has none.
        title: String,
        /// Its text; empty if it has none.
        text: String,
        /// Where the original is, as it stands: no template.
        url: Option<String>,
    },
}

/// Something that was left out of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceProblem {
    /// The file or folder below the docs root with `/`, or the name of the `.jsonl` file.
    pub source: String,
    /// What happened, and where in it.
    pub problem: Problem,
}

impl Item {
    /// The name that tells its format: that of the file, of the entry, or of what is compressed
    /// in it (`printf.1` of `printf.1.gz`).
    pub fn format_name(&self) -> &str {
        match &self.content {
            #[cfg(feature = "archives")]
            Content::Entry(_) => archive::name_inside(&self.source),
            _ => &self.source,
        }
    }
}

impl fmt::Display for PassedOver {
    /// `12 files of other kinds (9 .png, 3 without extension), 1 left out by rules, 2 hidden`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Kinds that are named.
        const MAX_KINDS: usize = 8;
        let mut kinds: Vec<(&String, &usize)> = self.other.iter().collect();
        kinds.sort_by_key(|&(name, n)| (Reverse(*n), name));
        let n_other: usize = self.other.values().sum();
        let files = if n_other == 1 { "file" } else { "files" };
        write!(f, "{n_other} {files} of other kinds")?;
        for (index, (name, n)) in kinds.iter().take(MAX_KINDS).enumerate() {
            let before = if index == 0 { " (" } else { ", " };
            match name.as_str() {
                "" => write!(f, "{before}{n} without extension")?,
                name => write!(f, "{before}{n} .{name}")?,
            }
        }
        if kinds.len() > MAX_KINDS {
            f.write_str(", others")?;
        }
        let close = if kinds.is_empty() { "" } else { ")" };
        write!(
            f,
            "{close}, {} left out by rules, {} hidden",
            self.ignored, self.hidden
        )
    }
}

impl PassedOver {
    fn count_other(&mut self, path: &SourcePath) {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        *self.other.entry(extension).or_default() += 1;
    }
}

impl SourceProblem {
    /// A `problem` of `source`.
    pub fn new(source: impl Into<String>, problem: Problem) -> Self {
        Self {
            source: source.into(),
            problem,
        }
    }

    /// A problem of `source` as a whole.
    fn whole(source: &SourcePath, kind: ProblemKind, message: impl Into<String>) -> Self {
        Self::new(source.as_str(), Problem::new(kind, "", message))
    }
}

/// Lists the documents of `docs`: a folder, or a `.jsonl` file of `{"_id", "title", "text"}`
/// records.
///
/// In a folder, `is_readable` says which files are documents that the program can read. Of the
/// others, formats that are known to hold documents (PDF, HTML, ...) are reported and the rest
/// (images, style sheets, names without extension) is passed over. Names that begin with a dot
/// are skipped, and symbolic links are not followed, except `docs` itself and a manifest. What a
/// `.mcdeweyignore` file, in the syntax of `.gitignore`, names is left out; a `.gitignore` is not
/// asked, because it says what is not to be committed, and documentation that was built in a
/// checkout is just that.
///
/// With the feature `archives`, a `.zip`, `.tar`, `.tar.gz` or `.tgz` is a folder of documents,
/// and a `.gz` is the document that is compressed in it.
///
/// # Errors
/// - [`Error::Io`] if `docs` does not exist or cannot be read, or a manifest cannot be read.
/// - [`Error::Setting`] if `docs` is neither a folder nor a `.jsonl` file.
/// - [`Error::Manifest`] if a `mcdewey.toml` or a `.mcdeweyignore` is not right. Nothing is listed
///   then: it may carry `access` rules, and without them a document could be shown to those who
///   must not see it.
///
/// # Examples
/// ```
/// let docs = tempfile::tempdir()?;
/// std::fs::create_dir(docs.path().join("cucm"))?;
/// std::fs::write(docs.path().join("cucm/tapi.md"), "# TAPI")?;
///
/// let scan = mcdewey_core::source::scan(docs.path(), &|path| path.extension() == Some("md"))?;
/// assert_eq!(scan.items[0].id.as_str(), "cucm::tapi");
/// assert_eq!(scan.items[0].shelf.product.as_deref(), Some("cucm"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn scan(docs: &Path, is_readable: &dyn Fn(&SourcePath) -> bool) -> Result<Scan> {
    let metadata = fs::metadata(docs).map_err(Error::io("read", docs))?;
    let mut scan = if metadata.is_dir() {
        folder::scan(docs, is_readable)?
    } else if metadata.is_file() && docs.extension().is_some_and(|found| found == "jsonl") {
        records::scan(docs)?
    } else {
        return Err(Error::Setting {
            name: "the docs root",
            given: docs.display().to_string(),
            allowed: "a folder or a `.jsonl` file".into(),
        });
    };
    scan.items.sort_by(|a, b| a.source.cmp(&b.source));
    // Stable, so that the problems of one file stay in the order of its lines.
    scan.problems.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(scan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_docs_root_that_is_missing_is_an_io_error() {
        let error = scan(Path::new("/no/such/folder"), &|_| true).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }

    #[test]
    fn a_docs_root_that_is_another_file_is_refused() {
        let docs = tempfile::NamedTempFile::with_suffix(".md").unwrap();
        let error = scan(docs.path(), &|_| true).unwrap_err();
        assert!(matches!(error, Error::Setting { .. }), "{error}");
    }

    #[test]
    fn an_empty_docs_root_has_no_items() {
        let docs = tempfile::tempdir().unwrap();
        assert_eq!(scan(docs.path(), &|_| true).unwrap(), Scan::default());
    }
}
