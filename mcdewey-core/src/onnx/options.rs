//! How an ONNX model is loaded and run.

use std::num::NonZero;

use crate::{Error, Result};

/// The environment variable that chooses the runtime where the options do not:
/// `auto`, `onnxruntime` or `tract`.
const RUNTIME_VARIABLE: &str = "MCDEWEY_RUNTIME";

/// Room for the special tokens and one of the text's own.
const MIN_TOKEN_LIMIT: usize = 8;

/// More positions than any published model of this kind has.
const MAX_TOKEN_LIMIT: usize = 131_072;

/// What runs the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Runtime {
    /// ONNX Runtime if it is found and takes the model, tract otherwise.
    #[default]
    Auto,
    /// ONNX Runtime, or an error.
    OnnxRuntime,
    /// tract, which is compiled in; ONNX Runtime is not even looked for.
    Tract,
}

/// Options for [`OnnxEmbedder`](crate::OnnxEmbedder) and [`OnnxReranker`](crate::OnnxReranker).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OnnxOptions {
    pub(super) max_sessions: usize,
    pub(super) token_limit: Option<usize>,
    runtime: Option<Runtime>,
}

impl Default for OnnxOptions {
    fn default() -> Self {
        Self {
            max_sessions: std::thread::available_parallelism().map_or(1, NonZero::get),
            token_limit: None,
            runtime: None,
        }
    }
}

impl OnnxOptions {
    /// How many texts may be read side by side, each on one thread with a session of its own; at
    /// least 1. Default: as many as the machine runs threads.
    ///
    /// Sessions beyond the first are loaded when there is work for them. Each holds a copy of
    /// the weights.
    ///
    /// # Errors
    /// [`Error::Setting`] if it is 0.
    pub fn with_max_sessions(mut self, max_sessions: usize) -> Result<Self> {
        if max_sessions == 0 {
            return Err(Error::Setting {
                name: "max_sessions",
                given: "0".to_owned(),
                allowed: "at least 1".to_owned(),
            });
        }
        self.max_sessions = max_sessions;
        Ok(self)
    }

    /// How many tokens of a text, or of a pair of texts, the model reads, special tokens included;
    /// from 8 to 131 072.
    /// Default: what the model's files say, or 256. Part of the fingerprint.
    ///
    /// # Errors
    /// [`Error::Setting`] outside that range.
    pub fn with_token_limit(mut self, token_limit: usize) -> Result<Self> {
        if !(MIN_TOKEN_LIMIT..=MAX_TOKEN_LIMIT).contains(&token_limit) {
            return Err(Error::Setting {
                name: "token_limit",
                given: token_limit.to_string(),
                allowed: format!("from {MIN_TOKEN_LIMIT} to {MAX_TOKEN_LIMIT}"),
            });
        }
        self.token_limit = Some(token_limit);
        Ok(self)
    }

    /// What runs the model. Default: what the environment variable `MCDEWEY_RUNTIME` says
    /// (`auto`, `onnxruntime` or `tract`), [`Runtime::Auto`] if it is not set.
    #[must_use]
    pub fn with_runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// The runtime asked for, here or in the environment.
    pub(super) fn runtime(&self) -> Result<Runtime> {
        if let Some(runtime) = self.runtime {
            return Ok(runtime);
        }
        match std::env::var_os(RUNTIME_VARIABLE) {
            Some(value) => parse_runtime(&value.to_string_lossy()),
            None => Ok(Runtime::Auto),
        }
    }
}

fn parse_runtime(value: &str) -> Result<Runtime> {
    match value.trim().to_ascii_lowercase().as_str() {
        "" | "auto" => Ok(Runtime::Auto),
        "onnxruntime" => Ok(Runtime::OnnxRuntime),
        "tract" => Ok(Runtime::Tract),
        _ => Err(Error::Setting {
            name: RUNTIME_VARIABLE,
            given: format!("`{value}`"),
            allowed: "`auto`, `onnxruntime` or `tract`".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_named_as_documented() {
        assert_eq!(parse_runtime("").unwrap(), Runtime::Auto);
        assert_eq!(parse_runtime("auto").unwrap(), Runtime::Auto);
        assert_eq!(parse_runtime(" Tract ").unwrap(), Runtime::Tract);
        assert_eq!(parse_runtime("onnxruntime").unwrap(), Runtime::OnnxRuntime);
        assert_eq!(
            parse_runtime("cuda").unwrap_err().to_string(),
            "MCDEWEY_RUNTIME is `cuda`, but must be `auto`, `onnxruntime` or `tract`"
        );
    }

    #[test]
    fn options_that_cannot_work_are_refused() {
        assert!(OnnxOptions::default().with_max_sessions(0).is_err());
        assert!(OnnxOptions::default().with_token_limit(2).is_err());
        assert!(OnnxOptions::default().with_token_limit(512).is_ok());
    }
}
