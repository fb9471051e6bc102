//! Texts in, vectors out, through an ONNX model on this machine.
//!
//! ```text
//!  text --tokens--> ids --pool--> a runner --graph--> unit vector
//!                                 | ONNX Runtime session, if the library is found
//!                                 | tract plan, if it is not
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`OnnxEmbedder`]: loading, and the work shared out among runners |
//! | `options.rs` | [`OnnxOptions`], [`Runtime`] and the variable `MCDEWEY_RUNTIME` |
//! | `files.rs` | what a model directory holds, and the bundled model |
//! | `graph.rs` | which inputs and outputs a graph has, and vectors from its output |
//! | `tokens.rs` | text to token ids, never cut without being asked |
//! | `pool.rs` | runners built when needed and lent in order of arrival |
//! | `session.rs` | a runner on ONNX Runtime |
//! | `plan.rs` | a runner on tract |
//! | `runtime.rs` | finding and loading ONNX Runtime, once a process |
//! | `places.rs` | where ONNX Runtime may lie |
//!
//! Every text is one run of its own: with weights quantised at run time, what else is in a
//! batch would change a text's vector.

mod files;
mod graph;
mod options;
mod places;
mod plan;
mod pool;
mod runtime;
mod session;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tiny_model;
mod tokens;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use options::{OnnxOptions, Runtime};
pub use runtime::{RuntimeStatus, onnx_runtime, silence_onnx_runtime};

use self::files::ModelFiles;
use self::graph::Graph;
use self::pool::Pool;
use self::tokens::Tokens;
use super::{Embedder, Role};
use crate::{Error, Result};

/// How many texts make another thread, and perhaps another session, worth starting: a session
/// takes about as long to load as ONNX Runtime takes for this many chunks.
/// Measured with `cargo bench -p mcdewey-core --features bundled-model --bench embed`.
const MIN_TEXTS_PER_RUNNER: usize = 4;

/// A sentence-embedding model in ONNX format.
///
/// It runs on ONNX Runtime where that is found ([`onnx_runtime`] says where, or why not), and on
/// the slower built-in tract otherwise. The model is taken to be symmetric: queries and passages
/// are embedded alike. Safe to share among threads; callers are served in order of arrival.
pub struct OnnxEmbedder {
    name: String,
    fingerprint: String,
    dim: usize,
    tokens: Tokens,
    backend: Backend,
}

/// What runs the model, and what to tell people about it.
struct Backend {
    runners: Pool<Box<dyn Runner>>,
    runtime: String,
    advice: Option<String>,
}

/// A loaded model that serves one text at a time.
trait Runner: Send {
    /// The vector of a text given as token ids, special tokens included; unit length.
    /// The error is what the runtime said.
    fn run(&mut self, token_ids: &[i64]) -> Result<Vec<f32>, String>;
}

type BuildRunner = Box<dyn Fn() -> Result<Box<dyn Runner>, String> + Send + Sync>;

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
        self.backend.runners.max()
    }

    fn load(files: &ModelFiles, options: &OnnxOptions) -> Result<Self> {
        let model_error = |message| Error::Model {
            model: files.name.clone(),
            message,
        };
        let runtime = options.runtime()?;
        let n_positions = options.token_limit.unwrap_or(files.token_limit);
        let tokens = Tokens::parse(&files.tokenizer, n_positions).map_err(model_error)?;
        let graph = files.graph().map_err(model_error)?;
        let fingerprint = files.fingerprint(&graph, n_positions);
        let backend =
            Backend::load(files, &graph, n_positions, runtime, options).map_err(model_error)?;
        // A run now, rather than an error halfway through a library; it also tells the dimension.
        let vector = tokens
            .encode("dimension")
            .and_then(|token_ids| backend.run(&token_ids))
            .map_err(model_error)?;
        Ok(Self {
            name: files.name.clone(),
            fingerprint,
            dim: vector.len(),
            tokens,
            backend,
        })
    }

    fn embed_one(&self, text: &str) -> Result<Vec<f32>> {
        self.tokens
            .encode(text)
            .and_then(|token_ids| self.backend.run(&token_ids))
            .map_err(|message| Error::Embedding {
                model: self.name.clone(),
                message,
            })
    }

    /// Takes texts from the common list until it is empty or a text fails; pairs of a text's
    /// index and its vector.
    fn embed_until_done(
        &self,
        texts: &[&str],
        next: &AtomicUsize,
    ) -> Vec<(usize, Result<Vec<f32>>)> {
        let mut done = Vec::new();
        loop {
            let text_idx = next.fetch_add(1, Ordering::Relaxed);
            let Some(text) = texts.get(text_idx) else {
                return done;
            };
            let vector = self.embed_one(text);
            if vector.is_err() {
                next.store(texts.len(), Ordering::Relaxed);
            }
            done.push((text_idx, vector));
        }
    }
}

