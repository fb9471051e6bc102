//! What searching by words costs: the lexical leg against bare tantivy with the same terms over the
//! same fields, in one run; and what the worst of queries take.
//!
//! ```text
//! cargo bench --workspace --bench words              about three minutes
//! cargo bench --workspace --bench words -- 20000     fewer passages
//! ```
//!
//! Passages are 140 words drawn from 30 000 by Zipf's law, from a fixed seed. Both engines have
//! title, heading and twice the passage indexed with frequencies and positions, sum BM25 over the
//! same terms and fields with the same weights, and give the 300 best. McDewey also looks for names,
//! neighbours and completeness; tantivy uses block-max WAND.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "shared/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use mcdewey_core::query::Query;
use mcdewey_core::{Filter, HashedEmbedder, Library, Mode, SearchRequest};
use serde_json::json;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TEXT};
use tantivy::{Index, Searcher, TantivyDocument, Term};

use self::random::{Random, word};

const PASSAGES: usize = 20;
const WORDS: usize = 140;
const QUERIES: usize = 200;
const ROUNDS: usize = 5;
const DEPTH: usize = 300;
/// Fields with their weights, as the lexical leg has them.
const FIELDS: [(&str, f32); 4] = [
    ("title", 0.3),
    ("heading", 0.3),
    ("body", 1.0),
    ("exact", 0.2),
];

fn main() {
    let n_chunks: usize = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("manuals.jsonl");
    let passages = write(&docs, n_chunks / PASSAGES);
    let library = Library::open_or_create(&folder.path().join("index"))
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library");
    let report = library.ingest(&docs).expect("indexed");
    println!("{} passages", report.chunks.total);
    let bare = Bare::build(&passages);

    println!("words  McDewey p50  tantivy p50  ratio   (lexical leg, the {DEPTH} best)");
    for n_words in [1, 2, 3, 6] {
        compare(&library, &bare, n_words);
    }
    worst(&library);
}

/// Times both in turns, so that other work on the machine slows both.
fn compare(library: &Library, bare: &Bare, n_words: usize) {
    let mut random = Random::new(7);
    let queries: Vec<Vec<String>> = (0..QUERIES).map(|_| words(&mut random, n_words)).collect();
    let snapshot = library.snapshot();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        for query in &queries {
            let parsed = Query::parse(&query.join(" "));
            let started = Instant::now();
            let found = snapshot.lexical(&parsed, &Filter::new(), DEPTH);
            let our_time = started.elapsed();
            let n_found = found.expect("searched").len();
            let started = Instant::now();
            let n_bare = bare.search(query);
            let their_time = started.elapsed();
            assert_eq!(n_found, n_bare, "{query:?}");
            // The first round reads the files.
            if round > 0 {
                ours.push(our_time);
                theirs.push(their_time);
            }
        }
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("{n_words:>5}  {ours:>11.2?}  {theirs:>11.2?}  {ratio:>5.2}");
}

/// The longest that any of these takes, whole searches with their answers.
fn worst(library: &Library) {
    let mut random = Random::new(11);
    let many = words(&mut random, 64);
    let frequent: Vec<String> = (1..=64).map(word).collect();
    let each = |write: fn(&str) -> String| -> String {
        let words: Vec<String> = many.iter().map(|word| write(word)).collect();
        words.join(" ")
    };
    let excluded = each(|word| format!("-{word}"));
    let queries = [
        ("64 words", many.join(" ")),
        ("the 64 most frequent words", frequent.join(" ")),
        (
            "a phrase of frequent words",
            format!("\"{}\"", frequent[..12].join(" ")),
        ),
        (
            "frequent words near each other",
            format!("\"{}\"~50", frequent[..6].join(" ")),
        ),
        ("64 prefixes", each(|word| format!("{}*", &word[..2]))),
        (
            "64 required prefixes",
            each(|word| format!("+{}*", &word[..2])),
        ),
        ("64 misspelt words", each(|word| format!("{word}~2"))),
        ("64 unknown words", each(|word| format!("{word}qzx"))),
        ("64 required words", each(|word| format!("+{word}"))),
        ("64 excluded words", format!("{} {excluded}", word(3))),
        (
            "nested",
            format!("{}{}{}", "(a OR ".repeat(30), word(2), ")".repeat(30)),
        ),
        ("2048 quotes", "\"".repeat(2048)),
        ("2048 characters", "x".repeat(2048)),
    ];
    println!("worst of 5, whole searches");
    for (name, text) in queries {
        let request = SearchRequest::new(text).with_mode(Mode::Lexical);
        let times = (0..5).map(|_| {
            let started = Instant::now();
            library.search(&request).expect("any text is a query");
            started.elapsed()
        });
        println!("{:>8.2?}  {name}", times.max().unwrap_or_default());
    }
}

/// The same passages in tantivy alone.
struct Bare {
    searcher: Searcher,
    fields: Vec<(Field, f32)>,
}

impl Bare {
    fn build(passages: &[(String, String)]) -> Self {
        let mut schema = Schema::builder();
        let fields: Vec<(Field, f32)> = FIELDS
            .iter()
            .map(|&(name, weight)| (schema.add_text_field(name, TEXT), weight))
            .collect();
        let index = Index::create_in_ram(schema.build());
        let mut writer = index
            .writer_with_num_threads(1, 200 << 20)
            .expect("a writer");
        for (title, text) in passages {
            let mut document = TantivyDocument::new();
            for (&(field, _), value) in fields.iter().zip([title, title, text, text]) {
                document.add_text(field, value);
            }
            writer.add_document(document).expect("added");
        }
        writer.commit().expect("committed");
        let segments = index.searchable_segment_ids().expect("listed");
        writer.merge(&segments).wait().expect("merged");
        let reader = index.reader().expect("a reader");
        reader.reload().expect("reloaded");
        Self {
            searcher: reader.searcher(),
            fields,
        }
    }

    fn search(&self, words: &[String]) -> usize {
        let mut weights: BTreeMap<(Field, &str), f32> = BTreeMap::new();
        for word in words {
            for &(field, weight) in &self.fields {
                *weights.entry((field, word)).or_default() += weight;
            }
        }
        let terms = weights.into_iter().map(|((field, word), weight)| {
            let term = Term::from_field_text(field, word);
            let term = TermQuery::new(term, IndexRecordOption::WithFreqs);
            let query: Box<dyn tantivy::query::Query> =
                Box::new(BoostQuery::new(Box::new(term), weight));
            (Occur::Should, query)
        });
        let query = BooleanQuery::new(terms.collect());
        let top = TopDocs::with_limit(DEPTH).order_by_score();
        self.searcher.search(&query, &top).expect("searched").len()
    }
}

/// Writes manuals of [`PASSAGES`] passages each; gives each passage with its manual's title.
fn write(path: &Path, n_manuals: usize) -> Vec<(String, String)> {
    let mut random = Random::new(1);
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("a file"));
    let mut all = Vec::new();
    for manual in 0..n_manuals {
        let title = format!("Manual {manual}");
        let passages: Vec<String> = (0..PASSAGES)
            .map(|_| words(&mut random, WORDS).join(" ") + ".")
            .collect();
        let text = passages.join("\n\n");
        let record = json!({"_id": manual.to_string(), "title": title, "text": text});
        writeln!(file, "{record}").expect("written");
        all.extend(passages.into_iter().map(|passage| (title.clone(), passage)));
    }
    all
}

fn words(random: &mut Random, n: usize) -> Vec<String> {
    (0..n).map(|_| random.word()).collect()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
