//! The lexical leg: BM25 over title, heading path and passage.
//!
//! A chunk's score is the sum over the query's words and the fields of `weight * BM25(field)`,
//! BM25 with tantivy's k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009). The words of a phrase
//! count by themselves, and again when they follow each other.

use std::collections::BTreeMap;

use tantivy::query::{
    Bm25StatisticsProvider, Bm25Weight, BoostQuery, EnableScoring, PhraseQuery,
    Query as TantivyQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::schema::Fields;
use super::top::{ChunkIdx, Top};
use crate::analyze::EnglishStemmer;
use crate::engine::{TermCounts, WordSet};
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
/// Every chunk with a word of the query is scored, and its score added up in the same order in
/// every index. tantivy's block-max WAND would skip some of the work, but adds in the order in
/// which a segment's lists happen to stand, and takes for a block's best chunk the one that was
/// best under the segment's own average length: equal libraries would rank differently.
pub(super) fn search<F>(
    statistics: &Statistics<'_>,
    query: &Query,
    admits: impl Fn(ChunkIdx) -> bool,
    top: &mut Top<F>,
) -> tantivy::Result<()>
where
    F: Fn(ChunkIdx, ChunkIdx) -> std::cmp::Ordering,
{
    let scorers = Scorers::new(query, statistics)?;
    let segments = statistics.searcher.segment_readers().iter();
    for (reader, chunk_of) in segments.zip(statistics.chunk_of) {
        let scores = scorers.score(reader)?;
        for (&score, &chunk) in scores.iter().zip(chunk_of) {
            if score > top.threshold().max(0.0) && chunk != NO_CHUNK && admits(chunk) {
                top.push(score, chunk);
            }
        }
    }
    Ok(())
}

/// What adds to a chunk's score, in the order in which it is added.
struct Scorers {
    words: Vec<(Term, Bm25Weight)>,
    phrases: Vec<Box<dyn Weight>>,
}

impl Scorers {
    fn new(query: &Query, statistics: &Statistics<'_>) -> tantivy::Result<Self> {
        let (fields, searcher) = (statistics.fields, statistics.searcher);
        let words = words(query, fields)
            .into_iter()
            .map(|((field, text), weight)| {
                let term = Term::from_field_text(field, &text);
                let bm25 = Bm25Weight::for_terms(statistics, std::slice::from_ref(&term))?;
                Ok((term, bm25.boost_by(weight)))
            });
        let phrases = query.clauses.iter().filter_map(|clause| match clause {
            Clause::Phrase(words) => {
                let terms = words
                    .iter()
                    .map(|word| Term::from_field_text(fields.exact, word));
                let phrase = Box::new(PhraseQuery::new(terms.collect()));
                let scoring = EnableScoring::enabled_from_statistics_provider(statistics, searcher);
                Some(BoostQuery::new(phrase, PHRASE_WEIGHT).weight(scoring))
            }
            Clause::Word(_) => None,
        });
        Ok(Self {
            words: words.collect::<tantivy::Result<_>>()?,
            phrases: phrases.collect::<tantivy::Result<_>>()?,
        })
    }

    /// The score of every document of a segment, deleted ones included; 0 where nothing matches.
    fn score(&self, reader: &SegmentReader) -> tantivy::Result<Vec<f32>> {
        let mut scores = vec![0.0_f32; reader.max_doc() as usize];
        for (term, bm25) in &self.words {
            let inverted_index = reader.inverted_index(term.field())?;
            let Some(mut postings) =
                inverted_index.read_block_postings(term, IndexRecordOption::WithFreqs)?
            else {
                continue;
            };
            let lengths = reader.get_fieldnorms_reader(term.field())?;
            while postings.block_len() > 0 {
                for (&document, &frequency) in postings.docs().iter().zip(postings.freqs()) {
                    let length = lengths.fieldnorm_id(document);
                    scores[document as usize] += bm25.score(length, frequency);
                }
                postings.advance();
            }
        }
        for phrase in &self.phrases {
            let mut scorer = phrase.scorer(reader, 1.0)?;
            while scorer.doc() != TERMINATED {
                scores[scorer.doc() as usize] += scorer.score();
                scorer.advance();
            }
        }
        Ok(scores)
    }
}

/// Which words of the query each of `chunks` has, whatever the field.
pub(super) fn words_of(
    searcher: &Searcher,
    fields: &Fields,
    query: &Query,
    chunks: &[DocAddress],
) -> tantivy::Result<Vec<WordSet>> {
    let mut in_order: Vec<usize> = (0..chunks.len()).collect();
    in_order.sort_by_key(|&chunk| chunks[chunk]);
    let mut words = vec![WordSet::default(); chunks.len()];
    for (place, stem) in query.stems().iter().enumerate() {
        for field in [fields.title, fields.heading, fields.body] {
            let term = Term::from_field_text(field, stem);
            let segments =
                in_order.chunk_by(|&a, &b| chunks[a].segment_ord == chunks[b].segment_ord);
            for of_segment in segments {
                let reader = searcher.segment_reader(chunks[of_segment[0]].segment_ord);
                let inverted_index = reader.inverted_index(field)?;
                let postings = inverted_index.read_postings(&term, IndexRecordOption::Basic)?;
                let Some(mut postings) = postings else {
                    continue;
                };
                for &chunk in of_segment {
                    let document = chunks[chunk].doc_id;
                    if postings.doc() < document {
                        postings.seek(document);
                    }
                    if postings.doc() == document {
                        words[chunk].insert(place);
                    }
                }
            }
        }
    }
    Ok(words)
}

/// The terms to look for and what they are worth. A word that stands twice in the query counts
/// twice.
fn words(query: &Query, fields: &Fields) -> BTreeMap<(Field, String), f32> {
    let stemmer = EnglishStemmer::new();
    let stemmed = [
        (fields.title, TITLE_WEIGHT),
        (fields.heading, HEADING_WEIGHT),
        (fields.body, BODY_WEIGHT),
    ];
    let mut words: BTreeMap<(Field, String), f32> = BTreeMap::new();
    for word in query.words() {
        let stem = stemmer.stem(word);
        for (field, weight) in stemmed {
            *words.entry((field, stem.to_string())).or_default() += weight;
        }
        *words.entry((fields.exact, word.to_owned())).or_default() += EXACT_WEIGHT;
    }
    words
}

/// What a reader may know of, where that is not everything.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) terms: TermCounts,
    pub(super) n_chunks: u64,
    /// By chunk.
    pub(super) chunks: Vec<bool>,
}

/// What words are weighed by.
///
/// tantivy estimates a field's length after a merge that dropped documents; the catalogue knows
/// it. So an index that was brought up to date ranks exactly as one built from scratch.
pub(super) struct Statistics<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: &'a Fields,
    /// Exact totals of what may be known of, from the catalogue.
    pub(super) terms: TermCounts,
    pub(super) known: Option<&'a Known>,
    /// `chunk_of[segment][document]` is the chunk's number, or [`NO_CHUNK`].
    pub(super) chunk_of: &'a [Vec<ChunkIdx>],
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let fields = self.fields;
        Ok(match field {
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
            Some(known) => self.count(term, known),
        }
    }
}

impl Statistics<'_> {
    /// How many chunks that may be known of hold the term.
    fn count(&self, term: &Term, known: &Known) -> tantivy::Result<u64> {
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
                let is_known =
                    |&chunk: &ChunkIdx| chunk != NO_CHUNK && known.chunks[chunk as usize];
                count += chunks.filter(is_known).count() as u64;
                postings.advance();
            }
        }
        Ok(count)
    }
}
