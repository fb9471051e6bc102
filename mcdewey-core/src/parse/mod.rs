//! Bytes in, [`Document`] out: text, blocks, sections, pages, and what was wrong with them.
//!
//! Parsing is total. Broken mark-up, a damaged encoding or a hostile file give a document with
//! [problems](Document::problems), never an error and never a panic, in time that grows with the
//! length of the input.
//!
//! ```text
//! bytes -> decode -> page marks out -> front matter out -> blocks and sections
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `builder` | a document from headings, paragraphs, code, lists and tables |
//! | `decode` | bytes to text: UTF-8, line ends, what is not text |
//! | `page_marks` | takes page marks out of the text and remembers where they stood |
//! | `front_matter` | title and date from the YAML or TOML at the start of a file |
//! | `outline` | collects blocks and sections; parents and anchors of sections |
//! | `markdown` | blocks and sections of Markdown |
//! | `plain` | blocks and sections of plain text, reStructuredText and text taken out of PDF |
//! | `docx`, `odt`, `epub` | documents that are ZIP files inside |
//! | `package`, `xml`, `table`, `nested` | what these have in common: parts by name, tags and text, cells, depth |

#[cfg_attr(
    not(feature = "office"),
    expect(dead_code, reason = "its formats are features")
)]
mod builder;
mod decode;
#[cfg(feature = "office")]
mod docx;
#[cfg(feature = "office")]
mod epub;
mod front_matter;
mod markdown;
#[cfg(feature = "office")]
mod nested;
#[cfg(feature = "office")]
mod odt;
mod outline;
#[cfg(feature = "office")]
mod package;
mod page_marks;
mod plain;
#[cfg(feature = "office")]
mod table;
#[cfg(test)]
mod tests;
#[cfg(feature = "office")]
mod xml;

use crate::document::{BlockKind, Document, Problem, ProblemKind, Span};
use decode::Decoded;
use front_matter::FrontMatter;
use outline::Outline;
use page_marks::Marked;

/// A format that can be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// `CommonMark` with the extensions of GitHub, front matter and page marks.
    Markdown,
    /// Plain text, as people write it and as `pdftotext` leaves it; also reStructuredText.
    Plain,
    /// A Word document since 2007.
    #[cfg(feature = "office")]
    Docx,
    /// A book in EPUB 2 or 3.
    #[cfg(feature = "office")]
    Epub,
    /// An OpenDocument text, as LibreOffice writes it.
    #[cfg(feature = "office")]
    Odt,
}

impl Format {
    /// The format of the file at `path`, by its extension in any case; `None` for an unknown one.
    ///
    /// ```
    /// use mcdewey_core::parse::Format;
    ///
    /// assert_eq!(Format::of_path("cucm/v15/guide.MD"), Some(Format::Markdown));
    /// assert_eq!(Format::of_path("cucm/v15/guide.pdf.txt"), Some(Format::Plain));
    /// assert_eq!(Format::of_path("cucm/v15/guide.pdf"), None);
    /// ```
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdown" => Some(Self::Markdown),
            "txt" | "text" | "rst" => Some(Self::Plain),
            #[cfg(feature = "office")]
            "docx" => Some(Self::Docx),
            #[cfg(feature = "office")]
            "epub" => Some(Self::Epub),
            #[cfg(feature = "office")]
            "odt" => Some(Self::Odt),
            _ => None,
        }
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
    match format {
        #[cfg(feature = "office")]
        Format::Docx => docx::document(bytes),
        #[cfg(feature = "office")]
        Format::Epub => epub::document(bytes),
        #[cfg(feature = "office")]
        Format::Odt => odt::document(bytes),
        Format::Markdown | Format::Plain => build(format, decode::bytes(bytes)),
    }
}

/// Parses text that is already decoded; otherwise like [`parse`]. Of a format that is not text,
/// these are its bytes.
pub fn parse_text(format: Format, text: &str) -> Document {
    match format {
        Format::Markdown | Format::Plain => build(format, decode::text(text)),
        #[cfg(feature = "office")]
        _ => parse(format, text.as_bytes()),
    }
}

/// A document whose text is the text of its file: Markdown and plain text.
fn build(format: Format, decoded: Decoded) -> Document {
    let Some(text) = decoded.text else {
        return Document {
            problems: decoded.problem.into_iter().collect(),
            ..Document::default()
        };
    };
    let Marked { text, pages } = page_marks::take_out(format, &text);
    let mut document = Document {
        text,
        pages,
        problems: decoded.problem.into_iter().collect(),
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
