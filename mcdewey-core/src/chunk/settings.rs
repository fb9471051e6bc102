//! How large a passage may be.

use crate::{Error, Result};

/// The smallest `max_tokens`: a third of it must still hold a few words of heading.
const MIN_MAX_TOKENS: usize = 16;

/// Sizes of chunks, in tokens of the embedding model.
///
/// A value of this type always works: the constructor and the `with_*` methods refuse the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ChunkSettings {
    max_tokens: usize,
    overlap_tokens: usize,
}

impl Default for ChunkSettings {
    fn default() -> Self {
        Self {
            max_tokens: 254,
            overlap_tokens: 0,
        }
    }
}

impl ChunkSettings {
    /// Chunks of at most `max_tokens` (at least 16), of which at most `overlap_tokens` (less than
    /// half of `max_tokens`) repeat the end of the chunk before.
    ///
    /// # Errors
    /// [`Error::Setting`] if a value is out of its range.
    pub fn new(max_tokens: usize, overlap_tokens: usize) -> Result<Self> {
        if max_tokens < MIN_MAX_TOKENS {
            return Err(Error::Setting {
                name: "max_tokens",
                given: max_tokens.to_string(),
                allowed: format!("at least {MIN_MAX_TOKENS}"),
            });
        }
        if overlap_tokens >= max_tokens.div_ceil(2) {
            return Err(Error::Setting {
                name: "overlap_tokens",
                given: overlap_tokens.to_string(),
                allowed: format!("less than half of max_tokens, which is {max_tokens}"),
            });
        }
        Ok(Self {
            max_tokens,
            overlap_tokens,
        })
    }

    /// The same with another size: at least 16 tokens, and more than twice the overlap.
    /// Default 254; the model's token limit is the sensible upper bound.
    ///
    /// # Errors
    /// [`Error::Setting`] if it is out of its range.
    pub fn with_max_tokens(self, max_tokens: usize) -> Result<Self> {
        Self::new(max_tokens, self.overlap_tokens)
    }

    /// The same with another overlap: from 0 to less than half of the size, in tokens. Default 0.
    ///
    /// # Errors
    /// [`Error::Setting`] if it is out of its range.
    pub fn with_overlap_tokens(self, overlap_tokens: usize) -> Result<Self> {
        Self::new(self.max_tokens, overlap_tokens)
    }

    /// The most tokens that [`Chunk::model_input`](super::Chunk::model_input) may have.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// The most tokens that a chunk repeats from the one before.
    pub fn overlap_tokens(&self) -> usize {
        self.overlap_tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_of_half_the_size_is_refused() {
        assert!(ChunkSettings::new(100, 50).is_err());
        assert!(ChunkSettings::new(100, 49).is_ok());
        assert!(ChunkSettings::new(17, 9).is_err());
    }

    #[test]
    fn a_size_below_16_tokens_is_refused() {
        let error = ChunkSettings::new(15, 0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "max_tokens is 15, but must be at least 16"
        );
    }

    #[test]
    fn a_size_too_small_for_the_overlap_already_set_is_refused() {
        let settings = ChunkSettings::new(100, 40).unwrap();
        assert!(settings.with_max_tokens(80).is_err());
        assert!(settings.with_max_tokens(81).is_ok());
    }
}
