//! The same chunks with another model, from stored text: no source file is read.

use std::collections::HashSet;

use serde::Serialize;

use super::progress::{IngestEvent, IngestProgress};
use super::store::{self, NewText, STEP};
use crate::embed::Embedder;
use crate::engine::{EmbedderIdentity, Engine, Snapshot, StoredChunk, Writer};
use crate::shelf::ChunkId;
use crate::{Error, Result};

/// The outcome of embedding a library anew.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReembedReport {
    /// Chunks in the library.
    pub chunks: usize,
    /// Distinct texts that were embedded.
    pub embedded: usize,
    /// Chunks longer than the new model reads: it saw only their beginning. `mcdewey index` with
    /// the new model cuts them to its size.
    pub oversize: usize,
    /// The generation that holds the outcome.
    pub generation: u64,
}

/// Embeds every chunk with `embedder` and switches over in one commit; until then readers see
/// the old vectors.
///
/// # Errors
/// [`Error::Interrupted`] if `events` said so: the library is what it was. Otherwise if the index
/// cannot be read or written, or the model fails.
pub fn reembed(
    engine: &dyn Engine,
    embedder: &dyn Embedder,
    events: &dyn IngestProgress,
) -> Result<ReembedReport> {
    let mut writer = engine.rewriter(EmbedderIdentity::of(embedder))?;
    let snapshot = engine.snapshot()?;
    let mut report = ReembedReport {
        chunks: 0,
        embedded: 0,
        oversize: 0,
        generation: snapshot.generation(),
    };
    let documents = snapshot.documents();
    let all_chunks: u64 = documents
        .iter()
        .map(|record| u64::from(record.chunks))
        .sum();
    let tell = |event| {
        if events.event(event).is_break() {
            return Err(Error::Interrupted {
                generation: snapshot.generation(),
            });
        }
        Ok(())
    };
    tell(IngestEvent::Planned {
        documents: documents.len(),
        bytes: all_chunks,
    })?;
    for record in documents {
        let ids: Vec<ChunkId> = record.chunk_ids().collect();
        let chunks = read_chunks(snapshot.as_ref(), &ids)?;
        for (ids, chunks) in ids.chunks(STEP).zip(chunks.chunks(STEP)) {
            report.embedded += embed(writer.as_mut(), embedder, ids, chunks)?;
            report.oversize += oversize(embedder, chunks);
            report.chunks += chunks.len();
            tell(IngestEvent::Advanced {
                bytes: report.chunks as u64,
                embedded: report.embedded,
            })?;
        }
        writer.put_document(record.clone(), &chunks)?;
    }
    tell(IngestEvent::Finishing)?;
    report.generation = writer.finish()?;
    Ok(report)
}

fn read_chunks(snapshot: &dyn Snapshot, ids: &[ChunkId]) -> Result<Vec<StoredChunk>> {
    let chunks = snapshot.chunks(ids)?;
    ids.iter()
        .zip(chunks)
        .map(|(id, chunk)| {
            chunk.ok_or_else(|| Error::NotFound {
                what: "chunk",
                id: id.to_string(),
            })
        })
        .collect()
}

fn embed(
    writer: &mut dyn Writer,
    embedder: &dyn Embedder,
    ids: &[ChunkId],
    chunks: &[StoredChunk],
) -> Result<usize> {
    let mut seen = HashSet::new();
    let new: Vec<(&ChunkId, &StoredChunk)> = ids
        .iter()
        .zip(chunks)
        .filter(|(_, chunk)| !writer.has_vector(&chunk.text_key) && seen.insert(chunk.text_key))
        .collect();
    let inputs: Vec<String> = new.iter().map(|(_, chunk)| chunk.model_input()).collect();
    let texts: Vec<NewText<'_>> = new
        .iter()
        .zip(&inputs)
        .map(|((id, chunk), input)| (chunk.text_key, input.as_str(), (*id).clone()))
        .collect();
    store::embed(writer, embedder, &texts)?;
    Ok(texts.len())
}

fn oversize(embedder: &dyn Embedder, chunks: &[StoredChunk]) -> usize {
    let limit = embedder.token_limit();
    let inputs = chunks.iter().map(StoredChunk::model_input);
    inputs
        .filter(|input| embedder.count_tokens(input) > limit)
        .count()
}
