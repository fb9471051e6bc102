//! Bytes in, [`Document`] out: text, blocks, sections, pages, and what was wrong with them.
//!
//! Parsing is total. Broken mark-up, a damaged encoding or a hostile file give a document with
//! [problems](Document::problems), never an error and never a panic, in time that grows with the
//! length of the input.
//!
//! ```text
//! bytes -> decode -> page marks out -> front matter out -> blocks and sections
//!                 -> mark-up read -> blocks and sections written as Markdown
//! ```
//!
//! The text of Markdown and plain text is that of the file. Of other formats it is written anew, so
//! that readers and models see words and not mark-up.
//!
//! | file | what it does |
//! |---|---|
//! | `limits` | how much of a file is read |
//! | `decode` | bytes to text: encodings, line ends, what is not text |
//! | `page_marks` | takes page marks out of the text and remembers where they stood |
//! | `front_matter` | title and date from the YAML or TOML at the start of a file |
//! | `outline` | collects blocks and sections; parents and anchors of sections |
//! | `markdown` | blocks and sections of Markdown |
//! | `plain` | blocks and sections of plain text and text taken out of PDF |
//! | `builder` | a document from headings, paragraphs, code, lists and tables |
//! | `prose`, `cells`, `growth` | blocks from text that comes in pieces; what tables have in common; how much larger than its source a text may become |
//! | `rst` | reStructuredText |
//! | `asciidoc` | `AsciiDoc` |
//! | `man` | manual pages: roff with the macros of man and mdoc |
//! | `html` | a page of HTML without the navigation around it |
//! | `pdf` | PDF |
//! | `docx`, `odt`, `epub` | documents that are ZIP files inside |
//! | `package`, `xml`, `table`, `nested` | what these have in common: parts by name, tags and text, cells, depth |

mod asciidoc;
mod builder;
mod cells;
mod decode;
#[cfg(feature = "office")]
mod docx;
#[cfg(feature = "office")]
mod epub;
mod front_matter;
mod growth;
#[cfg(feature = "html")]
mod html;
mod limits;
mod man;
mod markdown;
#[cfg(feature = "office")]
mod nested;
#[cfg(feature = "office")]
mod odt;
mod outline;
#[cfg(feature = "office")]
mod package;
mod page_marks;
#[cfg(feature = "pdf")]
mod pdf;
mod plain;
mod prose;
mod rst;
#[cfg(feature = "office")]
mod table;
#[cfg(test)]
mod tests;
#[cfg(feature = "office")]
mod xml;

use serde::{Deserialize, Serialize};

use crate::document::{BlockKind, Document, Layout, Problem, ProblemKind, Span};
use decode::Decoded;
use front_matter::FrontMatter;
use outline::Outline;
use page_marks::Marked;

/// A format that can be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// `CommonMark` with the extensions of GitHub, front matter and page marks.
    Markdown,
    /// Plain text, as people write it and as `pdftotext` leaves it.
    Plain,
    /// reStructuredText.
    Rst,
    /// `AsciiDoc`.
    Asciidoc,
    /// Manual pages of Unix. A file that does not begin like one is read as plain text, because its
    /// name says little: `guide.1` may be anything.
    Man,
    /// HTML and XHTML.
    #[cfg(feature = "html")]
    Html,
    /// A Word document since 2007.
    #[cfg(feature = "office")]
    Docx,
    /// A book in EPUB 2 or 3.
    #[cfg(feature = "office")]
    Epub,
    /// An OpenDocument text, as `LibreOffice` writes it.
    #[cfg(feature = "office")]
    Odt,
    /// PDF.
    #[cfg(feature = "pdf")]
    Pdf,
}

impl Format {
    /// Whether parsing a hostile file of this format may take more memory or time than can be
    /// bounded from within, or crash: [`isolate`](crate::isolate) is for those.
    pub fn is_risky(self) -> bool {
        !matches!(self, Self::Markdown | Self::Plain)
    }

    /// The format of the file at `path`, by its extension in any case; `None` for an unknown one.
    ///
    /// ```
    /// use mcdewey_core::parse::Format;
    ///
    /// assert_eq!(Format::of_path("cucm/v15/guide.MD"), Some(Format::Markdown));
    /// assert_eq!(Format::of_path("cucm/v15/guide.pdf.txt"), Some(Format::Plain));
    /// assert_eq!(Format::of_path("cucm/v15/guide.exe"), None);
    /// ```
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, extension) = name.rsplit_once('.')?;
        // Sphinx publishes its sources with a second extension.
        let extension = match stem.rsplit_once('.') {
            Some((_, "rst")) if extension.eq_ignore_ascii_case("txt") => "rst",
            _ => extension,
        };
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdown" => Some(Self::Markdown),
            "txt" | "text" => Some(Self::Plain),
            "rst" | "rest" => Some(Self::Rst),
            "adoc" | "asciidoc" | "asc" => Some(Self::Asciidoc),
            "man" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" => Some(Self::Man),
            #[cfg(feature = "html")]
            "html" | "htm" | "xhtml" => Some(Self::Html),
            #[cfg(feature = "office")]
            "docx" => Some(Self::Docx),
            #[cfg(feature = "office")]
            "epub" => Some(Self::Epub),
            #[cfg(feature = "office")]
            "odt" => Some(Self::Odt),
            #[cfg(feature = "pdf")]
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }
}

/// How much of a file is read. What is beyond is left out and reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Limits {
    /// Most pages of a document. Default: 20 000, more than any manual has.
    pub max_pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pages: 20_000 }
    }
}

