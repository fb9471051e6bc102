//! What is refused before anything reads it.
//!
//! The limits keep a hostile query from costing more than an honest one: tantivy 0.27's own query
//! parser overflows its stack at 5 000 nested parentheses and needs 14 s for 20 000 `NOT`s.

use crate::{Error, Result};

/// Longest query, in `char`s: what forms and schemas of other languages count too.
pub const MAX_CHARS: usize = 2048;

/// Most clauses (words and phrases) of a query.
pub const MAX_CLAUSES: usize = 64;

/// Deepest nesting of parentheses.
pub const MAX_DEPTH: usize = 16;

/// One pass over the bytes, no allocation.
pub(super) fn check(text: &str) -> Result<()> {
    if text.is_empty() {
        return refuse("is empty", "say what to search for");
    }
    let n_chars = text.chars().count();
    if n_chars > MAX_CHARS {
        return refuse(
            &format!("has {n_chars} characters"),
            &format!("at most {MAX_CHARS} are read"),
        );
    }
    let depth = depth(text);
    if depth > MAX_DEPTH {
        return refuse(
            &format!("nests parentheses {depth} deep"),
            &format!("at most {MAX_DEPTH} levels are read"),
        );
    }
    let clauses = clauses(text);
    if clauses > MAX_CLAUSES {
        return refuse(
            &format!("has {clauses} words"),
            &format!("at most {MAX_CLAUSES} are read"),
        );
    }
    Ok(())
}

fn refuse(problem: &str, advice: &str) -> Result<()> {
    Err(Error::Query {
        problem: problem.to_owned(),
        advice: advice.to_owned(),
    })
}

fn depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn clauses(text: &str) -> usize {
    let mut in_word = false;
    let mut clauses = 0;
    for c in text.chars() {
        if c.is_alphanumeric() && !in_word {
            clauses += 1;
        }
        in_word = c.is_alphanumeric();
    }
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        check(text).expect_err("over a limit").to_string()
    }

    #[test]
    fn each_limit_has_its_own_message() {
        assert_eq!(message(""), "the query is empty; say what to search for");
        assert_eq!(
            message(&"x".repeat(1_000_000)),
            "the query has 1000000 characters; at most 2048 are read"
        );
        assert_eq!(
            message(&"(".repeat(17)),
            "the query nests parentheses 17 deep; at most 16 levels are read"
        );
        assert_eq!(
            message(&"NOT ".repeat(65)),
            "the query has 65 words; at most 64 are read"
        );
    }

    #[test]
    fn a_query_at_the_limits_is_read() {
        assert!(check(&"(".repeat(MAX_DEPTH)).is_ok());
        assert!(check(&"word ".repeat(MAX_CLAUSES)).is_ok());
        assert!(check(&"版".repeat(MAX_CHARS)).is_ok());
    }
}
