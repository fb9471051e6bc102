//! The places of hits, as filters that keep the query.

use maud::{Markup, html};
use mcdewey_core::{Facet, Filter, SearchResponse};

use super::asked::Asked;

/// Values of a facet that are offered as filters.
const MAX_VALUES: usize = 8;

/// The facets' values, each with how many passages there have a word of the query; and those chosen,
/// to take back.
pub(super) fn filters(asked: &Asked, response: &SearchResponse) -> Markup {
    let facets: Vec<_> = Facet::ALL
        .into_iter()
        .map(|facet| (facet, counts(facet, response)))
        .filter(|(facet, counts)| counts.len() > 1 || !asked.filter.values(*facet).is_empty())
        .collect();
    html! {
        aside.filters aria-label="Filters" {
            @if !facets.is_empty() && response.hits.len() > 1 {
                p.count { "Where passages with these words stand" }
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

/// The values at which most passages stand, most first.
fn counts(facet: Facet, response: &SearchResponse) -> Vec<(&str, u64)> {
    let facets = response.facets.iter().flatten();
    let counted = facets.filter(|counted| counted.facet == facet);
    let values = counted.flat_map(|counted| &counted.values);
    let values = values.map(|count| (count.value.as_str(), count.passages));
    values.take(MAX_VALUES).collect()
}

/// The filter without one value.
fn without(filter: &Filter, facet: Facet, value: &str) -> Filter {
    let rest = filter.values(facet).iter().filter(|other| *other != value);
    rest.fold(filter.clone().without(facet), |filter, value| {
        filter.with(facet, value)
    })
}
