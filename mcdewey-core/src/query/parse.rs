//! Lexemes in, [`Query`] out. Total: whatever cannot be meant is read as words, with a note.
//!
//! ```text
//! either  := all (OR all)*
//! all     := (AND? item)*
//! item    := (NOT | '+' | '-')* (field ':')? (run | phrase | '(' either ')')
//! ```

use std::ops::Range;

use super::lex::{self, FieldName, Lexeme, Operator};
use super::node::{Leaf, Node, Occur};
use super::reading::Reading;
use super::{
    Condition, Field, MAX_CHARS, MAX_DEPTH, MAX_WORDS, Place, Query, Term, add_note, limits,
};
use crate::analyze;

pub(super) fn parse(given: &str) -> Query {
    let given = given.trim();
    let text = limits::within(given);
    let mut parser = Parser {
        text,
        lexemes: lex::lexemes(text),
        at: 0,
        field: Field::Any,
        depth: 0,
        n_ignored: 0,
        notes: Vec::new(),
    };
    if text.len() < given.len() {
        parser.note(format!("only the first {MAX_CHARS} characters were read"));
    }
    parser.shouted();
    let node = parser.whole();
    let mut notes = parser.notes;
    let mut reading = Reading::new(text);
    reading.node(&node, false);
    if reading.n_words > MAX_WORDS {
        notes.push(format!("only the first {MAX_WORDS} words were looked for"));
    }
    let condition = node.requires();
    if reading.clauses.is_empty()
        && let Some(words) = node.excluded_only()
    {
        notes.push("a query that only leaves out finds nothing, so that was looked for".to_owned());
        let text = given.to_owned();
        return Query {
            text,
            notes,
            ..parse(&words)
        };
    }
    let meaning = reading.meaning(condition.is_some() || !notes.is_empty());
    let (clauses, names) = reading.names();
    Query {
        text: given.to_owned(),
        meaning,
        names,
        clauses,
        condition: condition.map(Condition::flattened),
        languages: Vec::new(),
        notes,
    }
}

struct Parser<'a> {
    text: &'a str,
    lexemes: Vec<Lexeme>,
    at: usize,
    /// Where terms are looked for that say nothing else.
    field: Field,
    depth: usize,
    /// Parentheses too deep to be read, of which the end is still to come.
    n_ignored: usize,
    notes: Vec<String>,
}

