//! Parses files and prints what was understood, as JSON lines: one object a file.
//!
//!     cargo run -p mcdewey-core --example parse -- manual.html guide.rst
//!
//! The measuring programs in `tests/` compare it with other readers of the same files.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is a program that prints"
)]

use std::path::PathBuf;
use std::time::Instant;

use mcdewey_core::acronym::acronyms;
use mcdewey_core::chunk::{ChunkSettings, chunk};
use mcdewey_core::document::{BlockKind, Document};
use mcdewey_core::parse::{Format, parse};
use serde_json::{Value, json};

fn main() {
    let settings = ChunkSettings::default();
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let name = path.to_string_lossy().into_owned();
        let Some(format) = Format::of_path(&name) else {
            eprintln!("{name}: no format that is read");
            continue;
        };
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{name}: {error}");
                continue;
            }
        };
        let start = Instant::now();
        let document = parse(format, &bytes);
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        let words = |text: &str| text.split_whitespace().count();
        let chunks = chunk(&document, document.title.as_deref(), &settings, &words);
        let paths: Vec<_> = chunks.iter().map(|chunk| &chunk.heading_path).collect();
        let mut value = describe(&document);
        value["file"] = json!(name);
        value["bytes"] = json!(bytes.len());
        value["milliseconds"] = json!(milliseconds);
        value["heading_paths"] = json!(paths);
        println!("{value}");
    }
}

fn describe(document: &Document) -> Value {
    let sections = document
        .sections
        .iter()
        .enumerate()
        .map(|(index, section)| {
            json!({
                "heading": section.heading,
                    "level": section.level,
                "anchor": section.anchor,
                "path": document.heading_path(index),
            })
        });
    let blocks = document.blocks.iter().map(|block| {
        let kind = match block.kind {
            BlockKind::Heading { .. } => "heading",
            BlockKind::ListItem => "item",
            BlockKind::Code { .. } => "code",
            BlockKind::Table { .. } => "table",
            _ => "paragraph",
        };
        json!([kind, block.span.of(&document.text)])
    });
    let acronyms = acronyms(document);
    json!({
        "title": document.title,
        "date": document.date,
        "url": document.url,
        "language": document.language,
        "text": document.text,
        "sections": sections.collect::<Vec<_>>(),
        "acronyms": acronyms,
        "blocks": blocks.collect::<Vec<_>>(),
        "problems": document.problems,
    })
}
