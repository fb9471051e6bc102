//! An OpenDocument text in, a document out.
//!
//! | file | what it does |
//! |---|---|
//! | `styles` | which styles are of code |
//! | `body` | the text, paragraph by paragraph |
//!
//! # Source
//! OASIS, *Open Document Format for Office Applications (OpenDocument) 1.3*, part 3.

mod body;
mod styles;
#[cfg(test)]
mod tests;

use super::builder::Builder;
use super::package::{self, Package};
use super::xml::{self, Node, Xml};
use crate::document::{Document, ProblemKind};
use body::Body;
use styles::Styles;

/// Parses the bytes of an `.odt` file.
pub(super) fn document(bytes: &[u8]) -> Document {
    let package = match Package::open(bytes) {
        Ok(package) => package,
        Err(problem) => return package::unread(problem),
    };
    let mut builder = Builder::new();
    let mut text = |name: &str| {
        let part = package.part(name)?;
        if let Some(problem) = part.problem {
            builder.problem(problem.kind, &problem.place, problem.message);
        }
        Some(xml::decode(part.bytes))
    };
    let is_encrypted =
        text("META-INF/manifest.xml").is_some_and(|manifest| is_encrypted(&manifest));
    let meta = text("meta.xml").unwrap_or_default();
    let looks = text("styles.xml").unwrap_or_default();
    let content = text("content.xml");
    if is_encrypted {
        let message = "it is protected by a password; save it without one";
        builder.problem(ProblemKind::Encrypted, "", message);
        return builder.finish();
    }
    read_meta(&meta, &mut builder);
    if let Some(content) = content {
        let mut styles = Styles::default();
        styles.read(&looks);
        styles.read(&content);
        Body::new(&mut builder, &styles, package.max_text_len()).read(&content);
    } else {
        let message = "it is no OpenDocument text: there is no content.xml in it";
        builder.problem(ProblemKind::Damaged, "", message);
    }
    package.pictures_only(&mut builder);
    builder.finish()
}

fn is_encrypted(manifest: &str) -> bool {
    let mut xml = Xml::new(manifest);
    while let Some(node) = xml.next() {
        if matches!(node, Node::Start(tag) if tag.name() == "encryption-data") {
            return true;
        }
    }
    false
}

fn read_meta(meta: &str, builder: &mut Builder) {
    let mut xml = Xml::new(meta);
    let mut name = String::new();
    let mut created = String::new();
    let mut changed = String::new();
    while let Some(node) = xml.next() {
        match node {
            Node::Start(tag) => tag.name().clone_into(&mut name),
            Node::End(_) => name.clear(),
            Node::Text(text) => match name.as_str() {
                "title" => builder.title(&text),
                "language" => builder.language(&text),
                "creation-date" => created = text.into_owned(),
                "date" => changed = text.into_owned(),
                _ => {}
            },
        }
    }
    let date = if changed.is_empty() { created } else { changed };
    builder.date(date.split('T').next().unwrap_or_default());
}
