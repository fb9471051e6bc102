//! `AsciiDoc` in, a document out: a tolerant reader of what manuals are written in.
//!
//! ```text
//! = Guide                   heading: its level in `=`, or an underline
//! :product: Router          attribute, which stands for its value from here on
//!
//! [source,sh]               what the next block is
//! ----                      block between two lines
//! ls
//! ----
//! NOTE: Mind {product}.     admonition
//! ```
//!
//! Blocks begin and end with lines of their own, so the text is read from top to bottom with a
//! stack of what is open. Nothing is included from elsewhere, and both sides of conditions stay:
//! what they depend on is known to those who build the manual.
//!
//! | file | what it does |
//! |---|---|
//! | `blocks` | blocks between two lines, and macros that are blocks |
//! | `inline` | text without inline mark-up |
//! | `marks` | what a line is: heading, item, delimiter, macro |
//! | `table` | tables |
//!
//! # Source
//! <https://docs.asciidoctor.org/asciidoc/latest/>

mod blocks;
mod inline;
mod marks;
mod table;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::builder::Builder;
use super::growth::Growth;
use super::prose::{Prose, admonition};
use crate::document::Document;
use blocks::Open;
use inline::Names;
use marks::{Attributes, Delimiter, Number, Title};

/// Parses a text.
pub(super) fn parse(text: &str) -> Document {
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    let mut builder = Builder::new();
    let mut reader = Reader {
        prose: Prose::new(&mut builder, text.len()),
        names: Names {
            headings: headings(&lines),
            growth: Growth::of(text.len()),
            ..Names::default()
        },
        lines: &lines,
        attributes: Attributes::default(),
        anchor: None,
        anchors: HashSet::new(),
        lists: Vec::new(),
        open: Vec::new(),
        is_continued: false,
        n_headings: 0,
        title: None,
    };
    let mut at = 0;
    while at < lines.len() {
        at = reader.line(at);
    }
    reader.prose.end();
    let title = reader.title;
    if let Some(title) = title {
        builder.title(&title);
    }
    builder.finish()
}

/// Headings by the anchors that stand before them or in them, and by those made of them.
fn headings(lines: &[&str]) -> std::collections::HashMap<String, String> {
    let mut headings = std::collections::HashMap::new();
    let nothing = Names::default();
    let mut anchors: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some(delimiter) = Delimiter::of(lines[at]).filter(|it| it.is_verbatim()) {
            at = delimiter.end(lines, at) + 1;
        } else if let Some(attributes) = marks::block_attributes(lines[at]) {
            anchors.extend(Attributes::of(attributes).id);
            at += 1;
        } else if let Some(title) = Title::at(&lines[at..]) {
            let (text, own) = title.text_and_anchor();
            let text = inline::plain(text, &nothing);
            let made = marks::id(&text, "_", "_");
            for anchor in anchors
                .drain(..)
                .chain(own.map(str::to_owned))
                .chain([made])
            {
                headings.entry(anchor).or_insert_with(|| text.clone());
            }
            at += title.n_lines;
        } else {
            if !lines[at].is_empty() {
                anchors.clear();
            }
            at += 1;
        }
    }
    headings
}

/// One reading of a text.
struct Reader<'t, 'b> {
    prose: Prose<'b>,
    names: Names,
    lines: &'t [&'t str],
    /// What the lines before a block say of it.
    attributes: Attributes,
    anchor: Option<String>,
    /// Anchors that were given out.
    anchors: HashSet<String>,
    /// The marks of the lists that are open, outermost first.
    lists: Vec<String>,
    open: Vec<Open<'t>>,
    /// Whether `+` said that the next block belongs to the item before.
    is_continued: bool,
    n_headings: usize,
    title: Option<String>,
}

