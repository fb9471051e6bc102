//! One generation, opened: catalogue and columns in memory, the rest mapped.

use std::cmp::Ordering;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tantivy::schema::Value;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::commit::{Commit, SegmentFiles};
use super::schema::{self, Fields, SKETCH};
use super::text::{self, Known, NO_CHUNK, Statistics};
use super::top::{ChunkIdx, Top};
use super::vectors::{Admitted, VectorSet};
use super::{catalog, files, guarded, order};
use crate::engine::{
    ChunkSketch, DocumentRecord, EmbedderIdentity, EngineStatus, Filter, Pattern, Ranking, Scored,
    Snapshot, StoredChunk, TermCounts, WordSet,
};
use crate::query::Query;
use crate::shelf::ChunkId;
use crate::{Error, Result};

/// A commit and everything that answers from it.
#[derive(Debug)]
pub(super) struct EmbeddedSnapshot {
    path: PathBuf,
    fields: Fields,
    opened: Option<Opened>,
}

struct Opened {
    commit: Commit,
    searcher: Searcher,
    documents: Vec<DocumentRecord>,
    terms: TermCounts,
    chunks: ChunkTable,
    /// By chunk, its place in the order of ids.
    id_rank: Vec<u32>,
    /// Mapped at once, because a later commit may remove the files.
    vector_files: Vec<SegmentFiles>,
    /// Read by the first search that needs it: a lexical search never reads a vector.
    vectors: OnceLock<VectorSet>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Opened(generation {})", self.commit.generation)
    }
}

/// Chunks are numbered by document id, then ordinal.
#[derive(Debug, Default)]
struct ChunkTable {
    /// First chunk of each document, and one past the last chunk of all.
    first: Vec<ChunkIdx>,
    address: Vec<DocAddress>,
    row: Vec<u64>,
    /// By tantivy segment, then document.
    of_document: Vec<Vec<ChunkIdx>>,
}

impl EmbeddedSnapshot {
    /// An index in which nothing was ever committed.
    pub(super) fn empty(path: &Path, fields: Fields) -> Self {
        Self {
            path: path.to_path_buf(),
            fields,
            opened: None,
        }
    }

    pub(super) fn open(
        path: &Path,
        fields: Fields,
        commit: Commit,
        searcher: Searcher,
    ) -> Result<Self> {
        let entries = catalog::read(path, &commit.catalog)?;
        let chunks = guarded("read its columns", || {
            Ok(ChunkTable::read(&searcher, &entries))
        })?
        .map_err(|detail| Error::Corrupt {
            path: path.join("text"),
            detail,
        })?;
        let vectors = commit
            .vectors
            .iter()
            .map(|segment| segment.map(path))
            .collect();
        let documents: Vec<_> = entries.into_iter().map(|entry| entry.record).collect();
        let mut terms = TermCounts::default();
        for record in &documents {
            terms += record.terms;
        }
        Ok(Self {
            path: path.to_path_buf(),
            fields,
            opened: Some(Opened {
                id_rank: order::id_ranks(&documents),
                commit,
                searcher,
                documents,
                terms,
                chunks,
                vector_files: vectors,
                vectors: OnceLock::new(),
            }),
        })
    }

    /// Row ids in use, one for each chunk.
    pub(super) fn rows(&self) -> &[u64] {
        self.opened
            .as_ref()
            .map_or(&[], |opened| &opened.chunks.row)
    }

    /// The document of a chunk, by its number.
    pub(super) fn document_of(&self, chunk: usize) -> Option<&DocumentRecord> {
        let opened = self.opened.as_ref()?;
        let document = opened.chunks.document_of(u32::try_from(chunk).ok()?);
        opened.documents.get(document)
    }

    /// The vectors, opened now if they were not yet.
    fn vector_set(&self) -> Option<&VectorSet> {
        let opened = self.opened.as_ref()?;
        Some(opened.vectors.get_or_init(|| {
            VectorSet::open(
                &opened.vector_files,
                opened.commit.embedder.dim,
                &opened.chunks.row,
            )
        }))
    }
}

