//! Ids of documents and chunks, and the way from a path to its id and back.
//!
//! # Format
//!
//! ```text
//! cucm / v15 / tapi .md           the path; its extension is dropped
//! cucm::v15::tapi                 segments joined by `::`, each encoded:
//!                                   %  -> %25, always
//!                                   :  -> %3A, in a segment that holds `::` or begins or ends with `:`
//!                                   an ASCII control character -> %00 ... %1F, %7F
//! cucm::v15::tapi::17             the chunk: `::` and its ordinal
//! ```
//!
//! An encoded segment neither holds `::` nor has a `:` at an end, so wherever `::` stands in an
//! id it is a joint, and splitting there and decoding gives the path back.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::SourcePath;
use crate::{Error, Result};

const JOINT: &str = "::";
const DOCUMENT_ID: &str = "a document id, such as `cucm::v15::tapi-dev-guide`";
const CHUNK_ID: &str = "a chunk id, such as `cucm::v15::tapi-dev-guide::17`";

/// Names one document of a library: its path without the extension, segments joined by `::`, or
/// the `_id` of the record that it came from.
///
/// Ordered by its bytes. Cloning copies a pointer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct DocumentId(Arc<str>);

impl DocumentId {
    /// The id of the document at `path`, its extension left out.
    ///
    /// # Examples
    /// ```
    /// use mcdewey_core::shelf::{DocumentId, SourcePath};
    ///
    /// let path = SourcePath::new("cucm/v15/tapi/tapi.md")?;
    /// assert_eq!(DocumentId::from_path(&path).as_str(), "cucm::v15::tapi::tapi");
    /// # Ok::<(), mcdewey_core::Error>(())
    /// ```
    pub fn from_path(path: &SourcePath) -> Self {
        Self(encode(path.without_extension()).into())
    }

    /// The id of the document at `path`, its extension kept.
    fn from_whole_path(path: &SourcePath) -> Self {
        Self(encode(path.as_str()).into())
    }

    /// The id of a record, which is its `_id` as it stands: nothing is encoded, for judgements
    /// name documents by exactly this text.
    pub fn from_record_id(id: &str) -> Self {
        Self(id.into())
    }

    /// The path that it came from, without the extension (or with it, where [`document_ids`]
    /// had to keep it).
    ///
    /// # Errors
    /// [`Error::MalformedId`] if no path has this id, as may be with the id of a record.
    pub fn to_path_stem(&self) -> Result<String> {
        let segments: Option<Vec<String>> = self.0.split(JOINT).map(decode).collect();
        segments
            .and_then(|segments| SourcePath::new(segments.join("/")).ok())
            .map(|stem| stem.as_str().to_owned())
            // Encoding again rules out whatever decodes but is not how an id is written.
            .filter(|stem| *encode(stem) == *self.0)
            .ok_or_else(|| malformed(&self.0, DOCUMENT_ID))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DocumentId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(malformed(text, DOCUMENT_ID));
        }
        Ok(Self(text.into()))
    }
}

/// `id` without the segment that is `version`, in small or capital letters: what names a document in
/// every version of its manual. The whole id, if no segment is the version or nothing else is left.
///
/// Segments are parted by `::`, or by `/` as in the ids of records.
pub(crate) fn without_version(id: &str, version: Option<&str>) -> String {
    let Some(version) = version.map(str::to_lowercase) else {
        return id.to_owned();
    };
    for joint in [JOINT, "/"] {
        let mut segments: Vec<&str> = id.split(joint).collect();
        let is_version = |segment: &&str| segment.to_lowercase() == version;
        if let (Some(place), true) = (segments.iter().position(is_version), segments.len() > 1) {
            segments.remove(place);
            return segments.join(joint);
        }
    }
    id.to_owned()
}

/// Names one chunk of a library: the id of its document, `::`, and its ordinal in it from 0.
///
/// Ordered by its bytes (so `a::10` is before `a::9`); rankings need a total order, not that
/// one. Cloning copies a pointer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ChunkId(Arc<str>);

