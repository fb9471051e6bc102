//! Bytes that can be read in any order, and how many of them are kept open.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::SystemTime;

use rawzip::ReaderAt;

use super::{ArchiveEntry, Over, is_over};
use crate::document::{Problem, ProblemKind};
use crate::source::confined::DocsFile;

/// Up to here unpacked bytes stay in memory. Chosen by hand: most archives in archives are small.
const MAX_IN_MEMORY: u64 = 1 << 20;

/// Bytes of which any part can be read, by several threads at once.
#[derive(Debug)]
pub(super) enum Bytes {
    Memory(Arc<[u8]>),
    File { file: File, len: u64 },
}

impl Bytes {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { len, .. } => *len,
        }
    }

    /// All that `reader` gives, up to `limit` bytes and up to where it fails: entries that lie
    /// before that can be read.
    pub(super) fn spooled(reader: &mut dyn Read, limit: u64) -> Result<Arc<Self>, Problem> {
        let mut memory = Vec::new();
        let mut head = reader.take(limit.min(MAX_IN_MEMORY));
        let is_whole = head.read_to_end(&mut memory).is_err() || head.limit() > 0;
        if is_whole {
            return Ok(Arc::new(Self::Memory(memory.into())));
        }
        let mut spool = || {
            let mut file = tempfile::tempfile()?;
            file.write_all(&memory)?;
            let len = memory.len() as u64 + copy(reader, &mut file, limit - memory.len() as u64)?;
            Ok(Arc::new(Self::File { file, len }))
        };
        spool().map_err(|error: io::Error| {
            let message = format!("there is no room to unpack it: {error}");
            Problem::new(ProblemKind::Unreadable, "", message)
        })
    }

    pub(super) fn reader(self: &Arc<Self>) -> Reader {
        self.reader_at(0)
    }

    pub(super) fn reader_at(self: &Arc<Self>, position: u64) -> Reader {
        Reader {
            bytes: Arc::clone(self),
            position,
        }
    }
}

impl ReaderAt for Bytes {
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => {
                let start = usize::try_from(position).unwrap_or(usize::MAX);
                let mut rest = &bytes[start.min(bytes.len())..];
                rest.read(buffer)
            }
            #[cfg(unix)]
            Self::File { file, .. } => std::os::unix::fs::FileExt::read_at(file, buffer, position),
            #[cfg(windows)]
            Self::File { file, .. } => {
                std::os::windows::fs::FileExt::seek_read(file, buffer, position)
            }
        }
    }
}

/// Copies up to `limit` bytes; where the reader fails, it ends. A writer that fails is an error.
fn copy(reader: &mut dyn Read, writer: &mut dyn Write, limit: u64) -> io::Result<u64> {
    let mut buffer = vec![0; 64 << 10];
    let mut reader = reader.take(limit);
    let mut len = 0;
    loop {
        let n_read = match reader.read(&mut buffer) {
            Ok(0) => return Ok(len),
            Ok(n_read) => n_read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Ok(len),
        };
        writer.write_all(&buffer[..n_read])?;
        len += n_read as u64;
    }
}

/// Reads [`Bytes`] from a position of its own.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    bytes: Arc<Bytes>,
    position: u64,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.bytes.read_at(buffer, self.position)?;
        self.position += n_read as u64;
        Ok(n_read)
    }
}

/// Where the bytes of an archive come from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin {
    File(DocsFile),
    Memory(Arc<[u8]>),
    Entry(Box<ArchiveEntry>),
}

/// The open bytes of an archive, as long as someone needs them.
#[derive(Debug, Default)]
pub(super) struct Slot {
    open: Mutex<Weak<Bytes>>,
    /// Length and time of the file when it was opened first.
    seen: OnceLock<(u64, Option<SystemTime>)>,
}

impl Slot {
    /// The bytes, which `open` opens if nobody else has. Others wait meanwhile: to unpack an
    /// archive twice would take longer.
    pub(super) fn get(
        &self,
        pool: &Pool,
        open: impl FnOnce() -> Result<Arc<Bytes>, Problem>,
    ) -> Result<Arc<Bytes>, Problem> {
        let mut slot = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match slot.upgrade() {
            Some(bytes) => bytes,
            None => open()?,
        };
        *slot = Arc::downgrade(&bytes);
        pool.keep(&bytes);
        Ok(bytes)
    }

    pub(super) fn open(&self, origin: &Origin) -> Result<Arc<Bytes>, Problem> {
        match origin {
            Origin::Memory(bytes) => Ok(Arc::new(Bytes::Memory(Arc::clone(bytes)))),
            Origin::File(file) => self.open_file(file),
            Origin::Entry(entry) => {
                let mut spooled = None;
                entry.unpack(u64::MAX, &mut |reader| {
                    spooled = Some(Bytes::spooled(reader, u64::MAX));
                    // The end of it is checked with its checksum, whatever was kept.
                    match io::copy(reader, &mut io::sink()) {
                        Err(error) if is_over(&error) => Err(io::Error::other(Over)),
                        _ => Ok(()),
                    }
                })?;
                spooled.expect("a document that was unpacked was spooled")
            }
        }
    }

    fn open_file(&self, file: &DocsFile) -> Result<Arc<Bytes>, Problem> {
        let unreadable = |error: io::Error| {
            let message = format!("the archive cannot be read: {error}");
            Problem::new(ProblemKind::Unreadable, "", message)
        };
        let file = file.open().map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let found = (metadata.len(), metadata.modified().ok());
        if *self.seen.get_or_init(|| found) != found {
            let message = "the archive was changed while it was being read; index again";
            return Err(Problem::new(ProblemKind::Unreadable, "", message));
        }
        let len = metadata.len();
        Ok(Arc::new(Bytes::File { file, len }))
    }
}

/// The archives used last, which are kept open: as many as there are threads that each read
/// through another one, and one more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pool(Arc<Mutex<VecDeque<Arc<Bytes>>>>);

impl Pool {
    fn keep(&self, bytes: &Arc<Bytes>) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|other| !Arc::ptr_eq(other, bytes));
        open.push_back(Arc::clone(bytes));
        if open.len() > rayon::current_num_threads() + 1 {
            open.pop_front();
        }
    }
}
