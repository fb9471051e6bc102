//! Definitions in lists and tables that are there to define.

use super::short::Short;
use super::words::{self, is_mark};
use super::{Found, fit};

/// Where a long form must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Before a comma, the end of a sentence or the end of the text.
    OfPart,
    /// Behind any word: an explanation may follow at once.
    OfWord,
}

/// Lines of a glossary, of which one may hold the short form and the next the long one.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The line before this one, if it was short enough for a short form.
    previous: Option<String>,
}

impl Lines {
    /// Adds what the lines of `text` define.
    pub(super) fn read(&mut self, text: &str, found: &mut Found) {
        for line in text.lines().map(without_bullet) {
            let previous = self.previous.take();
            let (head, rest) = head(line);
            let Some(short) = Short::new(head) else {
                if let Some(short) = previous.as_deref().and_then(Short::new) {
                    define(&short, line, found);
                }
                continue;
            };
            if rest.is_empty() {
                self.previous = Some(head.to_owned());
            } else {
                define(&short, rest, found);
            }
        }
    }
}

/// Adds what the rows of a table define: a short form in one cell, the long one in the next.
pub(super) fn rows(table: &str, found: &mut Found) {
    for row in table.lines() {
        let row = row.trim().trim_matches('|');
        let mut cells = row.split('|').map(str::trim).take(3);
        let mut previous = cells.next().unwrap_or_default();
        for cell in cells {
            if let Some(short) = Short::new(previous) {
                define(&short, cell, found);
            }
            previous = cell;
        }
    }
}

fn define(short: &Short<'_>, text: &str, found: &mut Found) {
    if !found.look() {
        return;
    }
    if let Some(long) = long_after(text, short, End::OfWord) {
        found.add(short, long);
    }
}

/// The long form that `text` begins with, an article before it aside.
pub(super) fn long_after<'t>(text: &'t str, short: &Short<'_>, end: End) -> Option<&'t str> {
    let mut words = words::first_words(text, short.max_words() + 1);
    let articles = ["a", "an", "the"];
    let is_article = |word: &words::Word<'_>| articles.contains(&word.text.to_lowercase().as_str());
    if words.first().is_some_and(is_article) {
        words.remove(0);
    }
    let start = words.first()?.start;
    let ends = (1..=words.len().min(short.max_words())).filter(|&n_words| {
        let gap = text[words[n_words - 1].end()..].trim_start_matches(is_mark);
        end == End::OfWord || gap.is_empty() || gap.starts_with([',', ';', '.', ':'])
    });
    // `access control` reads as ACL too; the list is missing.
    let readings = ends.filter_map(|n_words| {
        let last_first: Vec<_> = words[..n_words].iter().rev().copied().collect();
        Some((fit::cost(&last_first, short)?, n_words))
    });
    let (_, n_words) = readings.min()?;
    Some(&text[start..words[n_words - 1].end()])
}

fn without_bullet(line: &str) -> &str {
    let line = line.trim();
    let after = line.strip_prefix(['-', '*', '+', '\u{2022}', ':']);
    after
        .filter(|after| after.starts_with(char::is_whitespace))
        .map_or(line, str::trim_start)
}

/// The first token of a line, and the line behind it and what parts the two.
fn head(line: &str) -> (&str, &str) {
    let is_parting =
        |c: char| c.is_whitespace() || matches!(c, ':' | '=' | '\u{2013}' | '\u{2014}');
    let end = line.find(is_parting).unwrap_or(line.len());
    let (head, rest) = line.split_at(end);
    let rest = rest.trim_matches(|c| is_parting(c) || is_mark(c) || matches!(c, '-' | '.' | '|'));
    (head, rest)
}
