//! Text in, vector out, without a model: words hashed into signed buckets.
//!
//! Texts that share words, word pairs or parts of words get similar vectors; meaning is not
//! seen. The vectors are the same on every machine and in every version that keeps
//! [`VERSION`].

use rayon::prelude::*;

use super::{Embedder, Role};
use crate::{Error, Result};

/// Part of the fingerprint; raise it with any change that changes a vector.
const VERSION: u32 = 1;

/// Chosen by hand: wide enough that the few hundred features of a chunk seldom collide, small
/// enough that a vector costs 1 KiB.
const DEFAULT_DIM: usize = 256;

/// A vector of more components would be mostly zeros.
const MAX_DIM: usize = 65_536;

/// As long as what the bundled model reads, so that both cut documents into like chunks.
const TOKEN_LIMIT: usize = 254;

/// Characters that count as one token: a `WordPiece` of technical English is about this long.
const CHARS_PER_TOKEN: usize = 8;

/// Weights of the three kinds of features, chosen by hand: a whole word says most, a pair of
/// words adds order, and the many trigrams of a word together weigh about as much as the word.
const WORD_WEIGHT: f32 = 1.0;
const PAIR_WEIGHT: f32 = 0.5;
const TRIGRAM_WEIGHT: f32 = 0.25;

/// A deterministic embedder without a model, for tests and for libraries searched by words.
///
/// Words, pairs of neighbouring words and character trigrams are hashed into `dim` buckets with
/// a sign, and the sum is scaled to unit length. Every text has a vector, the empty one too.
///
/// # Examples
/// ```
/// use mcdewey_core::embed::{Embedder, HashedEmbedder, Role};
///
/// let embedder = HashedEmbedder::new();
/// let vectors = embedder.embed(&["call park", ""], Role::Passage)?;
/// assert_eq!(vectors.len(), 2);
/// assert_eq!(vectors[0].len(), embedder.dim());
/// # Ok::<(), mcdewey_core::Error>(())
/// ```
///
/// # Source
/// Feature hashing with signs: Weinberger et al., "Feature Hashing for Large Scale Multitask
/// Learning", ICML 2009, section 2.
#[derive(Debug, Clone)]
pub struct HashedEmbedder {
    dim: usize,
    fingerprint: String,
}

impl HashedEmbedder {
    /// An embedder of 256 dimensions.
    pub fn new() -> Self {
        Self::of_dim(DEFAULT_DIM)
    }

    /// An embedder of `dim` dimensions, from 1 to 65 536.
    ///
    /// # Errors
    /// [`Error::Setting`] if `dim` is outside that range.
    pub fn with_dim(dim: usize) -> Result<Self> {
        if !(1..=MAX_DIM).contains(&dim) {
            return Err(Error::Setting {
                name: "dim",
                given: dim.to_string(),
                allowed: format!("from 1 to {MAX_DIM}"),
            });
        }
        Ok(Self::of_dim(dim))
    }

    fn of_dim(dim: usize) -> Self {
        Self {
            dim,
            fingerprint: format!("hashed:v{VERSION}:dim{dim}"),
        }
    }

    fn vector(&self, text: &str) -> Vec<f32> {
        let lowercase = text.to_lowercase();
        let mut vector = vec![0.0; self.dim];
        let mut previous = None;
        for word in words(&lowercase) {
            let word_hash = hash(Feature::Word, word.as_bytes());
            self.add(&mut vector, word_hash, WORD_WEIGHT);
            if let Some(previous) = previous {
                let pair_hash = mix(word_hash ^ u64::rotate_left(previous, 23));
                self.add(&mut vector, pair_hash, PAIR_WEIGHT);
            }
            previous = Some(word_hash);
            for trigram in trigrams(word) {
                let trigram_hash = hash(Feature::Trigram, trigram.as_bytes());
                self.add(&mut vector, trigram_hash, TRIGRAM_WEIGHT);
            }
        }
        self.unit(vector, &lowercase)
    }

    /// Adds one feature; its hash chooses the bucket, its highest bit the sign.
    fn add(&self, vector: &mut [f32], feature_hash: u64, weight: f32) {
        let bucket = usize::try_from(feature_hash % self.dim as u64)
            .expect("a remainder of dim fits where dim fits");
        let sign = if feature_hash >> 63 == 0 { 1.0 } else { -1.0 };
        vector[bucket] += sign * weight;
    }

    /// Scales to unit length. A text without words, or whose features cancel out, becomes one
    /// feature as a whole, so that no vector is zero.
    fn unit(&self, mut vector: Vec<f32>, lowercase: &str) -> Vec<f32> {
        if vector.iter().all(|&component| component == 0.0) {
            let text_hash = hash(Feature::WholeText, lowercase.trim().as_bytes());
            self.add(&mut vector, text_hash, 1.0);
        }
        let length = vector.iter().map(|c| c * c).sum::<f32>().sqrt();
        for component in &mut vector {
            *component /= length;
        }
        vector
    }
}

