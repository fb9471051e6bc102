//! Dates, and the scheme `date`.

use super::general;
use super::key::{Key, Number, Piece};
use super::lex::{Token, tokens};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// See [`super::read`]. What is not a date is read as in the scheme `general`.
pub(super) fn key(text: &str) -> Key {
    let tokens = tokens(text);
    let pieces = of_words(&tokens)
        .or_else(|| of_digits(&tokens))
        .or_else(|| year_and_month(&tokens))
        .or_else(|| year_last(&tokens));
    match pieces {
        Some(pieces) => Key::of(pieces),
        None => general::key(text),
    }
}

/// `May 2024`, `1 May 2024`, `May 1, 2024`, `2024 May 1`.
pub(super) fn of_words(tokens: &[Token<'_>]) -> Option<Vec<Piece>> {
    let word = tokens.iter().position(|token| !token.is_number)?;
    let month = month_of(tokens[word].text)?;
    let numbers: Vec<u64> = tokens
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != word)
        .map(|(_, token)| number(token))
        .collect::<Option<_>>()?;
    match numbers[..] {
        [year] => date(year, month, None),
        [year, day] if is_year(year) => date(year, month, Some(day)),
        [day, year] => date(year, month, Some(day)),
        _ => None,
    }
}

/// `20240501`.
pub(super) fn of_digits(tokens: &[Token<'_>]) -> Option<Vec<Piece>> {
    let [token] = tokens else { return None };
    let date_of = number(token).filter(|_| token.text.len() == 8)?;
    date(date_of / 10_000, date_of / 100 % 100, Some(date_of % 100))
}

/// `202405`.
fn year_and_month(tokens: &[Token<'_>]) -> Option<Vec<Piece>> {
    let [token] = tokens else { return None };
    let date_of = number(token).filter(|_| token.text.len() == 6)?;
    date(date_of / 100, date_of % 100, None)
}

/// `01.05.2024`, the day first.
fn year_last(tokens: &[Token<'_>]) -> Option<Vec<Piece>> {
    let [day, month, year] = tokens else {
        return None;
    };
    date(number(year)?, number(month)?, Some(number(day)?))
}

fn number(token: &Token<'_>) -> Option<u64> {
    Number::new(token.text).value().filter(|_| token.is_number)
}

/// The month of its English name or at least three letters of it.
fn month_of(word: &str) -> Option<u64> {
    let word = word.to_lowercase();
    let month = MONTHS
        .iter()
        .position(|month| word.len() >= 3 && month.starts_with(&word))?;
    Some(month as u64 + 1)
}

/// Years in which manuals are dated; eight digits are more often a number than another year.
fn is_year(year: u64) -> bool {
    (1970..2100).contains(&year)
}

fn date(year: u64, month: u64, day: Option<u64>) -> Option<Vec<Piece>> {
    let valid = is_year(year) && (1..=12).contains(&month) && (1..=31).contains(&day.unwrap_or(1));
    valid.then(|| {
        let parts = [Some(year), Some(month), day];
        parts.into_iter().flatten().map(Piece::number).collect()
    })
}
