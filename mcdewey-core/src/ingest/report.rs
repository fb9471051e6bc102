//! What an ingest did, in numbers that add up, and everything that went wrong.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;

use super::plan::Plan;
use super::prepare::Prepared;
use crate::document::{Problem, ProblemKind};
use crate::engine::{DocumentRecord, PageCount, TextCounts};
use crate::shelf::DocumentId;
use crate::source::{PassedOver, SourceProblem};

/// The outcome of an ingest.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct IngestReport {
    /// Documents.
    pub documents: DocumentCounts,
    /// Files of the docs root that are no documents.
    pub files: PassedOver,
    /// Pages of all documents of the library.
    pub pages: PageCount,
    /// What the text of all documents of the library holds.
    pub text: TextCounts,
    /// Chunks of all documents of the library.
    pub chunks: ChunkCounts,
    /// Everything that an operator should know, those of unchanged documents included; by source.
    pub problems: Vec<ReportedProblem>,
    /// The generation that holds the outcome.
    pub generation: u64,
    /// How long it took.
    pub seconds: f64,
    /// The documents that took longest to read and cut, the slowest first; at most ten.
    pub slowest: Vec<SlowDocument>,
    /// Every document of the library, and every one that could not be read; by source. A
    /// server gives them apart, in pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub details: Vec<DocumentReport>,
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
    /// Those of the library whose bytes are exactly those of another, the first of each left out.
    pub duplicates: usize,
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

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// It is new.
    Added,
    /// Its content, its title in the manifest or the way it is cut has changed.
    Changed,
    /// It was not read beyond its hash.
    Unchanged,
    /// It could not be read; if it could before, its last good state is kept.
    Failed,
}

/// What an ingest found in one document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct DocumentReport {
    /// Its file, entry of an archive, or record.
    pub source: String,
    /// Its id; null if it never could be read.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub document_id: Option<DocumentId>,
    /// What became of it.
    pub outcome: Outcome,
    /// Its pages; both counts are 0 if it knows none.
    pub pages: PageCount,
    /// What its text holds.
    #[serde(flatten)]
    pub text: TextCounts,
    /// Its passages.
    pub chunks: u32,
    /// The encoding its text was in, if that was not UTF-8.
    pub encoding: Option<String>,
    /// The first other source with exactly the same bytes.
    pub duplicate_of: Option<String>,
    /// How many problems it has; they are in [`IngestReport::problems`].
    pub problems: usize,
    /// How long it took to read and cut; null if it was not read.
    pub seconds: Option<f64>,
}

/// A document and how long it took to read and cut it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SlowDocument {
    /// Its source.
    pub source: String,
    /// The length of its file, in bytes.
    pub bytes: u64,
    /// How long it took, embedding left out.
    pub seconds: f64,
}

/// How many of the slowest documents are named.
const N_SLOWEST: usize = 10;

/// What is known while an ingest runs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    report: IngestReport,
    /// What became of the documents that are not as they were, by source.
    outcomes: HashMap<String, (Outcome, Option<Duration>)>,
}

