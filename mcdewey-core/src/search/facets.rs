//! A query in, where everything stands that has one of its words out.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Result;
use crate::engine::{Facet, Filter, Snapshot};
use crate::query::Query;

/// Most values of a facet that are listed.
const MAX_VALUES: usize = 50;

/// How the passages that have a word of the query are spread over a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct FacetCounted {
    /// The facet.
    pub facet: Facet,
    /// Its values, most passages first, then in order of the alphabet; at most 50.
    pub values: Vec<FacetCount>,
}

/// A value of a facet and how much stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct FacetCount {
    /// The value, as the shelf names it.
    pub value: String,
    /// How many passages there have a word of the query.
    pub passages: u64,
}

pub(super) fn count(
    snapshot: &dyn Snapshot,
    query: &Query,
    filter: &Filter,
) -> Result<Vec<FacetCounted>> {
    let matched = snapshot.matched(query, filter)?;
    let counted = Facet::ALL.map(|facet| {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (record, &n_passages) in snapshot.documents().iter().zip(&matched) {
            if let Some(value) = facet.of(record)
                && n_passages > 0
            {
                *counts.entry(value).or_default() += u64::from(n_passages);
            }
        }
        let values = most_first(counts, MAX_VALUES).into_iter();
        let values = values.map(|(value, passages)| FacetCount {
            value: value.to_owned(),
            passages,
        });
        FacetCounted {
            facet,
            values: values.collect(),
        }
    });
    Ok(counted.into())
}

/// The values with the greatest counts, equal ones in order of the alphabet.
pub(super) fn most_first<N: Ord + Copy>(counts: BTreeMap<&str, N>, most: usize) -> Vec<(&str, N)> {
    let mut values: Vec<(&str, N)> = counts.into_iter().collect();
    // The sort is stable.
    values.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    values.truncate(most);
    values
}
