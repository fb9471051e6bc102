//! The content of a page in, a document out, block by block.

use std::collections::HashSet;

use super::super::builder::Builder;
use super::super::prose::{Prose, admonition};
use super::content::{Content, Lead, is_heading, is_link};
use super::inline::{self, Run};
use super::marks::is_bar_text;
use super::names::{Attribute, Element};
use super::table;
use super::tree::Tree;

/// Writes the content of a page; returns its headings.
pub(super) fn write(
    tree: &Tree,
    content: &Content,
    n_bytes: usize,
    builder: &mut Builder,
) -> Vec<String> {
    let mut flow = Flow {
        tree,
        content,
        prose: Prose::new(builder, n_bytes),
        run: Run::default(),
        has_link: false,
        link_end: 0,
        open: Vec::new(),
        lists: Vec::new(),
        n_terms: 0,
        anchors: Vec::new(),
        skipped: HashSet::new(),
        layout_tables: HashSet::new(),
        headings: Vec::new(),
    };
    match content.lead {
        Some(Lead::Heading(heading)) => {
            let text = inline::text(tree, heading, &content.is_left_out);
            flow.write_heading(1, &text, heading);
        }
        Some(Lead::All(around)) => flow.walk(around),
        None => {}
    }
    flow.walk(content.root);
    flow.prose.end();
    flow.headings
}

/// One walk over the nodes of the content.
struct Flow<'t, 'b> {
    tree: &'t Tree,
    content: &'t Content,
    prose: Prose<'b>,
    run: Run,
    /// Whether a link is in the text so far.
    has_link: bool,
    /// Where the last link ends.
    link_end: usize,
    open: Vec<Open>,
    lists: Vec<List>,
    /// How many `dt` are open.
    n_terms: usize,
    /// Anchors since the last text.
    anchors: Vec<Anchor<'t>>,
    /// Titles that became labels.
    skipped: HashSet<usize>,
    /// Tables that only place the parts of an admonition.
    layout_tables: HashSet<usize>,
    headings: Vec<String>,
}

/// An element whose end matters.
struct Open {
    end: usize,
    leave: Leave,
    /// The language of code in it.
    language: Option<String>,
}

/// What to do at the end of an element.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Leave {
    Block,
    Line,
    List,
    Item,
    Term,
    Definition,
}

struct List {
    /// The number of the next item of a numbered list.
    next: Option<u64>,
}

/// A place that can be linked to.
struct Anchor<'t> {
    id: &'t str,
    rank: Rank,
    /// Where the element ends that it names; a heading after that is not in it.
    end: usize,
}

/// How surely an anchor before a heading is meant for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Container,
    Point,
    Section,
}

