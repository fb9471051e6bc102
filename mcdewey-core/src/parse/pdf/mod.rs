//! A PDF in, a [`Document`] out: text in reading order, headings, tables, code, pages and labels.
//!
//! ```text
//! bytes -> objects (hayro-syntax) -> characters -> words -> lines in reading order
//!       -> without running heads and feet -> headings, paragraphs, lists, code, tables
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `whole` | whether all of a page could be unpacked |
//! | `content` | what a page shows: characters with their places, and straight lines |
//! | `fonts` | what the codes of a font mean, and how wide they are |
//! | `matrix` | transforms |
//! | `strings` | text strings; ligatures, hyphens and bullets made plain |
//! | `words` | characters to words |
//! | `accents` | letters and accents that are printed one over the other |
//! | `order` | words to lines: columns, raised and lowered print |
//! | `furniture` | running heads and feet, and the page numbers in them |
//! | `bookmarks` | the outline |
//! | `labels` | printed page labels |
//! | `info` | title and date |
//! | `style` | what is usual in a document: its sizes, margins, and words |
//! | `headings` | which lines are headings, and of what level |
//! | `blocks` | lines to paragraphs, lists, code |
//! | `tables` | lines to rows and cells |

mod accents;
mod blocks;
mod bookmarks;
mod content;
mod fonts;
mod furniture;
mod headings;
mod info;
mod labels;
mod matrix;
mod order;
mod strings;
mod style;
mod tables;
#[cfg(test)]
mod tests;
mod whole;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_syntax::object::Dict;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::Limits;
use super::builder::Builder;
use crate::document::{Document, ProblemKind};
use content::{Ink, Rule};
use fonts::Fonts;
use order::Line;
use words::Word;

/// Text that is kept, in times of the size of the file: deflate makes text about a tenth of its
/// size, and a file that holds nothing but text needs no more than that.
const MAX_TEXT_RATIO: usize = 16;

/// Text that is always kept.
const MIN_MAX_TEXT: usize = 4 << 20;

/// Text that is never exceeded: that of 20 000 full pages.
const MAX_TEXT: usize = 64 << 20;

/// Largest file. The largest manual that was ever seen here has 60 MB, most of it images.
const MAX_BYTES: usize = 200_000_000;

/// Stands for the end of a file that is missing. Without a catalogue no page is looked for, and with
/// one that leads nowhere every object that is a page is taken for one. No file has such numbers.
const CATALOG: &[u8] =
    b"\n8388607 0 obj\n<< /Type /Catalog /Pages 8388606 0 R >>\nendobj\ntrailer\n\
    << /Root 8388607 0 R >>\n%%EOF\n";

/// A share of instructions that do not exist, from which on a page counts as damaged.
const MAX_GARBAGE: usize = 20;

/// Fewest dots that lead the eye from a title to its page number.
const MIN_LEADERS: usize = 4;

fn is_leader(c: char) -> bool {
    matches!(c, '.' | '·' | '…')
}

/// A page, as far as it was read.
#[derive(Debug, Default)]
struct Sheet {
    /// The text of its words.
    text: String,
    lines: Vec<Line>,
    rules: Vec<Rule>,
}

impl Sheet {
    fn word(&self, word: &Word) -> &str {
        &self.text[word.start as usize..word.end as usize]
    }

    /// Whether white space stands between two words of a line. The mark of a footnote is no part
    /// of the word that it follows; an exponent is.
    fn is_apart(&self, word: &Word, next: &Word) -> bool {
        let ends_word = || {
            let text = self.word(word);
            let is_name = text.chars().filter(|c| c.is_alphabetic()).count() > 1;
            let is_mark = |c: char| c.is_ascii_digit() || "*†‡§".contains(c);
            is_name && self.word(next).chars().all(is_mark)
        };
        word.is_apart(next) || (next.is_raised(word) && ends_word())
    }

    /// Whether dots lead the eye from one part of a line to another.
    fn has_leaders(&self, line: &Line) -> bool {
        let runs = line.words.iter().map(|word| {
            let text = self.word(word);
            let n_dots = text.chars().filter(|&c| is_leader(c)).count();
            let longest = text.split(|c| !is_leader(c)).map(str::len).max();
            // Single dots within names are none.
            if n_dots == text.chars().count() {
                n_dots
            } else {
                longest.filter(|&n| n > 3).unwrap_or(0)
            }
        });
        runs.sum::<usize>() >= MIN_LEADERS
    }

