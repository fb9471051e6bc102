//! A document that is a ZIP file inside: its parts by name, within limits.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::ControlFlow;

use super::builder::Builder;
use crate::document::{Document, Problem, ProblemKind};
use crate::zipped::{self, Member, MemberKind};

/// Parts of a document. Chosen by hand: a book of a thousand chapters has two thousand.
const MAX_PARTS: usize = 20_000;

/// What may be read of a document, all parts together, however large it is: what is read is held
/// in memory, and so is what is made of it. Chosen by hand: the text of some ten thousand pages.
const MAX_PARTS_BYTES: u64 = 100_000_000;

/// How many times larger than the file its parts may be, and how many bytes more. XML with much
/// mark-up compresses to a thirtieth; DEFLATE can at most reach a thousandth, which only bombs do.
const MAX_RATIO: u64 = 100;
const FREE_BYTES: u64 = 4_000_000;

/// How many times longer than the file its text may be, and how many bytes more. Text compresses
/// to a third, and tables of the same few words to a tenth. Documents are prepared by the
/// megabyte, so this bounds what is in memory at a time.
const MAX_TEXT_RATIO: usize = 20;
const FREE_TEXT_BYTES: usize = 1_000_000;

/// The parts of a document.
#[derive(Debug)]
pub(super) struct Package<'a> {
    bytes: &'a [u8],
    members: HashMap<String, Member>,
    left: Cell<u64>,
}

/// A part as far as it could be read.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) bytes: Vec<u8>,
    /// What is missing, or may be wrong with it.
    pub(super) problem: Option<Problem>,
}

impl<'a> Package<'a> {
    /// Reads the directory of a ZIP file.
    ///
    /// # Errors
    /// Why there is nothing to read.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Problem> {
        if let Some(problem) = password(bytes) {
            return Err(problem);
        }
        let mut members = HashMap::new();
        let mut spans = Vec::new();
        let mut is_encrypted = false;
        let read = zipped::members(bytes, bytes.len() as u64, &mut |member| {
            spans.push(member.span.clone());
            is_encrypted |= member.kind == MemberKind::Encrypted;
            if member.kind == MemberKind::File {
                // Two parts of one name are told apart by programs, each in its own way.
                members.entry(key(&member.name)).or_insert(member);
            }
            if spans.len() > MAX_PARTS {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let problem = |kind, message: String| Err(Problem::new(kind, "", message));
        if let Err(error) = read {
            let message = format!("it is no such file, or is cut off: {error}");
            return problem(ProblemKind::Damaged, message);
        }
        if spans.len() > MAX_PARTS {
            let message = format!("it has more than {MAX_PARTS} parts");
            return problem(ProblemKind::TooLarge, message);
        }
        if zipped::overlap(spans) {
            let message = "its parts overlap, as in a ZIP bomb; nothing of it is read";
            return problem(ProblemKind::Damaged, message.to_owned());
        }
        if is_encrypted {
            let message = "it is protected by a password";
            return problem(ProblemKind::Encrypted, message.to_owned());
        }
        Ok(Self {
            bytes,
            members,
            left: Cell::new(limit(bytes)),
        })
    }

    /// The part of this name, whatever its case; `None` if there is none.
    pub(super) fn part(&self, name: &str) -> Option<Part> {
        let member = self.members.get(&key(name))?;
        let left = self.left.get();
        let problem =
            |kind, message: String| Some(Problem::new(kind, format!("part {name}"), message));
        if member.len() > left {
            let message = format!(
                "the parts of the document expand to more than {} MB; this one is not read",
                limit(self.bytes) / 1_000_000
            );
            return Some(Part {
                bytes: Vec::new(),
                problem: problem(ProblemKind::TooLarge, message),
            });
        }
        let mut bytes = Vec::new();
        let read = member.with_content(self.bytes, self.bytes.len() as u64, &mut |content| {
            // Piece by piece, so that what comes before damage is kept.
            let mut buffer = vec![0; 64 << 10];
            loop {
                let n_read = content.read(&mut buffer)?;
                if n_read == 0 {
                    return Ok(());
                }
                bytes.extend_from_slice(&buffer[..n_read]);
            }
        });
        self.left.set(left.saturating_sub(bytes.len() as u64));
        let problem = match read {
            Ok(()) => None,
            Err(error) => problem(
                ProblemKind::Damaged,
                format!("it is damaged; what could be read is kept: {error}"),
            ),
        };
        Some(Part { bytes, problem })
    }

    /// Says of a document without text that it holds pictures, which may be of text.
    pub(super) fn pictures_only(&self, builder: &mut Builder) {
        let is_picture = |name: &String| {
            let extension = name.rsplit_once('.').map(|(_, extension)| extension);
            matches!(
                extension,
                Some("jpg" | "jpeg" | "png" | "gif" | "tif" | "tiff" | "webp" | "emf")
            )
        };
        if builder.is_empty() && self.members.keys().any(is_picture) {
            let message =
                "it holds pictures and no text; if they are of text, it must be recognised first";
            builder.problem(ProblemKind::ImageOnly, "", message);
        }
    }

    /// How long the text of the document may become.
    pub(super) fn max_text_len(&self) -> usize {
        self.bytes.len() * MAX_TEXT_RATIO + FREE_TEXT_BYTES
    }
}

/// What may be read of the document in `bytes`, all parts together.
fn limit(bytes: &[u8]) -> u64 {
    (bytes.len() as u64 * MAX_RATIO + FREE_BYTES).min(MAX_PARTS_BYTES)
}

/// Names are compared without case, and some programs write them from the root.
fn key(name: &str) -> String {
    name.trim_start_matches('/')
        .replace('\\', "/")
        .to_ascii_lowercase()
}

/// Documents with a password are files of an older kind, in which there is one called
/// `EncryptedPackage`. Word documents before 2007 are of that kind, too.
fn password(bytes: &[u8]) -> Option<Problem> {
    const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    if !bytes.starts_with(COMPOUND_FILE) {
        return None;
    }
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let is_encrypted = bytes.windows(name.len()).any(|window| window == name);
    Some(if is_encrypted {
        let message = "it is protected by a password; save it without one";
        Problem::new(ProblemKind::Encrypted, "", message)
    } else {
        let message = "it is a document of Word before 2007; save it as .docx";
        Problem::new(ProblemKind::UnsupportedFormat, "", message)
    })
}

/// The document that has nothing but this problem.
pub(super) fn unread(problem: Problem) -> Document {
    Document {
        problems: vec![problem],
        ..Document::default()
    }
}

/// The path to which `reference` leads from a part in `folder`; without what follows `#` or `?`.
pub(super) fn resolve(folder: &str, reference: &str) -> Option<String> {
    let path = reference.split(['#', '?']).next().unwrap_or_default();
    let path = unescape(path);
    let mut names: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|name| !name.is_empty()).collect(),
    };
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            _ => names.push(name),
        }
    }
    (!names.is_empty()).then(|| names.join("/"))
}