impl<'t> Flow<'t, '_> {
    fn walk(&mut self, root: usize) {
        let end = self.tree.end(root);
        let mut at = root;
        while at < end {
            self.leave_until(at);
            if self.content.is_left_out[at] || self.skipped.contains(&at) {
                self.run.separate();
                at = self.tree.end(at);
            } else {
                at = self.node(at);
            }
        }
        self.leave_until(usize::MAX);
        self.flush();
        self.prose.end();
    }

    /// Deals with a node; returns the next one.
    fn node(&mut self, at: usize) -> usize {
        let tree = self.tree;
        if let Some(text) = tree.text(at) {
            self.run.push(text);
            return at + 1;
        }
        self.note_anchor(at);
        if is_heading(tree, at) || tree.has_class(at, "headertitle") {
            return self.heading(at);
        }
        match tree.element(at) {
            Some(element) if element.is_preformatted() => return self.code(at),
            Some(Element::Table) if self.is_data(at) => return self.table(at),
            Some(Element::Div) if tree.has_class(at, "fragment") => return self.code(at),
            Some(Element::Div) if tree.has_class(at, "memproto") => {
                self.flush();
                let signature = inline::text(tree, at, &self.content.is_left_out);
                self.prose.code(&signature, "");
                return tree.end(at);
            }
            Some(Element::Div) if tree.has_class(at, "summary-table") => return self.grid(at),
            Some(Element::Ul | Element::Ol | Element::Menu | Element::Dir | Element::Dl) => {
                self.list(at);
            }
            Some(Element::Li) => self.item(at),
            Some(Element::Dt) => {
                self.flush();
                self.n_terms += 1;
                self.enter(at, Leave::Term);
            }
            Some(Element::Dd) => {
                self.flush();
                self.enter(at, Leave::Definition);
            }
            Some(Element::Div) if tree.has_class(at, "line") => self.enter(at, Leave::Line),
            Some(Element::Button) if self.says_little(at) => return tree.end(at),
            Some(element) if element.is_block() => {
                self.flush();
                self.enter(at, Leave::Block);
                self.label(at);
            }
            _ => {
                if is_link(tree, at) {
                    self.has_link = true;
                    // Links without a space between them are buttons in a row.
                    if self.link_end == at {
                        self.run.separate();
                    }
                    self.link_end = tree.end(at);
                }
                return inline::add(tree, at, &mut self.run);
            }
        }
        at + 1
    }

    fn enter(&mut self, at: usize, leave: Leave) {
        let language = self.tree.classes(at).find_map(language_of_class);
        self.open.push(Open {
            end: self.tree.end(at),
            leave,
            language,
        });
    }

    fn leave_until(&mut self, at: usize) {
        while let Some(open) = self.open.pop_if(|open| open.end <= at) {
            match open.leave {
                Leave::Line => self.run.line(),
                Leave::Block => self.flush(),
                Leave::Term => {
                    let term = self.run.take().replace('\n', " ");
                    self.n_terms = self.n_terms.saturating_sub(1);
                    self.prose.term(self.lists.len().saturating_sub(1), &term);
                }
                Leave::Item | Leave::Definition => {
                    self.flush();
                    self.prose.end();
                }
                Leave::List => {
                    self.flush();
                    self.prose.end();
                    self.lists.pop();
                }
            }
        }
    }

    /// Ends the text so far: it is an item or a paragraph.
    fn flush(&mut self) {
        if self.n_terms > 0 {
            self.run.separate();
            return;
        }
        let text = self.run.take();
        let has_link = std::mem::take(&mut self.has_link);
        let is_bar = has_link && !self.prose.is_in_item() && is_bar_text(&text);
        if !text.is_empty() && !is_bar {
            self.anchors.clear();
            self.prose.text(&text);
        }
    }

    fn list(&mut self, at: usize) {
        self.flush();
        let is_ordered = self.tree.element(at) == Some(Element::Ol);
        let start = self.tree.attribute(at, Attribute::Start);
        let start = start
            .and_then(|start| start.trim().parse().ok())
            .unwrap_or(1);
        self.lists.push(List {
            next: is_ordered.then_some(start),
        });
        self.enter(at, Leave::List);
    }

    fn item(&mut self, at: usize) {
        self.flush();
        self.prose.end();
        let value = self.tree.attribute(at, Attribute::Value);
        let value = value.and_then(|value| value.trim().parse().ok());
        let number = self.lists.last_mut().and_then(|list| {
            let number = value.or(list.next)?;
            list.next = list.next.map(|_| number.saturating_add(1));
            list.next.is_some().then_some(number)
        });
        self.prose.item(self.depth(), number);
        self.enter(at, Leave::Item);
    }

    fn depth(&self) -> usize {
        self.lists.len().saturating_sub(1)
    }

    /// What kind of admonition an element is comes before its text.
    fn label(&mut self, at: usize) {
        let tree = self.tree;
        let kind = tree.classes(at).find_map(admonition);
        if kind.is_none() && !tree.has_class(at, "admonition") {
            return;
        }
        let table = tree
            .children(at)
            .find(|&it| tree.element(it) == Some(Element::Table));
        self.layout_tables.extend(table);
        let nodes = tree.descendants(at).take(SEARCHED_FOR_TITLE);
        let title = nodes.clone().find(|&it| self.is_title_of_admonition(it));
        if let Some(title) = title {
            let text = inline::text(tree, title, &self.content.is_left_out);
            self.prose.label(&text);
            self.skipped.insert(title);
            return;
        }
        let Some(kind) = kind else {
            return;
        };
        let mut texts = nodes.filter_map(|it| tree.text(it)).map(str::trim);
        let first = texts.find(|text| !text.is_empty()).unwrap_or_default();
        let says_it = first
            .get(..kind.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(kind));
        if !says_it {
            self.prose.label(kind);
        }
    }

    fn is_title_of_admonition(&self, node: usize) -> bool {
        let tree = self.tree;
        let is_called = tree.classes(node).any(|class| {
            let class = class.to_ascii_lowercase();
            matches!(
                class.as_str(),
                "title" | "admonition-title" | "alert-heading"
            ) || class.contains("admonition-title")
                || class.contains("admonitionheading")
        });
        let is_heading = is_heading(tree, node);
        let is_head = matches!(tree.element(node), Some(Element::Summary | Element::Th));
        if !(is_called || is_heading || is_head) {
            return false;
        }
        let text = inline::text(tree, node, &self.content.is_left_out);
        // A heading that says more than what kind of admonition it is opens a section.
        !is_heading || admonition(text.trim_end_matches([':', '!']).trim()).is_some()
    }

    fn heading(&mut self, at: usize) -> usize {
        self.flush();
        self.prose.end();
        let tree = self.tree;
        let level = tree.element(at).and_then(Element::heading_level);
        let said = tree.attribute(at, Attribute::AriaLevel);
        let level = level.or_else(|| said?.trim().parse().ok()).unwrap_or(
            if tree.has_class(at, "headertitle") {
                1
            } else {
                2
            },
        );
        // The name of a reference page stands above its parts, whose headings have its level.
        let is_name = tree.element(at) == Some(Element::H2)
            && self.headings.is_empty()
            && tree
                .descendants(at)
                .take(3)
                .any(|it| tree.has_class(it, "refentrytitle"));
        let level = if is_name { 1 } else { level };
        let is_end =
            |node: usize, has_text: bool| has_text && tree.element(node).is_some_and(ends_heading);
        let left_out = &self.content.is_left_out;
        let mut run = Run::default();
        let end = inline::text_until(tree, at, left_out, &mut run, is_end);
        let text = run.take().replace('\n', " ");
        let text = text
            .trim_end_matches(HEADING_MARKS)
            .trim_start_matches(HEADING_MARKS);
        if text.trim().is_empty() {
            return end;
        }
        self.write_heading(level, text, at);
        if end < tree.end(at) {
            self.enter(at, Leave::Block);
        }
        end
    }

    fn write_heading(&mut self, level: u8, text: &str, at: usize) {
        let anchor = self.anchor_of(at);
        self.prose.heading(level, text, anchor);
        self.headings.push(text.trim().to_owned());
        self.anchors.clear();
    }

    /// The anchor that leads to the heading `at`.
    fn anchor_of(&self, at: usize) -> Option<&'t str> {
        let own = id(self.tree, at);
        let inner = || {
            self.tree
                .descendants(at)
                .find_map(|inner| id(self.tree, inner))
        };
        let before = || {
            let usable = self
                .anchors
                .iter()
                .filter(|anchor| anchor.rank == Rank::Point || anchor.end > at);
            usable
                .max_by_key(|anchor| anchor.rank)
                .map(|anchor| anchor.id)
        };
        own.or_else(|| {
            let before_is_section = self
                .anchors
                .iter()
                .any(|anchor| anchor.rank == Rank::Section && anchor.end > at);
            if before_is_section {
                before()
            } else {
                inner().or_else(before)
            }
        })
    }

    fn note_anchor(&mut self, at: usize) {
        let tree = self.tree;
        let Some(id) = id(tree, at) else {
            return;
        };
        let element = tree.element(at);
        let is_section =
            element == Some(Element::Section) || tree.classes(at).any(is_section_class);
        let is_block = element.is_some_and(Element::is_block);
        let rank = match element {
            _ if is_section => Rank::Section,
            _ if is_block && tree.end(at) > at + 1 => Rank::Container,
            _ => Rank::Point,
        };
        // Text that waits to be written stands before what comes.
        if !self.run.is_empty() && rank != Rank::Point {
            self.flush();
        }
        self.anchors.push(Anchor {
            id,
            rank,
            end: tree.end(at),
        });
    }

    fn code(&mut self, at: usize) -> usize {
        self.flush();
        self.prose.end();
        let tree = self.tree;
        let code = table::code(tree, at, &self.content.is_left_out);
        let inner = tree.descendants(at).take(3);
        let own = std::iter::once(at).chain(inner).find_map(|node| {
            [Attribute::DataLang, Attribute::DataLanguage]
                .into_iter()
                .find_map(|name| tree.attribute(node, name))
                .map(str::to_owned)
                .or_else(|| tree.classes(node).find_map(language_of_class))
        });
        let around = || {
            let mut near = self.open.iter().rev().take(4);
            near.find_map(|open| open.language.clone())
        };
        let language = own
            .or_else(around)
            .filter(|it| it.len() <= MAX_LANGUAGE_BYTES);
        if !code.trim().is_empty() {
            self.anchors.clear();
        }
        self.prose.code(&code, &language.unwrap_or_default());
        tree.end(at)
    }

    fn is_data(&self, at: usize) -> bool {
        !self.layout_tables.contains(&at)
            && table::is_data(self.tree, at, &self.content.is_left_out)
    }

    fn table(&mut self, at: usize) -> usize {
        let table = table::read(self.tree, at, &self.content.is_left_out);
        self.write_table(&table);
        self.tree.end(at)
    }

    /// A table that is made of `div`.
    fn grid(&mut self, at: usize) -> usize {
        let Some(grid) = table::read_grid(self.tree, at, &self.content.is_left_out) else {
            self.flush();
            self.enter(at, Leave::Block);
            return at + 1;
        };
        self.write_table(&grid);
        self.tree.end(at)
    }

    fn write_table(&mut self, table: &table::Table) {
        self.flush();
        self.prose.end();
        for text in &table.texts {
            self.prose.text(text);
        }
        if !table.rows.is_empty() {
            self.anchors.clear();
        }
        self.prose.table(table.header.as_deref(), &table.rows);
    }

    /// Whether a button says no more than what it does.
    fn says_little(&self, at: usize) -> bool {
        let text = inline::text(self.tree, at, &self.content.is_left_out);
        text.split(' ').count() <= 2
    }
}

