//! The docs root compared with the index: what is new, changed, moved on the shelves, or gone.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use rayon::prelude::*;

use crate::document::Problem;
use crate::engine::DocumentRecord;
use crate::shelf::DocumentId;
use crate::source::{Item, PassedOver, Scan, SourceProblem};
use crate::{Error, Result};

/// Documents prepared together: enough to keep all cores busy, few enough to hold in memory.
const BATCH_DOCUMENTS: usize = 32;
/// And at most this many bytes, unless one document alone is larger.
const BATCH_BYTES: u64 = 4 << 20;

/// What has to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// New or changed documents, by source.
    pub(super) changed: Vec<Changed>,
    /// Records of documents whose content is as it was but whose shelf changed.
    pub(super) moved: Vec<DocumentRecord>,
    /// Ids of documents that are gone.
    pub(super) removed: Vec<DocumentId>,
    pub(super) unchanged: usize,
    /// What the scan and the reading of files had to leave out.
    pub(super) problems: Vec<SourceProblem>,
    /// Files that are no documents.
    pub(super) passed_over: PassedOver,
}

/// A document to be indexed.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) item: Item,
    pub(super) bytes: u64,
    pub(super) is_new: bool,
}

/// What comparing one item gave.
enum Verdict {
    Changed { bytes: u64, is_new: bool },
    Moved(Box<DocumentRecord>),
    Unchanged,
    Unreadable(Problem),
}

impl Plan {
    /// # Errors
    /// If the docs root holds nothing while the index holds something: it is more likely that a
    /// disk is not mounted than that every manual is gone.
    pub(super) fn new(
        docs: &Path,
        scan: Scan,
        known: &[DocumentRecord],
        settings: &str,
    ) -> Result<Self> {
        if scan.items.is_empty() && !known.is_empty() {
            return Err(Error::Setting {
                name: "the docs root",
                given: format!("{}, which holds no document", docs.display()),
                allowed: format!(
                    "one that holds some: the index has {}; remove the index directory to start anew",
                    known.len()
                ),
            });
        }
        let by_id: BTreeMap<&DocumentId, &DocumentRecord> =
            known.iter().map(|record| (&record.id, record)).collect();
        let verdicts: Vec<Verdict> = scan
            .items
            .par_iter()
            .map(|item| compare(item, by_id.get(&item.id).copied(), settings))
            .collect();
        let mut plan = Self {
            problems: scan.problems,
            passed_over: scan.passed_over,
            ..Self::default()
        };
        let mut present: HashSet<DocumentId> = HashSet::new();
        for (item, verdict) in scan.items.into_iter().zip(verdicts) {
            present.insert(item.id.clone());
            plan.take(item, verdict);
        }
        let unread: Vec<String> = scan
            .unread_folders
            .iter()
            .map(|folder| format!("{}/", folder.as_str()))
            .collect();
        // What lies in a folder that cannot be read now is unknown, not gone.
        let is_gone = |record: &&DocumentRecord| {
            let source = &record.source;
            !present.contains(&record.id) && !unread.iter().any(|folder| source.starts_with(folder))
        };
        let gone = known.iter().filter(is_gone);
        plan.removed = gone.map(|record| record.id.clone()).collect();
        Ok(plan)
    }

    fn take(&mut self, item: Item, verdict: Verdict) {
        match verdict {
            Verdict::Changed { bytes, is_new } => self.changed.push(Changed {
                item,
                bytes,
                is_new,
            }),
            Verdict::Moved(record) => self.moved.push(*record),
            Verdict::Unchanged => self.unchanged += 1,
            // If it could be read before, its last good state stays.
            Verdict::Unreadable(problem) => {
                self.problems.push(SourceProblem::new(item.source, problem));
            }
        }
    }

    /// Bytes of all new or changed documents.
    pub(super) fn bytes(&self) -> u64 {
        self.changed.iter().map(|changed| changed.bytes).sum()
    }

    /// The changed documents in groups that are prepared together.
    pub(super) fn batches(&self) -> Vec<&[Changed]> {
        let mut batches = Vec::new();
        let mut start = 0;
        let mut bytes = 0;
        for (index, changed) in self.changed.iter().enumerate() {
            let full = index - start == BATCH_DOCUMENTS || bytes + changed.bytes > BATCH_BYTES;
            if index > start && full {
                batches.push(&self.changed[start..index]);
                (start, bytes) = (index, 0);
            }
            bytes += changed.bytes;
        }
        if start < self.changed.len() {
            batches.push(&self.changed[start..]);
        }
        batches
    }
}

fn compare(item: &Item, known: Option<&DocumentRecord>, settings: &str) -> Verdict {
    let (hash, bytes) = match item.hash() {
        Ok((hash, bytes)) => (hash.to_hex().to_string(), bytes),
        Err(problem) => return Verdict::Unreadable(problem),
    };
    let Some(known) = known else {
        return Verdict::Changed {
            bytes,
            is_new: true,
        };
    };
    // The manifest's title is read by the model together with each passage.
    let same_text = known.content_hash == hash
        && known.settings == settings
        && known.source == item.source
        && known.shelf.title == item.shelf.title;
    if !same_text {
        return Verdict::Changed {
            bytes,
            is_new: false,
        };
    }
    if known.shelf == item.shelf {
        return Verdict::Unchanged;
    }
    let mut record = known.clone();
    if item.shelf.date != record.shelf.date {
        record.date.clone_from(&item.shelf.date);
    }
    record.shelf = item.shelf.clone();
    Verdict::Moved(Box::new(record))
}
