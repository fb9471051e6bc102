//! Mark-up in, a flat tree out: nodes in reading order, each with the end of what it holds.
//!
//! ```text
//! <ul><li>a<li>b</ul>     nodes  0 ul   1 li   2 "a"   3 li   4 "b"
//!                         end    5      3      3       5      5
//! ```
//!
//! Tokens are those of the HTML standard; the tree is not. The standard's tree builder takes
//! quadratic time and space on hostile input (formatting elements that are reopened in every
//! paragraph, scopes that are searched through all open elements), and what it does so much work
//! for, which letter is bold, is of no use here. So formatting elements are left out, nothing
//! moves, end tags that are commonly left out are implied as in the standard, and nesting beyond
//! [`MAX_DEPTH`] is flattened.

mod construction;

use std::ops::Range;

use super::names::{Attribute, Element};

/// How deep elements may lie in one another. Chosen by hand: pages of real sites stay below 100,
/// browsers stop at 512.
pub(super) const MAX_DEPTH: usize = 256;

/// How many elements and texts a page may have; what comes after them is left out. The page with
/// the most in half a gigabyte of manuals has half a million; so many take 400 MB.
pub(super) const MAX_NODES: usize = 8_000_000;

/// A page.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// All text of the page, in order.
    text: String,
    nodes: Vec<Node>,
    attributes: Vec<(Attribute, Part)>,
    /// What the attributes' parts are of.
    values: String,
    /// Whether elements lay deeper than [`MAX_DEPTH`].
    pub(super) is_too_deep: bool,
    /// Whether there were more than [`MAX_NODES`].
    pub(super) is_too_large: bool,
    /// What is never closed and so hides what follows: a comment, a script.
    pub(super) unclosed: Option<&'static str>,
}

/// An element or a text. Positions have 32 bits: there may be millions of nodes.
#[derive(Debug)]
struct Node {
    kind: Kind,
    /// One past the last node in it.
    end: u32,
    /// Its first attribute; its last is the one before the first of the next node.
    attributes: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Text(Part),
    /// `None` for one that means nothing.
    Element(Option<Element>),
}

/// A part of a string.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    start: u32,
    end: u32,
}

impl Part {
    fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A position in a page, which is far smaller than 4 GB.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Tree {
    /// Reads a page. `is_xml` says that `<a/>` is an element without content.
    pub(super) fn read(html: &str, is_xml: bool) -> Self {
        construction::read(html, is_xml)
    }

    /// How many nodes there are; the first is the page itself.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// One past the last node in `node`.
    pub(super) fn end(&self, node: usize) -> usize {
        self.nodes[node].end as usize
    }

    /// What kind of element it is, if it is one that is known.
    pub(super) fn element(&self, node: usize) -> Option<Element> {
        match self.nodes[node].kind {
            Kind::Element(element) => element,
            Kind::Text(_) => None,
        }
    }

    /// The text of a text.
    pub(super) fn text(&self, node: usize) -> Option<&str> {
        match self.nodes[node].kind {
            Kind::Text(part) => Some(part.of(&self.text)),
            Kind::Element(_) => None,
        }
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, node: usize, name: Attribute) -> Option<&str> {
        let first = self.nodes[node].attributes as usize;
        let next = self.nodes.get(node + 1);
        let end = next.map_or(self.attributes.len(), |next| next.attributes as usize);
        let attributes = self.attributes.get(first..end)?;
        let (_, value) = attributes.iter().find(|(found, _)| *found == name)?;
        Some(value.of(&self.values))
    }

    /// The names in its attribute `class`.
    pub(super) fn classes(&self, node: usize) -> impl Iterator<Item = &str> {
        let classes = self.attribute(node, Attribute::Class).unwrap_or_default();
        classes.split_ascii_whitespace()
    }

    /// Whether `class` is among its classes.
    pub(super) fn has_class(&self, node: usize, class: &str) -> bool {
        self.classes(node).any(|found| found == class)
    }

    /// Its children, in order.
    pub(super) fn children(&self, node: usize) -> impl Iterator<Item = usize> {
        let end = self.end(node);
        let first = Some(node + 1).filter(|&first| first < end);
        std::iter::successors(first, move |&child| {
            Some(self.end(child)).filter(|&next| next < end)
        })
    }

    /// All nodes in it, in order.
    pub(super) fn descendants(&self, node: usize) -> Range<usize> {
        node + 1..self.end(node)
    }
}
