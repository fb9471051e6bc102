//! Opening a library with the model that made it.

use std::sync::Arc;

use mcdewey_core::engine::EmbedderIdentity;
use mcdewey_core::{Embedder, Error, HashedEmbedder, Library, OnnxEmbedder};

use crate::args::{Common, EmbedderKind};

/// Opens an index to read from, without a model.
pub(crate) fn open(common: &Common) -> anyhow::Result<Library> {
    Ok(Library::open(&common.index)?)
}

/// Opens an index to search by meaning too.
pub(crate) fn open_with_model(common: &Common) -> anyhow::Result<Library> {
    let library = open(common)?;
    with_model(library, common)
}

/// Opens an index to write to; makes one where there is none.
pub(crate) fn open_or_create(common: &Common) -> anyhow::Result<Library> {
    let library = Library::open_or_create(&common.index)?;
    with_model(library, common)
}

fn with_model(library: Library, common: &Common) -> anyhow::Result<Library> {
    let made_by = library.snapshot().embedder().cloned();
    let embedder = embedder(common, made_by.as_ref())?;
    Ok(library.with_shared_embedder(embedder)?)
}

/// The embedder that the arguments name; else the one that made the index; else the bundled model.
pub(crate) fn embedder(
    common: &Common,
    made_by: Option<&EmbedderIdentity>,
) -> Result<Arc<dyn Embedder>, Error> {
    let hashed = HashedEmbedder::new();
    let made_by_hashing = || made_by.is_some_and(|made_by| made_by.fingerprint == hashed.fingerprint());
    match (common.embedder, &common.model) {
        (Some(EmbedderKind::Hashed), _) => Ok(Arc::new(hashed)),
        (_, Some(folder)) => Ok(Arc::new(OnnxEmbedder::from_dir(folder)?)),
        (None, None) if made_by_hashing() => Ok(Arc::new(hashed)),
        (_, None) => Ok(Arc::new(OnnxEmbedder::bundled()?)),
    }
}
