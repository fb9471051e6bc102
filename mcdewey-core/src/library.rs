//! The front door: a library of manuals that can be filled, searched and read.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;

use crate::collapse::{Elsewhere, Generation};
use crate::compare::{self, CompareRequest, Comparison, SectionHistory};
use crate::embed::Embedder;
#[cfg(feature = "embedded")]
use crate::engine::embedded::EmbeddedEngine;
use crate::engine::{
    DocumentRecord, EmbedderIdentity, Engine, EngineStatus, ProductVersion, Scope, ScopedSnapshot,
    Snapshot, VerifyReport,
};
use crate::eval::{self, Evaluation, Judged};
use crate::ingest::{self, IngestOptions, IngestProgress, IngestReport, ReembedReport};
use crate::present::{Hit, OutlineEntry, Passage, Shelves, outline, shelves};
use crate::search::{self, Mode, Relaxation, SearchEvent, SearchObserver, SearchRequest};
use crate::shelf::{ChunkId, DocumentId, Shelf};
use crate::{Error, Result};

/// Most neighbours on one side that [`Library::passage`] returns.
pub const MAX_NEIGHBOURS: u32 = 50;

/// A library of manuals in an index directory.
///
/// It answers from one generation until [`Library::refresh`] finds a newer one. It can be shared
/// between threads; cloning is not needed, put it in an [`Arc`].
///
/// # Examples
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// use mcdewey_core::{HashedEmbedder, Library, SearchRequest};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::create_dir_all(folder.path().join("docs/pbx/v2"))?;
/// std::fs::write(folder.path().join("docs/pbx/v2/ports.md"), "# Ports\n\nSIP uses 5060.\n")?;
///
/// let library = Library::open_or_create(&folder.path().join("index"))?
///     .with_embedder(HashedEmbedder::new())?;
/// library.ingest(&folder.path().join("docs"))?;
/// let response = library.search(&SearchRequest::new("sip port"))?;
/// assert_eq!(response.hits[0].passage.chunk_id.as_str(), "pbx::v2::ports::0");
/// assert_eq!(response.hits[0].passage.version.as_deref(), Some("v2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Library {
    origin: Origin,
    embedder: Option<Arc<dyn Embedder>>,
    observer: Option<Arc<dyn SearchObserver>>,
    generation: RwLock<Arc<Generation>>,
}

/// Where a library's generations come from.
#[derive(Debug)]
enum Origin {
    Engine(Arc<dyn Engine>),
    /// From another library, without what is outside a scope.
    Library(Arc<Library>, Arc<Scope>),
}

/// The answer to a [`SearchRequest`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SearchResponse {
    /// The query as given.
    pub query: String,
    /// Which legs were used.
    pub mode: Mode,
    /// The versions that were asked for and those that answered.
    pub versions: AnsweredVersions,
    /// The passages found, best first.
    pub hits: Vec<Hit>,
    /// How many chunks the legs found together, before the request's offset and limit.
    pub total: usize,
    /// The generation that answered.
    pub generation: u64,
}

/// The versions that a search asked for, and those that answered. Both are empty where it asked for
/// none: then every passage is in the newest version that has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct AnsweredVersions {
    /// As asked for.
    pub requested: Vec<String>,
    /// What that stands for in this library.
    pub resolved: Vec<ProductVersion>,
}

/// A passage, and the ids before and after it in its document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct PassageInContext {
    /// Passages before it, in reading order.
    pub before: Vec<Passage>,
    /// The passage asked for.
    pub passage: Passage,
    /// In which other versions the passage asked for stands.
    #[serde(flatten)]
    pub elsewhere: Elsewhere,
    /// Passages after it, in reading order.
    pub after: Vec<Passage>,
    /// The chunk before all of these, if there is one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub previous: Option<ChunkId>,
    /// The chunk after all of these, if there is one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub next: Option<ChunkId>,
    /// The generation that answered.
    pub generation: u64,
}

