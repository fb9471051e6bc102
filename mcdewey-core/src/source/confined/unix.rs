//! Unix: a path is walked down from an open folder, one name at a time, without following links.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, readlinkat, statat};

use super::{Entry, Kind};
use crate::shelf::SourcePath;

#[derive(Debug)]
pub(super) struct Root(OwnedFd);

impl Root {
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(openat(CWD, path, flags, Mode::empty())?))
    }

    pub(super) fn list(&self, folder: Option<&SourcePath>) -> io::Result<Vec<Entry>> {
        let names = folder.map(|folder| folder.as_str().split('/'));
        let folder = self.descend(names.into_iter().flatten())?;
        let mut entries = Vec::new();
        for entry in Dir::read_from(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            // Some file systems do not say what an entry is.
            let file_type = match entry.file_type() {
                FileType::Unknown => {
                    let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
                    FileType::from_raw_mode(stat.st_mode)
                }
                known => known,
            };
            entries.push(Entry {
                name: OsStr::from_bytes(name.to_bytes()).to_owned(),
                kind: kind_of(file_type),
            });
        }
        Ok(entries)
    }

    pub(super) fn kind(&self, path: &SourcePath) -> io::Result<Kind> {
        let folder = self.descend(path.folders())?;
        let stat = statat(&folder, path.file_name(), AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(kind_of(FileType::from_raw_mode(stat.st_mode)))
    }

    /// Opens what stands at `path`, if that is no link. A FIFO would be opened without waiting
    /// for its other end, and a terminal would not become the program's own.
    pub(super) fn open(&self, path: &SourcePath) -> io::Result<File> {
        let folder = self.descend(path.folders())?;
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(openat(&folder, path.file_name(), flags, Mode::empty())?.into())
    }

    pub(super) fn read_link(&self, path: &SourcePath) -> io::Result<PathBuf> {
        let folder = self.descend(path.folders())?;
        let target = readlinkat(&folder, path.file_name(), Vec::new())?;
        Ok(OsString::from_vec(target.into_bytes()).into())
    }

    fn descend<'p>(&self, names: impl Iterator<Item = &'p str>) -> io::Result<OwnedFd> {
        let mut folder = self.0.try_clone()?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for name in names {
            folder = openat(&folder, name, flags, Mode::empty())?;
        }
        Ok(folder)
    }
}

fn kind_of(file_type: FileType) -> Kind {
    match file_type {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        _ => Kind::Other,
    }
}
