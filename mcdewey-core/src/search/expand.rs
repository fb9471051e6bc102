//! What stands for the words of a query: completions of prefixes, words that are spelt alike, and
//! for a word that the library does not know the likeliest that it does.

use crate::Result;
use crate::analyze::{self, Stemmers};
use crate::engine::{Filter, Pattern, Snapshot};
use crate::query::{Condition, Query, Term, add_note};
use crate::synonym::{Admitted, Synonyms};

/// Most words that stand for a prefix or a misspelt word where it is required or excluded.
const MAX_REQUIRED: usize = 64;

/// Most words that count for it in a ranking; more than that say nothing in particular.
const MAX_MARKED: usize = 16;

/// Most prefixes and misspelt words of a query.
const MAX_MARKS: usize = 8;

/// Most words that stand for one that is not known.
const MAX_CORRECTIONS: usize = 3;

/// Shorter words are not corrected: too many others are one letter away.
const MIN_CORRECTED: usize = 4;

/// Words of at least so many letters may be two letters wrong.
const MIN_CORRECTED_TWICE: usize = 8;

/// Most words of a query that are looked up as misspelt; a text of other words is of another
/// library, or another language.
const MAX_LOOKED_UP: usize = 8;

/// Puts beside each word of a run what the manuals of the admitted documents call the run too.
pub(super) fn add_synonyms(query: &mut Query, synonyms: &Synonyms, admitted: &Admitted) {
    let words: Vec<String> = query.words().map(str::to_owned).collect();
    for expansion in synonyms.expand(&words, admitted) {
        let mut at = 0;
        for clause in &mut query.clauses {
            let n_words = clause.term.words().len();
            let place = at..at + n_words;
            at = place.end;
            // What a phrase of the query is called too stands for the whole of it alone.
            let is_part =
                matches!(clause.term, Term::Word(_)) && expansion.span.contains(&place.start);
            if is_part || place == expansion.span {
                clause.also.extend(expansion.alternatives.iter().cloned());
            }
        }
    }
}

/// Puts words of the library beside those that it does not know and beside what is marked as part
/// of a word; gives the query with its likeliest corrections, if there are any.
pub(super) fn expand(
    query: &mut Query,
    snapshot: &dyn Snapshot,
    filter: &Filter,
) -> Result<Option<String>> {
    let words = Words {
        snapshot,
        filter,
        stemmers: query.stemmers(),
    };
    let mut corrected = query.text.clone();
    let mut n_looked_up = 0;
    let mut n_marks = 0;
    for clause in &mut query.clauses {
        match &clause.term {
            Term::Prefix(word) | Term::Fuzzy(word, _) if n_marks == MAX_MARKS => {
                let note = format!("of prefixes and misspelt words the first {MAX_MARKS} count");
                add_note(&mut query.notes, note);
                clause.term = Term::Word(word.clone());
            }
            Term::Prefix(_) | Term::Fuzzy(..) => {
                n_marks += 1;
                let known = words.marked(&clause.term, MAX_MARKED, &mut query.notes)?;
                let mut known = known.into_iter();
                let own = known.next().unwrap_or_else(|| clause.term.words().concat());
                clause.also = known.map(|word| vec![word]).collect();
                clause.term = Term::Word(own);
            }
            Term::Word(word) if n_looked_up < MAX_LOOKED_UP => {
                let Some(likely) = words.corrections(word)? else {
                    continue;
                };
                n_looked_up += 1;
                if let Some(best) = likely.first() {
                    corrected = replaced(&corrected, word, best);
                    query.notes.push(format!(
                        "{word} is not in the library: {} was looked for too",
                        likely.join(", ")
                    ));
                }
                clause
                    .also
                    .extend(likely.into_iter().map(|word| vec![word]));
            }
            _ => {}
        }
    }
    if let Some(condition) = query.condition.take() {
        query.condition = Some(words.in_condition(condition, &mut query.notes)?);
    }
    Ok((corrected != query.text).then_some(corrected))
}

/// The text with `word`, however it is written, replaced by `other`.
fn replaced(text: &str, word: &str, other: &str) -> String {
    let mut replaced = String::new();
    let mut done = 0;
    for token in analyze::tokens(text) {
        if token.exact == word {
            replaced.push_str(&text[done..token.span.start]);
            replaced.push_str(other);
            done = token.span.end;
        }
    }
    replaced.push_str(&text[done..]);
    replaced
}

/// The words of a library.
struct Words<'a> {
    snapshot: &'a dyn Snapshot,
    filter: &'a Filter,
    stemmers: Stemmers,
}

