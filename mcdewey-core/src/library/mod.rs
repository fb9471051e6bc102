//! The front door: a library of manuals that can be filled, searched and read.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Library`]: opening, filling, and which generation answers |
//! | `read.rs` | searching, reading and comparing |
//! | `answers.rs` | what those return |

mod answers;
mod read;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

pub use self::answers::{AnsweredVersions, LibraryStatus, PassageInContext, SearchResponse};
use crate::collapse::Generation;
use crate::embed::Embedder;
#[cfg(feature = "bundled-model")]
use crate::engine::EmbedderIdentity;
#[cfg(feature = "embedded")]
use crate::engine::embedded::EmbeddedEngine;
use crate::engine::{Engine, Scope, ScopedSnapshot, Snapshot, VerifyReport};
use crate::ingest::{self, IngestOptions, IngestProgress, IngestReport, ReembedReport};
use crate::rerank::Reranker;
use crate::search::{Models, SearchObserver};
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
    reranker: Option<Arc<dyn Reranker>>,
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
            reranker: None,
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
            reranker: self.reranker.clone(),
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

    /// Adds a model that puts the first [`RERANKED`](crate::search::RERANKED) passages of every
    /// search in order, those of [`Self::scoped`] libraries made afterwards included. The others
    /// stay behind them, as they were. Default: none, and nothing is reranked.
    #[must_use]
    pub fn with_reranker(mut self, reranker: impl Reranker + 'static) -> Self {
        self.reranker = Some(Arc::new(reranker));
        self
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

    /// The model that puts the first hits in order, if one was given.
    pub fn reranker(&self) -> Option<&dyn Reranker> {
        self.reranker.as_deref()
    }

    fn models(&self) -> Models<'_> {
        Models::new(self.embedder()).with_reranker(self.reranker())
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
