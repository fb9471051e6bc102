//! The text of a document, paragraph by paragraph.

use std::collections::HashMap;

use super::notes::Notes;
use super::numbering::Numbering;
use super::styles::{self, Meaning, Styles};
use crate::document::ProblemKind;
use crate::parse::builder::Builder;
use crate::parse::nested::{MAX_NESTED, Nested};
use crate::parse::table::Table;
use crate::parse::xml::{Node, Tag, Xml};

/// Writes `document.xml` into a builder.
#[derive(Debug)]
pub(super) struct Body<'a> {
    builder: &'a mut Builder,
    styles: &'a Styles,
    meanings: HashMap<String, Meaning>,
    numbering: Numbering,
    notes: Notes,
    max_len: usize,
    /// A text box in a paragraph holds paragraphs.
    paragraphs: Nested<Paragraph>,
    tables: Nested<Table>,
    controls: Vec<Control>,
    is_nested: bool,
    /// How deep we are in an element that is passed over; 0 if we are in none.
    passed_over: usize,
    context: Context,
    run: Run,
    in_text: bool,
    /// Lines of code that the next paragraph may go on with, and blank ones after them.
    code: Vec<String>,
    n_blank: usize,
    /// Text of paragraphs whose end is deleted, so that they go on in the next one.
    carried: String,
    /// A bookmark before the next paragraph.
    anchor: Option<String>,
}

/// What properties belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Context {
    #[default]
    Content,
    Paragraph,
    Run,
    Row,
    Control,
}

#[derive(Debug, Default)]
struct Paragraph {
    style: Option<String>,
    meaning: Meaning,
    /// Level of a heading by the paragraph itself, from 1.
    level: Option<u8>,
    list: Option<String>,
    list_level: Option<u8>,
    text: String,
    n_fixed: usize,
    n_other: usize,
    anchor: Option<String>,
    notes: Vec<(usize, String)>,
    end_is_deleted: bool,
}

#[derive(Debug, Default)]
struct Run {
    is_fixed: Option<bool>,
    is_hidden: bool,
}

/// A content control: a field of a form, or a part that Word makes.
#[derive(Debug, Default)]
struct Control {
    is_passed_over: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(
        builder: &'a mut Builder,
        styles: &'a Styles,
        numbering: Numbering,
        notes: Notes,
        max_len: usize,
    ) -> Self {
        Self {
            builder,
            styles,
            meanings: HashMap::new(),
            numbering,
            notes,
            max_len,
            paragraphs: Nested::default(),
            tables: Nested::default(),
            controls: Vec::new(),
            is_nested: false,
            passed_over: 0,
            context: Context::default(),
            run: Run::default(),
            in_text: false,
            code: Vec::new(),
            n_blank: 0,
            carried: String::new(),
            anchor: None,
        }
    }

    pub(super) fn read(mut self, text: &str) {
        let mut xml = Xml::new(text);
        let mut is_too_long = false;
        while let Some(node) = xml.next() {
            match node {
                Node::Start(_) | Node::End(_) if self.passed_over > 0 => match node {
                    Node::Start(_) => self.passed_over += 1,
                    _ => self.passed_over -= 1,
                },
                Node::Start(tag) => self.start(&tag),
                Node::End(name) => self.end(&name),
                Node::Text(text) => self.text(&text),
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
                "text boxes or tables lie more than {MAX_NESTED} deep in one another; their text is kept, their structure is not"
            );
            self.builder.problem(ProblemKind::Nested, "", message);
        }
    }

