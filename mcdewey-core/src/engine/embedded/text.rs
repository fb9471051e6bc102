//! The lexical leg: BM25 over title, heading path and passage.
//!
//! A chunk's score is the sum over the query's words and the fields of `weight * BM25(field)`,
//! BM25 with tantivy's k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009). The words of a phrase
//! count by themselves, and again when they follow each other.

use std::collections::BTreeMap;

use tantivy::query::{
    Bm25StatisticsProvider, BooleanQuery, BoostQuery, EnableScoring, Occur, PhraseQuery,
    Query as TantivyQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::schema::Fields;
use super::top::{ChunkIdx, Top};
use crate::analyze::EnglishStemmer;
use crate::engine::TermCounts;
use crate::query::{Clause, Query};

/// What a match in each field is worth. Measured on the collections of `eval/`: see
/// ARCHITECTURE.md, "Ranking by measurement".
const TITLE_WEIGHT: f32 = 0.3;
const HEADING_WEIGHT: f32 = 0.3;
const BODY_WEIGHT: f32 = 1.0;
const EXACT_WEIGHT: f32 = 0.2;
/// A phrase that stands in the passage is worth this many times its words alone.
const PHRASE_WEIGHT: f32 = 2.0;

/// Number of a tantivy document that is not a chunk of this generation.
pub(super) const NO_CHUNK: ChunkIdx = ChunkIdx::MAX;

/// Collects the best chunks for `query` into `top`.
///
/// `chunk_of[segment][document]` is the chunk's number, or [`NO_CHUNK`].
pub(super) fn search<F>(
    searcher: &Searcher,
    query: &dyn TantivyQuery,
    terms: &FieldTotals,
    chunk_of: &[Vec<ChunkIdx>],
    admits: impl Fn(ChunkIdx) -> bool,
    top: &mut Top<F>,
) -> tantivy::Result<()>
where
    F: Fn(ChunkIdx, ChunkIdx) -> std::cmp::Ordering,
{
    let statistics = Statistics { searcher, terms };
    let scoring = EnableScoring::enabled_from_statistics_provider(&statistics, searcher);
    let weight = query.weight(scoring)?;
    for (reader, chunk_of) in searcher.segment_readers().iter().zip(chunk_of) {
        weight.for_each_pruning(top.threshold(), reader, &mut |document, score| {
            let chunk = chunk_of[document as usize];
            if chunk != NO_CHUNK && admits(chunk) {
                top.push(score, chunk);
            }
            top.threshold()
        })?;
    }
    Ok(())
}

/// `query` in tantivy's terms.
pub(super) fn to_tantivy(query: &Query, fields: &Fields) -> BooleanQuery {
    let stemmer = EnglishStemmer::new();
    let stemmed = [
        (fields.title, TITLE_WEIGHT),
        (fields.heading, HEADING_WEIGHT),
        (fields.body, BODY_WEIGHT),
    ];
    // A word that stands twice in the query counts twice, as one scorer.
    let mut scorers: BTreeMap<(Field, String), f32> = BTreeMap::new();
    for word in query.words() {
        let stem = stemmer.stem(word);
        for (field, weight) in stemmed {
            *scorers.entry((field, stem.to_string())).or_default() += weight;
        }
        *scorers.entry((fields.exact, word.to_owned())).or_default() += EXACT_WEIGHT;
    }
    let words = scorers.into_iter().map(|((field, text), weight)| {
        let term = Term::from_field_text(field, &text);
        let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
        boosted(Box::new(query), weight)
    });
    let phrases = query.clauses.iter().filter_map(|clause| match clause {
        Clause::Phrase(words) => {
            let terms = words.iter().map(|word| Term::from_field_text(fields.exact, word));
            Some(boosted(Box::new(PhraseQuery::new(terms.collect())), PHRASE_WEIGHT))
        }
        Clause::Word(_) => None,
    });
    BooleanQuery::new(words.chain(phrases).collect())
}

fn boosted(query: Box<dyn TantivyQuery>, weight: f32) -> (Occur, Box<dyn TantivyQuery>) {
    (Occur::Should, Box::new(BoostQuery::new(query, weight)))
}

/// Exact totals of a generation, from its catalogue.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FieldTotals {
    pub(super) terms: TermCounts,
    pub(super) fields: Option<Fields>,
}

/// tantivy estimates a field's length after a merge that dropped documents; the catalogue knows
/// it. So an index that was brought up to date ranks exactly as one built from scratch.
struct Statistics<'a> {
    searcher: &'a Searcher,
    terms: &'a FieldTotals,
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let totals = &self.terms.terms;
        match self.terms.fields {
            Some(fields) if field == fields.title => Ok(totals.title),
            Some(fields) if field == fields.heading => Ok(totals.heading),
            Some(fields) if field == fields.body || field == fields.exact => Ok(totals.body),
            _ => self.searcher.total_num_tokens(field),
        }
    }

    // Deleted documents count until they are merged away: `doc_freq` counts them too, and must
    // never exceed this.
    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.searcher.total_num_docs()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.doc_freq(term)
    }
}
