//! The text of an OpenDocument, paragraph by paragraph.

use super::styles::Styles;
use crate::document::ProblemKind;
use crate::parse::builder::Builder;
use crate::parse::nested::{MAX_NESTED, Nested};
use crate::parse::table::Table;
use crate::parse::xml::{Node, Tag, Xml};

/// Blanks in a row that are written. A file may say in a few letters that there are billions.
const MAX_BLANKS: usize = 200;

/// Times that a cell or a row is repeated, for the same reason.
const MAX_REPEATED: usize = 100;

/// Writes `content.xml` into a builder.
#[derive(Debug)]
pub(super) struct Body<'a> {
    builder: &'a mut Builder,
    styles: &'a Styles,
    max_len: usize,
    /// A text box or a note in a paragraph holds paragraphs.
    paragraphs: Nested<Paragraph>,
    tables: Nested<Table>,
    lists: Nested<List>,
    is_nested: bool,
    /// How deep we are in an element that is passed over; 0 if we are in none.
    passed_over: usize,
    in_text: bool,
    in_header: bool,
    /// Cells that follow, which the last one reaches over.
    n_covered: usize,
    /// Whether each of the spans that are open is of code.
    spans: Vec<bool>,
    code: Vec<String>,
    anchor: Option<String>,
    n_notes: usize,
}

#[derive(Debug, Default)]
struct Paragraph {
    /// Level of a heading, from 1.
    level: Option<u8>,
    style: String,
    is_code: bool,
    text: String,
    n_fixed: usize,
    n_other: usize,
    anchor: Option<String>,
    /// The notes that it refers to, and whether the last one is being read.
    notes: Vec<(usize, String)>,
    in_note: bool,
}

#[derive(Debug, Default)]
struct List {
    style: String,
    n_items: u64,
    /// Whether the next paragraph begins an item.
    at_item: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(builder: &'a mut Builder, styles: &'a Styles, max_len: usize) -> Self {
        Self {
            builder,
            styles,
            max_len,
            paragraphs: Nested::default(),
            tables: Nested::default(),
            lists: Nested::default(),
            is_nested: false,
            passed_over: 0,
            in_text: false,
            in_header: false,
            n_covered: 0,
            spans: Vec::new(),
            code: Vec::new(),
            anchor: None,
            n_notes: 0,
        }
    }

    pub(super) fn read(mut self, text: &str) {
        let mut xml = Xml::new(text);
        let mut is_too_long = false;
        while let Some(node) = xml.next() {
            match node {
                Node::Start(_) if self.passed_over > 0 => self.passed_over += 1,
                Node::End(_) if self.passed_over > 0 => self.passed_over -= 1,
                Node::Start(tag) if self.in_text => self.start(&tag),
                Node::Start(tag) => self.in_text = tag.name() == "body",
                Node::End(name) if self.in_text => self.end(&name),
                // Line ends in the file are blanks in the text.
                Node::Text(text) if self.in_text && self.passed_over == 0 => {
                    self.push(&text.replace(['\n', '\r'], " "));
                }
                _ => {}
            }
            is_too_long = self.builder.text_len() > self.max_len;
            if is_too_long {
                break;
            }
        }
        self.finish();
        if is_too_long {
            let message = "its text is twenty times longer than the file; the rest is left out";
            self.builder.problem(ProblemKind::TooLarge, "", message);
        }
        if let Some(error) = xml.error() {
            let message = format!("the text is damaged; what comes before is kept: {error}");
            self.builder.problem(ProblemKind::Damaged, "", message);
        }
        if self.is_nested {
            let message = format!(
                "text boxes, lists or tables lie more than {MAX_NESTED} deep in one another; their text is kept, their structure is not"
            );
            self.builder.problem(ProblemKind::Nested, "", message);
        }
    }

