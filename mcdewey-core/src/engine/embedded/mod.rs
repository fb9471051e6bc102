//! The engine on local disk: tantivy for words, usearch for vectors, one commit for both.
//!
//! ```text
//! .mcdewey/
//!   LOCK                      who is writing
//!   text/                     tantivy; text/meta.json is the commit, see commit.rs
//!   catalog/00000004.json     all documents of commit 4
//!   vectors/00000002-0.vec    raw vectors that commit 2 brought
//!   vectors/00000004-m0.vec   raw vectors that commit 4 merged
//!   vectors/00000004-0.hnsw   a graph over a segment
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | opening an index directory; [`EmbeddedEngine`] |
//! | `commit.rs` | what a commit names |
//! | `writer.rs` | changes and committing them |
//! | `snapshot.rs` | one generation, opened for reading |
//! | `text/`, `schema.rs` | the lexical leg |
//! | `vectors/` | the vector leg |
//! | `catalog.rs` | all documents of a generation |
//! | `order.rs` | the order of chunk ids |
//! | `top.rs` | the best few of many |
//! | `verify.rs` | the full check |
//! | `files.rs`, `mapped.rs`, `directory.rs`, `lock.rs` | durable, checksummed files; the lock |

mod catalog;
mod commit;
mod directory;
mod files;
mod lock;
mod mapped;
mod order;
mod schema;
mod snapshot;
mod text;
mod top;
mod vectors;
mod verify;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::index::SegmentComponent;
use tantivy::{Index, ReloadPolicy};

use self::commit::{Commit, FORMAT, Unreadable};
use self::directory::DurableDirectory;
use self::schema::Fields;
use self::snapshot::EmbeddedSnapshot;
use self::writer::EmbeddedWriter;
use crate::engine::{EmbedderIdentity, Engine, Snapshot, VerifyReport, Writer};
use crate::{Error, Result};

/// The default engine; see the module's documentation.
#[derive(Clone)]
pub struct EmbeddedEngine {
    path: PathBuf,
    index: Index,
    fields: Fields,
}

impl std::fmt::Debug for EmbeddedEngine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("EmbeddedEngine")
            .field(&self.path)
            .finish()
    }
}

