//! The bytes of a file in, a [`Document`] out, whatever the file does to its parser.
//!
//! Parsers of PDF, Office files and archives take apart what a stranger made. None of them may
//! fail, but a few bytes can ask for all memory or all day, and only the operating system can
//! refuse that. So they may run in a process of their own, which serves one file after another:
//!
//! ```text
//! ingest ── format, limits, bytes ──> child: limits itself, parses
//!        <── document ───────────────
//!        (or: no answer in time, too long an answer, a dead child: a Problem, and a new child)
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Isolation`]: where files are parsed, and who does it |
//! | `child.rs` | the parent's side: starting a child, asking it, telling how it died |
//! | `wire.rs` | what both say to each other |
//!
//! A program that embeds this crate and trusts its files parses them within itself, which is the
//! default. The `mcdewey` program always uses children.

mod child;
#[cfg(test)]
mod tests;
mod wire;

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::document::{Document, Problem, ProblemKind};
use crate::parse::{self, Format, Limits};
use child::{Child, Failure};

/// Longest text, in bytes, that can do no harm whatever stands in it: a paragraph for every other
/// byte of it takes some 25 MB.
const MAX_HARMLESS: usize = 1 << 20;

/// Where files are parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Within this process. Parsers bound their work, but not what a hostile file can make the
    /// libraries below them allocate.
    #[default]
    InProcess,
    /// In child processes, all files but plain text and Markdown of at most a mebibyte.
    Child(ChildOptions),
}

/// What a child is, and what it may use for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildOptions {
    /// The program. It answers on its standard output as [`serve`] does, and limits itself.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Time for one file, by the clock on the wall. Default: 120 s, twice the processor's time
    /// that `mcdewey` allows, because other processes want to run as well.
    pub time: Duration,
    /// Longest answer in bytes. Default: 128 MiB, twice the longest text that is read of a file.
    pub max_answer: u64,
}

impl ChildOptions {
    /// Children are `program` with `arguments`.
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            time: Duration::from_mins(2),
            max_answer: 128 << 20,
        }
    }

    /// Sets the time for one file.
    #[must_use]
    pub fn with_time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Sets the longest answer, in bytes.
    #[must_use]
    pub fn with_max_answer(mut self, max_answer: u64) -> Self {
        self.max_answer = max_answer;
        self
    }
}

/// Parses files as an [`Isolation`] says. Shared by threads; each uses a child of its own.
#[derive(Debug)]
pub struct Parser {
    isolation: Isolation,
    limits: Limits,
    /// Children that wait for the next file.
    idle: Mutex<Vec<Child>>,
}

impl Parser {
    /// A parser that reads no more of a file than `limits` allow.
    pub fn new(isolation: Isolation, limits: Limits) -> Self {
        Self {
            isolation,
            limits,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// The document that a file holds. A child that fails leaves an empty one that says why.
    ///
    /// # Errors
    /// The problem, if no child can be started: that says nothing about the file.
    pub fn parse(&self, format: Format, bytes: &[u8]) -> Result<Document, Problem> {
        match &self.isolation {
            Isolation::Child(options) if format.is_risky() || bytes.len() > MAX_HARMLESS => {
                self.ask(options, format, bytes)
            }
            _ => Ok(parse::parse_within(format, bytes, &self.limits)),
        }
    }

    fn ask(
        &self,
        options: &ChildOptions,
        format: Format,
        bytes: &[u8],
    ) -> Result<Document, Problem> {
        loop {
            let idle = self
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop();
            let mut child = match idle {
                Some(child) => child,
                None => Child::start(options).map_err(|error| not_started(options, &error))?,
            };
            match child.ask(options, format, &self.limits, bytes) {
                Ok(document) => {
                    let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                    idle.push(child);
                    return Ok(document);
                }
                // What went before may have used a child up; a fresh one tells what the file does.
                Err(failure) if child.n_asked() > 1 && failure.may_be_inherited() => {}
                Err(failure) => return Ok(empty(&failure)),
            }
        }
    }
}

/// The child's side: answers requests from `input` on `output` until there are no more. Whoever
/// calls this limits its own process first, and in `before` what one file may use.
///
/// # Errors
/// If `input` is no request, or `output` cannot be written.
pub fn serve(
    mut input: impl Read,
    mut output: impl Write,
    mut before: impl FnMut(),
) -> std::io::Result<()> {
    while let Some((request, bytes)) = wire::read_request(&mut input)? {
        before();
        let document = parse::parse_within(request.format, &bytes, &request.limits);
        wire::write_answer(&mut output, &document)?;
    }
    Ok(())
}

fn not_started(options: &ChildOptions, error: &std::io::Error) -> Problem {
    let program = options.program.display();
    let message = format!("`{program}`, which is to parse it, cannot be started: {error}");
    Problem::new(ProblemKind::Unreadable, "", message)
}

fn empty(failure: &Failure) -> Document {
    Document {
        problems: vec![Problem::new(failure.kind(), "", failure.to_string())],
        ..Document::default()
    }
}
