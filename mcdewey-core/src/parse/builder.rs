//! Headings, paragraphs, code, lists and tables in, a [`Document`] out: for formats whose source is
//! not itself the text to read.
//!
//! The text has the block mark-up of Markdown and none of its inline mark-up, so that readers,
//! models and the pages of a server all understand it:
//!
//! ```text
//! ## Ports                  heading, its level in `#`
//! Open 5060.                paragraph: one line, white space folded
//! - SIP                     list item; deeper ones are indented by two spaces a level
//! ```sh ... ```             code, as it stands
//! | Port | Use |            table: a row a line, the header with a rule below it
//! |---|---|
//! ```

use super::outline::{Heading, Outline};
#[cfg(any(feature = "office", feature = "pdf", test))]
use crate::document::Page;
use crate::document::{BlockKind, Document, Layout, Problem, ProblemKind, Span};

/// Deepest level of a heading that is written; Markdown has six.
const MAX_LEVEL: u8 = 6;

/// Deepest indentation of a list. Text that is indented further is no longer a list to a reader.
const MAX_DEPTH: usize = 8;

/// A document in the making, in reading order.
#[derive(Debug, Default)]
pub(super) struct Builder {
    document: Document,
    outline: Outline,
    /// The file of the source that anchors lead into, where the source has several.
    file: Option<String>,
}

impl Builder {
    /// An empty document.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Sets the title that the document gives itself, if it says something.
    pub(super) fn title(&mut self, title: &str) {
        let title = folded(title);
        if !title.is_empty() {
            self.document.title = Some(title);
        }
    }

    /// Sets the date that the document gives itself, if it says something.
    pub(super) fn date(&mut self, date: &str) {
        let date = folded(date);
        if !date.is_empty() {
            self.document.date = Some(date);
        }
    }

    /// Sets the language that the document says it is in, if it says one.
    #[cfg(feature = "office")]
    pub(super) fn language(&mut self, language: &str) {
        let language = folded(language);
        if !language.is_empty() {
            self.document.language = Some(language);
        }
    }

    /// What follows stands in this file of the source, and its anchors are of the form
    /// `file#anchor`.
    #[cfg(feature = "office")]
    pub(super) fn file(&mut self, file: &str) {
        self.file = Some(file.to_owned());
    }

    /// What follows stands on this page. `label` is what is printed there, if that is another.
    /// Numbers must grow.
    #[cfg(any(feature = "office", feature = "pdf", test))]
    pub(super) fn page(&mut self, number: u32, label: Option<&str>) {
        let start = self.document.text.len();
        self.push_page(number, label, start);
    }

    /// What follows byte `start` of the text so far, which lies in the last block, stands on this
    /// page.
    #[cfg(feature = "office")]
    pub(super) fn page_at(&mut self, number: u32, label: &str, start: usize) {
        let last = self.document.pages.last().map_or(0, |page| page.start);
        let start = start.max(last).min(self.document.text.len());
        self.push_page(number, Some(label), start);
    }

    #[cfg(any(feature = "office", feature = "pdf", test))]
    fn push_page(&mut self, number: u32, label: Option<&str>, start: usize) {
        let mut page = Page::new(number, start);
        page.label = label
            .map(folded)
            .filter(|label| *label != number.to_string() && !label.is_empty());
        self.document.pages.push(page);
    }

    /// A heading of this level (from 1) opens a section. `anchor` leads to it in the source.
    pub(super) fn heading(&mut self, level: u8, text: &str, anchor: Option<&str>) {
        let text = folded(text);
        if text.is_empty() {
            return;
        }
        let level = level.max(1);
        let marks = "#".repeat(usize::from(level.min(MAX_LEVEL)));
        let span = self.push(&format!("{marks} {text}"));
        self.outline.push_heading(
            &self.document.text,
            Heading {
                text,
                level,
                anchor: self.anchor(anchor),
                span,
            },
        );
    }