    /// A line as it reads.
    fn text_of(&self, line: &Line) -> String {
        self.text_of_words(&line.words)
    }

    fn text_of_words(&self, words: &[Word]) -> String {
        let mut text = String::new();
        for (index, word) in words.iter().enumerate() {
            if index > 0 && self.is_apart(&words[index - 1], word) {
                text.push(' ');
            }
            text.push_str(self.word(word));
        }
        text
    }
}

/// Reads a PDF. What is wrong with it is said in the document's problems.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Document {
    // The crates that take the file apart are fuzzed, and still the last word on a hostile file.
    let parsed = catch_unwind(AssertUnwindSafe(|| read(bytes, limits)));
    parsed.unwrap_or_else(|_| {
        let mut builder = Builder::new();
        let message = "the file is damaged in a way that its reader could not cope with";
        builder.problem(ProblemKind::Damaged, "", message);
        builder.finish()
    })
}

fn read(bytes: &[u8], limits: &Limits) -> Document {
    let mut builder = Builder::new();
    if bytes.len() > MAX_BYTES {
        let message = format!("it is larger than the {MAX_BYTES} bytes that are read");
        builder.problem(ProblemKind::TooLarge, "", message);
        return builder.finish();
    }
    match Pdf::new(bytes.to_vec()) {
        Err(LoadPdfError::Decryption(reason)) => {
            let message = match reason {
                DecryptionError::PasswordProtected => "it cannot be read without a password",
                _ => "it is encrypted in a way that is not known",
            };
            builder.problem(ProblemKind::Encrypted, "", message);
        }
        Err(LoadPdfError::Invalid) if !has_header(bytes) => {
            builder.problem(ProblemKind::Damaged, "", "it is not a PDF file");
        }
        Err(LoadPdfError::Invalid) => remains(bytes, limits, &mut builder),
        Ok(pdf) => {
            if !has_end(bytes) {
                let message = "the file ends early; what could be found was read";
                builder.problem(ProblemKind::Damaged, "", message);
            }
            document(&pdf, bytes.len(), limits, &mut builder);
        }
    }
    builder.finish()
}

/// Reads what can be found in a file that lacks what says where its pages are.
fn remains(bytes: &[u8], limits: &Limits, builder: &mut Builder) {
    match Pdf::new([bytes, CATALOG].concat()) {
        Ok(pdf) if !pdf.pages().is_empty() => {
            let message = "the file is damaged or ends early; the pages that could be found were \
                           read, and may have had other numbers";
            builder.problem(ProblemKind::Damaged, "", message);
            document(&pdf, bytes.len(), limits, builder);
        }
        _ => {
            let message = "the file is damaged: no page can be found in it";
            builder.problem(ProblemKind::Damaged, "", message);
        }
    }
}

/// Readers look for the header within the first kilobyte.
fn has_header(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    head.windows(5).any(|window| window == b"%PDF-")
}

fn has_end(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    tail.windows(5).any(|window| window == b"%%EOF")
}

fn document(pdf: &Pdf, n_bytes: usize, limits: &Limits, builder: &mut Builder) {
    let pages = pdf.pages();
    let n_pages = pages.len().min(limits.max_pages);
    let mut report = Report::default();
    let mut sheets = sheets(pdf, n_pages, n_bytes, &mut report);
    if n_pages < pages.len() {
        let message = format!(
            "it has {} pages; the first {n_pages} were read",
            pages.len()
        );
        builder.problem(ProblemKind::TooLarge, "", message);
    }
    let n_stated = n_stated_pages(pdf);
    if n_stated > pages.len() {
        let message = format!(
            "it says that it has {n_stated} pages, of which {} could be found",
            pages.len()
        );
        builder.problem(ProblemKind::Damaged, "", message);
    }
    let printed = furniture::take_out(&mut sheets);
    let labels = labels::read(pdf, n_pages).unwrap_or(printed);
    let bookmarks = bookmarks::read(pdf);
    let style = style::Style::of(&sheets);
    let outline = headings::find(&sheets, &bookmarks, &style);
    if let Some(title) = info::title(pdf).or_else(|| headings::title(&sheets, &style)) {
        builder.title(&title);
    }
    if let Some(date) = info::date(pdf) {
        builder.date(&date);
    }
    for (number, (index, sheet)) in (1..).zip(sheets.iter().enumerate()) {
        let label = labels.get(index).and_then(Option::as_deref);
        builder.page(number, label);
        blocks::build(sheet, &outline.pages[index], &style, builder);
    }
    report.tell(n_pages, builder);
}

