//! Text in, what a model makes of it out: ONNX models of every kind, run on this machine.
//!
//! ```text
//!  a text, or two --tokens--> ids --pool--> a runner --graph--> output --head--> a vector, a score
//!                                           | ONNX Runtime session, if the library is found
//!                                           | tract plan, if it is not
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Model`]: loading, and the work shared out among runners |
//! | `options.rs` | [`OnnxOptions`], [`Runtime`] and the variable `MCDEWEY_RUNTIME` |
//! | `files.rs` | what a model directory holds, and the bundled model |
//! | `graph.rs` | which inputs and outputs a graph has |
//! | `tokens.rs` | text to token ids, never cut without being asked |
//! | `pool.rs` | runners built when needed and lent in order of arrival |
//! | `session.rs` | a runner on ONNX Runtime |
//! | `plan.rs` | a runner on tract |
//! | `runtime.rs` | finding and loading ONNX Runtime, once a process |
//! | `places.rs` | where ONNX Runtime may lie |
//!
//! Every text is one run of its own: with weights quantised at run time, what else is in a
//! batch would change what comes out for it.

mod files;
mod graph;
mod options;
mod places;
mod plan;
mod pool;
mod runtime;
mod session;
#[cfg(test)]
pub(crate) mod tiny_model;
mod tokens;

use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use self::files::ModelFiles;
use self::graph::Graph;
pub(crate) use self::graph::Output;
pub use self::options::{OnnxOptions, Runtime};
use self::pool::Pool;
pub use self::runtime::{RuntimeStatus, onnx_runtime, silence_onnx_runtime};
pub(crate) use self::tokens::{TokenIds, Tokens};
use crate::{Error, Result};

/// How many texts make another thread, and perhaps another session, worth starting: a session
/// takes about as long to load as ONNX Runtime takes for this many chunks.
/// Measured with `cargo bench -p mcdewey-core --features bundled-model --bench embed`.
const MIN_TEXTS_PER_RUNNER: usize = 4;

/// A loaded model that makes a `T` of every text, or pair of texts.
pub(crate) struct Model<T> {
    name: String,
    fingerprint: String,
    tokens: Tokens,
    backend: Backend<T>,
}

/// What models of one kind give, and what is made of it.
pub(crate) struct Head<T> {
    /// Outputs that can be used, the best first.
    pub(crate) outputs: &'static [Output],
    pub(crate) read: Read<T>,
}

/// Makes something of an output's shape, its values, and the number of tokens that were read. The
/// error says what is wrong with the output.
type Read<T> = fn(&[usize], &[f32], usize) -> Result<T, String>;

/// What runs the model, and what to tell people about it.
struct Backend<T> {
    runners: Pool<Box<dyn Runner<T>>>,
    runtime: String,
    advice: Option<String>,
}

/// A loaded model that serves one text at a time.
trait Runner<T>: Send {
    /// What the model makes of a text given as token ids, special tokens included.
    /// The error is what the runtime said.
    fn run(&mut self, tokens: &TokenIds) -> Result<T, String>;
}

type BuildRunner<T> = Box<dyn Fn() -> Result<Box<dyn Runner<T>>, String> + Send + Sync>;

impl<T: Send + 'static> Model<T> {
    /// Loads a model and runs it once, on what `trial` encodes: an error now, rather than one
    /// halfway through a library. Also gives what came out.
    ///
    /// # Errors
    /// [`Error::Model`] if a file is not what it should be, [`Error::Setting`] if
    /// `MCDEWEY_RUNTIME` names no runtime.
    pub(crate) fn load(
        files: &ModelFiles,
        head: &Head<T>,
        options: &OnnxOptions,
        trial: impl Fn(&Tokens) -> Result<TokenIds, String>,
    ) -> Result<(Self, T)> {
        let model_error = |message| Error::Model {
            model: files.name.clone(),
            message,
        };
        let runtime = options.runtime()?;
        let n_positions = options.token_limit.unwrap_or(files.token_limit);
        let tokens = Tokens::parse(&files.tokenizer, n_positions).map_err(model_error)?;
        let graph = Graph::parse(&files.weights, head.outputs).map_err(model_error)?;
        let load = Load {
            files,
            graph: &graph,
            read: head.read,
            n_positions,
            max_runners: options.max_sessions,
        };
        let model = Self {
            name: files.name.clone(),
            fingerprint: files.fingerprint(&graph, n_positions),
            backend: load.on(runtime).map_err(model_error)?,
            tokens,
        };
        let made = trial(&model.tokens).and_then(|tokens| model.backend.run(&tokens));
        let made = made.map_err(model_error)?;
        Ok((model, made))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Names all that comes out depends on.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What runs it, for people.
    pub(crate) fn runtime(&self) -> &str {
        &self.backend.runtime
    }

    /// What would make it faster, and why it is not so.
    pub(crate) fn advice(&self) -> Option<&str> {
        self.backend.advice.as_deref()
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// How many texts are read side by side at most.
    pub(crate) fn max_sessions(&self) -> usize {
        self.backend.runners.max()
    }

    /// What the model makes of each of `n_texts` texts, in order; `encode` gives the tokens of one.
    /// Ends at the first text that fails.
    pub(crate) fn run_all(
        &self,
        n_texts: usize,
        encode: impl Fn(&Tokens, usize) -> Result<TokenIds, String> + Sync,
    ) -> Result<Vec<T>, String> {
        let n_workers = self
            .max_sessions()
            .min(n_texts.div_ceil(MIN_TEXTS_PER_RUNNER));
        let next = AtomicUsize::new(0);
        let run = |text_idx| {
            let tokens = encode(&self.tokens, text_idx)?;
            self.backend.run(&tokens)
        };
        let work = || run_until_done(n_texts, &next, run);
        let mut done = std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..n_workers).map(|_| scope.spawn(work)).collect();
            let mut done = work();
            for helper in helpers {
                match helper.join() {
                    Ok(made) => done.extend(made),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            done
        });
        done.sort_unstable_by_key(|(text_idx, _)| *text_idx);
        done.into_iter().map(|(_, made)| made).collect()
    }
}

/// Takes texts from the common list until it is empty or a text fails; pairs of a text's index and
/// what became of it.
fn run_until_done<T>(
    n_texts: usize,
    next: &AtomicUsize,
    run: impl Fn(usize) -> Result<T, String>,
) -> Vec<(usize, Result<T, String>)> {
    let mut done = Vec::new();
    loop {
        let text_idx = next.fetch_add(1, Ordering::Relaxed);
        if text_idx >= n_texts {
            return done;
        }
        let made = run(text_idx);
        if made.is_err() {
            next.store(n_texts, Ordering::Relaxed);
        }
        done.push((text_idx, made));
    }
}

impl<T> std::fmt::Debug for Model<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("fingerprint", &self.fingerprint)
            .field("runtime", &self.backend.runtime)
            .field("max_sessions", &self.backend.runners.max())
            .finish_non_exhaustive()
    }
}

impl<T> Backend<T> {
    fn run(&self, tokens: &TokenIds) -> Result<T, String> {
        self.runners.lend()?.run(tokens)
    }
}

/// A model that is being loaded.
struct Load<'a, T> {
    files: &'a ModelFiles,
    graph: &'a Graph,
    read: Read<T>,
    n_positions: usize,
    max_runners: usize,
}

impl<T: 'static> Load<'_, T> {
    /// Loads it on the runtime asked for; with [`Runtime::Auto`] on ONNX Runtime, and on tract if
    /// that is missing or refuses the model.
    fn on(&self, runtime: Runtime) -> Result<Backend<T>, String> {
        match runtime {
            Runtime::Tract => self.on_tract(None),
            Runtime::OnnxRuntime => self.on_onnx_runtime(),
            Runtime::Auto => self.on_onnx_runtime().or_else(|onnx_runtime_said| {
                self.on_tract(Some(onnx_runtime_said.clone()))
                    .map_err(|tract_said| {
                        format!("{tract_said}; it was tried because {onnx_runtime_said}")
                    })
            }),
        }
    }

    fn on_tract(&self, advice: Option<String>) -> Result<Backend<T>, String> {
        let weights = &self.files.weights;
        let build = plan::builder(weights, self.graph, self.read, self.n_positions)?;
        self.start(build, "tract".to_owned(), advice)
    }

    fn on_onnx_runtime(&self) -> Result<Backend<T>, String> {
        let (environment, status) = runtime::environment()?;
        let build = session::builder(&self.files.weights, self.graph, self.read, environment);
        self.start(build, status.name(), None)
    }

    /// Builds the first runner, so that a model that cannot run is found out here.
    fn start(
        &self,
        build: BuildRunner<T>,
        runtime: String,
        advice: Option<String>,
    ) -> Result<Backend<T>, String> {
        Ok(Backend {
            runners: Pool::start(self.max_runners, build)?,
            runtime,
            advice,
        })
    }
}