    fn anchor(&self, anchor: Option<&str>) -> Option<String> {
        let anchor = anchor.filter(|anchor| !anchor.is_empty());
        match (&self.file, anchor) {
            (Some(file), Some(anchor)) => Some(format!("{file}#{anchor}")),
            (Some(file), None) => Some(file.clone()),
            (None, anchor) => anchor.map(str::to_owned),
        }
    }

    /// Running text; its white space is folded.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.block(BlockKind::Paragraph, &folded(text));
    }

    /// Running text whose lines are kept, such as an address or a verse.
    pub(super) fn lines(&mut self, text: &str) {
        let lines: Vec<String> = text
            .lines()
            .map(folded)
            .filter(|line| !line.is_empty())
            .collect();
        self.block(BlockKind::Paragraph, &lines.join("\n"));
    }

    /// An item of a list. `depth` counts from 0; `number` is that of an item of a numbered list.
    pub(super) fn item(&mut self, depth: usize, number: Option<u64>, text: &str) {
        let text = folded(text);
        if text.is_empty() {
            return;
        }
        let indent = "  ".repeat(depth.min(MAX_DEPTH));
        let mark = number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
        // Items stand close together, as in the source.
        let follows_item = self.outline.last_kind() == Some(BlockKind::ListItem);
        if follows_item {
            self.document.text.pop();
            let end = self.document.text.len();
            // A page that began in between begins with the item.
            for page in self.document.pages.iter_mut().rev() {
                if page.start <= end {
                    break;
                }
                page.start = end;
            }
        }
        self.block(BlockKind::ListItem, &format!("{indent}{mark} {text}"));
    }

    /// Code, as it stands. `language` may be empty.
    pub(super) fn code(&mut self, code: &str, language: &str) {
        let code = code.trim_matches('\n').trim_end();
        if code.trim().is_empty() {
            return;
        }
        let fence = "`".repeat(longest_run(code, '`').max(2) + 1);
        let language: String = language
            .chars()
            .filter(|c| c.is_alphanumeric() || "+-#._".contains(*c))
            .collect();
        let opening = format!("{fence}{language}");
        let text = format!("{opening}\n{code}\n{fence}");
        let start = self.document.text.len();
        let fence = Some(Span::new(start, start + opening.len()));
        self.block(BlockKind::Code { fence }, &text);
    }

    /// A table. Rows may differ in length; cells are folded to one line.
    pub(super) fn table(&mut self, header: Option<&[String]>, rows: &[Vec<String>]) {
        let width = rows
            .iter()
            .map(Vec::len)
            .chain(header.map(<[String]>::len))
            .max()
            .unwrap_or(0);
        let has_text = |row: &[String]| row.iter().any(|cell| !cell.trim().is_empty());
        let header = header.filter(|header| has_text(header));
        let mut lines: Vec<String> = Vec::new();
        if let Some(header) = header {
            lines.push(row(header, width));
            lines.push(format!("|{}", "---|".repeat(width)));
        }
        lines.extend(
            rows.iter()
                .filter(|cells| has_text(cells))
                .map(|cells| row(cells, width)),
        );
        let start = self.document.text.len();
        let header = header.map(|_| {
            let len = lines[0].len() + 1 + lines[1].len();
            Span::new(start, start + len)
        });
        self.block(BlockKind::Table { header }, &lines.join("\n"));
    }

    /// Something that was repaired or left out.
    pub(super) fn problem(&mut self, kind: ProblemKind, place: &str, message: impl Into<String>) {
        self.document
            .problems
            .push(Problem::new(kind, place, message));
    }

    /// Whether there is no text yet.
    #[cfg(feature = "office")]
    pub(super) fn is_empty(&self) -> bool {
        self.outline.is_empty()
    }

    /// Whether the document has a title.
    #[cfg(feature = "office")]
    pub(super) fn has_title(&self) -> bool {
        self.document.title.is_some()
    }

    /// Length of the text so far, in bytes.
    #[cfg(feature = "office")]
    pub(super) fn text_len(&self) -> usize {
        self.document.text.len()
    }

    /// The document as far as it was built.
    pub(super) fn finish(self) -> Document {
        let Self {
            mut document,
            outline,
            ..
        } = self;
        super::fill(&mut document, outline);
        document.layout = Layout::Blocks;
        document
    }

    fn block(&mut self, kind: BlockKind, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let span = self.push(text);
        self.outline.push(&self.document.text, kind, span);
    }

    /// Adds text and a blank line.
    fn push(&mut self, text: &str) -> Span {
        let start = self.document.text.len();
        self.document
            .text
            .extend(text.chars().filter(|&c| is_text(c)));
        let span = Span::new(start, self.document.text.len());
        self.document.text.push_str("\n\n");
        span
    }
}

