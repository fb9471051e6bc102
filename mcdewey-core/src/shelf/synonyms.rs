//! What a manifest says of words that mean the same.

use serde::{Deserialize, Serialize};

/// Longer terms are no words that a passage would repeat.
const MAX_TERM_WORDS: usize = 12;

/// Terms, each of one word or several, of which one is looked for where another is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "a rule holds one way or both")]
pub enum SynonymRule {
    /// Each term stands for every other: `["SRTP", "secure media"]`.
    TwoWay(Vec<String>),
    /// Where a query has a term of `from`, those of `to` are looked for too:
    /// `"ccm, callmanager => cucm"`.
    OneWay {
        /// What people write.
        from: Vec<String>,
        /// What is looked for too. If it is empty (`"cat =>"`), what documents say of the terms
        /// does not count.
        to: Vec<String>,
    },
}

/// Why a text is no rule; it follows on the name of the key.
#[derive(Debug, thiserror::Error)]
pub(super) enum RuleFault {
    #[error(
        "holds `{0}`; a rule is written `what people write => what is looked for too`, and words \
         that mean the same are a list"
    )]
    NoArrow(String),
    #[error("holds `{0}`, which has more than one `=>`")]
    ManyArrows(String),
    #[error("holds `{0}`, which has nothing on the left of `=>`")]
    NothingLeft(String),
    #[error("holds `{0}`, a term without a letter or a digit")]
    NoWord(String),
    #[error("holds `{0}`, a term of more than {MAX_TERM_WORDS} words")]
    LongTerm(String),
    #[error("holds a group of one term; give at least two that mean the same")]
    OneTerm,
}

impl SynonymRule {
    /// The rule that a string of a manifest writes.
    pub(super) fn one_way(text: &str) -> Result<Self, RuleFault> {
        let (left, right) = text
            .split_once("=>")
            .ok_or_else(|| RuleFault::NoArrow(text.to_owned()))?;
        if right.contains("=>") {
            return Err(RuleFault::ManyArrows(text.to_owned()));
        }
        let from = terms(left)?;
        if from.is_empty() {
            return Err(RuleFault::NothingLeft(text.to_owned()));
        }
        let to = terms(right)?;
        Ok(Self::OneWay { from, to })
    }

    /// The rule that a list of a manifest writes.
    pub(super) fn two_way(terms: Vec<String>) -> Result<Self, RuleFault> {
        terms.iter().try_for_each(|term| check(term))?;
        if terms.len() < 2 {
            return Err(RuleFault::OneTerm);
        }
        Ok(Self::TwoWay(terms))
    }
}

/// The terms of one side of a rule; none if it is blank.
fn terms(side: &str) -> Result<Vec<String>, RuleFault> {
    if side.trim().is_empty() {
        return Ok(Vec::new());
    }
    let terms = side.split(',').map(str::trim);
    terms
        .map(|term| check(term).map(|()| term.to_owned()))
        .collect()
}

fn check(term: &str) -> Result<(), RuleFault> {
    let words = term.split(|c: char| !c.is_alphanumeric());
    match words.filter(|word| !word.is_empty()).count() {
        0 => Err(RuleFault::NoWord(term.to_owned())),
        1..=MAX_TERM_WORDS => Ok(()),
        _ => Err(RuleFault::LongTerm(term.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_were_stored_as_lists_can_be_read() {
        let group = SynonymRule::TwoWay(vec!["a".into(), "b".into()]);
        assert_eq!(
            serde_json::from_str::<SynonymRule>(r#"["a","b"]"#).unwrap(),
            group
        );
        let rule = SynonymRule::one_way("a, b c => d").unwrap();
        let stored = serde_json::to_string(&rule).unwrap();
        assert_eq!(stored, r#"{"from":["a","b c"],"to":["d"]}"#);
        assert_eq!(serde_json::from_str::<SynonymRule>(&stored).unwrap(), rule);
    }
}
