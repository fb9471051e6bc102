//! A child process, as its parent sees it.

use std::fmt;
use std::io::{self, Read};
use std::process::{Child as Process, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use super::ChildOptions;
use super::wire::{self, BadAnswer};
use crate::document::{Document, ProblemKind};
use crate::parse::{Format, Limits};

/// So much of what a child says on its standard error is kept: its last words.
const MAX_STDERR: usize = 4 << 10;

/// So much of its last words is passed on, in characters.
const MAX_QUOTE: usize = 200;

/// So long the last words of a dead child are waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// What Rust says before it ends a process for want of memory.
const OUT_OF_MEMORY: &str = "memory allocation of";

/// What Rust says before it ends a process whose calls are nested too deeply.
const OUT_OF_STACK: &str = "overflowed its stack";

/// A child that waits for files, or is at work on one. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct Child {
    process: Process,
    stdin: ChildStdin,
    stdout: ChildStdout,
    last_words: Receiver<String>,
    n_asked: usize,
}

/// Why there is no document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Memory,
    Time(Duration),
    ProcessorTime,
    Answer(u64),
    Stack,
    Crash(String),
    Garbage,
}

impl Child {
    /// # Errors
    /// If the system cannot start it.
    pub(super) fn start(options: &ChildOptions) -> io::Result<Self> {
        let mut process = Command::new(&options.program)
            .args(&options.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let stdin = process.stdin.take().ok_or_else(missing)?;
        let stdout = process.stdout.take().ok_or_else(missing)?;
        let stderr = process.stderr.take().ok_or_else(missing)?;
        Ok(Self {
            process,
            stdin,
            stdout,
            last_words: listen(stderr),
            n_asked: 0,
        })
    }

    /// How many files it was given.
    pub(super) fn n_asked(&self) -> usize {
        self.n_asked
    }

    /// Has it parse a file. After a failure it is of no more use.
    pub(super) fn ask(
        &mut self,
        options: &ChildOptions,
        format: Format,
        limits: &Limits,
        bytes: &[u8],
    ) -> Result<Document, Failure> {
        self.n_asked += 1;
        let (stdin, stdout) = (&mut self.stdin, &mut self.stdout);
        let process = &mut self.process;
        let (done, waiting) = mpsc::channel::<()>();
        let (answer, is_late) = std::thread::scope(|scope| {
            // Whoever reads from a child that hangs can only be woken by its death.
            let watchdog = scope.spawn(move || {
                let is_late = waiting.recv_timeout(options.time) == Err(RecvTimeoutError::Timeout);
                if is_late {
                    // It may have ended by itself this very moment.
                    let _dead = process.kill();
                }
                is_late
            });
            // A child that dies while it is written to has its reasons, which reading will tell.
            let _written = wire::write_request(stdin, format, limits, bytes);
            let answer = wire::read_answer(stdout, options.max_answer);
            drop(done);
            (answer, watchdog.join().unwrap_or(false))
        });
        match answer {
            Ok(document) => Ok(document),
            Err(_) if is_late => Err(Failure::Time(options.time)),
            Err(BadAnswer::TooLong) => Err(Failure::Answer(options.max_answer)),
            Err(BadAnswer::Garbage) => Err(Failure::Garbage),
            Err(BadAnswer::Ended) => Err(self.cause_of_death()),
        }
    }

    fn cause_of_death(&mut self) -> Failure {
        // It closed its output, so it has ended, or will when it is told to.
        let _dead = self.process.kill();
        let status = self.process.wait();
        let words = self.last_words.recv_timeout(PATIENCE).unwrap_or_default();
        if words.contains(OUT_OF_MEMORY) {
            return Failure::Memory;
        }
        if words.contains(OUT_OF_STACK) {
            return Failure::Stack;
        }
        let status = match status {
            Ok(status) if is_out_of_time(status) => return Failure::ProcessorTime,
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        // The last line says most: what comes before is the way to it.
        let last: String = words
            .lines()
            .last()
            .unwrap_or("")
            .chars()
            .take(MAX_QUOTE)
            .collect();
        Failure::Crash(if last.is_empty() {
            status
        } else {
            format!("{status}: {last}")
        })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Nothing is lost if it has ended already; not to wait would leave a zombie.
        let _dead = self.process.kill();
        let _status = self.process.wait();
    }
}

/// Reads all that a child says, so that it never waits for a listener, and gives the end of it.
fn listen(mut stderr: ChildStderr) -> Receiver<String> {
    let (said, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let mut words: Vec<u8> = Vec::new();
        let mut buffer = [0; 1024];
        while let Ok(n_read @ 1..) = stderr.read(&mut buffer) {
            words.extend(&buffer[..n_read]);
            let excess = words.len().saturating_sub(MAX_STDERR);
            words.drain(..excess);
        }
        // Nobody listens to a child that did its work.
        let _unheard = said.send(String::from_utf8_lossy(&words).into_owned());
    });
    heard
}

#[cfg(unix)]
fn is_out_of_time(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;

    /// The number of `SIGXCPU` on Linux, macOS and the BSDs.
    const OUT_OF_TIME: i32 = 24;
    status.signal() == Some(OUT_OF_TIME)
}

#[cfg(not(unix))]
fn is_out_of_time(_: std::process::ExitStatus) -> bool {
    false
}

impl Failure {
    /// Whether files that a child parsed before may have had a part in it.
    pub(super) fn may_be_inherited(&self) -> bool {
        matches!(self, Self::Memory | Self::Crash(_) | Self::Garbage)
    }

    pub(super) fn kind(&self) -> ProblemKind {
        match self {
            Self::Memory | Self::Time(_) | Self::ProcessorTime | Self::Answer(_) => {
                ProblemKind::TooLarge
            }
            Self::Stack => ProblemKind::Nested,
            Self::Crash(_) | Self::Garbage => ProblemKind::Damaged,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => formatter.write_str("reading it takes more memory than is allowed"),
            Self::Time(time) => {
                write!(formatter, "reading it takes more than {} s", time.as_secs())
            }
            Self::ProcessorTime => {
                formatter.write_str("reading it takes more of the processor's time than is allowed")
            }
            Self::Answer(max) => write!(
                formatter,
                "it unpacks to more than {} MiB of text and structure",
                max >> 20
            ),
            Self::Stack => formatter.write_str("it is nested too deeply"),
            Self::Crash(status) => {
                write!(formatter, "the process that reads it died of it ({status})")
            }
            Self::Garbage => {
                formatter.write_str("the process that reads it gave no sensible answer")
            }
        }
    }
}
