//! A generation as someone sees it who may know only some of its documents.

use std::borrow::Cow;
use std::sync::Arc;

use super::{
    ChunkSketch, DocumentRecord, EmbedderIdentity, EngineStatus, Filter, Pattern, Ranking, Scope,
    Snapshot, StoredChunk, WordSet,
};
use crate::Result;
use crate::query::Query;
use crate::shelf::ChunkId;

/// A snapshot without what is outside a scope.
///
/// Everything that is read goes through a snapshot, so nothing else has to know of scopes.
#[derive(Debug)]
pub(crate) struct ScopedSnapshot {
    whole: Arc<dyn Snapshot>,
    scope: Arc<Scope>,
    /// Those that the scope admits; `None` if it admits all.
    documents: Option<Vec<DocumentRecord>>,
}

impl ScopedSnapshot {
    /// # Complexity
    /// Copies the records of the documents that the scope admits, unless it admits all.
    pub(crate) fn new(whole: Arc<dyn Snapshot>, scope: Arc<Scope>) -> Self {
        let documents = whole.documents();
        let admitted = || documents.iter().filter(|record| scope.admits(record));
        let is_part = admitted().count() < documents.len();
        Self {
            documents: is_part.then(|| admitted().cloned().collect()),
            whole,
            scope,
        }
    }

    /// The filter, and nothing outside the scope.
    fn within<'a>(&self, filter: &'a Filter) -> Cow<'a, Filter> {
        match self.documents {
            None => Cow::Borrowed(filter),
            Some(_) => Cow::Owned(filter.clone().within(&self.scope)),
        }
    }
}

impl Snapshot for ScopedSnapshot {
    fn generation(&self) -> u64 {
        self.whole.generation()
    }

    fn written_at(&self) -> Option<u64> {
        self.whole.written_at()
    }

    fn embedder(&self) -> Option<&EmbedderIdentity> {
        self.whole.embedder()
    }

    fn documents(&self) -> &[DocumentRecord] {
        match &self.documents {
            None => self.whole.documents(),
            Some(documents) => documents,
        }
    }

    /// Nothing, if there is more than the scope admits: sizes would tell how much more.
    fn status(&self) -> EngineStatus {
        match self.documents {
            None => self.whole.status(),
            Some(_) => EngineStatus::default(),
        }
    }

    fn lexical(&self, query: &Query, filter: &Filter, limit: usize) -> Result<Ranking> {
        self.whole.lexical(query, &self.within(filter), limit)
    }

    fn words(&self, query: &Query, ids: &[ChunkId]) -> Result<Vec<WordSet>> {
        if ids.iter().any(|id| self.document(&id.document()).is_none()) {
            return Ok(vec![WordSet::default(); ids.len()]);
        }
        self.whole.words(query, ids)
    }

    fn nearest(&self, vector: &[f32], filter: &Filter, limit: usize) -> Result<Ranking> {
        self.whole.nearest(vector, &self.within(filter), limit)
    }

    fn matched(&self, query: &Query, filter: &Filter) -> Result<Vec<u32>> {
        let matched = self.whole.matched(query, &self.within(filter))?;
        if self.documents.is_none() || matched.is_empty() {
            return Ok(matched);
        }
        let documents = self.whole.documents().iter().zip(matched);
        let admitted = documents.filter(|(record, _)| self.scope.admits(record));
        Ok(admitted.map(|(_, count)| count).collect())
    }

    fn vocabulary(
        &self,
        pattern: Pattern<'_>,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<(String, u64)>> {
        self.whole.vocabulary(pattern, &self.within(filter), limit)
    }

    fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<Option<StoredChunk>>> {
        let admitted = ids
            .iter()
            .filter(|id| self.document(&id.document()).is_some());
        let admitted: Vec<ChunkId> = admitted.cloned().collect();
        let mut chunks = self.whole.chunks(&admitted)?.into_iter();
        let mut admitted = admitted.iter().peekable();
        let in_order = ids.iter().map(|id| {
            let is_admitted = admitted.next_if(|&next| next == id).is_some();
            is_admitted.then(|| chunks.next().flatten()).flatten()
        });
        Ok(in_order.collect())
    }

    fn coverage(
        &self,
        query: &Query,
        filter: &Filter,
        ids: &[ChunkId],
    ) -> Result<Vec<(f32, WordSet)>> {
        let coverage = self.whole.coverage(query, &self.within(filter), ids)?;
        let in_scope = |id: &ChunkId| self.document(&id.document()).is_some();
        let coverage = coverage.into_iter().zip(ids);
        Ok(coverage
            .map(|(covered, id)| {
                if in_scope(id) {
                    covered
                } else {
                    (0.0, WordSet::default())
                }
            })
            .collect())
    }

    fn vectors(&self, ids: &[ChunkId]) -> Result<Vec<Option<Vec<f32>>>> {
        let vectors = self.whole.vectors(ids)?.into_iter().zip(ids);
        let in_scope = |id: &ChunkId| self.document(&id.document()).is_some();
        Ok(vectors
            .map(|(vector, id)| vector.filter(|_| in_scope(id)))
            .collect())
    }

    fn sketches(&self) -> Result<Vec<ChunkSketch>> {
        let sketches = self.whole.sketches()?;
        if self.documents.is_none() || sketches.is_empty() {
            return Ok(sketches);
        }
        let mut rest = sketches.into_iter();
        let mut kept = Vec::new();
        for record in self.whole.documents() {
            let of_document = rest.by_ref().take(record.chunks as usize);
            if self.scope.admits(record) {
                kept.extend(of_document);
            } else {
                of_document.for_each(drop);
            }
        }
        Ok(kept)
    }
}
