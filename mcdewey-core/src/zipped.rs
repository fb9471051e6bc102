//! A ZIP file in, its members out; used for archives and for formats that are ZIP files inside.
//!
//! ```text
//! [local header, data] [local header, data] ... [directory: name, length, place] [end]
//! ```
//!
//! The directory at the end is what counts. It is read member by member, so that a file which
//! claims to have billions of them costs nothing. That two members share bytes is how a small file
//! becomes a large one; no program that means well writes such a file.
//!
//! # Source
//! APPNOTE.TXT, <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>; the bomb of
//! overlapping members: D. Fifield, "A better zip bomb", WOOT 2019.

use std::io::{self, Read};
use std::ops::{ControlFlow, Range};

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, RECOMMENDED_BUFFER_SIZE, ReaderAt,
    ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipLocator,
};

/// A file, folder or something else in a ZIP file.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) kind: MemberKind,
    /// Where its header and data lie, at least.
    pub(crate) span: Range<u64>,
    /// Where the directory speaks of it.
    pub(crate) listed_at: u64,
    place: ZipArchiveEntryWayfinder,
    is_compressed: bool,
    #[cfg(feature = "archives")]
    crc32: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberKind {
    File,
    Folder,
    Link,
    /// A device, a FIFO, a socket.
    Special,
    Encrypted,
    /// Compressed by something other than DEFLATE.
    UnknownMethod,
}

/// Shows `visit` the members of a ZIP file of `len` bytes, in the order of the directory, until
/// it has enough.
///
/// # Errors
/// What is wrong with the directory. The members before that place have been shown.
pub(crate) fn members<R: ReaderAt>(
    reader: R,
    len: u64,
    visit: &mut dyn FnMut(Member) -> ControlFlow<()>,
) -> io::Result<()> {
    let zip = open(reader, len)?;
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let mut entries = zip.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(io::Error::other)? {
        if visit(Member::new(&entry)).is_break() {
            break;
        }
    }
    Ok(())
}

/// Whether any two of these overlap.
pub(crate) fn overlap(mut spans: Vec<Range<u64>>) -> bool {
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    spans.windows(2).any(|pair| pair[0].end > pair[1].start)
}

fn open<R: ReaderAt>(reader: R, len: u64) -> io::Result<ZipArchive<R>> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    ZipLocator::new()
        .locate_in_reader(reader, &mut buffer, len)
        .map_err(|(_, error)| io::Error::other(error))
}

impl Member {
    fn new(entry: &ZipFileHeaderRecord<'_>) -> Self {
        /// Length of a local header without the name and what else follows it.
        const LOCAL_HEADER: u64 = 30;
        let name = entry.file_path().as_bytes();
        let start = entry.local_header_offset();
        let len = LOCAL_HEADER + name.len() as u64;
        let end = start.saturating_add(len.saturating_add(entry.compressed_size_hint()));
        Self {
            name: decode(name),
            kind: kind_of(entry),
            span: start..end,
            listed_at: entry.central_directory_offset(),
            place: entry.wayfinder(),
            is_compressed: entry.compression_method() == CompressionMethod::DEFLATE,
            #[cfg(feature = "archives")]
            crc32: entry.crc32(),
        }
    }

    /// Its length, as the directory gives it.
    pub(crate) fn len(&self) -> u64 {
        self.place.uncompressed_size_hint()
    }

    /// Lets `work` read its content from the file that it was found in. Reading fails where the
    /// content is longer than [`Member::len`], or shorter, or its checksum is another.
    ///
    /// # Errors
    /// If the file cannot be read or is damaged, or `work` fails.
    pub(crate) fn with_content<R: ReaderAt>(
        &self,
        reader: R,
        len: u64,
        work: &mut dyn FnMut(&mut dyn Read) -> io::Result<()>,
    ) -> io::Result<()> {
        let zip = open(reader, len)?;
        let entry = zip.get_entry(self.place).map_err(io::Error::other)?;
        let content = entry.reader();
        if self.is_compressed {
            work(&mut entry.verifying_reader(DeflateDecoder::new(content)))
        } else {
            work(&mut entry.verifying_reader(content))
        }
    }

    /// BLAKE3 of its content as it is packed, and of how it is packed.
    ///
    /// # Errors
    /// If the file cannot be read.
    #[cfg(feature = "archives")]
    pub(crate) fn packed_hash<R: ReaderAt>(&self, reader: R, len: u64) -> io::Result<blake3::Hash> {
        let zip = open(reader, len)?;
        let entry = zip.get_entry(self.place).map_err(io::Error::other)?;
        let mut hasher = blake3::Hasher::new();
        let method: &[u8] = if self.is_compressed {
            b"deflated"
        } else {
            b"stored"
        };
        hasher.update(method);
        hasher.update(&self.crc32.to_le_bytes());
        hasher.update(&self.len().to_le_bytes());
        io::copy(&mut entry.reader(), &mut hasher)?;
        Ok(hasher.finalize())
    }
}

fn kind_of(entry: &ZipFileHeaderRecord<'_>) -> MemberKind {
    const TYPE: u32 = 0o170_000;
    const REGULAR: u32 = 0o100_000;
    let mode = entry.mode();
    let flags = entry.flags();
    if entry.is_dir() {
        MemberKind::Folder
    } else if mode.is_symlink() {
        MemberKind::Link
    } else if !matches!(mode.value() & TYPE, 0 | REGULAR) {
        MemberKind::Special
    } else if flags.is_encrypted() || flags.has_strong_encryption() || flags.is_masked() {
        MemberKind::Encrypted
    } else if matches!(
        entry.compression_method(),
        CompressionMethod::STORE | CompressionMethod::DEFLATE
    ) {
        MemberKind::File
    } else {
        MemberKind::UnknownMethod
    }
}

/// A name is UTF-8, often without saying so, or else in the code page of the first PCs.
fn decode(name: &[u8]) -> String {
    /// Bytes from 0x80 of code page 437.
    const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
        └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    std::str::from_utf8(name).map_or_else(
        |_| {
            let high = |byte: u8| CODE_PAGE_437.chars().nth(usize::from(byte) - 0x80);
            let decode = |&byte: &u8| match byte {
                ..0x80 => char::from(byte),
                _ => high(byte).unwrap_or(char::REPLACEMENT_CHARACTER),
            };
            name.iter().map(decode).collect()
        },
        str::to_owned,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utf_8_or_of_the_old_code_page() {
        assert_eq!(decode("Übersicht.md".as_bytes()), "Übersicht.md");
        assert_eq!(decode(b"\x9abersicht\xff.md"), "Übersicht\u{a0}.md");
    }

    #[test]
    fn neighbours_do_not_overlap() {
        assert!(!overlap(vec![10..20, 0..10, 20..30]));
        assert!(overlap(vec![10..21, 0..10, 20..30]));
        assert!(overlap(vec![5..6, 5..6]));
    }
}
