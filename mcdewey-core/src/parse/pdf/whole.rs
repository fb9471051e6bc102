//! A page in, whether all of its content could be unpacked out.
//!
//! The crate that unpacks streams gives what it can of a damaged one, as viewers want it. Whoever
//! reads a manual wants to know that there was more.

use flate2::{Decompress, FlushDecompress, Status};
use hayro_syntax::Filter;
use hayro_syntax::object::{Array, Stream};
use hayro_syntax::page::Page;

/// Bytes that are unpacked at a time.
const BUFFER: usize = 64 << 10;

/// Length of what stands before data in zlib's format, and of the checksum behind it.
const ZLIB_HEADER: usize = 2;
const ZLIB_CHECKSUM: u64 = 4;

/// Whether the content of a page is whole, as far as its streams tell.
pub(super) fn is_whole(page: &Page<'_>) -> bool {
    let dict = page.raw();
    if let Some(parts) = dict.get::<Array<'_>>("Contents") {
        let streams: Vec<Stream<'_>> = parts.iter::<Stream<'_>>().collect();
        // What is referred to may be missing.
        return streams.len() == parts.raw_iter().count() && streams.iter().all(is_whole_stream);
    }
    match dict.get::<Stream<'_>>("Contents") {
        Some(stream) => is_whole_stream(&stream),
        None => !dict.contains_key("Contents"),
    }
}

fn is_whole_stream(stream: &Stream<'_>) -> bool {
    match stream.filters().as_slice() {
        [Filter::FlateDecode] => is_whole_zlib(&stream.raw_data()),
        _ => stream.decoded_data().is_ok(),
    }
}

/// Some programs leave out the checksum, or the header as well.
fn is_whole_zlib(data: &[u8]) -> bool {
    data.is_empty()
        || ends(data, true).is_some()
        || ends(data, false).is_some()
        || data.get(ZLIB_HEADER..).is_some_and(|data| {
            ends(data, false).is_some_and(|n_read| data.len() as u64 - n_read < ZLIB_CHECKSUM)
        })
}

/// How many bytes there are up to the end of the packed data, if it has one and is right.
fn ends(data: &[u8], is_zlib: bool) -> Option<u64> {
    let mut unpacker = Decompress::new(is_zlib);
    let mut buffer = vec![0; BUFFER];
    loop {
        let (n_read, n_written) = (unpacker.total_in(), unpacker.total_out());
        let rest = &data[usize::try_from(n_read).ok()?..];
        let status = unpacker.decompress(rest, &mut buffer, FlushDecompress::None);
        match status.ok()? {
            Status::StreamEnd => return Some(unpacker.total_in()),
            _ if (unpacker.total_in(), unpacker.total_out()) == (n_read, n_written) => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"Untagged frames belong to the native VLAN, tagged ones to theirs.";

    #[test]
    fn a_missing_checksum_or_header_is_no_damage_and_a_wrong_one_is() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(TEXT).unwrap();
        let zlib = encoder.finish().unwrap();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(TEXT).unwrap();
        let deflate = encoder.finish().unwrap();
        assert!(is_whole_zlib(&zlib) && is_whole_zlib(&deflate));
        assert!(is_whole_zlib(&[&zlib[..], b"\r\n"].concat()));
        assert!(is_whole_zlib(&zlib[..zlib.len() - 4]));
        assert!(!is_whole_zlib(&zlib[..zlib.len() - 5]));
        assert!(is_whole_zlib(b"") && !is_whole_zlib(b"x"));
        for at in ZLIB_HEADER..zlib.len() {
            let mut damaged = zlib.clone();
            damaged[at] ^= 1;
            assert!(!is_whole_zlib(&damaged), "byte {at}");
        }
    }

    #[test]
    fn more_than_a_buffer_is_read_to_its_end() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&TEXT.repeat(10_000)).unwrap();
        let zlib = encoder.finish().unwrap();
        assert!(is_whole_zlib(&zlib));
        assert!(!is_whole_zlib(&zlib[..zlib.len() / 2]));
    }
}
