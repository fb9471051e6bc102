//! A generation as someone sees it who may know only some of its documents.

use std::sync::Arc;

use super::{
    DocumentRecord, EmbedderIdentity, EngineStatus, Filter, Ranking, Scope, Snapshot, StoredChunk,
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
    documents: Vec<DocumentRecord>,
}

impl ScopedSnapshot {
    /// # Complexity
    /// Copies the records of the documents that the scope admits.
    pub(crate) fn new(whole: Arc<dyn Snapshot>, scope: Arc<Scope>) -> Self {
        let documents = whole.documents().iter();
        let documents = documents.filter(|record| scope.admits(record));
        Self {
            documents: documents.cloned().collect(),
            whole,
            scope,
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
        &self.documents
    }

    /// Nothing: sizes on disk would tell how much there is beside what the scope admits.
    fn status(&self) -> EngineStatus {
        EngineStatus::default()
    }

    fn lexical(&self, query: &Query, filter: &Filter, limit: usize) -> Result<Ranking> {
        let filter = filter.clone().within(&self.scope);
        self.whole.lexical(query, &filter, limit)
    }

    fn nearest(&self, vector: &[f32], filter: &Filter, limit: usize) -> Result<Ranking> {
        let filter = filter.clone().within(&self.scope);
        self.whole.nearest(vector, &filter, limit)
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
}
