//! One file of a book, block by block.
//!
//! Books are well-formed XHTML of a few elements, without the navigation that pages of a site
//! have around their content; so this reads what is there, in order.

use std::collections::HashMap;

use crate::document::ProblemKind;
use crate::parse::builder::{Builder, folded};
use crate::parse::nested::Nested;
use crate::parse::table::Table;
use crate::parse::xml::{self, Node, Tag, Xml};

/// What the book says about one of its files.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Its path in the book, which its anchors begin with.
    pub(super) file: &'a str,
    /// Its title and the title's level, for a file that has no heading of its own.
    pub(super) title: Option<(u8, &'a str)>,
    /// What is printed on the pages that begin in it, by the id at which they do.
    pub(super) labels: Option<&'a HashMap<String, String>>,
    /// The number of the next page; pages are counted through the book.
    pub(super) next_page: &'a mut u32,
}

/// Adds one file of a book to a document.
pub(super) fn html_into(builder: &mut Builder, bytes: &[u8], part: &mut Part<'_>) {
    let text = xml::decode(bytes.to_vec());
    builder.file(part.file);
    if let Some(label) = part.labels.and_then(|labels| labels.get("")) {
        page(builder, part.next_page, label);
    }
    if let Some((level, title)) = part.title
        && !has_heading(&text)
    {
        builder.heading(level, title, None);
    }
    let mut reader = Reader::new(builder, part);
    let mut xml = Xml::new(&text);
    while let Some(node) = xml.next() {
        match node {
            Node::Start(tag) => reader.start(&tag),
            Node::End(name) => reader.end(&name),
            Node::Text(text) => reader.text(&text),
        }
    }
    reader.finish();
    if let Some(error) = xml.error() {
        let message = format!("the file is damaged; what comes before is kept: {error}");
        builder.problem(ProblemKind::Damaged, part.file, message);
    }
}

fn page(builder: &mut Builder, next: &mut u32, label: &str) {
    builder.page(*next, Some(label));
    *next = next.saturating_add(1);
}

fn has_heading(text: &str) -> bool {
    let tags = text
        .match_indices("<h")
        .map(|(at, _)| &text.as_bytes()[at + 2..]);
    tags.into_iter()
        .any(|rest| matches!(rest, [b'1'..=b'6', b' ' | b'>' | b'\n' | b'\t' | b'\r', ..]))
}

