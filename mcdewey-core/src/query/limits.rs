//! How much of a text is read.
//!
//! The limits keep a hostile query from costing more than an honest one: tantivy 0.27's own query
//! parser overflows its stack at 5 000 nested parentheses and needs 14 s for 20 000 `NOT`s. What
//! goes beyond them is left out, and a note says so.

use crate::{Error, Result};

/// Longest query, in `char`s: what forms and schemas of other languages count too.
pub const MAX_CHARS: usize = 2048;

/// Most words of a query, those of phrases included.
pub const MAX_WORDS: usize = 64;

/// Deepest nesting of parentheses.
pub const MAX_DEPTH: usize = 16;

/// Refuses what an interface need not pass on: a query that is empty, or longer than
/// [`MAX_CHARS`]. [`Query::parse`](super::Query::parse) reads these too, with a note.
///
/// # Errors
/// [`Error::Query`], which says what to do.
pub fn check(text: &str) -> Result<()> {
    let text = text.trim();
    if text.is_empty() {
        return Err(refused(
            "is empty".to_owned(),
            "say what to search for".to_owned(),
        ));
    }
    let n_chars = text.chars().count();
    if n_chars > MAX_CHARS {
        let problem = format!("has {n_chars} characters");
        return Err(refused(problem, format!("at most {MAX_CHARS} are read")));
    }
    Ok(())
}

fn refused(problem: String, advice: String) -> Error {
    Error::Query { problem, advice }
}

/// The part of `text` that is read.
pub(super) fn within(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_CHARS);
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        check(text).expect_err("over a limit").to_string()
    }

    #[test]
    fn each_limit_has_its_own_message() {
        assert_eq!(message(" "), "the query is empty; say what to search for");
        assert_eq!(
            message(&"x".repeat(1_000_000)),
            "the query has 1000000 characters; at most 2048 are read"
        );
        assert!(check(&"版".repeat(MAX_CHARS)).is_ok());
    }

    #[test]
    fn a_longer_text_is_read_up_to_the_limit() {
        assert_eq!(within(&"版".repeat(3000)).chars().count(), MAX_CHARS);
        assert_eq!(within("short"), "short");
    }
}
