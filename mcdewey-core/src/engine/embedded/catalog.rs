//! All documents of one generation, in one JSON file below `catalog/`.
//!
//! It is read whole and kept in memory: filters, counts and lists never touch the text index, and
//! a change of a manifest rewrites no chunk. About 600 bytes a document.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::files::{self, FileRef};
use crate::engine::DocumentRecord;
use crate::{Error, Result};

/// A document and the number its chunks carry in the text index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// New for every new content of a document, so that old chunks can be deleted by it.
    pub(super) key: u64,
    pub(super) record: DocumentRecord,
}

/// Writes `entries` as the catalogue of commit `serial`.
pub(super) fn write(index: &Path, serial: u64, entries: &[&Entry]) -> Result<FileRef> {
    files::write(index, format!("catalog/{serial:08}.json"), |output| {
        Ok(serde_json::to_writer(output, entries)?)
    })
}

/// Reads the catalogue, sorted by document id.
pub(super) fn read(index: &Path, file: &FileRef) -> Result<Vec<Entry>> {
    let bytes = files::open(index, file)?;
    let mut entries: Vec<Entry> =
        serde_json::from_slice(&bytes).map_err(|error| Error::Corrupt {
            path: index.join(&file.name),
            detail: error.to_string(),
        })?;
    entries.sort_by(|a, b| a.record.id.cmp(&b.record.id));
    Ok(entries)
}
