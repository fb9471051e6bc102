//! The window of a passage that shows best why it was found.

mod tables;

use std::collections::HashMap;

use crate::analyze;
use crate::query::{Query, Sought};

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

/// Shows why `text` was found, in at most about [`SNIPPET_CHARS`].
///
/// That is the window that holds most of the query's distinct words, earliest first among equals.
/// If they stand in a table, it is the table's header and the rows that hold most of them.
pub fn snippet(text: &str, query: &Query) -> Snippet {
    let stemmers = query.stemmers();
    let wanted = wanted(query);
    let tables = tables::of(text);
    let text = fold_white_space(text);
    let words: Vec<Word> = analyze::tokens(&text)
        .map(|token| {
            let known = |word: &str| {
                let stems = stemmers.all(word);
                stems.iter().find_map(|stem| wanted.get(stem))
            };
            // A name is marked for its parts too.
            let parts = || analyze::parts(token.span.of(&text)).map(str::to_lowercase);
            let stem = known(&token.exact).or_else(|| parts().find_map(|part| known(&part)));
            Word {
                start: token.span.start,
                end: token.span.end,
                stem: stem.cloned(),
            }
        })
        .collect();
    let (window, matches) = window(&text, &words, SNIPPET_CHARS);
    let rows = matches
        .filter(|_| window != (0, text.len()))
        .and_then(|matches| tables::rows(&text, &tables, &words, matches));
    shown(&text, &words, &rows.unwrap_or_else(|| vec![window]))
}

/// By each stem that is marked, the word of the query that it stands for.
fn wanted(query: &Query) -> HashMap<String, String> {
    let mut wanted = HashMap::new();
    let sought = query.sought();
    for Sought { stem, also, .. } in &sought {
        for other in also.iter().flatten() {
            wanted.insert(other.clone(), stem.clone());
        }
    }
    // What the query has itself stands for itself.
    wanted.extend(
        sought
            .iter()
            .map(|sought| (sought.stem.clone(), sought.stem.clone())),
    );
    wanted
}