impl Parser<'_> {
    fn note(&mut self, note: impl Into<String>) {
        add_note(&mut self.notes, note);
    }

    fn next_is(&mut self, lexeme: &Lexeme) -> bool {
        let is_next = self.lexemes.get(self.at) == Some(lexeme);
        self.at += usize::from(is_next);
        is_next
    }

    fn next_operator(&self) -> Option<Operator> {
        match self.lexemes.get(self.at) {
            Some(Lexeme::Operator(operator, _)) => Some(*operator),
            _ => None,
        }
    }

    /// In a message that is all in capitals, `AND` and `NOT` are words of it.
    fn shouted(&mut self) {
        let is_word = |lexeme: &Lexeme| matches!(lexeme, Lexeme::Run(_));
        let is_operator = |lexeme: &Lexeme| matches!(lexeme, Lexeme::Operator(..));
        let mut lexemes = self.lexemes.iter();
        let is_message = lexemes.all(|lexeme| is_word(lexeme) || is_operator(lexeme))
            && self.lexemes.iter().any(is_operator)
            && !self.text.contains(char::is_lowercase);
        if !is_message {
            return;
        }
        for lexeme in &mut self.lexemes {
            if let Lexeme::Operator(_, span) = lexeme {
                *lexeme = Lexeme::Run(span.clone());
            }
        }
        self.note(
            "all is in capitals, so AND, OR and NOT are words; + and - require and exclude a word",
        );
    }

    /// The whole query, closing parentheses without an opening one included.
    fn whole(&mut self) -> Node {
        let mut parts = Vec::new();
        loop {
            parts.push((Occur::May, self.either()));
            if self.at == self.lexemes.len() {
                break;
            }
            self.at += 1;
            self.note("a ) that closes nothing was left out");
        }
        match parts.pop() {
            Some((_, only)) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Node::All(parts)
            }
        }
    }

    fn either(&mut self) -> Node {
        let mut sides = vec![self.all()];
        while self.next_operator() == Some(Operator::Or) {
            self.at += 1;
            sides.push(self.all());
        }
        let n_sides = sides.len();
        sides.retain(|side| !side.is_empty());
        if sides.len() < n_sides && n_sides > 1 {
            self.note("an OR without something on both sides was left out");
        }
        match sides.len() {
            1 => sides.remove(0),
            _ => Node::Either(sides),
        }
    }

    fn all(&mut self) -> Node {
        let mut items: Vec<(Occur, Node)> = Vec::new();
        let mut after_and = false;
        while let Some(lexeme) = self.lexemes.get(self.at) {
            match lexeme {
                Lexeme::Close if self.n_ignored > 0 => {
                    self.n_ignored -= 1;
                    self.at += 1;
                }
                Lexeme::Close | Lexeme::Operator(Operator::Or, _) => break,
                Lexeme::Operator(Operator::And, _) => {
                    self.at += 1;
                    match items.last_mut() {
                        Some((occur @ Occur::May, _)) => *occur = Occur::Must,
                        Some(_) => {}
                        None => self.note(LONELY_AND),
                    }
                    after_and = !items.is_empty();
                }
                _ => {
                    let item = self.item();
                    items.extend(item.map(|(occur, node)| match occur {
                        Occur::May if after_and => (Occur::Must, node),
                        _ => (occur, node),
                    }));
                    after_and = false;
                }
            }
        }
        if after_and {
            self.note(LONELY_AND);
        }
        Node::All(items)
    }

    /// An item, and whether it is required; `None` if nothing is left of it.
    fn item(&mut self) -> Option<(Occur, Node)> {
        let mut occur = Occur::May;
        let mut n_signs = 0;
        loop {
            occur = match (self.lexemes.get(self.at), occur) {
                (Some(Lexeme::Plus), Occur::May) => Occur::Must,
                (Some(Lexeme::Plus), _) => occur,
                (Some(Lexeme::Minus | Lexeme::Operator(Operator::Not, _)), Occur::MustNot) => {
                    Occur::Must
                }
                (Some(Lexeme::Minus | Lexeme::Operator(Operator::Not, _)), _) => Occur::MustNot,
                _ => break,
            };
            self.at += 1;
            n_signs += 1;
        }
        let node = self.operand();
        if node.is_none() && n_signs > 0 {
            self.note("a NOT, + or - without something after it was left out");
        }
        node.map(|node| (occur, node))
    }

    /// Something to look for. Reads no closing parenthesis and no operator.
    fn operand(&mut self) -> Option<Node> {
        match self.lexemes.get(self.at)?.clone() {
            Lexeme::Run(run) => {
                self.at += 1;
                Some(Node::Leaf(self.run(run)))
            }
            Lexeme::Phrase(span, distance) => {
                self.at += 1;
                if self.next_is(&Lexeme::Unclosed) {
                    self.note("the last \" was never closed: everything after it is the phrase");
                }
                let term = phrase(&self.text[span.clone()], distance)?;
                Some(Node::Leaf(Leaf::Term(span, self.field, term)))
            }
            Lexeme::Open => {
                self.at += 1;
                self.group()
            }
            Lexeme::Field(name) => {
                self.at += 1;
                self.in_field(name)
            }
            Lexeme::Unclosed => {
                self.at += 1;
                None
            }
            Lexeme::Close | Lexeme::Operator(..) | Lexeme::Plus | Lexeme::Minus => None,
        }
    }

    fn group(&mut self) -> Option<Node> {
        if self.depth == MAX_DEPTH {
            self.note(format!(
                "parentheses more than {MAX_DEPTH} deep were left out"
            ));
            self.n_ignored += 1;
            return None;
        }
        self.depth += 1;
        let inner = self.either();
        self.depth -= 1;
        if !self.next_is(&Lexeme::Close) {
            self.note("a ( was never closed: it was closed at the end");
        }
        (!inner.is_empty()).then_some(inner)
    }

    fn in_field(&mut self, name: FieldName) -> Option<Node> {
        match name {
            FieldName::In(field) => {
                let outer = std::mem::replace(&mut self.field, field);
                let inner = self.operand();
                self.field = outer;
                inner
            }
            FieldName::Place(facet) => {
                let value = self.value()?.trim().to_owned();
                Some(Node::Leaf(Leaf::Place(Place { facet, value })))
            }
            FieldName::Page => self.pages(),
        }
    }

    /// What stands after the colon, as it is written.
    fn value(&mut self) -> Option<String> {
        let span = match self.lexemes.get(self.at)? {
            Lexeme::Run(span) | Lexeme::Phrase(span, _) => span.clone(),
            _ => return None,
        };
        self.at += 1;
        self.next_is(&Lexeme::Unclosed);
        Some(self.text[span].to_owned())
    }

    fn pages(&mut self) -> Option<Node> {
        let before = self.at;
        let value = self.value()?;
        let (first, last) = value.split_once('-').unwrap_or((&value, &value));
        if let (Ok(first), Ok(last)) = (first.trim().parse(), last.trim().parse()) {
            return Some(Node::Leaf(Leaf::Pages(first, last)));
        }
        self.note(format!(
            "page: takes a number or two, as in page:12-14; {value} was read as words"
        ));
        self.at = before;
        self.operand()
    }

    fn run(&mut self, span: Range<usize>) -> Leaf {
        let run = &self.text[span.clone()];
        let words = word_or_phrase(run);
        match written_as(run) {
            Written::Term(term) => Leaf::Term(span, self.field, term),
            Written::Words => match (self.field, words) {
                (Field::Any, words) => Leaf::Run(span, words),
                (field, Some(words)) => Leaf::Term(span, field, words),
                (_, None) => Leaf::Run(span, None),
            },
            Written::Short(prefix) => {
                self.note(format!(
                    "{prefix}* is too short to complete: it was read as the word {prefix}"
                ));
                Leaf::Run(span, words)
            }
        }
    }
}

