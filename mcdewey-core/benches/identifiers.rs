//! Whether names are found: function names, options, addresses and versions that manuals hold,
//! asked for as they are written, in part, and written otherwise.
//!
//! ```text
//! cargo bench --workspace --bench identifiers              indexes examples/library first
//! cargo bench --workspace --bench identifiers -- INDEX     with an index that is there
//! ```
//!
//! Of all names in the passages 300 are drawn from a fixed seed. A first hit is right if its text
//! has what was asked for, compared without case and punctuation: all of the name, or, asked for a
//! part, that part.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "shared/random.rs"]
mod random;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mcdewey_core::search::{Neighbours, Versions};
use mcdewey_core::{Library, SearchRequest};

use self::random::Random;

const NAMES: usize = 300;
const SEED: u64 = 7;
/// Shorter ones are in too many passages, longer ones are mostly addresses.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=60;
/// A shorter part says too little of what is meant.
const SHORTEST_PART: usize = 3;
const SHOWN_MISSES: usize = 12;
/// What may join the parts of a name.
const JOINERS: [char; 5] = ['_', '-', '.', ':', '/'];

#[expect(unsafe_code, reason = "see silence_onnx_runtime")]
fn main() {
    // SAFETY: no thread has been started yet.
    unsafe { mcdewey_core::embed::silence_onnx_runtime() };
    let given = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let folder = tempfile::tempdir().expect("a folder");
    let library = match given {
        Some(index) => open(Path::new(&index)),
        None => indexed(&folder.path().join("index")),
    };
    let names = drawn(&library);
    println!("{} names", names.len());
    println!("asked     right  of   share   bar");
    let whole = names.iter().map(|name| (name.clone(), key(name)));
    let parts = names.iter().filter_map(|name| part(name));
    let parts = parts.map(|part| (part.to_owned(), key(part)));
    let changed = names.iter().map(|name| (changed(name), key(name)));
    let kinds: [(&str, f64, Vec<Asked>); 3] = [
        ("whole", 0.98, whole.collect()),
        ("part", 0.95, parts.collect()),
        ("changed", 0.95, changed.collect()),
    ];
    for (kind, bar, asked) in kinds {
        let misses = missed(&library, &asked);
        let n_right = asked.len() - misses.len();
        let share = n_right as f64 / asked.len() as f64;
        let verdict = if share >= bar { "" } else { "  below" };
        println!(
            "{kind:<8}  {n_right:>5}  {:>3}  {share:.4}  {bar:.2}{verdict}",
            asked.len()
        );
        for (query, expected) in misses.iter().take(SHOWN_MISSES) {
            println!("          {query:?} without {expected:?}");
        }
    }
}

fn open(index: &Path) -> Library {
    Library::open(index)
        .and_then(Library::with_default_embedder)
        .expect("an index of the model in the program")
}

fn indexed(index: &Path) -> Library {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/library");
    let library = Library::open_or_create(index)
        .and_then(Library::with_default_embedder)
        .expect("a library");
    let report = library.ingest(&docs).expect("indexed");
    println!("{} passages", report.chunks.total);
    library
}

/// A query, and what the first hit must have.
type Asked = (String, String);

/// All but its last word: `native_vlan` of `native_vlan_id`, `getRenewed` of
/// `getRenewedCertificate`. Nothing if that says too little.
fn part(name: &str) -> Option<&str> {
    let words = words(name);
    let end = match words.last() {
        Some(last) if words.len() > 1 => name.rfind(last),
        _ => last_hump(name),
    };
    let part = name[..end.unwrap_or(0)].trim_matches(is_between);
    (key(part).len() >= SHORTEST_PART).then_some(part)
}

/// Where the last word of a name without punctuation begins: `Url` of `getHTTPUrl`.
fn last_hump(name: &str) -> Option<usize> {
    let letters = name.as_bytes();
    let is_capital = |at: usize| letters.get(at).is_some_and(u8::is_ascii_uppercase);
    let is_small = |at: usize| letters.get(at).is_some_and(u8::is_ascii_lowercase);
    (1..letters.len()).rfind(|&at| is_capital(at) && (!is_capital(at - 1) || is_small(at + 1)))
}

/// In lower case, with white space for punctuation.
fn changed(name: &str) -> String {
    words(name).join(" ").to_lowercase()
}

fn words(name: &str) -> Vec<&str> {
    let words = name.split(is_between);
    words.filter(|word| !word.is_empty()).collect()
}

fn is_between(letter: char) -> bool {
    !letter.is_alphanumeric()
}

