//! A book in EPUB in, a document out: its files in the order of its spine.
//!
//! ```text
//! META-INF/container.xml -> content.opf: title, files, order -> each file of the spine
//!                                       nav.xhtml or toc.ncx: titles, printed pages
//! ```
//!
//! An anchor is `OEBPS/ch01.xhtml#ports`: the path of the file in the book, and an id in it. A
//! book has pages where it says which printed ones it follows; they are counted from 1, and what
//! is printed there is their label.
//!
//! | file | what it does |
//! |---|---|
//! | `opf` | what the book says of itself and of its files |
//! | `nav` | titles of files, and printed pages |
//! | `xhtml` | one file |
//!
//! # Source
//! EPUB 3.3, <https://www.w3.org/TR/epub-33/>; for older books Open Packaging Format 2.0.1.

mod nav;
mod opf;
#[cfg(test)]
mod tests;
mod xhtml;

use std::collections::HashSet;

use super::builder::Builder;
use super::package::{self, Package};
use super::xml::{self, Node, Xml};
use crate::document::{Document, ProblemKind};
use nav::Navigation;
use opf::Opf;
use xhtml::{Part, html_into};

/// Parses the bytes of an `.epub` file.
pub(super) fn document(bytes: &[u8]) -> Document {
    let package = match Package::open(bytes) {
        Ok(package) => package,
        Err(problem) => return package::unread(problem),
    };
    let mut builder = Builder::new();
    let mut book = Book {
        package: &package,
        builder: &mut builder,
    };
    book.read();
    package.pictures_only(&mut builder);
    builder.finish()
}

/// Reads a book into a builder.
struct Book<'a, 'b> {
    package: &'a Package<'b>,
    builder: &'a mut Builder,
}

impl Book<'_, '_> {
    fn read(&mut self) {
        let root = self.text("META-INF/container.xml").and_then(|text| {
            let root = first_attribute(&text, "rootfile", "full-path")?;
            package::resolve("", &root)
        });
        let root = root.unwrap_or_else(|| "OEBPS/content.opf".to_owned());
        let Some(text) = self.text(&root) else {
            let message = format!("it is no book: there is no {root} in it");
            self.builder.problem(ProblemKind::Damaged, "", message);
            return;
        };
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        let opf = Opf::read(&text, folder);
        self.builder.title(&opf.title);
        self.builder.date(&opf.date);
        self.builder.language(&opf.language);
        let navigation = self.navigation(&opf);
        let encrypted = self.encrypted();
        let mut next_page = 1;
        for file in &opf.spine {
            // The table of contents repeats the headings.
            if opf.navigation.as_ref() == Some(file) {
                continue;
            }
            if encrypted.contains(file) {
                let message = "it is protected by rights management";
                self.builder.problem(ProblemKind::Encrypted, file, message);
                continue;
            }
            if !self.file(file, &navigation, &mut next_page) {
                break;
            }
        }
    }

    /// Reads one file; `false` if there is too much.
    fn file(&mut self, file: &str, navigation: &Navigation, next_page: &mut u32) -> bool {
        let Some(part) = self.package.part(file) else {
            let message = "the file is missing";
            self.builder.problem(ProblemKind::Damaged, file, message);
            return true;
        };
        if let Some(problem) = part.problem {
            self.builder
                .problem(problem.kind, &problem.place, problem.message);
        }
        html_into(
            self.builder,
            &part.bytes,
            &mut Part {
                file,
                title: navigation.title_of(file),
                labels: navigation.labels_in(file),
                next_page,
            },
        );
        let is_too_long = self.builder.text_len() > self.package.max_text_len();
        if is_too_long {
            let message = "the text is twenty times longer than the book; the rest is left out";
            self.builder.problem(ProblemKind::TooLarge, file, message);
        }
        !is_too_long
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let part = self.package.part(name)?;
        if let Some(problem) = part.problem {
            self.builder
                .problem(problem.kind, &problem.place, problem.message);
        }
        Some(xml::decode(part.bytes))
    }

    fn navigation(&mut self, opf: &Opf) -> Navigation {
        let mut navigation = Navigation::default();
        // A book may have both: the older one for older readers.
        if let Some(file) = &opf.navigation
            && let Some(text) = self.text(file)
        {
            navigation.read_nav(&text, folder_of(file));
        }
        if navigation.is_empty()
            && let Some(file) = &opf.ncx
            && let Some(text) = self.text(file)
        {
            navigation.read_ncx(&text, folder_of(file));
        }
        navigation
    }

    /// The files that cannot be read without a key. Fonts are often garbled, which is nothing
    /// that readers of text need to know.
    fn encrypted(&mut self) -> HashSet<String> {
        let Some(text) = self.text("META-INF/encryption.xml") else {
            return HashSet::new();
        };
        let mut xml = Xml::new(&text);
        let mut files = HashSet::new();
        while let Some(node) = xml.next() {
            if let Node::Start(tag) = node
                && tag.name() == "CipherReference"
                && let Some(file) = tag.attribute("URI")
            {
                files.extend(package::resolve("", &file));
            }
        }
        files
    }
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn first_attribute(text: &str, element: &str, attribute: &str) -> Option<String> {
    let mut xml = Xml::new(text);
    while let Some(node) = xml.next() {
        if let Node::Start(tag) = node
            && tag.name() == element
            && let Some(value) = tag.attribute(attribute)
        {
            return Some(value);
        }
    }
    None
}