impl Snapshot for EmbeddedSnapshot {
    fn generation(&self) -> u64 {
        self.opened
            .as_ref()
            .map_or(0, |opened| opened.commit.generation)
    }

    fn written_at(&self) -> Option<u64> {
        self.opened.as_ref().map(|opened| opened.commit.written_at)
    }

    fn embedder(&self) -> Option<&EmbedderIdentity> {
        self.opened.as_ref().map(|opened| &opened.commit.embedder)
    }

    fn documents(&self) -> &[DocumentRecord] {
        self.opened.as_ref().map_or(&[], |opened| &opened.documents)
    }

    fn status(&self) -> EngineStatus {
        let mut status = EngineStatus {
            bytes: files::disk_usage(&self.path),
            ..EngineStatus::default()
        };
        if let Some(vectors) = self.vector_set() {
            (status.vectors, status.vectors_in_graphs) = vectors.counts();
            status.degraded.clone_from(&vectors.degraded);
        }
        status
    }

    fn lexical(&self, query: &Query, filter: &Filter, limit: usize) -> Result<Ranking> {
        let Some(opened) = &self.opened else {
            return Ok(Ranking::new());
        };
        let selection = self.select(opened, filter)?;
        let admits = |chunk: ChunkIdx| {
            selection
                .as_ref()
                .is_none_or(|selection| selection.flags[chunk as usize])
        };
        // As many as are looked at more closely, so that a shorter ranking begins as a longer one.
        let mut top = Top::new(limit.max(text::CLOSER), |a, b| opened.order(a, b));
        let known = opened.known(filter);
        let statistics = self.statistics(opened, known.as_ref());
        let (best, closer) = guarded("search", || {
            text::search(&statistics, query, admits, &mut top)?;
            let best = top.into_vec();
            let closer = best.iter().take(text::CLOSER);
            let addresses = opened.addresses(closer.map(|&(_, chunk)| chunk));
            let closer = text::neighbours(&statistics, query, &addresses)?;
            Ok((best, closer))
        })?;
        let rest = std::iter::repeat(text::Neighbours::default());
        let best = best.into_iter().zip(closer.into_iter().chain(rest));
        let mut best: Vec<(f32, ChunkIdx, f32)> = best
            .map(|((score, chunk), found)| (score + found.pairs, chunk, found.in_a_row))
            .collect();
        // What is looked at more closely gains by it, so it stays before the rest.
        best.sort_by(|a, b| {
            let by_score = b.0.total_cmp(&a.0);
            by_score.then_with(|| opened.order(a.1, b.1))
        });
        best.truncate(limit);
        let scored = best.into_iter().map(|(score, chunk, in_a_row)| {
            Scored::new(opened.id(chunk), score).with_in_a_row(in_a_row)
        });
        Ok(scored.collect())
    }

    fn words(&self, query: &Query, ids: &[ChunkId]) -> Result<Vec<WordSet>> {
        let nothing = vec![WordSet::default(); ids.len()];
        let Some(opened) = &self.opened else {
            return Ok(nothing);
        };
        let numbers: Option<Vec<ChunkIdx>> = ids.iter().map(|id| opened.number(id)).collect();
        let Some(numbers) = numbers else {
            return Ok(nothing);
        };
        let addresses = opened.addresses(numbers);
        guarded("search", || {
            text::words_of(&opened.searcher, &self.fields, query, &addresses)
        })
    }

    fn matched(&self, query: &Query, filter: &Filter) -> Result<Vec<u32>> {
        let Some(opened) = &self.opened else {
            return Ok(Vec::new());
        };
        let selection = self.select(opened, filter)?;
        let known = opened.known(filter);
        let statistics = self.statistics(opened, known.as_ref());
        let mut matching = vec![false; opened.chunks.address.len()];
        guarded("search", || {
            text::each_match(&statistics, query, |chunk| matching[chunk as usize] = true)
        })?;
        if let Some(selection) = selection {
            keep(&mut matching, &selection.flags);
        }
        let documents = opened.chunks.first.windows(2).map(|bounds| {
            let chunks = &matching[bounds[0] as usize..bounds[1] as usize];
            let count = chunks.iter().filter(|&&matches| matches).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        });
        Ok(documents.collect())
    }

