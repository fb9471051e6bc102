//! How well an answer says that the library does not speak of what was asked.

use rayon::prelude::*;
use serde::Serialize;

use super::Judged;
use crate::collapse::Generation;
use crate::search::{self, Confidence, ConfidenceLevel, Mode, Models, SearchRequest};
use crate::{Error, Result};

/// Confidence in answers to queries of the library, and to queries of others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConfidenceMeasures {
    /// The chance that a query of the library has more evidence than one of another, 0.5 being
    /// that of a coin: the area under the receiver operating characteristic.
    pub auc: f64,
    /// The levels of queries of the library.
    pub answerable: LevelShares,
    /// The levels of queries of others.
    pub unanswerable: LevelShares,
    /// The share of queries of others among those called strong, if there were as many of them as
    /// of the library's own.
    pub strong_wrong: f64,
}

/// Shares of queries by level; they add up to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LevelShares {
    /// How many queries there were.
    pub queries: usize,
    /// Of them strong.
    pub strong: f64,
    /// Of them fair.
    pub fair: f64,
    /// Of them none.
    pub none: f64,
}

/// Asks the library its own queries and those of others, with the models given and default settings
/// but for the filter of `base`.
///
/// # Errors
/// If stored data cannot be read or the model fails.
pub fn evaluate_confidence(
    generation: &Generation,
    models: Models<'_>,
    judged: &Judged,
    unanswerable: &[String],
    base: &SearchRequest,
) -> Result<ConfidenceMeasures> {
    let ask = |texts: Vec<&str>| -> Result<Vec<Confidence>> {
        let found = texts.into_par_iter().map(|text| {
            let mut request = base.clone().with_mode(Mode::Hybrid).with_limit(1);
            text.clone_into(&mut request.query);
            match search::search(generation, models, &request) {
                Ok(found) => Ok(Some(found.confidence)),
                Err(Error::UnknownValue { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        });
        let found: Vec<Option<Confidence>> = found.collect::<Result<_>>()?;
        Ok(found.into_iter().flatten().collect())
    };
    let own = ask(judged
        .queries
        .iter()
        .map(|query| query.text.as_str())
        .collect())?;
    let other = ask(unanswerable.iter().map(String::as_str).collect())?;
    let (answerable, of_others) = (shares(&own), shares(&other));
    let strong = answerable.strong + of_others.strong;
    Ok(ConfidenceMeasures {
        auc: auc(&own, &other),
        answerable,
        unanswerable: of_others,
        strong_wrong: if strong > 0.0 {
            of_others.strong / strong
        } else {
            0.0
        },
    })
}

fn shares(all: &[Confidence]) -> LevelShares {
    let share = |level| {
        let count = all
            .iter()
            .filter(|confidence| confidence.level == level)
            .count();
        count as f64 / all.len().max(1) as f64
    };
    LevelShares {
        queries: all.len(),
        strong: share(ConfidenceLevel::Strong),
        fair: share(ConfidenceLevel::Fair),
        none: share(ConfidenceLevel::None),
    }
}

/// By pairs; equal evidence counts half.
fn auc(own: &[Confidence], other: &[Confidence]) -> f64 {
    let pairs = own
        .iter()
        .flat_map(|own| other.iter().map(move |other| (own, other)));
    let won: f64 = pairs
        .map(
            |(own, other)| match own.evidence.total_cmp(&other.evidence) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Greater => 1.0,
            },
        )
        .sum();
    won / (own.len() * other.len()).max(1) as f64
}
