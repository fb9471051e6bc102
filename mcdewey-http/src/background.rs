//! Bringing the index up to date while it is served.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use mcdewey_core::{IngestOptions, IngestReport, Library};
use tokio_util::sync::CancellationToken;

use crate::output::count;
use crate::progress::Progress;

/// An ingest on a thread of its own.
#[derive(Debug)]
pub(crate) struct Ingest {
    /// True until it has ended.
    pub(crate) updating: Arc<AtomicBool>,
    /// Cancelled when it has failed and there is nothing to serve.
    pub(crate) failed: CancellationToken,
    ended: Receiver<anyhow::Result<()>>,
}

impl Ingest {
    /// Starts to bring `library` up to date with `docs`. Without `docs` it has ended at once.
    pub(crate) fn start(library: &Arc<Library>, docs: Option<PathBuf>) -> Self {
        let updating = Arc::new(AtomicBool::new(docs.is_some()));
        let (send, ended) = sync_channel(1);
        let failed = CancellationToken::new();
        let ingest = Self {
            updating: Arc::clone(&updating),
            failed: failed.clone(),
            ended,
        };
        let library = Arc::clone(library);
        if let Some(docs) = docs {
            std::thread::spawn(move || {
                let progress = Progress::default();
                let report = library.ingest_with(&docs, &IngestOptions::default(), &progress);
                progress.finish();
                updating.store(false, Ordering::Relaxed);
                let result = conclude(&library, report);
                let has_failed = result.is_err();
                // Nobody may be listening any more.
                let _unheard = send.send(result);
                if has_failed {
                    failed.cancel();
                }
            });
        }
        ingest
    }

    /// Waits for its end, for at most `patience`; an error if it has failed and there is nothing to
    /// serve.
    pub(crate) fn wait(&self, patience: Duration) -> anyhow::Result<()> {
        self.ended.recv_timeout(patience).unwrap_or(Ok(()))
    }
}

/// Says what came of it. A failure only ends the program if there is no library to serve: after a
/// restart on a bad day, yesterday's index is better than none.
fn conclude(library: &Library, report: mcdewey_core::Result<IngestReport>) -> anyhow::Result<()> {
    match report {
        Ok(report) => {
            let documents = count(report.documents.total, "document");
            let problems = match report.problems.len() {
                0 => String::new(),
                n => format!("; {}, which `mcdewey index` lists", count(n, "problem")),
            };
            eprintln!(
                "mcdewey: up to date: {documents}, generation {}{problems}",
                report.generation
            );
            Ok(())
        }
        Err(error) if library.snapshot().generation() == 0 => Err(error.into()),
        Err(error) => {
            let error = anyhow::Error::new(error);
            eprintln!(
                "mcdewey: not brought up to date: {error:#}; serving what was indexed before"
            );
            Ok(())
        }
    }
}