    fn vocabulary(
        &self,
        pattern: Pattern<'_>,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<(String, u64)>> {
        let Some(opened) = &self.opened else {
            return Ok(Vec::new());
        };
        let known = opened.known(filter);
        let statistics = self.statistics(opened, known.as_ref());
        guarded("look a word up", || {
            text::vocabulary(&statistics, pattern, limit)
        })
    }

    fn nearest(&self, vector: &[f32], filter: &Filter, limit: usize) -> Result<Ranking> {
        let (Some(opened), Some(vectors)) = (&self.opened, self.vector_set()) else {
            return Ok(Ranking::new());
        };
        let selection = self.select(opened, filter)?;
        let admitted = selection.as_ref().map(|selection| Admitted {
            n_chunks: selection.n_chunks,
            ranges: &selection.ranges,
            flags: &selection.flags,
        });
        let nearest = vectors.nearest(vector, limit, admitted.as_ref(), |a, b| opened.order(a, b));
        Ok(opened.ranking(nearest))
    }

    fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<Option<StoredChunk>>> {
        let Some(opened) = &self.opened else {
            return Ok(vec![None; ids.len()]);
        };
        ids.iter()
            .map(|id| {
                let number = opened.number(id);
                number
                    .map(|number| self.read_chunk(opened, number))
                    .transpose()
            })
            .collect()
    }

    fn coverage(
        &self,
        query: &Query,
        filter: &Filter,
        ids: &[ChunkId],
    ) -> Result<Vec<(f32, WordSet)>> {
        let nothing = (0.0, WordSet::default());
        let Some(opened) = &self.opened else {
            return Ok(vec![nothing; ids.len()]);
        };
        let known = opened.known(filter);
        let statistics = self.statistics(opened, known.as_ref());
        let numbers: Vec<Option<ChunkIdx>> = ids.iter().map(|id| opened.number(id)).collect();
        let addresses = opened.addresses(numbers.iter().flatten().copied());
        let coverage = guarded("search", || text::coverage(&statistics, query, &addresses))?;
        let mut coverage = coverage.into_iter();
        let in_order = numbers
            .iter()
            .map(|number| number.and_then(|_| coverage.next()));
        Ok(in_order.map(|covered| covered.unwrap_or(nothing)).collect())
    }

    fn vectors(&self, ids: &[ChunkId]) -> Result<Vec<Option<Vec<f32>>>> {
        let (Some(opened), Some(vectors)) = (&self.opened, self.vector_set()) else {
            return Ok(vec![None; ids.len()]);
        };
        let vector = |id: &ChunkId| vectors.of(opened.number(id)?).map(<[f32]>::to_vec);
        Ok(ids.iter().map(vector).collect())
    }

    fn sketches(&self) -> Result<Vec<ChunkSketch>> {
        let Some(opened) = &self.opened else {
            return Ok(Vec::new());
        };
        guarded("read its columns", || opened.sketches())
    }
}

impl EmbeddedSnapshot {
    fn statistics<'a>(&'a self, opened: &'a Opened, known: Option<&'a Known>) -> Statistics<'a> {
        Statistics {
            searcher: &opened.searcher,
            fields: &self.fields,
            terms: known.map_or(opened.terms, |known| known.terms),
            known,
            chunk_of: &opened.chunks.of_document,
        }
    }

    /// `None` admits everything.
    fn select(&self, opened: &Opened, filter: &Filter) -> Result<Option<Selection>> {
        let Some(condition) = filter.condition() else {
            return Ok(opened.select(filter));
        };
        let chunks = text::Chunks {
            segments: opened.searcher.segment_readers(),
            fields: &self.fields,
            of_document: &opened.chunks.of_document,
            documents: &opened.documents,
            stemmers: filter.stemmers(),
            first: &opened.chunks.first,
        };
        let mut flags = guarded("search", || chunks.meeting(condition))?;
        if let Some(selection) = opened.select(filter) {
            keep(&mut flags, &selection.flags);
        }
        Ok(Some(Selection::of(flags)))
    }

    fn read_chunk(&self, opened: &Opened, number: ChunkIdx) -> Result<StoredChunk> {
        let address = opened.chunks.address[number as usize];
        let document: TantivyDocument = guarded("read a chunk", || opened.searcher.doc(address))?;
        let json = document
            .get_first(self.fields.chunk)
            .and_then(|value| value.as_bytes())
            .unwrap_or_default();
        serde_json::from_slice(json).map_err(|error| Error::Corrupt {
            path: self.path.join("text"),
            detail: format!("chunk {}: {error}", opened.id(number)),
        })
    }
}

