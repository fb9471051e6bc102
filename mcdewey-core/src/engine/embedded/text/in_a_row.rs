//! What of a query stands in a chunk as it stands in the query.
//!
//! ```text
//! query     show ip bgp summary        AXL API guide
//! passage   ... show ip bgp ...        ... the AXL_API ...
//!               3 of 4 in a row            2 of 3 as one name
//! ```

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Bm25Weight;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, SegmentReader, Term};

use super::rows::stands_at;
use super::statistics::Statistics;
use super::{PAIR_WEIGHT, by_segment, lengths};
use crate::query::Query;

/// Words in a row may be other forms of those of the query (`insecure-registry` for
/// `insecure-registries`), and count so much of a name, which may not.
const BY_STEMS: f32 = 0.7;

/// A longer query is a sentence: what of it stands in a row is chance.
const MAX_WORDS: usize = 12;

/// What of a query stands in a chunk as in the query.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Neighbours {
    /// What the pairs of words that follow each other in both are worth.
    pub(in super::super) pairs: f32,
    /// The share of the query's words that stand in the passage as one name or, at a discount, one
    /// after the other; 0 if fewer than two do.
    pub(in super::super) in_a_row: f32,
}

/// By chunk, what of `query` stands in it as in the query.
pub(in super::super) fn neighbours(
    statistics: &Statistics<'_>,
    query: &Query,
    chunks: &[DocAddress],
) -> tantivy::Result<Vec<Neighbours>> {
    let mut found = vec![Neighbours::default(); chunks.len()];
    let words = Words::of(query, statistics)?;
    let n_words = words.terms.len();
    if !(1..=MAX_WORDS).contains(&n_words) {
        return Ok(found);
    }
    let mut most = vec![0; chunks.len()];
    for of_segment in by_segment(chunks) {
        let segment = chunks[of_segment[0]].segment_ord;
        let reader = statistics.searcher.segment_reader(segment);
        names(statistics, reader, query, chunks, &of_segment, &mut most)?;
        if n_words > 1 {
            let mut segment = words.in_segment(reader)?;
            for chunk in of_segment {
                let (pairs, longest) = segment.look_at(chunks[chunk].doc_id);
                found[chunk].pairs = pairs;
                found[chunk].in_a_row = BY_STEMS * longest as f32 / n_words as f32;
            }
        }
    }
    for (found, most) in found.iter_mut().zip(most) {
        let by_name = most.min(n_words) as f32 / n_words as f32;
        found.in_a_row = found.in_a_row.max(by_name);
    }
    Ok(found)
}

/// Raises `most` to the words of the longest name of each chunk of a segment.
fn names(
    statistics: &Statistics<'_>,
    reader: &SegmentReader,
    query: &Query,
    chunks: &[DocAddress],
    of_segment: &[usize],
    most: &mut [usize],
) -> tantivy::Result<()> {
    let fields = statistics.fields;
    for name in &query.names {
        // A name of one word is also there as the word that it is.
        let fields = [
            Some(fields.key),
            (name.n_words == 1).then_some(fields.exact),
        ];
        for field in fields.into_iter().flatten() {
            let term = Term::from_field_text(field, &name.key);
            let inverted_index = reader.inverted_index(field)?;
            let Some(mut postings) =
                inverted_index.read_postings(&term, IndexRecordOption::Basic)?
            else {
                continue;
            };
            for &chunk in of_segment {
                if stands_at(&mut postings, chunks[chunk].doc_id) {
                    most[chunk] = most[chunk].max(name.n_words);
                }
            }
        }
    }
    Ok(())
}

/// The words of a query in the passages.
struct Words {
    terms: Vec<Term>,
    /// By word, what it and the one before it are worth together.
    pairs: Vec<Option<Bm25Weight>>,
}

impl Words {
    fn of(query: &Query, statistics: &Statistics<'_>) -> tantivy::Result<Self> {
        let stemmers = query.stemmers();
        let body = statistics.fields.body;
        let term = |word| Term::from_field_text(body, &stemmers.first(word));
        let terms: Vec<Term> = query.words().take(MAX_WORDS + 1).map(term).collect();
        let mut pairs = vec![None; terms.len()];
        if terms.len() <= MAX_WORDS {
            for (at, pair) in terms.windows(2).enumerate() {
                let bm25 = Bm25Weight::for_terms(statistics, pair)?;
                pairs[at + 1] = Some(bm25.boost_by(PAIR_WEIGHT));
            }
        }
        Ok(Self { terms, pairs })
    }

    fn in_segment<'a>(&'a self, reader: &SegmentReader) -> tantivy::Result<Segment<'a>> {
        let mut postings = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            let inverted_index = reader.inverted_index(term.field())?;
            let record = IndexRecordOption::WithFreqsAndPositions;
            postings.push(inverted_index.read_postings(term, record)?);
        }
        let body = self.terms[0].field();
        Ok(Segment {
            words: self,
            postings,
            lengths: lengths(reader, body)?,
            here: Vec::new(),
            positions: Vec::new(),
            ends: Vec::new(),
            next_ends: Vec::new(),
        })
    }
}

/// The postings of the words in a segment.
struct Segment<'a> {
    words: &'a Words,
    postings: Vec<Option<SegmentPostings>>,
    lengths: tantivy::fieldnorm::FieldNormReader,
    /// Whether each of them stands in the document.
    here: Vec<bool>,
    positions: Vec<u32>,
    /// Where a row ends that has the words up to the one before, and how long it is.
    ends: Vec<(u32, usize)>,
    next_ends: Vec<(u32, usize)>,
}

impl Segment<'_> {
    /// What the pairs of a document are worth, and the length of its longest row, at least 2 or 0.
    fn look_at(&mut self, document: u32) -> (f32, usize) {
        let (mut worth, mut longest) = (0.0, 0);
        let here = self.postings.iter_mut().map(|postings| {
            let postings = postings.as_mut();
            postings.is_some_and(|postings| stands_at(postings, document))
        });
        self.here.clear();
        self.here.extend(here);
        // Positions are what costs.
        if !self.here.windows(2).any(|pair| pair[0] && pair[1]) {
            return (worth, longest);
        }
        self.ends.clear();
        let words = self.postings.iter_mut().zip(&self.here);
        for ((postings, &is_here), pair) in words.zip(&self.words.pairs) {
            self.positions.clear();
            if let (Some(postings), true) = (postings, is_here) {
                postings.positions(&mut self.positions);
            }
            self.next_ends.clear();
            let mut n_pairs = 0;
            let mut before = self.ends.iter().peekable();
            for &position in &self.positions {
                while before.next_if(|&&(end, _)| end + 1 < position).is_some() {}
                let length = match before.peek() {
                    Some(&&(end, length)) if end + 1 == position => {
                        n_pairs += 1;
                        longest = longest.max(length + 1);
                        length + 1
                    }
                    _ => 1,
                };
                self.next_ends.push((position, length));
            }
            std::mem::swap(&mut self.ends, &mut self.next_ends);
            if let (Some(bm25), 1..) = (pair, n_pairs) {
                worth += bm25.score(self.lengths.fieldnorm_id(document), n_pairs);
            }
        }
        (worth, longest)
    }
}
