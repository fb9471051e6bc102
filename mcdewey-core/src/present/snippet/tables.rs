//! Tables of pipes in a passage: which of their rows to show.
//!
//! ```text
//! | Port | Use |       header
//! |------|-----|
//! | 5060 | SIP |       rows, one a line
//! ```

use std::cmp::Reverse;
use std::collections::HashSet;

use super::{Matches, SNIPPET_CHARS, Word, fold_white_space, window, word_end};

/// A part of the passage whose white space is folded, in bytes.
type Part = (usize, usize);

/// A table that has a header.
#[derive(Debug)]
pub(super) struct Table {
    header: Part,
    rows: Vec<Part>,
}

/// The tables of `text`; their positions are those after its white space has been folded.
pub(super) fn of(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut is_in_table = false;
    let mut line_before: Option<Part> = None;
    let mut position = 0;
    for line in text.lines() {
        let folded = fold_white_space(line);
        let start = position + usize::from(position > 0);
        let part = (start, start + folded.len());
        if folded.is_empty() {
            (is_in_table, line_before) = (false, None);
            continue;
        }
        position = part.1;
        if is_in_table && folded.starts_with('|') {
            if let Some(table) = tables.last_mut() {
                table.rows.push(part);
            }
            continue;
        }
        is_in_table = false;
        if is_delimiter(&folded)
            && let Some(header) = line_before
        {
            is_in_table = true;
            let rows = Vec::new();
            tables.push(Table { header, rows });
        }
        line_before = folded.starts_with('|').then_some(part);
    }
    tables
}

/// Whether a line parts a header from the rows below it.
fn is_delimiter(line: &str) -> bool {
    line.starts_with('|')
        && line.contains("--")
        && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// The header and the rows that hold most of the query's distinct words, of the table that holds
/// most of them; `None` if the window with `matches`, of which none is in a table, has as many.
pub(super) fn rows(
    text: &str,
    tables: &[Table],
    words: &[Word],
    matches: Matches,
) -> Option<Vec<Part>> {
    let mut best: Option<(usize, Vec<Part>)> = None;
    for table in tables {
        let end = table.rows.last().map_or(table.header.1, |row| row.1);
        let is_here = table.header.0 <= matches.start && matches.end <= end;
        // Among equals, the words that stand close together are shown.
        let least = matches.distinct + usize::from(!is_here);
        let Some(parts) = best_rows(text, table, words) else {
            continue;
        };
        let found = distinct(words, &parts);
        if found >= least && best.as_ref().is_none_or(|(before, _)| found > *before) {
            best = Some((found, parts));
        }
    }
    best.map(|(_, parts)| parts)
}

/// How many distinct words of the query these parts hold.
fn distinct(words: &[Word], parts: &[Part]) -> usize {
    let is_inside = |word: &&Word| {
        parts
            .iter()
            .any(|part| word.start >= part.0 && word.end <= part.1)
    };
    let inside = words.iter().filter(is_inside);
    let stems: HashSet<&str> = inside.filter_map(|word| word.stem.as_deref()).collect();
    stems.len()
}

/// The header and as many of the best rows as a snippet has room for; `None` if no row holds a word
/// of the query.
fn best_rows(text: &str, table: &Table, words: &[Word]) -> Option<Vec<Part>> {
    let found = |row: &Part| (distinct(words, &[*row]), *row);
    let mut ranked: Vec<(usize, Part)> = table.rows.iter().map(found).collect();
    ranked.retain(|(found, _)| *found > 0);
    ranked.sort_by_key(|&(found, row)| (Reverse(found), row));
    let most = ranked.first()?.0;

    let header = first_words(text, table.header, SNIPPET_CHARS / 2);
    let chars = |part: Part| text[part.0..part.1].chars().count();
    let mut room = SNIPPET_CHARS.saturating_sub(chars(header));
    let mut rows = Vec::new();
    // A row with a word or two among rows with all of them says nothing.
    let most_of = |found: usize| 3 * found > 2 * most;
    for (_, row) in ranked.into_iter().filter(|(found, _)| most_of(*found)) {
        if chars(row) <= room {
            room -= chars(row);
            rows.push(row);
        } else if rows.is_empty() {
            rows.push(around_words(text, words, row, room));
            break;
        }
    }
    rows.sort_unstable();
    rows.insert(0, header);
    Some(rows)
}

/// The part without what goes beyond `max_chars`.
fn first_words(text: &str, part: Part, max_chars: usize) -> Part {
    let inside = &text[part.0..part.1];
    match inside.char_indices().nth(max_chars) {
        None => part,
        Some((at, _)) => (part.0, part.0 + word_end(inside, at)),
    }
}

/// The best window of a row.
fn around_words(text: &str, words: &[Word], row: Part, max_chars: usize) -> Part {
    let own: Vec<Word> = words
        .iter()
        .filter(|word| word.start >= row.0 && word.end <= row.1)
        .map(|word| Word {
            start: word.start - row.0,
            end: word.end - row.0,
            stem: word.stem.clone(),
        })
        .collect();
    let ((start, end), _) = window(&text[row.0..row.1], &own, max_chars);
    (row.0 + start, row.0 + end)
}
