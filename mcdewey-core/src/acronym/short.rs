//! What may be a short form.

use super::words::is_mark;

/// Fewest and most characters of a short form, as in the paper.
const CHARS: std::ops::RangeInclusive<usize> = 2..=10;

/// Acronyms that read as these words when they are lower-cased, as people write them in queries:
/// every question would be widened by "information technology".
const ORDINARY_WORDS: [&str; 62] = [
    "add", "all", "am", "an", "and", "any", "are", "as", "at", "be", "but", "by", "can", "did",
    "do", "for", "from", "get", "go", "had", "has", "he", "her", "him", "his", "how", "if", "in",
    "is", "it", "its", "may", "me", "my", "new", "no", "not", "of", "off", "on", "one", "or",
    "our", "out", "per", "set", "she", "so", "the", "to", "two", "up", "us", "use", "was", "we",
    "what", "who", "why", "with", "yes", "you",
];

/// A text that may be a short form.
#[derive(Debug)]
pub(super) struct Short<'t> {
    /// As it stands, without marks around it and without the `s` of a plural.
    pub(super) text: &'t str,
    /// Its letters and digits in lower case: what a long form must give, in order.
    pub(super) letters: Vec<char>,
}

impl<'t> Short<'t> {
    /// `text` as a short form, if it can be one: 2 to 10 characters without white space, the first
    /// and the last a letter or a digit, and two capitals, or one and a digit. One capital alone is
    /// how `(Optional)` and `(Linux)` are written.
    pub(super) fn new(text: &'t str) -> Option<Self> {
        let text = singular(text.trim_matches(|c: char| c.is_whitespace() || is_mark(c)));
        // Before anything is counted: a byte more than the longest short form can have.
        if text.len() > 4 * CHARS.end() || !CHARS.contains(&text.chars().count()) {
            return None;
        }
        let ends = [text.chars().next()?, text.chars().next_back()?];
        let is_allowed = |c: char| c.is_alphanumeric() || "-/&.+".contains(c);
        if !ends.into_iter().all(char::is_alphanumeric) || !text.chars().all(is_allowed) {
            return None;
        }
        let n_capitals = text.chars().filter(|c| c.is_uppercase()).count();
        let has_digit = text.chars().any(char::is_numeric);
        let letters: Vec<char> = text.chars().filter_map(letter).collect();
        let is_ordinary = ORDINARY_WORDS.contains(&text.to_lowercase().as_str());
        let fits = letters.len() >= *CHARS.start()
            && (n_capitals >= 2 || n_capitals == 1 && has_digit)
            && !is_ordinary;
        fits.then_some(Self { text, letters })
    }

    /// Most words of its long form: min(|A| + 5, 2 |A|), as in the paper.
    pub(super) fn max_words(&self) -> usize {
        let n = self.letters.len();
        (n + 5).min(2 * n)
    }
}

/// `ACLs` without its `s`.
fn singular(text: &str) -> &str {
    let rest = text.strip_suffix('s').unwrap_or(text);
    let rest = rest.trim_end_matches(['\'', '\u{2019}']);
    if rest.len() > 1 && rest.ends_with(char::is_uppercase) {
        rest
    } else {
        text
    }
}

/// The letter or digit in lower case; `None` for other characters.
pub(super) fn letter(c: char) -> Option<char> {
    // The first of several, as of `İ`: a comparison of single letters needs no more.
    c.is_alphanumeric()
        .then(|| c.to_lowercase().next())
        .flatten()
}
