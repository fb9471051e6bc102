//! How much of a query a chunk has.

use tantivy::query::Bm25StatisticsProvider;
use tantivy::{DocAddress, Term};

use super::statistics::Statistics;
use super::{by_segment, having, words_of};
use crate::engine::WordSet;
use crate::query::Query;

/// By chunk, the share of the query's words and written names that it has, each worth its inverse
/// document frequency; and which words. A name that is only there in scattered parts is not there.
pub(in super::super) fn coverage(
    statistics: &Statistics<'_>,
    query: &Query,
    chunks: &[DocAddress],
) -> tantivy::Result<Vec<(f32, WordSet)>> {
    let fields = statistics.fields;
    let words = words_of(statistics.searcher, fields, query, chunks)?;
    let n_chunks = statistics.total_num_docs()?;
    let mut total = 0.0_f64;
    let mut covered = vec![0.0_f64; chunks.len()];
    for (place, sought) in query.sought().iter().enumerate() {
        let mut most = 0;
        for field in [fields.title, fields.heading, fields.body] {
            let term = Term::from_field_text(field, &sought.stem);
            most = most.max(statistics.doc_freq(&term)?);
        }
        let worth = inverse_frequency(most, n_chunks);
        total += worth;
        let having = words.iter().zip(&mut covered);
        having
            .filter(|(words, _)| words.contains(place))
            .for_each(|(_, covered)| *covered += worth);
    }
    let names = query.names.iter();
    for name in names.filter(|name| name.is_written && name.n_words > 1) {
        let key = std::slice::from_ref(&name.key);
        let term = Term::from_field_text(fields.key, &name.key);
        let worth = inverse_frequency(statistics.doc_freq(&term)?, n_chunks);
        total += worth;
        for of_segment in by_segment(chunks) {
            let segment = chunks[of_segment[0]].segment_ord;
            let reader = statistics.searcher.segment_reader(segment);
            for chunk in having(reader, fields.key, key, chunks, &of_segment)? {
                covered[chunk] += worth;
            }
        }
    }
    let share = |covered: f64| if total > 0.0 { covered / total } else { 0.0 };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a share needs no more digits"
    )]
    let shares = covered.into_iter().map(|covered| share(covered) as f32);
    Ok(shares.zip(words).collect())
}

/// As BM25 has it.
fn inverse_frequency(n_having: u64, n_chunks: u64) -> f64 {
    let (having, all) = (n_having as f64, n_chunks as f64);
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}
