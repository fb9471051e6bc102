//! Text in, token ids out.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock};

use tokenizers::{
    EncodeInput, Encoding, NormalizerWrapper, PreTokenizerWrapper, Tokenizer, TruncationDirection,
};

/// Words whose counts are remembered: about 5 MB, and more than a library of manuals uses often.
const MAX_REMEMBERED_WORDS: usize = 65_536;

/// Longer words are rare and need not be remembered: base64, paths, rules of dashes.
const MAX_REMEMBERED_BYTES: usize = 48;

/// However long a query is, the passage has a part of the room that is one such share.
const SHARE_OF_PASSAGE: usize = 4;

/// What separates words for certain. Other white space does not: BERT's normaliser removes a
/// form feed, for one, and so joins what is around it.
const SEPARATORS: [char; 4] = [' ', '\t', '\r', '\n'];

/// A text, or a pair of texts, as a model reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenIds {
    pub(super) ids: Vec<i64>,
    /// Which of the two texts each token is of, as the model numbers them; as many as there are
    /// ids.
    pub(super) type_ids: Vec<i64>,
}

/// A model's tokenizer, with its own truncation and padding switched off.
pub(crate) struct Tokens {
    tokenizer: Tokenizer,
    /// How many tokens a text may have, special tokens not counted.
    limit: usize,
    /// How many tokens a pair of texts may have together, special tokens not counted.
    pair_limit: usize,
    /// How many tokens a word has; only if the tokenizer takes each word by itself.
    ///
    /// Chunking counts the same words over and over, and a look-up is about a hundred times as fast
    /// as the tokenizer.
    words: Option<RwLock<HashMap<Box<str>, usize>>>,
}

impl Tokens {
    /// Reads `tokenizer.json` for a model of `n_positions` positions.
    pub(super) fn parse(json: &[u8], n_positions: usize) -> Result<Self, String> {
        // The parser indexes and unwraps in places; a damaged file must not take the process
        // with it.
        let parsed = catch_unwind(AssertUnwindSafe(|| Tokenizer::from_bytes(json)));
        let mut tokenizer = match parsed {
            Ok(Ok(tokenizer)) => tokenizer,
            Ok(Err(error)) => return Err(format!("tokenizer.json is not a tokenizer: {error}")),
            Err(_) => return Err("tokenizer.json is not a tokenizer".to_owned()),
        };
        tokenizer
            .with_truncation(None)
            .map_err(|error| format!("tokenizer.json cannot be used: {error}"))?;
        tokenizer.with_padding(None);
        // A manual that writes `[SEP]` means the five characters, not the end of the text.
        tokenizer.set_encode_special_tokens(true);
        let n_special = encode(&tokenizer, "", true)?.len();
        let n_special_of_pair = encode(&tokenizer, ("", ""), true)?.len();
        if n_positions <= n_special {
            return Err(format!(
                "its limit of {n_positions} tokens leaves none beside the {n_special} special ones"
            ));
        }
        Ok(Self {
            limit: n_positions - n_special,
            pair_limit: n_positions.saturating_sub(n_special_of_pair),
            words: takes_words_singly(&tokenizer).then(RwLock::default),
            tokenizer,
        })
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// How many tokens `text` has, special tokens not counted. A text that the tokenizer
    /// refuses has no more tokens than bytes.
    pub(crate) fn count(&self, text: &str) -> usize {
        let Some(words) = &self.words else {
            return self.count_by_tokenizer(text);
        };
        let mut unknown = Vec::new();
        let mut n_tokens = 0;
        {
            // A map that a panic left behind is still a map of right counts.
            let words = words.read().unwrap_or_else(PoisonError::into_inner);
            for word in text.split(SEPARATORS).filter(|word| !word.is_empty()) {
                match words.get(word) {
                    Some(n_word_tokens) => n_tokens += n_word_tokens,
                    None => unknown.push(word),
                }
            }
        }
        n_tokens + self.count_and_remember(&unknown, words)
    }

    fn count_and_remember(
        &self,
        unknown: &[&str],
        words: &RwLock<HashMap<Box<str>, usize>>,
    ) -> usize {
        if unknown.is_empty() {
            return 0;
        }
        let counts: Vec<usize> = unknown
            .iter()
            .map(|word| self.count_by_tokenizer(word))
            .collect();
        let mut words = words.write().unwrap_or_else(PoisonError::into_inner);
        for (word, n_tokens) in unknown.iter().zip(&counts) {
            if words.len() < MAX_REMEMBERED_WORDS && word.len() <= MAX_REMEMBERED_BYTES {
                words.insert((*word).into(), *n_tokens);
            }
        }
        counts.iter().sum()
    }

    fn count_by_tokenizer(&self, text: &str) -> usize {
        encode(&self.tokenizer, text, false).map_or(text.len(), |encoding| encoding.len())
    }

    /// The ids of `text` with special tokens, at least one; what is beyond the limit is cut off.
    pub(crate) fn encode(&self, text: &str) -> Result<TokenIds, String> {
        let encoding = self
            .tokenizer
            .post_process(self.cut(text, self.limit)?, None, true)
            .map_err(refusal)?;
        if encoding.is_empty() {
            return Err("the text has no tokens".to_owned());
        }
        Ok(TokenIds {
            ids: as_i64(encoding.get_ids()),
            type_ids: vec![0; encoding.len()],
        })
    }

    /// The ids of a query and a passage, with special tokens around them. What is beyond the limit
    /// is cut off the passage; of the query only what would leave the passage less than a quarter
    /// of the room.
    pub(crate) fn encode_pair(&self, query: &str, passage: &str) -> Result<TokenIds, String> {
        let least_of_passage = self.pair_limit.div_ceil(SHARE_OF_PASSAGE);
        let most_of_query = self.pair_limit - least_of_passage;
        if most_of_query == 0 {
            return Err(format!(
                "its limit leaves {} tokens beside the special ones, too few for a query and a \
                 passage",
                self.pair_limit
            ));
        }
        let query = self.cut(query, most_of_query)?;
        let mut passage = self.cut(passage, self.pair_limit - query.len())?;
        // A tokenizer that numbers the two of a pair takes the numbers from here.
        passage.set_type_ids(vec![1; passage.len()]);
        let encoding = self
            .tokenizer
            .post_process(query, Some(passage), true)
            .map_err(refusal)?;
        if encoding.is_empty() {
            return Err("neither text has tokens".to_owned());
        }
        Ok(TokenIds {
            ids: as_i64(encoding.get_ids()),
            type_ids: as_i64(encoding.get_type_ids()),
        })
    }

    /// The first `limit` tokens of `text`.
    fn cut(&self, text: &str, limit: usize) -> Result<Encoding, String> {
        let mut encoding = encode(&self.tokenizer, text, false)?;
        encoding.truncate(limit, 0, TruncationDirection::Right);
        // What was cut off would get its special tokens too.
        encoding.take_overflowing();
        Ok(encoding)
    }
}

fn as_i64(ids: &[u32]) -> Vec<i64> {
    ids.iter().copied().map(i64::from).collect()
}

/// Whether the tokens of a text are those of its words, so that words can be counted singly:
/// known of BERT's scheme, unless there are added tokens that may span words.
fn takes_words_singly(tokenizer: &Tokenizer) -> bool {
    let splits_at_spaces = matches!(
        tokenizer.get_pre_tokenizer(),
        Some(PreTokenizerWrapper::BertPreTokenizer(_))
    );
    let normalises_characters = matches!(
        tokenizer.get_normalizer(),
        None | Some(NormalizerWrapper::BertNormalizer(_))
    );
    let added = tokenizer.get_added_tokens_decoder();
    splits_at_spaces && normalises_characters && added.values().all(|token| token.special)
}

/// Encodes without offsets, which nobody here reads.
fn encode<'s>(
    tokenizer: &Tokenizer,
    text: impl Into<EncodeInput<'s>>,
    with_special: bool,
) -> Result<Encoding, String> {
    tokenizer.encode_fast(text, with_special).map_err(refusal)
}