/// As many nodes of an admonition are searched for its title.
const SEARCHED_FOR_TITLE: usize = 16;

/// No language has a longer name.
const MAX_LANGUAGE_BYTES: usize = 32;

/// What sites put beside a heading to link to it.
const HEADING_MARKS: [char; 6] = ['¶', '§', '🔗', '#', ' ', '\u{f0c1}'];

fn ends_heading(element: Element) -> bool {
    matches!(
        element,
        Element::P
            | Element::Ul
            | Element::Ol
            | Element::Dl
            | Element::Pre
            | Element::Table
            | Element::Div
            | Element::Section
            | Element::Article
            | Element::Blockquote
    )
}

fn is_section_class(class: &str) -> bool {
    matches!(
        class,
        "appendix"
            | "appendixes"
            | "article"
            | "bibliography"
            | "book"
            | "chapter"
            | "colophon"
            | "dedication"
            | "glossary"
            | "part"
            | "preface"
            | "refentry"
            | "reference"
            | "sect1"
            | "sect2"
            | "sect3"
            | "sect4"
            | "sect5"
            | "section"
            | "set"
            | "simplesect"
    ) || class.starts_with("refsect")
}

/// The name by which the node can be linked to.
fn id(tree: &Tree, node: usize) -> Option<&str> {
    let name = || {
        let is_anchor = tree.element(node) == Some(Element::A);
        tree.attribute(node, Attribute::Name).filter(|_| is_anchor)
    };
    let id = tree.attribute(node, Attribute::Id).or_else(name)?.trim();
    Some(id).filter(|id| !id.is_empty())
}

/// The language that a class such as `language-sh` names.
fn language_of_class(class: &str) -> Option<String> {
    let prefixes = [
        "language-",
        "lang-",
        "highlight-source-",
        "highlight-text-",
        "highlight-",
        "src-",
        "source-",
    ];
    let language = prefixes
        .iter()
        .find_map(|prefix| class.strip_prefix(prefix))?;
    let is_none = matches!(
        language,
        "" | "default" | "none" | "text" | "plaintext" | "plain"
    );
    let is_name = language
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+-#._".contains(&byte));
    // Sphinx calls Python so, whatever its version.
    let language = language
        .strip_suffix("3")
        .filter(|it| *it == "python")
        .unwrap_or(language);
    (!is_none && is_name && language.len() <= MAX_LANGUAGE_BYTES).then(|| language.to_owned())
}
