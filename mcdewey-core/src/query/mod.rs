//! Query text in, [`Query`] out; total below the limits.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Query`]: words and quoted phrases |
//! | `limits.rs` | what is refused before anything reads it |

mod limits;

pub use limits::{MAX_CHARS, MAX_CLAUSES, MAX_DEPTH};

use crate::Result;
use crate::analyze::{self, EnglishStemmer};

/// A query as the library reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The text as given, without white space around it; what the embedding model reads.
    pub text: String,
    /// What the lexical leg looks for, in the order of the text.
    pub clauses: Vec<Clause>,
}

/// Something to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clause {
    /// A word, in lower case.
    Word(String),
    /// At least two words, in lower case, that must follow each other: `"exact phrase"`.
    Phrase(Vec<String>),
}

impl Query {
    /// Reads `text`: words, and phrases in double quotes. A quote that is not closed runs to the
    /// end.
    ///
    /// # Errors
    /// [`Error::Query`](crate::Error::Query) if it is empty, or over a limit ([`MAX_CHARS`],
    /// [`MAX_CLAUSES`], [`MAX_DEPTH`]).
    ///
    /// # Examples
    /// ```
    /// use mcdewey_core::query::{Clause, Query};
    ///
    /// let query = Query::parse("set \"native VLAN\"")?;
    /// assert_eq!(query.clauses[0], Clause::Word("set".into()));
    /// assert_eq!(query.clauses[1], Clause::Phrase(vec!["native".into(), "vlan".into()]));
    /// # Ok::<(), mcdewey_core::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        limits::check(text)?;
        let mut clauses = Vec::new();
        for (index, part) in text.split('"').enumerate() {
            let words = analyze::tokens(part).map(|token| token.exact);
            let quoted = index % 2 == 1;
            if quoted {
                let mut phrase: Vec<_> = words.collect();
                match phrase.len() {
                    0 => {}
                    1 => clauses.extend(phrase.pop().map(Clause::Word)),
                    _ => clauses.push(Clause::Phrase(phrase)),
                }
            } else {
                clauses.extend(words.map(Clause::Word));
            }
        }
        Ok(Self {
            text: text.to_owned(),
            clauses,
        })
    }

    /// Its words, those of phrases included, in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.clauses
            .iter()
            .flat_map(|clause| match clause {
                Clause::Word(word) => std::slice::from_ref(word).iter(),
                Clause::Phrase(words) => words.iter(),
            })
            .map(String::as_str)
    }

    /// The stems of its words, each once, in order of their first places.
    pub fn stems(&self) -> Vec<String> {
        let stemmer = EnglishStemmer::new();
        let mut stems: Vec<String> = Vec::new();
        for word in self.words() {
            let stem = stemmer.stem(word);
            if stems.iter().all(|known| *known != stem) {
                stems.push(stem.into_owned());
            }
        }
        stems
    }

    /// Whether there is nothing to look for: only punctuation.
    pub fn has_no_words(&self) -> bool {
        self.clauses.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unclosed_quote_runs_to_the_end() {
        let query = Query::parse("say \"hello world").expect("valid");
        assert_eq!(
            query.clauses,
            [
                Clause::Word("say".into()),
                Clause::Phrase(vec!["hello".into(), "world".into()]),
            ]
        );
    }

    #[test]
    fn a_phrase_of_one_word_is_a_word() {
        let query = Query::parse("\"VLAN\" \"\"").expect("valid");
        assert_eq!(query.clauses, [Clause::Word("vlan".into())]);
    }

    #[test]
    fn stems_stand_once_in_order() {
        let query = Query::parse("trunks \"native trunk\" VLAN").expect("valid");
        assert_eq!(query.stems(), ["trunk", "nativ", "vlan"]);
    }

    #[test]
    fn punctuation_alone_has_no_words() {
        let query = Query::parse("?! -- \"\"").expect("valid");
        assert!(query.has_no_words());
    }
}
