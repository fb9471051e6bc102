//! What one commit names. It travels as the payload of tantivy's `meta.json`, so that the rename
//! of that one file commits text, vectors and catalogue together.
//!
//! ```text
//! meta.json { segments, ..., payload: "<64 hex digits of BLAKE3> <JSON of Commit>" }
//! ```

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::files::{self, FileRef, Unchecked};
use crate::engine::EmbedderIdentity;

/// The format this program reads and writes; raised when an older program could not read it.
pub(super) const FORMAT: u32 = 3;

/// The root of one generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Commit {
    pub(super) format: u32,
    /// Counts what readers see: changes of content, and the tidying that follows them.
    pub(super) generation: u64,
    /// Counts commits, maintenance included: makes file names new.
    pub(super) serial: u64,
    /// Seconds since 1970-01-01 UTC.
    pub(super) written_at: u64,
    pub(super) embedder: EmbedderIdentity,
    /// All documents; see `catalog.rs`.
    pub(super) catalog: FileRef,
    /// In no particular order that matters, but kept.
    pub(super) vectors: Vec<SegmentRef>,
    pub(super) next_document: u64,
    pub(super) next_row: u64,
}

/// A vector segment and, if it has one, its graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SegmentRef {
    pub(super) rows: usize,
    pub(super) file: FileRef,
    pub(super) graph: Option<FileRef>,
}

/// The files of a [`SegmentRef`], mapped but not read.
#[derive(Debug)]
pub(super) struct SegmentFiles {
    pub(super) vectors: Unchecked,
    pub(super) graph: Option<Unchecked>,
}

impl SegmentRef {
    pub(super) fn map(&self, index: &Path) -> SegmentFiles {
        SegmentFiles {
            vectors: files::map(index, &self.file),
            graph: self.graph.as_ref().map(|graph| files::map(index, graph)),
        }
    }
}

/// A payload that cannot be what a commit wrote.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Damaged, in words.
    Damaged(String),
    /// Sound, but of another format.
    Format(u32),
}

/// What commits of all formats have in common.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Commit {
    pub(super) fn to_payload(&self) -> String {
        let json = serde_json::to_string(self).expect("a commit is plain data");
        format!("{} {json}", blake3::hash(json.as_bytes()).to_hex())
    }

    pub(super) fn from_payload(payload: &str) -> Result<Self, Unreadable> {
        let damaged = |what: &str| Unreadable::Damaged(what.to_owned());
        let (expected, json) = payload
            .split_once(' ')
            .ok_or_else(|| damaged("its payload is not a commit"))?;
        if blake3::hash(json.as_bytes()).to_hex().as_str() != expected {
            return Err(damaged("its payload does not have the BLAKE3 it names"));
        }
        // A commit of another format may have other fields: look at the number first.
        let head: Head =
            serde_json::from_str(json).map_err(|error| Unreadable::Damaged(error.to_string()))?;
        if head.format != FORMAT {
            return Err(Unreadable::Format(head.format));
        }
        serde_json::from_str(json).map_err(|error| Unreadable::Damaged(error.to_string()))
    }

    /// Every file it names.
    pub(super) fn files(&self) -> impl Iterator<Item = &FileRef> {
        let vectors = self.vectors.iter();
        std::iter::once(&self.catalog)
            .chain(vectors.flat_map(|segment| std::iter::once(&segment.file).chain(&segment.graph)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> Commit {
        Commit {
            format: FORMAT,
            generation: 3,
            serial: 4,
            written_at: 0,
            embedder: EmbedderIdentity {
                name: "m".to_owned(),
                fingerprint: "m-1".to_owned(),
                dim: 4,
            },
            catalog: FileRef {
                name: "catalog/4.json".to_owned(),
                bytes: 2,
                blake3: String::new(),
            },
            vectors: Vec::new(),
            next_document: 1,
            next_row: 1,
        }
    }

    #[test]
    fn a_payload_is_read_back() {
        assert_eq!(Commit::from_payload(&commit().to_payload()), Ok(commit()));
    }

    #[test]
    fn every_changed_byte_of_a_payload_is_found() {
        let payload = commit().to_payload();
        for at in 0..payload.len() {
            let mut damaged = payload.clone().into_bytes();
            damaged[at] ^= 1;
            let damaged = String::from_utf8(damaged).expect("still ASCII");
            let read = Commit::from_payload(&damaged);
            assert!(matches!(read, Err(Unreadable::Damaged(_))), "byte {at}");
        }
    }

    #[test]
    fn another_format_is_told_apart_from_damage() {
        let newer = Commit {
            format: FORMAT + 1,
            ..commit()
        };
        let read = Commit::from_payload(&newer.to_payload());
        assert_eq!(read, Err(Unreadable::Format(FORMAT + 1)));
    }
}
