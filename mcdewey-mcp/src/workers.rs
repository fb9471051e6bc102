//! Where requests are answered, and how many at a time.

use std::sync::Arc;

use mcdewey_core::Library;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;

/// Threads that may block and compute, as many at a time as the machine has cores.
///
/// Clones share that limit.
#[derive(Debug, Clone)]
pub struct Workers {
    library: Arc<Library>,
    slots: Arc<Semaphore>,
}

/// The right to have one piece of work done.
#[derive(Debug)]
pub struct Slot(OwnedSemaphorePermit);

impl Workers {
    /// Workers over `library`.
    pub fn new(library: Arc<Library>) -> Self {
        let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            library,
            slots: Arc::new(Semaphore::new(n_cores)),
        }
    }

    /// The library, as it is in memory.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Waits for its turn.
    ///
    /// # Panics
    /// Never: the semaphore is not closed while there are workers.
    pub async fn slot(&self) -> Slot {
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        Slot(slot.expect("the semaphore is never closed"))
    }

    /// Does `work` on the newest generation of the library.
    ///
    /// # Errors
    /// If it panicked; everything else goes on.
    pub async fn run<T: Send + 'static>(
        &self,
        slot: Slot,
        work: impl FnOnce(&Library) -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let library = Arc::clone(&self.library);
        let task = tokio::task::spawn_blocking(move || {
            // Held until the work is done, even if nobody waits for it any more.
            let _slot = slot.0;
            if let Err(error) = library.refresh() {
                let error = anyhow::Error::new(error);
                tracing::warn!("still answering from the last generation read: {error:#}");
            }
            work(&library)
        });
        task.await
    }
}
