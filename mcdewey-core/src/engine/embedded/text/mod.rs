//! The lexical leg: BM25 over title, heading path, passage and names.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | what a chunk is worth, and the best of them |
//! | `coverage.rs` | how much of the query a chunk has |
//! | `in_a_row.rs` | what of the query stands in a chunk as it stands in the query |
//! | `rows.rs` | where words follow each other, or stand near each other |
//! | `condition.rs` | which chunks meet a condition |
//! | `vocabulary.rs` | which words the library has |
//! | `statistics.rs` | what words are weighed by |
//! | `sums.rs` | numbers of documents, added up |
//!
//! A chunk's score is the sum over the query's words and the fields of `weight * BM25(field)`,
//! BM25 with tantivy's k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009). What stands for a word
//! counts half of it, all of it together as one word: their frequencies add up. The words of a phrase count by themselves,
//! and again where they follow each other. Of the best chunks, those in which neighbours of the
//! query are neighbours come first (Metzler and Croft, SIGIR 2005: sequential dependence).

mod condition;
mod coverage;
mod in_a_row;
mod rows;
mod statistics;
mod sums;
mod vocabulary;

use std::collections::BTreeMap;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{Bm25StatisticsProvider, Bm25Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, Searcher, SegmentReader, Term};

pub(super) use self::condition::Chunks;
pub(super) use self::coverage::coverage;
pub(super) use self::in_a_row::{Neighbours, neighbours};
use self::rows::{Stand, each_document, stands_at};
pub(super) use self::statistics::{Known, Statistics};
use self::sums::Sums;
pub(super) use self::vocabulary::words as vocabulary;
use super::schema::Fields;
use super::top::{ChunkIdx, Top};
use crate::analyze::Stemmers;
use crate::engine::WordSet;
use crate::query::{self, Query};

/// What a match in each field is worth. Measured on the collections of `eval/`: see
/// ARCHITECTURE.md, "Ranking by measurement".
const TITLE_WEIGHT: f32 = 0.3;
const HEADING_WEIGHT: f32 = 0.3;
const BODY_WEIGHT: f32 = 1.0;
const EXACT_WEIGHT: f32 = 0.2;
/// A name that is there whole, whatever its case and punctuation.
const KEY_WEIGHT: f32 = 0.5;
/// What stands for a word is worth this much of it.
const ALSO_WEIGHT: f32 = 0.5;
/// A phrase that stands in the passage is worth this many times its words alone.
const PHRASE_WEIGHT: f32 = 2.0;
/// How many of the best chunks are looked at more closely: for neighbours of the query.
pub(super) const CLOSER: usize = 100;
/// Two neighbours of the query that are neighbours in the passage are worth this much of them.
const PAIR_WEIGHT: f32 = 0.2;

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
    each_score(statistics, query, |score, chunk| {
        if score > top.threshold() && admits(chunk) {
            top.push(score, chunk);
        }
    })
}

/// Calls `found` with every chunk that has something of `query`.
pub(super) fn each_match(
    statistics: &Statistics<'_>,
    query: &Query,
    mut found: impl FnMut(ChunkIdx),
) -> tantivy::Result<()> {
    each_score(statistics, query, |_, chunk| found(chunk))
}

fn each_score(
    statistics: &Statistics<'_>,
    query: &Query,
    mut scored: impl FnMut(f32, ChunkIdx),
) -> tantivy::Result<()> {
    let scorers = Scorers::new(query, statistics)?;
    let segments = statistics.searcher.segment_readers().iter();
    for (segment, (reader, chunk_of)) in segments.zip(statistics.chunk_of).enumerate() {
        Sums::with(reader.max_doc(), |scores: &mut Sums<f32>| {
            scorers.score(segment, reader, scores)?;
            scores.drain(|document, score| {
                let chunk = chunk_of[document as usize];
                if score > 0.0 && chunk != NO_CHUNK {
                    scored(score, chunk);
                }
            });
            Ok::<(), tantivy::TantivyError>(())
        })?;
    }
    Ok(())
}

/// What adds to a chunk's score, in the order in which it is added.
struct Scorers(Vec<(Matches, Bm25Weight)>);

/// Where something stands.
enum Matches {
    /// A term, read when it is scored.
    Term(Term),
    /// Of a field: by segment, the documents and how often it stands there, ascending.
    Found(Field, Vec<Vec<(DocId, u32)>>),
}

