//! The words before and after a place, and long forms without mark-up.

/// How far a place is looked around: twenty words of fifteen characters.
pub(super) const MAX_BYTES: usize = 300;

/// A word and where it stands in the text it was taken from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
}

impl Word<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Whether it is mark-up or a quotation mark, which may stand anywhere around a word.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '*' | '_' | '`' | '\\' | '"' | '\'' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}'
    )
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_apostrophe(c)
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '\u{2019}'
}

/// Whether no long form goes on across `c`, which `next` follows.
fn is_break(c: char, next: Option<char>) -> bool {
    match c {
        '(' | ')' | '[' | ']' | '{' | '}' | '|' | '<' | '>' | '=' | ';' | '\u{2022}' => true,
        '.' | ':' | '?' | '!' => next.is_none_or(|next| next.is_whitespace() || is_mark(next)),
        '\n' => next == Some('\n'),
        _ => false,
    }
}

/// The last words of `text`, the last first, back to the start of their sentence; at most `most`.
pub(super) fn last_words(text: &str, most: usize) -> Vec<Word<'_>> {
    let floor = text.len().saturating_sub(MAX_BYTES);
    let mut words = Vec::new();
    let mut next = None;
    let mut end = None;
    for (place, c) in text.char_indices().rev() {
        if place < floor || words.len() == most {
            // The word that reaches over the edge is not known whole.
            return words;
        }
        if is_of_word(c) {
            end = end.or(Some(place + c.len_utf8()));
        } else {
            let start = place + c.len_utf8();
            words.extend(end.take().and_then(|end| word(text, start, end)));
            if is_break(c, next) {
                return words;
            }
        }
        next = Some(c);
    }
    words.extend(end.and_then(|end| word(text, 0, end)));
    words.truncate(most);
    words
}

/// The first words of `text`, in order, up to the end of their sentence; at most `most`.
pub(super) fn first_words(text: &str, most: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut characters = text.char_indices().peekable();
    while let Some((place, c)) = characters.next() {
        if place > MAX_BYTES || words.len() == most {
            return words;
        }
        if is_of_word(c) {
            start = start.or(Some(place));
            continue;
        }
        words.extend(start.take().and_then(|start| word(text, start, place)));
        if is_break(c, characters.peek().map(|&(_, next)| next)) {
            return words;
        }
    }
    words.extend(start.and_then(|start| word(text, start, text.len())));
    words.truncate(most);
    words
}

/// The word at this place; what looks like an apostrophe at its ends is a quotation mark.
fn word(text: &str, start: usize, end: usize) -> Option<Word<'_>> {
    let whole = &text[start..end];
    let text = whole.trim_start_matches(is_apostrophe);
    let start = start + whole.len() - text.len();
    let text = text.trim_end_matches(is_apostrophe);
    (!text.is_empty()).then_some(Word { text, start })
}

/// A long form without mark-up and without the `'s` at its end, and with one space where white space
/// was.
pub(super) fn plain(long: &str) -> String {
    let words = long.split_whitespace();
    let words = words.map(|word| word.replace(['*', '`', '\\', '"'], ""));
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let plain = words.join(" ");
    let owned = plain.strip_suffix("'s");
    let owned = owned.or_else(|| plain.strip_suffix("\u{2019}s"));
    owned.map_or_else(|| plain.clone(), str::to_owned)
}
