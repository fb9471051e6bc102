//! A docs root in, only what truly lies below it out.
//!
//! A path says where a file was when someone looked. Between looking and reading, a file can
//! become a link to another file, a folder a link to another folder, and a file a FIFO that makes
//! its reader wait for ever. So a path is walked down folder by folder, each opened without
//! following links, and what is opened at its end is looked at once more before it is read.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`DocsRoot`] and [`DocsFile`]; links of rule files; limits on length |
//! | `unix.rs` | folders are held open, so that nothing can be put in between |
//! | `portable.rs` | other systems: every part of a path is checked just before it is used |

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "portable.rs")]
mod system;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::shelf::SourcePath;

/// How many links a rule file may lead through.
const MAX_LINKS: usize = 8;

/// A folder of documents, held open.
///
/// Cloning copies a pointer.
#[derive(Debug, Clone)]
pub struct DocsRoot(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    system: system::Root,
}

/// What a folder lists.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: OsString,
    pub(crate) kind: Kind,
}

/// What stands at a path, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    Link,
    /// A device, a FIFO, a socket.
    Other,
}

impl DocsRoot {
    /// Opens the folder at `path`, which may be a symbolic link.
    ///
    /// # Errors
    /// If there is no such folder or it may not be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let system = system::Root::new(path)?;
        let path = path.to_owned();
        Ok(Self(Arc::new(Inner { path, system })))
    }

    /// The path that it was opened with.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The file at `path`, whether or not there is one.
    pub fn file(&self, path: SourcePath) -> DocsFile {
        DocsFile {
            root: self.clone(),
            path,
        }
    }

    /// The entries of `folder` by name, where `None` is the root. Half a list is no list: what is
    /// missing from it could be the manifest.
    pub(crate) fn list(&self, folder: Option<&SourcePath>) -> io::Result<Vec<Entry>> {
        let mut entries = self.0.system.list(folder)?;
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// What stands at `path`.
    pub(crate) fn kind(&self, path: &SourcePath) -> io::Result<Kind> {
        self.0.system.kind(path)
    }

    /// Opens the regular file at `path`.
    fn open_file(&self, path: &SourcePath) -> io::Result<File> {
        let file = self.0.system.open(path)?;
        if file.metadata()?.is_file() {
            return Ok(file);
        }
        Err(io::Error::other("it is not a regular file"))
    }

    /// Opens a file that gives rules (a manifest, an ignore file). Rules may not be overlooked,
    /// so a link to another file of the docs root is followed; a link that leads out is an error.
    pub(crate) fn open_rules(&self, path: &SourcePath) -> io::Result<File> {
        let mut path = path.clone();
        for _ in 0..MAX_LINKS {
            if self.kind(&path)? != Kind::Link {
                return self.open_file(&path);
            }
            let target = self.0.system.read_link(&path)?;
            path = follow(&path, &target).ok_or_else(|| {
                io::Error::other(
                    "it is a symbolic link that leads out of the docs root; put the file itself there",
                )
            })?;
        }
        Err(io::Error::other("its symbolic links lead in a circle"))
    }
}

/// Where a link at `path` leads; `None` if that is not below the docs root.
fn follow(path: &SourcePath, target: &Path) -> Option<SourcePath> {
    let target = target.to_str().filter(|target| !target.starts_with('/'))?;
    let mut folders: Vec<&str> = path.folders().collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                folders.pop()?;
            }
            _ => folders.push(part),
        }
    }
    SourcePath::new(folders.join("/")).ok()
}

/// A file of a docs root: where it is, and the way to open it that leads nowhere else.
#[derive(Debug, Clone)]
pub struct DocsFile {
    root: DocsRoot,
    path: SourcePath,
}

impl DocsFile {
    /// Its path below the docs root.
    pub fn path(&self) -> &SourcePath {
        &self.path
    }

    /// Its path on disk, to be shown; what is opened by it may be another file.
    pub fn on_disk(&self) -> PathBuf {
        self.root.path().join(self.path.as_str())
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// If it is not there, may not be read, is no regular file, or lies behind a symbolic link.
    pub fn open(&self) -> io::Result<File> {
        self.root.open_file(&self.path)
    }
}

impl PartialEq for DocsFile {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.root.path() == other.root.path()
    }
}

impl Eq for DocsFile {}

/// What came of reading a file that may be too long.
pub(crate) enum Limited {
    Whole(Vec<u8>),
    /// It is longer than the limit; nothing of it is kept.
    TooLong,
}

