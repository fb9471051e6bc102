//! Blocks between two lines, and macros that are blocks.

use super::super::prose::admonition;
use super::marks::{self, Attributes, Delimiter};
use super::{Reader, inline, table};

/// A block that is open and may hold others.
pub(super) struct Open<'t> {
    pub(super) delimiter: &'t str,
    /// Who is quoted.
    attribution: String,
    /// The lists around it.
    lists: Vec<String>,
}

impl Reader<'_, '_> {
    /// A block between two lines.
    pub(super) fn delimiter(&mut self, at: usize, delimiter: Delimiter) -> usize {
        let line = self.lines[at];
        if delimiter.is_verbatim() {
            let end = delimiter.end(self.lines, at);
            if delimiter != Delimiter::Comment {
                self.attach();
                self.verbatim(at, end, delimiter);
            }
            return end + 1;
        }
        if let Some(index) = self.open.iter().rposition(|open| open.delimiter == line) {
            while self.open.len() > index {
                self.close();
            }
            return at + 1;
        }
        self.attach();
        let attributes = std::mem::take(&mut self.attributes);
        if let Some(kind) = admonition(&attributes.style) {
            self.prose.label(kind);
        }
        let attribution = if matches!(attributes.style.as_str(), "quote" | "verse") {
            attributes.rest.clone()
        } else {
            String::new()
        };
        if attributes.style == "verse" {
            let end = delimiter.end(self.lines, at);
            let text = self.plain_lines(at + 1, end);
            self.prose.text(&text);
            self.attribution(&attribution);
            return end + 1;
        }
        self.open.push(Open {
            delimiter: line,
            attribution,
            lists: std::mem::take(&mut self.lists),
        });
        at + 1
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.prose.end();
            self.lists = open.lists;
            self.attribution(&open.attribution);
        }
    }

    pub(super) fn attribution(&mut self, attribution: &str) {
        if !attribution.is_empty() {
            let text = inline::plain(&format!("— {attribution}"), &self.names);
            self.prose.text(&text);
        }
    }

    pub(super) fn plain_lines(&self, start: usize, end: usize) -> String {
        let lines = self.lines[start..end].iter();
        let lines: Vec<String> = lines.map(|line| inline::plain(line, &self.names)).collect();
        lines.join("\n")
    }

    /// What stands between two lines as it is.
    fn verbatim(&mut self, at: usize, end: usize, delimiter: Delimiter) {
        let attributes = std::mem::take(&mut self.attributes);
        let body = &self.lines[(at + 1).min(end)..end];
        match delimiter {
            Delimiter::Table => self.table(at, end, &attributes),
            Delimiter::Pass if attributes.style.is_empty() => {
                let text = marks::without_tags(&body.join("\n"));
                self.prose
                    .text(&inline::attributes(&text, &self.names).replace('\n', " "));
            }
            Delimiter::Fence => {
                let language = self.lines[at].trim_start_matches('`');
                self.prose.code(&body.join("\n"), language);
            }
            _ => {
                let language = attributes.language(&self.names);
                self.prose.code(&body.join("\n"), language);
            }
        }
    }

    fn table(&mut self, at: usize, end: usize, attributes: &Attributes) {
        let mut shape = table::Shape::of(&attributes.all);
        match self.lines[at].chars().next() {
            Some(',') => shape.is_csv = true,
            Some(':') => shape.separator = Some(':'),
            Some('!') => shape.separator = Some('!'),
            _ => {}
        }
        let lines = &self.lines[(at + 1).min(end)..end];
        let (mut rows, has_header) = table::read(lines, &shape);
        for cell in rows.iter_mut().flatten() {
            *cell = inline::plain(cell, &self.names);
        }
        let body = rows.split_off(usize::from(has_header).min(rows.len()));
        self.prose.table(rows.first().map(Vec::as_slice), &body);
    }

    pub(super) fn block_macro(&mut self, name: &str, target: &str, text: &str) {
        let attributes = std::mem::take(&mut self.attributes);
        self.attach();
        match name {
            "include" | "toc" | "video" | "audio" => {}
            "image" => {
                let alternative = text.split(',').next().unwrap_or_default();
                let shown = if alternative.contains('=') {
                    ""
                } else {
                    alternative.trim_matches('"')
                };
                let title = table::named(text, "title").or_else(|| table::named(text, "alt"));
                let shown = inline::plain(
                    if shown.is_empty() {
                        title.unwrap_or_default()
                    } else {
                        shown
                    },
                    &self.names,
                );
                self.prose.text(&shown);
            }
            _ => {
                let text = inline::plain(if text.is_empty() { target } else { text }, &self.names);
                self.prose.text(&text);
            }
        }
        drop(attributes);
    }
}
