//! A query and passages in, a score for each passage out: a second opinion on the first hits.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the [`Reranker`] trait and the check that all scores must pass |
//! | `onnx.rs` | cross-encoders in ONNX format |
//!
//! An embedder reads query and passage apart, once each. A reranker reads them together, which is
//! better and slower: so it is asked for the first [`RERANKED`](crate::search::RERANKED) passages
//! of a ranking, and only where a library was given one.

#[cfg(feature = "onnx")]
mod onnx;

#[cfg(feature = "onnx")]
pub use self::onnx::OnnxReranker;
use crate::{Error, Result};

/// A model that says how well a passage answers a query.
///
/// The same query and passage always have the same score, whatever else is scored with them.
pub trait Reranker: Send + Sync + std::fmt::Debug {
    /// The model's name for people: `ms-marco-MiniLM-L-6-v2`.
    fn name(&self) -> &str;

    /// What identifies its scores: names the model, the hash of its weights, and its token limit.
    /// Nothing that it makes is stored, so this is for people who compare runs.
    fn fingerprint(&self) -> &str;

    /// What runs the model, for status output: `ONNX Runtime 1.32.0`, `tract`.
    fn runtime(&self) -> String;

    /// What would make it faster, and why it is not so, as sentences for status output; `None`
    /// if there is nothing to be had.
    fn advice(&self) -> Option<String> {
        None
    }

    /// One score for each passage, in order: shape `[passages.len()]`, higher is better, finite, in
    /// any range. A passage is cut where it is too long to be read with the query.
    ///
    /// # Errors
    /// [`Error::Reranking`] if the model fails.
    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>>;
}

/// Refuses scores that give no order: too few, too many, or not finite.
///
/// # Errors
/// [`Error::Reranking`], which names the model.
pub fn check_scores(reranker: &dyn Reranker, n_passages: usize, scores: &[f32]) -> Result<()> {
    let problem = if scores.len() != n_passages {
        format!("it gave {} scores for {n_passages} passages", scores.len())
    } else if let Some(at) = scores.iter().position(|score| !score.is_finite()) {
        format!(
            "its score for passage {at} of {n_passages} is {}",
            scores[at]
        )
    } else {
        return Ok(());
    };
    Err(Error::Reranking {
        model: reranker.name().to_owned(),
        message: problem,
    })
}
