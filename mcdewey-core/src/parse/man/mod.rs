//! A manual page in, a document out: roff with the macros of man(7) or mdoc(7).
//!
//! ```text
//! .TH LS 1 2024-05-01       title and date
//! .SH OPTIONS               heading
//! .TP                       a term on the next line, and what it means below
//! .B \-a
//! Show all.
//! ```
//!
//! roff is a programming language; this reads what people write in it. Definitions of macros are
//! passed over, conditions are decided as on a terminal, and nothing is included from elsewhere.
//!
//! | file | what it does |
//! |---|---|
//! | `escapes` | what a line prints |
//! | `mdoc` | lines of mdoc |
//! | `tbl` | tables |
//! | `requests` | which line is what |

mod escapes;
mod mdoc;
mod requests;
mod tbl;
#[cfg(test)]
mod tests;

use super::builder::Builder;
use super::growth::Growth;
use super::prose::Prose;
use crate::document::Document;
use escapes::Strings;

/// Whether a text begins like a manual page: with a request or a comment.
pub(super) fn is_page(text: &str) -> bool {
    let says_nothing = |line: &str| matches!(line.trim(), "" | "\\");
    let first = text.lines().find(|line| !says_nothing(line));
    first.is_some_and(|line| {
        let rest = line.strip_prefix(['.', '\'']).unwrap_or_default();
        let name: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
        let is_name = (1..=4).contains(&name.len()) && name.chars().all(char::is_alphanumeric);
        is_name || rest.trim_start().starts_with("\\\"") || line.starts_with("\\\"")
    })
}

/// Parses a manual page.
pub(super) fn parse(text: &str) -> Document {
    let mut builder = Builder::new();
    let mut reader = Reader {
        prose: Prose::new(&mut builder, text.len()),
        strings: Strings {
            growth: Growth::of(text.len()),
            ..Strings::default()
        },
        run: String::new(),
        joins: false,
        code: None,
        expects: Expects::Text,
        depth: 0,
        lists: Vec::new(),
        name: String::new(),
        section: String::new(),
        conditions: Vec::new(),
        see: None,
        has_text: false,
        n_nested: 0,
        n_open_skips: 0,
        url: None,
    };
    reader.read(text);
    reader.flush();
    reader.prose.end();
    if let Some(see) = reader.see.take().filter(|_| !reader.has_text) {
        reader.prose.text(&format!("See {see}."));
    }
    let title = match (reader.name.as_str(), reader.section.as_str()) {
        (name, "") => name.to_owned(),
        (name, section) => format!("{name}({section})"),
    };
    if !title.is_empty() {
        builder.title(&title);
    }
    builder.finish()
}

/// What the next text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expects {
    Text,
    /// A term, as after `.TP`.
    Term,
    /// A heading of this level, as after `.SH` alone.
    Heading(u8),
}

/// A list of mdoc.
#[derive(Debug)]
struct List {
    /// The number of the next item.
    next: Option<u64>,
    /// Whether items have a term.
    has_terms: bool,
    /// The rows, if it is a table.
    rows: Option<Vec<Vec<String>>>,
}

/// One reading of a page.
struct Reader<'b> {
    prose: Prose<'b>,
    strings: Strings,
    /// Text that is not written yet.
    run: String,
    /// Whether the next word stands directly after the last.
    joins: bool,
    /// Lines of code, while code is open.
    code: Option<String>,
    expects: Expects,
    /// How far in what stands here stands.
    depth: usize,
    lists: Vec<List>,
    name: String,
    section: String,
    /// For each `.ie` whose `.el` has not come, whether it was true.
    conditions: Vec<bool>,
    /// The page that is all there is to say.
    see: Option<String>,
    has_text: bool,
    /// How many conditions stand around what is read.
    n_nested: usize,
    /// How often the end of a picture was sought in vain.
    n_open_skips: usize,
    /// The address that a link ends with.
    url: Option<String>,
}

impl Reader<'_> {
    /// Adds a line of text.
    fn text(&mut self, line: &str) {
        let printed = escapes::printed(line, &self.strings);
        self.printed(&printed, line.ends_with("\\c"));
    }

    /// Adds text without escapes.
    fn printed(&mut self, text: &str, joins: bool) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
            if !joins {
                code.push('\n');
            }
            self.has_text |= !text.trim().is_empty();
            return;
        }
        if text.trim().is_empty() {
            return;
        }
        self.has_text = true;
        match std::mem::replace(&mut self.expects, Expects::Text) {
            Expects::Text => {}
            Expects::Term => {
                let depth = self.item_depth();
                self.prose.term(depth, text);
                return;
            }
            Expects::Heading(level) => {
                self.prose.heading(level, text, None);
                return;
            }
        }
        // A line that is indented begins on a line of its own.
        if text.starts_with(' ') && !self.run.is_empty() {
            self.line_break();
        }
        if !(self.joins || self.run.is_empty() || self.run.ends_with('\n')) {
            self.run.push(' ');
        }
        self.run.push_str(text.trim());
        self.joins = joins;
    }

    fn line_break(&mut self) {
        if let Some(code) = &mut self.code {
            if !code.is_empty() && !code.ends_with('\n') {
                code.push('\n');
            }
        } else if !self.run.is_empty() && !self.run.ends_with('\n') {
            self.run.push('\n');
        }
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        if let Some(code) = &mut self.code {
            if !code.is_empty() && !code.ends_with("\n\n") {
                code.push('\n');
            }
            return;
        }
        let run = std::mem::take(&mut self.run);
        self.joins = false;
        self.prose.text(&run);
    }

    /// Ends the paragraph and what waits for a text.
    fn paragraph(&mut self) {
        self.flush();
        if self.code.is_none() {
            self.expects = Expects::Text;
            self.prose.end();
        }
    }

    fn open_code(&mut self) {
        if self.code.is_none() {
            self.flush();
            self.expects = Expects::Text;
            self.code = Some(String::new());
        }
    }

    fn close_code(&mut self) {
        if let Some(code) = self.code.take() {
            self.prose.code(&code, "");
        }
    }

    fn heading(&mut self, level: u8, text: &str) {
        self.close_code();
        self.paragraph();
        self.depth = 0;
        self.lists.clear();
        if text.is_empty() {
            self.expects = Expects::Heading(level);
        } else {
            self.has_text = true;
            self.prose.heading(level, text, None);
        }
    }

    fn item_depth(&self) -> usize {
        self.depth + self.lists.len().saturating_sub(1)
    }
}

/// The text of a request that only sets words in a font, such as `.B words`.
fn font_request(line: &str) -> Option<String> {
    let words = requests::words(line.strip_prefix('.')?);
    let (name, arguments) = words.split_first()?;
    requests::in_fonts(name, arguments)
}
