//! Changes, and the one way to commit them.
//!
//! ```text
//! 1. vectors/<serial>.vec      new rows       written, hashed, synced, renamed, folder synced
//! 2. catalog/<serial>.json     all documents  likewise
//! 3. tantivy prepares: segment files written and synced
//! 4. meta.json, its payload naming all of it, is renamed into place: the commit
//! 5. files that neither this commit nor the one before names are removed
//! ```
//!
//! A crash before step 4 leaves the old generation, one after it the new one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{SystemTime, UNIX_EPOCH};

use rayon::prelude::*;
use tantivy::indexer::NoMergePolicy;
use tantivy::{IndexWriter, TantivyDocument, Term};

use super::catalog::{self, Entry};
use super::commit::{Commit, FORMAT, SegmentRef};
use super::lock::WriterLock;
use super::schema::{Fields, sketch_words, stemmed_in};
use super::vectors::{
    MAX_ROWS, Row, Segment, SegmentSize, segments_to_merge, wants_graph, write_graph, write_segment,
};
use super::{EmbeddedEngine, files, text_failed};
use crate::analyze::{self, Language};
use crate::engine::{
    DocumentRecord, EmbedderIdentity, Sketch, StoredChunk, TermCounts, TextKey, Writer,
};
use crate::shelf::DocumentId;
use crate::{Error, Result};

/// tantivy's buffer before it writes a segment, in bytes.
const BUFFER_BYTES: usize = 128 << 20;

/// Text segments below this many chunks are merged when they become many.
const SMALL_TEXT_SEGMENT: u32 = 20_000;
/// How many of them may stay.
const MAX_SMALL_TEXT_SEGMENTS: usize = 4;

/// What the squared length of a vector may be, rounding of the model's included.
pub(super) const UNIT_LENGTH: std::ops::Range<f32> = 0.98..1.02;

/// See the module's documentation.
pub(super) struct EmbeddedWriter {
    engine: EmbeddedEngine,
    text: IndexWriter,
    _lock: WriterLock,
    embedder: EmbedderIdentity,
    /// The newest commit, and the one before: readers may still be opening that one.
    committed: Option<Commit>,
    previous: Option<Commit>,
    entries: BTreeMap<DocumentId, Entry>,
    next_document: u64,
    next_row: u64,
    rows: HashMap<TextKey, u64>,
    segments: Vec<SegmentRef>,
    pending: Vec<(u64, TextKey, Vec<f32>)>,
    /// Whether there is something to commit.
    changed: bool,
}

impl std::fmt::Debug for EmbeddedWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("EmbeddedWriter")
            .field("documents", &self.entries.len())
            .field("pending_vectors", &self.pending.len())
            .finish_non_exhaustive()
    }
}

impl EmbeddedWriter {
    /// `keep_vectors` says whether stored vectors may be used; they must then be `embedder`'s.
    pub(super) fn open(
        engine: &EmbeddedEngine,
        embedder: EmbedderIdentity,
        keep_vectors: bool,
    ) -> Result<Self> {
        let lock = WriterLock::acquire(&engine.path)?;
        let committed = engine.read_commit()?;
        let foreign = committed
            .as_ref()
            .filter(|commit| commit.embedder.fingerprint != embedder.fingerprint);
        if let (Some(commit), true) = (foreign, keep_vectors) {
            return Err(Error::EmbedderMismatch {
                index: commit.embedder.fingerprint.clone(),
                given: embedder.fingerprint,
            });
        }
        let text: IndexWriter = engine
            .index
            .writer_with_num_threads(1, BUFFER_BYTES)
            .map_err(text_failed("start writing"))?;
        // Merges run in `finish` only: their time and their result are the same every time.
        text.set_merge_policy(Box::new(NoMergePolicy));
        let mut writer = Self {
            engine: engine.clone(),
            text,
            _lock: lock,
            embedder,
            previous: None,
            entries: BTreeMap::new(),
            next_document: 0,
            next_row: 0,
            rows: HashMap::new(),
            segments: Vec::new(),
            pending: Vec::new(),
            changed: false,
            committed,
        };
        writer.load(keep_vectors)?;
        writer.sweep()?;
        Ok(writer)
    }

    fn load(&mut self, keep_vectors: bool) -> Result<()> {
        let Some(commit) = self.committed.clone() else {
            return Ok(());
        };
        let entries = catalog::read(&self.engine.path, &commit.catalog)?;
        self.entries = entries
            .into_iter()
            .map(|entry| (entry.record.id.clone(), entry))
            .collect();
        (self.next_document, self.next_row) = (commit.next_document, commit.next_row);
        if keep_vectors {
            self.load_vectors(&commit)?;
        }
        Ok(())
    }

