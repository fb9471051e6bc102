//! How long an answer may be, in tokens of the model that reads it.
//!
//! The model is not known here, so tokens are counted from above: one for every three bytes.
//! Measured with the tokenizer of all-MiniLM-L6-v2 on `examples/library`, a token has 4.3 bytes in
//! plain text, 3.8 in Markdown and 3.6 in reStructuredText; models with larger vocabularies need
//! fewer tokens. A Chinese or Japanese character has three bytes and is about one token.

/// Largest answer that an operator allows unless told otherwise. Chosen by hand: clients cut what
/// a tool says at 25 000 tokens.
pub const MAX_ANSWER_TOKENS: usize = 20_000;

/// Smallest answer that may be asked for. Chosen by hand: one passage of the default size with its
/// citation fits, in text and in JSON.
pub(crate) const MIN_ANSWER_TOKENS: usize = 1000;

/// Size of an answer that does not say how large it may be. Chosen by hand: eight passages of
/// average size with their citations.
pub(crate) const DEFAULT_ANSWER_TOKENS: usize = 5000;

const BYTES_PER_TOKEN: usize = 3;

/// How many tokens a text has, at most.
pub(crate) fn tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN)
}

/// The largest `n` up to `max` for which `fits(n)`, if a larger answer never fits where a smaller
/// one does not; 0 if none does.
pub(crate) fn largest(max: usize, fits: impl Fn(usize) -> bool) -> usize {
    if fits(max) {
        return max;
    }
    let (mut fitting, mut too_large) = (0, max);
    while too_large - fitting > 1 {
        let middle = usize::midpoint(fitting, too_large);
        if fits(middle) {
            fitting = middle;
        } else {
            too_large = middle;
        }
    }
    fitting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_that_fits_is_found() {
        for max in 0..20 {
            for limit in 0..25 {
                assert_eq!(
                    largest(max, |n| n <= limit),
                    max.min(limit),
                    "{max} {limit}"
                );
            }
            assert_eq!(largest(max, |_| false), 0);
        }
    }

    #[test]
    fn tokens_are_counted_from_above() {
        assert_eq!(tokens(""), 0);
        assert_eq!(tokens("word"), 2);
        assert_eq!(tokens("版本"), 2);
    }
}
