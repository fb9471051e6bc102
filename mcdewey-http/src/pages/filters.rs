//! The places of hits, as filters that keep the query.

use std::collections::BTreeMap;

use maud::{Markup, html};
use mcdewey_core::{Facet, Filter, Hit, SearchResponse};

use super::asked::Asked;
use super::layout::count;

/// Values of a facet that are offered as filters.
const MAX_VALUES: usize = 8;

/// The facets' values among the hits, each with how many there are; and those chosen, to take back.
pub(super) fn filters(asked: &Asked, response: &SearchResponse) -> Markup {
    let facets: Vec<_> = Facet::ALL
        .into_iter()
        .map(|facet| (facet, counts(facet, &response.hits)))
        .filter(|(facet, counts)| counts.len() > 1 || !asked.filter.values(*facet).is_empty())
        .collect();
    html! {
        aside.filters aria-label="Filters" {
            @if !facets.is_empty() && response.hits.len() > 1 {
                p.count { "Where these " (count(response.hits.len(), "passage")) " stand" }
            }
            @for (facet, counts) in facets {
                h2 { (facet.name()) }
                ul {
                    @for value in asked.filter.values(facet) {
                        li.chosen {
                            a href=(asked.link(&without(&asked.filter, facet, value), 1)) {
                                (value) " " span.hidden { "(remove)" }
                            }
                        }
                    }
                    @if asked.filter.values(facet).is_empty() {
                        @for (value, n) in counts {
                            li {
                                a href=(asked.link(&asked.filter.clone().with(facet, value), 1)) { (value) }
                                " " span.count { (n) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The values that most hits have, most first.
fn counts(facet: Facet, hits: &[Hit]) -> Vec<(&str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in hits.iter().filter_map(|hit| place(facet, hit)) {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    // The sort is stable: equal counts stay in order of the alphabet.
    counts.sort_by_key(|&(_, n)| std::cmp::Reverse(n));
    counts.truncate(MAX_VALUES);
    counts
}

fn place(facet: Facet, hit: &Hit) -> Option<&str> {
    let passage = &hit.passage;
    match facet {
        Facet::Vendor => passage.vendor.as_deref(),
        Facet::Product => passage.product.as_deref(),
        Facet::Version => passage.version.as_deref(),
        Facet::Document => Some(&passage.document),
    }
}

/// The filter without one value.
fn without(filter: &Filter, facet: Facet, value: &str) -> Filter {
    let rest = filter.values(facet).iter().filter(|other| *other != value);
    rest.fold(filter.clone().without(facet), |filter, value| {
        filter.with(facet, value)
    })
}
