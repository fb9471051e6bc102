//! What stands for the words of a query: completions of prefixes, words that are spelt alike, and
//! for a word that the library does not know the likeliest that it does.

use crate::Result;
use crate::engine::{Filter, Pattern, Snapshot};
use crate::query::{Condition, Query, Term};

/// Most words that stand for a prefix or a misspelt word that the query marks; more than that say
/// nothing in particular.
const MAX_MARKED: usize = 64;

/// Most words that stand for one that is not known.
const MAX_CORRECTIONS: usize = 3;

/// Shorter words are not corrected: too many others are one letter away.
const MIN_CORRECTED: usize = 4;

/// Words of at least so many letters may be two letters wrong.
const MIN_CORRECTED_TWICE: usize = 8;

/// Most words of a query that are looked up as misspelt; a text of other words is of another
/// library, or another language.
const MAX_LOOKED_UP: usize = 8;

/// Puts words of the library beside those that it does not know and beside what is marked as part
/// of a word; gives the query with its likeliest corrections, if there are any.
pub(super) fn expand(
    query: &mut Query,
    snapshot: &dyn Snapshot,
    filter: &Filter,
) -> Result<Option<String>> {
    let words = Words { snapshot, filter };
    let mut corrected = query.text.clone();
    let mut n_looked_up = 0;
    for clause in &mut query.clauses {
        match &clause.term {
            Term::Prefix(_) | Term::Fuzzy(..) => {
                let mut known = words.marked(&clause.term, &mut query.notes)?.into_iter();
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
        query.condition = Some(words.in_condition(condition)?);
    }
    Ok((corrected != query.text).then_some(corrected))
}

/// The text with `word`, however it is written, replaced by `other`.
fn replaced(text: &str, word: &str, other: &str) -> String {
    let mut replaced = String::new();
    let mut done = 0;
    for token in crate::analyze::tokens(text) {
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
}

impl Words<'_> {
    fn look_up(&self, pattern: Pattern<'_>, limit: usize) -> Result<Vec<String>> {
        let words = self.snapshot.vocabulary(pattern, self.filter, limit)?;
        Ok(words.into_iter().map(|(word, _)| word).collect())
    }

    /// What stands for a prefix or a misspelt word, the most frequent first.
    fn marked(&self, term: &Term, notes: &mut Vec<String>) -> Result<Vec<String>> {
        let pattern = match term {
            Term::Prefix(prefix) => Pattern::Prefix(prefix),
            Term::Fuzzy(word, distance) => Pattern::Like(word, *distance),
            _ => return Ok(term.words().to_vec()),
        };
        let mut known = self.look_up(pattern, MAX_MARKED + 1)?;
        let note = match known.len() {
            0 => format!("the library has no word like {term}"),
            1..=MAX_MARKED => return Ok(known),
            _ => format!("{term} stands for the {MAX_MARKED} most frequent of its words"),
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
        known.truncate(MAX_MARKED);
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
        if !self.look_up(Pattern::Word(word), 1)?.is_empty() {
            return Ok(None);
        }
        let is_likely = |known: &String| {
            // First letters are rarely wrong (Pollock and Zamora, CACM 1984).
            known.chars().next() == word.chars().next() && known.chars().all(char::is_alphabetic)
        };
        let most = if n_letters < MIN_CORRECTED_TWICE {
            1
        } else {
            2
        };
        for distance in 1..=most {
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
    fn in_condition(&self, condition: Condition) -> Result<Condition> {
        let mut failed = None;
        let mut notes = Vec::new();
        let condition = condition.map(
            &mut |field, term| match term {
                Term::Prefix(_) | Term::Fuzzy(..) => {
                    let known = self.marked(&term, &mut notes).unwrap_or_else(|error| {
                        failed = Some(error);
                        Vec::new()
                    });
                    let words = known
                        .into_iter()
                        .map(|word| Condition::Has(field, Term::Phrase(vec![word])));
                    Condition::Any(words.collect())
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

    #[test]
    fn a_word_is_replaced_however_it_is_written() {
        assert_eq!(
            replaced("Certifcate: a certifcate", "certifcate", "certificate"),
            "certificate: a certificate"
        );
    }
}
