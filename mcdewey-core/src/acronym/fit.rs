//! Whether a long form reads as a short form.
//!
//! Schwartz and Hearst accept a long form that has the letters of the short form in order, the
//! first of them at the start of a word, and take the shortest. Of "Cisco Unified Communications
//! Manager (CUCM)" that is "Communications Manager". So here every word must give its first letter,
//! but for small ones such as "of"; and then others:
//!
//! ```text
//! Cisco Unified Communications Manager    Open vSwitch Database    Virtual eXtensible LAN
//! C     U       C              M          O    v S     D   B       V        X         LAN
//! ```
//!
//! A letter within a word counts as a first one where it is a capital. Of the others, fewer than
//! half of the short form may be made.

use super::short::{Short, letter};
use super::words::Word;

/// Words that need not give a letter.
const SMALL_WORDS: [&str; 21] = [
    "a", "an", "and", "as", "at", "based", "between", "by", "for", "from", "in", "into", "of",
    "on", "or", "over", "per", "the", "to", "via", "with",
];
/// Longer words in capitals are emphasis: their letters are as good as small ones.
const LONGEST_ACRONYM: usize = 5;

/// For each letter of a short form, how many letters from within words it takes at least to read
/// the short form from there to its end; `None` if that cannot be read.
type Costs = Vec<Option<usize>>;

/// How many of `words`, which are given the last first, are the long form: of the readings those
/// with the fewest letters from within words, and of these the shortest. `Sockets Layer` reads as
/// SSL too.
pub(super) fn long_form(words: &[Word<'_>], short: &Short<'_>) -> Option<usize> {
    let readings = readings(words, short);
    let best = readings
        .iter()
        .min_by_key(|&&(n_words, cost)| (cost, n_words));
    best.map(|&(n_words, _)| n_words)
}

/// How many letters from within words it takes at least to read all of `words`, which are given the
/// last first, as the long form; `None` if they are not.
pub(super) fn cost(words: &[Word<'_>], short: &Short<'_>) -> Option<usize> {
    let longest = readings(words, short).pop();
    longest.and_then(|(n_words, cost)| (n_words == words.len()).then_some(cost))
}

/// How many words can be the long form, the fewest first, and what reading them costs.
fn readings(words: &[Word<'_>], short: &Short<'_>) -> Vec<(usize, usize)> {
    let mut costs: Costs = vec![None; short.letters.len()];
    costs.push(Some(0));
    let mut readings = Vec::new();
    for (before, word) in words.iter().enumerate() {
        costs = with_word(word, short, &costs);
        // Where the short form is read to its beginning nothing is left for words further out.
        if let Some(cost) = costs[0].take() {
            let starts_well = !is_small(word.text) || word.text.starts_with(char::is_uppercase);
            if starts_well && is_enough(&words[..=before], short, cost) {
                readings.push((before + 1, cost));
            }
        }
        if costs.iter().all(Option::is_none) {
            break;
        }
    }
    readings
}

/// Whether words that read as the short form are its long form.
fn is_enough(words: &[Word<'_>], short: &Short<'_>, cost: usize) -> bool {
    let is_short = |word: &Word<'_>| word.text.to_lowercase() == short.text.to_lowercase();
    let is_spelled_out = match words {
        // `identifier (ID)` says little, and `EnergyIPMIFrequency (IPMI)` nothing; but
        // `LibreOffice (LO)` does.
        [word] => {
            let spelled: String = short.letters.iter().collect();
            let has_small_letters = word.text.chars().any(char::is_lowercase);
            cost == 0 && has_small_letters && !word.text.to_lowercase().contains(&spelled)
        }
        _ => 2 * cost <= short.letters.len(),
    };
    is_spelled_out && !words.iter().any(is_short)
}

/// The costs with one more word before those that `after` stands for.
fn with_word(word: &Word<'_>, short: &Short<'_>, after: &Costs) -> Costs {
    let letters = Letters::of(word.text);
    let end = short.letters.len();
    let mut costs: Costs = vec![None; end + 1];
    for start in 0..end {
        costs[start] = letters.cost(&short.letters[start..], &after[start + 1..]);
        if is_small(word.text) {
            costs[start] = least(costs[start], after[start]);
        }
    }
    costs
}

fn least(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a.into_iter().chain(b).min()
}

fn is_small(word: &str) -> bool {
    let lower = word.to_lowercase();
    SMALL_WORDS.contains(&lower.as_str())
}

/// The letters of a word.
struct Letters {
    /// In lower case, each with what it costs to take it.
    chars: Vec<(char, usize)>,
    /// Places of those with which reading the word may begin.
    firsts: Vec<usize>,
    /// Whether it begins with "ex", which is often written X.
    is_ex: bool,
}

impl Letters {
    fn of(word: &str) -> Self {
        let n_chars = word.chars().count();
        let is_emphasis = n_chars > LONGEST_ACRONYM && !word.chars().any(char::is_lowercase);
        let mut firsts = Vec::new();
        let mut chars = Vec::new();
        let mut previous: Option<char> = None;
        for c in word.chars() {
            let Some(lower) = letter(c) else { continue };
            let is_capital = c.is_uppercase() && !is_emphasis;
            if previous.is_none_or(|previous| is_capital && previous.is_lowercase()) {
                firsts.push(chars.len());
            }
            chars.push((lower, usize::from(!is_capital)));
            previous = Some(c);
        }
        let is_ex = chars.len() > 2 && chars[0].0 == 'e' && chars[1].0 == 'x';
        Self {
            chars,
            firsts,
            is_ex,
        }
    }

    /// The least cost to read `wanted` from this word and the words after it. `after[n]` is the
    /// cost of those words if this one gives the first `n + 1` letters.
    fn cost(&self, wanted: &[char], after: &[Option<usize>]) -> Option<usize> {
        let ex = (self.is_ex && wanted[0] == 'x').then_some(1);
        let begins = |&&first: &&usize| self.chars[first].0 == wanted[0];
        let firsts = self.firsts.iter().filter(begins).copied().chain(ex);
        firsts
            .filter_map(|first| self.cost_from(first, wanted, after))
            .min()
    }

    fn cost_from(&self, first: usize, wanted: &[char], after: &[Option<usize>]) -> Option<usize> {
        let mut best = after[0];
        let mut cost = 0;
        let mut rest = self.chars[first + 1..].iter();
        for (&wanted, &after) in wanted[1..].iter().zip(&after[1..]) {
            let Some(&(_, price)) = rest.find(|&&(letter, _)| letter == wanted) else {
                break;
            };
            cost += price;
            best = least(best, after.map(|after| after + cost));
        }
        best
    }
}