/// Reads a file to its end, but no further than `limit` bytes: also when it is a terabyte of
/// nothing, and when it grows while it is read.
pub(crate) fn read_limited(file: File, limit: u64) -> io::Result<Limited> {
    let len = file.metadata()?.len();
    if len > limit {
        return Ok(Limited::TooLong);
    }
    // The length is a hint: files of /proc have none.
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > limit {
        Limited::TooLong
    } else {
        Limited::Whole(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SourcePath {
        SourcePath::new(text).unwrap()
    }

    #[test]
    fn a_link_is_followed_below_the_root_only() {
        let leads_to = |from: &str, to: &str| {
            let found = follow(&path(from), Path::new(to));
            found.map(|path| path.as_str().to_owned())
        };
        assert_eq!(leads_to("a/b/m", "../x").as_deref(), Some("a/x"));
        assert_eq!(leads_to("a/m", ".//x/./y").as_deref(), Some("a/x/y"));
        assert_eq!(leads_to("a/m", "../../x"), None);
        assert_eq!(leads_to("m", ".."), None);
        assert_eq!(leads_to("a/m", ".."), None);
        assert_eq!(leads_to("m", "/etc/passwd"), None);
    }

    #[test]
    fn a_file_over_the_limit_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("sparse");
        let file = File::create(&name).unwrap();
        file.set_len(1 << 42).unwrap();
        let read = read_limited(File::open(&name).unwrap(), 1000).unwrap();
        assert!(matches!(read, Limited::TooLong));
        file.set_len(1000).unwrap();
        let read = read_limited(File::open(&name).unwrap(), 1000).unwrap();
        assert!(matches!(read, Limited::Whole(bytes) if bytes.len() == 1000));
    }

    #[cfg(unix)]
    mod unix {
        use std::fs;
        use std::os::unix::fs::symlink;

        use super::*;

        fn fifo(path: &Path) {
            let mode = rustix::fs::Mode::from_raw_mode(0o600);
            rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0)
                .unwrap();
        }

        #[test]
        fn what_became_a_link_a_fifo_or_a_folder_is_not_opened() {
            let outside = tempfile::tempdir().unwrap();
            fs::write(outside.path().join("secret.md"), "secret").unwrap();
            let docs = tempfile::tempdir().unwrap();
            fs::create_dir(docs.path().join("a")).unwrap();
            fs::write(docs.path().join("a/secret.md"), "open").unwrap();
            let root = DocsRoot::open(docs.path()).unwrap();
            let file = root.file(path("a/secret.md"));
            assert!(file.open().is_ok());

            // The folder above it is swapped for a link to another one.
            fs::rename(docs.path().join("a"), docs.path().join("b")).unwrap();
            symlink(outside.path(), docs.path().join("a")).unwrap();
            assert!(file.open().is_err());
            assert!(root.list(Some(&path("a"))).is_err());
            // Also where the link stays within the root: its rules may be others.
            fs::remove_file(docs.path().join("a")).unwrap();
            symlink("b", docs.path().join("a")).unwrap();
            assert!(file.open().is_err());

            let moved = root.file(path("b/secret.md"));
            assert!(moved.open().is_ok());
            let on_disk = moved.on_disk();
            for swap in [
                &(|to: &Path| symlink("/etc/passwd", to).unwrap()) as &dyn Fn(&Path),
                &|to| fs::create_dir(to).unwrap(),
                &fifo,
            ] {
                let _ = fs::remove_file(&on_disk).or_else(|_| fs::remove_dir(&on_disk));
                swap(&on_disk);
                assert!(moved.open().is_err());
            }
            // A FIFO with someone at its other end is not read either.
            let _writer = File::options()
                .read(true)
                .write(true)
                .open(&on_disk)
                .unwrap();
            assert!(moved.open().is_err());
        }

        #[test]
        fn the_root_itself_may_be_a_link_and_stays_what_it_was() {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in [("one", "1"), ("two", "2")] {
                fs::create_dir(folder.path().join(name)).unwrap();
                fs::write(folder.path().join(name).join("a.md"), text).unwrap();
            }
            let link = folder.path().join("docs");
            symlink("one", &link).unwrap();
            let root = DocsRoot::open(&link).unwrap();
            fs::remove_file(&link).unwrap();
            symlink("two", &link).unwrap();
            let text = io::read_to_string(root.file(path("a.md")).open().unwrap()).unwrap();
            assert_eq!(text, "1");
        }

        #[test]
        fn links_of_rules_may_not_run_in_a_circle() {
            let docs = tempfile::tempdir().unwrap();
            symlink("b", docs.path().join("a")).unwrap();
            symlink("a", docs.path().join("b")).unwrap();
            let root = DocsRoot::open(docs.path()).unwrap();
            let error = root.open_rules(&path("a")).unwrap_err().to_string();
            assert!(error.contains("circle"), "{error}");
        }
    }
}
