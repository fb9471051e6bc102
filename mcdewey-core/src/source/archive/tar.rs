//! tar: entries one after the other, each behind its header. It is read through once, and what
//! is a document is hashed in passing.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use tar::{Entry, EntryType};

use super::list::{Admitted, Candidate, EntryKind, Lister};
use super::{
    Archive, ArchiveEntry, ArchiveKind, MAX_EXPANDED_BYTES, MAX_HEADER_BYTES, Over, Place, is_over,
};
use crate::document::{Problem, ProblemKind};
use crate::shelf::SourcePath;
use crate::source::content;

/// The entries of `archive` that are to be read.
pub(super) fn list(
    lister: &mut Lister<'_>,
    archive: &Arc<Archive>,
    at: &SourcePath,
) -> Vec<(Admitted, ArchiveEntry)> {
    let packed = match archive.packed() {
        Ok(packed) => packed,
        Err(problem) => {
            lister.incomplete(at, problem);
            return Vec::new();
        }
    };
    let is_compressed = archive.kind == ArchiveKind::TarGz;
    let limit = if is_compressed {
        lister.bytes_left()
    } else {
        MAX_EXPANDED_BYTES
    };
    let gates = Gates {
        header: Rc::new(Cell::new(0)),
        total: Rc::new(Cell::new(limit)),
    };
    let input: Box<dyn Read> = if is_compressed {
        Box::new(MultiGzDecoder::new(packed.reader()))
    } else {
        Box::new(io::BufReader::new(packed.reader()))
    };
    let input = Gated {
        input,
        gates: gates.clone(),
    };
    let mut entries = Vec::new();
    let walked = walk(lister, archive, at, input, &gates, &mut entries);
    if is_compressed {
        lister.expanded(limit - gates.total.get());
    }
    match walked {
        Ok(n_entries) if n_entries > 0 => {}
        Ok(_) => {
            let message = "it holds nothing, or is no tar archive";
            lister.incomplete(at, Problem::new(ProblemKind::Damaged, "", message));
        }
        Err(error) if is_over(&error) => {
            let message = format!(
                "it expands to more than a hundred times its size and 50 MB, or to more than 4 GB; its first {} documents are read",
                entries.len()
            );
            lister.incomplete(at, Problem::new(ProblemKind::TooLarge, "", message));
        }
        Err(error) => {
            let message = format!(
                "it is no tar archive, or is damaged, and is read as far as it goes: {error}"
            );
            lister.incomplete(at, Problem::new(ProblemKind::Damaged, "", message));
        }
    }
    entries
}

/// Walks through all entries; returns how many there are.
fn walk(
    lister: &mut Lister<'_>,
    archive: &Arc<Archive>,
    at: &SourcePath,
    input: Gated,
    gates: &Gates,
    entries: &mut Vec<(Admitted, ArchiveEntry)>,
) -> io::Result<usize> {
    let mut tar = tar::Archive::new(input);
    let mut walk = tar.entries()?;
    let mut n_entries = 0;
    loop {
        // Long names are read into memory, so they must not be as long as the archive.
        gates.header.set(MAX_HEADER_BYTES);
        let Some(entry) = walk.next() else {
            break;
        };
        let mut entry = entry?;
        gates.header.set(u64::MAX);
        n_entries += 1;
        if !lister.count(at) {
            return Ok(n_entries);
        }
        let len = entry.size();
        let kind = kind_of(&mut entry)?;
        let Some(kind) = kind else { continue };
        let name = entry.path_bytes().into_owned();
        let candidate = Candidate {
            name: std::str::from_utf8(&name).ok(),
            kind,
            len,
        };
        let admitted = lister.admit(at, &candidate);
        let (hash, n_read) = match &admitted {
            Some(admitted) if admitted.is_plain() => {
                let (hash, n_read) = content::hash(&mut entry)?;
                (Some(hash), n_read)
            }
            // Holes are not in the archive and take no time to pass.
            _ if kind == EntryKind::Unreadable(SPARSE) => continue,
            _ => (None, io::copy(&mut entry, &mut io::sink())?),
        };
        if n_read < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(admitted) = admitted {
            let offset = entry.raw_file_position();
            let place = Place::Tar { offset, len };
            let mut entry = Lister::entry(archive, &admitted, at, place);
            entry.measured = hash.map(|hash| (hash, len));
            entries.push((admitted, entry));
        }
    }
    // The checksum of a gzip stands behind the end of the tar.
    if archive.kind == ArchiveKind::TarGz {
        gates.header.set(u64::MAX);
        io::copy(&mut tar.into_inner(), &mut io::sink())?;
    }
    Ok(n_entries)
}

const SPARSE: &str = "it is a sparse file, which is not read; pack it without `--sparse`";

/// What an entry is; `None` for what only describes others.
fn kind_of(entry: &mut Entry<'_, impl Read>) -> io::Result<Option<EntryKind>> {
    Ok(Some(match entry.header().entry_type() {
        EntryType::Regular | EntryType::Continuous => {
            if is_pax_sparse(entry)? {
                EntryKind::Unreadable(SPARSE)
            } else {
                EntryKind::File
            }
        }
        EntryType::Directory => EntryKind::Folder,
        EntryType::Link | EntryType::Symlink => EntryKind::Link,
        EntryType::Char | EntryType::Block | EntryType::Fifo => EntryKind::Special,
        EntryType::GNUSparse => EntryKind::Unreadable(SPARSE),
        _ => return Ok(None),
    }))
}

/// The newer form of sparse files: a regular entry whose data begins with a map of its holes.
fn is_pax_sparse(entry: &mut Entry<'_, impl Read>) -> io::Result<bool> {
    let Some(extensions) = entry.pax_extensions()? else {
        return Ok(false);
    };
    let mut keys = extensions.flatten();
    Ok(keys.any(|extension| extension.key_bytes().starts_with(b"GNU.sparse.")))
}

/// How much may still be read: of the next header, and of everything.
#[derive(Debug, Clone)]
struct Gates {
    header: Rc<Cell<u64>>,
    total: Rc<Cell<u64>>,
}

struct Gated {
    input: Box<dyn Read>,
    gates: Gates,
}

impl Read for Gated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.gates.header.get().min(self.gates.total.get());
        if left == 0 {
            // The limit may be the very end.
            return match self.input.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::Error::other(Over)),
            };
        }
        let len = usize::try_from(left).map_or(buffer.len(), |left| buffer.len().min(left));
        let n_read = self.input.read(&mut buffer[..len])?;
        for gate in [&self.gates.header, &self.gates.total] {
            gate.set(gate.get() - n_read as u64);
        }
        Ok(n_read)
    }
}
