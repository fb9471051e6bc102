//! What can go wrong, and whose fault it is.

use std::path::{Path, PathBuf};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Who has to act on an error. Adapters choose status and exit codes by this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The caller asked for something that cannot be: change the call.
    Caller,
    /// The machine refused: a full disk, a missing permission, a lock held by another process.
    Environment,
    /// What is stored is damaged or of another format: restore or rebuild it.
    Data,
    /// McDewey broke a promise of its own: report it.
    Bug,
}

/// Everything the library can fail with. Messages say what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system refused an operation.
    #[error("cannot {action} {path}")]
    Io {
        /// What was tried, as a verb: `read`, `write`, `rename`.
        action: &'static str,
        /// The file or folder concerned.
        path: PathBuf,
        /// The cause as the operating system gave it.
        source: std::io::Error,
    },

    /// A `mcdewey.toml` does not say what it should; nothing was indexed.
    #[error("{path}{}: {message}", at_line(*line))]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Its line, from 1, where known.
        line: Option<usize>,
        /// What is wrong and what is expected.
        message: String,
    },

    /// A setting has a value that cannot work.
    #[error("{name} is {given}, but must be {allowed}")]
    Setting {
        /// The setting's name.
        name: &'static str,
        /// The value given.
        given: String,
        /// What it may be.
        allowed: String,
    },

    /// The query was refused before it was read.
    #[error("the query {problem}; {advice}")]
    Query {
        /// What is wrong with it.
        problem: String,
        /// What to do.
        advice: String,
    },

    /// A filter names a value that the library does not hold.
    #[error(
        "no {facet} `{value}` in this library{}{}",
        part(among),
        did_you_mean(nearest)
    )]
    UnknownValue {
        /// The facet: `vendor`, `product`, `version` or `document`.
        facet: &'static str,
        /// The value asked for.
        value: String,
        /// The part of the library that the filter's other facets leave, in words; empty for all.
        among: String,
        /// At most five values that exist, the most alike first.
        nearest: Vec<String>,
    },

    /// A name means several things in the library.
    #[error(
        "{facet} `{value}` may be any of `{}`; say which by its vendor, product or id",
        candidates.join("`, `")
    )]
    Ambiguous {
        /// What is named: `document`.
        facet: &'static str,
        /// The name given.
        value: String,
        /// At most ten things that have the name, in order of the alphabet.
        candidates: Vec<String>,
    },

    /// A text is not a chunk id or a document id.
    #[error("`{given}` is not {expected}")]
    MalformedId {
        /// What was given.
        given: String,
        /// What it should look like.
        expected: &'static str,
    },

    /// No chunk or document has this id.
    #[error("no {what} `{id}` in this library; `mcdewey list` shows what is there")]
    NotFound {
        /// `chunk` or `document`.
        what: &'static str,
        /// The id asked for.
        id: String,
    },

    /// The folder holds no index.
    #[error(
        "no index at {path}; make one with `mcdewey index <DOCS>`, or name another with --index"
    )]
    NoIndex {
        /// The index directory asked for.
        path: PathBuf,
    },

    /// Another process is writing to this index.
    #[error("the index at {path} is being written by {holder}; wait for it, or stop it")]
    Locked {
        /// The index directory.
        path: PathBuf,
        /// Who holds the lock, as its lock file says.
        holder: String,
    },

    /// The index was written by a program that uses another format.
    #[error(
        "the index at {path} has format {found}, this program reads {supported}; index the documents again into a new directory"
    )]
    Format {
        /// The index directory.
        path: PathBuf,
        /// The format found.
        found: String,
        /// The format this program reads and writes.
        supported: String,
    },

    /// A stored file is damaged.
    #[error(
        "{path} is damaged: {detail}; `mcdewey index` rebuilds vectors and graphs, after any other damage index into a new directory"
    )]
    Corrupt {
        /// The damaged file.
        path: PathBuf,
        /// Expected and found.
        detail: String,
    },

    /// The index was made with another embedding model.
    #[error(
        "the index was made with the model {index}, but the model given is {given}; run `mcdewey reembed` with the new model, or name the old one"
    )]
    EmbedderMismatch {
        /// Fingerprint in the index.
        index: String,
        /// Fingerprint of the embedder given.
        given: String,
    },

    /// A model cannot be loaded.
    #[error("cannot load the model {model}: {message}")]
    Model {
        /// Its name or directory.
        model: String,
        /// What is wrong and what is expected.
        message: String,
    },

    /// A text could not be embedded.
    #[error("the model {model} failed: {message}")]
    Embedding {
        /// The model's name.
        model: String,
        /// What it said.
        message: String,
    },

    /// Passages could not be put in order.
    #[error("the model {model} failed: {message}")]
    Reranking {
        /// The model's name.
        model: String,
        /// What it said, or what is wrong with its scores.
        message: String,
    },

    /// An embedding is unusable: of another dimension, all zero, or not finite.
    #[error("the model {model} gave an unusable vector for {what}: {problem}")]
    BadVector {
        /// The model's name.
        model: String,
        /// The chunk's id, or `the query`.
        what: String,
        /// What is wrong with the vector.
        problem: String,
    },

    /// The work was interrupted by its caller; what was committed before is intact.
    #[error("interrupted; the last commit is intact (generation {generation})")]
    Interrupted {
        /// The generation that the index holds now; 0 if nothing was ever committed.
        generation: u64,
    },

    /// The text index refused an operation.
    #[error("the text index failed to {action}")]
    TextIndex {
        /// What was tried.
        action: &'static str,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The vector index refused an operation.
    #[error("the vector index failed to {action}: {message}")]
    VectorIndex {
        /// What was tried.
        action: &'static str,
        /// The cause as the index gave it.
        message: String,
    },

    /// A file of judged queries cannot be read.
    #[error("{path}{}: {message}", at_line(*line))]
    Records {
        /// The file.
        path: PathBuf,
        /// Its line, from 1, where known.
        line: Option<usize>,
        /// What is wrong and what is expected.
        message: String,
    },
}

impl Error {
    /// Who has to act.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Manifest { .. }
            | Self::Setting { .. }
            | Self::Query { .. }
            | Self::UnknownValue { .. }
            | Self::Ambiguous { .. }
            | Self::MalformedId { .. }
            | Self::NotFound { .. }
            | Self::NoIndex { .. }
            | Self::EmbedderMismatch { .. }
            | Self::Records { .. } => Fault::Caller,
            Self::Io { .. }
            | Self::Locked { .. }
            | Self::Model { .. }
            | Self::Embedding { .. }
            | Self::Reranking { .. }
            | Self::Interrupted { .. } => Fault::Environment,
            Self::Format { .. } | Self::Corrupt { .. } | Self::BadVector { .. } => Fault::Data,
            Self::TextIndex { .. } | Self::VectorIndex { .. } => Fault::Bug,
        }
    }

    /// Wraps a file system error; for `map_err`.
    pub(crate) fn io(
        action: &'static str,
        path: impl AsRef<Path>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(":{line}"))
}

fn part(among: &str) -> String {
    if among.is_empty() {
        return String::new();
    }
    format!(", {among}")
}

fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    format!("; the nearest are `{}`", nearest.join("`, `"))
}
