//! Text in, terms out; the same code cuts chunks, queries and snippets.
//!
//! A token is a maximal run of letters and digits (Unicode's `alphanumeric`), lower-cased. It has
//! two forms: the exact one, and its English Snowball stem.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};

use crate::document::Span;

/// Longer runs are cut off here: no word is that long, and a term must fit in the index.
const MAX_TOKEN_BYTES: usize = 255;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Where it stands.
    pub(crate) span: Span,
    /// Its lower-case form.
    pub(crate) exact: String,
}

/// The words of `text`, in order.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(char::is_alphanumeric)?;
        let length = text[start..]
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(text.len() - start);
        rest = start + length;
        Some(Token {
            span: Span::new(start, rest),
            exact: fold(&text[start..rest]),
        })
    })
}

/// How many words `text` has.
#[cfg(feature = "embedded")]
pub(crate) fn count(text: &str) -> usize {
    tokens(text).count()
}

fn fold(word: &str) -> String {
    let mut end = word.len().min(MAX_TOKEN_BYTES);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    if word.is_ascii() {
        word[..end].to_ascii_lowercase()
    } else {
        word[..end].to_lowercase()
    }
}

/// Reduces words to their English stem.
#[derive(Clone)]
pub(crate) struct EnglishStemmer(Stemmer);

impl std::fmt::Debug for EnglishStemmer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("EnglishStemmer")
    }
}

impl EnglishStemmer {
    pub(crate) fn new() -> Self {
        Self(Stemmer::new(Algorithm::English))
    }

    /// The stem of a lower-case word.
    pub(crate) fn stem<'word>(&self, word: &'word str) -> Cow<'word, str> {
        self.0.stem(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_digits_in_lower_case() {
        let found: Vec<_> = tokens("Set `max_Conn`: 10.5(2), Größe!")
            .map(|token| token.exact)
            .collect();
        assert_eq!(found, ["set", "max", "conn", "10", "5", "2", "größe"]);
    }

    #[test]
    fn spans_point_at_the_words() {
        let text = "é, Port 5060";
        let found: Vec<_> = tokens(text).map(|token| token.span.of(text)).collect();
        assert_eq!(found, ["é", "Port", "5060"]);
    }

    #[test]
    fn an_endless_word_is_cut_on_a_char_boundary() {
        let token = tokens(&"ü".repeat(1000)).next().expect("one word");
        assert_eq!(token.exact.len(), 254);
        assert_eq!(token.span.len(), 2000);
    }

    #[test]
    fn stems_join_the_forms_of_a_word() {
        let stemmer = EnglishStemmer::new();
        assert_eq!(stemmer.stem("certificates"), stemmer.stem("certificate"));
    }
}
