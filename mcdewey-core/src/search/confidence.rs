//! Whether the library speaks of what was asked.
//!
//! Two things tell, and hardly depend on the library: how near the nearest passage is in meaning,
//! and how much of the query the first hit has in words. Their sum was calibrated on seven
//! libraries, with the queries of each asked of the others; see ARCHITECTURE.md, "Confidence by
//! measurement". A fused score tells nothing: it only orders.

use serde::Serialize;

use super::legs::Sought;
use super::passages::Passages;
use crate::Result;
use crate::engine::{Snapshot, WordSet};
use crate::query::Query;

/// What the share of words is worth beside a cosine. From 0.2 to 0.4 it makes no difference.
const WORDS_WEIGHT: f32 = 0.3;
/// From here on it is strong.
const STRONG: f32 = 0.75;
/// From here on it is fair, below it is none.
const FAIR: f32 = 0.50;
/// From so much of the words on it is fair, where nothing is known of meaning.
const FAIR_BY_WORDS: f32 = 0.4;
/// Other models have other cosines.
const CALIBRATED_MODEL: &str = "all-MiniLM-L6-v2";
/// Most words that a reason names.
const MAX_NAMED: usize = 5;

/// How sure it is that the library speaks of what was asked. It does not say that the first hit is
/// the right answer, and is no probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Confidence {
    /// In a word.
    pub level: ConfidenceLevel,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
    /// The share of the query's words that the first hit has, each worth its rarity: 0 to 1.
    pub words_covered: f32,
    /// The cosine of the passage nearest in meaning, if meaning was asked for.
    pub nearest_cosine: Option<f32>,
    /// What the level was read off: `nearest_cosine + 0.3 * words_covered`, or without a cosine
    /// that can be read the words alone.
    #[serde(skip)]
    pub evidence: f32,
}

/// Levels of [`Confidence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "there are three of them")]
pub enum ConfidenceLevel {
    /// Nothing was found, or what was found is most likely about something else.
    None,
    /// Related passages were found; whether they answer is for the reader to see.
    Fair,
    /// The library speaks of this.
    Strong,
}

impl ConfidenceLevel {
    /// Its name: `none`, `fair` or `strong`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fair => "fair",
            Self::Strong => "strong",
        }
    }
}

impl std::fmt::Display for ConfidenceLevel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Confidence {
    pub(super) fn of(sought: &Sought<'_>, passages: &Passages) -> Result<Self> {
        let Some(first) = passages.ranking.first() else {
            return Ok(Self::nothing());
        };
        let ids = std::slice::from_ref(&first.id);
        let coverage = sought.snapshot.coverage(sought.query, sought.filter, ids)?;
        let (words_covered, words) = coverage.first().copied().unwrap_or_default();
        let cosine = passages.nearest.filter(|_| is_calibrated(sought.snapshot));
        let (level, evidence) = level(words_covered, cosine);
        Ok(Self {
            level,
            reasons: reasons(sought.query, words, passages, cosine),
            words_covered,
            nearest_cosine: passages.nearest,
            evidence,
        })
    }

    fn nothing() -> Self {
        Self {
            level: ConfidenceLevel::None,
            reasons: vec!["nothing was found".to_owned()],
            words_covered: 0.0,
            nearest_cosine: None,
            evidence: 0.0,
        }
    }
}

fn is_calibrated(snapshot: &dyn Snapshot) -> bool {
    let embedder = snapshot.embedder();
    embedder.is_some_and(|embedder| embedder.name.contains(CALIBRATED_MODEL))
}

fn level(words_covered: f32, cosine: Option<f32>) -> (ConfidenceLevel, f32) {
    match cosine {
        Some(cosine) => {
            let evidence = cosine + WORDS_WEIGHT * words_covered;
            let level = match evidence {
                STRONG.. => ConfidenceLevel::Strong,
                FAIR.. => ConfidenceLevel::Fair,
                _ => ConfidenceLevel::None,
            };
            (level, evidence)
        }
        // Words alone are wrong too often to be sure of them.
        None if words_covered >= FAIR_BY_WORDS => (ConfidenceLevel::Fair, words_covered),
        None => (ConfidenceLevel::None, words_covered),
    }
}

fn reasons(query: &Query, words: WordSet, passages: &Passages, cosine: Option<f32>) -> Vec<String> {
    let mut reasons = vec![of_words(query, words)];
    match (cosine, passages.nearest) {
        (Some(cosine), _) => reasons.push(format!(
            "the cosine of the passage nearest in meaning is {cosine:.2}"
        )),
        (None, Some(_)) => reasons.push(
            "what the cosines of this model are worth is not known, so words alone count"
                .to_owned(),
        ),
        (None, None) => reasons.push("meaning was not asked for, so words alone count".to_owned()),
    }
    let is_first = |leg: Option<super::Leg>| leg.is_some_and(|leg| leg.rank == 1);
    if let Some(first) = passages.ranking.first()
        && is_first(first.evidence.lexical)
        && is_first(first.evidence.vector)
    {
        reasons.push("it is first both by words and by meaning".to_owned());
    }
    reasons
}

/// Which words of the query the first hit has.
fn of_words(query: &Query, words: WordSet) -> String {
    let sought = query.sought();
    let missing = sought.iter().enumerate();
    let missing: Vec<&str> = missing
        .filter(|&(place, _)| !words.contains(place))
        .map(|(_, sought)| sought.word.as_str())
        .collect();
    if missing.is_empty() {
        return "the first passage has every word of the query".to_owned();
    }
    let named = missing[..missing.len().min(MAX_NAMED)].join(", ");
    let more = if missing.len() > MAX_NAMED {
        " and others"
    } else {
        ""
    };
    let n_found = sought.len() - missing.len();
    format!(
        "the first passage has {n_found} of {} words, not {named}{more}",
        sought.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_meaning_add_up_and_words_alone_are_never_strong() {
        let of = |words, cosine| level(words, cosine).0;
        assert_eq!(of(1.0, Some(0.46)), ConfidenceLevel::Strong);
        assert_eq!(of(0.0, Some(0.69)), ConfidenceLevel::Fair);
        assert_eq!(of(0.5, Some(0.3)), ConfidenceLevel::None);
        assert_eq!(of(1.0, None), ConfidenceLevel::Fair);
        assert_eq!(of(0.3, None), ConfidenceLevel::None);
    }

    #[test]
    fn missing_words_are_named_as_the_query_has_them() {
        let query = Query::parse("configuring native trunks");
        let mut words = WordSet::default();
        words.insert(1);
        assert_eq!(
            of_words(&query, words),
            "the first passage has 1 of 3 words, not configuring, trunks"
        );
    }
}
