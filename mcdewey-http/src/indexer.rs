//! A docs root and wishes to index it in, an index that is up to date out: while it is served.
//!
//! ```text
//! start ──────┐
//! reindex() ──┼─> one thread ─> ingest ─> LastIngest
//! watcher ────┘        (one at a time; wishes that come meanwhile are one more ingest)
//! ```

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use mcdewey_core::ingest::{DocumentReport, IngestProgress};
use mcdewey_core::{Error, IngestOptions, IngestReport, Library};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

/// An ingest begins when files have been still for so long: a copy of a folder is one change.
const STILL: Duration = Duration::from_millis(500);
/// But it is not put off for longer than this, however restless the files are.
const RESTLESS: Duration = Duration::from_secs(10);

/// Makes what an ingest tells its progress to.
pub type ProgressMaker = Box<dyn Fn() -> Box<dyn IngestProgress> + Send>;

/// Brings a library up to date with its docs root when it is told to, and when files change.
///
/// Clones are one indexer. Without a docs root it does nothing.
#[derive(Debug, Clone, Default)]
pub struct Indexer {
    wishes: Option<SyncSender<()>>,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    updating: Arc<AtomicBool>,
    watching: AtomicBool,
    last: Mutex<Option<LastIngest>>,
    ending: AtomicBool,
    failed: CancellationToken,
    first_error: Mutex<Option<anyhow::Error>>,
    ended: Mutex<Option<Receiver<()>>>,
    watcher: Mutex<Option<RecommendedWatcher>>,
}

/// An ingest that has ended.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[non_exhaustive]
pub struct LastIngest {
    /// When it began, in seconds since 1970-01-01 UTC.
    pub started_at: u64,
    /// When it ended.
    pub ended_at: u64,
    /// What it did, without the details; null if it failed.
    pub report: Option<IngestReport>,
    /// What it found in each document; `GET /api/v1/status/documents` gives it in pages.
    #[serde(skip)]
    pub details: Arc<Vec<DocumentReport>>,
    /// Why it failed; null if it did not.
    pub error: Option<String>,
}

/// Why an ingest cannot be wished for: the server has no docs root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NothingToIndex;

impl Indexer {
    /// Starts to bring `library` up to date with `docs`, and goes on whenever it is told to, on a
    /// thread of its own.
    ///
    /// # Errors
    /// If the system has no threads for it.
    pub fn start(
        library: Arc<Library>,
        docs: PathBuf,
        options: IngestOptions,
        progress: ProgressMaker,
    ) -> anyhow::Result<Self> {
        let (wishes, wished) = sync_channel(1);
        let (ending, ended) = sync_channel(1);
        let state = Arc::new(State {
            updating: Arc::new(AtomicBool::new(true)),
            ended: Mutex::new(Some(ended)),
            ..State::default()
        });
        let run = Run {
            pool: pool()?,
            library,
            docs,
            options,
            progress,
            state: Arc::clone(&state),
        };
        std::thread::spawn(move || {
            run.until_nobody_wishes(&wished);
            // Nobody may be waiting.
            let _unheard = ending.try_send(());
        });
        Ok(Self {
            wishes: Some(wishes),
            state,
        })
    }

    /// Also begins an ingest whenever files below `docs` change; changes below `index`, which may
    /// lie there, are its own.
    ///
    /// # Errors
    /// If the system cannot tell of changes.
    pub fn watch(&self, docs: &Path, index: &Path) -> anyhow::Result<()> {
        let Some(wishes) = self.wishes.clone() else {
            return Ok(());
        };
        let index = index.canonicalize().unwrap_or_else(|_| index.to_path_buf());
        let is_change = move |event: &notify::Event| {
            !event.kind.is_access() && !event.paths.iter().all(|path| path.starts_with(&index))
        };
        let told = move |event: notify::Result<notify::Event>| {
            // After an error events may be missing, so that is reason to look too.
            if event.as_ref().is_ok_and(|event| !is_change(event)) {
                return;
            }
            // A wish that waits already will see this change.
            let _already = wishes.try_send(());
        };
        let docs = docs
            .canonicalize()
            .with_context(|| format!("cannot watch {}", docs.display()))?;
        // A file is often replaced by another of its name, so its folder is what lasts.
        let folder = if docs.is_file() {
            docs.parent().unwrap_or(&docs)
        } else {
            &docs
        };
        let mut watcher = notify::recommended_watcher(told)?;
        watcher.watch(folder, RecursiveMode::Recursive).with_context(|| {
            format!(
                "cannot watch {}: the system may allow more (fs.inotify.max_user_watches); without \
                 --watch, POST /api/v1/reindex says when to look",
                folder.display()
            )
        })?;
        *lock(&self.state.watcher) = Some(watcher);
        self.state.watching.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Wishes for an ingest; it begins when the one under way has ended. True if none was waiting
    /// already.
    ///
    /// # Errors
    /// [`NothingToIndex`] without a docs root.
    pub fn reindex(&self) -> Result<bool, NothingToIndex> {
        match self.wishes.as_ref().ok_or(NothingToIndex)?.try_send(()) {
            Ok(()) => Ok(true),
            Err(TrySendError::Full(())) => Ok(false),
            Err(TrySendError::Disconnected(())) => Err(NothingToIndex),
        }
    }

    /// True while documents are being indexed.
    pub fn updating(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.state.updating)
    }

