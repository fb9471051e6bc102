//! reStructuredText in, a document out: a tolerant reader of what manuals are written in.
//!
//! ```text
//! =====                      heading: the adornments give its level, in order of appearance
//! Guide
//! =====
//! .. note:: Mind.            directive: by its name, else its argument and what stands in it
//! Run::                      literal block: what is indented below
//!
//!     ls
//! ```
//!
//! Blocks nest by indentation, so each is read from its own lines. Nothing is included from
//! elsewhere.
//!
//! | file | what it does |
//! |---|---|
//! | `lines` | lines, and what is seen in one of them |
//! | `inline` | text without inline mark-up |
//! | `table` | grid tables, simple tables, values separated by commas |
//! | `directive` | what each directive does with its argument and content |
//! | `titles` | where headings are, and names that are defined in a text |
//!
//! # Source
//! <https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html>

mod directive;
mod inline;
mod lines;
mod table;
#[cfg(test)]
mod tests;
mod titles;

use std::collections::HashSet;

use super::builder::Builder;
use super::cells::joined_header;
use super::growth::Growth;
use super::prose::Prose;
use crate::document::{Document, ProblemKind};
use inline::Names;
use lines::Line;
use titles::Style;

/// How deep blocks may lie in one another; what lies deeper is running text. Chosen by hand: people
/// write five levels, and each takes room on the stack.
const MAX_DEPTH: usize = 48;

/// Parses a text.
pub(super) fn parse(text: &str) -> Document {
    let mut lines = lines::split(text);
    let mut names = titles::names(&lines);
    names.growth = Growth::of(text.len());
    let mut builder = Builder::new();
    let mut reader = Reader {
        prose: Prose::new(&mut builder, text.len()),
        names,
        styles: Vec::new(),
        anchor: None,
        anchors: HashSet::new(),
        language: String::new(),
        list_depth: 0,
        count: 0,
        is_at_start: true,
        is_too_deep: false,
        n_open_tables: 0,
        title: None,
    };
    reader.blocks(&mut lines, 0);
    reader.prose.end();
    let (title, is_too_deep) = (reader.title, reader.is_too_deep);
    if let Some(title) = title {
        builder.title(&title);
    }
    if is_too_deep {
        let message = format!(
            "blocks lie more than {MAX_DEPTH} deep in one another; their text is kept, their structure is not"
        );
        builder.problem(ProblemKind::Nested, "", message);
    }
    builder.finish()
}

/// One reading of a text.
struct Reader<'b> {
    prose: Prose<'b>,
    names: Names,
    /// Styles of headings, that of the first level first.
    styles: Vec<Style>,
    /// The target that stands before what comes.
    anchor: Option<String>,
    /// Anchors that were given out.
    anchors: HashSet<String>,
    /// The language of literal blocks.
    language: String,
    /// How many lists are open.
    list_depth: usize,
    /// The number of the item before, if what comes may be of the same list.
    count: u64,
    /// Whether nothing but comments and fields came yet.
    is_at_start: bool,
    is_too_deep: bool,
    n_open_tables: usize,
    title: Option<String>,
}

