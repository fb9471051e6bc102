//! The tables of a book: titles of its files, and where printed pages begin.

use std::collections::HashMap;

use crate::parse::package;
use crate::parse::xml::{Node, Tag, Xml};

/// What the tables of a book say about its files.
#[derive(Debug, Default)]
pub(super) struct Navigation {
    /// The first title that leads to a file, and how deep it stands, from 1.
    titles: HashMap<String, (u8, String)>,
    /// Printed pages: in which file, and at which id in it; without one, at its start.
    pages: HashMap<String, HashMap<String, String>>,
}

impl Navigation {
    pub(super) fn is_empty(&self) -> bool {
        self.titles.is_empty() && self.pages.is_empty()
    }

    /// The title that the table of contents gives a file, and its level.
    pub(super) fn title_of(&self, file: &str) -> Option<(u8, &str)> {
        let (level, title) = self.titles.get(file)?;
        Some((*level, title))
    }

    /// The labels of the printed pages that begin in a file, by id.
    pub(super) fn labels_in(&self, file: &str) -> Option<&HashMap<String, String>> {
        self.pages.get(file)
    }

    /// Reads the table of EPUB 3, which is a page with lists of links.
    pub(super) fn read_nav(&mut self, text: &str, folder: &str) {
        let mut xml = Xml::new(text);
        let mut table = Table::Other;
        let mut depth = 0_u8;
        let mut link: Option<(String, String)> = None;
        while let Some(node) = xml.next() {
            match node {
                Node::Start(tag) => match tag.name() {
                    "nav" => {
                        table = Table::of(&tag);
                        depth = 0;
                    }
                    "ol" => depth = depth.saturating_add(1),
                    "a" => link = tag.attribute("href").map(|href| (href, String::new())),
                    _ => {}
                },
                Node::End(name) => match &*name {
                    "nav" => table = Table::Other,
                    "ol" => depth = depth.saturating_sub(1),
                    "a" => {
                        if let Some((href, text)) = link.take() {
                            self.entry(table, folder, &href, depth.max(1), &text);
                        }
                    }
                    _ => {}
                },
                Node::Text(text) => {
                    if let Some((_, title)) = &mut link {
                        title.push_str(&text);
                    }
                }
            }
        }
    }

    /// Reads the table of EPUB 2, a format of its own.
    pub(super) fn read_ncx(&mut self, text: &str, folder: &str) {
        let mut xml = Xml::new(text);
        let mut table = Table::Other;
        let mut depth = 0_u8;
        let mut label: Option<String> = None;
        let mut in_text = false;
        while let Some(node) = xml.next() {
            match node {
                Node::Start(tag) => match tag.name() {
                    "navMap" => table = Table::Contents,
                    "pageList" => table = Table::Pages,
                    "navPoint" => {
                        depth = depth.saturating_add(1);
                        label = None;
                    }
                    "pageTarget" => label = None,
                    "text" => in_text = true,
                    "content" => {
                        let title = label.take().unwrap_or_default();
                        if let Some(href) = tag.attribute("src") {
                            self.entry(table, folder, &href, depth.max(1), &title);
                        }
                    }
                    _ => {}
                },
                Node::End(name) => match &*name {
                    "navMap" | "pageList" => table = Table::Other,
                    "navPoint" => depth = depth.saturating_sub(1),
                    "text" => in_text = false,
                    _ => {}
                },
                Node::Text(text) => {
                    if in_text {
                        label.get_or_insert_default().push_str(&text);
                    }
                }
            }
        }
    }

    fn entry(&mut self, table: Table, folder: &str, href: &str, level: u8, text: &str) {
        let Some(file) = package::resolve(folder, href) else {
            return;
        };
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match table {
            Table::Contents => {
                self.titles.entry(file).or_insert((level, text.to_owned()));
            }
            Table::Pages => {
                let id = href.split_once('#').map_or("", |(_, id)| id);
                let pages = self.pages.entry(file).or_default();
                pages.insert(id.to_owned(), text.to_owned());
            }
            Table::Other => {}
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Table {
    Contents,
    Pages,
    Other,
}

impl Table {
    fn of(nav: &Tag<'_>) -> Self {
        let kind = nav.attribute("type").or_else(|| nav.attribute("role"));
        match kind.as_deref() {
            Some("toc" | "doc-toc") => Self::Contents,
            Some("page-list" | "doc-pagelist") => Self::Pages,
            _ => Self::Other,
        }
    }
}