impl EmbeddedEngine {
    /// Opens the index directory `path`.
    ///
    /// # Errors
    /// [`Error::NoIndex`] if there is none, [`Error::Format`] or [`Error::Corrupt`] if it cannot
    /// be read.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.join("text/meta.json").is_file() && !was_committed(path) {
            return Err(Error::NoIndex {
                path: path.to_path_buf(),
            });
        }
        Self::open_or_create(path)
    }

    /// Opens the index directory `path`; makes an empty one where there is none.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made, [`Error::Format`] or [`Error::Corrupt`] if what is
    /// there cannot be read.
    pub fn open_or_create(path: &Path) -> Result<Self> {
        for folder in ["catalog", "vectors", "text"] {
            files::create_folder(&path.join(folder))?;
        }
        let (schema, fields) = schema::schema();
        let text = path.join("text");
        let corrupt = |error: tantivy::TantivyError| Error::Corrupt {
            path: text.join("meta.json"),
            detail: error.to_string(),
        };
        // An empty index in its place would have the next writer sweep away all the rest.
        if !text.join("meta.json").is_file() && was_committed(path) {
            return Err(Error::Corrupt {
                path: text.join("meta.json"),
                detail: "it is missing".to_owned(),
            });
        }
        let directory = DurableDirectory::open(&text).map_err(text_failed("open its folder"))?;
        let mut index = if text.join("meta.json").is_file() {
            Index::open(directory)
        } else {
            Index::open_or_create(directory, schema.clone())
        }
        .map_err(corrupt)?;
        index.set_tokenizers(schema::tokenizers());
        let engine = Self {
            path: path.to_path_buf(),
            index,
            fields,
        };
        // Another format is told from damage before its fields are looked at.
        engine.read_commit()?;
        if engine.index.schema() != schema {
            let detail = "its fields are not those of its format".to_owned();
            return Err(Error::Corrupt {
                path: text.join("meta.json"),
                detail,
            });
        }
        Ok(engine)
    }

    /// The newest commit.
    fn read_commit(&self) -> Result<Option<Commit>> {
        let path = self.path.join("text/meta.json");
        let metas = guarded("read its metadata", || self.index.load_metas()).map_err(|error| {
            Error::Corrupt {
                path: path.clone(),
                detail: std::error::Error::source(&error)
                    .map_or_else(|| error.to_string(), ToString::to_string),
            }
        })?;
        let Some(payload) = metas.payload else {
            return Ok(None);
        };
        Commit::from_payload(&payload)
            .map(Some)
            .map_err(|unreadable| match unreadable {
                Unreadable::Damaged(detail) => Error::Corrupt { path, detail },
                Unreadable::Format(found) => Error::Format {
                    path: self.path.clone(),
                    found: found.to_string(),
                    supported: FORMAT.to_string(),
                },
            })
    }

    /// Opens the newest generation. A writer may commit while this reads: then it reads again.
    fn open_snapshot(&self) -> Result<EmbeddedSnapshot> {
        loop {
            let Some(before) = self.read_commit()? else {
                return Ok(EmbeddedSnapshot::empty(&self.path, self.fields));
            };
            let opened = self.open_commit(before.clone());
            if self.read_commit()?.as_ref() == Some(&before) {
                return opened;
            }
        }
    }

    /// The files of all text segments, below `text/`.
    fn text_files(&self) -> Result<Vec<PathBuf>> {
        let metas = guarded("read its metadata", || self.index.load_metas())?;
        // tantivy names what a segment may have: without deletions it has no such file.
        let deletions: HashSet<PathBuf> = metas
            .segments
            .iter()
            .filter(|segment| !segment.has_deletes())
            .map(|segment| segment.relative_path(SegmentComponent::Delete))
            .collect();
        let mut files: Vec<_> = metas
            .list_segment_files()
            .into_iter()
            .filter(|file| !deletions.contains(file))
            .collect();
        files.sort();
        Ok(files)
    }

    /// Compares a file of a text segment with the checksum in its footer.
    fn check_text_file(&self, file: &Path) -> Result<()> {
        let directory = self.index.directory();
        let detail = match guarded("check a file", || Ok(directory.validate_checksum(file)?)) {
            Ok(true) => return Ok(()),
            Ok(false) => "its checksum is wrong".to_owned(),
            Err(error) => std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string),
        };
        Err(Error::Corrupt {
            path: self.path.join("text").join(file),
            detail,
        })
    }

    fn open_commit(&self, commit: Commit) -> Result<EmbeddedSnapshot> {
        let searcher = guarded("open its segments", || {
            let reader = self
                .index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .try_into()?;
            Ok(reader.searcher())
        })?;
        EmbeddedSnapshot::open(&self.path, self.fields, commit, searcher)
    }
}

impl Engine for EmbeddedEngine {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(self.open_snapshot()?))
    }

    fn generation(&self) -> Result<u64> {
        Ok(self.read_commit()?.map_or(0, |commit| commit.generation))
    }

    fn writer(&self, embedder: EmbedderIdentity) -> Result<Box<dyn Writer>> {
        Ok(Box::new(EmbeddedWriter::open(self, embedder, true)?))
    }

    fn rewriter(&self, embedder: EmbedderIdentity) -> Result<Box<dyn Writer>> {
        Ok(Box::new(EmbeddedWriter::open(self, embedder, false)?))
    }

    fn verify(&self) -> Result<VerifyReport> {
        Ok(verify::verify(self))
    }
}

/// Whether the directory holds the catalogue of some commit.
fn was_committed(path: &Path) -> bool {
    std::fs::read_dir(path.join("catalog")).is_ok_and(|mut entries| entries.next().is_some())
}

/// Wraps an error of tantivy's; for `map_err`.
fn text_failed(action: &'static str) -> impl FnOnce(tantivy::TantivyError) -> Error {
    move |source| Error::TextIndex {
        action,
        source: Box::new(source),
    }
}

/// Runs code of tantivy's over stored bytes. Damaged ones can make it panic: that is an error of
/// the data, not the end of the program.
fn guarded<T>(action: &'static str, read: impl FnOnce() -> tantivy::Result<T>) -> Result<T> {
    std::panic::catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_panic| {
            Err(tantivy::TantivyError::InternalError(
                "it panicked over damaged files; `mcdewey verify` names them".to_owned(),
            ))
        })
        .map_err(text_failed(action))
}
