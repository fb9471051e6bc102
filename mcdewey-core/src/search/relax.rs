//! A request in, what each facet of its filter keeps from being found out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facets::most_first;
use super::{MAX_LIMIT, Models, SearchRequest, search};
use crate::Result;
use crate::collapse::Generation;
use crate::embed::Embedder;
use crate::engine::{Facet, Filter};

/// Most values that a [`Relaxation`] names.
const MAX_VALUES: usize = 10;

/// What would be found if one facet of a filter took any value, and those inside it with it:
/// another product has other versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Relaxation {
    /// The facet.
    pub facet: Facet,
    /// The values that the filter asks for.
    pub given: Vec<String>,
    /// How many chunks would be found then, counted up to 1000 by words and by meaning each.
    pub found: usize,
    /// The facet's values among those chunks, each with how many chunks have it; most first, at
    /// most ten.
    pub values: Vec<(String, usize)>,
}

/// What the facets of the request's filter keep from being found: the innermost first, up to the
/// one without which something is found.
///
/// Worth asking when nothing was found: the last one is the one to change.
///
/// # Errors
/// As [`search`].
pub fn relaxations(
    generation: &Generation,
    embedder: Option<&dyn Embedder>,
    request: &SearchRequest,
) -> Result<Vec<Relaxation>> {
    let filter = &request.filter;
    let given = |facet: &Facet| !filter.values(*facet).is_empty();
    let mut relaxations = Vec::new();
    for facet in Facet::ALL.into_iter().rev().filter(given) {
        let relaxation = relax(generation, embedder, request, facet)?;
        let is_enough = relaxation.found > 0;
        relaxations.push(relaxation);
        if is_enough {
            break;
        }
    }
    Ok(relaxations)
}

fn relax(
    generation: &Generation,
    embedder: Option<&dyn Embedder>,
    request: &SearchRequest,
    facet: Facet,
) -> Result<Relaxation> {
    let inside = Facet::ALL.into_iter().filter(|&inner| inner >= facet);
    let wider = inside.fold(request.filter.clone(), Filter::without);
    let wider = request
        .clone()
        .with_filter(wider)
        .with_limit(MAX_LIMIT)
        .with_offset(0);
    let found = search(generation, Models::new(embedder), &wider)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for fused in &found.ranking {
        let record = generation.snapshot().document(&fused.id.document());
        if let Some(value) = record.and_then(|record| facet.of(record)) {
            *counts.entry(value).or_default() += 1;
        }
    }
    let values = most_first(counts, MAX_VALUES).into_iter();
    let values = values.map(|(value, n)| (value.to_owned(), n)).collect();
    Ok(Relaxation {
        facet,
        given: request.filter.values(facet).to_vec(),
        found: found.total,
        values,
    })
}
