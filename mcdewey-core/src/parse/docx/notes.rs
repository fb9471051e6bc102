//! The text of footnotes and endnotes by their ids.

use std::collections::HashMap;

use crate::parse::xml::{Node, Xml};

/// The notes of a document that have not been shown yet.
#[derive(Debug, Default)]
pub(super) struct Notes {
    foot: HashMap<String, String>,
    end: HashMap<String, String>,
    n_shown: usize,
}

impl Notes {
    pub(super) fn read(footnotes: &str, endnotes: &str) -> Self {
        Self {
            foot: texts(footnotes, "footnote"),
            end: texts(endnotes, "endnote"),
            n_shown: 0,
        }
    }

    /// The number and the text of the note that is referred to; `None` if it was shown before.
    pub(super) fn take(&mut self, reference: &str, id: &str) -> Option<(usize, String)> {
        let notes = match reference {
            "footnoteReference" => &mut self.foot,
            _ => &mut self.end,
        };
        let text = notes.remove(id)?;
        self.n_shown += 1;
        Some((self.n_shown, text))
    }
}

fn texts(text: &str, element: &str) -> HashMap<String, String> {
    let mut notes = HashMap::new();
    let mut xml = Xml::new(text);
    let mut open: Option<(String, String)> = None;
    let mut in_text = false;
    while let Some(node) = xml.next() {
        match node {
            Node::Start(tag) if tag.name() == element => {
                // Separators are notes of their own type, which nothing refers to.
                open = tag
                    .attribute("id")
                    .filter(|_| tag.attribute("type").is_none())
                    .map(|id| (id, String::new()));
            }
            Node::End(name) if name == element => {
                notes.extend(open.take().filter(|(_, text)| !text.trim().is_empty()));
            }
            Node::Start(tag) => {
                in_text |= tag.name() == "t";
                if let (Some((_, text)), "tab" | "br" | "cr" | "p") = (&mut open, tag.name()) {
                    text.push(' ');
                }
            }
            Node::End(name) => in_text &= name != "t",
            Node::Text(part) => {
                if let (Some((_, text)), true) = (&mut open, in_text) {
                    text.push_str(&part);
                }
            }
        }
    }
    notes
}
