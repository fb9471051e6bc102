//! A query and passages in, scores out, through a cross-encoder in ONNX format on this machine.

use std::path::Path;

use super::Reranker;
use crate::onnx::{Head, Model, ModelFiles, OnnxOptions, Output};
use crate::{Error, Result};

/// What is read of a cross-encoder.
const SCORE: Head<f32> = Head {
    outputs: &[Output {
        name: "logits",
        reading: "logit",
    }],
    read: score,
};

/// A cross-encoder in ONNX format: `ms-marco-MiniLM-L-6-v2`, `bge-reranker-base` and their like.
///
/// It is loaded and run as an [`OnnxEmbedder`](crate::OnnxEmbedder) is: on ONNX Runtime where that
/// is found, on the slower built-in tract otherwise. Safe to share among threads; callers are
/// served in order of arrival.
#[derive(Debug)]
pub struct OnnxReranker {
    model: Model<f32>,
}

impl OnnxReranker {
    /// A model in a directory that holds `model.onnx` and `tokenizer.json`.
    ///
    /// The graph takes `input_ids` and `attention_mask`, and may take `token_type_ids` and
    /// `position_ids` (int64, `[batch, sequence]`). It gives `logits`: `[batch, 1]`, or
    /// `[batch, 2]` of a classifier whose second class is "relevant", and then the score is how
    /// much the second is above the first. All its weights are in the one file.
    ///
    /// Query and passage are read together, with the special tokens that the tokenizer puts around
    /// a pair. What is beyond the model's token limit is cut off the passage; of the query only
    /// what would leave the passage less than a quarter.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be read, [`Error::Model`] if one is not what it should be,
    /// [`Error::Setting`] if `MCDEWEY_RUNTIME` names no runtime.
    ///
    /// # Examples
    /// ```no_run
    /// use mcdewey_core::rerank::Reranker;
    /// use mcdewey_core::{Library, OnnxReranker, SearchRequest};
    ///
    /// let reranker = OnnxReranker::open("models/ms-marco-MiniLM-L-6-v2".as_ref())?;
    /// let passages = ["SIP uses port 5060.", "A port is opened with a screwdriver."];
    /// let scores = reranker.score("sip port", &passages)?;
    /// assert!(scores[0] > scores[1]);
    ///
    /// # #[cfg(feature = "embedded")]
    /// let library = Library::open(".mcdewey".as_ref())?.with_reranker(reranker);
    /// # Ok::<(), mcdewey_core::Error>(())
    /// ```
    pub fn open(dir: &Path) -> Result<Self> {
        Self::open_with(dir, &OnnxOptions::default())
    }

    /// A model in a directory, with options.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(dir: &Path, options: &OnnxOptions) -> Result<Self> {
        let files = ModelFiles::read(dir)?;
        let (model, _) = Model::load(&files, &SCORE, options, |tokens| {
            tokens.encode_pair("query", "passage")
        })?;
        Ok(Self { model })
    }
}

impl Reranker for OnnxReranker {
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

    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>> {
        self.model
            .run_all(passages.len(), |tokens, passage_idx| {
                tokens.encode_pair(query, passages[passage_idx])
            })
            .map_err(|message| Error::Reranking {
                model: self.model.name().to_owned(),
                message,
            })
    }
}

