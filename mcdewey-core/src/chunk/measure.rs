//! A text in, its size in tokens out.

/// The most bytes of text, white space not counted, that pass for one token. `WordPiece` calls
/// any word of more than 100 characters a single unknown token, so a megabyte without spaces would
/// be a small passage. Chosen by hand: the longest words that `WordPiece` knows have 18 letters, and
/// real text has about four bytes a token.
const MAX_BYTES_PER_TOKEN: usize = 16;

/// Measures texts with the embedder's tokenizer.
pub(super) struct Meter<'a> {
    count_tokens: &'a dyn Fn(&str) -> usize,
    max_tokens: usize,
}

impl<'a> Meter<'a> {
    pub(super) fn new(count_tokens: &'a dyn Fn(&str) -> usize, max_tokens: usize) -> Self {
        Self {
            count_tokens,
            max_tokens,
        }
    }

    /// The most tokens that a chunk may have.
    pub(super) fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// Size of `text`: never less than its number of tokens, unless it is above the limit anyway.
    pub(super) fn measure(&self, text: &str) -> usize {
        let solid_bytes = text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .count();
        let floor = solid_bytes / MAX_BYTES_PER_TOKEN;
        // Megabytes that cannot fit need no tokenizer to say so.
        if floor > self.max_tokens {
            return floor;
        }
        (self.count_tokens)(text).max(floor)
    }
}
