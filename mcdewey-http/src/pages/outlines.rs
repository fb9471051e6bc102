//! Tables of contents of manuals, kept while they are read: to make one, every passage of the
//! manual is read.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use mcdewey_core::engine::{DocumentRecord, Snapshot, StoredChunk};
use mcdewey_core::present::{OutlineEntry, outline};
use mcdewey_core::{ChunkId, DocumentId, Error};

/// Manuals whose tables are kept. Chosen by hand: as many as are read at a time.
const MAX_KEPT: usize = 64;
/// Headings that are kept, of all manuals; a larger table is kept alone. Chosen by hand: about
/// 200 bytes each, so 20 MB.
const MAX_HEADINGS: usize = 100_000;
/// Passages that are read at a time, so that the text of a large manual is never in memory whole.
const BATCH: usize = 512;
/// Threads that read one manual. Chosen by hand: others want to read too.
const MAX_THREADS: usize = 4;

/// A manual's table of contents.
pub(super) type Outline = Arc<[OutlineEntry]>;

/// The tables of contents that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Outlines(Mutex<Vec<(Key, Outline)>>);

/// A document of one generation: with the time of its commit, since an index that is made anew
/// counts from 1 again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    generation: u64,
    written_at: Option<u64>,
    document: DocumentId,
}

impl Key {
    fn is_of_one_commit(&self, other: &Self) -> bool {
        (self.generation, self.written_at) == (other.generation, other.written_at)
    }
}

impl Outlines {
    /// The table of contents of `record`, which is one of the snapshot's.
    ///
    /// # Complexity
    /// Reads every passage of the document, unless it was asked for not long ago.
    pub(super) fn of(
        &self,
        snapshot: &dyn Snapshot,
        record: &DocumentRecord,
    ) -> Result<Outline, Error> {
        let key = Key {
            generation: snapshot.generation(),
            written_at: snapshot.written_at(),
            document: record.id.clone(),
        };
        if let Some(kept) = self.kept(&key) {
            return Ok(kept);
        }
        let outline = read(snapshot, record)?;
        self.keep(key, Arc::clone(&outline));
        Ok(outline)
    }

    fn kept(&self, key: &Key) -> Option<Outline> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = kept.iter().position(|(other, _)| other == key)?;
        // The last one is the one that was asked for last.
        let found = kept.remove(index);
        let outline = Arc::clone(&found.1);
        kept.push(found);
        Some(outline)
    }

    fn keep(&self, key: Key, outline: Outline) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those of earlier generations are asked for no more, and two who asked at once made two.
        kept.retain(|(other, _)| other.is_of_one_commit(&key) && *other != key);
        kept.push((key, outline));
        let mut n_headings: usize = kept.iter().map(|(_, outline)| outline.len()).sum();
        while kept.len() > 1 && (kept.len() > MAX_KEPT || n_headings > MAX_HEADINGS) {
            n_headings -= kept.remove(0).1.len();
        }
    }
}

/// Reads all passages, side by side: nobody sees a page of the manual before that is done.
fn read(snapshot: &dyn Snapshot, record: &DocumentRecord) -> Result<Outline, Error> {
    let ids: Vec<ChunkId> = record.chunk_ids().collect();
    let n_threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = ids.len().div_ceil(n_threads.min(MAX_THREADS)).max(BATCH);
    let parts: Result<Vec<_>, Error> = thread::scope(|scope| {
        let readers = ids.chunks(share);
        let readers = readers.map(|ids| scope.spawn(|| without_text(snapshot, ids)));
        let readers: Vec<_> = readers.collect();
        let parts = readers.into_iter();
        parts
            .map(|reader| reader.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    let chunks: Vec<StoredChunk> = parts?.into_iter().flatten().collect();
    Ok(outline(record, &chunks).into())
}

fn without_text(snapshot: &dyn Snapshot, ids: &[ChunkId]) -> Result<Vec<StoredChunk>, Error> {
    let mut chunks = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        let read = snapshot.chunks(batch)?.into_iter().flatten();
        chunks.extend(read.map(|mut chunk| {
            chunk.body.text = String::new();
            chunk
        }));
    }
    Ok(chunks)
}

#[cfg(test)]
mod tests {
    use mcdewey_core::{HashedEmbedder, Library};

    use super::*;

    fn outline_of(n: usize) -> Outline {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("docs")).unwrap();
        let parts: Vec<_> = (0..n)
            .map(|n| format!("# Part {n}\n\nWords.\n\n"))
            .collect();
        std::fs::write(folder.path().join("docs/a.md"), parts.concat()).unwrap();
        let library = Library::open_or_create(&folder.path().join("index"))
            .and_then(|library| library.with_embedder(HashedEmbedder::new()))
            .unwrap();
        library.ingest(folder.path().join("docs")).unwrap();
        let snapshot = library.snapshot();
        let outlines = Outlines::default();
        let record = &snapshot.documents()[0];
        let first = outlines.of(snapshot.as_ref(), record).unwrap();
        let second = outlines.of(snapshot.as_ref(), record).unwrap();
        assert!(Arc::ptr_eq(&first, &second), "it was read twice");
        first
    }

    fn key(generation: u64, document: usize) -> Key {
        Key {
            generation,
            written_at: Some(7),
            document: format!("d{document}").parse().unwrap(),
        }
    }

    #[test]
    fn a_table_is_read_once_and_is_the_library_s_own() {
        // More than are read at a time.
        let outline = outline_of(BATCH + 3);
        assert_eq!(outline.len(), BATCH + 3);
        assert_eq!(outline[BATCH + 2].heading, format!("Part {}", BATCH + 2));
        assert_eq!(outline[BATCH + 2].chunk_id.ordinal() as usize, BATCH + 2);
    }

    #[test]
    fn no_more_is_kept_than_fits_and_what_was_asked_for_last_stays() {
        let outlines = Outlines::default();
        let small = outline_of(1);
        for document in 0..MAX_KEPT {
            outlines.keep(key(1, document), Arc::clone(&small));
        }
        assert!(outlines.kept(&key(1, 0)).is_some());
        outlines.keep(key(1, MAX_KEPT), Arc::clone(&small));
        assert!(outlines.kept(&key(1, 0)).is_some());
        assert!(outlines.kept(&key(1, 1)).is_none());
        let large: Outline = vec![small[0].clone(); MAX_HEADINGS].into();
        outlines.keep(key(1, 99), large);
        assert!(outlines.kept(&key(1, 99)).is_some());
        assert!(outlines.kept(&key(1, 0)).is_none());
    }

    #[test]
    fn another_generation_has_other_tables() {
        let outlines = Outlines::default();
        let outline = outline_of(1);
        outlines.keep(key(1, 0), Arc::clone(&outline));
        assert!(outlines.kept(&key(2, 0)).is_none());
        outlines.keep(key(2, 1), outline);
        assert!(outlines.kept(&key(1, 0)).is_none());
    }
}