    /// Learns which texts have a vector. Damaged files are dropped and repaired: a graph by
    /// `finish`, vectors by marking their documents as never seen.
    fn load_vectors(&mut self, commit: &Commit) -> Result<()> {
        for segment_ref in &commit.vectors {
            let mut segment_ref = segment_ref.clone();
            match self.open_segment(&segment_ref) {
                Ok(segment) => self.rows.extend(segment.keys().zip(segment.row_ids())),
                Err(_damaged) => continue,
            }
            let graph = segment_ref.graph.as_ref();
            if graph.is_some_and(|file| files::open(&self.engine.path, file).is_err()) {
                segment_ref.graph = None;
            }
            self.segments.push(segment_ref);
        }
        if self.segments.len() < commit.vectors.len() {
            self.forget_documents_without_vectors()?;
        }
        Ok(())
    }

    fn forget_documents_without_vectors(&mut self) -> Result<()> {
        let stored: HashSet<u64> = self.rows.values().copied().collect();
        let snapshot = self.engine.open_snapshot()?;
        for (chunk, row) in snapshot.rows().iter().enumerate() {
            if stored.contains(row) {
                continue;
            }
            let id = snapshot.document_of(chunk).map(|record| &record.id);
            if let Some(entry) = id.and_then(|id| self.entries.get_mut(id)) {
                entry.record.content_hash.clear();
            }
        }
        Ok(())
    }

    fn open_segment(&self, segment: &SegmentRef) -> Result<Segment> {
        Segment::open(&self.engine.path, &segment.file, self.embedder.dim)
    }

    fn fields(&self) -> &Fields {
        &self.engine.fields
    }

    fn delete_chunks(&self, key: u64) {
        let term = Term::from_field_u64(self.fields().document, key);
        self.text.delete_term(term);
    }

    fn add_chunk(
        &self,
        key: u64,
        record: &DocumentRecord,
        chunk: &StoredChunk,
    ) -> Result<TermCounts> {
        let row = *self.rows.get(&chunk.text_key).ok_or(Error::VectorIndex {
            action: "store a chunk",
            message: format!("chunk {} of its document has no vector", chunk.ordinal),
        })?;
        let fields = self.fields();
        let title = record.title.as_deref().unwrap_or_default();
        let heading = chunk.heading_path.join("\n");
        let body = &chunk.body.text;
        let json = serde_json::to_vec(chunk).expect("a chunk is plain data");
        let mut document = TantivyDocument::new();
        let language = record.language();
        for (field, text) in [
            (fields.title, title),
            (fields.heading, &heading),
            (fields.body, body),
        ] {
            if language == Language::English {
                document.add_text(field, text);
            } else {
                document.add_pre_tokenized_text(field, stemmed_in(language, text));
            }
        }
        document.add_text(fields.exact, body);
        document.add_text(fields.key, body);
        document.add_text(fields.key, &heading);
        document.add_text(fields.code, analyze::code(body, record.layout));
        if let Some(pages) = &chunk.pages {
            document.add_u64(fields.first_page, u64::from(pages.first));
            document.add_u64(fields.last_page, u64::from(pages.last));
        }
        document.add_u64(fields.document, key);
        document.add_u64(fields.ordinal, u64::from(chunk.ordinal));
        document.add_u64(fields.row, row);
        let sketch = Sketch::of(&chunk.heading_path, chunk.body.own());
        for (field, word) in fields.sketch.into_iter().zip(sketch_words(&sketch)) {
            document.add_u64(field, word);
        }
        document.add_bytes(fields.chunk, &json);
        self.text
            .add_document(document)
            .map_err(text_failed("add a chunk"))?;
        Ok(TermCounts {
            title: analyze::count(title) as u64,
            heading: analyze::count(&heading) as u64,
            body: analyze::count(body) as u64,
        })
    }

