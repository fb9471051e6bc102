//! A Word document in, a document out.
//!
//! ```text
//! styles, numbering, notes -> body, paragraph by paragraph -> headings, items, code, tables
//! ```
//!
//! Word says of a paragraph only the name of its style; what the style means stands elsewhere.
//!
//! Pages are left out. They are not in the file: where one ends depends on the fonts, the paper and
//! the printer of who reads it. Word leaves marks where pages ended when it was used last
//! (`w:lastRenderedPageBreak`), but other programs keep these marks while they change the text, and
//! a page that a reader cannot find is worse than none.
//!
//! | file | what it does |
//! |---|---|
//! | `styles` | what the styles of paragraphs mean |
//! | `numbering` | numbers of headings and list items |
//! | `notes` | text of footnotes and endnotes |
//! | `body` | the text, paragraph by paragraph |
//!
//! # Source
//! ECMA-376, *Office Open XML File Formats*, part 1, chapter 17.

mod body;
mod notes;
mod numbering;
mod styles;
#[cfg(test)]
mod tests;

use super::builder::Builder;
use super::package::{self, Package};
use super::xml::{self, Node, Xml};
use crate::document::{Document, ProblemKind};
use body::Body;
use notes::Notes;
use numbering::Numbering;
use styles::Styles;
pub(super) use styles::is_fixed_font;

/// Parses the bytes of a `.docx` file.
pub(super) fn document(bytes: &[u8]) -> Document {
    let package = match Package::open(bytes) {
        Ok(package) => package,
        Err(problem) => return package::unread(problem),
    };
    let mut builder = Builder::new();
    let mut parts = Parts {
        package: &package,
        builder: &mut builder,
    };
    let main = parts
        .related("", "officeDocument")
        .unwrap_or_else(|| "word/document.xml".to_owned());
    let styles = Styles::read(&parts.text_of(&main, "styles"));
    let numbering = Numbering::read(&parts.text_of(&main, "numbering"), &styles);
    let notes = Notes::read(
        &parts.text_of(&main, "footnotes"),
        &parts.text_of(&main, "endnotes"),
    );
    let core = parts
        .related("", "core-properties")
        .unwrap_or_else(|| "docProps/core.xml".to_owned());
    let properties = Properties::read(&parts.text(&core).unwrap_or_default());
    if let Some(text) = parts.text(&main) {
        let max_len = package.max_text_len();
        Body::new(&mut builder, &styles, numbering, notes, max_len).read(&text);
    } else {
        let message = format!("it is no Word document: there is no {main} in it");
        builder.problem(ProblemKind::Damaged, "", message);
    }
    properties.apply(&mut builder);
    package.pictures_only(&mut builder);
    builder.finish()
}

/// Reads parts and says what is wrong with them.
struct Parts<'a, 'b> {
    package: &'a Package<'b>,
    builder: &'a mut Builder,
}

impl Parts<'_, '_> {
    fn text(&mut self, name: &str) -> Option<String> {
        let part = self.package.part(name)?;
        if let Some(problem) = part.problem {
            self.builder
                .problem(problem.kind, &problem.place, problem.message);
        }
        Some(xml::decode(part.bytes))
    }

    /// The text of the part that `main` has for this purpose; empty if it has none.
    fn text_of(&mut self, main: &str, purpose: &str) -> String {
        let name = self.related(main, purpose).unwrap_or_else(|| {
            let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{folder}/{purpose}.xml")
        });
        self.text(&name).unwrap_or_default()
    }

    /// The name of the part to which `from` relates for this purpose.
    fn related(&mut self, from: &str, purpose: &str) -> Option<String> {
        let (folder, name) = from.rsplit_once('/').unwrap_or(("", from));
        let text = self.text(&format!("{folder}/_rels/{name}.rels"))?;
        let mut xml = Xml::new(&text);
        while let Some(node) = xml.next() {
            let Node::Start(tag) = node else { continue };
            let is_wanted = tag
                .attribute("Type")
                .is_some_and(|kind| kind.rsplit('/').next() == Some(purpose));
            if is_wanted && tag.attribute("TargetMode").as_deref() != Some("External") {
                return package::resolve(folder, &tag.attribute("Target")?);
            }
        }
        None
    }
}

/// What the document says about itself.
#[derive(Debug, Default)]
struct Properties {
    title: String,
    language: String,
    created: String,
    modified: String,
}

impl Properties {
    fn read(text: &str) -> Self {
        let mut properties = Self::default();
        let mut xml = Xml::new(text);
        let mut name = String::new();
        while let Some(node) = xml.next() {
            match node {
                Node::Start(tag) => tag.name().clone_into(&mut name),
                Node::End(_) => name.clear(),
                Node::Text(text) => match name.as_str() {
                    "title" => properties.title.push_str(&text),
                    "language" => properties.language.push_str(&text),
                    "created" => properties.created.push_str(&text),
                    "modified" => properties.modified.push_str(&text),
                    _ => {}
                },
            }
        }
        properties
    }

    /// The title that stands in the text wins: that of the properties is often of the document
    /// that this one was made from.
    fn apply(&self, builder: &mut Builder) {
        let is_file_name = ["Microsoft Word - ", ".doc", ".docx", ".dot", ".dotx"]
            .iter()
            .any(|sign| self.title.starts_with(sign) || self.title.ends_with(sign));
        if !builder.has_title() && !is_file_name {
            builder.title(&self.title);
        }
        builder.language(&self.language);
        let date = [&self.modified, &self.created]
            .into_iter()
            .find(|date| !date.is_empty());
        if let Some(date) = date {
            // The day says enough: `2024-05-01T09:30:00Z`.
            builder.date(date.split('T').next().unwrap_or(date));
        }
    }
}
