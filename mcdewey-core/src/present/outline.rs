//! A document's chunks in, its table of contents out.

use serde::Serialize;

use crate::chunk::PageRange;
use crate::engine::{DocumentRecord, StoredChunk};
use crate::shelf::ChunkId;

/// A heading of a document and where its section starts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct OutlineEntry {
    /// How deep it stands, from 1.
    pub level: usize,
    /// The heading.
    pub heading: String,
    /// The first chunk of its section, or of the first section below it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub chunk_id: ChunkId,
    /// Where that chunk stands, if the document knows pages.
    pub page: Option<PageRange>,
}

/// The headings of a document in reading order, from its chunks in reading order. A heading that
/// repeats under the same headings, as sections over several chunks do, is one entry.
pub fn outline(record: &DocumentRecord, chunks: &[StoredChunk]) -> Vec<OutlineEntry> {
    let mut entries = Vec::new();
    let mut above: &[String] = &[];
    for chunk in chunks {
        let path = chunk.heading_path.as_slice();
        let same = above.iter().zip(path).take_while(|(a, b)| a == b).count();
        let new = path.iter().enumerate().skip(same);
        entries.extend(new.map(|(depth, heading)| OutlineEntry {
            level: depth + 1,
            heading: heading.clone(),
            chunk_id: ChunkId::new(&record.id, chunk.ordinal),
            page: chunk.pages.clone(),
        }));
        above = path;
    }
    entries
}
