//! An operation in, a command that tries it out: it works as it stands.

use mcdewey_core::Library;
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
        }
    }

    /// A command for a POSIX shell.
    pub(super) fn of(&self, operation: &Operation) -> String {
        let mut parts = Vec::new();
        let queries = operation.parameters.iter();
        let queries: Vec<String> = queries
            .filter_map(|field| Some((&field.name, field.example.as_ref()?)))
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
