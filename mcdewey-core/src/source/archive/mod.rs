//! An archive in, the documents in it out: it is a folder, and each entry a file.
//!
//! ```text
//! manuals.zip           listed once: names, lengths, where each entry lies
//!   a/b.html            -> manuals.zip/a/b.html, read when it is indexed
//!   inner.tar.gz        -> an archive in an archive; one in this one is not opened
//! ```
//!
//! Nothing in an archive is believed. Names may not lead out of it, and links and devices are not
//! followed. A length that it states is a limit on what is read, and the sum of these a limit on
//! the archive. Nothing is written where it says so: a `.tar.gz`, which can only be read from its
//! beginning, and an archive in an archive are unpacked into a temporary file without a name, and
//! only while their entries are being read.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | kinds, limits, [`ArchiveEntry`] |
//! | `list.rs` | which entries become documents, and what is said of the others |
//! | `names.rs` | an entry's name to a path, or why not |
//! | `zip.rs`, `tar.rs` | the two layouts |
//! | `store.rs` | bytes in any order, from a file, from memory, or from a temporary file |

mod list;
mod names;
mod store;
mod tar;
#[cfg(test)]
mod tests;
mod zip;

use std::io::{self, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

pub use self::list::read_archive;
pub(crate) use self::list::{Listing, Want, inside, list};
pub(crate) use self::store::Pool;
use self::store::{Bytes, Origin, Slot};
use super::confined::DocsFile;
use super::content::{self, MAX_DOCUMENT_BYTES};
use crate::document::{Problem, ProblemKind};
use crate::shelf::SourcePath;
use crate::zipped::Member;

/// How much an archive may expand to. Text compresses to a tenth, and hardly any real text to
/// less than a thirtieth; DEFLATE can at most reach a thousandth, which only bombs do.
const MAX_RATIO: u64 = 100;

/// What any archive may expand to, however small it is. Chosen by hand.
const FREE_BYTES: u64 = 50_000_000;

/// What an archive may expand to, however large it is: the documentation of a whole Linux
/// distribution fits in, and it can be spooled to a temporary file. Chosen by hand.
const MAX_EXPANDED_BYTES: u64 = 4_000_000_000;

/// Entries of an archive with those of the archives in it. Chosen by hand: the largest
/// documentation sites known to us have some ten thousand pages.
const MAX_ENTRIES: usize = 100_000;

/// What the names and other headers of an archive may take up: 100 000 entries have some 15 MB.
const MAX_DIRECTORY_BYTES: u64 = 64 << 20;

/// What the headers of one entry of a tar may take up; a name has at most a few kilobytes.
const MAX_HEADER_BYTES: u64 = 1 << 20;

/// What an archive of `packed` bytes may expand to.
fn allowance(packed: u64) -> u64 {
    let by_ratio = packed.saturating_mul(MAX_RATIO).saturating_add(FREE_BYTES);
    by_ratio.min(MAX_EXPANDED_BYTES)
}

/// A kind of archive, by the name of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArchiveKind {
    Zip,
    Tar,
    TarGz,
    /// One compressed document.
    Gz,
}

impl ArchiveKind {
    /// The kind of the archive at `path`, by its extension in any case.
    pub(crate) fn of_path(path: &SourcePath) -> Option<Self> {
        split(path.as_str()).map(|(_, kind)| kind)
    }
}

const EXTENSIONS: [(&str, ArchiveKind); 5] = [
    (".zip", ArchiveKind::Zip),
    (".tar", ArchiveKind::Tar),
    (".tar.gz", ArchiveKind::TarGz),
    (".tgz", ArchiveKind::TarGz),
    (".gz", ArchiveKind::Gz),
];

/// What stands before the extension of an archive, which is not nothing.
fn split(path: &str) -> Option<(&str, ArchiveKind)> {
    EXTENSIONS.into_iter().find_map(|(extension, kind)| {
        let (stem, end) = path.split_at_checked(path.len().checked_sub(extension.len())?)?;
        let is_stem = !stem.is_empty() && !stem.ends_with(['/', '.']);
        (end.eq_ignore_ascii_case(extension) && is_stem).then_some((stem, kind))
    })
}

/// The path of what is compressed in the file at `path`: without `.gz`, if it has that.
pub(crate) fn name_inside(path: &str) -> &str {
    match split(path) {
        Some((stem, ArchiveKind::Gz)) => stem,
        _ => path,
    }
}

/// The path that says where a document stands on the shelves: `v15.zip` is the folder `v15`.
pub(crate) fn shelf_path(path: &SourcePath) -> SourcePath {
    let stem = split(path.as_str()).map_or(path.as_str(), |(stem, _)| stem);
    SourcePath::new(stem).unwrap_or_else(|_| path.clone())
}

/// An archive, opened when it is needed.
#[derive(Debug)]
pub(crate) struct Archive {
    kind: ArchiveKind,
    origin: Origin,
    /// Its bytes; those of a `.tar.gz` unpacked.
    slot: Slot,
    pool: Pool,
}

impl Archive {
    /// The archive in a file. `pool` is shared by all archives of a docs root.
    pub(crate) fn in_file(kind: ArchiveKind, file: DocsFile, pool: &Pool) -> Arc<Self> {
        Self::new(kind, Origin::File(file), pool)
    }

    fn new(kind: ArchiveKind, origin: Origin, pool: &Pool) -> Arc<Self> {
        Arc::new(Self {
            kind,
            origin,
            slot: Slot::default(),
            pool: pool.clone(),
        })
    }

    /// Its bytes as they are.
    fn packed(&self) -> Result<Arc<Bytes>, Problem> {
        if self.kind == ArchiveKind::TarGz {
            return self.slot.open(&self.origin);
        }
        self.bytes()
    }