/// Neither a control character nor a byte order mark.
fn is_text(c: char) -> bool {
    matches!(c, '\n' | '\t') || !(c.is_control() || c == '\u{FEFF}')
}

/// On one line, with single spaces.
pub(super) fn folded(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || !is_text(c));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn row(cells: &[String], width: usize) -> String {
    let mut line = String::from("|");
    for column in 0..width {
        let cell = cells
            .get(column)
            .map_or_else(String::new, |cell| folded(cell));
        line.extend([" ", &cell.replace('|', "\\|"), " |"]);
    }
    line
}

fn longest_run(text: &str, mark: char) -> usize {
    let runs = text.split(|c| c != mark).map(str::len);
    runs.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(document: &Document) -> Vec<BlockKind> {
        document.blocks.iter().map(|block| block.kind).collect()
    }

    #[test]
    fn what_is_built_reads_as_markdown() {
        let mut builder = Builder::new();
        builder.page(1, Some("i"));
        builder.heading(1, "Guide", None);
        builder.paragraph("Open\n  5060.");
        builder.page(2, Some("2"));
        builder.heading(2, "Ports", Some("ports"));
        builder.item(0, None, "SIP");
        builder.item(1, Some(3), "RTP");
        builder.code("a\n\tb\n", "sh");
        let header = ["Port", "Use"].map(str::to_owned);
        builder.table(Some(&header), &[vec!["5060".to_owned(), "a|b".to_owned()]]);
        let document = builder.finish();
        assert_eq!(
            document.text,
            "# Guide\n\nOpen 5060.\n\n## Ports\n\n- SIP\n  3. RTP\n\n```sh\na\n\tb\n```\n\n\
             | Port | Use |\n|---|---|\n| 5060 | a\\|b |\n\n"
        );
        assert_eq!(document.title.as_deref(), Some("Guide"));
        assert_eq!(document.sections[1].anchor.as_deref(), Some("ports"));
        assert_eq!(document.sections[1].parent, Some(0));
        let labels: Vec<_> = document
            .pages
            .iter()
            .map(|page| page.label.as_deref())
            .collect();
        assert_eq!(labels, [Some("i"), None]);
        let table = document.blocks.last().unwrap();
        let BlockKind::Table {
            header: Some(header),
        } = table.kind
        else {
            panic!("{:?}", table.kind);
        };
        assert_eq!(header.of(&document.text), "| Port | Use |\n|---|---|");
        assert_eq!(kinds(&document).len(), 7);
        for block in &document.blocks {
            let text = block.span.of(&document.text);
            assert_eq!(text, text.trim());
        }
    }

    #[test]
    fn a_page_between_two_items_begins_with_the_second() {
        let mut builder = Builder::new();
        builder.page(1, None);
        builder.item(0, None, "a");
        builder.page(2, None);
        builder.item(0, None, "b");
        let document = builder.finish();
        assert_eq!(&document.text[document.pages[1].start..], "- b\n\n");
    }

    #[test]
    fn what_says_nothing_leaves_nothing() {
        let mut builder = Builder::new();
        builder.heading(1, " \u{0} ", None);
        builder.paragraph("\n");
        builder.item(0, None, "");
        builder.code("\n\n", "");
        builder.table(None, &[vec![String::new()]]);
        let document = builder.finish();
        assert_eq!(document.text, "");
        assert_eq!(document.problems[0].kind, ProblemKind::Empty);
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_code() {
        let mut builder = Builder::new();
        builder.code("````\nx\n````", "");
        assert!(builder.finish().text.starts_with("`````\n````\n"));
    }
}
