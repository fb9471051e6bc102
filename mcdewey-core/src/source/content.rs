//! The bytes of an item: read, or hashed without keeping them; never more than a limit.

use std::io::{self, Read};

use super::confined::{self, Limited};
use super::{Content, Item};
use crate::document::{Problem, ProblemKind};

/// Longest document that is read, in bytes. Chosen by hand: manuals of thousands of pages have,
/// with their pictures, some tens of megabytes, and a parser needs a multiple of this in memory.
pub const MAX_DOCUMENT_BYTES: u64 = 200_000_000;

impl Item {
    /// The bytes of a file or of an entry of an archive; of a record, its text.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Problem> {
        match &self.content {
            Content::File(file) => {
                let read = file
                    .open()
                    .and_then(|file| confined::read_limited(file, MAX_DOCUMENT_BYTES));
                match read.map_err(|error| unreadable(&error))? {
                    Limited::Whole(bytes) => Ok(bytes),
                    Limited::TooLong => Err(too_long()),
                }
            }
            #[cfg(feature = "archives")]
            Content::Entry(entry) => entry.read(),
            Content::Record { text, .. } => Ok(text.clone().into_bytes()),
        }
    }

    /// BLAKE3 of its content, and its length. Of an entry of an archive it may be of the content as
    /// it is packed.
    pub(crate) fn hash(&self) -> Result<(blake3::Hash, u64), Problem> {
        match &self.content {
            Content::File(file) => {
                let hash = || {
                    let file = file.open()?;
                    if file.metadata()?.len() > MAX_DOCUMENT_BYTES {
                        return Ok((blake3::hash(&[]), u64::MAX));
                    }
                    hash(&mut file.take(MAX_DOCUMENT_BYTES + 1))
                };
                let (hash, len) = hash().map_err(|error| unreadable(&error))?;
                if len > MAX_DOCUMENT_BYTES {
                    return Err(too_long());
                }
                Ok((hash, len))
            }
            #[cfg(feature = "archives")]
            Content::Entry(entry) => entry.hash(),
            Content::Record { title, text, url } => {
                let mut hasher = blake3::Hasher::new();
                for part in [title.as_str(), text, url.as_deref().unwrap_or_default()] {
                    hasher.update(&(part.len() as u64).to_le_bytes());
                    hasher.update(part.as_bytes());
                }
                Ok((hasher.finalize(), (title.len() + text.len()) as u64))
            }
        }
    }
}

/// BLAKE3 of what a reader gives, and its length.
pub(super) fn hash(reader: &mut dyn Read) -> io::Result<(blake3::Hash, u64)> {
    let mut hasher = blake3::Hasher::new();
    let len = io::copy(reader, &mut hasher)?;
    Ok((hasher.finalize(), len))
}

pub(super) fn too_long() -> Problem {
    let message = format!(
        "it is longer than {} MB, and nothing of it is read; split it",
        MAX_DOCUMENT_BYTES / 1_000_000
    );
    Problem::new(ProblemKind::TooLarge, "", message)
}

fn unreadable(error: &io::Error) -> Problem {
    Problem::new(
        ProblemKind::Unreadable,
        "",
        format!("cannot be read: {error}"),
    )
}
