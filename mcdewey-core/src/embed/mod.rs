//! Texts in, vectors out: what an embedding model is to the rest of the library.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the [`Embedder`] trait and the check every vector must pass |
//! | `hashed.rs` | a deterministic, model-free embedder for tests and lexical libraries |
//! | `onnx/` | sentence-embedding models in ONNX format |

mod hashed;
#[cfg(feature = "onnx")]
mod onnx;

pub use hashed::HashedEmbedder;
#[cfg(feature = "onnx")]
pub use onnx::OnnxEmbedder;

#[cfg(feature = "onnx")]
pub use crate::onnx::{OnnxOptions, Runtime, RuntimeStatus, onnx_runtime, silence_onnx_runtime};
use crate::{Error, Result};

/// What a text is to the model; asymmetric models treat the two differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "retrieval has two sides")]
pub enum Role {
    /// A search query.
    Query,
    /// A passage that is to be found.
    Passage,
}

/// A model that turns texts into vectors.
///
/// The same text and role always give the same vector, whatever else is embedded with it.
pub trait Embedder: Send + Sync + std::fmt::Debug {
    /// The model's name for people: `all-MiniLM-L6-v2`.
    fn name(&self) -> &str;

    /// What identifies its vectors: two embedders with one fingerprint may share an index.
    /// Names the model, the hash of its weights, pooling and token limit.
    fn fingerprint(&self) -> &str;

    /// What runs the model, for status output: `ONNX Runtime 1.32.0`, `tract`, `hashing`.
    fn runtime(&self) -> String;

    /// What would make it faster, and why it is not so, as sentences for status output; `None`
    /// if there is nothing to be had.
    fn advice(&self) -> Option<String> {
        None
    }

    /// Length of every vector.
    fn dim(&self) -> usize;

    /// How many tokens of a text the model reads, special tokens not counted.
    fn token_limit(&self) -> usize;

    /// How many tokens `text` has for this model, special tokens not counted.
    fn count_tokens(&self, text: &str) -> usize;

    /// One vector for each text, in order: shape `[texts.len(), dim]`, each of unit length.
    /// The caller keeps texts within [`Self::token_limit`]; what is beyond is not read.
    ///
    /// # Errors
    /// [`Error::Embedding`] if the model fails.
    fn embed(&self, texts: &[&str], role: Role) -> Result<Vec<Vec<f32>>>;
}

/// Refuses a vector that cannot be searched: of another dimension, not finite, or all zero.
///
/// `what` names the text in the error: a chunk's id, or `the query`.
///
/// # Errors
/// [`Error::BadVector`].
pub fn check_vector(embedder: &dyn Embedder, what: &str, vector: &[f32]) -> Result<()> {
    let problem = if vector.len() != embedder.dim() {
        format!("it has {} components, not {}", vector.len(), embedder.dim())
    } else if let Some(at) = vector.iter().position(|component| !component.is_finite()) {
        format!("component {at} is {}", vector[at])
    } else if vector.iter().all(|&component| component == 0.0) {
        "all components are zero".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::BadVector {
        model: embedder.name().to_owned(),
        what: what.to_owned(),
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_that_cannot_be_searched_is_refused_by_name() {
        let embedder = HashedEmbedder::with_dim(2).unwrap();
        let refused = |vector: &[f32]| {
            let error = check_vector(&embedder, "guide::3", vector).unwrap_err();
            error.to_string()
        };
        let prefix = "the model hashed gave an unusable vector for guide::3: ";
        let cases: [(&[f32], &str); 4] = [
            (&[0.0, -0.0], "all components are zero"),
            (&[0.5, f32::NAN], "component 1 is NaN"),
            (&[f32::INFINITY, 0.0], "component 0 is inf"),
            (&[1.0], "it has 1 components, not 2"),
        ];
        for (vector, problem) in cases {
            assert_eq!(refused(vector), format!("{prefix}{problem}"));
        }
        check_vector(&embedder, "guide::3", &[0.6, 0.8]).unwrap();
    }
}