/// Takes `%20` and the like for what they stand for.
fn unescape(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let byte = match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let digit = |digit: &u8| char::from(*digit).to_digit(16);
                match (digit(high), digit(low)) {
                    (Some(high), Some(low)) => {
                        rest = after;
                        bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                        continue;
                    }
                    _ => b'%',
                }
            }
            _ => *first,
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

/// A document with these parts, not compressed.
#[cfg(test)]
pub(super) fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    write(parts, rawzip::CompressionMethod::STORE)
}

/// A document with these parts, compressed.
#[cfg(test)]
pub(super) fn deflated(parts: &[(&str, &str)]) -> Vec<u8> {
    write(parts, rawzip::CompressionMethod::DEFLATE)
}

#[cfg(test)]
fn write(parts: &[(&str, &str)], method: rawzip::CompressionMethod) -> Vec<u8> {
    use std::io::Write;
    let mut bytes = Vec::new();
    let mut zip = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (name, content) in parts {
        let entry = zip.new_file(*name).compression_method(method);
        let (mut entry, config) = entry.start().unwrap();
        let content = content.as_bytes();
        let descriptor = if method == rawzip::CompressionMethod::STORE {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(content).unwrap();
            writer.finish().unwrap().1
        } else {
            let encoder =
                flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::best());
            let mut writer = config.wrap(encoder);
            writer.write_all(content).unwrap();
            let (encoder, descriptor) = writer.finish().unwrap();
            encoder.finish().unwrap();
            descriptor
        };
        entry.finish(descriptor).unwrap();
    }
    zip.finish().unwrap();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_a_bomb_is_not_read() {
        let bytes = deflated(&[("bomb.xml", &" ".repeat(20_000_000)), ("a.xml", "<a/>")]);
        let package = Package::open(&bytes).unwrap();
        let part = package.part("bomb.xml").unwrap();
        assert!(part.bytes.is_empty());
        assert_eq!(part.problem.unwrap().kind, ProblemKind::TooLarge);
        assert_eq!(package.part("/A.XML").unwrap().bytes, b"<a/>");
    }

    #[test]
    fn references_lead_from_the_folder_of_a_part() {
        let leads_to = |folder, reference| resolve(folder, reference);
        assert_eq!(
            leads_to("OEBPS", "text/a%20b.xhtml#c").as_deref(),
            Some("OEBPS/text/a b.xhtml")
        );
        assert_eq!(
            leads_to("OEBPS/text", "../a.xhtml").as_deref(),
            Some("OEBPS/a.xhtml")
        );
        assert_eq!(
            leads_to("word", "/docProps/core.xml").as_deref(),
            Some("docProps/core.xml")
        );
        assert_eq!(leads_to("a", "../../b"), None);
        assert_eq!(leads_to("", "#x"), None);
        assert_eq!(leads_to("", "100%.xhtml%").as_deref(), Some("100%.xhtml%"));
    }
}