fn refusal(error: impl std::fmt::Display) -> String {
    format!("its tokenizer refuses the text: {error}")
}

#[cfg(feature = "bundled-model")]
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bundled() -> Tokens {
        let files = super::super::files::ModelFiles::bundled();
        Tokens::parse(&files.tokenizer, files.token_limit).unwrap()
    }

    #[test]
    fn words_are_counted_as_the_tokenizer_counts_the_text() {
        let tokens = bundled();
        assert!(tokens.words.is_some());
        let strategy = prop_oneof![
            "[a-zA-Z0-9.,:/_ \t\r\n-]{0,80}",
            r"(\PC|[ \t\n\x0b\x0c\u{85}\u{a0}\u{300}\u{2028}\u{fffd}\u{0}]){0,40}",
            Just("[SEP] [CLS][MASK] ##ing \u{301}a İstanbul ΣΑΣ 日本 語".to_owned()),
        ];
        proptest!(|(text in strategy)| {
            prop_assert_eq!(tokens.count(&text), tokens.count_by_tokenizer(&text));
            prop_assert_eq!(tokens.count(&text), tokens.count_by_tokenizer(&text));
        });
    }

    #[test]
    fn the_files_own_padding_and_cut_are_off() {
        let tokens = bundled();
        let ids = |text: &str| tokens.encode(text).unwrap().ids;
        assert_eq!(ids("call park"), [101, 2655, 2380, 102]);
        assert_eq!(ids(&"park ".repeat(200)).len(), 202);
        let cut = ids(&"park ".repeat(300));
        assert_eq!((cut.len(), cut[255]), (256, 102));
        assert_eq!(tokens.count(&"park ".repeat(300)), 300);
    }

    #[test]
    fn a_pair_is_marked_and_numbered() {
        let pair = bundled().encode_pair("call", "park call").unwrap();
        assert_eq!(pair.ids, [101, 2655, 102, 2380, 2655, 102]);
        assert_eq!(pair.type_ids, [0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn a_pair_is_cut_on_the_side_of_the_passage() {
        let tokens = bundled();
        let pair = |n_query, n_passage| {
            let (query, passage) = ("call ".repeat(n_query), "park ".repeat(n_passage));
            let pair = tokens.encode_pair(&query, &passage).unwrap();
            assert_eq!(pair.ids.len(), pair.type_ids.len());
            let count = |id| pair.ids.iter().filter(|&&other| other == id).count();
            (count(2655), count(2380), count(101), count(102))
        };
        assert_eq!(pair(3, 250), (3, 250, 1, 2));
        assert_eq!(pair(3, 251), (3, 250, 1, 2));
        assert_eq!(pair(100, 9_000), (100, 153, 1, 2));
        assert_eq!(pair(189, 9_000), (189, 64, 1, 2));
        assert_eq!(pair(9_000, 9_000), (189, 64, 1, 2));
    }
}
