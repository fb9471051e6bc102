//! Which entries of an archive become documents, and what is said of the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::store::Origin;
use super::{
    Archive, ArchiveEntry, ArchiveKind, MAX_ENTRIES, Place, Pool, allowance, name_inside, names,
    shelf_path, tar, zip,
};
use crate::document::{Problem, ProblemKind};
use crate::shelf::{SourcePath, manifest};
use crate::source::content::{MAX_DOCUMENT_BYTES, too_long};
use crate::source::{SourceProblem, folder};

/// What is in an archive.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Its documents and those of the archives in it, by path.
    pub(crate) entries: BTreeMap<SourcePath, Listed>,
    pub(crate) problems: Vec<SourceProblem>,
    /// Whether all of it was seen. What was not is unknown, not gone.
    pub(crate) is_complete: bool,
}

/// A document in an archive.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) entry: ArchiveEntry,
    /// The path that says where it stands on the shelves.
    pub(crate) place: SourcePath,
}

/// What to do with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Want {
    /// It is a document.
    Read,
    /// It is an archive of documents.
    Open,
    /// It is a document that cannot be read, for this reason.
    Advise(String),
    /// It does not matter.
    Pass,
}

/// Lists the documents of the archive at `path`, a `.zip` or a tar. `want` says what becomes of
/// an entry, by its path.
pub(crate) fn list(
    archive: &Arc<Archive>,
    path: &SourcePath,
    want: &dyn Fn(&SourcePath) -> Want,
) -> Listing {
    let mut lister = Lister {
        want,
        entries_left: MAX_ENTRIES,
        bytes_left: u64::MAX,
        listing: Listing {
            is_complete: true,
            ..Listing::default()
        },
        tally: Tally::default(),
        ruled: Vec::new(),
    };
    lister.archive(archive, path, &shelf_path(path), 0);
    lister.finish(path)
}

/// The bytes of a document, or why there are none.
type Content = Result<Vec<u8>, Problem>;

/// Reads every document of an archive that is in memory; `name` says what kind of archive it is.
/// Returns what was left out.
///
/// # Examples
/// ```
/// use mcdewey_core::shelf::SourcePath;
/// use mcdewey_core::source::read_archive;
///
/// let name = SourcePath::new("notes.tar")?;
/// let problems = read_archive(&name, b"no tar".to_vec(), &|_| true, &mut |path, bytes| {
///     println!("{path}: {} bytes", bytes.map_or(0, |bytes| bytes.len()));
/// });
/// assert_eq!(problems[0].source, "notes.tar");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_archive(
    name: &SourcePath,
    bytes: Vec<u8>,
    is_readable: &dyn Fn(&SourcePath) -> bool,
    visit: &mut dyn FnMut(&SourcePath, Content),
) -> Vec<SourceProblem> {
    let Some(kind) = ArchiveKind::of_path(name) else {
        let message = "it is not named like an archive";
        return vec![SourceProblem::whole(
            name,
            ProblemKind::UnsupportedFormat,
            message,
        )];
    };
    let archive = Archive::new(kind, Origin::Memory(bytes.into()), &Pool::default());
    if kind == ArchiveKind::Gz {
        visit(name, archive.only_entry().read());
        return Vec::new();
    }
    let listing = list(&archive, name, &|path| match ArchiveKind::of_path(path) {
        Some(kind) if kind != ArchiveKind::Gz => Want::Open,
        _ if is_readable(&inside(path)) => Want::Read,
        _ => Want::Pass,
    });
    for (path, listed) in &listing.entries {
        visit(path, listed.entry.read());
    }
    listing.problems
}

/// The path of the document at `path`, or of that which is compressed in it.
pub(crate) fn inside(path: &SourcePath) -> SourcePath {
    SourcePath::new(name_inside(path.as_str())).unwrap_or_else(|_| path.clone())
}

/// An entry as the layout of its archive gives it.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// `None` if it is not text.
    pub(super) name: Option<&'a str>,
    pub(super) kind: EntryKind,
    /// Its length, as stated.
    pub(super) len: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Folder,
    Link,
    /// A device, a FIFO, a socket.
    Special,
    Encrypted,
    /// Compressed in a way that is not read.
    Unreadable(&'static str),
}

/// An entry that is to be read.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) path: SourcePath,
    want: Want,
}

pub(super) struct Lister<'a> {
    want: &'a dyn Fn(&SourcePath) -> Want,
    entries_left: usize,
    /// What documents may still expand to.
    bytes_left: u64,
    listing: Listing,
    tally: Tally,
    /// Folders of rule files, which do not count.
    ruled: Vec<SourcePath>,
}