impl Limits {
    /// Sets the most pages of a document that are read.
    #[must_use]
    pub fn with_max_pages(mut self, max_pages: usize) -> Self {
        self.max_pages = max_pages;
        self
    }
}

/// Parses the bytes of a file.
///
/// Text may be in UTF-8, UTF-16 or an older encoding, which is guessed. What cannot be decoded
/// becomes U+FFFD and is reported once; a file that is no text gives an empty document that says
/// so.
///
/// ```
/// use mcdewey_core::parse::{Format, parse};
///
/// let document = parse(Format::Markdown, b"# Guide\n\n## Page 2\n\nOpen port 5060.\n");
/// assert_eq!(document.title.as_deref(), Some("Guide"));
/// assert_eq!(document.text, "# Guide\n\n\nOpen port 5060.\n");
/// assert_eq!(document.sections.len(), 1);
/// assert_eq!(document.pages.iter().map(|page| page.number).collect::<Vec<_>>(), [1, 2]);
/// ```
pub fn parse(format: Format, bytes: &[u8]) -> Document {
    parse_within(format, bytes, &Limits::default())
}

/// Parses the bytes of a file, and no more of it than `limits` allow.
#[cfg_attr(
    not(feature = "pdf"),
    expect(unused_variables, reason = "only PDF counts its pages first")
)]
pub fn parse_within(format: Format, bytes: &[u8], limits: &Limits) -> Document {
    let mut document = match format {
        #[cfg(feature = "office")]
        Format::Docx => docx::document(bytes),
        #[cfg(feature = "office")]
        Format::Epub => epub::document(bytes),
        #[cfg(feature = "office")]
        Format::Odt => odt::document(bytes),
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::parse(bytes, limits),
        text => {
            let (bytes, cut) = limits::bytes(bytes);
            let mut document = match text {
                #[cfg(feature = "html")]
                Format::Html => html::parse(bytes),
                _ => build(text, decode::bytes(bytes)),
            };
            document.problems.extend(cut);
            document
        }
    };
    // Why nothing could be read says that there is nothing.
    if document.problems.iter().any(|it| it.kind.is_failure()) {
        let is_explained = |it: &Problem| it.kind == ProblemKind::Empty && it.place.is_empty();
        document.problems.retain(|it| !is_explained(it));
    }
    document
}

/// Parses text that is already decoded; otherwise like [`parse`]. Of a format that is not text,
/// these are its bytes.
pub fn parse_text(format: Format, text: &str) -> Document {
    match format {
        #[cfg(feature = "html")]
        Format::Html => html::parse_text(text),
        #[cfg(feature = "office")]
        Format::Docx | Format::Epub | Format::Odt => parse(format, text.as_bytes()),
        _ => build(format, decode::text(text)),
    }
}

/// The parser of a format whose mark-up is not the text to read.
fn parser_of_mark_up(format: Format, text: &str) -> Option<fn(&str) -> Document> {
    match format {
        Format::Rst => Some(rst::parse),
        Format::Asciidoc => Some(asciidoc::parse),
        Format::Man if man::is_page(text) => Some(man::parse),
        _ => None,
    }
}

fn build(format: Format, decoded: Decoded) -> Document {
    decoded.into_document(|text| {
        let Some(parse) = parser_of_mark_up(format, text) else {
            return text_document(format, text);
        };
        let (text, cut) = limits::lines(text);
        let mut document = parse(text);
        document.problems.extend(cut);
        document
    })
}

/// A document whose text is that of its file: Markdown and plain text.
fn text_document(format: Format, text: &str) -> Document {
    let Marked { text, pages } = page_marks::take_out(format, text);
    let layout = match format {
        Format::Markdown => Layout::Markdown,
        _ => Layout::Plain,
    };
    let mut document = Document {
        layout,
        text,
        pages,
        ..Document::default()
    };
    let outline = if format == Format::Markdown {
        let body = take_front_matter(&mut document);
        page_marks::reach_back(&mut document.pages, &document.text);
        markdown::outline(&document.text, body)
    } else {
        page_marks::reach_back(&mut document.pages, &document.text);
        plain::outline(&document.text, &document.pages)
    };
    fill(&mut document, outline);
    document
}

/// Takes the front matter out of the text; returns the part of the text that was malformed front
/// matter and stays, but must not be read as Markdown.
fn take_front_matter(document: &mut Document) -> Span {
    let nothing = Span::new(0, 0);
    let start = document.text.len() - document.text.trim_start_matches('\n').len();
    // Blank lines before front matter are only what a page mark left behind.
    if start > 0 && document.pages.is_empty() {
        return nothing;
    }
    match front_matter::read(&document.text[start..]) {
        FrontMatter::None => nothing,
        FrontMatter::Read { title, date, end } => {
            let removed = start + end;
            document.text.drain(..removed);
            for page in &mut document.pages {
                page.start = page.start.saturating_sub(removed);
            }
            document.title = title;
            document.date = date;
            nothing
        }
        FrontMatter::Malformed { message, end } => {
            let problem = Problem::new(ProblemKind::FrontMatter, "front matter", message);
            document.problems.push(problem);
            Span::new(start, start + end)
        }
    }
}

fn fill(document: &mut Document, outline: Outline) {
    (document.blocks, document.sections) = outline.into_parts();
    let Some(first) = document.blocks.first() else {
        let message = "there is no text in it";
        document
            .problems
            .push(Problem::new(ProblemKind::Empty, "", message));
        return;
    };
    if let (None, BlockKind::Heading { section }) = (&document.title, first.kind) {
        let section = &document.sections[section];
        document.title = (section.level == 1).then(|| section.heading.clone());
    }
}
