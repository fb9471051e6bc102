//! Which chunks meet a condition.

use tantivy::{SegmentReader, Term};

use super::super::schema::Fields;
use super::super::top::ChunkIdx;
use super::NO_CHUNK;
use super::rows::{Stand, each_document};
use crate::analyze::{self, Stemmers};
use crate::engine::{DocumentRecord, Filter};
use crate::query::{self, Condition};

/// What conditions are looked up in.
pub(in super::super) struct Chunks<'a> {
    pub(in super::super) segments: &'a [SegmentReader],
    pub(in super::super) fields: &'a Fields,
    /// `of_document[segment][document]` is the chunk's number, or [`NO_CHUNK`].
    pub(in super::super) of_document: &'a [Vec<ChunkIdx>],
    pub(in super::super) documents: &'a [DocumentRecord],
    pub(in super::super) stemmers: Stemmers,
    /// First chunk of each document, and one past the last chunk of all.
    pub(in super::super) first: &'a [ChunkIdx],
}

impl Chunks<'_> {
    fn n_chunks(&self) -> usize {
        self.first.last().map_or(0, |&end| end as usize)
    }

    /// By chunk, whether it meets `condition`.
    ///
    /// # Complexity
    /// A leaf reads the postings of its words; a group takes a pass over all chunks.
    pub(in super::super) fn meeting(
        &self,
        condition: &Condition<Filter>,
    ) -> tantivy::Result<Vec<bool>> {
        let join = |inner: &[Condition<Filter>], is_all: bool| {
            let mut flags = vec![is_all; self.n_chunks()];
            for condition in inner {
                let other = self.meeting(condition)?;
                let pairs = flags.iter_mut().zip(other);
                pairs.for_each(|(flag, other)| {
                    *flag = if is_all {
                        *flag && other
                    } else {
                        *flag || other
                    };
                });
            }
            Ok(flags)
        };
        match condition {
            Condition::All(inner) => join(inner, true),
            Condition::Any(inner) => join(inner, false),
            Condition::Not(inner) => {
                let mut flags = self.meeting(inner)?;
                for flag in &mut flags {
                    *flag = !*flag;
                }
                Ok(flags)
            }
            Condition::In(filter) => Ok(self.admitted(filter)),
            Condition::Pages(first, last) => self.on_pages(*first, *last),
            Condition::Has(field, term) => self.having(*field, term),
        }
    }

    fn admitted(&self, filter: &Filter) -> Vec<bool> {
        let mut flags = vec![false; self.n_chunks()];
        for (record, bounds) in self.documents.iter().zip(self.first.windows(2)) {
            if filter.admits(record) {
                flags[bounds[0] as usize..bounds[1] as usize].fill(true);
            }
        }
        flags
    }

    fn on_pages(&self, first: u32, last: u32) -> tantivy::Result<Vec<bool>> {
        let mut flags = vec![false; self.n_chunks()];
        for (reader, chunk_of) in self.segments.iter().zip(self.of_document) {
            let columns = reader.fast_fields();
            let (begins, ends) = (columns.u64("first_page")?, columns.u64("last_page")?);
            for (document, &chunk) in (0..).zip(chunk_of) {
                let pages = begins.first(document).zip(ends.first(document));
                if let Some((begin, end)) = pages
                    && chunk != NO_CHUNK
                {
                    flags[chunk as usize] = begin <= u64::from(last) && u64::from(first) <= end;
                }
            }
        }
        Ok(flags)
    }

    fn having(&self, field: query::Field, term: &query::Term) -> tantivy::Result<Vec<bool>> {
        let mut flags = vec![false; self.n_chunks()];
        let stand = match term {
            query::Term::Near(_, distance) => Stand::Within(*distance),
            _ => Stand::InARow,
        };
        for terms in self.rows_of(field, term) {
            for (reader, chunk_of) in self.segments.iter().zip(self.of_document) {
                each_document(reader, &terms, stand, |document, _| {
                    let chunk = chunk_of[document as usize];
                    if chunk != NO_CHUNK {
                        flags[chunk as usize] = true;
                    }
                })?;
            }
        }
        Ok(flags)
    }

    /// The rows of terms of which one must stand in a chunk that has `term` in `field`. A phrase is
    /// found as it is spelt; titles and headings have stems alone.
    fn rows_of(&self, field: query::Field, term: &query::Term) -> Vec<Vec<Term>> {
        let (fields, words) = (self.fields, term.words());
        let row = |field, words: &[String]| -> Vec<Term> {
            let words = words.iter();
            words
                .map(|word| Term::from_field_text(field, word))
                .collect()
        };
        let stemmed = |field| {
            let rows = self.stemmers.rows(words).into_iter();
            rows.map(move |stems| row(field, &stems))
        };
        match field {
            query::Field::Title => stemmed(fields.title).collect(),
            query::Field::Heading => stemmed(fields.heading).collect(),
            query::Field::Code => vec![row(fields.code, words)],
            query::Field::Any => {
                let rows = stemmed(fields.title).chain(stemmed(fields.heading));
                if !matches!(term, query::Term::Phrase(_)) {
                    return rows.chain(stemmed(fields.body)).collect();
                }
                let rows = rows.chain([row(fields.exact, words)]);
                // The parts of a name follow each other in its key, whatever stands between them.
                let key = analyze::joined(words).filter(|_| words.len() > 1);
                rows.chain(key.map(|key| row(fields.key, &[key]))).collect()
            }
        }
    }
}