    /// Writes the vectors that are new since the last commit.
    fn write_pending(&mut self, serial: u64) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        for (part, rows) in pending.chunks(MAX_ROWS).enumerate() {
            let rows: Vec<_> = rows
                .iter()
                .map(|(id, key, vector)| (*id, *key, vector.as_slice()))
                .collect();
            let segment = self.write_segment(&format!("{serial:08}-{part}"), &rows)?;
            self.segments.push(segment);
        }
        Ok(())
    }

    fn write_segment(&self, name: &str, rows: &[Row<'_>]) -> Result<SegmentRef> {
        Ok(SegmentRef {
            rows: rows.len(),
            file: write_segment(&self.engine.path, name, self.embedder.dim, rows)?,
            graph: None,
        })
    }

    /// Makes the file names of the next commit new.
    fn next_serial(&self) -> u64 {
        self.committed.as_ref().map_or(0, |commit| commit.serial) + 1
    }

    fn commit_as(&mut self, generation: u64) -> Result<()> {
        let serial = self.next_serial();
        self.write_pending(serial)?;
        let entries: Vec<&Entry> = self.entries.values().collect();
        let commit = Commit {
            format: FORMAT,
            generation,
            serial,
            written_at: seconds_since_1970(),
            embedder: self.embedder.clone(),
            catalog: catalog::write(&self.engine.path, serial, &entries)?,
            vectors: self.segments.clone(),
            next_document: self.next_document,
            next_row: self.next_row,
        };
        let mut prepared = self
            .text
            .prepare_commit()
            .map_err(text_failed("prepare a commit"))?;
        prepared.set_payload(&commit.to_payload());
        prepared.commit().map_err(text_failed("commit"))?;
        self.previous = self.committed.replace(commit);
        self.changed = false;
        self.sweep()
    }

    /// Removes files that no commit a reader may be opening names.
    fn sweep(&self) -> Result<()> {
        let kept = [&self.committed, &self.previous];
        let names: HashSet<&str> = kept
            .into_iter()
            .flatten()
            .flat_map(Commit::files)
            .map(|file| file.name.as_str())
            .collect();
        for folder in ["catalog", "vectors"] {
            files::sweep(&self.engine.path.join(folder), |name| {
                names.contains(format!("{folder}/{name}").as_str())
            })?;
        }
        Ok(())
    }

    /// Merges small text segments and rewrites those that hold deleted chunks, so that word
    /// statistics are exact again; true if anything changed. tantivy keeps the payload.
    fn tidy_text(&mut self) -> Result<bool> {
        let segments = self
            .engine
            .index
            .searchable_segment_metas()
            .map_err(text_failed("list segments"))?;
        let (small, large): (Vec<_>, Vec<_>) = segments
            .iter()
            .partition(|segment| segment.num_docs() < SMALL_TEXT_SEGMENT);
        let mut merges: Vec<Vec<_>> = large
            .iter()
            .filter(|segment| segment.has_deletes())
            .map(|segment| vec![segment.id()])
            .collect();
        if small.len() > MAX_SMALL_TEXT_SEGMENTS || small.iter().any(|s| s.has_deletes()) {
            merges.push(small.iter().map(|segment| segment.id()).collect());
        }
        if !merges.is_empty() {
            // A merge would give damaged content a new and correct checksum.
            for file in self.engine.text_files()? {
                self.engine.check_text_file(&file)?;
            }
        }
        let changed = !merges.is_empty();
        for segments in merges {
            let merged = self.text.merge(&segments);
            merged.wait().map_err(text_failed("merge segments"))?;
        }
        let collected = self.text.garbage_collect_files();
        collected.wait().map_err(text_failed("remove old files"))?;
        Ok(changed)
    }

    /// Merges vector segments and builds missing graphs; true if anything changed.
    fn tidy_vectors(&mut self) -> Result<bool> {
        let serial = self.next_serial();
        let snapshot = self.engine.open_snapshot()?;
        let live: HashSet<u64> = snapshot.rows().iter().copied().collect();
        let opened = self
            .segments
            .iter()
            .map(|segment| self.open_segment(segment))
            .collect::<Result<Vec<_>>>()?;
        let sizes: Vec<_> = opened
            .iter()
            .map(|segment| SegmentSize {
                rows: segment.n_rows(),
                live: segment.row_ids().filter(|row| live.contains(row)).count(),
            })
            .collect();
        let merged = segments_to_merge(&sizes);
        if !merged.is_empty() {
            let new = self.merge_segments(serial, &opened, &merged, &live)?;
            let mut indices = 0..;
            self.segments
                .retain(|_| !indices.next().is_some_and(|index| merged.contains(&index)));
            self.segments.extend(new);
            self.rows.retain(|_, row| live.contains(row));
        }
        self.build_graphs(serial)?;
        // They differ also when a damaged file was dropped.
        let committed = self.committed.as_ref().map(|commit| &commit.vectors);
        Ok(committed != Some(&self.segments))
    }

    fn merge_segments(
        &self,
        serial: u64,
        opened: &[Segment],
        merged: &[usize],
        live: &HashSet<u64>,
    ) -> Result<Vec<SegmentRef>> {
        let mut rows: Vec<_> = merged
            .iter()
            .flat_map(|&index| {
                let segment = &opened[index];
                let vectors = (0..segment.n_rows()).map(|row| segment.vector(row));
                let named = segment.row_ids().zip(segment.keys()).zip(vectors);
                named.map(|((id, key), vector)| (id, key, vector))
            })
            .filter(|(id, _, _)| live.contains(id))
            .collect();
        rows.sort_unstable_by_key(|&(id, _, _)| id);
        rows.chunks(MAX_ROWS)
            .enumerate()
            .map(|(part, rows)| self.write_segment(&format!("{serial:08}-m{part}"), rows))
            .collect()
    }

    /// Builds the graphs that are missing, one thread each.
    fn build_graphs(&mut self, serial: u64) -> Result<()> {
        let missing: Vec<usize> = (0..self.segments.len())
            .filter(|&index| {
                let segment = &self.segments[index];
                segment.graph.is_none() && wants_graph(segment.rows)
            })
            .collect();
        let built = missing
            .par_iter()
            .map(|&index| {
                let segment = self.open_segment(&self.segments[index])?;
                let name = format!("{serial:08}-{index}");
                write_graph(&self.engine.path, &name, &segment, self.embedder.dim)
            })
            .collect::<Result<Vec<_>>>()?;
        for (&index, file) in missing.iter().zip(built) {
            self.segments[index].graph = Some(file);
        }
        Ok(())
    }
}

