//! Raw vectors in an immutable file below `vectors/`.
//!
//! ```text
//! offset           bytes       content, little-endian
//! 0                8           "MCDVEC1\n"
//! 8                4           dim
//! 12               4           n_rows
//! 16               48          zero
//! 64               8 n_rows    row ids, strictly ascending
//!                  16 n_rows   text keys
//!                  4 dim n_rows  f32 vectors, unit length
//! ```

use std::path::Path;
use std::sync::Arc;

use super::super::files::{self, FileRef, Unchecked};
use super::super::mapped::Mapped;
use crate::engine::TextKey;
use crate::{Error, Result};

const MAGIC: &[u8; 8] = b"MCDVEC1\n";
const HEADER: usize = 64;

/// Rows of one segment at most, so that one graph is built in minutes on one thread. Chosen by
/// hand: 131 072 rows of 384 dimensions are 200 MB.
pub(in super::super) const MAX_ROWS: usize = 131_072;

/// A row to be written: id, text, vector.
pub(in super::super) type Row<'a> = (u64, TextKey, &'a [f32]);

/// Writes `rows`, ascending by id, as segment `name`.
pub(in super::super) fn write_segment(
    index: &Path,
    name: &str,
    dim: usize,
    rows: &[Row<'_>],
) -> Result<FileRef> {
    files::write(index, format!("vectors/{name}.vec"), |output| {
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[8..12].copy_from_slice(&to_u32(dim).to_le_bytes());
        header[12..16].copy_from_slice(&to_u32(rows.len()).to_le_bytes());
        output.write_all(&header)?;
        for (id, _, _) in rows {
            output.write_all(&id.to_le_bytes())?;
        }
        for (_, key, _) in rows {
            output.write_all(&key.to_bytes())?;
        }
        for (_, _, vector) in rows {
            for component in *vector {
                output.write_all(&component.to_le_bytes())?;
            }
        }
        Ok(())
    })
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).expect("a segment holds at most MAX_ROWS rows of a model's dimension")
}

/// A segment whose checksum was right when it was opened.
#[derive(Debug)]
pub(in super::super) struct Segment {
    bytes: Arc<Mapped>,
    dim: usize,
    n_rows: usize,
}

impl Segment {
    /// Opens a segment of vectors of length `dim`.
    pub(in super::super) fn open(index: &Path, file: &FileRef, dim: usize) -> Result<Self> {
        Self::read(&files::map(index, file), dim)
    }

    /// As [`Self::open`], from a mapped file.
    pub(in super::super) fn read(file: &Unchecked, dim: usize) -> Result<Self> {
        let bytes = file.check()?;
        let corrupt = |detail: &str| Error::Corrupt {
            path: file.path().to_path_buf(),
            detail: detail.to_owned(),
        };
        let header = bytes
            .get(..HEADER)
            .filter(|header| header.starts_with(MAGIC))
            .ok_or_else(|| corrupt("it is not a vector segment"))?;
        let number = |at: usize| {
            let bytes = header[at..at + 4].try_into().expect("four bytes");
            u32::from_le_bytes(bytes) as usize
        };
        let (found_dim, n_rows) = (number(8), number(12));
        if found_dim != dim || bytes.len() != HEADER + n_rows * (24 + 4 * dim) {
            return Err(corrupt("its header does not fit its length"));
        }
        Ok(Self { bytes, dim, n_rows })
    }

    pub(in super::super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Ids of the rows, ascending.
    pub(in super::super) fn row_ids(&self) -> impl Iterator<Item = u64> + '_ {
        let bytes = &self.bytes[HEADER..HEADER + 8 * self.n_rows];
        bytes
            .as_chunks::<8>()
            .0
            .iter()
            .map(|id| u64::from_le_bytes(*id))
    }

    /// Keys of the rows' texts.
    pub(in super::super) fn keys(&self) -> impl Iterator<Item = TextKey> + '_ {
        let start = HEADER + 8 * self.n_rows;
        let bytes = &self.bytes[start..start + 16 * self.n_rows];
        bytes
            .as_chunks::<16>()
            .0
            .iter()
            .map(|key| TextKey::from_bytes(*key))
    }

    /// The vector of row `row`, shape `[dim]`.
    pub(in super::super) fn vector(&self, row: usize) -> &[f32] {
        let start = HEADER + 24 * self.n_rows + 4 * self.dim * row;
        // Maps begin on a page and all parts before are multiples of four bytes.
        bytemuck::cast_slice(&self.bytes[start..start + 4 * self.dim])
    }
}

#[cfg(target_endian = "big")]
compile_error!("vector segments are read in place and are little-endian");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_back_as_written() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("vectors")).expect("a folder");
        let rows = [
            (3, TextKey::of("a"), &[1.0, 0.0, 0.0][..]),
            (7, TextKey::of("b"), &[0.0, 0.6, 0.8][..]),
        ];
        let file = write_segment(folder.path(), "1", 3, &rows).expect("written");
        let segment = Segment::open(folder.path(), &file, 3).expect("sound");
        assert_eq!(segment.row_ids().collect::<Vec<_>>(), [3, 7]);
        let keys: Vec<_> = segment.keys().collect();
        assert_eq!(keys, [TextKey::of("a"), TextKey::of("b")]);
        assert_eq!(segment.vector(1), [0.0, 0.6, 0.8]);
    }

    #[test]
    fn a_segment_of_another_dimension_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("vectors")).expect("a folder");
        let rows = [(0, TextKey::of("a"), &[1.0, 0.0][..])];
        let file = write_segment(folder.path(), "1", 2, &rows).expect("written");
        Segment::open(folder.path(), &file, 3).expect_err("dimension differs");
    }
}
