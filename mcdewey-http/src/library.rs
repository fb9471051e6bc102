//! Opening a library with the model it needs.

use std::path::Path;
use std::sync::Arc;

use mcdewey_core::{Embedder, HashedEmbedder, Library, OnnxEmbedder, OnnxReranker};

use crate::args::{Common, EmbedderKind};

/// Opens an index to read from, without a model.
pub(crate) fn open(common: &Common) -> anyhow::Result<Library> {
    Ok(Library::open(common.index())?)
}

/// Opens an index to search by meaning too.
pub(crate) fn open_with_model(common: &Common) -> anyhow::Result<Library> {
    with_model(open(common)?, common)
}

/// Opens an index to write to; makes one where there is none.
pub(crate) fn open_or_create(common: &Common) -> anyhow::Result<Library> {
    with_model(Library::open_or_create(common.index())?, common)
}

/// The model that the arguments name, else the one that made the index.
fn with_model(library: Library, common: &Common) -> anyhow::Result<Library> {
    Ok(match named_embedder(common)? {
        Some(embedder) => library.with_shared_embedder(embedder)?,
        None => library.with_default_embedder()?,
    })
}

/// The library with the reranker in this folder; as it is without one.
pub(crate) fn with_reranker(library: Library, folder: Option<&Path>) -> anyhow::Result<Library> {
    Ok(match folder {
        Some(folder) => library.with_reranker(OnnxReranker::open(folder)?),
        None => library,
    })
}

/// The embedder that the arguments name; the bundled one if they name none.
pub(crate) fn embedder(common: &Common) -> anyhow::Result<Arc<dyn Embedder>> {
    Ok(match named_embedder(common)? {
        Some(embedder) => embedder,
        None => Arc::new(OnnxEmbedder::bundled()?),
    })
}

fn named_embedder(common: &Common) -> mcdewey_core::Result<Option<Arc<dyn Embedder>>> {
    let folder = common.model.as_deref();
    Ok(match common.embedder {
        Some(EmbedderKind::Hashed) => Some(Arc::new(HashedEmbedder::new())),
        Some(EmbedderKind::Onnx) => Some(onnx(folder)?),
        None => folder.map(|folder| onnx(Some(folder))).transpose()?,
    })
}

fn onnx(folder: Option<&Path>) -> mcdewey_core::Result<Arc<dyn Embedder>> {
    Ok(Arc::new(match folder {
        Some(folder) => OnnxEmbedder::from_dir(folder)?,
        None => OnnxEmbedder::bundled()?,
    }))
}
