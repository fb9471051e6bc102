//! A heading in, what of it tells sections apart out.
//!
//! ```text
//! Chapter 4. Ports        ports
//! 1.2.4  Open ports:      open ports
//! Release 1.2.4           release 1 2 4       numbers that are not the heading's own stay
//! ```

use crate::analyze;

/// Words before the number of a heading.
const DIVISIONS: [&str; 7] = [
    "chapter", "section", "part", "appendix", "annex", "clause", "book",
];

/// The heading in small letters, without punctuation and without its numbering; as a whole if
/// nothing would be left of it.
pub(super) fn heading_key(heading: &str) -> String {
    let key = joined(without_numbering(heading));
    if key.is_empty() { joined(heading) } else { key }
}

/// As [`heading_key`], for a heading at the top of a document, which often names the version of
/// the product: what names it is left out.
pub(super) fn top_heading_key(heading: &str, version: &str) -> String {
    let version_words = joined(version);
    let key = heading_key(heading);
    let padded = format!(" {key} ").replace(&format!(" {version_words} "), " ");
    let without = padded.trim();
    if without.is_empty() || version_words.is_empty() {
        return key;
    }
    without.to_owned()
}

fn joined(text: &str) -> String {
    let words: Vec<String> = analyze::tokens(text).map(|token| token.exact).collect();
    words.join(" ")
}

fn without_numbering(heading: &str) -> &str {
    let heading = heading.trim();
    let (first, rest) = first_word(heading);
    if DIVISIONS
        .iter()
        .any(|division| division.eq_ignore_ascii_case(first))
    {
        let (number, after) = first_word(rest);
        return if is_numbering(number, Bare::Allowed) {
            after
        } else {
            heading
        };
    }
    if is_numbering(first, Bare::Refused) {
        rest
    } else {
        heading
    }
}

fn first_word(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (first, rest.trim_start())
}

/// Whether a letter or a Roman number counts without a mark after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bare {
    Allowed,
    Refused,
}

/// Whether `word` is `4`, `1.2.4`, `A.1`, `IV.` or the like.
fn is_numbering(word: &str, bare: Bare) -> bool {
    let number = word.trim_end_matches(['.', ':', ')', '-', '–', '—']);
    let is_marked = number.len() < word.len();
    let mut groups = number.split('.');
    let first = groups.next().unwrap_or_default();
    let is_number = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let has_more = number.len() > first.len();
    let is_lettered = is_letter_or_roman(first) && (is_marked || has_more || bare == Bare::Allowed);
    (is_number(first) || is_lettered) && groups.all(is_number)
}

fn is_letter_or_roman(group: &str) -> bool {
    let is_letter = group.len() == 1 && group.bytes().all(|b| b.is_ascii_uppercase());
    let is_roman = !group.is_empty() && group.bytes().all(|b| b"IVXLC".contains(&b));
    is_letter || is_roman
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbering_case_and_punctuation_do_not_tell_headings_apart() {
        for heading in [
            "Open ports",
            "1.2.4  Open Ports:",
            "4 Open ports",
            "Chapter IV. Open ports",
            "Appendix B Open ports",
            "A.1 Open ports",
            "IV. `open` ports",
        ] {
            assert_eq!(heading_key(heading), "open ports", "{heading}");
        }
    }

    #[test]
    fn numbers_that_are_not_the_headings_own_stay() {
        assert_eq!(heading_key("Release 1.2.4"), "release 1 2 4");
        assert_eq!(heading_key("1.2.4"), "1 2 4");
        assert_eq!(heading_key("A port"), "a port");
        assert_eq!(heading_key("Part of a whole"), "part of a whole");
        assert_eq!(heading_key("***"), "");
    }

    #[test]
    fn a_top_heading_loses_the_version_that_it_names() {
        assert_eq!(
            top_heading_key("Varnish 7.7.0 guide", "7.7.0"),
            "varnish guide"
        );
        assert_eq!(top_heading_key("7.7.0", "7.7.0"), "7 7 0");
        assert_eq!(top_heading_key("Guide", ""), "guide");
    }
}
