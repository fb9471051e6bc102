//! Names of things: found whole and by their parts, whatever their case and punctuation.
//!
//! ```text
//! GigabitEthernet0/0/1     key gigabitethernet001    parts gigabit, ethernet
//! %SYS-5-CONFIG_I          key sys5configi
//! std::fs::read(path)      keys stdfsreadpath, stdfsread
//! ```
//!
//! A *key* is all letters and digits of a name in one lower-case word. It is made of every run
//! without white space that has punctuation inside, and of what is left when a call, an assignment
//! or a path is taken apart; a query is looked up by the keys of its neighbouring words too. So
//! `axl api`, `AXL-API` and `AxlApi` all find `AXL_API`.

use super::{fold, tokens};

/// Longer names have no key: what is longer is a line of data.
const MAX_KEY_BYTES: usize = 120;

/// A name of more words has no key.
const MAX_KEY_WORDS: usize = 12;

/// Punctuation between names, not within them.
const BETWEEN: [char; 22] = [
    '=', ',', ';', '"', '\'', '`', '<', '>', '|', '&', '!', '?', '{', '}', '[', ']', '(', ')', '“',
    '”', '‘', '’',
];

/// Punctuation between the steps of a path.
const STEPS: [char; 3] = ['/', ':', '\\'];

/// The keys of all names in `text`, in order, each with how many words its name has; a name that
/// can be read in several ways has several.
pub(crate) fn keys(text: &str) -> impl Iterator<Item = (String, usize)> + '_ {
    text.split_whitespace().flat_map(|run| {
        let mut keys: Vec<(String, usize)> = Vec::new();
        let mut add = |name: &str| {
            if let Some(key) = key(name)
                && !keys.contains(&key)
            {
                keys.push(key);
            }
        };
        // Most runs are words, with a comma at most.
        if run.contains(|c: char| !c.is_alphanumeric()) {
            add(run);
            for name in run.split(BETWEEN) {
                add(name);
                name.split(STEPS).for_each(&mut add);
            }
        }
        keys
    })
}

/// The key of a name of several words, and how many it has.
fn key(name: &str) -> Option<(String, usize)> {
    let mut words = tokens(name).map(|token| token.exact);
    let mut key = words.next()?;
    let mut n_words = 1;
    for word in words {
        key.push_str(&word);
        n_words += 1;
        if n_words > MAX_KEY_WORDS || key.len() > MAX_KEY_BYTES {
            return None;
        }
    }
    (n_words > 1).then_some((key, n_words))
}

/// The key of a name of which these are the words, if it is short enough to have one.
pub(crate) fn joined(words: &[String]) -> Option<String> {
    let length: usize = words.iter().map(String::len).sum();
    (length <= MAX_KEY_BYTES && words.len() <= MAX_KEY_WORDS).then(|| words.concat())
}

/// The parts of a word that is written `likeThis`, `LikeThis` or `HTTPServer2`, of at least two
/// letters each; none if it is one word.
pub(crate) fn parts(word: &str) -> impl Iterator<Item = &str> {
    let bounds = bounds(word, |_, _| false);
    let is_name = bounds.len() > 2;
    let parts = bounds.windows(2).map(|pair| (pair[0], pair[1]));
    let parts: Vec<&str> = parts
        .filter(|_| is_name)
        .map(|(start, end)| word[start..end].trim_end_matches(char::is_numeric))
        .filter(|part| part.chars().nth(1).is_some())
        .collect();
    parts.into_iter()
}

/// The parts of a word as [`parts`] has them, but with numbers as parts of their own, in lower
/// case: `rfc9457` is `rfc`, `9457`. None if it is one word.
pub(crate) fn numbered_parts(word: &str) -> Vec<String> {
    let bounds = bounds(word, |before, c| before.is_numeric() != c.is_numeric());
    if bounds.len() <= 2 {
        return Vec::new();
    }
    let parts = bounds.windows(2).map(|pair| fold(&word[pair[0]..pair[1]]));
    parts.collect()
}

/// Where the parts of a word begin, and where the last one ends: before an upper-case letter that
/// follows a lower-case one or a digit, before the last of several upper-case letters if a
/// lower-case one follows, and where `is_bound` says so.
fn bounds(word: &str, is_bound: impl Fn(char, char) -> bool) -> Vec<usize> {
    let mut bounds = vec![0];
    let mut chars = word.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, c)) = chars.next() {
        if let Some(before) = before {
            // The last letter of `VLANs` is no part.
            let is_plural = &word[at + c.len_utf8()..] == "s";
            let next = chars.peek().map(|&(_, next)| next);
            let next_is_lower = next.is_some_and(char::is_lowercase) && !is_plural;
            let begins =
                c.is_uppercase() && (before.is_lowercase() || before.is_numeric() || next_is_lower);
            if begins || is_bound(before, c) {
                bounds.push(at);
            }
        }
        before = Some(c);
    }
    bounds.push(word.len());
    bounds
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all_keys(text: &str) -> Vec<String> {
        keys(text).map(|(key, _)| key).collect()
    }

    #[test]
    fn a_name_has_one_key_however_it_is_written() {
        for name in ["AXL_API", "axl-api", "Axl::Api", "(AXL.API)."] {
            assert_eq!(all_keys(name), ["axlapi"], "{name}");
        }
        assert_eq!(all_keys("%SYS-5-CONFIG_I:"), ["sys5configi"]);
        assert_eq!(all_keys("GigabitEthernet0/0/1"), ["gigabitethernet001"]);
    }

    #[test]
    fn words_have_no_key() {
        assert!(all_keys("open the port, then (if any) wait.").is_empty());
    }

    #[test]
    fn what_is_called_or_assigned_or_in_a_folder_has_a_key_of_its_own() {
        assert_eq!(all_keys("10.5(2)"), ["1052", "105"]);
        let counts: Vec<usize> = keys("10.5(2)").map(|(_, n_words)| n_words).collect();
        assert_eq!(counts, [3, 2]);
        assert_eq!(
            all_keys("fs::read_all(path)"),
            ["fsreadallpath", "fsreadall", "readall"]
        );
        assert_eq!(
            all_keys("/etc/ssh/sshd_config"),
            ["etcsshsshdconfig", "sshdconfig"]
        );
    }

    #[test]
    fn parts_are_told_by_case() {
        let of = |word| parts(word).collect::<Vec<_>>();
        assert_eq!(of("GigabitEthernet0"), ["Gigabit", "Ethernet"]);
        assert_eq!(of("HTTPServer"), ["HTTP", "Server"]);
        assert_eq!(of("ifHCInOctets"), ["if", "HC", "In", "Octets"]);
        assert!(of("Server").is_empty() && of("SERVER").is_empty());
        assert!(of("port5060").is_empty() && of("VLANs").is_empty() && of("4K").is_empty());
    }

    #[test]
    fn numbers_are_parts_of_a_name_in_a_query() {
        assert_eq!(numbered_parts("RFC9457"), ["rfc", "9457"]);
        assert_eq!(numbered_parts("ge0"), ["ge", "0"]);
        assert!(numbered_parts("5060").is_empty());
    }

    proptest! {
        #[test]
        fn keys_are_words_of_the_text_in_a_row(text in "[a-cA-C0-1_:/(). ]{0,40}") {
            let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            for (key, _) in keys(&text) {
                prop_assert!(letters.to_lowercase().contains(&key), "{}", key);
            }
        }
    }
}
