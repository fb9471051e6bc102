//! The window of a passage that shows best why it was found.

use std::collections::{HashMap, HashSet};

use crate::analyze::{self, EnglishStemmer};
use crate::query::Query;

/// Length of a snippet, in `char`s, the marks of omission not counted.
pub const SNIPPET_CHARS: usize = 240;

/// Marks text left out before or after a snippet.
const OMITTED: &str = "…";

/// Part of a passage with the query's words marked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snippet {
    /// The text; every run of white space is one space.
    pub text: String,
    /// Byte ranges of `text` that hold a word of the query in any of its forms, ascending.
    pub highlights: Vec<(usize, usize)>,
}

/// Cuts the window of at most [`SNIPPET_CHARS`] out of `text` that holds most of the query's
/// distinct words, earliest first among equals.
pub fn snippet(text: &str, query: &Query) -> Snippet {
    let stemmer = EnglishStemmer::new();
    let wanted: HashSet<String> = query
        .words()
        .map(|word| stemmer.stem(word).into_owned())
        .collect();
    let text = fold_white_space(text);
    let words: Vec<Word> = analyze::tokens(&text)
        .map(|token| {
            let stem = stemmer.stem(&token.exact).into_owned();
            Word {
                start: token.span.start,
                end: token.span.end,
                stem: wanted.contains(&stem).then_some(stem),
            }
        })
        .collect();
    let (start, end) = window(&text, &words);
    let before = if start > 0 { OMITTED } else { "" };
    let after = if end < text.len() { OMITTED } else { "" };
    let shift = |at: usize| at - start + before.len();
    let marked = words
        .iter()
        .filter(|word| word.stem.is_some() && word.start >= start && word.end <= end);
    Snippet {
        highlights: marked
            .map(|word| (shift(word.start), shift(word.end)))
            .collect(),
        text: format!("{before}{}{after}", &text[start..end]),
    }
}

struct Word {
    start: usize,
    end: usize,
    /// Its stem, if the query has it too.
    stem: Option<String>,
}

fn fold_white_space(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Start and end of the best window, on `char` boundaries.
fn window(text: &str, words: &[Word]) -> (usize, usize) {
    // Byte offset of every char: windows are measured in chars.
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    if offsets.len() <= SNIPPET_CHARS {
        return (0, text.len());
    }
    let char_of = |byte: usize| offsets.partition_point(|&offset| offset < byte);
    let best = best_first_match(words, |first, last| {
        char_of(last.end) - char_of(first.start) <= SNIPPET_CHARS
    });
    let Some((first, last)) = best else {
        return (0, word_end(text, offsets[SNIPPET_CHARS]));
    };
    // The matches lie in the middle, the rest of the window around them.
    let (first, last) = (char_of(words[first].start), char_of(words[last].end));
    let spare = SNIPPET_CHARS.saturating_sub(last - first);
    let start = first
        .saturating_sub(spare / 3)
        .min(offsets.len() - SNIPPET_CHARS);
    let end = start + SNIPPET_CHARS;
    let start = word_start(text, offsets[start]);
    let end = offsets
        .get(end)
        .map_or(text.len(), |&end| word_end(text, end));
    (start, end)
}

/// The run of matches, fitting a window, with most distinct stems: its first and last word.
fn best_first_match(words: &[Word], fits: impl Fn(&Word, &Word) -> bool) -> Option<(usize, usize)> {
    let matches: Vec<(usize, &str)> = words
        .iter()
        .enumerate()
        .filter_map(|(index, word)| word.stem.as_deref().map(|stem| (index, stem)))
        .collect();
    let mut best: Option<(usize, (usize, usize))> = None;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut left = 0;
    for right in 0..matches.len() {
        *counts.entry(matches[right].1).or_default() += 1;
        while !fits(&words[matches[left].0], &words[matches[right].0]) && left < right {
            if let Some(count) = counts.get_mut(matches[left].1) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(matches[left].1);
                }
            }
            left += 1;
        }
        if best.is_none_or(|(distinct, _)| counts.len() > distinct) {
            best = Some((counts.len(), (matches[left].0, matches[right].0)));
        }
    }
    best.map(|(_, run)| run)
}

/// The start of the word that `at` lies in; a word of more than a window is cut.
fn word_start(text: &str, at: usize) -> usize {
    let begin = text[..at].rfind(' ').map_or(0, |space| space + 1);
    if at - begin > SNIPPET_CHARS {
        at
    } else {
        begin
    }
}

/// The last end of a word up to `at`.
fn word_end(text: &str, at: usize) -> usize {
    if text[at..].starts_with(' ') {
        return at;
    }
    match text[..at].rfind(' ') {
        Some(space) if at - space <= SNIPPET_CHARS => space,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str, query: &str) -> Snippet {
        snippet(text, &Query::parse(query).expect("a valid query"))
    }

    #[test]
    fn a_short_passage_is_shown_whole_with_its_words_marked() {
        let snippet = cut("Open the\n  ports 5060 and 5061.", "port 5060");
        assert_eq!(snippet.text, "Open the ports 5060 and 5061.");
        let marked: Vec<_> = snippet
            .highlights
            .iter()
            .map(|&(start, end)| &snippet.text[start..end])
            .collect();
        assert_eq!(marked, ["ports", "5060"]);
    }

    #[test]
    fn the_window_holds_most_distinct_words_of_the_query() {
        let text = format!(
            "vlan {} trunk native vlan {}",
            "filler ".repeat(80),
            "more ".repeat(80)
        );
        let snippet = cut(&text, "native vlan trunk");
        assert!(
            snippet.text.contains("trunk native vlan"),
            "{}",
            snippet.text
        );
        assert!(snippet.text.starts_with('…') && snippet.text.ends_with('…'));
        assert_eq!(snippet.highlights.len(), 3);
    }

    #[test]
    fn a_passage_without_the_words_shows_its_beginning() {
        let snippet = cut(&"lorem ipsum ".repeat(60), "vlan");
        assert!(snippet.text.starts_with("lorem"));
        assert!(snippet.highlights.is_empty());
    }

    proptest! {
        #[test]
        fn highlights_lie_in_the_snippet_on_char_boundaries(
            text in "(vlan|é{1,300}|port|[a-z]{1,9}|\\PC{0,4}| |\n){0,120}",
        ) {
            let snippet = cut(&text, "vlan port");
            prop_assert!(snippet.text.chars().count() <= 2 * SNIPPET_CHARS + 2);
            for (start, end) in snippet.highlights {
                let word = snippet.text[start..end].to_lowercase();
                prop_assert!(word.starts_with("vlan") || word.starts_with("port"), "{}", word);
            }
        }
    }
}