impl Writer for EmbeddedWriter {
    fn generation(&self) -> u64 {
        self.committed
            .as_ref()
            .map_or(0, |commit| commit.generation)
    }

    fn documents(&self) -> Vec<DocumentRecord> {
        let entries = self.entries.values();
        entries.map(|entry| entry.record.clone()).collect()
    }

    fn has_vector(&self, key: &TextKey) -> bool {
        self.rows.contains_key(key)
    }

    fn put_vector(&mut self, key: TextKey, vector: &[f32]) -> Result<()> {
        if vector.len() != self.embedder.dim {
            return Err(Error::VectorIndex {
                action: "store a vector",
                message: format!(
                    "it has {} components, not {}",
                    vector.len(),
                    self.embedder.dim
                ),
            });
        }
        let length: f32 = vector.iter().map(|component| component * component).sum();
        if !UNIT_LENGTH.contains(&length) {
            return Err(Error::VectorIndex {
                action: "store a vector",
                message: format!("its length is {}, not 1", length.sqrt()),
            });
        }
        if !self.rows.contains_key(&key) {
            self.rows.insert(key, self.next_row);
            self.pending.push((self.next_row, key, vector.to_vec()));
            self.next_row += 1;
            self.changed = true;
        }
        Ok(())
    }

    fn put_document(&mut self, mut record: DocumentRecord, chunks: &[StoredChunk]) -> Result<()> {
        self.remove_document(&record.id)?;
        let key = self.next_document;
        self.next_document += 1;
        record.chunks = u32::try_from(chunks.len()).expect("ordinals are u32");
        let mut terms = TermCounts::default();
        for chunk in chunks {
            terms += self.add_chunk(key, &record, chunk)?;
        }
        record.terms = terms;
        self.entries
            .insert(record.id.clone(), Entry { key, record });
        self.changed = true;
        Ok(())
    }

    fn put_record(&mut self, mut record: DocumentRecord) {
        if let Some(entry) = self.entries.get_mut(&record.id) {
            record.chunks = entry.record.chunks;
            record.terms = entry.record.terms;
            self.changed |= entry.record != record;
            entry.record = record;
        }
    }

    fn remove_document(&mut self, id: &DocumentId) -> Result<()> {
        if let Some(entry) = self.entries.remove(id) {
            self.delete_chunks(entry.key);
            self.changed = true;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<u64> {
        if self.changed || self.committed.is_none() {
            self.commit_as(self.generation() + 1)?;
        }
        Ok(self.generation())
    }

    fn finish(&mut self) -> Result<u64> {
        self.commit()?;
        // Also when nothing was committed: a writer before may have been stopped half way.
        let text_changed = self.tidy_text()?;
        if self.tidy_vectors()? || text_changed {
            self.commit_as(self.generation() + 1)?;
        }
        Ok(self.generation())
    }
}

fn seconds_since_1970() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}
