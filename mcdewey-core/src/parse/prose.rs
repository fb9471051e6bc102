//! Text that comes in pieces in, whole blocks out: an item's mark, a term and the label of an
//! admonition wait for the text that they stand before.
//!
//! ```text
//! item(0, Some(1))  label("Note")  text("Mind the gap.")   ->   1. Note: Mind the gap.
//! term(0, "-v")                    text("Says more.")      ->   - -v: Says more.
//! ```

use super::builder::Builder;
use super::cells::MAX_ROWS;
use super::growth::Growth;

/// Writes to a [`Builder`].
#[derive(Debug)]
pub(super) struct Prose<'b> {
    builder: &'b mut Builder,
    /// Depth and number of the item that the next text begins.
    item: Option<(usize, Option<u64>)>,
    /// What stands before the next text.
    label: String,
    /// What empty cells may still add: rows are filled up to the width of their table, so one wide
    /// row can make many others much longer than they were.
    growth: Growth,
}

impl<'b> Prose<'b> {
    /// Writes to `builder` what is read from a source of `n_bytes`.
    pub(super) fn new(builder: &'b mut Builder, n_bytes: usize) -> Self {
        Self {
            builder,
            item: None,
            label: String::new(),
            growth: Growth::of(n_bytes),
        }
    }

    /// Opens a section.
    pub(super) fn heading(&mut self, level: u8, text: &str, anchor: Option<&str>) {
        self.end();
        self.builder.heading(level, text, anchor);
    }

    /// The next text is an item of a list. `depth` counts from 0.
    pub(super) fn item(&mut self, depth: usize, number: Option<u64>) {
        self.end();
        self.item = Some((depth, number));
    }

    /// The next text says what `term` is. Terms without text between them have one definition.
    pub(super) fn term(&mut self, depth: usize, term: &str) {
        let term = term.trim();
        if term.is_empty() {
            return;
        }
        if !self.label.is_empty() {
            self.label.push_str(", ");
        }
        self.label.push_str(term);
        self.item = Some((depth, None));
    }

    /// The next text is of the kind that `label` says.
    pub(super) fn label(&mut self, label: &str) {
        if !self.label.is_empty() {
            self.end();
        }
        label.trim().clone_into(&mut self.label);
    }

    /// Whether an item has begun that has no text yet.
    pub(super) fn is_in_item(&self) -> bool {
        self.item.is_some()
    }

    /// Running text; line ends in it are kept.
    pub(super) fn text(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let item = self.item.take();
        let text = labelled(&std::mem::take(&mut self.label), text);
        match item {
            Some((depth, number)) => self.builder.item(depth, number, &text),
            None if text.contains('\n') => self.builder.lines(&text),
            None => self.builder.paragraph(&text),
        }
    }

    /// Code, as it stands.
    pub(super) fn code(&mut self, code: &str, language: &str) {
        self.end();
        self.builder.code(code, language);
    }

    /// A table. One with more than [`MAX_ROWS`] is several; one that is mostly empty is text, a row
    /// a paragraph.
    pub(super) fn table(&mut self, header: Option<&[String]>, rows: &[Vec<String>]) {
        self.end();
        let all = || rows.iter().map(Vec::as_slice).chain(header);
        let width = all().map(<[String]>::len).max().unwrap_or(0);
        let is_empty = |cell: &&String| cell.is_empty();
        let n_empty: usize = all()
            .map(|row| width - row.len() + row.iter().filter(is_empty).count())
            .sum();
        if !self.growth.takes(n_empty * PADDING_BYTES) {
            for row in all() {
                let cells: Vec<&str> = row
                    .iter()
                    .map(String::as_str)
                    .filter(|cell| !cell.is_empty())
                    .collect();
                self.builder.paragraph(&cells.join(" | "));
            }
            return;
        }
        if rows.is_empty() {
            self.builder.table(header, rows);
        }
        for rows in rows.chunks(MAX_ROWS) {
            self.builder.table(header, rows);
        }
    }

    /// Writes what waits for a text that does not come.
    pub(super) fn end(&mut self) {
        let item = self.item.take();
        let label = std::mem::take(&mut self.label);
        match item {
            Some((depth, number)) => self.builder.item(depth, number, &label),
            None => self.builder.paragraph(&label),
        }
    }

    /// The date that the document gives itself.
    pub(super) fn date(&mut self, date: &str) {
        self.builder.date(date);
    }
}

/// What an empty cell takes: a bar and two spaces.
const PADDING_BYTES: usize = 3;

fn labelled(label: &str, text: &str) -> String {
    if label.is_empty() {
        return text.to_owned();
    }
    let ends = label.ends_with([':', '.', '!', '?', ';', '—']);
    let separator = if ends { " " } else { ": " };
    [label, separator, text].concat()
}

/// Kinds of admonitions: how mark-up calls them, in lower case, and what they are to a reader.
const ADMONITIONS: [(&str, &str); 18] = [
    ("alert-danger", "Danger"),
    ("alert-info", "Info"),
    ("alert-warning", "Warning"),
    ("attention", "Attention"),
    ("caution", "Caution"),
    ("danger", "Danger"),
    ("error", "Error"),
    ("hint", "Hint"),
    ("important", "Important"),
    ("info", "Info"),
    ("note", "Note"),
    ("notice", "Notice"),
    ("remark", "Remark"),
    ("see also", "See also"),
    ("seealso", "See also"),
    ("tip", "Tip"),
    ("todo", "Todo"),
    ("warning", "Warning"),
];

/// What kind of admonition mark-up calls `name`, in any case.
pub(super) fn admonition(name: &str) -> Option<&'static str> {
    let found = ADMONITIONS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|&(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Prose<'_>)) -> String {
        let mut builder = Builder::new();
        let mut prose = Prose::new(&mut builder, 0);
        write(&mut prose);
        prose.end();
        builder.finish().text
    }

    #[test]
    fn marks_and_labels_wait_for_their_text() {
        let text = written(|prose| {
            prose.item(0, Some(1));
            prose.label("Note");
            prose.text("Mind.");
            prose.term(1, "-v");
            prose.term(1, "--verbose");
            prose.text("Says more.");
            prose.text("On\nlines.");
        });
        assert_eq!(
            text,
            "1. Note: Mind.\n  - -v, --verbose: Says more.\n\nOn\nlines.\n\n"
        );
    }

    #[test]
    fn a_table_that_is_mostly_empty_is_text() {
        let mut rows = vec![vec!["a".to_owned(), "b".to_owned()]; MAX_ROWS + 1];
        let text = written(|prose| prose.table(None, &rows));
        assert_eq!(text.matches("| a | b |\n\n").count(), 2, "it is two tables");
        rows.push(vec!["c".to_owned(); 100]);
        let text = written(|prose| prose.table(None, &rows));
        assert!(text.starts_with("a | b\n\n"), "{}", &text[..40]);
    }

    #[test]
    fn what_has_no_text_is_written_before_what_comes() {
        let text = written(|prose| {
            prose.term(0, "ls");
            prose.code("ls -l", "");
            prose.item(0, None);
            prose.label("Note:");
            prose.label("Tip");
        });
        assert_eq!(text, "- ls\n\n```\nls -l\n```\n\n- Note:\n\nTip\n\n");
    }
}
