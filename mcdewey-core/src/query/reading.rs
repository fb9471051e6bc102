//! What a query says in, what is looked for out: clauses, names, and what the model reads.

use std::collections::HashSet;
use std::ops::Range;

use super::node::{Leaf, Node, Occur};
use super::{Clause, MAX_WORDS, Name, Term};
use crate::analyze;

/// Most neighbouring words that are looked up as a name: `gigabit ethernet 0/0/1` has five.
const MAX_NAME_WORDS: usize = 5;

/// Most names of a query.
const MAX_NAMES: usize = 256;

/// Collects what is looked for.
pub(super) struct Reading<'a> {
    text: &'a str,
    pub(super) clauses: Vec<Clause>,
    pub(super) n_words: usize,
    /// Where the words stand that are looked for, for the model.
    spans: Vec<Range<usize>>,
    /// Words that follow each other in the text, as they are written.
    rows: Vec<Vec<String>>,
    row_end: usize,
    /// What is written as a name.
    names: Vec<Name>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            clauses: Vec::new(),
            n_words: 0,
            spans: Vec::new(),
            rows: Vec::new(),
            row_end: usize::MAX,
            names: Vec::new(),
        }
    }

    pub(super) fn node(&mut self, node: &Node, is_excluded: bool) {
        match node {
            Node::Leaf(leaf) if !is_excluded => self.leaf(leaf),
            Node::Leaf(_) => {}
            Node::Either(sides) => sides.iter().for_each(|side| self.node(side, is_excluded)),
            Node::All(items) => {
                for (occur, item) in items {
                    self.node(item, is_excluded != (*occur == Occur::MustNot));
                }
            }
        }
    }

    fn leaf(&mut self, leaf: &Leaf) {
        match leaf {
            Leaf::Run(span, _) => self.run(span.clone()),
            Leaf::Term(span, _, term) => {
                self.spans.push(span.clone());
                self.names.extend(written_names(&self.text[span.clone()]));
                self.push(term.clone(), Vec::new());
                if let Term::Phrase(words) | Term::Near(words, _) = term {
                    self.rows.push(words.clone());
                    self.row_end = usize::MAX;
                }
            }
            Leaf::Pages(..) | Leaf::Place(_) => {}
        }
    }

    /// Adds something to look for, unless there is too much already.
    fn push(&mut self, term: Term, also: Vec<Vec<String>>) {
        self.n_words += term.words().len();
        if self.n_words <= MAX_WORDS {
            self.clauses.push(Clause { term, also });
        }
    }

    fn run(&mut self, span: Range<usize>) {
        self.spans.push(span.clone());
        let run = &self.text[span.clone()];
        self.names.extend(written_names(run));
        let tokens: Vec<analyze::Token> = analyze::tokens(run).collect();
        let words = || tokens.iter().map(|token| token.exact.clone());
        // Only white space lies between neighbours.
        if !self
            .text
            .get(self.row_end..span.start)
            .is_some_and(|between| between.trim().is_empty())
        {
            self.rows.push(Vec::new());
        }
        self.row_end = span.end;
        if let Some(row) = self.rows.last_mut() {
            row.extend(words());
        }
        if tokens.len() > 1 && run.contains(analyze::is_unspaced) {
            self.push(Term::Phrase(words().collect()), Vec::new());
            return;
        }
        for token in &tokens {
            let parts = analyze::numbered_parts(token.span.of(run));
            let mut also = Vec::new();
            if !parts.is_empty() {
                also.push(parts);
                self.names.push(Name {
                    key: token.exact.clone(),
                    n_words: 1,
                    is_written: true,
                });
            }
            self.push(Term::Word(token.exact.clone()), also);
        }
    }

    /// What the model reads: the text as it is, unless some of it is syntax.
    pub(super) fn meaning(&self, has_syntax: bool) -> String {
        if !has_syntax && self.spans.len() == self.text.split_whitespace().count() {
            return self.text.to_owned();
        }
        let parts = self
            .spans
            .iter()
            .map(|span| self.text[span.clone()].trim_matches(['*', '~']));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// The clauses, and the names that the words are, or may be the parts of, each once.
    pub(super) fn names(mut self) -> (Vec<Clause>, Vec<Name>) {
        let mut names = self.names;
        for row in &self.rows {
            for start in 0..row.len() {
                for end in start + 2..=row.len().min(start + MAX_NAME_WORDS) {
                    let key = analyze::joined(&row[start..end]);
                    let n_words = end - start;
                    names.extend(key.map(|key| Name {
                        key,
                        n_words,
                        is_written: false,
                    }));
                }
            }
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.key.clone()));
        names.truncate(MAX_NAMES);
        self.clauses.truncate(MAX_WORDS);
        (self.clauses, names)
    }
}

/// The names that are written in a run of text.
fn written_names(run: &str) -> impl Iterator<Item = Name> {
    analyze::keys(run).map(|(key, n_words)| Name {
        key,
        n_words,
        is_written: true,
    })
}
