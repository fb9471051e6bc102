//! Systems without `openat`: every part of a path is checked just before it is used. What is
//! swapped within these few microseconds goes unnoticed.

use std::fs::{self, File, FileType, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::{Entry, Kind};
use crate::shelf::SourcePath;

#[derive(Debug)]
pub(super) struct Root(PathBuf);

impl Root {
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        if fs::metadata(&path)?.is_dir() {
            return Ok(Self(path));
        }
        Err(io::ErrorKind::NotADirectory.into())
    }

    pub(super) fn list(&self, folder: Option<&SourcePath>) -> io::Result<Vec<Entry>> {
        let names = folder.map(|folder| folder.as_str().split('/'));
        let folder = self.descend(names.into_iter().flatten())?;
        let entries = fs::read_dir(folder)?.map(|entry| {
            let entry = entry?;
            Ok(Entry {
                name: entry.file_name(),
                kind: kind_of(entry.file_type()?),
            })
        });
        entries.collect()
    }

    pub(super) fn kind(&self, path: &SourcePath) -> io::Result<Kind> {
        let folder = self.descend(path.folders())?;
        let path = folder.join(plain(path.file_name())?);
        Ok(kind_of(fs::symlink_metadata(path)?.file_type()))
    }

    pub(super) fn open(&self, path: &SourcePath) -> io::Result<File> {
        if self.kind(path)? != Kind::File {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(windows)]
        {
            // A link is opened itself and then seen to be none of the files that are read.
            const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
            std::os::windows::fs::OpenOptionsExt::custom_flags(
                &mut options,
                FILE_FLAG_OPEN_REPARSE_POINT,
            );
        }
        let folder = self.descend(path.folders())?;
        options.open(folder.join(plain(path.file_name())?))
    }

    pub(super) fn read_link(&self, path: &SourcePath) -> io::Result<PathBuf> {
        let folder = self.descend(path.folders())?;
        fs::read_link(folder.join(plain(path.file_name())?))
    }

    fn descend<'p>(&self, names: impl Iterator<Item = &'p str>) -> io::Result<PathBuf> {
        let mut folder = self.0.clone();
        for name in names {
            folder.push(plain(name)?);
            if kind_of(fs::symlink_metadata(&folder)?.file_type()) != Kind::Folder {
                return Err(io::ErrorKind::NotADirectory.into());
            }
        }
        Ok(folder)
    }
}

/// A name that is only a name: on Windows `a\..\b` and `C:b` are paths.
fn plain(name: &str) -> io::Result<&str> {
    if name.contains(['\\', ':']) {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(name)
}

fn kind_of(file_type: FileType) -> Kind {
    if file_type.is_symlink() {
        Kind::Link
    } else if file_type.is_dir() {
        Kind::Folder
    } else if file_type.is_file() {
        Kind::File
    } else {
        Kind::Other
    }
}