#[derive(Debug)]
struct Reader<'a, 'b> {
    builder: &'a mut Builder,
    part: &'a mut Part<'b>,
    block: Block,
    text: String,
    /// The id of the block that is open, or else of the one around it.
    anchor: Option<String>,
    lists: Nested<List>,
    tables: Nested<Table>,
    /// How deep we are in an element that is passed over; 0 if we are in none.
    passed_over: usize,
    /// How many `pre` are open.
    n_pre: usize,
    language: String,
    in_head: bool,
    /// In the header rows of a table.
    in_header: bool,
    /// Pages that begin in the block that is open: where in its text, and what is printed there.
    breaks: Vec<(usize, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Paragraph,
    Heading(u8),
    Item(Option<u64>),
}

#[derive(Debug)]
struct List {
    /// The number of the next item; `None` in a list of bullets.
    next: Option<u64>,
}

impl<'a, 'b> Reader<'a, 'b> {
    fn new(builder: &'a mut Builder, part: &'a mut Part<'b>) -> Self {
        Self {
            builder,
            part,
            block: Block::Paragraph,
            text: String::new(),
            anchor: None,
            lists: Nested::default(),
            tables: Nested::default(),
            passed_over: 0,
            n_pre: 0,
            language: String::new(),
            in_head: false,
            in_header: false,
            breaks: Vec::new(),
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        if self.passed_over > 0 {
            self.passed_over += 1;
            return;
        }
        self.page_break(tag);
        let name = tag.name().to_ascii_lowercase();
        if is_passed_over(&name) || tag.attribute("hidden").is_some() {
            self.passed_over = 1;
            return;
        }
        if is_block(&name) {
            self.flush();
        }
        if let Some(id) = tag.attribute("id").filter(|id| !id.is_empty()) {
            // Of several, the outermost one leads to the whole.
            self.anchor.get_or_insert(id);
        }
        match name.as_str() {
            "head" => self.in_head = true,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block = Block::Heading(name.as_bytes()[1] - b'0');
                if let Some(id) = tag.attribute("id").filter(|id| !id.is_empty()) {
                    self.anchor = Some(id);
                }
            }
            "ul" | "ol" | "dl" => self.start_list(&name, tag),
            "li" | "dt" => self.start_item(tag),
            "pre" => {
                self.n_pre += 1;
                self.language.clear();
                self.find_language(tag);
            }
            "code" if self.n_pre > 0 => self.find_language(tag),
            "br" => self.text.push('\n'),
            "table" => {
                self.tables.push(Table::default());
            }
            "thead" => self.in_header = true,
            "tr" | "td" | "th" => self.table_part(&name, tag),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return;
        }
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "head" => {
                self.in_head = false;
                self.text.clear();
                self.breaks.clear();
            }
            "pre" if self.n_pre > 0 => {
                if self.n_pre == 1 {
                    self.flush();
                }
                self.n_pre -= 1;
            }
            "ul" | "ol" | "dl" => {
                self.flush();
                self.lists.pop();
            }
            "td" | "th" => {
                self.flush();
                if let Some(table) = self.tables.last() {
                    table.end_cell();
                }
            }
            "thead" => self.in_header = false,
            "tr" => {
                self.flush();
                if let Some(table) = self.tables.last() {
                    table.end_row(self.builder);
                }
            }
            "table" => {
                self.flush();
                self.end_table();
            }
            name if is_block(name) => {
                self.flush();
                // An item may hold a paragraph, which then is the item; a paragraph after it, or
                // after a heading without text, is none.
                if !matches!(name, "p" | "div") {
                    self.block = Block::Paragraph;
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.passed_over == 0 && !self.in_head {
            self.text.push_str(text);
        }
    }

    fn finish(mut self) {
        self.flush();
        for mut table in self.tables.close() {
            table.end_cell();
            table.end_row(self.builder);
            table.finish(self.builder);
        }
    }

    /// Writes the block that is open.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        let block = std::mem::replace(&mut self.block, Block::Paragraph);
        let anchor = self.anchor.take();
        let is_code = self.n_pre > 0;
        if let Some(table) = self.tables.innermost() {
            table.text(text, is_code);
        } else if is_code {
            self.builder.code(&text, &self.language);
        } else {
            match block {
                Block::Heading(level) => self.builder.heading(level, &text, anchor.as_deref()),
                Block::Item(number) => {
                    let depth = self.lists.len().saturating_sub(1);
                    self.builder.item(depth, number, &text);
                }
                Block::Paragraph => {
                    self.paragraph(&text);
                    return;
                }
            }
        }
        // In other blocks than paragraphs it does not matter where in them.
        for (_, label) in std::mem::take(&mut self.breaks) {
            page(self.builder, self.part.next_page, &label);
        }
    }

    /// Writes a paragraph, in which pages may begin.
    fn paragraph(&mut self, text: &str) {
        let start = self.builder.text_len();
        self.builder.paragraph(text);
        for (at, label) in std::mem::take(&mut self.breaks) {
            let (before, after) = text.split_at(at);
            let is_between_words =
                before.ends_with(char::is_whitespace) || after.starts_with(char::is_whitespace);
            let space = usize::from(is_between_words && !after.trim().is_empty());
            let at = start + folded(before).len() + space;
            self.builder.page_at(*self.part.next_page, &label, at);
            *self.part.next_page = self.part.next_page.saturating_add(1);
        }
    }

    /// Where a page of the printed book begins.
    fn page_break(&mut self, tag: &Tag<'_>) {
        let id = tag.attribute("id");
        let label = id.and_then(|id| self.part.labels?.get(&id).cloned());
        let label = label.or_else(|| {
            let kind = tag.attribute("type").or_else(|| tag.attribute("role"))?;
            let is_break = kind
                .split_whitespace()
                .any(|kind| matches!(kind, "pagebreak" | "doc-pagebreak"));
            let label = tag
                .attribute("title")
                .or_else(|| tag.attribute("aria-label"));
            label.filter(|label| is_break && !label.trim().is_empty())
        });
        let Some(label) = label else { return };
        if self.text.trim().is_empty() {
            page(self.builder, self.part.next_page, &label);
        } else {
            self.breaks.push((self.text.len(), label));
        }
    }

    fn start_list(&mut self, name: &str, tag: &Tag<'_>) {
        let start = tag.attribute("start").and_then(|start| start.parse().ok());
        let next = (name == "ol").then(|| start.unwrap_or(1));
        self.lists.push(List { next });
    }

    fn start_item(&mut self, tag: &Tag<'_>) {
        let given = tag.attribute("value").and_then(|value| value.parse().ok());
        let number = self.lists.innermost().and_then(|list| {
            let number = given.or(list.next)?;
            list.next = list.next.map(|_| number.saturating_add(1));
            list.next.map(|_| number)
        });
        if !self.lists.is_empty() {
            self.block = Block::Item(number);
        }
    }

    fn find_language(&mut self, tag: &Tag<'_>) {
        let class = tag.attribute("class").unwrap_or_default();
        let language = class.split_whitespace().find_map(|class| {
            ["language-", "lang-", "highlight-"]
                .iter()
                .find_map(|prefix| class.strip_prefix(prefix))
        });
        if let Some(language) = language {
            language.clone_into(&mut self.language);
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else {
            return;
        };
        match self.tables.innermost() {
            Some(outer) => outer.text(table.into_line(), false),
            None => table.finish(self.builder),
        }
    }

    fn table_part(&mut self, name: &str, tag: &Tag<'_>) {
        let Some(table) = self.tables.last() else {
            return;
        };
        if name == "tr" {
            table.start_row();
            if self.in_header {
                table.row_is_header();
            }
        } else {
            table.start_cell();
            if name == "th" {
                table.cell_is_header();
            }
            let columns = tag.attribute("colspan").and_then(|span| span.parse().ok());
            table.cell_spans(columns.unwrap_or(1));
        }
    }
}

fn is_passed_over(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "svg"
            | "nav"
            | "audio"
            | "video"
            | "object"
            | "rt"
            | "rp"
    )
}

/// Whether an element stands by itself, so that text before and after it is not of one block.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}
