//! An index directory in, a library with the model that made it out.

use std::path::Path;

use anyhow::Context;
use mcdewey_core::engine::EmbedderIdentity;
use mcdewey_core::{Embedder, HashedEmbedder, Library, OnnxEmbedder};

/// Opens the library in an index directory, with the model that made its vectors: the bundled one,
/// or the hashed one of any dimension. An index without passages gets the bundled one.
///
/// # Errors
/// If there is no index or it cannot be read, if the bundled model cannot be loaded, or if another
/// model made the index.
pub fn open_library(index: &Path) -> anyhow::Result<Library> {
    let library = Library::open(index)?;
    let made_by = library.snapshot().embedder().cloned();
    if let Some(hashed) = made_by.as_ref().and_then(hashed) {
        return Ok(library.with_embedder(hashed)?);
    }
    let library = library.with_embedder(OnnxEmbedder::bundled()?);
    library.with_context(|| {
        let model = made_by.map_or_else(String::new, |made_by| made_by.name);
        let index = index.display();
        format!("the index at {index} was made with the model {model}, which is not built in")
    })
}

/// The hashed embedder, if it is what made the vectors.
fn hashed(made_by: &EmbedderIdentity) -> Option<HashedEmbedder> {
    let embedder = HashedEmbedder::with_dim(made_by.dim).ok()?;
    (embedder.fingerprint() == made_by.fingerprint).then_some(embedder)
}