impl Embedder for OnnxEmbedder {
    fn name(&self) -> &str {
        &self.name
    }

    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn runtime(&self) -> String {
        self.backend.runtime.clone()
    }

    fn advice(&self) -> Option<String> {
        self.backend.advice.clone()
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn token_limit(&self) -> usize {
        self.tokens.limit()
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.tokens.count(text)
    }

    fn embed(&self, texts: &[&str], _role: Role) -> Result<Vec<Vec<f32>>> {
        let n_workers = self
            .max_sessions()
            .min(texts.len().div_ceil(MIN_TEXTS_PER_RUNNER));
        let next = AtomicUsize::new(0);
        let work = || self.embed_until_done(texts, &next);
        let mut done = std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..n_workers).map(|_| scope.spawn(work)).collect();
            let mut done = work();
            for helper in helpers {
                match helper.join() {
                    Ok(vectors) => done.extend(vectors),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            done
        });
        done.sort_unstable_by_key(|(text_idx, _)| *text_idx);
        done.into_iter().map(|(_, vector)| vector).collect()
    }
}

impl std::fmt::Debug for OnnxEmbedder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnnxEmbedder")
            .field("fingerprint", &self.fingerprint)
            .field("runtime", &self.backend.runtime)
            .field("max_sessions", &self.max_sessions())
            .finish_non_exhaustive()
    }
}

impl Backend {
    /// Loads the model on the runtime asked for; with [`Runtime::Auto`] on ONNX Runtime, and on
    /// tract if that is missing or refuses the model.
    fn load(
        files: &ModelFiles,
        graph: &Graph,
        n_positions: usize,
        runtime: Runtime,
        options: &OnnxOptions,
    ) -> Result<Self, String> {
        let on_tract = |advice| {
            let build = plan::builder(&files.weights, graph, n_positions)?;
            Self::start(build, "tract".to_owned(), advice, options)
        };
        let on_onnx_runtime = || {
            let (environment, status) = runtime::environment()?;
            let build = session::builder(&files.weights, graph, environment);
            Self::start(build, status.name(), None, options)
        };
        match runtime {
            Runtime::Tract => on_tract(None),
            Runtime::OnnxRuntime => on_onnx_runtime(),
            Runtime::Auto => on_onnx_runtime().or_else(|onnx_runtime_said| {
                on_tract(Some(onnx_runtime_said.clone())).map_err(|tract_said| {
                    format!("{tract_said}; it was tried because {onnx_runtime_said}")
                })
            }),
        }
    }

    /// Builds the first runner, so that a model that cannot run is found out here.
    fn start(
        build: BuildRunner,
        runtime: String,
        advice: Option<String>,
        options: &OnnxOptions,
    ) -> Result<Self, String> {
        Ok(Self {
            runners: Pool::start(options.max_sessions, build)?,
            runtime,
            advice,
        })
    }

    fn run(&self, token_ids: &[i64]) -> Result<Vec<f32>, String> {
        self.runners.lend()?.run(token_ids)
    }
}
