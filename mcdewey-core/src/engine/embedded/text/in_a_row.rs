//! How much of a query stands in a chunk as it stands in the query.
//!
//! ```text
//! query     show ip bgp summary        AXL API guide
//! passage   ... show ip bgp ...        ... the AXL_API ...
//!               3 of 4 in a row            2 of 3 as one name
//! ```

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, SegmentReader, Term};

use super::by_segment;
use super::statistics::Statistics;
use crate::query::Query;

/// A longer query is a sentence: what of it stands in a row is chance.
const MAX_WORDS: usize = 12;

/// By chunk, the share of the query's words that stand in its passage one after the other, or as
/// one name; 0 if fewer than two do.
pub(in super::super) fn in_a_row(
    statistics: &Statistics<'_>,
    query: &Query,
    chunks: &[DocAddress],
) -> tantivy::Result<Vec<f32>> {
    let words: Vec<&str> = query.words().collect();
    let mut most = vec![0; chunks.len()];
    if !(1..=MAX_WORDS).contains(&words.len()) {
        return Ok(vec![0.0; chunks.len()]);
    }
    for of_segment in by_segment(chunks) {
        let reader = statistics
            .searcher
            .segment_reader(chunks[of_segment[0]].segment_ord);
        names(statistics, reader, query, chunks, &of_segment, &mut most)?;
        if words.len() > 1 {
            rows(statistics, reader, &words, chunks, &of_segment, &mut most)?;
        }
    }
    let n_words = words.len();
    let shares = most
        .into_iter()
        .map(|most| most.min(n_words) as f32 / n_words as f32);
    Ok(shares.collect())
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
        for field in [fields.key, fields.exact] {
            let term = Term::from_field_text(field, &name.key);
            let inverted_index = reader.inverted_index(field)?;
            let Some(mut postings) =
                inverted_index.read_postings(&term, IndexRecordOption::Basic)?
            else {
                continue;
            };
            for &chunk in of_segment {
                let document = chunks[chunk].doc_id;
                if postings.doc() < document {
                    postings.seek(document);
                }
                if postings.doc() == document {
                    most[chunk] = most[chunk].max(name.n_words);
                }
            }
        }
    }
    Ok(())
}

/// Raises `most` to the longest row of words of each chunk of a segment.
fn rows(
    statistics: &Statistics<'_>,
    reader: &SegmentReader,
    words: &[&str],
    chunks: &[DocAddress],
    of_segment: &[usize],
    most: &mut [usize],
) -> tantivy::Result<()> {
    let field = statistics.fields.exact;
    let inverted_index = reader.inverted_index(field)?;
    let mut postings = Vec::with_capacity(words.len());
    for word in words {
        let term = Term::from_field_text(field, word);
        postings
            .push(inverted_index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)?);
    }
    let mut positions = Vec::new();
    for &chunk in of_segment {
        let document = chunks[chunk].doc_id;
        // Where a row ends that so far has all words up to the one before, and how long it is.
        let mut ends: Vec<(u32, usize)> = Vec::new();
        for postings in &mut postings {
            positions.clear();
            if let Some(postings) = postings {
                if postings.doc() < document {
                    postings.seek(document);
                }
                if postings.doc() == document {
                    postings.positions(&mut positions);
                }
            }
            let longer = positions.iter().map(|&position| {
                let before = position.checked_sub(1).and_then(|before| {
                    let at = ends.binary_search_by_key(&before, |&(end, _)| end).ok()?;
                    Some(ends[at].1)
                });
                (position, before.unwrap_or(0) + 1)
            });
            ends = longer.collect();
            let longest = ends.iter().map(|&(_, length)| length).max();
            most[chunk] = most[chunk].max(longest.filter(|&length| length > 1).unwrap_or(0));
        }
    }
    Ok(())
}
