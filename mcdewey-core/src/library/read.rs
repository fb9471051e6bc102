//! Requests in, answers from one generation out: everything of a library that only reads.

use std::collections::BTreeSet;

use super::{
    AnsweredVersions, Library, LibraryStatus, MAX_NEIGHBOURS, PassageInContext, SearchResponse,
};
use crate::collapse::Elsewhere;
use crate::compare::{self, CompareRequest, Comparison, SectionHistory};
use crate::engine::{DocumentRecord, Snapshot};
use crate::eval::{self, ConfidenceMeasures, Evaluation, Judged};
use crate::present::{Hit, OutlineEntry, Passage, Shelves, outline, shelves};
use crate::search::{self, Explain, Relaxation, SearchEvent, SearchRequest};
use crate::shelf::{ChunkId, DocumentId, Shelf};
use crate::synonym::SynonymList;
use crate::{Error, Result};

impl Library {
    /// Answers a request from the current generation.
    ///
    /// # Errors
    /// [`Error::Query`], [`Error::UnknownValue`], [`Error::Setting`] for a request that cannot be
    /// answered; otherwise if stored data cannot be read or the model fails.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        let generation = self.generation();
        let snapshot = generation.snapshot();
        let found = search::search(&generation, self.models(), request)?;
        let ids = found.ranking.iter();
        let ids = ids.flat_map(|fused| std::iter::once(&fused.id).chain(&fused.neighbours));
        let ids: Vec<ChunkId> = ids.cloned().collect();
        let mut passages = passages(snapshot.as_ref(), &ids)?.into_iter();
        let editions = generation.editions()?;
        let hits = found
            .ranking
            .iter()
            .zip(request.offset + 1..)
            .filter_map(|(fused, rank)| {
                let passage = passages.next()?;
                let neighbours = passages.by_ref().take(fused.neighbours.len()).collect();
                let elsewhere = editions.elsewhere(&fused.id, snapshot.documents());
                Some(Hit::new(
                    rank,
                    fused,
                    passage,
                    neighbours,
                    elsewhere,
                    &found.query,
                    request.explain,
                ))
            })
            .collect();
        if let Some(observer) = &self.observer {
            let (total, generation) = (found.total, snapshot.generation());
            let confidence = found.confidence.level;
            let event = SearchEvent::new(request, total, confidence, found.times, generation);
            observer.searched(&event);
        }
        Ok(SearchResponse {
            query: request.query.clone(),
            mode: request.mode,
            versions: AnsweredVersions {
                requested: request.filter.versions.clone(),
                resolved: found.filter.resolved_versions().to_vec(),
            },
            hits,
            total: found.total,
            more: found.more,
            parsed: (request.explain == Explain::Yes).then(|| found.query.to_string()),
            notes: found.query.notes,
            did_you_mean: found.did_you_mean,
            confidence: found.confidence,
            facets: found.facets,
            generation: snapshot.generation(),
        })
    }

    /// What the facets of the request's filter keep from being found; see
    /// [`search::relaxations`].
    ///
    /// # Errors
    /// As [`Self::search`].
    pub fn relaxations(&self, request: &SearchRequest) -> Result<Vec<Relaxation>> {
        search::relaxations(&self.generation(), self.embedder.as_deref(), request)
    }

    /// Measures search quality on judged queries; see [`eval::evaluate`].
    ///
    /// # Errors
    /// If stored data cannot be read or the model fails.
    pub fn evaluate(&self, judged: &Judged, base: &SearchRequest) -> Result<Evaluation> {
        eval::evaluate(&self.generation(), self.models(), judged, base)
    }

    /// Measures confidence with queries of other libraries; see [`eval::evaluate_confidence`].
    ///
    /// # Errors
    /// If stored data cannot be read or the model fails.
    pub fn evaluate_confidence(
        &self,
        judged: &Judged,
        unanswerable: &[String],
        base: &SearchRequest,
    ) -> Result<ConfidenceMeasures> {
        eval::evaluate_confidence(
            &self.generation(),
            self.models(),
            judged,
            unanswerable,
            base,
        )
    }

    /// A passage with up to `before` and `after` neighbours of its document, each at most
    /// [`MAX_NEIGHBOURS`].
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such chunk; [`Error::Setting`] for too many neighbours.
    pub fn passage(&self, id: &ChunkId, before: u32, after: u32) -> Result<PassageInContext> {
        for (name, count) in [("before", before), ("after", after)] {
            if count > MAX_NEIGHBOURS {
                return Err(Error::Setting {
                    name,
                    given: count.to_string(),
                    allowed: format!("at most {MAX_NEIGHBOURS}"),
                });
            }
        }
        let generation = self.generation();
        let snapshot = generation.snapshot();
        let document_id = id.document();
        let not_found = || missing("chunk", id);
        let record = snapshot.document(&document_id).ok_or_else(not_found)?;
        let ordinal = id.ordinal();
        if ordinal >= record.chunks {
            return Err(not_found());
        }
        let first = ordinal.saturating_sub(before);
        let last = ordinal.saturating_add(after).min(record.chunks - 1);
        let chunk_id = |ordinal| ChunkId::new(&document_id, ordinal);
        let ids: Vec<ChunkId> = (first..=last).map(chunk_id).collect();
        let mut before = passages(snapshot.as_ref(), &ids)?;
        let mut rest = before.split_off((ordinal - first) as usize).into_iter();
        Ok(PassageInContext {
            before,
            passage: rest.next().ok_or_else(not_found)?,
            elsewhere: generation.editions()?.elsewhere(id, snapshot.documents()),
            after: rest.collect(),
            previous: first.checked_sub(1).map(chunk_id),
            next: (last + 1 < record.chunks).then(|| chunk_id(last + 1)),
            generation: snapshot.generation(),
        })
    }

    /// In which other versions of its manual a passage stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such chunk; otherwise if stored data cannot be read.
    pub fn elsewhere(&self, id: &ChunkId) -> Result<Elsewhere> {
        let generation = self.generation();
        let snapshot = generation.snapshot();
        let record = snapshot.document(&id.document());
        if record.is_none_or(|record| id.ordinal() >= record.chunks) {
            return Err(missing("chunk", id));
        }
        Ok(generation.editions()?.elsewhere(id, snapshot.documents()))
    }

    /// All documents of the current generation, by ascending id.
    pub fn documents(&self) -> Vec<DocumentRecord> {
        self.snapshot().documents().to_vec()
    }

    /// What stands where: vendors, their products, versions and documents.
    pub fn shelves(&self) -> Shelves {
        let snapshot = self.snapshot();
        shelves(snapshot.generation(), snapshot.documents())
    }

    /// The words that mean the same in its manuals, with where that comes from, for review.
    pub fn synonyms(&self) -> SynonymList {
        let generation = self.generation();
        let snapshot = generation.snapshot();
        let synonyms = generation.synonyms();
        synonyms.list(snapshot.generation(), snapshot.documents())
    }

    /// The document with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none.
    pub fn document(&self, id: &DocumentId) -> Result<DocumentRecord> {
        let snapshot = self.snapshot();
        snapshot
            .document(id)
            .cloned()
            .ok_or_else(|| missing("document", id))
    }

    /// The table of contents of the document with this id; empty if it has no headings.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such document.
    pub fn outline(&self, id: &DocumentId) -> Result<Vec<OutlineEntry>> {
        let snapshot = self.snapshot();
        let record = snapshot
            .document(id)
            .ok_or_else(|| missing("document", id))?;
        let ids: Vec<ChunkId> = record.chunk_ids().collect();
        let chunks: Vec<_> = snapshot.chunks(&ids)?.into_iter().flatten().collect();
        Ok(outline(record, &chunks))
    }

    /// What changed between two versions of a manual, section by section.
    ///
    /// # Errors
    /// [`Error::UnknownValue`] for a manual, version or section that is not there,
    /// [`Error::Ambiguous`] for a name that several manuals have; otherwise if stored data cannot
    /// be read.
    ///
    /// # Examples
    #[cfg_attr(feature = "embedded", doc = "```")]
    #[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
    /// use mcdewey_core::{CompareRequest, HashedEmbedder, Library};
    ///
    /// let folder = tempfile::tempdir()?;
    /// for (version, port) in [("v1", 5060), ("v2", 5061)] {
    ///     std::fs::create_dir_all(folder.path().join("docs/pbx").join(version))?;
    ///     let file = folder.path().join("docs/pbx").join(version).join("ports.md");
    ///     std::fs::write(file, format!("# Ports\n\nSIP uses {port}.\n\n## Fax\n\nNone.\n"))?;
    /// }
    /// let library = Library::open_or_create(&folder.path().join("index"))?
    ///     .with_embedder(HashedEmbedder::new())?;
    /// library.ingest(folder.path().join("docs"))?;
    /// let comparison = library.compare(&CompareRequest::new("ports", "v1", "v2"))?;
    /// assert_eq!((comparison.counts.changed, comparison.counts.same), (1, 1));
    /// assert_eq!(comparison.sections[0].heading_path(), ["Ports"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compare(&self, request: &CompareRequest) -> Result<Comparison> {
        compare::compare(self.snapshot().as_ref(), request)
    }

    /// The versions of the manual that a request names, the oldest first; those that it asks for do
    /// not matter.
    ///
    /// # Errors
    /// [`Error::UnknownValue`] if there is no such manual, [`Error::Ambiguous`] if there are
    /// several.
    pub fn versions(&self, request: &CompareRequest) -> Result<Vec<String>> {
        compare::versions(self.snapshot().as_ref(), request)
    }

    /// In which versions of its manual the section of a chunk was introduced, changed and removed.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such chunk; [`Error::Setting`] if its document has no
    /// version; otherwise if stored data cannot be read.
    pub fn section_history(&self, id: &ChunkId) -> Result<SectionHistory> {
        compare::section_history(self.snapshot().as_ref(), id)
    }

    /// What the library holds and in what state it is. Reads the vectors if that was not done yet.
    pub fn status(&self) -> LibraryStatus {
        let snapshot = self.snapshot();
        let documents = snapshot.documents();
        LibraryStatus {
            generation: snapshot.generation(),
            committed_at: snapshot.written_at(),
            vendors: distinct(documents, |shelf| shelf.vendor.clone()),
            products: distinct(documents, |shelf| {
                Some((shelf.vendor.clone(), shelf.product.clone()?))
            }),
            versions: distinct(documents, |shelf| {
                let product = (shelf.vendor.clone(), shelf.product.clone());
                Some((product, shelf.version.clone()?))
            }),
            documents: documents.len(),
            chunks: documents.iter().map(|record| record.chunks as usize).sum(),
            pages: documents.iter().map(|record| record.pages.total).sum(),
            embedder: snapshot.embedder().cloned(),
            runtime: self.embedder.as_ref().map(|embedder| embedder.runtime()),
            reranker: self.reranker().map(|reranker| reranker.name().to_owned()),
            engine: snapshot.status(),
        }
    }
}

/// How many different places the documents have, of those that have one.
fn distinct<K: Ord>(documents: &[DocumentRecord], place: impl Fn(&Shelf) -> Option<K>) -> usize {
    let places = documents.iter().filter_map(|record| place(&record.shelf));
    places.collect::<BTreeSet<_>>().len()
}

/// These chunks with their documents, in order.
fn passages(snapshot: &dyn Snapshot, ids: &[ChunkId]) -> Result<Vec<Passage>> {
    let chunks = snapshot.chunks(ids)?;
    ids.iter()
        .zip(chunks)
        .map(|(id, chunk)| {
            let record = snapshot.document(&id.document());
            let (record, chunk) = record.zip(chunk).ok_or_else(|| missing("chunk", id))?;
            Ok(Passage::new(record, chunk))
        })
        .collect()
}

fn missing(what: &'static str, id: &impl std::fmt::Display) -> Error {
    Error::NotFound {
        what,
        id: id.to_string(),
    }
}
