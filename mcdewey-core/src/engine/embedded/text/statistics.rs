//! What words are weighed by.

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::super::schema::Fields;
use super::super::top::ChunkIdx;
use super::NO_CHUNK;
use crate::engine::TermCounts;

/// What a reader may know of, where that is not everything.
#[derive(Debug)]
pub(in super::super) struct Known {
    pub(in super::super) terms: TermCounts,
    pub(in super::super) n_chunks: u64,
    /// By chunk.
    pub(in super::super) chunks: Vec<bool>,
}

/// What words are weighed by.
///
/// tantivy estimates a field's length after a merge that dropped documents; the catalogue knows
/// it. So an index that was brought up to date ranks exactly as one built from scratch.
pub(in super::super) struct Statistics<'a> {
    pub(in super::super) searcher: &'a Searcher,
    pub(in super::super) fields: &'a Fields,
    /// Exact totals of what may be known of, from the catalogue.
    pub(in super::super) terms: TermCounts,
    pub(in super::super) known: Option<&'a Known>,
    /// `chunk_of[segment][document]` is the chunk's number, or [`NO_CHUNK`].
    pub(in super::super) chunk_of: &'a [Vec<ChunkIdx>],
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let fields = self.fields;
        Ok(match field {
            // A name is one word long.
            _ if field == fields.key => self.total_num_docs()?,
            _ if field == fields.title => self.terms.title,
            _ if field == fields.heading => self.terms.heading,
            _ => self.terms.body,
        })
    }

    // Deleted documents count until they are merged away: `doc_freq` counts them too, and must
    // never exceed this.
    fn total_num_docs(&self) -> tantivy::Result<u64> {
        match self.known {
            None => self.searcher.total_num_docs(),
            Some(known) => Ok(known.n_chunks),
        }
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        match self.known {
            None => self.searcher.doc_freq(term),
            Some(_) => self.count(term),
        }
    }
}

impl Statistics<'_> {
    /// Whether a document that holds a word counts: it is there, and may be known of.
    pub(super) fn counts(&self, chunk: ChunkIdx) -> bool {
        match self.known {
            // As `doc_freq` counts them: deleted ones too, until they are merged away.
            None => true,
            Some(known) => chunk != NO_CHUNK && known.chunks[chunk as usize],
        }
    }

    /// How many chunks that may be known of hold the term.
    fn count(&self, term: &Term) -> tantivy::Result<u64> {
        let mut count = 0;
        for (reader, chunk_of) in self.searcher.segment_readers().iter().zip(self.chunk_of) {
            let inverted_index = reader.inverted_index(term.field())?;
            let Some(mut postings) =
                inverted_index.read_block_postings(term, IndexRecordOption::Basic)?
            else {
                continue;
            };
            while postings.block_len() > 0 {
                let chunks = postings.docs().iter();
                let chunks = chunks.map(|&document| chunk_of[document as usize]);
                count += chunks.filter(|&chunk| self.counts(chunk)).count() as u64;
                postings.advance();
            }
        }
        Ok(count)
    }
}