    /// Whether changed files begin an ingest.
    pub fn is_watching(&self) -> bool {
        self.state.watching.load(Ordering::Relaxed)
    }

    /// The last ingest that has ended, if one has.
    pub fn last(&self) -> Option<LastIngest> {
        lock(&self.state.last).clone()
    }

    /// Cancelled when the first ingest has failed and there is nothing to serve.
    pub fn failed(&self) -> CancellationToken {
        self.state.failed.clone()
    }

    /// Ends: no new ingest begins, and one that is under way is waited for, for at most
    /// `patience`.
    ///
    /// # Errors
    /// The failure of the first ingest, if it left nothing to serve.
    pub fn end(&self, patience: Duration) -> anyhow::Result<()> {
        let state = &self.state;
        state.ending.store(true, Ordering::Relaxed);
        // Wakes it, if it sleeps.
        let _nothing_to_end = self.reindex();
        if let Some(ended) = lock(&state.ended).take() {
            // What was committed stays, whether this ends in time or not.
            let _late = ended.recv_timeout(patience);
        }
        lock(&state.first_error).take().map_or(Ok(()), Err)
    }
}

/// What an ingest needs.
struct Run {
    pool: ThreadPool,
    library: Arc<Library>,
    docs: PathBuf,
    options: IngestOptions,
    progress: ProgressMaker,
    state: Arc<State>,
}

impl Run {
    fn until_nobody_wishes(&self, wished: &Receiver<()>) {
        self.ingest();
        while wished.recv().is_ok() && !self.is_ending() {
            if !until_still(wished) || self.is_ending() {
                return;
            }
            self.ingest();
        }
    }

    fn is_ending(&self) -> bool {
        self.state.ending.load(Ordering::Relaxed)
    }

    fn ingest(&self) {
        let state = &self.state;
        state.updating.store(true, Ordering::Relaxed);
        let started_at = now();
        let progress = (self.progress)();
        let (library, docs, options) = (&self.library, &self.docs, &self.options);
        let events = progress.as_ref();
        let result = self
            .pool
            .install(|| library.ingest_with(docs, options, events));
        drop(progress);
        let error = result.as_ref().err().map(chain);
        let mut report = result.as_ref().ok().cloned();
        let details = report
            .as_mut()
            .map(|report| std::mem::take(&mut report.details));
        *lock(&state.last) = Some(LastIngest {
            started_at,
            ended_at: now(),
            report,
            details: Arc::new(details.unwrap_or_default()),
            error: error.clone(),
        });
        state.updating.store(false, Ordering::Relaxed);
        match result {
            Ok(report) => tracing::info!(
                documents = report.documents.total,
                added = report.documents.added,
                changed = report.documents.changed,
                removed = report.documents.removed,
                generation = report.generation,
                problems = report.problems.len(),
                "up to date"
            ),
            // Whoever ends the server ends this too; what was committed stays.
            Err(Error::Interrupted { .. }) => tracing::info!("the update was stopped"),
            // After a restart on a bad day, yesterday's index is better than none.
            Err(error) if self.library.snapshot().generation() == 0 => {
                *lock(&state.first_error) = Some(error.into());
                state.failed.cancel();
            }
            Err(_) => tracing::error!(
                "not brought up to date: {}; serving what was indexed before",
                error.unwrap_or_default()
            ),
        }
    }
}

/// Threads for indexing alone, which give way to those that answer requests. In the pool that
/// searches share their work in, a search would wait for documents to be parsed.
fn pool() -> anyhow::Result<ThreadPool> {
    let builder = ThreadPoolBuilder::new()
        .thread_name(|number| format!("index-{number}"))
        .start_handler(|_| give_way());
    builder.build().context("cannot start threads for indexing")
}

/// Lowers the priority of this thread, and of those that it starts.
#[cfg(target_os = "linux")]
fn give_way() {
    /// A tenth of the share of a thread of usual priority, while that has work.
    const NICENESS: i32 = 10;
    let this_thread = rustix::thread::gettid();
    // Where it is forbidden, indexing merely takes its full share.
    let _allowed = rustix::process::setpriority_process(Some(this_thread), NICENESS);
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

/// Waits until no wish comes for a while; false if nobody can wish any more.
fn until_still(wished: &Receiver<()>) -> bool {
    let started = Instant::now();
    while started.elapsed() < RESTLESS {
        match wished.recv_timeout(STILL) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// The error and its causes on one line.
fn chain(error: &mcdewey_core::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