impl Tally {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut tally = Self::default();
        tally.report.documents.unchanged = plan.unchanged + plan.moved.len();
        tally.report.documents.removed = plan.removed.len();
        tally.report.files = plan.passed_over.clone();
        for found in &plan.problems {
            if found.problem.kind.is_failure() {
                tally.count(&found.source, Outcome::Failed, None);
            }
            tally.report.problems.push(found.clone().into());
        }
        tally
    }

    pub(super) fn stored(&mut self, prepared: &Prepared) {
        let record = &prepared.record;
        let is_failure = |problem: &Problem| problem.kind.is_failure();
        let outcome = if record.problems.iter().any(is_failure) && prepared.chunks.is_empty() {
            Outcome::Failed
        } else if prepared.is_new {
            Outcome::Added
        } else {
            Outcome::Changed
        };
        self.count(&record.source, outcome, Some(prepared.time));
        self.report.slowest.push(SlowDocument {
            source: record.source.clone(),
            bytes: prepared.bytes,
            seconds: prepared.time.as_secs_f64(),
        });
        if self.report.slowest.len() > 8 * N_SLOWEST {
            self.keep_slowest();
        }
    }

    pub(super) fn failed(&mut self, problem: SourceProblem) {
        self.count(&problem.source, Outcome::Failed, None);
        self.report.problems.push(problem.into());
    }

    fn count(&mut self, source: &str, outcome: Outcome, time: Option<Duration>) {
        let counts = &mut self.report.documents;
        match outcome {
            Outcome::Added => counts.added += 1,
            Outcome::Changed => counts.changed += 1,
            Outcome::Unchanged => counts.unchanged += 1,
            Outcome::Failed => counts.failed += 1,
        }
        self.outcomes.insert(source.to_owned(), (outcome, time));
    }

    fn keep_slowest(&mut self) {
        let slowest = &mut self.report.slowest;
        slowest.sort_by(|a, b| {
            let by_time = b.seconds.total_cmp(&a.seconds);
            by_time.then_with(|| a.source.cmp(&b.source))
        });
        slowest.truncate(N_SLOWEST);
    }

    /// The report on the library as it is now.
    pub(super) fn finish(
        mut self,
        documents: &[DocumentRecord],
        embedded: usize,
        generation: u64,
    ) -> IngestReport {
        self.keep_slowest();
        let mut report = std::mem::take(&mut self.report);
        report.generation = generation;
        report.chunks.embedded = embedded;
        report.documents.total = documents.len();
        for record in documents {
            report.pages += record.pages;
            report.text += record.text;
            report.chunks.total += record.chunks as usize;
            for problem in &record.problems {
                let problem = SourceProblem::new(record.source.clone(), problem.clone());
                report.problems.push(problem.into());
            }
        }
        report.chunks.reused = report.chunks.total.saturating_sub(embedded);
        report.problems.sort();
        report.details = self.details(documents, &report.problems);
        let is_duplicate = |document: &&DocumentReport| document.duplicate_of.is_some();
        report.documents.duplicates = report.details.iter().filter(is_duplicate).count();
        report
    }

    /// One for each document of the library and each that never could be read, by source.
    fn details(
        mut self,
        documents: &[DocumentRecord],
        problems: &[ReportedProblem],
    ) -> Vec<DocumentReport> {
        let mut details: Vec<DocumentReport> = documents
            .iter()
            .map(|record| {
                let outcome = self.outcomes.remove(&record.source);
                DocumentReport::of(record, outcome.unwrap_or((Outcome::Unchanged, None)))
            })
            .collect();
        let unread = self.outcomes.into_keys().map(DocumentReport::unread);
        details.extend(unread);
        details.sort_by(|a, b| a.source.cmp(&b.source));

        let hashes: HashMap<&str, &str> = documents
            .iter()
            .map(|record| (record.source.as_str(), record.content_hash.as_str()))
            .collect();
        let mut first_with: HashMap<&str, String> = HashMap::new();
        for document in &mut details {
            let Some(hash) = hashes.get(document.source.as_str()) else {
                continue;
            };
            document.duplicate_of = first_with.get(hash).cloned();
            first_with
                .entry(hash)
                .or_insert_with(|| document.source.clone());
        }
        for document in &mut details {
            let first = problems.partition_point(|problem| problem.source < document.source);
            let own = problems[first..]
                .iter()
                .take_while(|problem| problem.source == document.source);
            document.problems = own.count();
        }
        details
    }
}

impl DocumentReport {
    fn of(record: &DocumentRecord, (outcome, time): (Outcome, Option<Duration>)) -> Self {
        Self {
            source: record.source.clone(),
            document_id: Some(record.id.clone()),
            outcome,
            pages: record.pages,
            text: record.text,
            chunks: record.chunks,
            encoding: record.encoding.clone(),
            duplicate_of: None,
            problems: 0,
            seconds: time.as_ref().map(Duration::as_secs_f64),
        }
    }

    fn unread(source: String) -> Self {
        Self {
            source,
            document_id: None,
            outcome: Outcome::Failed,
            pages: PageCount::default(),
            text: TextCounts::default(),
            chunks: 0,
            encoding: None,
            duplicate_of: None,
            problems: 0,
            seconds: None,
        }
    }
}
