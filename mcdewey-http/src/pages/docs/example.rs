//! An operation in, a command that tries it out: it works as it stands.

use std::collections::BTreeMap;

use mcdewey_core::Library;
use mcdewey_core::engine::DocumentRecord;
use serde_json::{Map, Value};

use super::operations::Operation;
use crate::pages::layout::encode;

/// What examples are made with.
#[derive(Debug)]
pub(super) struct Examples {
    /// Where the server is.
    pub(super) address: String,
    /// Whether a key must be sent.
    pub(super) needs_key: bool,
    /// A document that the reader may read; `None` in an empty library.
    pub(super) document: Option<String>,
    /// A manual that the reader may read and two of its versions, perhaps twice the same.
    pub(super) compared: Option<[String; 3]>,
}

impl Examples {
    pub(super) fn new(address: String, needs_key: bool, library: &Library) -> Self {
        let snapshot = library.snapshot();
        let mut documents = snapshot.documents().iter();
        Self {
            address,
            needs_key,
            document: documents
                .find(|record| record.chunks > 0)
                .map(|record| record.id.to_string()),
            compared: compared(library),
        }
    }

    /// A command for a POSIX shell.
    pub(super) fn of(&self, operation: &Operation) -> String {
        let mut parts = Vec::new();
        let queries: Vec<String> = self
            .queries(operation)
            .map(|(name, value)| format!("--data-urlencode {}", quoted(&format!("{name}={value}"))))
            .collect();
        let get = if queries.is_empty() { "" } else { " -G" };
        let post = if operation.method == "POST" {
            " -X POST"
        } else {
            ""
        };
        let url = format!("{}{}", self.address, self.path(operation));
        parts.push(format!("curl{get}{post} {}", quoted(&url)));
        // An administrator's key is asked for even where no other is.
        if self.needs_key || operation.id == "reindex" {
            parts.push(quoted_header("Authorization: Bearer KEY"));
        }
        parts.extend(queries);
        if !operation.body.is_empty() {
            parts.push(quoted_header("Content-Type: application/json"));
            parts.push(format!("-d {}", quoted(&body(operation))));
        }
        parts.join(" \\\n  ")
    }

    /// The parameters of the query, with values that are there.
    fn queries<'a>(&'a self, operation: &'a Operation) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = ["document", "from", "to"];
        let unknown = ["DOCUMENT_ID", "VERSION", "VERSION"];
        let is_compared = operation.id == "compare";
        let compared = names.into_iter().zip(unknown).enumerate();
        let compared = compared.map(|(at, (name, unknown))| {
            let known = self.compared.as_ref();
            (name, known.map_or(unknown, |known| known[at].as_str()))
        });
        let others = operation.parameters.iter();
        // What is compared is known better than the description's example of it.
        let others = others
            .filter(move |field| !is_compared || !names.contains(&field.name.as_str()))
            .filter_map(|field| Some((field.name.as_str(), field.example.as_deref()?)));
        let compared = compared.filter(move |_| is_compared);
        compared.chain(others)
    }

    fn path(&self, operation: &Operation) -> String {
        let document = self
            .document
            .as_deref()
            .map_or("DOCUMENT_ID".to_owned(), encode);
        let id = if operation.path.contains("/chunks/") {
            format!("{document}::0")
        } else {
            document
        };
        operation.path.replace("{id}", &id)
    }
}

/// The first manual of which there is another version, or else the first that has one.
fn compared(library: &Library) -> Option<[String; 3]> {
    let snapshot = library.snapshot();
    let mut versions: BTreeMap<_, &DocumentRecord> = BTreeMap::new();
    for record in snapshot.documents() {
        let shelf = &record.shelf;
        let Some(version) = &shelf.version else {
            continue;
        };
        let manual = (&shelf.vendor, &shelf.product, &shelf.document);
        let first = *versions.entry(manual).or_insert(record);
        if first.shelf.version.as_ref() != Some(version) {
            let from = first.shelf.version.clone()?;
            return Some([first.id.to_string(), from, version.clone()]);
        }
    }
    let only = versions.into_values().next()?;
    let version = only.shelf.version.clone()?;
    Some([only.id.to_string(), version.clone(), version])
}

fn body(operation: &Operation) -> String {
    let fields = operation.body.iter();
    let fields = fields.filter_map(|field| {
        let example = field.example.clone()?;
        Some((field.name.clone(), Value::from(example)))
    });
    Value::Object(fields.collect::<Map<_, _>>()).to_string()
}

fn quoted_header(header: &str) -> String {
    format!("-H {}", quoted(header))
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