const LONELY_AND: &str = "an AND without something on both sides was left out";

/// How a run is written.
enum Written {
    Words,
    Term(Term),
    /// A beginning of which too many words are known.
    Short(String),
}

/// Least letters of a word that is completed.
const MIN_PREFIX: usize = 2;

fn written_as(run: &str) -> Written {
    let one_word = |text: &str| {
        let mut words = analyze::tokens(text).map(|token| token.exact);
        let word = words.next()?;
        words.next().is_none().then_some(word)
    };
    if let Some(word) = run.strip_suffix('*').and_then(one_word) {
        if word.chars().count() < MIN_PREFIX {
            return Written::Short(word);
        }
        return Written::Term(Term::Prefix(word));
    }
    let (word, distance) = match (run.strip_prefix('~'), run.rsplit_once('~')) {
        (Some(word), _) | (None, Some((word, "" | "1"))) => (word, 1),
        (None, Some((word, "2"))) => (word, 2),
        _ => return Written::Words,
    };
    match one_word(word) {
        Some(word) => Written::Term(Term::Fuzzy(word, distance)),
        None => Written::Words,
    }
}

/// The words of `text` as a phrase, or near each other; `None` if it has none.
fn phrase(text: &str, distance: Option<usize>) -> Option<Term> {
    let words: Vec<String> = analyze::tokens(text).map(|token| token.exact).collect();
    match (words.len(), distance) {
        (0, _) => None,
        (2.., Some(distance)) => Some(Term::Near(words, distance)),
        _ => Some(Term::Phrase(words)),
    }
}

/// The words of a run, which follow each other; `None` if it has none.
fn word_or_phrase(run: &str) -> Option<Term> {
    match phrase(run, None)? {
        Term::Phrase(words) if words.len() == 1 => Some(Term::Word(words.concat())),
        term => Some(term),
    }
}
