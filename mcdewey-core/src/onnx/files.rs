//! What a model is made of: weights, tokenizer, name and limits.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::graph::Graph;
use crate::{Error, Result};

/// What models for sentences commonly read, for a model that does not say.
const DEFAULT_TOKEN_LIMIT: usize = 256;

/// The contents of `model.onnx`, shared by every session that is loaded from them: a file that
/// is replaced on disk meanwhile must not give half of the sessions other weights.
pub(super) type Weights = Arc<Cow<'static, [u8]>>;

/// A model's files in memory.
pub(crate) struct ModelFiles {
    /// The model's name for people: its directory's name.
    pub(super) name: String,
    pub(super) weights: Weights,
    /// The contents of `tokenizer.json`.
    pub(super) tokenizer: Cow<'static, [u8]>,
    /// How many tokens the model reads, special tokens included.
    pub(super) token_limit: usize,
}

/// The part of sentence-transformers' `sentence_bert_config.json` that matters here.
#[derive(Deserialize)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
}

/// The part of `tokenizer.json` that limits a text's length.
#[derive(Deserialize)]
struct TokenizerLimits {
    truncation: Option<Truncation>,
}

#[derive(Deserialize)]
struct Truncation {
    max_length: usize,
}

/// The part of `tokenizer_config.json` that limits a text's length.
#[derive(Deserialize)]
struct TokenizerConfig {
    /// Written as a float of 10³⁰ by tokenizers without a limit.
    model_max_length: Option<f64>,
}

impl ModelFiles {
    /// The model in `mcdewey-core/model/`, compiled in.
    #[cfg(feature = "bundled-model")]
    pub(crate) fn bundled() -> Self {
        macro_rules! file {
            ($name:literal) => {
                include_bytes!(concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/model/all-MiniLM-L6-v2/",
                    $name
                ))
            };
        }
        Self {
            name: "all-MiniLM-L6-v2".to_owned(),
            weights: Arc::new(Cow::Borrowed(file!("model.onnx"))),
            tokenizer: Cow::Borrowed(file!("tokenizer.json")),
            // As `sentence_bert_config.json` beside it says. Its `tokenizer.json` says 128, a
            // leftover of the training set-up.
            token_limit: 256,
        }
    }

    /// Reads a model directory.
    ///
    /// # Errors
    /// [`Error::Io`] if `model.onnx` or `tokenizer.json` cannot be read.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let tokenizer = read(&dir.join("tokenizer.json"))?;
        let weights = read(&dir.join("model.onnx"))?;
        let name = dir.canonicalize().map_err(Error::io("read", dir))?;
        Ok(Self {
            name: name.file_name().map_or_else(
                || dir.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
            weights: Arc::new(Cow::Owned(weights)),
            token_limit: token_limit(dir, &tokenizer),
            tokenizer: Cow::Owned(tokenizer),
        })
    }

    /// Names all that a vector or a score depends on. The tokenizer is hashed with the weights,
    /// because other ids for a text are another vector; the runtime is left out, because the
    /// vectors of two runtimes may be compared with each other.
    pub(super) fn fingerprint(&self, graph: &Graph, n_positions: usize) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.weights);
        hasher.update(&self.tokenizer);
        let hash = hasher.finalize().to_hex();
        let (name, reading) = (&self.name, graph.output.reading);
        format!("{name}:{}:{reading}:{n_positions}", &hash[..16])
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(Error::io("read", path))
}

/// How many tokens a model reads, from the most to the least trustworthy of its files.
/// A file that is missing or strange says nothing.
fn token_limit(dir: &Path, tokenizer: &[u8]) -> usize {
    let sentence_config = || {
        let config = std::fs::read(dir.join("sentence_bert_config.json")).ok()?;
        let config: SentenceConfig = serde_json::from_slice(&config).ok()?;
        config.max_seq_length
    };
    let truncation = || {
        let limits: TokenizerLimits = serde_json::from_slice(tokenizer).ok()?;
        Some(limits.truncation?.max_length)
    };
    let tokenizer_config = || {
        let config = std::fs::read(dir.join("tokenizer_config.json")).ok()?;
        let config: TokenizerConfig = serde_json::from_slice(&config).ok()?;
        whole_number(config.model_max_length?)
    };
    sentence_config()
        .or_else(truncation)
        .or_else(tokenizer_config)
        .unwrap_or(DEFAULT_TOKEN_LIMIT)
}

/// A length that was written as a float, unless it is so large that it means "no limit".
fn whole_number(length: f64) -> Option<usize> {
    let longest = f64::from(u16::MAX);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked, and half a token does not matter"
    )]
    (1.0..=longest).contains(&length).then_some(length as usize)
}
