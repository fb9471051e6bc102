//! The full check: every checksum, and that catalogue, text and vectors hold the same chunks.

use std::collections::HashMap;

use super::commit::Commit;
use super::vectors::{Graph, Segment};
use super::writer::UNIT_LENGTH;
use super::{EmbeddedEngine, files};
use crate::engine::{DocumentRecord, Snapshot, TextKey, VerifyReport};

/// Most faults that are listed; a broken disk would give millions.
const MAX_FAULTS: usize = 100;

pub(super) fn verify(engine: &EmbeddedEngine) -> VerifyReport {
    let mut check = Check {
        engine,
        report: VerifyReport::default(),
    };
    match engine.read_commit() {
        Ok(None) => {}
        Ok(Some(commit)) => check.run(&commit),
        Err(error) => check.fault(error.to_string()),
    }
    check.report
}

struct Check<'a> {
    engine: &'a EmbeddedEngine,
    report: VerifyReport,
}

impl Check<'_> {
    fn fault(&mut self, fault: String) {
        if self.report.faults.len() < MAX_FAULTS {
            self.report.faults.push(fault);
        }
    }

    fn run(&mut self, commit: &Commit) {
        self.report.generation = commit.generation;
        self.text_checksums();
        for file in commit.files() {
            self.report.files += 1;
            if let Err(error) = files::open(&self.engine.path, file) {
                self.fault(error.to_string());
            }
        }
        // What is damaged has been named; reading on would only report it again.
        if self.report.faults.is_empty() {
            let keys = self.vectors(commit);
            self.chunks(&keys);
        }
    }

    fn text_checksums(&mut self) {
        match self.engine.text_files() {
            Ok(files) => {
                self.report.files += files.len();
                for file in files {
                    if let Err(error) = self.engine.check_text_file(&file) {
                        self.fault(error.to_string());
                    }
                }
            }
            Err(error) => self.fault(format!("{error}: {}", source_of(&error))),
        }
    }

    /// The text key of every row.
    fn vectors(&mut self, commit: &Commit) -> HashMap<u64, TextKey> {
        let mut keys = HashMap::new();
        let dim = commit.embedder.dim;
        for segment_ref in &commit.vectors {
            match Segment::open(&self.engine.path, &segment_ref.file, dim) {
                Ok(segment) => {
                    self.report.vectors += segment.n_rows();
                    self.unusable_vectors(&segment);
                    keys.extend(segment.row_ids().zip(segment.keys()));
                }
                Err(error) => self.fault(error.to_string()),
            }
            if let Some(graph) = &segment_ref.graph
                && let Err(error) = Graph::open(&self.engine.path, graph, dim, segment_ref.rows)
            {
                self.fault(error.to_string());
            }
        }
        keys
    }

    fn unusable_vectors(&mut self, segment: &Segment) {
        for (row, id) in segment.row_ids().enumerate() {
            let length: f32 = segment.vector(row).iter().map(|x| x * x).sum();
            if !UNIT_LENGTH.contains(&length) {
                self.fault(format!("vector {id} has length {}, not 1", length.sqrt()));
            }
        }
    }

    /// Every chunk of the catalogue is in the text index, and its text has a vector.
    fn chunks(&mut self, keys: &HashMap<u64, TextKey>) {
        let snapshot = match self.engine.open_snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => return self.fault(error.to_string()),
        };
        let rows = snapshot.rows();
        self.report.chunks = rows.len();
        let documents: &[DocumentRecord] = snapshot.documents();
        let ids: Vec<_> = documents
            .iter()
            .flat_map(DocumentRecord::chunk_ids)
            .collect();
        for (id, row) in ids.iter().zip(rows) {
            match snapshot
                .chunks(std::slice::from_ref(id))
                .map(|mut chunks| chunks.pop())
            {
                Ok(Some(Some(chunk))) => {
                    if keys.get(row) != Some(&chunk.text_key) {
                        self.fault(format!("chunk {id} has no vector of its text"));
                    }
                }
                Ok(_) => self.fault(format!("chunk {id} is missing")),
                Err(error) => self.fault(error.to_string()),
            }
        }
    }
}

fn source_of(error: &crate::Error) -> String {
    std::error::Error::source(error).map_or_else(String::new, ToString::to_string)
}
