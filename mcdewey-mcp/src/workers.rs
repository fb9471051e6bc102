//! Where requests are answered, and how many at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mcdewey_core::Library;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;

/// Most requests that wait or are answered at a time, unless an operator says otherwise. Chosen by
/// hand: with a hundredth of a second each, the last one waits a few seconds.
pub const MAX_REQUESTS: usize = 256;

/// Threads that may block and compute, as many at a time as the machine has cores; others wait
/// their turn, but not without end.
///
/// Clones share these limits.
#[derive(Debug, Clone)]
pub struct Workers {
    library: Arc<Library>,
    slots: Arc<Semaphore>,
    n_requests: Arc<AtomicUsize>,
    max_requests: usize,
}

/// So many requests are under way already that one more is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Busy {
    /// How many are under way at most.
    pub max_requests: usize,
}

/// The right to wait for a turn. Counts as a request until it is dropped.
#[derive(Debug)]
pub struct Ticket(Arc<AtomicUsize>);

/// The right to have one piece of work done.
#[derive(Debug)]
pub struct Slot(OwnedSemaphorePermit);

/// The library as the sender of a request may see it.
///
/// As an extension of an HTTP request it says whose request that is; without one, the library of
/// the [`Workers`] answers.
#[derive(Debug, Clone)]
pub struct Reader(Arc<Library>);

impl Reader {
    /// A reader of `library`, which may be [`scoped`](Library::scoped).
    pub fn new(library: Arc<Library>) -> Self {
        Self(library)
    }

    /// What it may see.
    pub fn library(&self) -> &Arc<Library> {
        &self.0
    }
}

impl Workers {
    /// Workers over `library`, for at most [`MAX_REQUESTS`] requests at a time.
    pub fn new(library: Arc<Library>) -> Self {
        let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            library,
            slots: Arc::new(Semaphore::new(n_cores)),
            n_requests: Arc::default(),
            max_requests: MAX_REQUESTS,
        }
    }

    /// Sets how many requests may wait or be answered at a time.
    #[must_use]
    pub fn with_max_requests(mut self, max_requests: usize) -> Self {
        self.max_requests = max_requests;
        self
    }

    /// The library, as it is in memory.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// How many requests wait or are answered now.
    pub fn n_requests(&self) -> usize {
        self.n_requests.load(Ordering::Relaxed)
    }

    /// Lets a request in.
    ///
    /// # Errors
    /// [`Busy`] if so many are under way that it had to wait too long.
    pub fn ticket(&self) -> Result<Ticket, Busy> {
        let ticket = Ticket(Arc::clone(&self.n_requests));
        if self.n_requests.fetch_add(1, Ordering::Relaxed) >= self.max_requests {
            return Err(Busy {
                max_requests: self.max_requests,
            });
        }
        Ok(ticket)
    }

    /// Waits for its turn.
    ///
    /// # Panics
    /// Never: the semaphore is not closed while there are workers.
    pub async fn slot(&self, _ticket: &Ticket) -> Slot {
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        Slot(slot.expect("the semaphore is never closed"))
    }

    /// Does `work` on the newest generation of the library as `reader` sees it.
    ///
    /// # Errors
    /// If it panicked; everything else goes on.
    pub async fn run<T: Send + 'static>(
        &self,
        slot: Slot,
        reader: Option<Reader>,
        work: impl FnOnce(&Library) -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let library = reader.map_or_else(|| Arc::clone(&self.library), |reader| reader.0);
        let request = tracing::Span::current();
        let task = tokio::task::spawn_blocking(move || {
            // What is logged here is of this request, as if it had not changed threads.
            let _within = request.enter();
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

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use mcdewey_core::HashedEmbedder;

    use super::*;

    #[test]
    fn requests_beyond_the_limit_are_refused_until_one_ends() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open_or_create(folder.path())
            .and_then(|library| library.with_embedder(HashedEmbedder::new()));
        let workers = Workers::new(Arc::new(library.unwrap())).with_max_requests(2);
        let first = workers.ticket().unwrap();
        let _second = workers.ticket().unwrap();
        assert_eq!(workers.ticket().unwrap_err(), Busy { max_requests: 2 });
        drop(first);
        assert!(workers.ticket().is_ok());
        assert_eq!(workers.n_requests(), 1);
    }
}