    /// The bytes that its entries lie in, which are opened or unpacked if they are not yet.
    fn bytes(&self) -> Result<Arc<Bytes>, Problem> {
        self.slot.get(&self.pool, || {
            let packed = self.slot.open(&self.origin)?;
            if self.kind != ArchiveKind::TarGz {
                return Ok(packed);
            }
            let allowance = allowance(packed.len());
            Bytes::spooled(&mut MultiGzDecoder::new(packed.reader()), allowance)
        })
    }

    /// The document in a `.gz` file.
    pub(crate) fn only_entry(self: &Arc<Self>) -> ArchiveEntry {
        ArchiveEntry {
            archive: Arc::clone(self),
            name: String::new(),
            place: Place::Whole,
            is_gzip: true,
            measured: None,
        }
    }
}

/// A document in an archive.
#[derive(Debug, Clone)]
pub struct ArchiveEntry {
    archive: Arc<Archive>,
    /// Its path in the archive; empty for the only document of a `.gz`.
    name: String,
    place: Place,
    /// Whether it is compressed once more by itself.
    is_gzip: bool,
    /// Its hash and length, if it had to be read already to be listed.
    measured: Option<(blake3::Hash, u64)>,
}

/// Where an entry lies in its archive.
#[derive(Debug, Clone)]
enum Place {
    /// The archive is the entry.
    Whole,
    Tar {
        offset: u64,
        len: u64,
    },
    Zip(Arc<Member>),
}

impl PartialEq for ArchiveEntry {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.archive.origin == other.archive.origin
    }
}

impl Eq for ArchiveEntry {}

impl ArchiveEntry {
    /// Its path in its archive; empty for the document in a `.gz` file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The document's bytes.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        self.unpack(MAX_DOCUMENT_BYTES, &mut |reader| {
            reader.read_to_end(&mut bytes).map(|_| ())
        })?;
        Ok(bytes)
    }

    /// A hash that changes when the document does, and the document's length.
    ///
    /// It is BLAKE3 of the document's bytes, except in a ZIP file: there it is of the bytes as they
    /// are packed, with their length and checksum, so that an archive that did not change need not
    /// be unpacked to know that. Packed anew, a document has another hash.
    pub(crate) fn hash(&self) -> Result<(blake3::Hash, u64), Problem> {
        if let Some(measured) = self.measured {
            return Ok(measured);
        }
        let Place::Zip(member) = &self.place else {
            return self.measure(MAX_DOCUMENT_BYTES);
        };
        let bytes = self.archive.bytes()?;
        let hash = member
            .packed_hash(&*bytes, bytes.len())
            .map_err(|error| problem_of(&error))?;
        Ok((hash, member.len()))
    }

    fn measure(&self, limit: u64) -> Result<(blake3::Hash, u64), Problem> {
        let mut measured = (blake3::hash(&[]), 0);
        self.unpack(limit, &mut |reader| {
            measured = content::hash(reader)?;
            Ok(())
        })?;
        Ok(measured)
    }

    /// Lets `work` read the document to its end, at most `limit` bytes of it.
    fn unpack(
        &self,
        limit: u64,
        work: &mut dyn FnMut(&mut dyn Read) -> io::Result<()>,
    ) -> Result<(), Problem> {
        let bytes = self.archive.bytes()?;
        let worked = match &self.place {
            Place::Whole => self.decompress(&mut bytes.reader(), bytes.len(), limit, work),
            &Place::Tar { offset, len } => {
                let mut reader = bytes.reader_at(offset).take(len);
                self.decompress(&mut reader, len, limit, work)
            }
            Place::Zip(member) => member.with_content(&*bytes, bytes.len(), &mut |content| {
                self.decompress(content, member.len(), limit, work)
            }),
        };
        worked.map_err(|error| problem_of(&error))
    }

    /// `stated` is the length that the archive gives: that of the document, unless it is
    /// compressed once more.
    fn decompress(
        &self,
        reader: &mut dyn Read,
        stated: u64,
        limit: u64,
        work: &mut dyn FnMut(&mut dyn Read) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.is_gzip {
            let limit = limit.min(allowance(stated));
            return work(&mut Strict::new(MultiGzDecoder::new(reader), limit));
        }
        if stated > limit {
            return Err(io::Error::other(Over));
        }
        let mut reader = Strict::new(reader, stated);
        work(&mut reader)?;
        if reader.left == 0 {
            return Ok(());
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// A reader that fails, rather than ends, where its input goes on beyond a limit.
struct Strict<R> {
    input: R,
    left: u64,
}

impl<R: Read> Strict<R> {
    fn new(input: R, limit: u64) -> Self {
        Self { input, left: limit }
    }
}

impl<R: Read> Read for Strict<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let len = usize::try_from(self.left).map_or(buffer.len(), |left| buffer.len().min(left));
        if len == 0 {
            // Also finds out whether the checksum is right.
            return match self.input.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::Error::other(Over)),
            };
        }
        let n_read = self.input.read(&mut buffer[..len])?;
        self.left -= n_read as u64;
        Ok(n_read)
    }
}

/// More came out than may.
#[derive(Debug, thiserror::Error)]
#[error("it expands to more than it says, or than is allowed")]
struct Over;

fn is_over(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<Over>())
}

fn problem_of(error: &io::Error) -> Problem {
    if is_over(error) {
        let message = format!(
            "it expands to more than it says, or than is allowed ({} MB, and {MAX_RATIO} times its size), and nothing of it is read",
            MAX_DOCUMENT_BYTES / 1_000_000
        );
        return Problem::new(ProblemKind::TooLarge, "", message);
    }
    let message = format!("it cannot be unpacked: {error}");
    Problem::new(ProblemKind::Damaged, "", message)
}
