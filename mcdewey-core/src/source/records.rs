//! JSON lines in the layout of BEIR: one `{"_id", "title", "text"}` object a line.
//!
//! A record may also carry `vendor`, `product`, `version`, `document` and `url`, or have them in its
//! `metadata`, where BEIR puts such things; any other field is passed over. Records whose `_id`
//! names their version, as `15/vlan.html` does, are versions of one document, `vlan.html`.
//!
//! # Source
//! The corpus layout of BEIR, <https://github.com/beir-cellar/beir>.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{Content, Item, MAX_DOCUMENT_BYTES, Scan, SourceProblem, content};
use crate::document::{Problem, ProblemKind};
use crate::shelf::{DocumentId, Shelf, without_version};
use crate::{Error, Result};

/// Reads the records of `file`.
///
/// # Errors
/// [`Error::Io`] if it cannot be read to its end.
pub(super) fn scan(file: &Path) -> Result<Scan> {
    let reader = BufReader::new(File::open(file).map_err(Error::io("read", file))?);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    read(reader, &name).map_err(Error::io("read", file))
}

/// Reads records in the layout of BEIR, one a line. `name` is what problems call their source.
///
/// # Errors
/// If `reader` fails.
pub fn read(mut reader: impl BufRead, name: &str) -> io::Result<Scan> {
    let mut scan = Scan::default();
    let mut first_line_of = HashMap::new();
    let mut line = Vec::new();
    for number in 1.. {
        if !next_line(&mut reader, &mut line)? {
            break;
        }
        if line.len() as u64 > MAX_DOCUMENT_BYTES {
            let problem = at_line(number, ProblemKind::TooLarge, content::too_long().message);
            scan.problems.push(SourceProblem::new(name, problem));
            continue;
        }
        match parse(&line, number) {
            Ok(None) => {}
            Ok(Some(record)) => {
                let first = *first_line_of.entry(record.id.clone()).or_insert(number);
                if first == number {
                    scan.items.push(record.into_item());
                } else {
                    scan.problems
                        .push(duplicate(name, number, &record.id, first));
                }
            }
            Err(message) => {
                let problem = at_line(number, ProblemKind::MalformedRecord, message);
                scan.problems.push(SourceProblem::new(name, problem));
            }
        }
    }
    Ok(scan)
}

/// Reads the next line, of a longer one than a document may be only so much as tells that it is.
/// `false` at the end.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    const LIMIT: u64 = MAX_DOCUMENT_BYTES + 1;
    line.clear();
    let n_read = reader.by_ref().take(LIMIT).read_until(b'\n', line)?;
    if n_read as u64 == LIMIT && !line.ends_with(b"\n") {
        reader.skip_until(b'\n')?;
    }
    Ok(n_read > 0)
}

fn duplicate(name: &str, number: u64, id: &str, first: u64) -> SourceProblem {
    let message = format!("`_id` `{id}` was used on line {first} already");
    SourceProblem::new(name, at_line(number, ProblemKind::DuplicateId, message))
}

fn at_line(number: u64, kind: ProblemKind, message: String) -> Problem {
    Problem::new(kind, format!("line {number}"), message)
}

/// The record of a line, or `None` if the line is blank.
fn parse(line: &[u8], number: u64) -> Result<Option<Record>, String> {
    let text = std::str::from_utf8(line).map_err(|error| format!("not UTF-8: {error}"))?;
    let text = match number {
        // Some editors open a UTF-8 file with a byte order mark, which JSON does not know.
        1 => text.strip_prefix('\u{feff}').unwrap_or(text),
        _ => text,
    };
    if text.trim().is_empty() {
        return Ok(None);
    }
    let record = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        // The parser counts lines in the one line that it was given.
        let message = message
            .rsplit_once(" at line ")
            .map_or(&*message, |(what, _)| what);
        format!("not a record: {message} (column {})", error.column())
    })?;
    Ok(Some(record))
}

/// One line.
#[derive(Deserialize)]
struct Record {
    #[serde(rename = "_id", deserialize_with = "id")]
    id: String,
    title: Option<String>,
    text: Option<String>,
    vendor: Option<String>,
    product: Option<String>,
    version: Option<String>,
    document: Option<String>,
    url: Option<String>,
    #[serde(default)]
    metadata: serde_json::Value,
}

