//! What a book says of itself and of its files.

use std::collections::{HashMap, HashSet};

use crate::parse::package;
use crate::parse::xml::{Node, Tag, Xml};

/// The package document of a book.
#[derive(Debug, Default)]
pub(super) struct Opf {
    pub(super) title: String,
    pub(super) date: String,
    pub(super) language: String,
    /// Paths of files in reading order, each once.
    pub(super) spine: Vec<String>,
    /// The path of the table of contents of EPUB 3.
    pub(super) navigation: Option<String>,
    /// That of EPUB 2.
    pub(super) ncx: Option<String>,
}

#[derive(Debug)]
struct File {
    path: String,
    is_text: bool,
    is_navigation: bool,
    is_ncx: bool,
}

/// A line of the metadata: an element, what it is about, and its text.
#[derive(Debug, Default)]
struct Field {
    name: String,
    about: String,
    text: String,
}

impl Opf {
    /// Reads the text of a package document that lies in `folder`.
    pub(super) fn read(text: &str, folder: &str) -> Self {
        let mut files: HashMap<String, File> = HashMap::new();
        let mut order = Vec::new();
        let mut fields: Vec<Field> = Vec::new();
        let mut open: Option<Field> = None;
        let mut xml = Xml::new(text);
        while let Some(node) = xml.next() {
            match node {
                Node::Start(tag) => match tag.name() {
                    "item" => files.extend(file(&tag, folder)),
                    "itemref" => order.extend(tag.attribute("idref")),
                    "title" | "language" | "date" | "meta" => {
                        let about = tag.attribute("event").or_else(|| tag.attribute("property"));
                        open = Some(Field {
                            name: tag.name().to_owned(),
                            about: about.unwrap_or_default(),
                            text: String::new(),
                        });
                    }
                    _ => {}
                },
                Node::End(name) => {
                    if open.as_ref().is_some_and(|field| *field.name == *name) {
                        fields.extend(open.take());
                    }
                }
                Node::Text(text) => {
                    if let Some(field) = &mut open {
                        field.text.push_str(&text);
                    }
                }
            }
        }
        let first = |name: &str, about: &[&str]| {
            let found = fields
                .iter()
                .find(|field| field.name == name && about.contains(&field.about.as_str()));
            found.map(|field| field.text.trim().to_owned())
        };
        let path = |is_wanted: fn(&File) -> bool| {
            let wanted = files.values().filter(|file| is_wanted(file));
            wanted.map(|file| file.path.clone()).min()
        };
        let mut seen = HashSet::new();
        let spine = order
            .iter()
            .filter_map(|id| files.get(id))
            .filter(|file| file.is_text && seen.insert(file.path.as_str()))
            .map(|file| file.path.clone())
            .collect();
        // When it was changed says more than when it was made.
        let date = first("meta", &["dcterms:modified"])
            .or_else(|| first("date", &["modification"]))
            .or_else(|| first("date", &["", "publication", "creation"]))
            .unwrap_or_default();
        Self {
            title: first("title", &[""]).unwrap_or_default(),
            date: date.split('T').next().unwrap_or_default().to_owned(),
            language: first("language", &[""]).unwrap_or_default(),
            spine,
            navigation: path(|file| file.is_navigation),
            ncx: path(|file| file.is_ncx),
        }
    }
}

fn file(tag: &Tag<'_>, folder: &str) -> Option<(String, File)> {
    let path = package::resolve(folder, &tag.attribute("href")?)?;
    let media_type = tag.attribute("media-type").unwrap_or_default();
    let properties = tag.attribute("properties").unwrap_or_default();
    let is_html_by_name = [".xhtml", ".html", ".htm"]
        .iter()
        .any(|extension| path.to_ascii_lowercase().ends_with(extension));
    let file = File {
        is_text: media_type.contains("html") || is_html_by_name,
        is_navigation: properties
            .split_whitespace()
            .any(|property| property == "nav"),
        is_ncx: media_type == "application/x-dtbncx+xml",
        path,
    };
    Some((tag.attribute("id")?, file))
}