/// The chunks a filter admits.
struct Selection {
    n_chunks: usize,
    ranges: Vec<Range<ChunkIdx>>,
    flags: Vec<bool>,
}

/// Clears the flags that the others do not have.
fn keep(flags: &mut [bool], others: &[bool]) {
    for (flag, other) in flags.iter_mut().zip(others) {
        *flag &= other;
    }
}

impl Selection {
    fn of(flags: Vec<bool>) -> Self {
        let mut ranges: Vec<Range<ChunkIdx>> = Vec::new();
        let admitted = (0..).zip(&flags).filter(|&(_, &is_admitted)| is_admitted);
        for (chunk, _) in admitted {
            match ranges.last_mut() {
                Some(range) if range.end == chunk => range.end = chunk + 1,
                _ => ranges.push(chunk..chunk + 1),
            }
        }
        Self {
            n_chunks: ranges.iter().map(ExactSizeIterator::len).sum(),
            ranges,
            flags,
        }
    }
}

impl Opened {
    fn id(&self, chunk: ChunkIdx) -> ChunkId {
        let document = self.chunks.document_of(chunk);
        let ordinal = chunk - self.chunks.first[document];
        ChunkId::new(&self.documents[document].id, ordinal)
    }

    /// Where these chunks are in the text index, in order.
    fn addresses(&self, chunks: impl IntoIterator<Item = ChunkIdx>) -> Vec<DocAddress> {
        let chunks = chunks.into_iter();
        chunks
            .map(|chunk| self.chunks.address[chunk as usize])
            .collect()
    }

    /// The order of two chunks' ids.
    fn order(&self, a: ChunkIdx, b: ChunkIdx) -> Ordering {
        self.id_rank[a as usize].cmp(&self.id_rank[b as usize])
    }

    fn number(&self, id: &ChunkId) -> Option<ChunkIdx> {
        let document_id = id.document();
        let document = self
            .documents
            .binary_search_by(|record| record.id.cmp(&document_id))
            .ok()?;
        (id.ordinal() < self.documents[document].chunks)
            .then(|| self.chunks.first[document] + id.ordinal())
    }

    fn ranking(&self, best: Vec<(f32, ChunkIdx)>) -> Ranking {
        best.into_iter()
            .map(|(score, chunk)| Scored::new(self.id(chunk), score))
            .collect()
    }

    /// Column by column, so that each is opened once.
    fn sketches(&self) -> tantivy::Result<Vec<ChunkSketch>> {
        let mut words = vec![[0; SKETCH.len()]; self.chunks.address.len()];
        for (reader, chunk_of) in self
            .searcher
            .segment_readers()
            .iter()
            .zip(&self.chunks.of_document)
        {
            for (part, name) in SKETCH.into_iter().enumerate() {
                let column = reader.fast_fields().u64(name)?;
                for (doc, &chunk) in (0..).zip(chunk_of) {
                    if chunk != NO_CHUNK {
                        words[chunk as usize][part] = column.first(doc).unwrap_or_default();
                    }
                }
            }
        }
        let chunks = words.into_iter().zip(&self.chunks.row);
        let sketches =
            chunks.map(|(words, &row)| ChunkSketch::new(schema::sketch_of_words(words), row));
        Ok(sketches.collect())
    }

