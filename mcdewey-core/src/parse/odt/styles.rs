//! Which styles of an OpenDocument text are of code, and which lists are numbered.

use std::collections::{HashMap, HashSet};

use crate::parse::docx::is_fixed_font;
use crate::parse::xml::{Node, Tag, Xml};

/// Styles that are based on each other, at most.
const MAX_CHAIN: usize = 32;

#[derive(Debug, Default)]
pub(super) struct Styles {
    by_name: HashMap<String, Style>,
    /// Names of list styles and the levels of them, from 1, at which items are numbered.
    numbered: HashSet<(String, usize)>,
}

#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    is_fixed: Option<bool>,
}

impl Styles {
    /// Adds the styles that stand in a file.
    pub(super) fn read(&mut self, text: &str) {
        let mut xml = Xml::new(text);
        let mut open: Option<(String, Style)> = None;
        let mut list = String::new();
        while let Some(node) = xml.next() {
            match node {
                Node::Start(tag) => match (tag.name(), &mut open) {
                    // What follows is the text.
                    ("body", _) => return,
                    ("style", _) => {
                        let style = Style {
                            parent: tag.attribute("parent-style-name"),
                            is_fixed: None,
                        };
                        open = Some((tag.attribute("name").unwrap_or_default(), style));
                    }
                    ("text-properties", Some((_, style))) => style.is_fixed = is_fixed(&tag),
                    ("list-style", _) => list = tag.attribute("name").unwrap_or_default(),
                    ("list-level-style-number", _) => {
                        let level = tag.attribute("level").and_then(|level| level.parse().ok());
                        let format = tag.attribute("num-format").unwrap_or_default();
                        if let Some(level) = level.filter(|_| !format.is_empty()) {
                            self.numbered.insert((list.clone(), level));
                        }
                    }
                    _ => {}
                },
                Node::End(name) if name == "style" => self.by_name.extend(open.take()),
                _ => {}
            }
        }
    }

    /// Whether text of this style is code.
    pub(super) fn is_code(&self, name: &str) -> bool {
        // LibreOffice writes the blank in its names as `_20_`.
        const CODE: [&str; 3] = ["Preformatted_20_Text", "Source_20_Text", "Source_20_Code"];
        let mut next = Some(name);
        for _ in 0..MAX_CHAIN {
            let Some(name) = next else { break };
            let style = self.by_name.get(name);
            if let Some(is_fixed) = style.and_then(|style| style.is_fixed) {
                return is_fixed;
            }
            if CODE.contains(&name) {
                return true;
            }
            next = style.and_then(|style| style.parent.as_deref());
        }
        false
    }

    /// Whether a style is the one called `base`, or is based on it.
    pub(super) fn is_based_on(&self, name: &str, base: &str) -> bool {
        let mut next = Some(name);
        for _ in 0..MAX_CHAIN {
            let Some(name) = next else { break };
            if name == base {
                return true;
            }
            let style = self.by_name.get(name);
            next = style.and_then(|style| style.parent.as_deref());
        }
        false
    }

    /// Whether items of this list style are numbered at this level, from 1.
    pub(super) fn is_numbered(&self, list: &str, level: usize) -> bool {
        self.numbered.contains(&(list.to_owned(), level))
    }
}

fn is_fixed(tag: &Tag<'_>) -> Option<bool> {
    let font = tag
        .attribute("font-name")
        .or_else(|| tag.attribute("font-family"))?;
    Some(is_fixed_font(&font))
}
