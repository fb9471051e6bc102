//! A docs root in, an up-to-date index out, and an honest report of what happened.
//!
//! ```text
//! scan -> plan: what is new, changed, gone -> prepare: parse and cut -> embed -> store -> commit
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`IngestOptions`] and the order of the steps |
//! | `plan.rs` | compares the docs root with the index |
//! | `prepare.rs` | one document: read, parse, cut |
//! | `store.rs` | embeds what is new, stores, commits now and then |
//! | `progress.rs` | what a caller is told while it runs, and how it stops it |
//! | `report.rs` | [`IngestReport`] |
//! | `reembed.rs` | the same chunks with another model, from stored text |

mod plan;
mod prepare;
mod progress;
mod reembed;
mod report;
mod store;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::{Duration, Instant};

use self::plan::Plan;
pub use self::progress::{IngestEvent, IngestProgress};
pub use self::reembed::{ReembedReport, reembed};
use self::report::Tally;
pub use self::report::{
    ChunkCounts, DocumentCounts, DocumentReport, IngestReport, Outcome, ReportedProblem,
    SlowDocument,
};
use self::store::Store;
use crate::chunk::ChunkSettings;
use crate::embed::Embedder;
use crate::engine::{EmbedderIdentity, Engine};
use crate::isolate::{Isolation, Parser};
use crate::parse::{Format, Limits};
use crate::{Result, source};

/// How documents are cut and how often the work is committed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IngestOptions {
    /// Size and overlap of chunks. Default: [`ChunkSettings::default`], within the model's limit.
    pub chunks: ChunkSettings,
    /// Work is committed when this much time has passed since the last commit. Default: 30 s.
    /// A crash or an interruption loses at most this.
    pub checkpoint: Duration,
    /// How much of a file is read. Default: [`Limits::default`].
    pub limits: Limits,
    /// Where files are parsed. Default: within this process.
    pub isolation: Isolation,
}

impl Default for IngestOptions {
    fn default() -> Self {
        Self {
            chunks: ChunkSettings::default(),
            checkpoint: Duration::from_secs(30),
            limits: Limits::default(),
            isolation: Isolation::default(),
        }
    }
}

impl IngestOptions {
    /// Sets size and overlap of chunks.
    #[must_use]
    pub fn with_chunks(mut self, chunks: ChunkSettings) -> Self {
        self.chunks = chunks;
        self
    }

    /// Sets the time between commits; zero commits after every document.
    #[must_use]
    pub fn with_checkpoint(mut self, checkpoint: Duration) -> Self {
        self.checkpoint = checkpoint;
        self
    }

    /// Sets how much of a file is read.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets where files are parsed.
    #[must_use]
    pub fn with_isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }
}

/// Brings the index up to date with the docs root `docs`: a folder, or a `.jsonl` file.
///
/// A document that cannot be read is in the report, never an error; its last good state stays.
/// `events` is told what happens, and may stop it.
///
/// # Errors
/// [`Error::Manifest`](crate::Error::Manifest) if a manifest is wrong: nothing is changed then.
/// [`Error::Interrupted`](crate::Error::Interrupted) if `events` said so. Otherwise if the index
/// cannot be written or the model fails; what was committed before stays.
pub fn ingest(
    engine: &dyn Engine,
    embedder: &dyn Embedder,
    docs: &Path,
    options: &IngestOptions,
    events: &dyn IngestProgress,
) -> Result<IngestReport> {
    let started = Instant::now();
    let chunks = fitting(&options.chunks, embedder)?;
    let scan = source::scan(docs, &|path| Format::of_path(path.as_str()).is_some())?;
    let mut writer = engine.writer(EmbedderIdentity::of(embedder))?;
    let parser = Parser::new(options.isolation.clone(), options.limits.clone());
    let settings = prepare::settings_name(&chunks, &options.limits, embedder);
    let plan = Plan::new(docs, scan, &writer.documents(), &settings)?;

    let mut tally = Tally::new(&plan);
    let mut store = Store::new(writer.as_mut(), embedder, events, options.checkpoint, &plan);
    store.apply_removals_and_moves(&plan)?;
    for batch in plan.batches() {
        let prepared = prepare::all(batch, &parser, &chunks, embedder, &settings);
        store.put(prepared, &mut tally)?;
    }
    let embedded = store.embedded();
    let generation = store.finish()?;
    let mut report = tally.finish(&writer.documents(), embedded, generation);
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// The model reads no more than its limit, so no chunk may be larger.
fn fitting(settings: &ChunkSettings, embedder: &dyn Embedder) -> Result<ChunkSettings> {
    settings.with_max_tokens(settings.max_tokens().min(embedder.token_limit()))
}