/// What a library holds and in what state it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct LibraryStatus {
    /// The newest generation known to this library.
    pub generation: u64,
    /// When it was committed, in seconds since 1970-01-01 UTC.
    pub committed_at: Option<u64>,
    /// How many vendors there are.
    pub vendors: usize,
    /// How many products, those of every vendor counted apart.
    pub products: usize,
    /// How many versions, those of every product counted apart.
    pub versions: usize,
    /// How many documents.
    pub documents: usize,
    /// Passages.
    pub chunks: usize,
    /// Pages of all documents that know pages.
    pub pages: usize,
    /// The model that made the vectors.
    pub embedder: Option<EmbedderIdentity>,
    /// What runs the model here, if one is loaded.
    pub runtime: Option<String>,
    /// Size on disk, vectors, what is degraded.
    pub engine: EngineStatus,
}

impl Library {
    /// Opens an index directory to read from, by words only until [`Self::with_embedder`].
    ///
    /// # Errors
    /// [`Error::NoIndex`] if there is none; [`Error::Format`] or [`Error::Corrupt`] if it cannot
    /// be read.
    #[cfg(feature = "embedded")]
    pub fn open(index: &Path) -> Result<Self> {
        Self::with_engine(Arc::new(EmbeddedEngine::open(index)?))
    }

    /// Opens an index directory; makes an empty one where there is none.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made; [`Error::Format`] or [`Error::Corrupt`] if what is
    /// there cannot be read.
    #[cfg(feature = "embedded")]
    pub fn open_or_create(index: &Path) -> Result<Self> {
        Self::with_engine(Arc::new(EmbeddedEngine::open_or_create(index)?))
    }

    /// A library on any engine.
    ///
    /// # Errors
    /// If the engine cannot be read.
    pub fn with_engine(engine: Arc<dyn Engine>) -> Result<Self> {
        let generation = Generation::new(engine.snapshot()?);
        Ok(Self {
            origin: Origin::Engine(engine),
            embedder: None,
            observer: None,
            generation: RwLock::new(Arc::new(generation)),
        })
    }