/// How many pages a file says that it has.
fn n_stated_pages(pdf: &Pdf) -> usize {
    let xref = pdf.xref();
    let catalog = xref.get::<Dict<'_>>(xref.root_id());
    let pages = catalog.and_then(|catalog| catalog.get::<Dict<'_>>("Pages"));
    let count = pages.and_then(|pages| pages.get::<u32>("Count"));
    count.unwrap_or(0) as usize
}

fn sheets(pdf: &Pdf, n_pages: usize, n_bytes: usize, report: &mut Report) -> Vec<Sheet> {
    let max_text = n_bytes.saturating_mul(MAX_TEXT_RATIO);
    let max_text = max_text.clamp(MIN_MAX_TEXT, MAX_TEXT);
    let mut fonts = Fonts::new();
    let mut n_text = 0;
    let mut sheets = Vec::with_capacity(n_pages);
    for page in &pdf.pages()[..n_pages] {
        if n_text > max_text {
            report.beyond.push(sheets.len());
            sheets.push(Sheet::default());
            continue;
        }
        let ink = content::read(page, &mut fonts);
        let sheet = sheet(&ink);
        n_text += sheet.text.len();
        let has_content = page.raw().contains_key("Contents");
        let is_undecoded = has_content && page.page_stream().is_none();
        let is_damaged = is_undecoded || !whole::is_whole(page);
        report.note(sheets.len(), &ink, &sheet, is_damaged);
        sheets.push(sheet);
    }
    sheets
}

fn sheet(ink: &Ink) -> Sheet {
    let (groups, text) = words::find(&ink.glyphs);
    let mut lines = Vec::new();
    for group in groups {
        // Rules are known in the frame of upright text only.
        let rules: &[Rule] = if group.angle == 0 { &ink.rules } else { &[] };
        lines.extend(order::lines(group.words, rules));
    }
    Sheet {
        text,
        lines,
        rules: ink.rules.clone(),
    }
}

/// What is wrong with which pages, by index.
#[derive(Debug, Default)]
struct Report {
    images_only: Vec<usize>,
    unknown: Vec<usize>,
    guessed: Vec<usize>,
    damaged: Vec<usize>,
    cut: Vec<usize>,
    beyond: Vec<usize>,
}

impl Report {
    fn note(&mut self, page: usize, ink: &Ink, sheet: &Sheet, is_damaged: bool) {
        let n_known = sheet.text.len();
        if is_damaged || ink.n_garbage > MAX_GARBAGE.max(n_known / 50) {
            self.damaged.push(page);
        } else if ink.n_unknown > 0 && ink.n_unknown * 10 > n_known {
            self.unknown.push(page);
        } else if ink.n_guessed > 0 {
            self.guessed.push(page);
        } else if ink.has_image && n_known == 0 {
            self.images_only.push(page);
        }
        if ink.is_cut {
            self.cut.push(page);
        }
    }

    fn tell(&self, n_pages: usize, builder: &mut Builder) {
        if n_pages > 0 && self.images_only.len() == n_pages {
            let message =
                "its pages are images without text; they have to be recognised (OCR) first";
            builder.problem(ProblemKind::ImageOnly, "", message);
        } else {
            let message = "images without text; they have to be recognised (OCR) to be found";
            tell(builder, &self.images_only, ProblemKind::ImageOnly, message);
        }
        let message = "characters whose fonts do not say what they mean were left out";
        tell(builder, &self.unknown, ProblemKind::Encoding, message);
        let message = "text in fonts that are missing from the file was taken for ASCII";
        tell(builder, &self.guessed, ProblemKind::Encoding, message);
        let message = "the page is damaged; what could be read of it was kept";
        tell(builder, &self.damaged, ProblemKind::Damaged, message);
        let message = "more on the page than is read; the rest was left out";
        tell(builder, &self.cut, ProblemKind::TooLarge, message);
        let message = "the file unpacks to more text than is kept; it was left out from here on";
        tell(builder, &self.beyond, ProblemKind::TooLarge, message);
    }
}

/// One problem for each run of pages: five thousand problems help nobody.
fn tell(builder: &mut Builder, pages: &[usize], kind: ProblemKind, message: &str) {
    for run in pages.chunk_by(|a, b| a + 1 == *b) {
        let place = match run {
            [only] => format!("page {}", only + 1),
            [first, .., last] => format!("pages {}-{}", first + 1, last + 1),
            [] => continue,
        };
        builder.problem(kind, &place, message);
    }
}
