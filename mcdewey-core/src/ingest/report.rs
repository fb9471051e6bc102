//! What an ingest did, in numbers that add up, and everything that went wrong.

use serde::Serialize;

use super::plan::Plan;
use crate::document::ProblemKind;
use crate::engine::{DocumentRecord, PageCount};
use crate::source::SourceProblem;

/// The outcome of an ingest.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct IngestReport {
    /// Documents.
    pub documents: DocumentCounts,
    /// Pages of all documents of the library.
    pub pages: PageCount,
    /// Chunks of all documents of the library.
    pub chunks: ChunkCounts,
    /// Everything that an operator should know, those of unchanged documents included; by source.
    pub problems: Vec<ReportedProblem>,
    /// The generation that holds the outcome.
    pub generation: u64,
    /// How long it took.
    pub seconds: f64,
}

/// How many documents there are and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct DocumentCounts {
    /// Documents in the library now.
    pub total: usize,
    /// New ones.
    pub added: usize,
    /// Those whose content, manifest title or chunking changed.
    pub changed: usize,
    /// Those that were not read beyond their hash; a change on the shelves counts as none.
    pub unchanged: usize,
    /// Those that are gone from the docs root.
    pub removed: usize,
    /// Those that could not be read; if they could before, their last good state is kept.
    pub failed: usize,
}

/// How many chunks there are and how many had to be embedded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct ChunkCounts {
    /// Chunks in the library now.
    pub total: usize,
    /// Texts embedded by this run.
    pub embedded: usize,
    /// Chunks whose vector was there already, or is shared with another chunk of the same text:
    /// `total - embedded`.
    pub reused: usize,
}

/// A problem and the source it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct ReportedProblem {
    /// The file, folder or record.
    pub source: String,
    /// Where in it: `line 12`; empty for all of it.
    pub place: String,
    /// What kind of problem.
    pub kind: ProblemKind,
    /// What happened.
    pub message: String,
}

impl From<SourceProblem> for ReportedProblem {
    fn from(SourceProblem { source, problem }: SourceProblem) -> Self {
        Self {
            source,
            place: problem.place,
            kind: problem.kind,
            message: problem.message,
        }
    }
}

impl IngestReport {
    pub(super) fn new(plan: &Plan) -> Self {
        let unreadable = plan
            .problems
            .iter()
            .filter(|found| found.problem.kind.is_failure());
        Self {
            documents: DocumentCounts {
                unchanged: plan.unchanged + plan.moved.len(),
                removed: plan.removed.len(),
                failed: unreadable.count(),
                ..DocumentCounts::default()
            },
            problems: plan.problems.iter().cloned().map(Into::into).collect(),
            ..Self::default()
        }
    }

    pub(super) fn stored(&mut self, is_new: bool, nothing_read: bool) {
        let counts = &mut self.documents;
        let counter = match (nothing_read, is_new) {
            (true, _) => &mut counts.failed,
            (false, true) => &mut counts.added,
            (false, false) => &mut counts.changed,
        };
        *counter += 1;
    }

    pub(super) fn failed(&mut self, problem: SourceProblem) {
        self.documents.failed += 1;
        self.problems.push(problem.into());
    }

    pub(super) fn embedded(&mut self, texts: usize) {
        self.chunks.embedded = texts;
    }

    /// Fills in the totals from the library as it is now.
    pub(super) fn summarise(&mut self, documents: &[DocumentRecord]) {
        self.documents.total = documents.len();
        for record in documents {
            self.pages.total += record.pages.total;
            self.pages.empty += record.pages.empty;
            self.chunks.total += record.chunks as usize;
            for problem in &record.problems {
                let problem = SourceProblem::new(record.source.clone(), problem.clone());
                self.problems.push(problem.into());
            }
        }
        self.chunks.reused = self.chunks.total.saturating_sub(self.chunks.embedded);
        self.problems.sort();
    }
}
