//! What routes answer from: a library, who may read what of it, and how much of the machine they
//! may take.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use mcdewey_core::source::DocsRoot;
use mcdewey_core::{Error, Library};
use mcdewey_mcp::{Busy, Workers};

use crate::access::{Access, Caller, Role};
use crate::indexer::{Indexer, LastIngest};
use crate::metrics::Metrics;
use crate::pages::{Files, Outlines};
use crate::problem::Problem;

/// A library as it is served.
///
/// Clones are one: they share limits, counts and keys.
///
/// # Examples
/// ```no_run
/// use std::sync::Arc;
///
/// use mcdewey_core::Library;
/// use mcdewey_http::{Access, App, Metrics, router};
/// use mcdewey_mcp::McDewey;
/// use mcdewey_mcp::http::HttpSettings;
///
/// let metrics = Arc::new(Metrics::new());
/// let library = Library::open(".mcdewey".as_ref())?.with_default_embedder()?;
/// let library = Arc::new(library.with_observer(metrics.clone()));
/// let app = App::new(Arc::clone(&library)).with_metrics(metrics);
/// let mcp = McDewey::with_workers(app.workers());
/// let router: axum::Router = router(mcp, app, &HttpSettings::new());
/// # Ok::<(), anyhow::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct App {
    workers: Workers,
    pub(crate) access: Arc<Access>,
    pub(crate) indexer: Indexer,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) outlines: Arc<Outlines>,
    pub(crate) files: Files,
    /// Without a slash at its end.
    pub(crate) public_url: Option<Arc<str>>,
    pub(crate) is_https: bool,
}

/// Why a request has no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library refused or failed.
    Library(Error),
    /// The request cannot be answered as it is.
    Problem(Problem),
    /// Too many requests are under way.
    Busy(Busy),
    /// The work panicked.
    Panic,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl App {
    /// Serves `library` to everybody, without bringing it up to date.
    pub fn new(library: Arc<Library>) -> Self {
        Self {
            access: Arc::new(Access::open(&library)),
            workers: Workers::new(library),
            indexer: Indexer::default(),
            metrics: Arc::default(),
            outlines: Arc::default(),
            files: Files::default(),
            public_url: None,
            is_https: false,
        }
    }

    /// Sets who may ask, and what they may read.
    #[must_use]
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = Arc::new(access);
        self
    }

    /// Sets what brings the library up to date.
    #[must_use]
    pub fn with_indexer(mut self, indexer: Indexer) -> Self {
        self.indexer = indexer;
        self
    }

    /// Sets the folder that the library is made of, so that the pages can show a manual's own file.
    #[must_use]
    pub fn with_files(mut self, docs: DocsRoot) -> Self {
        self.files = Files::of(docs);
        self
    }

    /// Sets where requests are counted. The library should have it as its observer too.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Arc<Metrics>) -> Self {
        self.metrics = metrics;
        self
    }

    /// Sets where people find the pages, such as `https://manuals.example`; default: where the
    /// request was sent to.
    #[must_use]
    pub fn with_public_url(mut self, url: &str) -> Self {
        self.public_url = Some(url.trim_end_matches('/').into());
        self
    }

    /// Says that the server itself speaks https, for addresses that it gives out.
    #[must_use]
    pub fn with_https(mut self) -> Self {
        self.is_https = true;
        self
    }

    /// Sets how many requests may wait or be answered at a time; default
    /// [`MAX_REQUESTS`](mcdewey_mcp::MAX_REQUESTS). More are refused at once.
    #[must_use]
    pub fn with_max_requests(mut self, max_requests: usize) -> Self {
        self.workers = self.workers.with_max_requests(max_requests);
        self
    }

    /// What answers requests; an MCP server of the same router shares it.
    pub fn workers(&self) -> Workers {
        self.workers.clone()
    }

    /// Whether documents are being indexed now.
    pub(crate) fn is_updating(&self) -> bool {
        self.indexer.updating().load(Ordering::Relaxed)
    }

    /// The whole library, as it is in memory: for what every caller may know.
    pub(crate) fn whole(&self) -> &Arc<Library> {
        self.workers.library()
    }

    /// Whether the caller may read everything: the report of an ingest names files of the whole
    /// docs root.
    pub(crate) fn may_know_ingest(caller: &Caller) -> bool {
        match caller.role {
            Role::Administrator => true,
            Role::Viewer => caller.reader.library().sees_all(),
            Role::Reader => false,
        }
    }

    /// The last ingest, for who may know of it.
    pub(crate) fn ingest_for(&self, caller: &Caller) -> Option<LastIngest> {
        self.indexer
            .last()
            .filter(|_| Self::may_know_ingest(caller))
    }

    /// Runs `work` where it may block and compute, on the newest generation of what the caller may
    /// read.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        caller: &Caller,
        work: impl FnOnce(&Library) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let ticket = self.workers.ticket().map_err(Failure::Busy)?;
        let slot = self.workers.slot(&ticket).await;
        let reader = Some(caller.reader.clone());
        self.workers
            .run(slot, reader, work)
            .await
            .unwrap_or_else(|panic| {
                tracing::error!("a request panicked: {panic}");
                Err(Failure::Panic)
            })
    }
}
