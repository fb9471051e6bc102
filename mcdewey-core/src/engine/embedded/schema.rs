//! The text index: which fields a chunk has, and how text becomes terms in it.
//!
//! | field | content | index |
//! |---|---|---|
//! | `title` | the document's title | stems, frequencies, positions |
//! | `heading` | the heading path | stems, frequencies, positions |
//! | `body` | the passage | stems, frequencies, positions |
//! | `exact` | the passage | unstemmed words, frequencies, positions |
//! | `key` | passage and heading path | keys of names, frequencies |
//! | `code` | the code in the passage | unstemmed words, positions |
//! | `first_page`, `last_page` | the pages of the passage, if known | columns |
//! | `document` | the document's key | term (to delete by), column |
//! | `ordinal` | the chunk's ordinal | column |
//! | `row` | the number of its vector | column |
//! | `text_hash`, `heading_hash`, `shingles0` to `7` | its [`Sketch`](crate::engine::Sketch) | columns |
//! | `chunk` | JSON of [`StoredChunk`](crate::engine::StoredChunk) | stored |

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::analyze::{self, Language, Stemmer};
use crate::engine::Sketch;

const STEMMED: &str = "mcdewey_stem_en";
const EXACT: &str = "mcdewey_exact";
const KEYS: &str = "mcdewey_keys";

/// The fields of the schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) title: Field,
    pub(super) heading: Field,
    pub(super) body: Field,
    pub(super) exact: Field,
    pub(super) key: Field,
    pub(super) code: Field,
    pub(super) first_page: Field,
    pub(super) last_page: Field,
    pub(super) document: Field,
    pub(super) ordinal: Field,
    pub(super) row: Field,
    pub(super) sketch: [Field; SKETCH.len()],
    pub(super) chunk: Field,
}

/// The columns of a sketch, as [`sketch_words`] orders its parts.
pub(super) const SKETCH: [&str; 10] = [
    "text_hash",
    "heading_hash",
    "shingles0",
    "shingles1",
    "shingles2",
    "shingles3",
    "shingles4",
    "shingles5",
    "shingles6",
    "shingles7",
];

/// A sketch as the values of its columns.
pub(super) fn sketch_words(sketch: &Sketch) -> [u64; SKETCH.len()] {
    let mut words = [sketch.text, sketch.heading, 0, 0, 0, 0, 0, 0, 0, 0];
    words[2..].copy_from_slice(&sketch.shingles);
    words
}

/// The sketch with these values in its columns.
pub(super) fn sketch_of_words(words: [u64; SKETCH.len()]) -> Sketch {
    let mut sketch = Sketch {
        text: words[0],
        heading: words[1],
        ..Sketch::default()
    };
    sketch.shingles.copy_from_slice(&words[2..]);
    sketch
}

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let fields = Fields {
        title: builder.add_text_field("title", text(STEMMED)),
        heading: builder.add_text_field("heading", text(STEMMED)),
        body: builder.add_text_field("body", text(STEMMED)),
        exact: builder.add_text_field("exact", text(EXACT)),
        key: builder.add_text_field("key", without_lengths(KEYS, IndexRecordOption::WithFreqs)),
        code: builder.add_text_field(
            "code",
            without_lengths(EXACT, IndexRecordOption::WithFreqsAndPositions),
        ),
        first_page: builder.add_u64_field("first_page", FAST),
        last_page: builder.add_u64_field("last_page", FAST),
        document: builder.add_u64_field("document", INDEXED | FAST),
        ordinal: builder.add_u64_field("ordinal", FAST),
        row: builder.add_u64_field("row", FAST),
        sketch: SKETCH.map(|name| builder.add_u64_field(name, FAST)),
        chunk: builder.add_bytes_field("chunk", STORED),
    };
    (builder.build(), fields)
}

fn text(tokenizer: &str) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions),
    )
}

/// `text` as the terms of a stemmed field in a language: the index itself takes all for English.
pub(super) fn stemmed_in(language: Language, text: &str) -> PreTokenizedString {
    let stemmer = Stemmer::new(language);
    let tokens = analyze::terms(text).map(|term| Token {
        offset_from: term.span.start,
        offset_to: term.span.end,
        position: term.position,
        text: stemmer.stem(&term.exact).into_owned(),
        position_length: 1,
    });
    PreTokenizedString {
        text: String::new(),
        tokens: tokens.collect(),
    }
}

/// For fields of which the length says nothing.
fn without_lengths(tokenizer: &str, record: IndexRecordOption) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_fieldnorms(false)
            .set_index_option(record),
    )
}

/// The tokenizers that the schema names.
pub(super) fn tokenizers() -> TokenizerManager {
    // tantivy asks for its own `default` for every field, numbers included.
    let manager = TokenizerManager::default();
    manager.register(
        STEMMED,
        Words {
            stemmer: Some(Stemmer::new(Language::English)),
        },
    );
    manager.register(EXACT, Words { stemmer: None });
    manager.register(KEYS, Keys);
    manager
}

/// [`analyze::terms`] as a tokenizer of tantivy's.
#[derive(Clone)]
struct Words {
    stemmer: Option<Stemmer>,
}

impl Tokenizer for Words {
    type TokenStream<'text> = WordStream<'text>;

    fn token_stream<'text>(&'text mut self, text: &'text str) -> WordStream<'text> {
        WordStream {
            words: Box::new(analyze::terms(text)),
            stemmer: self.stemmer.as_ref(),
            token: Token::default(),
        }
    }
}

struct WordStream<'text> {
    words: Box<dyn Iterator<Item = analyze::Term> + 'text>,
    stemmer: Option<&'text Stemmer>,
    token: Token,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else {
            return false;
        };
        self.token.position = word.position;
        self.token.offset_from = word.span.start;
        self.token.offset_to = word.span.end;
        self.token.text = match self.stemmer {
            Some(stemmer) => stemmer.stem(&word.exact).into_owned(),
            None => word.exact,
        };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// [`analyze::keys`] as a tokenizer of tantivy's; keys have no places that mean anything.
#[derive(Clone)]
struct Keys;

impl Tokenizer for Keys {
    type TokenStream<'text> = KeyStream<'text>;

    fn token_stream<'text>(&'text mut self, text: &'text str) -> KeyStream<'text> {
        KeyStream {
            keys: Box::new(analyze::keys(text).map(|(key, _)| key)),
            token: Token::default(),
        }
    }
}

struct KeyStream<'text> {
    keys: Box<dyn Iterator<Item = String> + 'text>,
    token: Token,
}

impl TokenStream for KeyStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(key) = self.keys.next() else {
            return false;
        };
        // `position` starts at `usize::MAX`, so that the first key gets 0.
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text = key;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