impl Reader<'_, '_> {
    /// Deals with what starts at line `at`; returns the line after it.
    fn line(&mut self, at: usize) -> usize {
        let lines = self.lines;
        let line = lines[at];
        if line.trim().is_empty() {
            return at + 1;
        }
        if line == "+" {
            self.is_continued = true;
            return at + 1;
        }
        if line.starts_with("//") && !line.starts_with("///") {
            return at + 1;
        }
        if let Some(end) = self.attribute(at) {
            return end;
        }
        if let Some(text) = marks::condition(line) {
            let text = inline::plain(text, &self.names);
            self.prose.text(&text);
            return at + 1;
        }
        if let Some(attributes) = marks::block_attributes(line) {
            self.block_attributes(attributes);
            return at + 1;
        }
        if let Some(delimiter) = Delimiter::of(line) {
            return self.delimiter(at, delimiter);
        }
        if let Some(title) = Title::at(&lines[at..]) {
            // What looks like an underline may be the end of a block.
            let is_end =
                title.n_lines == 2 && self.open.iter().any(|open| open.delimiter == lines[at + 1]);
            if !is_end {
                return self.heading(at, &title);
            }
        }
        if let Some(title) = marks::block_title(line) {
            self.leave_lists();
            let title = inline::plain(title, &self.names);
            self.prose.text(&title);
            return at + 1;
        }
        if marks::is_rule(line) {
            return at + 1;
        }
        if let Some((name, target, text)) = marks::block_macro(line) {
            self.block_macro(name, target, text);
            return at + 1;
        }
        self.anchor = None;
        if let Some(item) = marks::Item::of(line) {
            return self.item(at, &item);
        }
        if self.is_code() {
            return self.code_paragraph(at);
        }
        if line.starts_with([' ', '\t']) && !self.prose.is_in_item() {
            return self.literal(at);
        }
        self.paragraph(at)
    }

    /// An attribute, which may go on over several lines.
    fn attribute(&mut self, at: usize) -> Option<usize> {
        let (name, value) = marks::attribute(self.lines[at])?;
        let mut value = value.to_owned();
        let mut end = at + 1;
        while let Some(start) = value.strip_suffix('\\').filter(|it| it.ends_with(' ')) {
            let Some(more) = self.lines.get(end).filter(|it| !it.trim().is_empty()) else {
                break;
            };
            value = [start, more.trim()].concat();
            end += 1;
        }
        if let Some(name) = name.strip_prefix('!').or_else(|| name.strip_suffix('!')) {
            self.names.attributes.remove(&name.to_ascii_lowercase());
            return Some(end);
        }
        let value = inline::attributes(&value, &self.names);
        if name.eq_ignore_ascii_case("revdate") {
            self.prose.date(&value);
        }
        self.names
            .attributes
            .insert(name.to_ascii_lowercase(), value);
        Some(end)
    }

    fn block_attributes(&mut self, attributes: &str) {
        let replaced = inline::attributes(attributes, &self.names);
        let found = Attributes::of(&replaced);
        if let Some(id) = &found.id {
            self.anchor = Some(id.clone());
        }
        // Anchors, styles and the rest may stand on lines of their own.
        if found.style.is_empty() && found.rest.is_empty() {
            self.attributes.all.push(',');
            self.attributes.all.push_str(&found.all);
        } else {
            self.attributes = found;
        }
    }