    /// What the reader may know of; `None` if that is everything.
    fn known(&self, filter: &Filter) -> Option<Known> {
        if filter.scopes().is_empty() {
            return None;
        }
        let mut known = Known {
            terms: TermCounts::default(),
            n_chunks: 0,
            chunks: vec![false; self.chunks.address.len()],
        };
        for (document, record) in self.documents.iter().enumerate() {
            if filter.knows(record) {
                let range = self.chunks.first[document]..self.chunks.first[document + 1];
                known.terms += record.terms;
                known.n_chunks += range.len() as u64;
                known.chunks[range.start as usize..range.end as usize].fill(true);
            }
        }
        Some(known)
    }

    /// By documents alone; `None` admits everything.
    fn select(&self, filter: &Filter) -> Option<Selection> {
        if filter.admits_all() {
            return None;
        }
        let mut selection = Selection {
            n_chunks: 0,
            ranges: Vec::new(),
            flags: vec![false; self.chunks.address.len()],
        };
        for (document, record) in self.documents.iter().enumerate() {
            if filter.admits(record) {
                let range = self.chunks.first[document]..self.chunks.first[document + 1];
                selection.n_chunks += range.len();
                selection.flags[range.start as usize..range.end as usize].fill(true);
                selection.ranges.push(range);
            }
        }
        Some(selection)
    }
}

impl ChunkTable {
    /// Joins the catalogue with the columns of the text index; says where they disagree.
    fn read(searcher: &Searcher, entries: &[catalog::Entry]) -> Result<Self, String> {
        let mut table = Self::default();
        let mut total = 0;
        for entry in entries {
            table.first.push(total);
            total += entry.record.chunks;
        }
        table.first.push(total);
        let nowhere = DocAddress::new(u32::MAX, u32::MAX);
        table.address = vec![nowhere; total as usize];
        table.row = vec![u64::MAX; total as usize];
        let mut by_key: Vec<(u64, usize)> =
            entries.iter().map(|entry| entry.key).zip(0..).collect();
        by_key.sort_unstable();
        for segment in 0..searcher.segment_readers().len() {
            table.read_segment(searcher, segment, &by_key)?;
        }
        match table.address.iter().position(|&address| address == nowhere) {
            None => Ok(table),
            Some(missing) => {
                let chunk = u32::try_from(missing).unwrap_or(u32::MAX);
                let entry = &entries[table.document_of(chunk)];
                Err(format!("chunks of {} are missing", entry.record.id))
            }
        }
    }

    fn read_segment(
        &mut self,
        searcher: &Searcher,
        segment: usize,
        by_key: &[(u64, usize)],
    ) -> Result<(), String> {
        let segment_ord = u32::try_from(segment).expect("a handful of segments");
        let reader = searcher.segment_reader(segment_ord);
        let column = |name| {
            let column = reader.fast_fields().u64(name);
            column.map_err(|error| error.to_string())
        };
        let (documents, ordinals, rows) = (column("document")?, column("ordinal")?, column("row")?);
        let mut of_document = vec![NO_CHUNK; reader.max_doc() as usize];
        for doc in reader.doc_ids_alive() {
            let values = documents
                .first(doc)
                .zip(ordinals.first(doc))
                .zip(rows.first(doc));
            let Some(((key, ordinal), row)) = values else {
                return Err(format!("chunk {doc} of segment {segment} has no place"));
            };
            let number = by_key
                .binary_search_by_key(&key, |&(key, _)| key)
                .ok()
                .map(|at| by_key[at].1)
                .and_then(|document| self.number(document, ordinal))
                .ok_or_else(|| format!("the catalogue does not know document {key}"))?;
            of_document[doc as usize] = number;
            self.address[number as usize] = DocAddress::new(segment_ord, doc);
            self.row[number as usize] = row;
        }
        self.of_document.push(of_document);
        Ok(())
    }

    fn number(&self, document: usize, ordinal: u64) -> Option<ChunkIdx> {
        let number = self.first[document].checked_add(u32::try_from(ordinal).ok()?)?;
        (number < self.first[document + 1]).then_some(number)
    }

    fn document_of(&self, chunk: ChunkIdx) -> usize {
        // Documents without chunks share their first chunk with the next; the last of them owns it.
        self.first.partition_point(|&first| first <= chunk) - 1
    }
}
