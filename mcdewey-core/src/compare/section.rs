//! The stored chunks of a document in, its sections out.
//!
//! ```text
//! chunk 0   Guide > Ports    lead "# Guide ## Ports"   "Open these."       \  section
//! chunk 1   Guide > Ports    lead ""                   "More of them."     /  Guide > Ports
//! chunk 2   Guide > Notes    lead ""                   "## Notes"             Guide > Notes, empty
//! ```

use super::heading::{heading_key, top_heading_key};
use super::words::words;
use crate::chunk::PageRange;
use crate::engine::{DocumentRecord, StoredChunk};
use crate::shelf::{ChunkId, DocumentId};

/// A section of one version: what stands under a heading up to the next one.
#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) document_id: DocumentId,
    /// Headings from the outermost to its own; empty before the first heading.
    pub(super) heading_path: Vec<String>,
    /// [`heading_key`] of each, but for the document's title.
    pub(super) key: Vec<String>,
    /// [`heading_key`] of its own heading, also where that is the document's title.
    pub(super) name: Option<String>,
    pub(super) chunk_ids: Vec<ChunkId>,
    pub(super) page: Option<PageRange>,
    /// Its text without headings; empty if nothing stands under the heading.
    pub(super) text: String,
}

/// The sections of a document, in reading order; `chunks` are all of its chunks in reading order,
/// and `version` is the name of the version it is about.
pub(super) fn sections(
    record: &DocumentRecord,
    version: &str,
    chunks: Vec<StoredChunk>,
) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut previous: Option<StoredChunk> = None;
    for chunk in chunks {
        let goes_on = previous
            .as_ref()
            .filter(|previous| is_same_section(previous, &chunk));
        match (sections.last_mut(), goes_on) {
            (Some(section), Some(previous)) => extend(section, record, previous, &chunk),
            _ => sections.push(begin(record, version, &chunk)),
        }
        previous = Some(chunk);
    }
    sections
}

/// Lead and anchor tell apart two sections of the same name that follow each other.
fn is_same_section(previous: &StoredChunk, chunk: &StoredChunk) -> bool {
    previous.heading_path == chunk.heading_path
        && previous.anchor == chunk.anchor
        && chunk.body.lead.is_empty()
}

fn begin(record: &DocumentRecord, version: &str, chunk: &StoredChunk) -> Section {
    let keys = keys(version, &chunk.heading_path);
    let name = keys.last().cloned();
    let own = chunk.body.own();
    let is_heading = chunk
        .heading_path
        .last()
        .is_some_and(|heading| says(own, heading));
    Section {
        document_id: record.id.clone(),
        key: below_title(record, version, keys),
        name,
        heading_path: chunk.heading_path.clone(),
        chunk_ids: vec![ChunkId::new(&record.id, chunk.ordinal)],
        page: chunk.pages.clone(),
        // A heading with nothing under it is a passage of its own.
        text: if is_heading {
            String::new()
        } else {
            own.to_owned()
        },
    }
}

/// Whether a text is a heading and nothing else.
fn says(text: &str, heading: &str) -> bool {
    words(text).len() <= words(heading).len() + 1 && heading_key(text) == heading_key(heading)
}

fn extend(
    section: &mut Section,
    record: &DocumentRecord,
    previous: &StoredChunk,
    chunk: &StoredChunk,
) {
    // Inside a table or code that was cut, the next line follows; elsewhere the next paragraph.
    let is_cut = previous.body.repeated_after > 0 || chunk.body.repeated_before > 0;
    section.text += if is_cut { "\n" } else { "\n\n" };
    section.text += chunk.body.own();
    section
        .chunk_ids
        .push(ChunkId::new(&record.id, chunk.ordinal));
    match (&mut section.page, &chunk.pages) {
        (Some(page), Some(more)) => page.last = page.last.max(more.last),
        (page @ None, Some(_)) => page.clone_from(&chunk.pages),
        (_, None) => {}
    }
}

fn keys(version: &str, heading_path: &[String]) -> Vec<String> {
    let key = |(depth, heading): (usize, &String)| match depth {
        0 => top_heading_key(heading, version),
        _ => heading_key(heading),
    };
    heading_path.iter().enumerate().map(key).collect()
}

/// Without the title of the document, which may stand above all its headings in one version and in
/// the front matter of another.
fn below_title(record: &DocumentRecord, version: &str, mut keys: Vec<String>) -> Vec<String> {
    let title = record.title.as_ref();
    let title = title.map(|title| top_heading_key(title, version));
    if title.is_some() && keys.first() == title.as_ref() {
        keys.remove(0);
    }
    keys
}
