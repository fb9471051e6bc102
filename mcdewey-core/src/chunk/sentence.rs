//! A text in, the places where its sentences start out.
//!
//! The rule is our own and small. UAX #29 (crate `unicode-segmentation`) ends a sentence at every
//! line feed, so hard-wrapped manuals would fall into lines, and it ends one after `e.g.` before a
//! capital letter; what remained of it after repairing both would be less than these lines.

/// What ends with a full stop without ending a sentence, in lower case.
const ABBREVIATIONS: [&str; 30] = [
    "al", "approx", "ca", "cf", "ch", "chap", "dr", "ed", "eq", "etc", "ex", "fig", "figs", "inc",
    "incl", "max", "min", "mr", "mrs", "ms", "no", "nos", "pp", "prof", "ref", "resp", "sec", "st",
    "vol", "vs",
];

/// Marks that may stand between a sentence's last full stop and the white space after it.
const CLOSERS: [char; 13] = [
    ')', ']', '}', '"', '\'', '”', '’', '»', '*', '_', '`', '」', '』',
];

/// Marks that may stand before a word.
const OPENERS: [char; 9] = ['(', '[', '{', '"', '\'', '“', '‘', '*', '_'];

/// Where the sentences of `text` start, in bytes, ascending. The first starts at 0; white space
/// belongs to the sentence before it.
///
/// # Complexity
/// Linear in the length of `text`.
pub(super) fn sentence_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at_line_start = true;
    for word in words(text) {
        starts.extend(inner_starts(text, word.start, word.end));
        let next = &text[word.next..];
        let gap = &text[word.end..word.next];
        if next.is_empty() {
            break;
        }
        let blank_line = gap.matches('\n').nth(1).is_some();
        let new_item = gap.contains('\n') && starts_list_item(next);
        let ended = ends_sentence(&text[word.start..word.end], at_line_start)
            && !next.starts_with(char::is_lowercase);
        if blank_line || new_item || ended {
            starts.push(word.next);
        }
        at_line_start = gap.contains('\n');
    }
    starts
}

/// A word's place: it is `start..end`, and the next one starts at `next`.
struct Word {
    start: usize,
    end: usize,
    next: usize,
}

/// The stretches between white space, in order.
fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut position = text.len() - text.trim_start().len();
    std::iter::from_fn(move || {
        let start = position;
        let rest = &text[start..];
        if rest.is_empty() {
            return None;
        }
        let len = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let end = start + len;
        position = text.len() - text[end..].trim_start().len();
        Some(Word {
            start,
            end,
            next: position,
        })
    })
}

/// Starts inside a word: Chinese and Japanese put no space after a full stop.
fn inner_starts(text: &str, start: usize, end: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut after_stop = false;
    for (offset, character) in text[start..end].char_indices() {
        let stop = matches!(character, '。' | '！' | '？');
        if after_stop && !stop && !CLOSERS.contains(&character) {
            starts.push(start + offset);
        }
        after_stop = stop || (after_stop && CLOSERS.contains(&character));
    }
    starts
}

fn ends_sentence(word: &str, at_line_start: bool) -> bool {
    let word = word.trim_end_matches(CLOSERS);
    let Some(stem) = word.strip_suffix('.') else {
        return word.ends_with(['!', '?', '…', '。', '！', '？']);
    };
    let stem = stem.trim_start_matches(OPENERS);
    let number = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
    !(is_abbreviation(stem) || (number && at_line_start))
}

/// `e.g`, `U.S`, an initial, or one of the list.
fn is_abbreviation(stem: &str) -> bool {
    const LONGEST: usize = 8;
    if stem.is_empty() || stem.len() > LONGEST {
        return false;
    }
    let dotted_letters = stem.split('.').all(|part| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
    });
    dotted_letters || ABBREVIATIONS.contains(&stem.to_lowercase().as_str())
}

/// Whether `text` starts with a bullet or a number as lists have them.
pub(super) fn starts_list_item(text: &str) -> bool {
    const LONGEST_NUMBER: usize = 9;
    if let Some(rest) = text.strip_prefix(['-', '*', '+', '•', '▪', '–']) {
        return rest.starts_with(char::is_whitespace);
    }
    let digits = text
        .bytes()
        .take(LONGEST_NUMBER)
        .take_while(u8::is_ascii_digit)
        .count();
    let mut rest = text[digits..].chars();
    digits > 0
        && matches!(rest.next(), Some('.' | ')'))
        && rest.next().is_some_and(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        let mut ends = sentence_starts(text);
        ends.push(text.len());
        ends.windows(2)
            .map(|pair| text[pair[0]..pair[1]].trim_end())
            .collect()
    }

    #[test]
    fn a_sentence_ends_at_its_full_stop() {
        assert_eq!(
            sentences("Open the port. Then restart! Done? (Yes.) Good."),
            [
                "Open the port.",
                "Then restart!",
                "Done?",
                "(Yes.)",
                "Good."
            ]
        );
    }

    #[test]
    fn abbreviations_versions_and_file_names_do_not_end_a_sentence() {
        for text in [
            "Use a codec, e.g. G.711, on the trunk",
            "Release 10.5(2) and 11.0. is old",
            "Edit sip.conf and www.example.com first",
            "See Fig. 3 and Sec. 4 of RFC 3261",
            "Ask J. Rosenberg",
        ] {
            assert_eq!(sentences(text), [text]);
        }
    }

    #[test]
    fn a_version_number_may_end_a_sentence() {
        assert_eq!(
            sentences("It needs 10.5(2). Older ones fail."),
            ["It needs 10.5(2).", "Older ones fail."]
        );
    }

    #[test]
    fn a_wrapped_line_is_no_border_but_a_list_item_and_a_blank_line_are() {
        assert_eq!(
            sentences("one\ntwo\n- three\n2) four\n\nfive"),
            ["one\ntwo", "- three", "2) four", "five"]
        );
    }

    #[test]
    fn the_number_of_a_list_item_stays_with_it() {
        assert_eq!(
            sentences("1. Open it.\n2. Shut it."),
            ["1. Open it.", "2. Shut it."]
        );
    }

    #[test]
    fn chinese_sentences_need_no_space() {
        assert_eq!(
            sentences("打开端口。然后重启！「好。」完"),
            ["打开端口。", "然后重启！", "「好。」", "完"]
        );
    }
}