impl Reader<'_> {
    /// Reads blocks that stand in one another `depth` deep. Marks of items are taken out of their
    /// lines, so that what an item holds is read like any other text.
    fn blocks(&mut self, lines: &mut [Line<'_>], depth: usize) {
        if depth > MAX_DEPTH {
            self.is_too_deep = true;
            self.paragraph(lines);
            return;
        }
        let base = lines::least_indent(lines);
        let mut at = 0;
        self.count = 0;
        while at < lines.len() {
            at = if lines[at].is_blank() {
                at + 1
            } else if lines[at].indent > base {
                let end = indented_end(lines, at, base);
                self.nested(&mut lines[at..end], depth);
                end
            } else {
                self.block(lines, at, depth)
            };
        }
    }

    /// Reads blocks that stand in the one that is being read.
    fn nested(&mut self, lines: &mut [Line<'_>], depth: usize) {
        let count = self.count;
        self.blocks(lines, depth + 1);
        self.count = count;
    }

    /// Reads the block that starts at line `at`; returns the line after it.
    fn block(&mut self, lines: &mut [Line<'_>], at: usize, depth: usize) -> usize {
        let line = lines[at];
        if let Some(found) = titles::at(&lines[at..]) {
            self.heading(found.style, found.text);
            return at + found.n_lines;
        }
        if let Some(body) = line.explicit() {
            return self.explicit(lines, at, body, depth);
        }
        let was_at_start = std::mem::replace(&mut self.is_at_start, false);
        if let Some((name, first)) = line.field() {
            self.is_at_start = was_at_start;
            return self.field(lines, at, name, first, depth);
        }
        self.anchor = None;
        if let Some(first) = line.bullet() {
            return self.item(lines, at, None, first, depth);
        }
        if let Some((number, first)) = line.enumerator().filter(|_| is_item(lines, at)) {
            self.count = number.unwrap_or(self.count + 1);
            return self.item(lines, at, Some(self.count), first, depth);
        }
        self.count = 0;
        self.other_block(lines, at, depth)
    }

    /// A block that is no heading, item, field or explicit mark-up.
    fn other_block(&mut self, lines: &mut [Line<'_>], at: usize, depth: usize) -> usize {
        let line = lines[at];
        if line.is_grid_border() {
            return self.grid_table(lines, at);
        }
        if line.is_simple_border() {
            return self.simple_table(lines, at);
        }
        if line.text == "|" || line.text.starts_with("| ") {
            return self.line_block(lines, at);
        }
        if line.text.starts_with(">>> ") {
            let end = text_end(lines, at);
            self.prose.code(&lines::verbatim(&lines[at..end]), "pycon");
            return end;
        }
        let is_rule = line.text.len() >= 4 && line.adornment().is_some() && is_alone(lines, at);
        if is_rule || line.text.starts_with("__ ") {
            self.prose.end();
            return at + 1;
        }
        if let Some((options, first)) = line.options()
            && (!first.is_empty() || is_followed_by_indent(lines, at))
        {
            return self.described(lines, at, options, first, depth);
        }
        if is_followed_by_indent(lines, at) && !line.text.ends_with("::") {
            return self.described(lines, at, line.text, "", depth);
        }
        self.text(lines, at, depth)
    }

    fn heading(&mut self, style: Style, text: &str) {
        let level = titles::level_of(style, &mut self.styles);
        let text = inline::plain(text, &self.names);
        let anchor = self.anchor.take().unwrap_or_else(|| titles::id(&text));
        let is_new = !anchor.is_empty() && self.anchors.insert(anchor.clone());
        self.prose.heading(level, &text, is_new.then_some(&*anchor));
        self.title.get_or_insert(text);
        self.is_at_start = false;
    }

    /// A paragraph, and the literal block that it announces.
    fn text(&mut self, lines: &[Line<'_>], at: usize, depth: usize) -> usize {
        let end = text_end(lines, at);
        let announces = lines[end - 1].text.ends_with("::");
        self.paragraph(&lines[at..end]);
        if !announces {
            return end;
        }
        let base = lines[at].indent;
        let Some(start) = (end..lines.len()).find(|&next| !lines[next].is_blank()) else {
            return end;
        };
        if lines[start].indent > base {
            let end = indented_end(lines, start, base);
            let language = self.language.clone();
            self.prose
                .code(&lines::verbatim(&lines[start..end]), &language);
            return end;
        }
        // Lines that all begin with one mark are a literal block without an indent.
        let mark = lines[start]
            .text
            .chars()
            .next()
            .filter(char::is_ascii_punctuation);
        let is_quoted = |line: &Line<'_>| line.text.chars().next() == mark && line.indent == base;
        let n_quoted = lines[start..]
            .iter()
            .take_while(|line| is_quoted(line))
            .count();
        let is_markup = lines[start].explicit().is_some() || titles::at(&lines[start..]).is_some();
        if mark.is_none() || n_quoted == 0 || is_markup || depth > MAX_DEPTH {
            return end;
        }
        let language = self.language.clone();
        self.prose
            .code(&lines::verbatim(&lines[start..start + n_quoted]), &language);
        start + n_quoted
    }

    fn paragraph(&mut self, lines: &[Line<'_>]) {
        let text = joined(lines);
        // `::` announces; where it stands alone it is not shown, else as a colon.
        let shown = match text.strip_suffix("::") {
            Some(rest) if rest.ends_with(' ') || rest.is_empty() => rest.trim_end(),
            Some(rest) => &text[..=rest.len()],
            None => &text,
        };
        let text = inline::plain(shown, &self.names);
        self.prose.text(&text);
    }

    /// An item of a list, whose text begins with `first`. `number` is `None` for a bullet.
    fn item<'t>(
        &mut self,
        lines: &mut [Line<'t>],
        at: usize,
        number: Option<u64>,
        first: Line<'t>,
        depth: usize,
    ) -> usize {
        let end = body_end(lines, at);
        self.prose.item(self.list_depth, number);
        self.list_depth += 1;
        put_first(&mut lines[at..end], first);
        self.nested(&mut lines[at..end], depth);
        self.list_depth -= 1;
        self.prose.end();
        end
    }

    /// A term, an option or a field, and what is said of it.
    fn described<'t>(
        &mut self,
        lines: &mut [Line<'t>],
        at: usize,
        term: &str,
        first: &'t str,
        depth: usize,
    ) -> usize {
        let end = body_end(lines, at);
        let term = inline::plain(term, &self.names);
        self.prose.end();
        self.prose.term(self.list_depth, &term);
        let indent = lines::least_indent(&lines[at + 1..end]);
        let first = Line {
            indent: indent.max(lines[at].indent + 1),
            text: first,
        };
        self.list_depth += 1;
        put_first(&mut lines[at..end], first);
        self.nested(&mut lines[at..end], depth);
        self.list_depth -= 1;
        self.prose.end();
        end
    }

    fn field<'t>(
        &mut self,
        lines: &mut [Line<'t>],
        at: usize,
        name: &str,
        first: &'t str,
        depth: usize,
    ) -> usize {
        let end = body_end(lines, at);
        if self.is_at_start {
            let is_for_tools = [
                "orphan",
                "tocdepth",
                "nocomments",
                "nosearch",
                "no-search",
                "hide-toc",
                "hide-navigation",
            ]
            .contains(&name);
            if is_for_tools {
                return end;
            }
            if name.eq_ignore_ascii_case("date") {
                self.prose.date(first);
            }
        }
        self.anchor = None;
        self.described(lines, at, name, first, depth)
    }

    fn line_block(&mut self, lines: &[Line<'_>], at: usize) -> usize {
        let end = text_end(lines, at);
        let mut text = String::new();
        for line in &lines[at..end] {
            let (separator, part) = match line.text.strip_prefix('|') {
                Some(part) => ("\n", part.trim()),
                None => (" ", line.text),
            };
            text.push_str(separator);
            text.push_str(&inline::plain(part, &self.names));
        }
        self.prose.text(&text);
        end
    }

    fn grid_table(&mut self, lines: &[Line<'_>], at: usize) -> usize {
        let is_row = |line: &&Line<'_>| line.text.starts_with(['|', '+']);
        let n_lines = lines[at..].iter().take_while(is_row).count();
        let end = at + n_lines;
        match table::grid(&lines[at..end]) {
            Some(cells) => self.table(cells),
            None => self.prose.code(&lines::verbatim(&lines[at..end]), ""),
        }
        end
    }

    fn simple_table(&mut self, lines: &[Line<'_>], at: usize) -> usize {
        // The last border is one before a blank line, or the end.
        let is_last = |index: &usize| {
            lines[*index].is_simple_border()
                && lines
                    .get(index + 1)
                    .is_none_or(|next| next.is_blank() || next.indent < lines[at].indent)
        };
        let may_search = self.n_open_tables < MAX_OPEN_TABLES;
        let last = (at + 1..lines.len()).filter(|_| may_search).find(is_last);
        self.n_open_tables += usize::from(last.is_none());
        // A border that is never closed is a line of signs.
        let end = last.map_or(at + 1, |last| last + 1);
        self.table(table::simple(&lines[at..end]));
        end
    }

    fn table(&mut self, mut cells: table::Cells) {
        for cell in cells.rows.iter_mut().flatten() {
            *cell = inline::plain(cell, &self.names);
        }
        let rows = cells
            .rows
            .split_off(cells.n_header_rows.min(cells.rows.len()));
        let header = joined_header(&cells.rows);
        self.prose.table(header.as_deref(), &rows);
    }
}

/// After so many tables that never end, no end is sought, because each search goes to the end of
/// the text.
const MAX_OPEN_TABLES: usize = 50;

/// Puts the text beside a marker in the place of the line on which both stand.
fn put_first<'t>(lines: &mut [Line<'t>], first: Line<'t>) {
    let Some((own, rest)) = lines.split_first_mut() else {
        return;
    };
    let indents = rest.iter().filter(|line| !line.is_blank());
    let least = indents.map(|line| line.indent).min();
    // Lines that stand further out than the text beside the marker belong to it all the same.
    let indent = least.map_or(first.indent, |least| least.min(first.indent));
    *own = Line {
        indent,
        text: first.text,
    };
}

/// The lines on one line.
fn joined(lines: &[Line<'_>]) -> String {
    let texts: Vec<&str> = lines
        .iter()
        .map(|line| line.text)
        .filter(|text| !text.is_empty())
        .collect();
    texts.join(" ")
}

/// Where the text ends that starts at `at`: at a blank line.
fn text_end(lines: &[Line<'_>], at: usize) -> usize {
    let base = lines[at].indent;
    let ends = |&next: &usize| lines[next].is_blank() || lines[next].indent < base;
    (at + 1..lines.len()).find(ends).unwrap_or(lines.len())
}

/// Where the lines end that stand further in than `base`.
fn indented_end(lines: &[Line<'_>], at: usize, base: usize) -> usize {
    let ends = |&next: &usize| !lines[next].is_blank() && lines[next].indent <= base;
    (at..lines.len()).find(ends).unwrap_or(lines.len())
}

/// Where what belongs to the marker at `at` ends.
fn body_end(lines: &[Line<'_>], at: usize) -> usize {
    indented_end(lines, at + 1, lines[at].indent)
}

/// Whether the line after `at` stands further in.
fn is_followed_by_indent(lines: &[Line<'_>], at: usize) -> bool {
    lines
        .get(at + 1)
        .is_some_and(|next| !next.is_blank() && next.indent > lines[at].indent)
}

/// Whether no text stands directly before and after a line.
fn is_alone(lines: &[Line<'_>], at: usize) -> bool {
    lines.get(at + 1).is_none_or(Line::is_blank)
}

/// Whether an enumerator begins an item, not a sentence that happens to begin like one.
fn is_item(lines: &[Line<'_>], at: usize) -> bool {
    lines.get(at + 1).is_none_or(|next| {
        next.is_blank()
            || next.indent != lines[at].indent
            || next.enumerator().is_some()
            || next.bullet().is_some()
    })
}