/// The score that a graph's output is.
fn score(shape: &[usize], values: &[f32], _n_tokens: usize) -> Result<f32, String> {
    let score = match (shape, values) {
        ([1, 1], &[logit]) => logit,
        ([1, 2], &[other, relevant]) => relevant - other,
        _ => {
            return Err(format!(
                "its graph gave a tensor of shape {shape:?}, but [1, 1] or [1, 2] is needed"
            ));
        }
    };
    if score.is_finite() {
        return Ok(score);
    }
    Err(format!("its score for a passage is {score}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;
    use crate::onnx::Runtime;
    use crate::onnx::tiny_model::{TinyModel, TinyReranker, runtimes};

    fn tiny(model: &TinyReranker) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        model.write(dir.path());
        dir
    }

    fn open(dir: &Path, runtime: Runtime) -> Result<OnnxReranker> {
        OnnxReranker::open_with(dir, &OnnxOptions::default().with_runtime(runtime))
    }

    fn open_error(dir: &Path, runtime: Runtime) -> String {
        let error = open(dir, runtime).unwrap_err();
        assert_eq!(error.fault(), Fault::Environment);
        error.to_string()
    }

    #[test]
    fn query_and_passage_are_read_together_and_told_apart_on_every_runtime() {
        let dir = tiny(&TinyReranker::default());
        for runtime in runtimes() {
            let reranker = open(dir.path(), runtime).unwrap();
            let scores = reranker.score("call", &["park park", "", "call"]).unwrap();
            // [CLS] call [SEP] park park [SEP] is 100 * (10 + 1 + 20) + 2 + 2 + 20.
            assert_eq!(scores, [3124.0, 3120.0, 3121.0], "{runtime:?}");
        }
    }

    #[test]
    fn of_two_classes_the_second_counts_as_much_as_it_is_above_the_first() {
        let model = TinyReranker {
            n_classes: 2,
            ..TinyReranker::default()
        };
        let dir = tiny(&model);
        for runtime in runtimes() {
            let reranker = open(dir.path(), runtime).unwrap();
            let scores = reranker.score("call", &["park"]).unwrap();
            assert_eq!(scores, [2.0 * 3122.0 - 3122.0], "{runtime:?}");
        }
    }

    #[test]
    fn a_passage_has_the_same_score_alone_and_among_others() {
        let dir = tiny(&TinyReranker::default());
        let passages: Vec<String> = (0..30).map(|n| "park ".repeat(n * 7 % 30)).collect();
        let passages: Vec<&str> = passages.iter().map(String::as_str).collect();
        for runtime in runtimes() {
            let options = OnnxOptions::default().with_runtime(runtime);
            let options = options.with_max_sessions(3).unwrap();
            let reranker = OnnxReranker::open_with(dir.path(), &options).unwrap();
            let together = reranker.score("call", &passages).unwrap();
            for (passage, score) in passages.iter().zip(together) {
                let alone = reranker.score("call", &[passage]).unwrap();
                assert_eq!(alone, [score], "{runtime:?}");
            }
        }
    }

    #[test]
    fn the_passage_is_cut_and_the_query_is_not() {
        let dir = tiny(&TinyReranker::default());
        let options = OnnxOptions::default().with_runtime(Runtime::Tract);
        let options = options.with_token_limit(8).unwrap();
        let reranker = OnnxReranker::open_with(dir.path(), &options).unwrap();
        // Of 8 tokens 3 are special ones.
        let passages = ["park park", "park park park park"];
        let scores = reranker.score("call call call", &passages).unwrap();
        assert_eq!(scores, [3324.0, 3324.0]);
    }

    #[test]
    fn a_score_that_is_no_number_is_an_error_that_names_the_model() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("tiny-reranker");
        std::fs::create_dir(&dir).unwrap();
        TinyReranker::default().write(&dir);
        for runtime in runtimes() {
            let reranker = open(&dir, runtime).unwrap();
            let error = reranker.score("call", &["park", "nan"]).unwrap_err();
            assert!(matches!(error, Error::Reranking { .. }), "{error}");
            let message = error.to_string();
            let prefix = "the model tiny-reranker failed: ";
            assert!(message.starts_with(prefix), "{message}");
            assert!(
                message.ends_with("its score for a passage is NaN"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_text_the_model_cannot_take_is_an_error_and_not_a_crash() {
        let dir = tiny(&TinyReranker::default());
        for runtime in runtimes() {
            let reranker = open(dir.path(), runtime).unwrap();
            reranker.score("call", &["beyond"]).unwrap_err();
            assert_eq!(reranker.score("call", &[]).unwrap(), [0.0; 0]);
            assert_eq!(reranker.score("call", &["call"]).unwrap(), [3121.0]);
        }
    }

    #[test]
    fn a_graph_that_gives_no_score_is_refused_when_it_is_opened() {
        let three = TinyReranker {
            n_classes: 3,
            ..TinyReranker::default()
        };
        for runtime in runtimes() {
            let message = open_error(tiny(&three).path(), runtime);
            let shape = "its graph gave a tensor of shape [1, 3], but [1, 1] or [1, 2] is needed";
            assert!(message.contains(shape), "{runtime:?}: {message}");
        }

        let dir = tempfile::tempdir().unwrap();
        TinyModel::default().write(dir.path());
        let message = open_error(dir.path(), Runtime::Tract);
        let embedder = "its graph gives `last_hidden_state`, but `logits` is needed";
        assert!(message.ends_with(embedder), "{message}");
    }

    #[test]
    fn a_missing_file_is_named() {
        for name in ["model.onnx", "tokenizer.json"] {
            let dir = tiny(&TinyReranker::default());
            let path = dir.path().join(name);
            std::fs::remove_file(&path).unwrap();
            let message = open_error(dir.path(), Runtime::Tract);
            assert_eq!(message, format!("cannot read {}", path.display()));
        }
    }

    #[test]
    fn the_fingerprint_names_what_is_read_and_how_much() {
        let dir = tiny(&TinyReranker::default());
        let reranker = open(dir.path(), Runtime::Tract).unwrap();
        let fingerprint = reranker.fingerprint();
        assert!(fingerprint.ends_with(":logit:256"), "{fingerprint}");
        assert_eq!(reranker.runtime(), "tract");
    }
}
