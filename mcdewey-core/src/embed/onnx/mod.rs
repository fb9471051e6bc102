//! Texts in, vectors out, through an ONNX model on this machine.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`OnnxEmbedder`] |
//! | `pooling.rs` | vectors from a graph's output |

mod pooling;
#[cfg(test)]
mod tests;

use std::path::Path;

use self::pooling::VECTOR;
use super::{Embedder, Role};
use crate::onnx::{Model, ModelFiles, OnnxOptions};
use crate::{Error, Result};

/// A sentence-embedding model in ONNX format.
///
/// It runs on ONNX Runtime where that is found ([`onnx_runtime`](super::onnx_runtime) says where,
/// or why not), and on the slower built-in tract otherwise. The model is taken to be symmetric:
/// queries and passages are embedded alike. Safe to share among threads; callers are served in
/// order of arrival.
#[derive(Debug)]
pub struct OnnxEmbedder {
    model: Model<Vec<f32>>,
    dim: usize,
}

impl OnnxEmbedder {
    /// The model compiled into the program: all-MiniLM-L6-v2, 384 dimensions, 254 tokens.
    ///
    /// # Errors
    /// [`Error::Model`] if no runtime can load it, [`Error::Setting`] if `MCDEWEY_RUNTIME` names
    /// no runtime.
    #[cfg(feature = "bundled-model")]
    pub fn bundled() -> Result<Self> {
        Self::bundled_with(&OnnxOptions::default())
    }

    /// The model compiled into the program, with options.
    ///
    /// # Errors
    /// As [`Self::bundled`], and [`Error::Setting`] if an option cannot work.
    #[cfg(feature = "bundled-model")]
    pub fn bundled_with(options: &OnnxOptions) -> Result<Self> {
        Self::load(&ModelFiles::bundled(), options)
    }

    /// A model in a directory that holds `model.onnx` and `tokenizer.json`.
    ///
    /// The graph takes `input_ids` and `attention_mask`, and may take `token_type_ids` and
    /// `position_ids` (int64, `[batch, sequence]`). It gives `sentence_embedding`
    /// (`[batch, dim]`), or `last_hidden_state` or `token_embeddings` (`[batch, sequence, dim]`),
    /// which are averaged over the tokens. All its weights are in the one file.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be read, [`Error::Model`] if one is not what it should be.
    pub fn from_dir(dir: &Path) -> Result<Self> {
        Self::from_dir_with(dir, &OnnxOptions::default())
    }

    /// A model in a directory, with options.
    ///
    /// # Errors
    /// As [`Self::from_dir`], and [`Error::Setting`] if an option cannot work.
    pub fn from_dir_with(dir: &Path, options: &OnnxOptions) -> Result<Self> {
        Self::load(&ModelFiles::read(dir)?, options)
    }

    /// How many texts are embedded side by side at most.
    pub fn max_sessions(&self) -> usize {
        self.model.max_sessions()
    }

    fn load(files: &ModelFiles, options: &OnnxOptions) -> Result<Self> {
        let trial = Model::load(files, &VECTOR, options, |tokens| tokens.encode("dimension"));
        let (model, vector) = trial?;
        Ok(Self {
            model,
            dim: vector.len(),
        })
    }
}

impl Embedder for OnnxEmbedder {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn fingerprint(&self) -> &str {
        self.model.fingerprint()
    }

    fn runtime(&self) -> String {
        self.model.runtime().to_owned()
    }

    fn advice(&self) -> Option<String> {
        self.model.advice().map(str::to_owned)
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn token_limit(&self) -> usize {
        self.model.tokens().limit()
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.model.tokens().count(text)
    }

    fn embed(&self, texts: &[&str], _role: Role) -> Result<Vec<Vec<f32>>> {
        self.model
            .run_all(texts.len(), |tokens, text_idx| {
                tokens.encode(texts[text_idx])
            })
            .map_err(|message| Error::Embedding {
                model: self.model.name().to_owned(),
                message,
            })
    }
}
