//! Text in, terms out; the same code cuts chunks, queries and snippets.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | words, and the terms that they are found by |
//! | `code.rs` | the code in a passage |
//! | `language.rs` | languages, and the stems of their words |
//! | `identifier.rs` | names such as `GigabitEthernet0/0/1`: their parts, and their keys |
//!
//! A token is a maximal run of letters and digits (Unicode's `alphanumeric`), lower-cased. It has
//! two forms: the exact one, and its Snowball stem in the language of its document. In scripts that do not part words by
//! spaces (Chinese, Japanese) each character is a token of its own, as in Lucene's
//! `StandardTokenizer`; a run of them in a query is looked for as a phrase.

#[cfg(feature = "embedded")]
mod code;
mod identifier;
mod language;

#[cfg(feature = "embedded")]
pub(crate) use self::code::code;
pub(crate) use self::identifier::{joined, keys, numbered_parts, parts};
pub(crate) use self::language::{Language, Stemmer, Stemmers};
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
        let length = word_length(&text[start..]);
        rest = start + length;
        Some(Token {
            span: Span::new(start, rest),
            exact: fold(&text[start..rest]),
        })
    })
}

/// Length in bytes of the word that `text` begins with.
fn word_length(text: &str) -> usize {
    let mut chars = text.char_indices();
    let first = chars
        .next()
        .map_or(0, |(_, c)| if is_unspaced(c) { c.len_utf8() } else { 0 });
    if first > 0 {
        return first;
    }
    text.find(|c: char| !c.is_alphanumeric() || is_unspaced(c))
        .unwrap_or(text.len())
}

/// Whether a character belongs to a script that puts no spaces between words, and is a word by
/// itself: Han, Hiragana and Katakana.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{3040}'..='\u{30ff}'      // Hiragana, Katakana
        | '\u{31f0}'..='\u{31ff}'    // Katakana, phonetic extensions
        | '\u{3400}'..='\u{4dbf}'    // Han, extension A
        | '\u{4e00}'..='\u{9fff}'    // Han
        | '\u{f900}'..='\u{faff}'    // Han, compatibility
        | '\u{20000}'..='\u{323af}') // Han, extensions B to H
}

/// The terms of `text`: its words, and after each the parts of a name such as `CamelCase`. Parts
/// stand where the word stands.
#[cfg(any(test, feature = "embedded"))]
pub(crate) fn terms(text: &str) -> impl Iterator<Item = Term> + '_ {
    tokens(text).zip(0..).flat_map(move |(token, position)| {
        let parts: Vec<Term> = parts(token.span.of(text))
            .map(|part| Term {
                span: token.span,
                position,
                exact: fold(part),
            })
            .collect();
        let word = Term {
            span: token.span,
            position,
            exact: token.exact,
        };
        std::iter::once(word).chain(parts)
    })
}

/// What a text is found by.
#[cfg(any(test, feature = "embedded"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// Where its word stands.
    pub(crate) span: Span,
    /// How many words stand before that.
    pub(crate) position: usize,
    /// Its lower-case form.
    pub(crate) exact: String,
}

/// How many terms `text` has.
#[cfg(feature = "embedded")]
pub(crate) fn count(text: &str) -> usize {
    terms(text).count()
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
    fn scripts_without_spaces_are_cut_by_character() {
        let found: Vec<_> = tokens("VLAN接続 を2回").map(|token| token.exact).collect();
        assert_eq!(found, ["vlan", "接", "続", "を", "2", "回"]);
    }

    #[test]
    fn the_parts_of_a_name_stand_where_it_stands() {
        let found: Vec<_> = terms("a getUserName b")
            .map(|term| (term.exact, term.position))
            .collect();
        let expected = [
            ("a", 0),
            ("getusername", 1),
            ("get", 1),
            ("user", 1),
            ("name", 1),
            ("b", 2),
        ];
        let expected: Vec<_> = expected.map(|(term, at)| (term.to_owned(), at)).into();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_endless_word_is_cut_on_a_char_boundary() {
        let token = tokens(&"ü".repeat(1000)).next().expect("one word");
        assert_eq!(token.exact.len(), 254);
        assert_eq!(token.span.len(), 2000);
    }
}
