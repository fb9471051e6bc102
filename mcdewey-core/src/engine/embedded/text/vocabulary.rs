//! Which words the library has.

use std::collections::BTreeMap;

use tantivy::Term;
use tantivy::query::{Bm25StatisticsProvider, FuzzyTermQuery};

use super::statistics::Statistics;
use crate::engine::Pattern;

/// Most words that are weighed where a reader may not know of all documents.
const MAX_COUNTED: usize = 256;

/// Words like `pattern` with how many chunks have them: most first, then in order of the alphabet.
pub(in super::super) fn words(
    statistics: &Statistics<'_>,
    pattern: Pattern<'_>,
    limit: usize,
) -> tantivy::Result<Vec<(String, u64)>> {
    if let Pattern::Word(word) = pattern {
        let count = count(statistics, word)?;
        return Ok(if count > 0 {
            vec![(word.to_owned(), count)]
        } else {
            Vec::new()
        });
    }
    let mut counts: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    for reader in statistics.searcher.segment_readers() {
        let inverted_index = reader.inverted_index(statistics.fields.exact)?;
        let mut add = |word: &[u8], count: u32| {
            *counts.entry(word.to_vec()).or_default() += u64::from(count);
        };
        match pattern {
            Pattern::Like(word, distance) => {
                let term = Term::from_field_text(statistics.fields.exact, word);
                let automaton = FuzzyTermQuery::new(term, distance, true).automaton()?;
                let mut words = inverted_index.terms().search(automaton).into_stream()?;
                while words.advance() {
                    add(words.key(), words.value().doc_freq);
                }
            }
            Pattern::Prefix(prefix) => {
                // Headings and titles have stems, which begin as their words do.
                let fields = statistics.fields;
                for field in [fields.exact, fields.heading, fields.title] {
                    let inverted_index = reader.inverted_index(field)?;
                    let mut words = inverted_index.terms().range().ge(prefix).into_stream()?;
                    while words.advance() && words.key().starts_with(prefix.as_bytes()) {
                        add(words.key(), words.value().doc_freq);
                    }
                }
            }
            Pattern::Word(_) => {}
        }
    }
    let words = counts.into_iter().filter_map(|(word, count)| {
        let word = String::from_utf8(word).ok()?;
        Some((word, count))
    });
    let mut words: Vec<_> = words.collect();
    // The sort is stable.
    words.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    if statistics.known.is_some() {
        words.truncate(MAX_COUNTED);
        for (word, count) in &mut words {
            let term = Term::from_field_text(statistics.fields.exact, word);
            *count = statistics.doc_freq(&term)?;
        }
        words.retain(|&(_, count)| count > 0);
        words.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    }
    words.truncate(limit);
    Ok(words)
}

/// How many chunks have the word as it is spelt, as a stem, or as the key of a name.
fn count(statistics: &Statistics<'_>, word: &str) -> tantivy::Result<u64> {
    let fields = statistics.fields;
    let mut most = 0;
    for field in [
        fields.key,
        fields.exact,
        fields.body,
        fields.heading,
        fields.title,
    ] {
        let term = Term::from_field_text(field, word);
        most = most.max(statistics.doc_freq(&term)?);
    }
    Ok(most)
}
