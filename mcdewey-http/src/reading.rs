//! What reading one file may take, for the process that does it and for the one that waits.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use mcdewey_core::IngestOptions;
use mcdewey_core::isolate::{ChildOptions, Isolation};
use mcdewey_core::parse::Limits;

use crate::args::ReadingArgs;

/// Limits of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Pages of a document.
    pub(crate) pages: usize,
    /// Seconds of a processor. A manual of 2 400 pages takes one.
    pub(crate) seconds: u64,
    /// Memory in MiB. A manual of 2 400 pages takes 150.
    pub(crate) memory: u64,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            pages: Limits::default().max_pages,
            seconds: 60,
            memory: 1024,
        }
    }
}

impl Reading {
    pub(crate) fn from_args(args: &ReadingArgs) -> Self {
        let usual = Self::default();
        Self {
            pages: args.max_pages.unwrap_or(usual.pages),
            seconds: args.max_file_seconds.unwrap_or(usual.seconds),
            memory: args.max_file_memory.unwrap_or(usual.memory),
        }
    }

    /// # Errors
    /// If a limit allows nothing.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        // A process that only starts needs about half of this.
        const MIN_MEMORY: u64 = 256;
        anyhow::ensure!(self.pages > 0, "max_pages is 0, but must be at least 1");
        anyhow::ensure!(
            self.seconds > 0,
            "max_file_seconds is 0, but must be at least 1"
        );
        anyhow::ensure!(
            self.memory >= MIN_MEMORY,
            "max_file_memory is {}, but must be at least {MIN_MEMORY}",
            self.memory
        );
        Ok(())
    }

    /// Options of an ingest that reads files within these limits, in processes of this program.
    ///
    /// # Errors
    /// If this program does not know where it lies.
    pub(crate) fn options(&self) -> anyhow::Result<IngestOptions> {
        let arguments: [OsString; 5] = [
            "parse-file".into(),
            "--max-file-seconds".into(),
            self.seconds.to_string().into(),
            "--max-file-memory".into(),
            self.memory.to_string().into(),
        ];
        // Other processes want to run as well, so by the clock it may take longer.
        let time = Duration::from_secs(self.seconds.saturating_mul(2));
        let child = ChildOptions::new(program()?, arguments).with_time(time);
        Ok(IngestOptions::default()
            .with_limits(self.limits())
            .with_isolation(Isolation::Child(child)))
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits::default().with_max_pages(self.pages)
    }
}

/// This program. On Linux the running one is always there under this name, also after an upgrade
/// has put another in its place.
fn program() -> anyhow::Result<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    if cfg!(target_os = "linux") && running.exists() {
        return Ok(running);
    }
    std::env::current_exe().context("cannot find out where this program lies")
}