impl Default for HashedEmbedder {
    fn default() -> Self {
        Self::new()
    }
}

impl Embedder for HashedEmbedder {
    fn name(&self) -> &'static str {
        "hashed"
    }

    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn runtime(&self) -> String {
        "hashing".to_owned()
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn token_limit(&self) -> usize {
        TOKEN_LIMIT
    }

    /// Every eight characters of a word, begun or full, are a token, and so is every mark.
    fn count_tokens(&self, text: &str) -> usize {
        let marks = text.chars().filter(|c| is_mark(*c)).count();
        let word_tokens: usize = words(text)
            .map(|word| word.chars().count().div_ceil(CHARS_PER_TOKEN))
            .sum();
        marks + word_tokens
    }

    /// Reads the whole of every text, even beyond [`Embedder::token_limit`]; never fails.
    fn embed(&self, texts: &[&str], _role: Role) -> Result<Vec<Vec<f32>>> {
        Ok(texts.par_iter().map(|text| self.vector(text)).collect())
    }
}

/// Kinds of features; the same bytes of two kinds are two features.
#[derive(Clone, Copy)]
enum Feature {
    Word = 1,
    Trigram = 2,
    WholeText = 3,
}

/// The longest runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
}

/// Every three neighbouring characters of a word; none of a shorter word.
fn trigrams(word: &str) -> impl Iterator<Item = &str> {
    let starts = word.char_indices().map(|(at, _)| at);
    let ends = word
        .char_indices()
        .map(|(at, _)| at)
        .skip(3)
        .chain([word.len()]);
    let n_trigrams = word.chars().count().saturating_sub(2);
    starts
        .zip(ends)
        .take(n_trigrams)
        .map(move |(start, end)| &word[start..end])
}

/// FNV-1a of 64 bits, then mixed: FNV alone leaves its high bits, which give the sign, poor for
/// short inputs.
///
/// # Source
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
fn hash(kind: Feature, bytes: &[u8]) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let folded = std::iter::once(kind as u8)
        .chain(bytes.iter().copied())
        .fold(OFFSET_BASIS, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(PRIME)
        });
    mix(folded)
}

/// The finaliser of `MurmurHash3`: every input bit changes every output bit with probability ½.
///
/// # Source
/// <https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp>, `fmix64`
fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    state = (state ^ (state >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    state ^ (state >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::check_vector;

    fn vector(text: &str) -> Vec<f32> {
        HashedEmbedder::new().vector(text)
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn every_text_has_a_searchable_vector() {
        for dim in [1, 2, 256] {
            let embedder = HashedEmbedder::with_dim(dim).unwrap();
            for text in [
                "",
                " \n",
                "!?",
                "…",
                "a",
                "call park",
                "a b",
                "日本語",
                "\u{0}",
            ] {
                let vector = embedder.vector(text);
                check_vector(&embedder, text, &vector).unwrap();
                assert!((cosine(&vector, &vector) - 1.0).abs() < 1e-5, "{text:?}");
            }
        }
    }

    #[test]
    fn a_vector_never_changes_between_versions() {
        let vector = HashedEmbedder::with_dim(8).unwrap().vector("Call park");
        let rounded: Vec<f32> = vector.iter().map(|c| (c * 1000.0).round()).collect();
        assert_eq!(rounded, [0.0, 0.0, 0.0, 0.0, -154.0, 463.0, -617.0, 617.0]);
    }

    #[test]
    fn shared_words_are_nearer_than_none() {
        let passage = vector("Configure call park on the phone system");
        assert!(
            cosine(&passage, &vector("call park"))
                > cosine(&passage, &vector("firmware update")) + 0.2
        );
    }

    #[test]
    fn word_order_and_case() {
        assert_ne!(vector("call park"), vector("park call"));
        assert_eq!(vector("Call PARK"), vector("call park"));
    }

    #[test]
    fn a_dimension_of_zero_is_refused() {
        assert!(matches!(
            HashedEmbedder::with_dim(0),
            Err(Error::Setting { name: "dim", .. })
        ));
        assert!(HashedEmbedder::with_dim(MAX_DIM + 1).is_err());
    }

    #[test]
    fn tokens_are_pieces_of_words_and_marks() {
        let embedder = HashedEmbedder::new();
        assert_eq!(embedder.count_tokens(""), 0);
        assert_eq!(embedder.count_tokens("call park"), 2);
        assert_eq!(embedder.count_tokens("call, park!"), 4);
        assert_eq!(embedder.count_tokens("interoperability"), 2);
    }

    #[test]
    fn trigrams_lie_on_character_boundaries() {
        assert_eq!(trigrams("héllo").collect::<Vec<_>>(), ["hél", "éll", "llo"]);
        assert_eq!(trigrams("日本").count(), 0);
    }

    #[test]
    fn the_fingerprint_names_version_and_dimension() {
        assert_eq!(HashedEmbedder::new().fingerprint(), "hashed:v1:dim256");
    }
}
