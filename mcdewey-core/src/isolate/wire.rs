//! What parent and child say to each other.
//!
//! ```text
//! request: u32 length of header | header, JSON {"format","limits","length"} | the file's bytes
//! answer:  u64 length           | document, JSON
//! ```
//!
//! Lengths are little-endian.

use std::io::{Error, ErrorKind, Read, Result, Write};

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::parse::{Format, Limits};

/// Longest header that is taken for one.
const MAX_HEADER: u32 = 64 << 10;

/// What is asked for.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) format: Format,
    pub(super) limits: Limits,
    /// Length of the file, in bytes.
    pub(super) length: u64,
}

pub(super) fn write_request(
    mut output: impl Write,
    format: Format,
    limits: &Limits,
    bytes: &[u8],
) -> Result<()> {
    let header = serde_json::to_vec(&Request {
        format,
        limits: limits.clone(),
        length: bytes.len() as u64,
    })?;
    let length = u32::try_from(header.len()).map_err(Error::other)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&header)?;
    output.write_all(bytes)?;
    output.flush()
}

/// The next request and the file; `None` at the end of the input.
pub(super) fn read_request(mut input: impl Read) -> Result<Option<(Request, Vec<u8>)>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length);
    if length > MAX_HEADER {
        return Err(Error::new(ErrorKind::InvalidData, "the header is too long"));
    }
    let header = read_bytes(&mut input, u64::from(length))?;
    let request: Request = serde_json::from_slice(&header)?;
    let bytes = read_bytes(&mut input, request.length)?;
    Ok(Some((request, bytes)))
}

pub(super) fn write_answer(mut output: impl Write, document: &Document) -> Result<()> {
    let answer = serde_json::to_vec(document)?;
    output.write_all(&(answer.len() as u64).to_le_bytes())?;
    output.write_all(&answer)?;
    output.flush()
}

/// How an answer is no document.
#[derive(Debug)]
pub(super) enum BadAnswer {
    /// It ended early.
    Ended,
    /// It says that it is longer than allowed.
    TooLong,
    /// It is something else.
    Garbage,
}

pub(super) fn read_answer(
    mut input: impl Read,
    max_length: u64,
) -> std::result::Result<Document, BadAnswer> {
    let mut length = [0; 8];
    input
        .read_exact(&mut length)
        .map_err(|_| BadAnswer::Ended)?;
    let length = u64::from_le_bytes(length);
    if length > max_length {
        return Err(BadAnswer::TooLong);
    }
    let answer = read_bytes(input, length).map_err(|_| BadAnswer::Ended)?;
    let document: Document = serde_json::from_slice(&answer).map_err(|_| BadAnswer::Garbage)?;
    if document.is_sound() {
        Ok(document)
    } else {
        Err(BadAnswer::Garbage)
    }
}

/// Memory is taken as the bytes come, not as they are promised.
fn read_bytes(input: impl Read, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let n_read = input.take(length).read_to_end(&mut bytes)?;
    if n_read as u64 == length {
        Ok(bytes)
    } else {
        Err(ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let mut sent = Vec::new();
        let limits = Limits::default().with_max_pages(7);
        write_request(&mut sent, Format::Plain, &limits, b"text").unwrap();
        let mut input = sent.as_slice();
        let (request, bytes) = read_request(&mut input).unwrap().unwrap();
        assert_eq!(request.format, Format::Plain);
        assert_eq!(request.limits, limits);
        assert_eq!(bytes, b"text");
        assert!(read_request(&mut input).unwrap().is_none());
    }

    #[test]
    fn what_is_cut_short_or_no_request_is_refused() {
        let mut sent = Vec::new();
        write_request(&mut sent, Format::Plain, &Limits::default(), b"text").unwrap();
        assert!(read_request(&sent[..sent.len() - 1]).is_err());
        assert!(read_request(&[0xFF; 16][..]).is_err());
        assert!(read_request(&b"\x02\0\0\0{}"[..]).is_err());
    }

    #[test]
    fn a_document_comes_back_as_it_was() {
        let document = crate::parse::parse(
            Format::Markdown,
            b"# A\n\n<!-- page 2 -->\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nls\n```\n",
        );
        assert!(document.blocks.len() > 2);
        let mut sent = Vec::new();
        write_answer(&mut sent, &document).unwrap();
        assert_eq!(read_answer(sent.as_slice(), 1 << 20).unwrap(), document);
        assert!(matches!(
            read_answer(sent.as_slice(), 8),
            Err(BadAnswer::TooLong)
        ));
        assert!(matches!(
            read_answer(&sent[..sent.len() - 1], 1 << 20),
            Err(BadAnswer::Ended)
        ));
    }

    #[test]
    fn positions_that_lie_outside_of_the_text_are_garbage() {
        let answer =
            br#"{"title":null,"date":null,"text":"abc","blocks":[{"kind":"paragraph","span":
            {"start":0,"end":9}}],"sections":[],"pages":[],"problems":[]}"#;
        let mut sent = (answer.len() as u64).to_le_bytes().to_vec();
        sent.extend(answer);
        assert!(matches!(
            read_answer(sent.as_slice(), 1 << 20),
            Err(BadAnswer::Garbage)
        ));
    }
}