impl ChunkId {
    /// The id of chunk `ordinal` (from 0) of `document`.
    pub fn new(document: &DocumentId, ordinal: u32) -> Self {
        Self(format!("{document}{JOINT}{ordinal}").into())
    }

    /// The id of its document.
    pub fn document(&self) -> DocumentId {
        DocumentId(self.parts().0.into())
    }

    /// Its place in its document, from 0.
    pub fn ordinal(&self) -> u32 {
        self.parts().1
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, u32) {
        split_chunk_id(&self.0).expect("a chunk id is checked when it is made")
    }
}

impl FromStr for ChunkId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match split_chunk_id(text) {
            Some((document, _)) if !document.is_empty() => Ok(Self(text.into())),
            _ => Err(malformed(text, CHUNK_ID)),
        }
    }
}

/// The ids of all documents of a library, in path order.
///
/// Where files share a stem (`a.html`, `a.md`) the first in path order gets the short id and
/// each later one keeps its extension: `a`, `a.md`. Ids are distinct. A short id is given only
/// while it is free. A long one spells the whole path, which no other file has, and a file whose
/// *short* id spells the same (`a.md.html`) has a path that begins with it, so it comes later in
/// path order, finds the id taken, and keeps its own extension.
///
/// # Examples
/// ```
/// use std::collections::BTreeSet;
/// use mcdewey_core::shelf::{SourcePath, document_ids};
///
/// let paths: BTreeSet<_> = ["a.md", "a.html"].map(SourcePath::new).into_iter().collect::<Result<_, _>>()?;
/// let ids = document_ids(&paths);
/// assert_eq!(ids.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["a", "a.md"]);
/// # Ok::<(), mcdewey_core::Error>(())
/// ```
pub fn document_ids(paths: &BTreeSet<SourcePath>) -> Vec<DocumentId> {
    let mut taken = HashSet::with_capacity(paths.len());
    let mut ids = Vec::with_capacity(paths.len());
    for path in paths {
        let mut id = DocumentId::from_path(path);
        if !taken.insert(id.clone()) {
            id = DocumentId::from_whole_path(path);
            let is_free = taken.insert(id.clone());
            debug_assert!(is_free, "{id} was given twice");
        }
        ids.push(id);
    }
    ids
}

/// What a newtype over text offers, the same for both ids.
macro_rules! text_id {
    ($id:ident) => {
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $id {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $id {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $id {
            type Error = Error;

            fn try_from(text: String) -> Result<Self> {
                text.parse()
            }
        }

        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

text_id!(DocumentId);
text_id!(ChunkId);

fn malformed(given: &str, expected: &'static str) -> Error {
    Error::MalformedId {
        given: given.to_owned(),
        expected,
    }
}

/// Splits off the ordinal, which has one spelling only: two spellings would be two ids for one
/// chunk.
fn split_chunk_id(text: &str) -> Option<(&str, u32)> {
    let (document, digits) = text.rsplit_once(JOINT)?;
    let ordinal: u32 = digits.parse().ok()?;
    (ordinal.to_string() == digits).then_some((document, ordinal))
}

fn encode(path: &str) -> String {
    let mut id = String::with_capacity(path.len());
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            id.push_str(JOINT);
        }
        encode_segment(segment, &mut id);
    }
    id
}

fn encode_segment(segment: &str, id: &mut String) {
    let could_be_a_joint =
        segment.contains(JOINT) || segment.starts_with(':') || segment.ends_with(':');
    for c in segment.chars() {
        if c == '%' || c.is_ascii_control() || (c == ':' && could_be_a_joint) {
            let code = format!("%{:02X}", u32::from(c));
            id.push_str(&code);
        } else {
            id.push(c);
        }
    }
}

/// `None` if a `%` is not followed by two hexadecimal digits of an ASCII character.
fn decode(segment: &str) -> Option<String> {
    let mut pieces = segment.split('%');
    let mut text = pieces.next()?.to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let byte = u8::from_str_radix(digits, 16).ok()?;
        text.push(byte.is_ascii().then_some(char::from(byte))?);
        text.push_str(rest);
    }
    Some(text)
}

#[cfg(test)]
mod tests;
