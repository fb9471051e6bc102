//! Documents in, rules with who says so out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::SynonymSource;
use super::reach::{ReachIdx, Reaches};
use crate::acronym::Acronym;
use crate::analyze::{self, Language, Stemmer};
use crate::engine::DocumentRecord;
use crate::shelf::{Shelf, SynonymRule};

/// Most long forms of one acronym of a vendor. A third is as good as always a mistake, or something
/// that one document calls so.
const MAX_LONG_FORMS: usize = 2;

/// A rule and who says so.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) reach: ReachIdx,
    pub(super) source: SynonymSource,
    pub(super) terms: SynonymRule,
    /// How many documents say so: for a manifest, those that it applies to.
    pub(super) n_documents: usize,
    /// The first of them.
    pub(super) example: usize,
}

/// Who says something.
#[derive(Debug, Default)]
struct Support {
    n_documents: usize,
    first: usize,
    last: usize,
}

impl Support {
    /// `document` says so too; documents come in order.
    fn add(&mut self, document: usize) {
        if self.n_documents == 0 {
            self.first = document;
        } else if self.last == document {
            return;
        }
        self.last = document;
        self.n_documents += 1;
    }

    fn rule(&self, reach: ReachIdx, source: SynonymSource, terms: SynonymRule) -> Rule {
        Rule {
            reach,
            source,
            terms,
            n_documents: self.n_documents,
            example: self.first,
        }
    }
}

/// The lower-case words of a term.
pub(super) fn words(term: &str) -> Vec<String> {
    analyze::tokens(term).map(|token| token.exact).collect()
}

/// The rules of `documents`: by reach, then source, then the best supported, then by their terms.
pub(super) fn rules(documents: &[DocumentRecord], reaches: &Reaches) -> Vec<Rule> {
    let mut written: BTreeMap<(ReachIdx, SynonymSource, SynonymRule), Support> = BTreeMap::new();
    let mut acronyms = Acronyms::default();
    for (document, record) in documents.iter().enumerate() {
        let reach = reaches.of_document(document);
        for rule in &record.shelf.synonyms {
            let key = (reach, SynonymSource::Manifest, rule.clone());
            written.entry(key).or_default().add(document);
        }
        if let Some(rule) = product_names(&record.shelf) {
            let key = (reach, SynonymSource::Product, rule);
            written.entry(key).or_default().add(document);
        }
        for acronym in &record.acronyms {
            acronyms.add(reach, acronym, document);
        }
    }
    let refused = refused(written.keys());
    let mut rules: Vec<Rule> = written
        .into_iter()
        .map(|((reach, source, rule), support)| support.rule(reach, source, rule))
        .chain(acronyms.into_rules(&refused))
        .collect();
    rules.sort_by(|a, b| {
        let rank = |rule: &Rule| (rule.reach, rule.source, Reverse(rule.n_documents));
        rank(a).cmp(&rank(b)).then_with(|| a.terms.cmp(&b.terms))
    });
    rules
}

/// The names of a product, if it has several.
///
/// A short name that is a part of the full one counts only if it is an alias too: "cache" of
/// "Varnish Cache" is a word that every manual uses.
fn product_names(shelf: &Shelf) -> Option<SynonymRule> {
    let full = shelf.product_name.as_deref().map(words).unwrap_or_default();
    let is_part = |name: &&String| {
        let name = words(name);
        name.len() < full.len() && contains(&full, &name)
    };
    let short = shelf.product.iter().filter(|name| !is_part(name));
    let mut known = BTreeSet::new();
    let names: Vec<String> = short
        .chain(&shelf.product_name)
        .chain(&shelf.aliases)
        .filter(|name| known.insert(words(name)))
        .cloned()
        .collect();
    (names.len() > 1).then_some(SynonymRule::TwoWay(names))
}

/// Whether `part` stands in `whole`, word by word.
pub(super) fn contains(whole: &[String], part: &[String]) -> bool {
    whole.windows(part.len().max(1)).any(|run| run == part)
}

/// Terms of which a manifest says that what documents say of them does not count.
fn refused<'r>(
    written: impl Iterator<Item = &'r (ReachIdx, SynonymSource, SynonymRule)>,
) -> BTreeSet<(ReachIdx, Vec<String>)> {
    written
        .flat_map(|(reach, _, rule)| {
            let terms = match rule {
                SynonymRule::OneWay { from, to } if to.is_empty() => from.as_slice(),
                _ => &[],
            };
            terms.iter().map(|term| (*reach, words(term)))
        })
        .collect()
}

/// The acronyms that documents define, brought together.
#[derive(Default)]
struct Acronyms {
    /// By reach, words of the short form, and stems of the long one: `access control lists` is
    /// `access control list`.
    meanings: BTreeMap<(ReachIdx, Vec<String>), BTreeMap<Vec<String>, Meaning>>,
    stemmer: Option<Stemmer>,
}

/// A long form of an acronym.
#[derive(Default)]
struct Meaning {
    support: Support,
    /// How it is written, by how many documents.
    spellings: BTreeMap<Acronym, usize>,
}

impl Acronyms {
    fn add(&mut self, reach: ReachIdx, acronym: &Acronym, document: usize) {
        let stemmer = self
            .stemmer
            .get_or_insert_with(|| Stemmer::new(Language::English));
        let long = words(&acronym.long);
        let stems = long.iter().map(|word| stemmer.stem(word).into_owned());
        let stems: Vec<String> = stems.collect();
        let of_short = self.meanings.entry((reach, words(&acronym.short)));
        let meaning = of_short.or_default().entry(stems).or_default();
        meaning.support.add(document);
        *meaning.spellings.entry(acronym.clone()).or_default() += 1;
    }

    fn into_rules(self, refused: &BTreeSet<(ReachIdx, Vec<String>)>) -> Vec<Rule> {
        let mut rules = Vec::new();
        for ((reach, short), meanings) in self.meanings {
            if refused.contains(&(reach, short)) {
                continue;
            }
            let of_short = meanings.into_values().filter_map(|meaning| {
                let Acronym { short, long } = meaning.spelling()?;
                let is_refused = refused.contains(&(reach, words(&long)));
                let rule = SynonymRule::TwoWay(vec![short, long]);
                let rule = meaning.support.rule(reach, SynonymSource::Documents, rule);
                (!is_refused).then_some(rule)
            });
            let mut of_short: Vec<Rule> = of_short.collect();
            // By support alone: the sort is stable, and the meanings are in order of their stems.
            of_short.sort_by_key(|rule| Reverse(rule.n_documents));
            rules.extend(of_short.into_iter().take(MAX_LONG_FORMS));
        }
        rules
    }
}

impl Meaning {
    /// As most documents write it; of spellings that are as frequent the shortest, then the one
    /// that comes last in the alphabet, where small letters follow on capitals.
    fn spelling(&self) -> Option<Acronym> {
        let best = self.spellings.iter().max_by(|(a, a_count), (b, b_count)| {
            let by_length = || b.long.len().cmp(&a.long.len());
            a_count.cmp(b_count).then_with(by_length).then(a.cmp(b))
        });
        best.map(|(spelling, _)| spelling.clone())
    }
}
