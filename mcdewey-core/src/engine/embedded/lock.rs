//! The one writer: an advisory lock on a file that says who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::{Error, Result};

/// Held by a writer for its life; the operating system releases it when the process ends, however.
#[derive(Debug)]
pub(super) struct WriterLock(#[expect(dead_code, reason = "closing the file unlocks it")] File);

impl WriterLock {
    pub(super) fn acquire(index: &Path) -> Result<Self> {
        let path = index.join("LOCK");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let known = file.read_to_string(&mut holder).is_ok() && !holder.is_empty();
                return Err(Error::Locked {
                    path: index.to_path_buf(),
                    holder: if known {
                        holder.trim().to_owned()
                    } else {
                        "another process".to_owned()
                    },
                });
            }
            Err(TryLockError::Error(source)) => return Err(Error::io("lock", &path)(source)),
        }
        // Who holds the lock helps a person; failing to say so must not stop the writer.
        let _unknown_holder = say_who(&mut file);
        Ok(Self(file))
    }
}

fn say_who(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    let program = std::env::current_exe().ok();
    let program = program
        .as_deref()
        .and_then(Path::file_name)
        .map_or("?".into(), |name| name.to_string_lossy());
    writeln!(file, "process {} ({program})", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_writer_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let _first = WriterLock::acquire(folder.path()).expect("free");
        let error = WriterLock::acquire(folder.path()).expect_err("taken");
        let holder = format!("process {}", std::process::id());
        assert!(error.to_string().contains(&holder), "{error}");
    }

    #[test]
    fn a_dropped_lock_is_free_again() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(WriterLock::acquire(folder.path()).expect("free"));
        WriterLock::acquire(folder.path()).expect("free again");
    }
}