impl Lister<'_> {
    /// Lists an archive that lies in `depth` others.
    fn archive(&mut self, archive: &Arc<Archive>, at: &SourcePath, place: &SourcePath, depth: u8) {
        let packed = match archive.packed().map(|packed| packed.len()) {
            Ok(packed) => packed,
            Err(problem) => {
                self.incomplete(at, problem);
                return;
            }
        };
        let outer = self.bytes_left;
        self.bytes_left = outer.min(allowance(packed));
        let granted = self.bytes_left;
        let inner = match archive.kind {
            ArchiveKind::Zip => zip::list(self, archive, at),
            _ => tar::list(self, archive, at),
        };
        for (admitted, entry) in inner {
            self.take(admitted, entry, at, place, depth);
        }
        self.bytes_left = outer - (granted - self.bytes_left);
    }

    /// Counts an entry; `false` if there are too many.
    pub(super) fn count(&mut self, at: &SourcePath) -> bool {
        if self.entries_left > 0 {
            self.entries_left -= 1;
            return true;
        }
        let message =
            format!("it has more than {MAX_ENTRIES} entries; those after them are not read");
        self.incomplete(at, Problem::new(ProblemKind::TooLarge, "", message));
        false
    }

    /// Decides about an entry of the archive at `at`.
    pub(super) fn admit(&mut self, at: &SourcePath, candidate: &Candidate<'_>) -> Option<Admitted> {
        if candidate.kind == EntryKind::Folder {
            return None;
        }
        let Some(name) = candidate.name else {
            self.refuse("", ProblemKind::FileName, "its name is not UTF-8");
            return None;
        };
        let path = match names::path_of(at, name) {
            Ok(path) => path,
            Err(why) => {
                self.refuse(name, ProblemKind::FileName, why);
                return None;
            }
        };
        let Some(path) = path else {
            // Hidden, and yet it may have been meant to keep something from being seen.
            let file_name = name.rsplit(['/', '\\']).next().unwrap_or(name);
            if file_name == folder::IGNORE_FILE {
                self.rules(at, name);
            }
            return None;
        };
        if path.file_name() == manifest::FILE_NAME {
            self.rules(at, name);
            return None;
        }
        match candidate.kind {
            EntryKind::Link => {
                let why = "symbolic and hard links in archives are not followed";
                self.refuse(name, ProblemKind::Unreadable, why);
                return None;
            }
            EntryKind::Special => {
                let why = "it is a device or a FIFO, which are not read";
                self.refuse(name, ProblemKind::Unreadable, why);
                return None;
            }
            _ => {}
        }
        let want = match (self.want)(&path) {
            Want::Pass => return None,
            Want::Advise(advice) => {
                let kind = ProblemKind::UnsupportedFormat;
                let problem = SourceProblem::whole(&path, kind, advice);
                self.listing.problems.push(problem);
                return None;
            }
            want => want,
        };
        match candidate.kind {
            EntryKind::Encrypted => {
                let why = "it is protected by a password; put it here without one";
                self.refuse(name, ProblemKind::Encrypted, why);
                return None;
            }
            EntryKind::Unreadable(why) => {
                self.refuse(name, ProblemKind::UnsupportedFormat, why);
                return None;
            }
            _ => {}
        }
        if candidate.len > MAX_DOCUMENT_BYTES {
            self.listing
                .problems
                .push(SourceProblem::new(path.as_str(), too_long()));
            return None;
        }
        Some(Admitted { path, want })
    }

    /// Takes `len` bytes of what the archive may expand to; `false` if they are too many.
    pub(super) fn spend(&mut self, admitted: &Admitted, len: u64) -> bool {
        if let Some(left) = self.bytes_left.checked_sub(len) {
            self.bytes_left = left;
            return true;
        }
        let why = "the archive expands to more than a hundred times its size and 50 MB, or to more than 4 GB";
        self.refuse(admitted.path.as_str(), ProblemKind::TooLarge, why);
        self.listing.is_complete = false;
        false
    }

    /// What documents may still expand to.
    pub(super) fn bytes_left(&self) -> u64 {
        self.bytes_left
    }

    /// Takes what came out of an archive that can only be read as a whole.
    pub(super) fn expanded(&mut self, len: u64) {
        self.bytes_left = self.bytes_left.saturating_sub(len);
    }

    /// Turns an entry that was admitted into a document, or opens it if it is an archive.
    fn take(
        &mut self,
        Admitted { path, want }: Admitted,
        mut entry: ArchiveEntry,
        at: &SourcePath,
        place: &SourcePath,
        depth: u8,
    ) {
        let rest = &path.as_str()[at.as_str().len()..];
        let place = SourcePath::new(format!("{place}{rest}")).unwrap_or_else(|_| path.clone());
        if want == Want::Open {
            self.open(entry, &path, &shelf_path(&place), depth);
            return;
        }
        if entry.is_gzip {
            // How long it is shows only when it is unpacked.
            let limit = self.bytes_left.min(MAX_DOCUMENT_BYTES);
            match entry.measure(limit) {
                Ok(measured) => {
                    self.bytes_left -= measured.1;
                    entry.measured = Some(measured);
                }
                Err(problem) => {
                    self.bytes_left -= match problem.kind {
                        ProblemKind::TooLarge => limit,
                        _ => 0,
                    };
                    let problem = SourceProblem::new(path.as_str(), problem);
                    self.listing.problems.push(problem);
                    return;
                }
            }
        }
        let place = if entry.is_gzip {
            shelf_path(&place)
        } else {
            place
        };
        let listed = Listed { entry, place };
        if self.listing.entries.insert(path.clone(), listed).is_some() {
            // As unpacking would leave it.
            let why = "there is another entry of that name; the last one counts";
            self.refuse(path.as_str(), ProblemKind::DuplicateId, why);
        }
    }

    fn open(&mut self, entry: ArchiveEntry, at: &SourcePath, place: &SourcePath, depth: u8) {
        if depth > 0 {
            let why = "it is an archive in an archive in an archive; unpack the outer ones";
            self.refuse(at.as_str(), ProblemKind::Nested, why);
            return;
        }
        let Some(kind) = ArchiveKind::of_path(at) else {
            return;
        };
        let pool = entry.archive.pool.clone();
        let inner = Archive::new(kind, Origin::Entry(Box::new(entry)), &pool);
        self.archive(&inner, at, place, depth + 1);
    }

    /// Says that an archive could not be read to its end.
    pub(super) fn incomplete(&mut self, at: &SourcePath, problem: Problem) {
        self.listing.is_complete = false;
        self.listing
            .problems
            .push(SourceProblem::new(at.as_str(), problem));
    }

    /// Says why an entry is left out, once for all entries with this reason.
    pub(super) fn refuse(&mut self, name: &str, kind: ProblemKind, why: &'static str) {
        self.tally.add(name, kind, why);
    }

    /// An archive comes from a vendor; who may read what is for the operator to say. But the
    /// operator may have packed it: what lies under such a file is better not shown to anybody.
    fn rules(&mut self, at: &SourcePath, name: &str) {
        let why = "a manifest or an ignore file in an archive does not count, and what it stands over is left out, because it may not be for everyone; put it beside the archive";
        if let Some(folder) = names::folder_of(at, name) {
            self.refuse(name, ProblemKind::Unreadable, why);
            self.ruled.push(folder);
        }
    }

    fn finish(mut self, path: &SourcePath) -> Listing {
        let is_ruled = |entry: &SourcePath| {
            self.ruled.iter().any(|folder| {
                let rest = entry.as_str().strip_prefix(folder.as_str());
                rest.is_some_and(|rest| rest.starts_with('/'))
            })
        };
        self.listing.entries.retain(|entry, _| !is_ruled(entry));
        self.listing.problems.extend(self.tally.problems(path));
        self.listing
    }

    /// Takes back what was listed of an archive.
    pub(super) fn entry(
        archive: &Arc<Archive>,
        admitted: &Admitted,
        at: &SourcePath,
        place: Place,
    ) -> ArchiveEntry {
        let path = admitted.path.as_str();
        ArchiveEntry {
            archive: Arc::clone(archive),
            name: path[at.as_str().len() + 1..].to_owned(),
            place,
            is_gzip: admitted.want == Want::Read && name_inside(path) != path,
            measured: None,
        }
    }
}

impl Admitted {
    /// Whether it is one document as it stands, which can be hashed in passing.
    pub(super) fn is_plain(&self) -> bool {
        self.want == Want::Read && name_inside(self.path.as_str()) == self.path.as_str()
    }
}

/// Entries left out, by reason: ten thousand links are one line of the report.
#[derive(Debug, Default)]
struct Tally(BTreeMap<(ProblemKind, &'static str), (String, usize)>);

impl Tally {
    fn add(&mut self, name: &str, kind: ProblemKind, why: &'static str) {
        let first = || (names::shown(name), 0);
        let (_, n_entries) = self.0.entry((kind, why)).or_insert_with(first);
        *n_entries += 1;
    }

    fn problems(self, archive: &SourcePath) -> impl Iterator<Item = SourceProblem> {
        let archive = archive.as_str().to_owned();
        self.0
            .into_iter()
            .map(move |((kind, why), (first, n_entries))| {
                let message = match n_entries {
                    1 => why.to_owned(),
                    n_entries => format!("{why} ({n_entries} entries)"),
                };
                let place = format!("entry {first}");
                SourceProblem::new(archive.clone(), Problem::new(kind, place, message))
            })
    }
}
