//! What routes answer from: a library, and how much of the machine they may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mcdewey_core::{Error, Library};
use tokio::sync::Semaphore;

/// A library as it is served.
///
/// Clones share their limits: as many requests as the machine has cores are answered at a time.
#[derive(Debug, Clone)]
pub struct App {
    library: Arc<Library>,
    updating: Arc<AtomicBool>,
    slots: Arc<Semaphore>,
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
        let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            library,
            updating,
            slots: Arc::new(Semaphore::new(n_cores)),
        }
    }

    /// Whether documents are being indexed now.
    pub(crate) fn is_updating(&self) -> bool {
        self.updating.load(Ordering::Relaxed)
    }

    /// The library, as it is in memory.
    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// Runs `work` where it may block and compute, on the newest generation.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Library) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let slot = slot.expect("the semaphore is never closed");
        let library = Arc::clone(&self.library);
        let task = tokio::task::spawn_blocking(move || {
            // Held until the work is done, even if the client has left.
            let _slot = slot;
            if let Err(error) = library.refresh() {
                let error = anyhow::Error::new(error);
                tracing::warn!("still answering from the last generation read: {error:#}");
            }
            work(&library)
        });
        task.await.unwrap_or_else(|panic| {
            tracing::error!("a request panicked: {panic}");
            Err(Failure::Panic)
        })
    }
}
