//! Where rows of words stand: words that follow each other, or stand near each other.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

/// How words have to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// One after the other.
    InARow,
    /// In any order, with at most so many others between them.
    Within(usize),
}

/// Calls `found` with each document of a segment, deleted ones included, in which `terms` (all of
/// one field) stand so, and how often they do; ascending.
pub(super) fn each_document(
    reader: &SegmentReader,
    terms: &[Term],
    stand: Stand,
    mut found: impl FnMut(DocId, u32),
) -> tantivy::Result<()> {
    let [term] = terms else {
        return each_together(reader, terms, stand, found);
    };
    let inverted_index = reader.inverted_index(term.field())?;
    let postings = inverted_index.read_block_postings(term, IndexRecordOption::WithFreqs)?;
    let Some(mut postings) = postings else {
        return Ok(());
    };
    while postings.block_len() > 0 {
        for (&document, &frequency) in postings.docs().iter().zip(postings.freqs()) {
            found(document, frequency);
        }
        postings.advance();
    }
    Ok(())
}

fn each_together(
    reader: &SegmentReader,
    terms: &[Term],
    stand: Stand,
    mut found: impl FnMut(DocId, u32),
) -> tantivy::Result<()> {
    let Some(mut together) = Together::open(reader, terms)? else {
        return Ok(());
    };
    let mut document = 0;
    while together.seek(&mut document) {
        let count = together.count(stand);
        if count > 0 {
            found(document, count);
        }
        document += 1;
    }
    Ok(())
}

/// Moves postings on to a document; whether it is among them.
pub(super) fn stands_at(postings: &mut SegmentPostings, document: DocId) -> bool {
    if postings.doc() < document {
        postings.seek(document);
    }
    postings.doc() == document
}

/// The postings of several terms of one field.
pub(super) struct Together {
    postings: Vec<SegmentPostings>,
    /// Positions, kept to be written over.
    positions: Vec<Vec<u32>>,
}

impl Together {
    /// `None` if a term stands nowhere in the segment, or there is none.
    pub(super) fn open(reader: &SegmentReader, terms: &[Term]) -> tantivy::Result<Option<Self>> {
        let mut postings = Vec::with_capacity(terms.len());
        for term in terms {
            let inverted_index = reader.inverted_index(term.field())?;
            let of_term =
                inverted_index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?;
            let Some(of_term) = of_term else {
                return Ok(None);
            };
            postings.push(of_term);
        }
        let positions = vec![Vec::new(); terms.len()];
        Ok((!postings.is_empty()).then_some(Self {
            postings,
            positions,
        }))
    }

    /// Moves on to the first document from `document` on that has all terms, and says which;
    /// false if there is none.
    pub(super) fn seek(&mut self, document: &mut DocId) -> bool {
        let mut n_agreed = 0;
        let mut at = 0;
        while n_agreed < self.postings.len() {
            let postings = &mut self.postings[at];
            if postings.doc() < *document {
                postings.seek(*document);
            }
            if postings.doc() == TERMINATED {
                return false;
            }
            n_agreed = if postings.doc() == *document {
                n_agreed + 1
            } else {
                *document = postings.doc();
                1
            };
            at = (at + 1) % self.postings.len();
        }
        true
    }

    /// How often the terms stand so in the document that all of them are at.
    pub(super) fn count(&mut self, stand: Stand) -> u32 {
        for (postings, positions) in self.postings.iter_mut().zip(&mut self.positions) {
            postings.positions(positions);
        }
        match stand {
            Stand::InARow => self.rows(),
            Stand::Within(distance) => u32::from(self.span() < self.positions.len() + distance + 1),
        }
    }

    fn rows(&self) -> u32 {
        let starts = self.positions[0].iter().filter(|&&start| {
            let mut others = self.positions.iter().zip(start..).skip(1);
            others.all(|(positions, wanted)| positions.binary_search(&wanted).is_ok())
        });
        u32::try_from(starts.count()).unwrap_or(u32::MAX)
    }

    /// How many words the shortest stretch has that holds all terms.
    fn span(&self) -> usize {
        let mut at = vec![0; self.positions.len()];
        let mut best = usize::MAX;
        loop {
            let current = || at.iter().zip(&self.positions).map(|(&at, all)| all[at]);
            let (Some(first), Some(last)) = (current().min(), current().max()) else {
                return best;
            };
            best = best.min((last - first) as usize + 1);
            // The first of them has to move on for the stretch to become shorter.
            let Some(moved) = current().position(|position| position == first) else {
                return best;
            };
            at[moved] += 1;
            if at[moved] == self.positions[moved].len() {
                return best;
            }
        }
    }
}