/// Rows of terms of one field of which one is as good as another.
struct Alternatives {
    rows: Vec<Vec<Term>>,
    weight: f32,
}

impl Scorers {
    fn new(query: &Query, statistics: &Statistics<'_>) -> tantivy::Result<Self> {
        let fields = statistics.fields;
        let stemmers = query.stemmers();
        let mut scorers = Vec::new();
        for ((field, text), weight) in single_words(query, &stemmers, fields) {
            let term = Term::from_field_text(field, &text);
            let bm25 = Bm25Weight::for_terms(statistics, std::slice::from_ref(&term))?;
            scorers.push((Matches::Term(term), bm25.boost_by(weight)));
        }
        for alternatives in query
            .clauses
            .iter()
            .flat_map(|clause| of_clause(clause, &stemmers, fields))
        {
            let scorer = found(&alternatives, statistics)?;
            scorers.extend(scorer);
        }
        Ok(Self(scorers))
    }

    /// Adds up the scores of a segment's documents, deleted ones included.
    fn score(
        &self,
        segment: usize,
        reader: &SegmentReader,
        scores: &mut Sums<f32>,
    ) -> tantivy::Result<()> {
        for (matches, bm25) in &self.0 {
            match matches {
                Matches::Term(term) => {
                    let term = std::slice::from_ref(term);
                    let lengths = lengths(reader, term[0].field())?;
                    each_document(reader, term, Stand::InARow, |document, frequency| {
                        let length = lengths.fieldnorm_id(document);
                        scores.add(document, bm25.score(length, frequency));
                    })?;
                }
                Matches::Found(field, found) => {
                    let lengths = lengths(reader, *field)?;
                    for &(document, frequency) in &found[segment] {
                        let length = lengths.fieldnorm_id(document);
                        scores.add(document, bm25.score(length, frequency));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The lengths of a field; names have none.
fn lengths(reader: &SegmentReader, field: Field) -> tantivy::Result<FieldNormReader> {
    let lengths = reader.fieldnorms_readers().get_field(field)?;
    Ok(lengths.unwrap_or_else(|| FieldNormReader::constant(reader.max_doc(), 1)))
}

/// Looks up where the rows stand; `None` if that is nowhere.
fn found(
    alternatives: &Alternatives,
    statistics: &Statistics<'_>,
) -> tantivy::Result<Option<(Matches, Bm25Weight)>> {
    let field = alternatives.rows[0][0].field();
    let mut in_segments = Vec::new();
    let mut n_found = 0;
    let segments = statistics.searcher.segment_readers().iter();
    for (reader, chunk_of) in segments.zip(statistics.chunk_of) {
        let found = Sums::with(reader.max_doc(), |sums: &mut Sums<u32>| {
            for row in &alternatives.rows {
                each_document(reader, row, Stand::InARow, |document, frequency| {
                    sums.add(document, frequency);
                })?;
            }
            let mut found = Vec::new();
            sums.drain(|document, frequency| found.push((document, frequency)));
            Ok::<_, tantivy::TantivyError>(found)
        })?;
        let known = found.iter();
        let known = known.filter(|(document, _)| statistics.counts(chunk_of[*document as usize]));
        n_found += known.count() as u64;
        in_segments.push(found);
    }
    if n_found == 0 {
        return Ok(None);
    }
    let bm25 = if let [row] = alternatives.rows.as_slice() {
        // A phrase is as rare as its words together.
        Bm25Weight::for_terms(statistics, row)?
    } else {
        let n_chunks = statistics.total_num_docs()?;
        let length = statistics.total_num_tokens(field)? as f32 / n_chunks as f32;
        Bm25Weight::for_one_term(n_found, n_chunks, length)
    };
    let matches = Matches::Found(field, in_segments);
    Ok(Some((matches, bm25.boost_by(alternatives.weight))))
}

/// The words of the query and its names as terms, with what they are worth. A word that stands
/// twice in the query counts twice.
fn single_words(
    query: &Query,
    stemmers: &Stemmers,
    fields: &Fields,
) -> BTreeMap<(Field, String), f32> {
    let mut words: BTreeMap<(Field, String), f32> = BTreeMap::new();
    for clause in &query.clauses {
        for word in clause.term.words() {
            for stem in stemmers.all(word) {
                for (field, weight) in stemmed(fields) {
                    *words.entry((field, stem.clone())).or_default() += weight;
                }
            }
            *words.entry((fields.exact, word.clone())).or_default() += EXACT_WEIGHT;
        }
    }
    for name in &query.names {
        words.insert((fields.key, name.key.clone()), KEY_WEIGHT);
    }
    // One word may be the key of a name that is written with punctuation.
    for clause in &query.clauses {
        if let query::Term::Word(word) = &clause.term {
            words.insert((fields.key, word.clone()), KEY_WEIGHT);
        }
    }
    words
}

fn stemmed(fields: &Fields) -> [(Field, f32); 3] {
    [
        (fields.title, TITLE_WEIGHT),
        (fields.heading, HEADING_WEIGHT),
        (fields.body, BODY_WEIGHT),
    ]
}

/// What of a clause is more than single words: what stands for it, and that its words stand as the
/// query wants them.
fn of_clause(clause: &query::Clause, stemmers: &Stemmers, fields: &Fields) -> Vec<Alternatives> {
    let words = clause.term.words();
    let mut all = Vec::new();
    // That words stand near each other is required, and so true of all hits.
    if words.len() > 1 && !matches!(clause.term, query::Term::Near(..)) {
        let exact = |word: &String| Term::from_field_text(fields.exact, word);
        all.push(Alternatives {
            rows: vec![words.iter().map(exact).collect()],
            weight: PHRASE_WEIGHT,
        });
    }
    if clause.also.is_empty() {
        return all;
    }
    all.extend(stemmed(fields).into_iter().map(|(field, weight)| {
        let rows = clause.also.iter().filter(|words| !words.is_empty());
        let stems = rows.flat_map(|words| stemmers.rows(words));
        let rows = stems.map(|stems| {
            let terms = stems.iter();
            terms
                .map(|stem| Term::from_field_text(field, stem))
                .collect()
        });
        Alternatives {
            rows: rows.collect(),
            weight: ALSO_WEIGHT * weight,
        }
    }));
    all
}

/// The places of `chunks`, those of a segment together and in its order.
fn by_segment(chunks: &[DocAddress]) -> Vec<Vec<usize>> {
    let mut in_order: Vec<usize> = (0..chunks.len()).collect();
    in_order.sort_by_key(|&chunk| chunks[chunk]);
    let segments = in_order.chunk_by(|&a, &b| chunks[a].segment_ord == chunks[b].segment_ord);
    segments.map(<[usize]>::to_vec).collect()
}

/// Which words of the query each of `chunks` has, whatever the field: by their places among
/// [`Query::sought`].
pub(super) fn words_of(
    searcher: &Searcher,
    fields: &Fields,
    query: &Query,
    chunks: &[DocAddress],
) -> tantivy::Result<Vec<WordSet>> {
    let segments = by_segment(chunks);
    let mut words = vec![WordSet::default(); chunks.len()];
    for (place, sought) in query.sought().iter().enumerate() {
        let own = std::slice::from_ref(&sought.stem);
        for row in std::iter::once(own).chain(sought.also.iter().map(Vec::as_slice)) {
            for field in [fields.title, fields.heading, fields.body] {
                for of_segment in &segments {
                    let reader = searcher.segment_reader(chunks[of_segment[0]].segment_ord);
                    for chunk in having(reader, field, row, chunks, of_segment)? {
                        words[chunk].insert(place);
                    }
                }
            }
        }
    }
    Ok(words)
}

/// Those of `of_segment` that have all of `words` in `field`.
fn having(
    reader: &SegmentReader,
    field: Field,
    words: &[String],
    chunks: &[DocAddress],
    of_segment: &[usize],
) -> tantivy::Result<Vec<usize>> {
    let mut having = of_segment.to_vec();
    for word in words {
        let term = Term::from_field_text(field, word);
        let inverted_index = reader.inverted_index(field)?;
        let postings = inverted_index.read_postings(&term, IndexRecordOption::Basic)?;
        let Some(mut postings) = postings else {
            return Ok(Vec::new());
        };
        having.retain(|&chunk| stands_at(&mut postings, chunks[chunk].doc_id));
    }
    Ok(having)
}