    fn finish(&mut self) {
        for paragraph in self.paragraphs.close() {
            self.paragraph(paragraph);
        }
        for mut table in self.tables.close() {
            table.end_cell();
            table.end_row(self.builder);
            table.finish(self.builder);
        }
        self.flush_code();
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "p" | "h" => self.start_paragraph(tag),
            "span" => {
                let style = tag.attribute("style-name").unwrap_or_default();
                self.spans.push(self.styles.is_code(&style));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            "s" => {
                let n_blanks = tag.attribute("c").and_then(|n| n.parse().ok());
                self.push(&" ".repeat(n_blanks.unwrap_or(1).min(MAX_BLANKS)));
            }
            "bookmark" | "bookmark-start" => self.bookmark(tag),
            "note-body" => self.start_note(),
            "list" => {
                let style = tag.attribute("style-name").unwrap_or_default();
                self.is_nested |= !self.lists.push(List {
                    style,
                    ..List::default()
                });
            }
            "list-item" => {
                if let Some(list) = self.lists.last() {
                    list.n_items += 1;
                    list.at_item = true;
                }
            }
            "table" => {
                self.flush_code();
                self.is_nested |= !self.tables.push(Table::default());
            }
            "table-header-rows" => self.in_header = true,
            "table-row" => {
                if let Some(table) = self.tables.last() {
                    table.start_row();
                    if self.in_header {
                        table.row_is_header();
                    }
                }
            }
            "table-cell" | "covered-table-cell" => self.start_cell(tag),
            // What was deleted, lists of headings, marks of notes, and what nobody sees.
            "tracked-changes" | "table-of-content" | "illustration-index" | "table-index"
            | "alphabetical-index" | "annotation" | "note-citation" | "forms"
            | "sequence-decls" | "ruby-text" | "title" | "desc" => self.passed_over = 1,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" | "h" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.paragraph(paragraph);
                }
            }
            "span" => {
                self.spans.pop();
            }
            "note-body" => {
                if let Some(paragraph) = self.paragraphs.innermost() {
                    paragraph.in_note = false;
                }
            }
            "list" => {
                self.lists.pop();
            }
            "table" => self.end_table(),
            "table-header-rows" => self.in_header = false,
            "table-row" => {
                if let Some(table) = self.tables.last() {
                    table.end_row(self.builder);
                }
            }
            "table-cell" | "covered-table-cell" => {
                if let Some(table) = self.tables.last() {
                    table.end_cell();
                }
            }
            "body" => self.in_text = false,
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        let is_code = self.spans.last().copied().unwrap_or(false);
        let Some(paragraph) = self.paragraphs.innermost() else {
            return;
        };
        let n_chars = text.chars().filter(|c| !c.is_whitespace()).count();
        if is_code || paragraph.is_code {
            paragraph.n_fixed += n_chars;
        } else {
            paragraph.n_other += n_chars;
        }
        paragraph.text.push_str(text);
    }

    fn bookmark(&mut self, tag: &Tag<'_>) {
        let name = tag.attribute("name").filter(|name| !name.is_empty());
        let place = match self.paragraphs.innermost() {
            Some(paragraph) => &mut paragraph.anchor,
            None => &mut self.anchor,
        };
        // References of LibreOffice to headings come and go with its versions.
        if place.is_none() {
            *place = name.filter(|name| !name.starts_with("__"));
        }
    }

    fn start_note(&mut self) {
        self.n_notes += 1;
        let mark = format!("[{}]", self.n_notes);
        self.push(&mark);
        if let Some(paragraph) = self.paragraphs.innermost() {
            paragraph.notes.push((self.n_notes, String::new()));
            paragraph.in_note = true;
        }
    }

    fn start_cell(&mut self, tag: &Tag<'_>) {
        let number = |name: &str| {
            let number = tag.attribute(name).and_then(|number| number.parse().ok());
            number.unwrap_or(1_usize).clamp(1, MAX_REPEATED)
        };
        let Some(table) = self.tables.last() else {
            return;
        };
        table.start_cell();
        table.cell_spans(number("number-columns-repeated"));
        if tag.name() == "table-cell" {
            self.n_covered = number("number-columns-spanned") - 1;
        } else if self.n_covered > 0 {
            self.n_covered -= 1;
        } else {
            // What covers it does not stand beside it, so it stands above.
            table.cell_continues();
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

    fn start_paragraph(&mut self, tag: &Tag<'_>) {
        let style = tag.attribute("style-name").unwrap_or_default();
        let level = tag.attribute("outline-level");
        let level = level.and_then(|level| level.parse().ok());
        let fits = self.paragraphs.push(Paragraph {
            level: (tag.name() == "h").then(|| level.unwrap_or(1_u8).clamp(1, 9)),
            is_code: self.styles.is_code(&style),
            style,
            anchor: self.anchor.take(),
            ..Paragraph::default()
        });
        if !fits {
            self.is_nested = true;
            self.push("\n");
        }
    }

    fn paragraph(&mut self, paragraph: Paragraph) {
        if let Some(outer) = self.paragraphs.innermost()
            && outer.in_note
            && let Some((_, note)) = outer.notes.last_mut()
        {
            note.push(' ');
            note.push_str(&paragraph.text);
            return;
        }
        let is_code = paragraph.n_fixed > 0 && paragraph.n_other == 0;
        if let Some(table) = self.tables.innermost() {
            table.text(paragraph.text, is_code);
            for (number, note) in paragraph.notes {
                table.text(format!("[{number}]{note}"), false);
            }
            return;
        }
        if paragraph.text.trim().is_empty() {
            // A blank line may be one of code.
            if !self.code.is_empty() {
                self.code.push(String::new());
            }
            return;
        }
        let anchor = paragraph.anchor.as_deref();
        if let Some(level) = paragraph.level {
            self.flush_code();
            self.builder.heading(level, &paragraph.text, anchor);
        } else if self.styles.is_based_on(&paragraph.style, "Title") {
            self.flush_code();
            self.builder.title(&paragraph.text);
            self.builder.heading(1, &paragraph.text, anchor);
        } else if let Some((depth, number)) = self.item() {
            self.flush_code();
            self.builder.item(depth, number, &paragraph.text);
        } else if is_code {
            self.code.push(paragraph.text);
        } else {
            self.flush_code();
            self.builder.lines(&paragraph.text);
        }
        for (number, note) in paragraph.notes {
            self.flush_code();
            self.builder.paragraph(&format!("[{number}]{note}"));
        }
    }

    /// How deep the item lies that begins here, and its number; `None` if none does.
    fn item(&mut self) -> Option<(usize, Option<u64>)> {
        let level = self.lists.len();
        let list = self.lists.innermost().filter(|list| list.at_item)?;
        list.at_item = false;
        let number = list.n_items;
        let style = list.style.clone();
        let is_numbered = self.styles.is_numbered(&style, level);
        Some((level.saturating_sub(1), is_numbered.then_some(number)))
    }

    fn flush_code(&mut self) {
        let code = std::mem::take(&mut self.code).join("\n");
        self.builder.code(&code, "");
    }
}
