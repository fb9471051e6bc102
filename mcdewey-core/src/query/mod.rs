//! Query text in, [`Query`] out. Total: every text is read, and what was read otherwise than it
//! may have been meant is in the notes.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Query`] and its [`Clause`]s |
//! | `limits.rs` | how much of a text is read |
//! | `lex.rs` | text -> lexemes |
//! | `parse.rs` | lexemes -> what the query says |
//! | `node.rs` | what it says -> what a passage must meet |
//! | `reading.rs` | what it says -> what is looked for |
//! | `condition.rs` | [`Condition`]: the boolean part |
//!
//! # Syntax
//!
//! | written | meaning |
//! |---|---|
//! | `native vlan` | passages with these words, the more the better, and what means the same |
//! | `"native vlan"` | the words must follow each other |
//! | `"vlan trunk"~4` | with at most 4 words between them, in any order |
//! | `+vlan`, `vlan AND trunk` | must be there |
//! | `-vlan`, `NOT vlan` | must not be there |
//! | `vlan OR trunk`, `(a OR b) AND c` | one of them must be there |
//! | `vendor:cisco`, `product:`, `version:">=14,<15"`, `document:` | only manuals that stand there |
//! | `title:`, `heading:`, `code:` | must be in the title, the headings, the code |
//! | `page:47`, `page:40-50` | must be on these pages |
//! | `certif*` | all words that begin so |
//! | `~certifcate`, `certifcate~2` | words that differ in a letter, or two |
//!
//! Operators are written in capitals. `-l` and `--long` are words, as manuals have them.

mod condition;
mod lex;
mod limits;
mod node;
mod parse;
mod reading;
#[cfg(test)]
mod tests;

use std::fmt;

pub use self::condition::{Condition, Field, Place, Term};
pub use self::limits::{MAX_CHARS, MAX_DEPTH, MAX_WORDS, check};
use crate::analyze::{Language, Stemmers};

/// A query as the library reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The text as given, without white space around it.
    pub text: String,
    /// What the embedding model reads: the text without its syntax and without what it excludes.
    pub meaning: String,
    /// What the lexical leg looks for, in the order of the text; the more of it a passage has, the
    /// better.
    pub clauses: Vec<Clause>,
    /// The names that neighbouring words may be.
    pub names: Vec<Name>,
    /// What a passage must meet in either leg.
    pub condition: Option<Condition>,
    /// The languages whose stems its words are looked for by, the most frequent first; none is
    /// English alone. Set by a search.
    pub(crate) languages: Vec<Language>,
    /// What was read otherwise than it may have been meant, a sentence each.
    pub notes: Vec<String>,
}

/// Something to look for, and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clause {
    /// What the query has.
    pub term: Term,
    /// Rows of words that count as much: parts of a name, synonyms, corrections.
    pub also: Vec<Vec<String>>,
}

/// A name that some words of a query may be: `AXL_API` and `axl api` are `axlapi`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Name {
    /// All its letters and digits, in lower case.
    pub key: String,
    /// Of how many words it is, at least 1.
    pub n_words: usize,
    /// Whether the query has it as one: without white space.
    pub is_written: bool,
}

/// A word of a query by its stem, and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sought {
    /// The word as the query has it, in lower case.
    pub word: String,
    /// Its stem.
    pub stem: String,
    /// Rows of stems of which one is as good.
    pub also: Vec<Vec<String>>,
}

impl Query {
    /// Reads any text; see [the syntax](self).
    ///
    /// # Examples
    /// ```
    /// use mcdewey_core::query::{Query, Term};
    ///
    /// let query = Query::parse("set \"native VLAN\" -trunk");
    /// assert_eq!(query.clauses[0].term, Term::Word("set".into()));
    /// assert_eq!(query.clauses[1].term, Term::Phrase(vec!["native".into(), "vlan".into()]));
    /// assert_eq!(query.meaning, "set native VLAN");
    /// let condition = query.condition.expect("a passage must meet something");
    /// assert_eq!(condition.to_string(), "\"native vlan\" AND NOT trunk");
    /// ```
    pub fn parse(text: &str) -> Self {
        parse::parse(text)
    }

    /// Its words, those of phrases included, in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let words = self.clauses.iter().flat_map(|clause| clause.term.words());
        words.map(String::as_str)
    }

    /// Its words by their stems, each once, in order of their first places. A prefix is taken as
    /// the word that it is.
    pub fn sought(&self) -> Vec<Sought> {
        let stemmers = self.stemmers();
        let stem = |word: &String| stemmers.first(word).into_owned();
        let mut sought: Vec<Sought> = Vec::new();
        for clause in &self.clauses {
            let words = clause.term.words();
            let also = clause.also.iter().map(|row| row.iter().map(stem).collect());
            // What stands for a phrase stands for each of its words.
            let also: Vec<Vec<String>> = also.collect();
            for word in words {
                let mut also = also.clone();
                let others = stemmers.all(word).into_iter().skip(1);
                also.extend(others.map(|stem| vec![stem]));
                let stem = stem(word);
                match sought.iter_mut().find(|known| known.stem == stem) {
                    Some(known) => known.also.extend(also),
                    None => sought.push(Sought {
                        word: word.clone(),
                        stem,
                        also,
                    }),
                }
            }
        }
        sought
    }

    pub(crate) fn stemmers(&self) -> Stemmers {
        Stemmers::new(&self.languages)
    }

    /// Whether there is nothing to look for: only punctuation, or only a place.
    pub fn has_no_words(&self) -> bool {
        self.clauses.is_empty()
    }
}

/// Adds a note, unless it is there.
pub(crate) fn add_note(notes: &mut Vec<String>, note: impl Into<String>) {
    let note = note.into();
    if !notes.contains(&note) {
        notes.push(note);
    }
}

impl Clause {
    /// `term`, and nothing that stands for it.
    pub fn new(term: Term) -> Self {
        Self {
            term,
            also: Vec::new(),
        }
    }
}

/// As it was read: what is looked for, what stands for it, and what a passage must meet.
impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("look for")?;
        for (at, clause) in self.clauses.iter().enumerate() {
            write!(
                formatter,
                "{} {}",
                if at > 0 { "," } else { "" },
                clause.term
            )?;
            for row in &clause.also {
                write!(formatter, " or {}", row.join(" "))?;
            }
        }
        if self.clauses.is_empty() {
            formatter.write_str(" nothing")?;
        }
        if let Some(condition) = &self.condition {
            write!(formatter, "; only where {condition}")?;
        }
        if self.meaning != self.text {
            write!(formatter, "; by meaning: {}", self.meaning)?;
        }
        Ok(())
    }
}