    /// Writes what is still open where a damaged file ends.
    fn finish(&mut self) {
        for paragraph in self.paragraphs.close() {
            self.paragraph(paragraph);
        }
        for mut table in self.tables.close() {
            table.end_cell();
            table.end_row(self.builder);
            table.finish(self.builder);
        }
        if !self.carried.is_empty() {
            self.paragraph(Paragraph::default());
        }
        self.flush_code();
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "p" => self.start_paragraph(),
            "tbl" => self.start_table(),
            "pPr" => self.context = Context::Paragraph,
            "trPr" => self.context = Context::Row,
            "sdtPr" => self.context = Context::Control,
            "rPr" if self.context == Context::Content => self.context = Context::Run,
            "r" => self.run = Run::default(),
            "sdt" => self.controls.push(Control::default()),
            "sdtContent" => {
                let control = self.controls.last();
                if control.is_some_and(|control| control.is_passed_over) {
                    self.passed_over = 1;
                }
            }
            // Text that was taken out or away, and older properties. A shape has two forms, of
            // which programs show the first they know.
            "del" | "moveFrom" if self.context == Context::Content => self.passed_over = 1,
            "Fallback" | "instrText" | "delText" | "delInstrText" | "rt" | "sectPr"
            | "pPrChange" | "rPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange"
            | "tblGridChange" | "sectPrChange" | "numberingChange" => self.passed_over = 1,
            "t" => self.in_text = true,
            "bookmarkStart" => self.bookmark(tag),
            "footnoteReference" | "endnoteReference" => self.note(tag),
            _ => self.property(tag),
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => self.end_paragraph(),
            "tbl" => self.end_table(),
            "tr" => {
                if let Some(table) = self.tables.last() {
                    table.end_row(self.builder);
                }
            }
            "tc" => {
                if let Some(table) = self.tables.last() {
                    table.end_cell();
                }
            }
            "pPr" => {
                self.context = Context::Content;
                self.find_meaning();
            }
            "trPr" | "sdtPr" => self.context = Context::Content,
            "rPr" if self.context == Context::Run => self.context = Context::Content,
            "sdt" => {
                self.controls.pop();
            }
            "t" => self.in_text = false,
            _ => {}
        }
    }

    fn property(&mut self, tag: &Tag<'_>) {
        match self.context {
            Context::Content => self.content(tag),
            Context::Paragraph => self.paragraph_property(tag),
            Context::Run => match tag.name() {
                "rFonts" => self.run.is_fixed = styles::is_fixed(tag).or(self.run.is_fixed),
                "rStyle" => {
                    let style = tag.value().unwrap_or_default();
                    self.run.is_fixed = self.run.is_fixed.or_else(|| self.styles.is_fixed(&style));
                }
                "vanish" => self.run.is_hidden = tag.is_on(),
                _ => {}
            },
            Context::Row => {
                if let Some(table) = self.tables.last() {
                    match tag.name() {
                        "tblHeader" if tag.is_on() => table.row_is_header(),
                        "del" => table.row_is_deleted(),
                        _ => {}
                    }
                }
            }
            Context::Control => {
                let is_passed_over = match tag.name() {
                    "docPartGallery" => tag
                        .value()
                        .is_some_and(|gallery| gallery.starts_with("Table of ")),
                    "showingPlcHdr" => tag.is_on(),
                    _ => false,
                };
                if let Some(control) = self.controls.last_mut() {
                    control.is_passed_over |= is_passed_over;
                }
            }
        }
    }

    /// Characters that are elements, and parts of tables.
    fn content(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "tab" | "ptab" => self.push("\t"),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = tag.attribute("char");
                let code = code.and_then(|code| u32::from_str_radix(&code, 16).ok());
                // Symbol fonts have their pictures where Unicode has nothing.
                let is_private = |c: &char| ('\u{e000}'..='\u{f8ff}').contains(c);
                let symbol = code.and_then(char::from_u32).filter(|c| !is_private(c));
                if let Some(symbol) = symbol {
                    self.push(symbol.encode_utf8(&mut [0; 4]));
                }
            }
            name => {
                let Some(table) = self.tables.last() else {
                    return;
                };
                match name {
                    "tr" => table.start_row(),
                    "tc" => table.start_cell(),
                    "gridSpan" => {
                        let columns = tag.value().and_then(|value| value.parse().ok());
                        table.cell_spans(columns.unwrap_or(1));
                    }
                    "vMerge" if tag.value().as_deref() != Some("restart") => {
                        table.cell_continues();
                    }
                    "tblLook" => table.first_is_header = first_row_stands_out(tag),
                    _ => {}
                }
            }
        }
    }

    fn paragraph_property(&mut self, tag: &Tag<'_>) {
        let Some(paragraph) = self.paragraphs.innermost() else {
            return;
        };
        match tag.name() {
            "pStyle" => paragraph.style = tag.value(),
            "outlineLvl" => paragraph.level = styles::outline_level(tag),
            "numId" => paragraph.list = tag.value(),
            "ilvl" => paragraph.list_level = Some(styles::small_number(tag)),
            "del" | "moveFrom" => paragraph.end_is_deleted = true,
            _ => {}
        }
    }

    fn bookmark(&mut self, tag: &Tag<'_>) {
        let Some(name) = tag.attribute("name") else {
            return;
        };
        // Word sets these wherever somebody was at work.
        if name.is_empty() || name.starts_with("_GoBack") || name.starts_with("_Hlk") {
            return;
        }
        let place = match self.paragraphs.innermost() {
            Some(paragraph) => &mut paragraph.anchor,
            None => &mut self.anchor,
        };
        // A name that somebody gave is better than one that Word made.
        let is_better = place
            .as_ref()
            .is_none_or(|other| other.starts_with('_') && !name.starts_with('_'));
        if is_better {
            *place = Some(name);
        }
    }

    fn note(&mut self, tag: &Tag<'_>) {
        let id = tag.attribute("id").unwrap_or_default();
        let Some((number, text)) = self.notes.take(tag.name(), &id) else {
            return;
        };
        self.push(&format!("[{number}]"));
        if let Some(paragraph) = self.paragraphs.innermost() {
            paragraph.notes.push((number, text));
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text && self.passed_over == 0 {
            self.push(text);
        }
    }

    fn push(&mut self, text: &str) {
        let Some(paragraph) = self.paragraphs.innermost() else {
            return;
        };
        if self.run.is_hidden {
            return;
        }
        paragraph.text.push_str(text);
        let n_chars = text.chars().filter(|c| !c.is_whitespace()).count();
        let is_fixed = self.run.is_fixed.unwrap_or(paragraph.meaning.is_fixed);
        if is_fixed {
            paragraph.n_fixed += n_chars;
        } else {
            paragraph.n_other += n_chars;
        }
    }

    fn start_paragraph(&mut self) {
        self.context = Context::Content;
        self.run = Run::default();
        let fits = self.paragraphs.push(Paragraph {
            meaning: self.styles.meaning(None),
            anchor: self.anchor.take(),
            ..Paragraph::default()
        });
        if !fits {
            self.is_nested = true;
            self.push("\n");
        }
    }

    /// Looks up what the style of the innermost paragraph means.
    fn find_meaning(&mut self) {
        let Some(paragraph) = self.paragraphs.innermost() else {
            return;
        };
        let Some(style) = &paragraph.style else {
            return;
        };
        if !self.meanings.contains_key(style) {
            let meaning = self.styles.meaning(Some(style));
            self.meanings.insert(style.clone(), meaning);
        }
        paragraph.meaning = self.meanings[style].clone();
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else {
            return;
        };
        self.run = Run::default();
        if paragraph.end_is_deleted {
            self.carried.push_str(&paragraph.text);
            return;
        }
        self.paragraph(paragraph);
    }

    fn paragraph(&mut self, mut paragraph: Paragraph) {
        if !self.carried.is_empty() {
            paragraph
                .text
                .insert_str(0, &std::mem::take(&mut self.carried));
        }
        let is_fixed = paragraph.n_fixed > 0 && paragraph.n_other == 0;
        let is_code = paragraph.meaning.is_code || (is_fixed && self.styles.tell_code_by_font());
        let label = self.label(&paragraph);
        if let Some(table) = self.tables.innermost() {
            let text = match label {
                Some((_, label)) if !label.text.is_empty() => {
                    format!("{} {}", label.text, paragraph.text)
                }
                _ => paragraph.text,
            };
            table.text(text, is_code);
            for (number, text) in paragraph.notes {
                table.text(format!("[{number}] {text}"), false);
            }
            return;
        }
        if paragraph.text.trim().is_empty() {
            self.n_blank += usize::from(!self.code.is_empty());
            return;
        }
        let level = paragraph.level.map_or(paragraph.meaning.level, |level| {
            (1..=9).contains(&level).then_some(level)
        });
        let anchor = paragraph.anchor.as_deref();
        if paragraph.meaning.is_title && level.is_none() {
            self.flush_code();
            if !self.builder.has_title() {
                self.builder.title(&paragraph.text);
            }
            self.builder.heading(1, &paragraph.text, anchor);
        } else if let Some(level) = level {
            self.flush_code();
            let number = label.map(|(_, label)| label.text).unwrap_or_default();
            let text = format!("{number} {}", paragraph.text);
            self.builder.heading(level, &text, anchor);
        } else if paragraph.meaning.is_contents {
            self.flush_code();
        } else if let Some((depth, label)) = label {
            self.flush_code();
            self.builder.item(depth, label.number, &paragraph.text);
        } else if is_code {
            let blank = std::mem::take(&mut self.n_blank);
            self.code.extend(std::iter::repeat_n(String::new(), blank));
            self.code.push(std::mem::take(&mut paragraph.text));
        } else {
            self.flush_code();
            self.builder.lines(&paragraph.text);
        }
        if !paragraph.notes.is_empty() {
            self.flush_code();
        }
        for (number, text) in paragraph.notes {
            self.builder.paragraph(&format!("[{number}] {text}"));
        }
    }

    /// What Word counts before a paragraph, and how deep in a list it stands.
    fn label(&mut self, paragraph: &Paragraph) -> Option<(usize, super::numbering::Label)> {
        let of_style = paragraph.meaning.numbering.as_ref();
        let list = paragraph
            .list
            .as_deref()
            .or_else(|| of_style.map(|(list, _)| list.as_str()))
            .filter(|list| *list != "0")?;
        let level = paragraph
            .list_level
            .or_else(|| of_style.map(|(_, level)| *level))
            .unwrap_or(0);
        if paragraph.text.trim().is_empty() {
            return None;
        }
        Some((usize::from(level), self.numbering.next(list, level)))
    }

    fn start_table(&mut self) {
        self.flush_code();
        self.is_nested |= !self.tables.push(Table::default());
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

    fn flush_code(&mut self) {
        self.n_blank = 0;
        if !self.code.is_empty() {
            let code = std::mem::take(&mut self.code).join("\n");
            self.builder.code(&code, "");
        }
    }
}

/// Whether a table's look says that its first row is a header.
fn first_row_stands_out(look: &Tag<'_>) -> bool {
    const FIRST_ROW: u32 = 0x20;
    match look.attribute("firstRow") {
        Some(value) => !matches!(value.as_str(), "0" | "false"),
        None => look
            .value()
            .and_then(|value| u32::from_str_radix(&value, 16).ok())
            .is_some_and(|bits| bits & FIRST_ROW != 0),
    }
}
