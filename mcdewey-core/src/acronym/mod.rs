//! A document in, the acronyms that it defines out.
//!
//! ```text
//! … Cisco Unified Communications Manager (CUCM) …     in running text, the long form first
//! … CUCM (Cisco Unified Communications Manager) …     or the short one
//! CUCM - Cisco Unified Communications Manager         a line or a row under "Glossary",
//! | CUCM | Cisco Unified Communications Manager |     "Abbreviations", "Acronyms" or "Terms"
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Acronym`], and where in a document one may stand |
//! | `short.rs` | what may be a short form |
//! | `words.rs` | the words before and after a place |
//! | `fit.rs` | whether a long form reads as a short form |
//! | `parentheses.rs` | definitions in running text |
//! | `glossary.rs` | definitions in lists and tables |
//!
//! What is found widens queries of everybody who asks for that vendor's manuals, so a wrong pair
//! costs more than a missed one.
//!
//! # Complexity
//! Linear in the text, whatever it holds: a place is looked at within fixed bounds, and at most
//! 100 000 places are.
//!
//! # Source
//! Which texts are candidates is from A. S. Schwartz and M. A. Hearst, "A simple algorithm for
//! identifying abbreviation definitions in biomedical text", Pacific Symposium on Biocomputing
//! 2003. How a candidate is judged is stricter than there, see `fit.rs`.

mod fit;
mod glossary;
mod parentheses;
mod short;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use self::short::Short;
use crate::analyze;
use crate::document::{BlockKind, Document};

/// Most acronyms of one document. A glossary of a large manual has some hundreds.
const MAX_ACRONYMS: usize = 500;
/// Most places of one document that are looked at: a manual of 3 000 pages has some ten thousand.
const MAX_PLACES: usize = 100_000;
/// Words of a heading under which every line may define an acronym.
const GLOSSARY_WORDS: [&str; 8] = [
    "abbreviation",
    "abbreviations",
    "acronym",
    "acronyms",
    "definitions",
    "glossary",
    "terminology",
    "terms",
];

/// A short form and what it stands for, as a document writes them.
///
/// # Examples
/// ```
/// use mcdewey_core::acronym::acronyms;
/// use mcdewey_core::parse::{Format, parse};
///
/// let document = parse(Format::Markdown, b"An access control list (ACL) has rules.");
/// let found = acronyms(&document);
/// assert_eq!((found[0].short.as_str(), found[0].long.as_str()), ("ACL", "access control list"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Acronym {
    /// The short form: 2 to 10 characters without white space.
    pub short: String,
    /// The long form: words with one space between them.
    pub long: String,
}

impl Acronym {
    /// `short` stands for `long`.
    pub fn new(short: impl Into<String>, long: impl Into<String>) -> Self {
        Self {
            short: short.into(),
            long: long.into(),
        }
    }
}

/// The acronyms that `document` defines, in order of their first definition, each once; the first
/// 500.
pub fn acronyms(document: &Document) -> Vec<Acronym> {
    let in_glossary = glossary_sections(document);
    let mut found = Found::default();
    let mut glossary = glossary::Lines::default();
    let mut is_glossary = false;
    for block in &document.blocks {
        let text = block.span.of(&document.text);
        if let BlockKind::Heading { section } = block.kind {
            is_glossary = in_glossary.get(section).copied().unwrap_or(false);
            glossary = glossary::Lines::default();
        }
        match block.kind {
            BlockKind::Table { header } => {
                let header = header.map(|header| header.of(&document.text));
                if is_glossary || header.is_some_and(says_glossary) {
                    glossary::rows(text, &mut found);
                }
                text.lines()
                    .for_each(|row| parentheses::definitions(row, &mut found));
            }
            BlockKind::Code { .. } if is_glossary => glossary.read(text, &mut found),
            BlockKind::Code { .. } => {}
            BlockKind::Heading { .. } => parentheses::definitions(text, &mut found),
            BlockKind::Paragraph | BlockKind::ListItem => {
                if is_glossary {
                    glossary.read(text, &mut found);
                }
                parentheses::definitions(text, &mut found);
            }
        }
        if found.is_full() {
            break;
        }
    }
    found.acronyms
}

/// For each section whether it is a glossary, or lies in one.
fn glossary_sections(document: &Document) -> Vec<bool> {
    let mut flags: Vec<bool> = Vec::with_capacity(document.sections.len());
    for section in &document.sections {
        let outer = section.parent.and_then(|parent| flags.get(parent).copied());
        flags.push(outer.unwrap_or(false) || says_glossary(&section.heading));
    }
    flags
}

fn says_glossary(text: &str) -> bool {
    analyze::tokens(text).any(|token| GLOSSARY_WORDS.contains(&token.exact.as_str()))
}

/// What was found so far, and how many places were looked at.
#[derive(Debug, Default)]
struct Found {
    acronyms: Vec<Acronym>,
    known: HashSet<(String, String)>,
    n_places: usize,
}

impl Found {
    /// Counts a place; false once no more may be looked at.
    fn look(&mut self) -> bool {
        self.n_places += 1;
        !self.is_full()
    }

    fn is_full(&self) -> bool {
        self.n_places > MAX_PLACES || self.acronyms.len() >= MAX_ACRONYMS
    }

    fn add(&mut self, short: &Short<'_>, long: &str) {
        let long = words::plain(long);
        let key = (short.text.to_lowercase(), long.to_lowercase());
        if !self.is_full() && self.known.insert(key) {
            self.acronyms.push(Acronym::new(short.text, long));
        }
    }
}