    fn heading(&mut self, at: usize, title: &Title<'_>) -> usize {
        self.leave_lists();
        let (text, own) = title.text_and_anchor();
        let text = inline::plain(text, &self.names);
        let named = own.map(str::to_owned).or_else(|| self.anchor.take());
        let anchor = named.unwrap_or_else(|| {
            let attribute = |name: &str, default: &'static str| {
                self.names
                    .attributes
                    .get(name)
                    .map_or(default, String::as_str)
            };
            marks::id(
                &text,
                attribute("idprefix", "_"),
                attribute("idseparator", "_"),
            )
        });
        self.anchor = None;
        self.attributes = Attributes::default();
        // The title of a document has no anchor unless it says one.
        let is_title = self.n_headings == 0 && title.level == 1;
        let is_known = !is_title || own.is_some();
        let is_new = is_known && !anchor.is_empty() && self.anchors.insert(anchor.clone());
        self.prose
            .heading(title.level, &text, is_new.then_some(&*anchor));
        self.n_headings += 1;
        self.title.get_or_insert(text);
        let end = at + title.n_lines;
        if is_title { self.authors(end) } else { end }
    }

    /// Author and revision, which follow a title without a blank line between.
    fn authors(&mut self, mut at: usize) -> usize {
        let mut n_lines = 0;
        while let Some(line) = self.lines.get(at).filter(|line| !line.trim().is_empty()) {
            if line.starts_with("//") {
                at += 1;
                continue;
            }
            if let Some(end) = self.attribute(at) {
                at = end;
                continue;
            }
            let is_revision = n_lines == 1 && line.contains(|c: char| c.is_ascii_digit());
            let is_author = n_lines == 0 && line.starts_with(|c: char| c.is_alphabetic());
            if !(is_revision || is_author) || Delimiter::of(line).is_some() || line.contains("::") {
                break;
            }
            if is_revision && let Some(date) = marks::revision_date(line) {
                self.prose.date(date);
            }
            let text = inline::plain(line, &self.names);
            self.prose.text(&text);
            n_lines += 1;
            at += 1;
        }
        at
    }

    /// Whether the next paragraph is code.
    fn is_code(&self) -> bool {
        matches!(
            self.attributes.style.as_str(),
            "source" | "listing" | "literal"
        )
    }

    fn code_paragraph(&mut self, at: usize) -> usize {
        self.attach();
        let end = self.text_end(at);
        let attributes = std::mem::take(&mut self.attributes);
        self.prose.code(
            &self.lines[at..end].join("\n"),
            attributes.language(&self.names),
        );
        end
    }

    /// Text that is indented is code.
    fn literal(&mut self, at: usize) -> usize {
        let is_of_item = self.is_continued || !self.lists.is_empty();
        let end = self.text_end(at);
        if !is_of_item {
            self.attach();
        }
        self.is_continued = false;
        self.attributes = Attributes::default();
        let lines = &self.lines[at..end];
        let indent = |line: &&&str| line.len() - line.trim_start().len();
        let least = lines
            .iter()
            .filter(|line| !line.is_empty())
            .map(|line| indent(&line))
            .min();
        let code: Vec<&str> = lines
            .iter()
            .map(|line| line.get(least.unwrap_or(0)..).unwrap_or(line.trim_start()))
            .collect();
        self.prose.code(&code.join("\n"), "");
        end
    }

    fn paragraph(&mut self, at: usize) -> usize {
        let end = self.text_end(at);
        // A term that waits for its text gets it, also after a blank line.
        if !self.prose.is_in_item() {
            self.attach();
        }
        self.is_continued = false;
        let attributes = std::mem::take(&mut self.attributes);
        let text = self.text_of(at, end, self.lines[at]);
        let (kind, text) = match marks::labelled(&text) {
            Some((kind, rest)) => (Some(kind), rest),
            None => (admonition(&attributes.style), text.as_str()),
        };
        if let Some(kind) = kind {
            self.prose.label(kind);
        }
        if attributes.style == "verse" {
            let text = self.plain_lines(at, end);
            self.prose.text(&text);
        } else {
            let text = inline::plain(text.trim_start_matches("> "), &self.names);
            self.prose.text(&text);
        }
        if matches!(attributes.style.as_str(), "quote" | "verse") {
            self.attribution(&attributes.rest);
        }
        end
    }

    /// The lines from `at` on one line, the first of which is `first`; ` +` ends a line.
    fn text_of(&self, at: usize, end: usize, first: &str) -> String {
        let mut text = String::new();
        for line in std::iter::once(first).chain(self.lines[at + 1..end].iter().copied()) {
            let line = line.trim();
            if line.starts_with("//") && !line.starts_with("///")
                || marks::condition(line).is_some()
            {
                continue;
            }
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            match line.strip_suffix(" +") {
                Some(line) => text.extend([line, "\n"]),
                None => text.push_str(line),
            }
        }
        text
    }

    fn item(&mut self, at: usize, item: &marks::Item<'_>) -> usize {
        self.is_continued = false;
        let mark = item.mark();
        // Explanations of marks in code stand below it, in no other list.
        if mark == "<" {
            self.lists
                .truncate(usize::from(self.lists.first() == Some(&mark)));
        }
        match self.lists.iter().position(|open| *open == mark) {
            Some(index) => self.lists.truncate(index + 1),
            None => self.lists.push(mark),
        }
        let start =
            table::named(&self.attributes.all, "start").and_then(|start| start.parse().ok());
        self.attributes = Attributes::default();
        let depth = self.lists.len() - 1;
        let end = self.item_end(at);
        match item {
            marks::Item::Term { term, text, .. } => {
                if !self.prose.is_in_item() {
                    self.prose.end();
                }
                let term = inline::plain(term, &self.names);
                self.prose.term(depth, &term);
                let text = self.text_of(at, end, text);
                self.item_text(&text);
            }
            marks::Item::Mark { text, number, .. } => {
                let number = self.number(at, *number, start);
                self.prose.item(depth, number);
                let text = self.text_of(at, end, text);
                self.item_text(&text);
            }
        }
        end
    }

    fn item_text(&mut self, text: &str) {
        let (kind, text) =
            marks::labelled(text).map_or((None, text), |(kind, rest)| (Some(kind), rest));
        if let Some(kind) = kind {
            self.prose.label(kind);
        }
        let text = inline::plain(text, &self.names).replace('\n', " ");
        self.prose.text(&text);
    }

    /// The number of an item, if it has one.
    fn number(&self, at: usize, number: Number, start: Option<u64>) -> Option<u64> {
        match number {
            Number::None => None,
            Number::Own(number) => Some(number),
            Number::Next => Some(start.unwrap_or_else(|| self.count(at))),
        }
    }

    /// The number of the item at line `at` among those with the same mark.
    fn count(&self, at: usize) -> u64 {
        let mark = self.lines[at].split_whitespace().next().unwrap_or_default();
        let before = self.lines[..at].iter().rev().take(MAX_COUNTED_LINES);
        let mut count = 1;
        for line in before {
            let line = line.trim_start();
            // A shorter mark belongs to the list around this one, a heading to none.
            let is_outer =
                mark.len() > 1 && line.starts_with(&mark[1..]) && !line.starts_with(mark);
            if is_outer || line.starts_with("==") {
                break;
            }
            if line.split_whitespace().next() == Some(mark) {
                count += 1;
            }
        }
        count
    }

    /// Where a paragraph ends: at a blank line or one that begins something else.
    fn text_end(&self, at: usize) -> usize {
        let lines = self.lines.iter().skip(at + 1);
        at + 1 + lines.take_while(|line| !self.ends_text(line)).count()
    }

    /// Where the text of an item ends: where a paragraph would, and at the next item. What comes
    /// after that is not looked at: in a long list it would be all the rest, each time.
    fn item_end(&self, at: usize) -> usize {
        let lines = self.lines.iter().skip(at + 1);
        let is_text = |line: &&&str| {
            !self.ends_text(line) && **line != "+" && marks::Item::of(line).is_none()
        };
        at + 1 + lines.take_while(is_text).count()
    }

    fn ends_text(&self, line: &str) -> bool {
        line.trim().is_empty()
            || Delimiter::of(line).is_some()
            || marks::block_attributes(line).is_some()
            || (line == "+" && !self.lists.is_empty())
    }

    /// A block belongs to the item before if `+` says so; otherwise the lists end.
    fn attach(&mut self) {
        if !std::mem::take(&mut self.is_continued) {
            self.lists.clear();
        }
    }

    fn leave_lists(&mut self) {
        self.is_continued = false;
        self.lists.clear();
        self.prose.end();
    }
}

/// As many lines before an item are looked at to number it.
const MAX_COUNTED_LINES: usize = 200;
