//! What routes answer from: a library, and how much of the machine they may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mcdewey_core::{Error, Library};
use mcdewey_mcp::Workers;

/// A library as it is served.
///
/// Clones share their limits: as many requests as the machine has cores are answered at a time.
#[derive(Debug, Clone)]
pub struct App {
    workers: Workers,
    updating: Arc<AtomicBool>,
}

/// Why a request has no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library refused or failed.
    Library(Error),
    /// The work panicked.
    Panic,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl App {
    /// Serves `library`; `updating` is true while documents are indexed.
    pub fn new(library: Arc<Library>, updating: Arc<AtomicBool>) -> Self {
        Self {
            workers: Workers::new(library),
            updating,
        }
    }

    /// Whether documents are being indexed now.
    pub(crate) fn is_updating(&self) -> bool {
        self.updating.load(Ordering::Relaxed)
    }

    /// The library, as it is in memory.
    pub(crate) fn library(&self) -> &Library {
        self.workers.library()
    }

    /// Runs `work` where it may block and compute, on the newest generation.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Library) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let slot = self.workers.slot().await;
        self.workers.run(slot, work).await.unwrap_or_else(|panic| {
            tracing::error!("a request panicked: {panic}");
            Err(Failure::Panic)
        })
    }
}