/// These parts of `text`, in order, with the words marked.
fn shown(text: &str, words: &[Word], parts: &[(usize, usize)]) -> Snippet {
    let mut snippet = Snippet::default();
    let mut end_before = None;
    for &(start, end) in parts {
        match end_before {
            None if start > 0 => snippet.text.push_str(OMITTED),
            // Only white space lies between lines that follow each other.
            Some(before) if start <= before + 1 => snippet.text.push(' '),
            Some(_) => snippet.text.extend([" ", OMITTED, " "]),
            None => {}
        }
        let shift = |at: usize| at - start + snippet.text.len();
        let marked = words
            .iter()
            .filter(|word| word.stem.is_some() && word.start >= start && word.end <= end)
            .map(|word| (shift(word.start), shift(word.end)));
        snippet.highlights.extend(marked);
        snippet.text.push_str(&text[start..end]);
        end_before = Some(end);
    }
    if end_before.is_some_and(|end| end < text.len()) {
        snippet.text.push_str(OMITTED);
    }
    snippet
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

/// The words of a query in a window.
#[derive(Debug, Clone, Copy)]
struct Matches {
    start: usize,
    end: usize,
    /// How many distinct ones there are.
    distinct: usize,
}

/// Start and end of the best window of at most `max_chars`, on `char` boundaries; and the words
/// that it was chosen for, if there are any.
fn window(text: &str, words: &[Word], max_chars: usize) -> ((usize, usize), Option<Matches>) {
    // Byte offset of every char: windows are measured in chars.
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let char_of = |byte: usize| offsets.partition_point(|&offset| offset < byte);
    let best = best_first_match(words, |first, last| {
        char_of(last.end) - char_of(first.start) <= max_chars
    });
    let matches = best.map(|(distinct, (first, last))| Matches {
        start: words[first].start,
        end: words[last].end,
        distinct,
    });
    if offsets.len() <= max_chars {
        return ((0, text.len()), matches);
    }
    let Some(found) = matches else {
        return ((0, word_end(text, offsets[max_chars])), None);
    };
    // The matches lie in the middle, the rest of the window around them.
    let (first, last) = (char_of(found.start), char_of(found.end));
    let spare = max_chars.saturating_sub(last - first);
    let most_before = match sentence_start(&text[..found.start]) {
        // A sentence that begins not far before is shown from its beginning.
        start if first - char_of(start) <= spare * 2 / 3 => first - char_of(start),
        _ => spare / 3,
    };
    let start = first
        .saturating_sub(most_before)
        .min(offsets.len() - max_chars);
    let end = start + max_chars;
    let start = word_start(text, offsets[start]);
    let end = offsets
        .get(end)
        .map_or(text.len(), |&end| word_end(text, end));
    ((start, end), matches)
}

/// The run of matches, fitting a window, with most distinct stems: how many, its first word and its
/// last.
fn best_first_match(
    words: &[Word],
    fits: impl Fn(&Word, &Word) -> bool,
) -> Option<(usize, (usize, usize))> {
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
    best
}

/// Where the sentence begins that the end of `text` lies in: behind a full stop, question mark or
/// exclamation mark and a space, if a capital follows.
fn sentence_start(text: &str) -> usize {
    let ends = text.match_indices(['.', '!', '?']);
    let mut starts = ends.filter_map(|(at, _)| {
        let rest = text[at + 1..].strip_prefix(' ')?;
        let is_next = rest.chars().next().is_none_or(char::is_uppercase);
        is_next.then_some(at + 2)
    });
    starts.next_back().unwrap_or(0)
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
        snippet(text, &Query::parse(query))
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
    fn a_snippet_begins_with_the_sentence_that_is_near() {
        let before = "Filler words stand here and say nothing. ".repeat(12);
        let after = " More of it follows here.".repeat(20);
        let text = format!("{before}The switch keeps, as said, the native VLAN.{after}");
        let snippet = cut(&text, "native vlan");
        assert!(
            snippet.text.starts_with("…The switch keeps"),
            "{}",
            snippet.text
        );
    }

    #[test]
    fn a_name_is_marked_for_its_parts() {
        let snippet = cut("Call getRenewedCertificate first.", "renewed certificates");
        let marked = snippet.highlights.iter();
        let marked: Vec<_> = marked
            .map(|&(start, end)| &snippet.text[start..end])
            .collect();
        assert_eq!(marked, ["getRenewedCertificate"]);
    }

    #[test]
    fn a_passage_without_the_words_shows_its_beginning() {
        let snippet = cut(&"lorem ipsum ".repeat(60), "vlan");
        assert!(snippet.text.starts_with("lorem"));
        assert!(snippet.highlights.is_empty());
    }

    const PORTS: &str = "Ports that the firewall has to let through, with what they are for, and \
        the release that came with them.\n\n| Port | Use | Since |\n|---|:--|---|\n\
        | 5060 | SIP over UDP and TCP, unless TLS is asked for by the profile | 8.0 |\n\
        | 5061 | SIP over TLS | 8.6 |\n\
        | 2000 | SCCP, the older protocol of the phones, which stays open for them | 3.0 |\n\
        | 8443 | pages of the administrator | 5.0 |\n";

    #[test]
    fn a_hit_in_a_table_shows_its_header_and_the_rows_that_match() {
        let snippet = cut(PORTS, "port of the administrator");
        assert_eq!(
            snippet.text,
            "…| Port | Use | Since | … | 8443 | pages of the administrator | 5.0 |"
        );
        let marked: Vec<_> = snippet
            .highlights
            .iter()
            .map(|&(start, end)| &snippet.text[start..end])
            .collect();
        assert!(
            marked.contains(&"Port") && marked.contains(&"administrator"),
            "{marked:?}"
        );
        let snippet = cut(PORTS, "SIP TLS");
        assert!(
            snippet.text.contains("| Since | … | 5060 |"),
            "{}",
            snippet.text
        );
        assert!(
            snippet.text.contains("| 5061 | SIP over TLS | 8.6 |"),
            "{}",
            snippet.text
        );
        assert!(!snippet.text.contains("8443"), "{}", snippet.text);
    }

    #[test]
    fn words_around_a_table_are_shown_as_other_words() {
        let snippet = cut(PORTS, "firewall let through");
        assert!(
            snippet.text.starts_with("Ports that the firewall"),
            "{}",
            snippet.text
        );
    }

    #[test]
    fn a_row_longer_than_a_snippet_is_cut_around_its_words() {
        let long = "filler ".repeat(80);
        let text =
            format!("| Port | Use |\n|---|---|\n| 1 | x |\n| 5060 | {long} needle {long} |\n");
        let snippet = cut(&text, "needle");
        assert!(
            snippet.text.starts_with("| Port | Use | … "),
            "{}",
            snippet.text
        );
        assert!(snippet.text.contains("needle"), "{}", snippet.text);
        assert!(snippet.text.chars().count() <= SNIPPET_CHARS + 20);
    }

    proptest! {
        #[test]
        fn highlights_lie_in_the_snippet_on_char_boundaries(
            text in "(vlan|é{1,300}|port|[a-z]{1,9}|\\PC{0,4}| |\n|\n\\| vlan \\| b \\|\n\\|---\\|---\\|\n){0,120}",
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
