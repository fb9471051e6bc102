//! A file mapped into memory; the only `unsafe` code of the crate.
#![expect(
    unsafe_code,
    reason = "a memory map is unsafe by nature, see `Mapped::open`"
)]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// The bytes of an immutable file.
pub(super) struct Mapped(Option<Mmap>);

impl Mapped {
    /// Maps `path`. The file must be one that nobody writes to in place.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(Self(None));
        }
        // SAFETY: index files are written under another name, renamed, and never changed
        // afterwards; old ones are unlinked, which leaves existing maps intact. Someone who
        // truncates a live index file by hand can still raise SIGBUS, as with any memory map.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self(Some(map)))
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl std::fmt::Debug for Mapped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Mapped({} bytes)", self.len())
    }
}
