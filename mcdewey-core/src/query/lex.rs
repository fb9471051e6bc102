//! Query text in, lexemes out. Every text has some: what is no syntax is words.
//!
//! ```text
//! set "native VLAN" -trunk title:ports (a OR b) 10.5(2)
//! Run Phrase        Minus  Field       Open ...  Run: parentheses within a run are its own
//! ```

use std::ops::Range;

use super::Field;

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// Text without white space, at this place.
    Run(Range<usize>),
    /// Text between quotes, at this place, and how far apart its words may stand, if it says so.
    Phrase(Range<usize>, Option<usize>),
    /// `title:` and the like, directly before what they are about.
    Field(FieldName),
    Open,
    Close,
    /// A word that joins, at this place.
    Operator(Operator, Range<usize>),
    Plus,
    Minus,
    /// A quote that is never closed stands at the start of the phrase before this.
    Unclosed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
}

/// What may stand before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldName {
    In(Field),
    Page,
    Place(&'static str),
}

impl FieldName {
    const ALL: [(&'static str, Self); 8] = [
        ("title", Self::In(Field::Title)),
        ("heading", Self::In(Field::Heading)),
        ("code", Self::In(Field::Code)),
        ("page", Self::Page),
        ("vendor", Self::Place("vendor")),
        ("product", Self::Place("product")),
        ("version", Self::Place("version")),
        ("document", Self::Place("document")),
    ];
}

/// The longest distance between words that are near each other.
pub(super) const MAX_DISTANCE: usize = 50;

pub(super) fn lexemes(text: &str) -> Vec<Lexeme> {
    let mut lexer = Lexer {
        text,
        at: 0,
        lexemes: Vec::new(),
    };
    while lexer.next() {}
    lexer.lexemes
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    lexemes: Vec<Lexeme>,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Reads one lexeme; false at the end.
    fn next(&mut self) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        let Some(first) = self.rest().chars().next() else {
            return false;
        };
        match first {
            quote if is_quote(quote) => self.phrase(quote.len_utf8()),
            '(' => self.sign(Lexeme::Open),
            ')' => self.sign(Lexeme::Close),
            '+' if self.begins_operand(1) => self.sign(Lexeme::Plus),
            '-' if self.is_exclusion() => self.sign(Lexeme::Minus),
            _ => self.field_or_run(),
        }
        true
    }

    /// A sign of one byte.
    fn sign(&mut self, lexeme: Lexeme) {
        self.at += 1;
        self.lexemes.push(lexeme);
    }

    /// Whether something to look for stands after `skipped` bytes.
    fn begins_operand(&self, skipped: usize) -> bool {
        let next = self.rest()[skipped..].chars().next();
        next.is_some_and(|c| {
            c.is_alphanumeric() || is_quote(c) || matches!(c, '(' | '_' | '%' | '~')
        })
    }

    /// `-word` leaves a word out; `-l` and `--long` are options, which manuals are full of.
    fn is_exclusion(&self) -> bool {
        let mut after = self.rest()[1..].chars();
        let is_letter = after.next().is_some_and(char::is_alphanumeric)
            && after.next().is_none_or(|c| c.is_whitespace() || c == ')');
        self.begins_operand(1) && !is_letter
    }

    fn phrase(&mut self, quote: usize) {
        let start = self.at + quote;
        let inside = &self.text[start..];
        let closing = inside.char_indices().find(|&(_, c)| is_quote(c));
        let Some((length, closing)) = closing else {
            self.at = self.text.len();
            let phrase = Lexeme::Phrase(start..self.text.len(), None);
            self.lexemes.extend([phrase, Lexeme::Unclosed]);
            return;
        };
        let end = start + length;
        self.at = end + closing.len_utf8();
        let distance = self.distance();
        self.lexemes.push(Lexeme::Phrase(start..end, distance));
    }

    /// Reads `~4`.
    fn distance(&mut self) -> Option<usize> {
        let digits = self.rest().strip_prefix('~')?;
        let n_digits = digits.len()
            - digits
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .len();
        let distance = digits[..n_digits].parse::<usize>();
        // More digits than fit are as far as can be.
        let distance = (n_digits > 0).then(|| distance.unwrap_or(MAX_DISTANCE));
        self.at += distance.map_or(0, |_| 1 + n_digits);
        distance.map(|distance| distance.min(MAX_DISTANCE))
    }

    fn field_or_run(&mut self) {
        if let Some((length, field)) = self.field() {
            self.at += length;
            self.lexemes.push(Lexeme::Field(field));
            return;
        }
        let start = self.at;
        self.at += self.run_length();
        let span = start..self.at;
        self.lexemes.push(match &self.text[span.clone()] {
            "AND" | "&&" => Lexeme::Operator(Operator::And, span),
            "OR" | "||" => Lexeme::Operator(Operator::Or, span),
            "NOT" => Lexeme::Operator(Operator::Not, span),
            _ => Lexeme::Run(span),
        });
    }

    /// The name of a field, if what it is about follows the colon at once.
    fn field(&self) -> Option<(usize, FieldName)> {
        let (name, value) = self.rest().split_once(':')?;
        let (_, field) = FieldName::ALL
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        let first = value.chars().next()?;
        let is_value = match field {
            FieldName::Place(_) => !first.is_whitespace() && !matches!(first, ':' | ')'),
            _ => {
                first.is_alphanumeric() || is_quote(first) || matches!(first, '_' | '%' | '~' | '(')
            }
        };
        is_value.then_some((name.len() + 1, field))
    }

    /// Up to white space, a quote, or a parenthesis that closes what was opened before the run.
    fn run_length(&self) -> usize {
        let mut depth = 0_usize;
        for (at, c) in self.rest().char_indices() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 && at > 0 => return at,
                ')' => depth = depth.saturating_sub(1),
                c if c.is_whitespace() || is_quote(c) && at > 0 => return at,
                _ => {}
            }
        }
        self.rest().len()
    }
}
