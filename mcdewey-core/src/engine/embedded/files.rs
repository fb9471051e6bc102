//! Immutable, checksummed files: written once, durably, and read only after their hash is right.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::mapped::Mapped;
use crate::{Error, Result};

/// Names a file of the index and what it must contain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileRef {
    /// Its path below the index directory.
    pub(super) name: String,
    /// Its length.
    pub(super) bytes: u64,
    /// BLAKE3 of its content, in hexadecimal.
    pub(super) blake3: String,
}

/// Writes `index/name` so that it is on disk, whole, before this returns; the name must be new.
pub(super) fn write(
    index: &Path,
    name: String,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<FileRef> {
    let path = index.join(&name);
    let unfinished = path.with_extension("tmp");
    let (bytes, blake3) =
        write_hashed(&unfinished, content).map_err(Error::io("write", &unfinished))?;
    fs::rename(&unfinished, &path).map_err(Error::io("rename", &unfinished))?;
    sync_folder_of(&path)?;
    Ok(FileRef {
        name,
        bytes,
        blake3,
    })
}

fn write_hashed(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<(u64, String)> {
    let mut output = Hashing {
        inner: BufWriter::with_capacity(1 << 20, File::create(path)?),
        hasher: blake3::Hasher::new(),
        bytes: 0,
    };
    content(&mut output)?;
    let file = output
        .inner
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok((output.bytes, output.hasher.finalize().to_hex().to_string()))
}

struct Hashing {
    inner: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Makes a new or renamed directory entry durable.
pub(super) fn sync_folder_of(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Windows has no way to open a folder for syncing; its renames are journalled.
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io("sync", folder))
}

/// Maps a file into memory after checking its length and hash.
pub(super) fn open(index: &Path, file: &FileRef) -> Result<Arc<Mapped>> {
    map(index, file).check()
}

/// Maps a file into memory; its content is out of reach until it was checked.
pub(super) fn map(index: &Path, file: &FileRef) -> Unchecked {
    let path = index.join(&file.name);
    Unchecked {
        mapped: Mapped::open(&path).map(Arc::new),
        path,
        bytes: file.bytes,
        blake3: file.blake3.clone(),
    }
}

/// A file that was mapped, or why it could not be, and what it must contain.
#[derive(Debug)]
pub(super) struct Unchecked {
    mapped: io::Result<Arc<Mapped>>,
    path: PathBuf,
    bytes: u64,
    blake3: String,
}

impl Unchecked {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its content, if length and hash are right.
    pub(super) fn check(&self) -> Result<Arc<Mapped>> {
        let corrupt = |detail| Error::Corrupt {
            path: self.path.clone(),
            detail,
        };
        let mapped = match &self.mapped {
            Ok(mapped) => mapped,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(corrupt("it is missing".to_owned()));
            }
            Err(error) => {
                let error = io::Error::new(error.kind(), error.to_string());
                return Err(Error::io("read", &self.path)(error));
            }
        };
        if mapped.len() as u64 != self.bytes {
            return Err(corrupt(format!(
                "it has {} bytes, not {}",
                mapped.len(),
                self.bytes
            )));
        }
        let found = hash(mapped);
        if found != self.blake3 {
            return Err(corrupt(format!(
                "its BLAKE3 is {found}, not {}",
                self.blake3
            )));
        }
        Ok(Arc::clone(mapped))
    }
}

/// On one thread. BLAKE3 can share the work out with rayon, but a worker that waits for its share
/// takes up other work meanwhile: a search, which waits for the very file that is being checked.
fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Removes what crashed writers and older generations left in `folder`: every file that `keep`
/// does not want. A file that cannot be removed now (a reader on Windows has it mapped) stays
/// for the next time.
pub(super) fn sweep(folder: &Path, keep: impl Fn(&str) -> bool) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io("list", folder))? {
        let entry = entry.map_err(Error::io("list", folder))?;
        if !entry.file_name().to_str().is_some_and(&keep) {
            let _stays_for_the_next_sweep = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// Bytes of all files below `folder`.
pub(super) fn disk_usage(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => disk_usage(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Creates `path` and what is missing above it.
pub(super) fn create_folder(path: &Path) -> Result<PathBuf> {
    fs::create_dir_all(path).map_err(Error::io("create", path))?;
    Ok(path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    fn written(folder: &Path) -> FileRef {
        write(folder, "data".to_owned(), |output| {
            output.write_all(b"12345")
        })
        .expect("written")
    }

    #[test]
    fn a_file_is_read_back_as_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = written(folder.path());
        assert_eq!(&**open(folder.path(), &file).expect("sound"), b"12345");
    }

    #[test]
    fn a_changed_byte_or_length_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = written(folder.path());
        for damaged in [&b"12340"[..], b"1234", b""] {
            fs::write(folder.path().join("data"), damaged).expect("damaged");
            let error = open(folder.path(), &file).expect_err("damage is found");
            assert!(matches!(error, Error::Corrupt { .. }), "{error}");
        }
    }

    thread_local! {
        static IS_HASHING: Cell<bool> = const { Cell::new(false) };
    }

    #[test]
    fn a_thread_that_hashes_takes_up_no_other_work() {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(2)
            .build()
            .expect("a pool");
        let bytes = vec![7; 4 << 20];
        let is_done = AtomicBool::new(false);
        let is_disturbed = Arc::new(AtomicBool::new(false));
        std::thread::scope(|scope| {
            // Other work comes all the time, as searches do.
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    let is_disturbed = Arc::clone(&is_disturbed);
                    pool.spawn(move || {
                        is_disturbed.fetch_or(IS_HASHING.get(), Ordering::Relaxed);
                    });
                    std::thread::sleep(std::time::Duration::from_micros(20));
                }
            });
            pool.install(|| {
                IS_HASHING.set(true);
                for _ in 0..50 {
                    hash(&bytes);
                }
                IS_HASHING.set(false);
            });
            is_done.store(true, Ordering::Relaxed);
        });
        assert!(!is_disturbed.load(Ordering::Relaxed));
    }
}
