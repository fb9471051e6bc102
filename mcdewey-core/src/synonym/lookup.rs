//! Rules in, expansions of a query out.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::SynonymSource;
use super::reach::{Admitted, ReachIdx};
use super::rules::{Rule, contains, words};
use crate::analyze::{Language, Stemmer};
use crate::shelf::SynonymRule;

/// Most words of a query that are looked up as one term. Longer terms are only alternatives.
pub const MAX_SPAN_WORDS: usize = 6;
/// Most alternatives to one run of words.
pub const MAX_ALTERNATIVES: usize = 8;
/// Most alternatives in one query.
pub const MAX_EXPANSIONS: usize = 32;

/// Words of a query, and what else to look for in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expansion {
    /// Positions of the words in the query: not empty, at most [`MAX_SPAN_WORDS`].
    pub span: Range<usize>,
    /// Sequences of lower-case words, none of them that of the query, each once; the surest first.
    /// Never empty.
    pub alternatives: Vec<Vec<String>>,
    /// Where the first of them comes from.
    pub source: SynonymSource,
}

/// One alternative to a term.
#[derive(Debug, Clone)]
struct Entry {
    reach: ReachIdx,
    source: SynonymSource,
    n_documents: usize,
    words: Vec<String>,
}

/// The alternatives to each term.
#[derive(Debug)]
pub(super) struct Lookup {
    /// By [`Self::key`]; the surest first, [`MAX_ALTERNATIVES`] for each reach.
    entries: HashMap<String, Vec<Entry>>,
    stemmer: Stemmer,
}

impl Lookup {
    pub(super) fn of(rules: &[Rule]) -> Self {
        let mut lookup = Self {
            entries: HashMap::new(),
            stemmer: Stemmer::new(Language::English),
        };
        for rule in rules {
            lookup.add(rule);
        }
        for entries in lookup.entries.values_mut() {
            keep_surest(entries);
        }
        lookup
    }

    fn add(&mut self, rule: &Rule) {
        match &rule.terms {
            SynonymRule::TwoWay(terms) => {
                let terms: Vec<_> = terms.iter().map(|term| words(term)).collect();
                for (index, term) in terms.iter().enumerate() {
                    let others = terms[..index].iter().chain(&terms[index + 1..]);
                    for other in others.take(MAX_ALTERNATIVES) {
                        self.add_alternative(rule, term, other);
                    }
                }
            }
            SynonymRule::OneWay { from, to } => {
                for term in from.iter().map(|term| words(term)) {
                    for other in to.iter().take(MAX_ALTERNATIVES) {
                        self.add_alternative(rule, &term, &words(other));
                    }
                }
            }
        }
    }

    fn add_alternative(&mut self, rule: &Rule, term: &[String], other: &[String]) {
        // Of the names of a product the longer ones often hold the shorter. To look for "varnish
        // cache" where "cache" is asked for, or the other way round, finds nothing more.
        let is_vain = rule.source == SynonymSource::Product
            && (contains(term, other) || contains(other, term));
        let fits = (1..=MAX_SPAN_WORDS).contains(&term.len()) && !other.is_empty();
        if !fits || is_vain || term == other {
            return;
        }
        let entry = Entry {
            reach: rule.reach,
            source: rule.source,
            n_documents: rule.n_documents,
            words: other.to_vec(),
        };
        let key = self.key(term);
        self.entries.entry(key).or_default().push(entry);
    }

    /// Under what a term is found. Of several words the stems; a single one as it stands: most are
    /// acronyms, and IPS is no IP.
    fn key(&self, term: &[String]) -> String {
        if let [word] = term {
            return word.clone();
        }
        let stems = term.iter().map(|word| self.stemmer.stem(word));
        stems.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn expand(&self, words: &[String], admitted: &Admitted) -> Vec<Expansion> {
        let mut expansions = Vec::new();
        if self.entries.is_empty() {
            return expansions;
        }
        let mut left = MAX_EXPANSIONS;
        let mut start = 0;
        while start < words.len() && left > 0 {
            let longest = (words.len() - start).min(MAX_SPAN_WORDS);
            let mut spans = (1..=longest).rev().map(|n_words| start..start + n_words);
            let found = spans.find_map(|span| self.expansion(words, span, admitted, left));
            start = found.as_ref().map_or(start + 1, |found| found.span.end);
            left -= found.as_ref().map_or(0, |found| found.alternatives.len());
            expansions.extend(found);
        }
        expansions
    }

    fn expansion(
        &self,
        words: &[String],
        span: Range<usize>,
        admitted: &Admitted,
        most: usize,
    ) -> Option<Expansion> {
        let term = &words[span.clone()];
        let mut known = BTreeSet::from([term]);
        let entries = self.entries_of(term)?.iter();
        let new: Vec<&Entry> = entries
            .filter(|entry| admitted.admits(entry.reach) && known.insert(entry.words.as_slice()))
            .take(most.min(MAX_ALTERNATIVES))
            .collect();
        let source = new.first()?.source;
        Some(Expansion {
            span,
            alternatives: new.into_iter().map(|entry| entry.words.clone()).collect(),
            source,
        })
    }

    fn entries_of(&self, term: &[String]) -> Option<&Vec<Entry>> {
        let found = self.entries.get(&self.key(term));
        let [word] = term else { return found };
        // Not of three letters, where the last is as likely a word of its own: DNS, TLS, IPS.
        let singular = word.strip_suffix('s').filter(|rest| rest.len() > 2);
        found.or_else(|| self.entries.get(singular?))
    }
}

/// The surest first, each once for a reach, and no more than can be used of one.
fn keep_surest(entries: &mut Vec<Entry>) {
    entries.sort_by(|a, b| {
        let by_trust = (a.source, Reverse(a.n_documents)).cmp(&(b.source, Reverse(b.n_documents)));
        by_trust.then_with(|| (&a.words, a.reach).cmp(&(&b.words, b.reach)))
    });
    let mut known = BTreeSet::new();
    let mut counts: HashMap<ReachIdx, usize> = HashMap::new();
    entries.retain(|entry| {
        let count = counts.entry(entry.reach).or_default();
        let is_kept = *count < MAX_ALTERNATIVES && known.insert((entry.reach, entry.words.clone()));
        *count += usize::from(is_kept);
        is_kept
    });
}
