//! Text in, token ids out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokenizers::{Encoding, Tokenizer, TruncationDirection};

/// A model's tokenizer, with its own truncation and padding switched off.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    /// How many tokens a text may have, special tokens not counted.
    limit: usize,
}

impl Tokens {
    /// Reads `tokenizer.json` for a model of `n_positions` positions.
    pub(super) fn parse(json: &[u8], n_positions: usize) -> Result<Self, String> {
        // The parser indexes and unwraps in places; a damaged file must not take the process
        // with it.
        let parsed = catch_unwind(AssertUnwindSafe(|| Tokenizer::from_bytes(json)));
        let mut tokenizer = match parsed {
            Ok(Ok(tokenizer)) => tokenizer,
            Ok(Err(error)) => return Err(format!("tokenizer.json is not a tokenizer: {error}")),
            Err(_) => return Err("tokenizer.json is not a tokenizer".to_owned()),
        };
        tokenizer
            .with_truncation(None)
            .map_err(|error| format!("tokenizer.json cannot be used: {error}"))?;
        tokenizer.with_padding(None);
        // A manual that writes `[SEP]` means the five characters, not the end of the text.
        tokenizer.set_encode_special_tokens(true);
        let n_special = encode(&tokenizer, "", true)?.len();
        if n_positions <= n_special {
            return Err(format!(
                "its limit of {n_positions} tokens leaves none beside the {n_special} special ones"
            ));
        }
        Ok(Self {
            tokenizer,
            limit: n_positions - n_special,
        })
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// How many tokens `text` has, special tokens not counted. A text that the tokenizer
    /// refuses has no more tokens than bytes.
    pub(super) fn count(&self, text: &str) -> usize {
        encode(&self.tokenizer, text, false).map_or(text.len(), |encoding| encoding.len())
    }

    /// The ids of `text` with special tokens, at least one; what is beyond the limit is cut off.
    pub(super) fn encode(&self, text: &str) -> Result<Vec<i64>, String> {
        let mut encoding = encode(&self.tokenizer, text, false)?;
        encoding.truncate(self.limit, 0, TruncationDirection::Right);
        let encoding = self
            .tokenizer
            .post_process(encoding, None, true)
            .map_err(refusal)?;
        if encoding.is_empty() {
            return Err("the text has no tokens".to_owned());
        }
        Ok(encoding.get_ids().iter().copied().map(i64::from).collect())
    }
}

/// Encodes without offsets, which nobody here reads.
fn encode(tokenizer: &Tokenizer, text: &str, with_special: bool) -> Result<Encoding, String> {
    tokenizer.encode_fast(text, with_special).map_err(refusal)
}

fn refusal(error: impl std::fmt::Display) -> String {
    format!("its tokenizer refuses the text: {error}")
}
