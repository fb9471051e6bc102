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
    /// Pages.
    pub(crate) max_pages: usize,
    /// Seconds of a processor. A manual of 2 400 pages takes one.
    pub(crate) max_seconds: u64,
    /// Memory in MiB. A manual of 2 400 pages takes 150.
    pub(crate) max_memory: u64,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            max_pages: Limits::default().max_pages,
            max_seconds: 60,
            max_memory: 1024,
        }
    }
}

impl Reading {
    pub(crate) fn from_args(args: &ReadingArgs) -> Self {
        let usual = Self::default();
        Self {
            max_pages: args.max_pages.unwrap_or(usual.max_pages),
            max_seconds: args.max_file_seconds.unwrap_or(usual.max_seconds),
            max_memory: args.max_file_memory.unwrap_or(usual.max_memory),
        }
    }

    /// # Errors
    /// If a limit allows nothing.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        // A process that only starts needs about half of this.
        const MIN_MEMORY: u64 = 256;
        anyhow::ensure!(self.max_pages > 0, "max_pages is 0, but must be at least 1");
        anyhow::ensure!(
            self.max_seconds > 0,
            "max_file_seconds is 0, but must be at least 1"
        );
        anyhow::ensure!(
            self.max_memory >= MIN_MEMORY,
            "max_file_memory is {}, but must be at least {MIN_MEMORY}",
            self.max_memory
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
            self.max_seconds.to_string().into(),
            "--max-file-memory".into(),
            self.max_memory.to_string().into(),
        ];
        // Other processes want to run as well, so by the clock it may take longer.
        let time = Duration::from_secs(self.max_seconds.saturating_mul(2));
        let child = ChildOptions::new(program()?, arguments).with_time(time);
        Ok(IngestOptions::default()
            .with_limits(self.limits())
            .with_isolation(Isolation::Child(child)))
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits::default().with_max_pages(self.max_pages)
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