impl Record {
    fn into_item(self) -> Item {
        let metadata = |name: &str| match self.metadata.get(name) {
            Some(serde_json::Value::String(text)) => filled(Some(text.clone())),
            Some(serde_json::Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let version = filled(self.version).or_else(|| metadata("version"));
        let document = filled(self.document).or_else(|| metadata("document"));
        let shelf = Shelf {
            vendor: filled(self.vendor).or_else(|| metadata("vendor")),
            product: filled(self.product).or_else(|| metadata("product")),
            document: document.unwrap_or_else(|| without_version(&self.id, version.as_deref())),
            version,
            ..Shelf::default()
        };
        Item {
            id: DocumentId::from_record_id(&self.id),
            source: self.id,
            shelf,
            content: Content::Record {
                title: self.title.unwrap_or_default(),
                text: self.text.unwrap_or_default(),
                url: filled(self.url).or_else(|| metadata("url")),
            },
        }
    }
}

/// An empty field says as little as a missing one.
fn filled(field: Option<String>) -> Option<String> {
    field.filter(|text| !text.is_empty())
}

/// An `_id`: a string that is not empty, or an integer, which stands for its digits.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(id) if !id.is_empty() => Ok(id),
        serde_json::Value::Number(id) if !id.is_f64() => Ok(id.to_string()),
        _ => Err(D::Error::custom(
            "`_id` must be a string that is not empty, or an integer",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_lines(lines: &[u8]) -> Scan {
        read(lines, "corpus.jsonl").unwrap()
    }

    fn problem(lines: &[u8]) -> Problem {
        let problems = read_lines(lines).problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].source, "corpus.jsonl");
        problems[0].problem.clone()
    }

    #[test]
    fn a_record_is_an_item_whose_id_is_its_id() {
        let scan =
            read_lines(br#"{"_id": "M::1", "title": "T", "text": "x", "metadata": {"a": 1}}"#);
        let item = &scan.items[0];
        assert_eq!(item.id.as_str(), "M::1");
        assert_eq!(item.source, "M::1");
        assert_eq!(item.shelf.document, "M::1");
        let content = Content::Record {
            title: "T".into(),
            text: "x".into(),
            url: None,
        };
        assert_eq!(item.content, content);
    }

    #[test]
    fn a_record_may_say_where_it_stands() {
        let line = br#"{"_id": 7, "vendor": "V", "product": "p", "version": "", "document": "d", "url": "u"}"#;
        let item = &read_lines(line).items[0];
        assert_eq!(item.id.as_str(), "7");
        assert_eq!(item.shelf.vendor.as_deref(), Some("V"));
        assert_eq!(item.shelf.product.as_deref(), Some("p"));
        assert_eq!(item.shelf.version, None);
        assert_eq!(item.shelf.document, "d");
        assert!(
            matches!(&item.content, Content::Record { url: Some(url), text, .. } if url == "u" && text.is_empty())
        );
    }

    #[test]
    fn versions_of_a_record_are_one_document() {
        let lines = concat!(
            r#"{"_id": "13/vlan.html", "metadata": {"version": "13", "product": "os"}}"#,
            "\n",
            r#"{"_id": "vlan.html/15", "version": "15", "metadata": {"version": 14}}"#,
            "\n",
            r#"{"_id": "16", "metadata": {"version": 16}}"#,
        );
        let scan = read_lines(lines.as_bytes());
        let places: Vec<_> = scan
            .items
            .iter()
            .map(|item| {
                let shelf = &item.shelf;
                (
                    shelf.product.as_deref(),
                    shelf.version.as_deref(),
                    shelf.document.as_str(),
                )
            })
            .collect();
        let expected = [
            (Some("os"), Some("13"), "vlan.html"),
            (None, Some("15"), "vlan.html"),
            (None, Some("16"), "16"),
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn a_bad_line_is_reported_with_its_number_and_skipped() {
        for bad in [
            &b"{"[..],
            b"[]",
            b"{}",
            br#"{"_id": ""}"#,
            br#"{"_id": 1.5}"#,
            br#"{"_id": "a", "text": 3}"#,
            b"{\"_id\": \"\xe9\"}",
        ] {
            let lines = [b"{\"_id\": \"1\"}\n", bad, b"\n{\"_id\": \"2\"}"].concat();
            let problem = problem(&lines);
            assert_eq!(problem.kind, ProblemKind::MalformedRecord);
            assert_eq!(problem.place, "line 2");
            assert_eq!(read_lines(&lines).items.len(), 2);
        }
    }

    #[test]
    fn a_record_that_is_nested_deeply_is_reported() {
        let deep = format!("{{\"_id\": \"1\", \"text\": {}", "[".repeat(10_000));
        assert_eq!(problem(deep.as_bytes()).kind, ProblemKind::MalformedRecord);
    }

    #[test]
    fn a_line_that_is_longer_than_a_document_may_be_is_reported_and_not_kept() {
        let long = std::io::repeat(b' ').take(MAX_DOCUMENT_BYTES + 7);
        let lines = b"{\"_id\": \"1\"}\n"
            .chain(long)
            .chain(&b"\n{\"_id\": \"2\"}"[..]);
        let scan = read(BufReader::new(lines), "corpus.jsonl").unwrap();
        assert_eq!(scan.items.len(), 2);
        let problem = &scan.problems[0].problem;
        assert_eq!(problem.kind, ProblemKind::TooLarge);
        assert_eq!(problem.place, "line 2");
    }

    #[test]
    fn the_message_says_what_is_wrong_with_the_record() {
        assert_eq!(
            problem(b"{}").message,
            "not a record: missing field `_id` (column 2)"
        );
    }

    #[test]
    fn the_later_of_two_records_with_one_id_is_skipped() {
        let lines = b"{\"_id\": \"1\", \"text\": \"a\"}\n{\"_id\": 1, \"text\": \"b\"}\n";
        let problem = problem(lines);
        assert_eq!(problem.kind, ProblemKind::DuplicateId);
        assert_eq!(problem.place, "line 2");
        assert_eq!(problem.message, "`_id` `1` was used on line 1 already");
        let content = &read_lines(lines).items[0].content;
        assert!(matches!(content, Content::Record { text, .. } if text == "a"));
    }

    #[test]
    fn blank_lines_and_a_byte_order_mark_are_no_problem() {
        let scan = read_lines(b"\xef\xbb\xbf{\"_id\": \"1\"}\r\n\r\n  \n{\"_id\": \"2\"}\r\n");
        assert_eq!((scan.items.len(), scan.problems.len()), (2, 0));
    }

    #[test]
    fn items_of_a_file_are_sorted_by_id() {
        let docs = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
        std::fs::write(docs.path(), "{\"_id\": \"b\"}\n{\"_id\": \"a\"}").unwrap();
        let scan = crate::source::scan(docs.path(), &|_| false).unwrap();
        assert_eq!(scan.items[0].source, "a");
    }
}
