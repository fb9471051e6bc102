//! A text in, the words that count when two versions of it are compared out.
//!
//! ```text
//! text    | 3. Open   the port.\n|---|---|\n4. Restart
//! words   |    ^^^^   ^^^ ^^^^^              ^^^^^^^
//! ```
//!
//! White space, the numbers of a list and the rules of a table or a heading are not words: a manual
//! that was only set anew says what it said.

use std::collections::HashMap;

/// Longest number at the start of a line that counts as that of a list, such as `12.` or `3)`.
/// Chosen by hand: a longer one is rather a year.
const MAX_LIST_DIGITS: usize = 3;

/// Shortest run of `-`, `=` and the like that is a rule. Two of them open a command's option.
const MIN_RULE_CHARS: usize = 3;

/// A word and what follows it up to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// What is compared.
    pub(super) key: &'a str,
    /// What is shown: the words of a text, joined, are the text. The first one also has what
    /// stands before it.
    pub(super) shown: &'a str,
}

/// The words of `text`, in order; none if nothing in it counts.
///
/// A word is a run without white space. Characters of scripts that do not part words, such as
/// Chinese, are words by themselves.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut shown_from = 0;
    for (start, end) in runs(text) {
        if !counts(text, start, end) {
            continue;
        }
        if let Some(previous) = words.last_mut() {
            previous.shown = &text[shown_from..start];
            shown_from = start;
        }
        words.push(Word {
            key: &text[start..end],
            shown: "",
        });
    }
    if let Some(last) = words.last_mut() {
        last.shown = &text[shown_from..];
    }
    words
}

/// The runs of `text`, as byte ranges.
fn runs(text: &str) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut open = None;
    for (index, c) in text.char_indices() {
        if c.is_whitespace() || stands_alone(c) {
            runs.extend(open.take().map(|start| (start, index)));
        } else {
            open.get_or_insert(index);
        }
        if stands_alone(c) {
            runs.push((index, index + c.len_utf8()));
        }
    }
    runs.extend(open.map(|start| (start, text.len())));
    runs
}

/// Kana and ideographs.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn counts(text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    let is_number = is_list_number(run) && starts_line(text, start);
    !(is_rule(run) || is_number)
}

fn is_rule(run: &str) -> bool {
    let is_rule_char = |c| "-=~+|:_*#^`".contains(c);
    run.len() >= MIN_RULE_CHARS && run.chars().all(is_rule_char)
}

fn is_list_number(run: &str) -> bool {
    let digits = run.strip_suffix(['.', ')']).unwrap_or_default();
    (1..=MAX_LIST_DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn starts_line(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with('\n')
}

/// Gives each word a number, the same in both versions.
#[derive(Debug, Default)]
pub(super) struct Lexicon<'a>(HashMap<&'a str, u32>);

impl<'a> Lexicon<'a> {
    /// The numbers of the words of `text`: equal if, and only if, the texts say the same.
    pub(super) fn numbers(&mut self, text: &'a str) -> Vec<u32> {
        let words = words(text).into_iter();
        words.map(|word| self.number(word.key)).collect()
    }

    fn number(&mut self, key: &'a str) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(key).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<&str> {
        words(text).into_iter().map(|word| word.key).collect()
    }

    #[test]
    fn white_space_rules_and_list_numbers_are_not_words() {
        assert_eq!(
            keys("3. Open   the port.\n|---|---|\n 4) Restart"),
            ["Open", "the", "port.", "Restart"]
        );
        assert_eq!(
            keys("Version 3. is --all"),
            ["Version", "3.", "is", "--all"]
        );
        assert_eq!(keys("2019. A year."), ["2019.", "A", "year."]);
    }

    #[test]
    fn joined_words_are_the_text() {
        for text in ["  1. a\n\n---\n b c ", "a", "日本 go", "---\nend"] {
            let shown: String = words(text).iter().map(|word| word.shown).collect();
            assert_eq!(shown, text);
        }
        assert!(words(" \n--- ").is_empty());
    }

    #[test]
    fn ideographs_are_words_by_themselves() {
        assert_eq!(keys("日本go語"), ["日", "本", "go", "語"]);
    }

    #[test]
    fn equal_numbers_mean_equal_words() {
        let mut lexicon = Lexicon::default();
        let one = lexicon.numbers("Open  port 5060");
        assert_eq!(one, lexicon.numbers("Open port\n5060"));
        assert_ne!(one, lexicon.numbers("Open port 5061"));
    }
}