impl Words<'_> {
    fn look_up(&self, pattern: Pattern<'_>, limit: usize) -> Result<Vec<String>> {
        let words = self.snapshot.vocabulary(pattern, self.filter, limit)?;
        Ok(words.into_iter().map(|(word, _)| word).collect())
    }

    /// What stands for a prefix or a misspelt word, the most frequent first.
    fn marked(&self, term: &Term, most: usize, notes: &mut Vec<String>) -> Result<Vec<String>> {
        let pattern = match term {
            Term::Prefix(prefix) => Pattern::Prefix(prefix),
            Term::Fuzzy(word, distance) => Pattern::Like(word, *distance),
            _ => return Ok(term.words().to_vec()),
        };
        let mut known = self.look_up(pattern, most + 1)?;
        let note = match known.len() {
            0 => format!("the library has no word like {term}"),
            n_known if n_known <= most => return Ok(known),
            _ => format!("{term} stands for the {most} most frequent of its words"),
        };
        add_note(notes, note);
        known.truncate(most);
        Ok(known)
    }

    /// Words that are likely meant by one that the library does not know; `None` if it knows it.
    fn corrections(&self, word: &str) -> Result<Option<Vec<String>>> {
        let n_letters = word.chars().count();
        // Numbers are not misspelt: another number is another thing.
        let is_word = word.chars().all(char::is_alphabetic);
        if n_letters < MIN_CORRECTED || !is_word {
            return Ok(None);
        }
        for known in std::iter::once(word.to_owned()).chain(self.stemmers.all(word)) {
            if !self.look_up(Pattern::Word(&known), 1)?.is_empty() {
                return Ok(None);
            }
        }
        let is_likely = |known: &String| {
            // First letters are rarely wrong (Pollock and Zamora, CACM 1984).
            known.chars().next() == word.chars().next() && known.chars().all(char::is_alphabetic)
        };
        let is_long = n_letters >= MIN_CORRECTED_TWICE;
        for distance in 1..=1 + u8::from(is_long) {
            let mut likely = self.look_up(Pattern::Like(word, distance), MAX_MARKED)?;
            likely.retain(is_likely);
            likely.truncate(MAX_CORRECTIONS);
            if !likely.is_empty() {
                return Ok(Some(likely));
            }
        }
        Ok(Some(Vec::new()))
    }

    /// The condition with the words that prefixes and misspelt words stand for.
    fn in_condition(&self, condition: Condition, notes: &mut Vec<String>) -> Result<Condition> {
        let mut failed = None;
        let mut n_marks = 0;
        let condition = condition.map(
            &mut |field, term| match term {
                Term::Prefix(_) | Term::Fuzzy(..) if n_marks < MAX_MARKS => {
                    n_marks += 1;
                    let known = self.marked(&term, MAX_REQUIRED, notes);
                    let known = known.unwrap_or_else(|error| {
                        failed = Some(error);
                        Vec::new()
                    });
                    let words = known
                        .into_iter()
                        .map(|word| Condition::Has(field, Term::Phrase(vec![word])));
                    Condition::Any(words.collect())
                }
                Term::Prefix(word) | Term::Fuzzy(word, _) => {
                    Condition::Has(field, Term::Word(word))
                }
                term => Condition::Has(field, term),
            },
            &mut Condition::In,
        );
        match failed {
            None => Ok(condition),
            Some(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::engine::DocumentRecord;
    use crate::shelf::{DocumentId, Shelf, SynonymRule};

    #[test]
    fn what_manuals_call_it_too_stands_beside_a_word_and_for_a_run_of_words() {
        let terms = [
            "CUCM".to_owned(),
            "Unified Communications Manager".to_owned(),
        ];
        let shelf = Shelf {
            synonyms: vec![SynonymRule::TwoWay(terms.into())],
            ..Shelf::default()
        };
        let record = DocumentRecord::new(DocumentId::from_record_id("d"), "d", shelf);
        let synonyms = Synonyms::of(&[record]);
        let expanded = |text: &str| {
            let mut query = Query::parse(text);
            add_synonyms(&mut query, &synonyms, &Admitted::all());
            query
        };
        let query = expanded("restart cucm now");
        assert_eq!(
            query.clauses[1].also,
            [["unified", "communications", "manager"]]
        );
        let query = expanded("restart unified communications manager now");
        assert!(query.clauses[0].also.is_empty() && query.clauses[4].also.is_empty());
        for clause in &query.clauses[1..4] {
            assert_eq!(clause.also, [["cucm"]]);
        }
        let query = expanded("the \"unified communications manager\"");
        assert_eq!(query.clauses[1].also, [["cucm"]]);
    }

    #[test]
    fn a_word_is_replaced_however_it_is_written() {
        assert_eq!(
            replaced("Certifcate: a certifcate", "certifcate", "certificate"),
            "certificate: a certificate"
        );
    }
}