    /// The same library as someone sees it who may know only of what `scope` admits: everything
    /// else is not found, listed, counted or named, and weighs nothing in a ranking.
    ///
    /// It follows the generations of the whole library at [`Library::refresh`]. It cannot be
    /// written to.
    ///
    /// # Complexity
    /// Holds a copy of the records of the documents in the scope; share it among those who have
    /// the same scope.
    ///
    /// # Examples
    #[cfg_attr(feature = "embedded", doc = "```")]
    #[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
    /// use std::sync::Arc;
    ///
    /// use mcdewey_core::engine::Scope;
    /// use mcdewey_core::{HashedEmbedder, Library};
    ///
    /// let folder = tempfile::tempdir()?;
    /// for product in ["pbx", "router"] {
    ///     std::fs::create_dir_all(folder.path().join("docs").join(product))?;
    ///     let file = folder.path().join("docs").join(product).join("ports.md");
    ///     std::fs::write(file, "# Ports\n\nSIP uses 5060.\n")?;
    /// }
    /// let library = Library::open_or_create(&folder.path().join("index"))?
    ///     .with_embedder(HashedEmbedder::new())?;
    /// library.ingest(folder.path().join("docs"))?;
    /// let scoped = Arc::new(library).scoped(Scope::public().with_products(["pbx"]));
    /// assert_eq!(scoped.documents().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn scoped(self: &Arc<Self>, scope: Scope) -> Self {
        let scope = Arc::new(scope);
        let snapshot = ScopedSnapshot::new(self.snapshot(), Arc::clone(&scope));
        Self {
            origin: Origin::Library(Arc::clone(self), scope),
            embedder: self.embedder.clone(),
            observer: self.observer.clone(),
            generation: RwLock::new(Arc::new(Generation::new(Arc::new(snapshot)))),
        }
    }

    /// Whether it shows every document there is: always true but for a [`Self::scoped`] library.
    pub fn sees_all(&self) -> bool {
        match &self.origin {
            Origin::Engine(_) => true,
            Origin::Library(whole, _) => {
                let n_documents = whole.snapshot().documents().len();
                whole.sees_all() && self.snapshot().documents().len() == n_documents
            }
        }
    }

    /// Tells `observer` of every search, those of [`Self::scoped`] libraries included.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn SearchObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Adds the model, for searching by meaning and for indexing.
    ///
    /// # Errors
    /// [`Error::EmbedderMismatch`] if another model made the index's vectors.
    pub fn with_embedder(self, embedder: impl Embedder + 'static) -> Result<Self> {
        self.with_shared_embedder(Arc::new(embedder))
    }

    /// As [`Self::with_embedder`], for a model that others use too.
    ///
    /// # Errors
    /// [`Error::EmbedderMismatch`] if another model made the index's vectors.
    pub fn with_shared_embedder(mut self, embedder: Arc<dyn Embedder>) -> Result<Self> {
        let made_by = self.snapshot().embedder().cloned();
        if let Some(made_by) = made_by
            && made_by.fingerprint != embedder.fingerprint()
        {
            return Err(Error::EmbedderMismatch {
                index: made_by.fingerprint,
                given: embedder.fingerprint().to_owned(),
            });
        }
        self.embedder = Some(embedder);
        Ok(self)
    }

    /// Adds the model that made the index's vectors, if the program holds it: the bundled one, or
    /// the hashed one of any dimension. An empty index gets the bundled one.
    ///
    /// # Errors
    /// [`Error::EmbedderMismatch`] if another model made them; [`Error::Model`] if the bundled one
    /// cannot be loaded.
    #[cfg(feature = "bundled-model")]
    pub fn with_default_embedder(self) -> Result<Self> {
        let made_by = self.snapshot().embedder().cloned();
        match made_by.and_then(|made_by| hashed(&made_by)) {
            Some(hashed) => self.with_embedder(hashed),
            None => self.with_embedder(crate::OnnxEmbedder::bundled()?),
        }
    }

    /// Brings the library up to date with a docs root: a folder, or a `.jsonl` file.
    ///
    /// # Errors
    /// See [`ingest::ingest`]; [`Error::Setting`] for a [`Self::scoped`] library.
    pub fn ingest(&self, docs: impl AsRef<Path>) -> Result<IngestReport> {
        self.ingest_with(docs.as_ref(), &IngestOptions::default(), &())
    }

    /// As [`Self::ingest`], with options, and `events` told what happens.
    ///
    /// # Errors
    /// See [`ingest::ingest`]; [`Error::Setting`] for a [`Self::scoped`] library.
    pub fn ingest_with(
        &self,
        docs: &Path,
        options: &IngestOptions,
        events: &dyn IngestProgress,
    ) -> Result<IngestReport> {
        let report = ingest::ingest(
            self.engine()?,
            self.needed_embedder()?,
            docs,
            options,
            events,
        );
        // Also after a failure: what was committed before it is there.
        self.refresh()?;
        report
    }

    /// Embeds the whole library anew, from stored text, with `embedder`; from then on the library
    /// uses it.
    ///
    /// # Errors
    /// See [`ingest::reembed`]; [`Error::Setting`] for a [`Self::scoped`] library.
    pub fn reembed(
        &mut self,
        embedder: Arc<dyn Embedder>,
        events: &dyn IngestProgress,
    ) -> Result<ReembedReport> {
        let report = ingest::reembed(self.engine()?, embedder.as_ref(), events)?;
        self.refresh()?;
        self.embedder = Some(embedder);
        Ok(report)
    }

    /// Answers a request from the current generation.
    ///
    /// # Errors
    /// [`Error::Query`], [`Error::UnknownValue`], [`Error::Setting`] for a request that cannot be
    /// answered; otherwise if stored data cannot be read or the model fails.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        let generation = self.generation();
        let snapshot = generation.snapshot();
        let found = search::search(&generation, self.embedder.as_deref(), request)?;
        let ids: Vec<ChunkId> = found.ranking.iter().map(|fused| fused.id.clone()).collect();
        let passages = passages(snapshot.as_ref(), &ids)?;
        let editions = generation.editions()?;
        let hits = found
            .ranking
            .iter()
            .zip(passages)
            .zip(request.offset + 1..)
            .map(|((fused, passage), rank)| {
                let elsewhere = editions.elsewhere(&fused.id, snapshot.documents());
                Hit::new(
                    rank,
                    fused,
                    passage,
                    elsewhere,
                    &found.query,
                    request.explain,
                )
            })
            .collect();
        if let Some(observer) = &self.observer {
            let (total, generation) = (found.total, snapshot.generation());
            observer.searched(&SearchEvent::new(request, total, found.times, generation));
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
        eval::evaluate(&self.generation(), self.embedder.as_deref(), judged, base)
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
        let not_found = || Error::NotFound {
            what: "chunk",
            id: id.to_string(),
        };
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
            return Err(Error::NotFound {
                what: "chunk",
                id: id.to_string(),
            });
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

    /// The document with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none.
    pub fn document(&self, id: &DocumentId) -> Result<DocumentRecord> {
        let snapshot = self.snapshot();
        snapshot
            .document(id)
            .cloned()
            .ok_or_else(|| Error::NotFound {
                what: "document",
                id: id.to_string(),
            })
    }

    /// The table of contents of the document with this id; empty if it has no headings.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such document.
    pub fn outline(&self, id: &DocumentId) -> Result<Vec<OutlineEntry>> {
        let snapshot = self.snapshot();
        let record = snapshot.document(id).ok_or_else(|| Error::NotFound {
            what: "document",
            id: id.to_string(),
        })?;
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
            engine: snapshot.status(),
        }
    }

    /// Checks every checksum, and that words and vectors hold the same chunks.
    ///
    /// # Errors
    /// Only if the check itself cannot run, as on a [`Self::scoped`] library; damage is in the
    /// report.
    pub fn verify(&self) -> Result<VerifyReport> {
        self.engine()?.verify()
    }

    /// Moves on to the newest generation; true if there was a newer one.
    ///
    /// # Errors
    /// If the index cannot be read; the library goes on answering from the generation it has.
    pub fn refresh(&self) -> Result<bool> {
        let generation = self.snapshot().generation();
        let newest = match &self.origin {
            Origin::Engine(engine) if engine.generation()? == generation => return Ok(false),
            Origin::Engine(engine) => engine.snapshot()?,
            Origin::Library(whole, scope) => {
                whole.refresh()?;
                let newest = whole.snapshot();
                if newest.generation() == generation {
                    return Ok(false);
                }
                Arc::new(ScopedSnapshot::new(newest, Arc::clone(scope)))
            }
        };
        *self
            .generation
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(Generation::new(newest));
        Ok(true)
    }

    /// The generation that answers now. Several calls on one snapshot see the same library.
    pub fn snapshot(&self) -> Arc<dyn Snapshot> {
        Arc::clone(self.generation().snapshot())
    }

    fn generation(&self) -> Arc<Generation> {
        let generation = self.generation.read();
        Arc::clone(&generation.unwrap_or_else(PoisonError::into_inner))
    }

    /// The model, if one was given.
    pub fn embedder(&self) -> Option<&dyn Embedder> {
        self.embedder.as_deref()
    }

    fn engine(&self) -> Result<&dyn Engine> {
        match &self.origin {
            Origin::Engine(engine) => Ok(engine.as_ref()),
            Origin::Library(..) => Err(Error::Setting {
                name: "the library",
                given: "one that shows a part of another".to_owned(),
                allowed: "the whole one to be written to or checked".to_owned(),
            }),
        }
    }

    fn needed_embedder(&self) -> Result<&dyn Embedder> {
        self.embedder().ok_or_else(|| Error::Setting {
            name: "the embedder",
            given: "missing".to_owned(),
            allowed: "given with `Library::with_embedder` before indexing".to_owned(),
        })
    }
}

/// The hashed embedder, if it is what made the vectors.
#[cfg(feature = "bundled-model")]
fn hashed(made_by: &EmbedderIdentity) -> Option<crate::HashedEmbedder> {
    let embedder = crate::HashedEmbedder::with_dim(made_by.dim).ok()?;
    (embedder.fingerprint() == made_by.fingerprint).then_some(embedder)
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
            let (record, chunk) = record.zip(chunk).ok_or_else(|| Error::NotFound {
                what: "chunk",
                id: id.to_string(),
            })?;
            Ok(Passage::new(record, chunk))
        })
        .collect()
}