/// What is left without case and punctuation.
fn key(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Those of the queries of which the first hit does not have what it must.
fn missed<'a>(library: &Library, asked: &'a [Asked]) -> Vec<&'a Asked> {
    let is_missed = |(query, expected): &&Asked| {
        let request = SearchRequest::new(query.clone())
            .with_versions(Versions::All)
            .with_neighbours(Neighbours::Apart)
            .with_limit(1);
        let response = library.search(&request).expect("any name is a query");
        let first = response.hits.first();
        !first.is_some_and(|hit| key(&hit.passage.text).contains(expected))
    };
    asked.iter().filter(is_missed).collect()
}

/// Some of the names in the passages.
fn drawn(library: &Library) -> Vec<String> {
    let snapshot = library.snapshot();
    let mut names = BTreeSet::new();
    for record in snapshot.documents() {
        let ids: Vec<_> = record.chunk_ids().collect();
        let chunks = snapshot.chunks(&ids).expect("read");
        for chunk in chunks.into_iter().flatten() {
            collect(&chunk.body.text, &mut names);
        }
    }
    let mut names: Vec<String> = names.into_iter().collect();
    let mut random = Random::new(SEED);
    for place in 0..NAMES.min(names.len()) {
        let other = place + random.below(names.len() - place);
        names.swap(place, other);
    }
    names.truncate(NAMES);
    names
}

/// Adds the names in `text`.
fn collect(text: &str, names: &mut BTreeSet<String>) {
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_alphanumeric()) {
        rest = &rest[start..];
        let joined = joined_len(rest);
        let len = if is_version(&rest[..joined]) {
            version_len(rest, joined)
        } else if is_numbered(rest, joined) {
            joined + 1 + letters_len(&rest[joined + 1..])
        } else {
            joined
        };
        let name = &rest[..len];
        let is_name = len > joined
            || is_version(name)
            || is_joined(name)
            || is_in_humps(name)
            || is_model(name);
        if is_name && LENGTH.contains(&len) && !name.starts_with("http") {
            names.insert(name.to_owned());
        }
        rest = &rest[len..];
    }
}

fn letters_len(text: &str) -> usize {
    text.find(|letter: char| !letter.is_ascii_alphanumeric())
        .unwrap_or(text.len())
}

/// Length of the letters and digits at the front, single joiners between them included.
fn joined_len(text: &str) -> usize {
    let mut len = letters_len(text);
    while text[len..].starts_with(JOINERS) {
        match letters_len(&text[len + 1..]) {
            0 => break,
            more => len += 1 + more,
        }
    }
    len
}

/// `set-port`, `a.b`: begins with a letter and has a joiner.
fn is_joined(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && name.contains(JOINERS)
}

/// `getPort`, `AccessList`.
fn is_in_humps(name: &str) -> bool {
    let letters = name.as_bytes().windows(2);
    let is_word = name.bytes().all(|letter| letter.is_ascii_alphanumeric());
    is_word
        && name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && letters
            .into_iter()
            .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// `10.5`, `14.0.1SU3`: numbers with dots, of which the last may end in letters.
fn is_version(name: &str) -> bool {
    let mut numbers = name.split('.');
    let is_number = |part: &str| part.bytes().all(|letter| letter.is_ascii_digit());
    let last = numbers.next_back().unwrap_or_default();
    let has_more = numbers.clone().next().is_some();
    has_more
        && numbers.all(is_number)
        && last.bytes().all(|letter| letter.is_ascii_alphanumeric())
        && last.starts_with(|letter: char| letter.is_ascii_digit())
}

/// With what may follow in parentheses: `10.5(2)`, `10.5(2)SU3`.
fn version_len(text: &str, len: usize) -> usize {
    let Some(inner) = text[len..].strip_prefix('(') else {
        return len;
    };
    match inner.find(')') {
        Some(end) if end > 0 && inner[..end].bytes().all(|letter| letter.is_ascii_digit()) => {
            len + end + 2 + letters_len(&inner[end + 1..])
        }
        _ => len,
    }
}

/// Whether a number follows capitals: `RFC 9457`.
fn is_numbered(text: &str, len: usize) -> bool {
    let (name, rest) = text.split_at(len);
    let is_short_for = len >= 2 && name.bytes().all(|letter| letter.is_ascii_uppercase());
    let Some(number) = rest.strip_prefix(' ') else {
        return false;
    };
    let number = &number[..joined_len(number)];
    is_short_for && number.len() >= 2 && number.bytes().all(|letter| letter.is_ascii_digit())
}

/// `RFC9457`.
fn is_model(name: &str) -> bool {
    let digits = name.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    let n_capitals = name.len() - digits.len();
    n_capitals >= 2 && digits.len() >= 2 && digits.bytes().all(|letter| letter.is_ascii_digit())
}
