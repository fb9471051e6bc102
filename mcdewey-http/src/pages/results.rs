//! What a search found, with filters that keep the query.

use std::collections::BTreeMap;
use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::search::{Evidence, Relaxation};
use mcdewey_core::{Facet, Filter, Hit, Library, Mode, SearchRequest, SearchResponse};
use mcdewey_mcp::doc_context_path;

use super::asked::Asked;
use super::layout::{chunk_link, count, filter_link, page};
use super::text;
use crate::App;
use crate::access::Caller;
use crate::app::Failure;

/// Hits on a page.
const PAGE: usize = 10;
/// Hits that pages and filters are made of: as deep as each leg is asked, so that the ranking is
/// the same as everywhere else.
const DEPTH: usize = 100;
/// Number of the last page.
pub(super) const LAST_PAGE: usize = DEPTH / PAGE;
/// Values of a facet that are offered as filters.
const MAX_VALUES: usize = 8;

pub(super) async fn results(State(app): State<App>, caller: Caller, asked: Asked) -> Response {
    let answer = app.run(&caller, move |library| {
        let main = if asked.query.is_empty() {
            html! { article.notice { h1 { "Search" } p { "Type what to find into the box above." } } }
        } else {
            search(library, &asked)?
        };
        let title = if asked.query.is_empty() { "Search" } else { asked.query.as_str() };
        Ok(page(title, &asked.query, &asked.filter, &main))
    });
    answer.await.into_response()
}

impl Asked {
    /// The same search under another filter, or its next page.
    fn link(&self, filter: &Filter, page: usize) -> String {
        let mode = self.mode.to_string();
        let number = page.to_string();
        let mut more = vec![("q", self.query.as_str())];
        if self.mode != Mode::default() {
            more.push(("mode", &mode));
        }
        if page > 1 {
            more.push(("page", &number));
        }
        filter_link("/search", filter, &more)
    }
}

fn search(library: &Library, asked: &Asked) -> Result<Markup, Failure> {
    let started = Instant::now();
    let request = SearchRequest::new(asked.query.clone())
        .with_filter(asked.filter.clone())
        .with_mode(asked.mode)
        .with_limit(DEPTH)
        .with_explain();
    let response = library.search(&request)?;
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    let first = (asked.page - 1) * PAGE;
    let shown = response.hits.iter().skip(first).take(PAGE);
    Ok(html! {
        h1.hidden { "Results for " (asked.query) }
        div.results {
            (filters(asked, &response))
            section {
                @if response.hits.is_empty() {
                    (nothing(asked, &library.relaxations(&request)?))
                } @else {
                    p.lead {
                        @if response.total > response.hits.len() { "The best " }
                        (count(response.hits.len(), "passage")) " in "
                        (format!("{milliseconds:.0} ms"))
                    }
                }
                ol.hits start=(first + 1) { @for hit in shown { (self::hit(hit)) } }
                (pager(asked, response.hits.len()))
            }
        }
    })
}

fn hit(hit: &Hit) -> Markup {
    let passage = &hit.passage;
    let place = [&passage.vendor, &passage.product, &passage.version];
    html! {
        li.hit {
            h2 { a href=(chunk_link(&passage.chunk_id)) { (passage.title) } }
            p.place {
                @for name in place.into_iter().flatten() { span { (name) } }
                span { (passage.document_name()) }
                @if let Some(page) = &passage.page { span { (pages(page)) } }
            }
            p.snippet { (text::marked(&hit.snippet, &hit.highlights)) }
            div.actions {
                a href=(doc_context_path(&passage.chunk_id)) { "View in doc context" }
                @if let Some(evidence) = &hit.explain {
                    details {
                        summary { "Why this passage" }
                        p { (why(evidence)) }
                    }
                }
            }
        }
    }
}

pub(super) fn pages(pages: &mcdewey_core::chunk::PageRange) -> String {
    let range = if pages.first == pages.last {
        format!("p. {}", pages.first)
    } else {
        format!("pp. {}–{}", pages.first, pages.last)
    };
    match &pages.label {
        Some(label) => format!("{range} ({label})"),
        None => range,
    }
}

fn why(evidence: &Evidence) -> String {
    let by = |what: &str, rank: usize| format!("number {rank} by its {what}");
    let words = evidence.lexical.map(|leg| by("words", leg.rank));
    let meaning = evidence.vector.map(|leg| by("meaning", leg.rank));
    match (words, meaning) {
        (Some(words), Some(meaning)) => format!("It is {words} and {meaning}."),
        (Some(words), None) => format!("It is {words}; its meaning is further away."),
        (None, Some(meaning)) => format!("It is {meaning}, without the words of the query."),
        (None, None) => "Neither its words nor its meaning were asked for.".to_owned(),
    }
}

/// The facets' values among the hits, each with how many there are; and those chosen, to take back.
fn filters(asked: &Asked, response: &SearchResponse) -> Markup {
    let facets = Facet::ALL.into_iter().map(|facet| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for hit in &response.hits {
            if let Some(value) = place(facet, hit) {
                *counts.entry(value).or_default() += 1;
            }
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|&(_, n)| std::cmp::Reverse(n));
        counts.truncate(MAX_VALUES);
        (facet, counts)
    });
    let facets = facets
        .filter(|(facet, counts)| counts.len() > 1 || !asked.filter.values(*facet).is_empty());
    html! {
        aside.filters aria-label="Filters" {
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

fn nothing(asked: &Asked, relaxations: &[Relaxation]) -> Markup {
    html! {
        article.notice {
            h2 { "Nothing found for “" (asked.query) "”" }
            @if let Some(relaxation) = relaxations.last().filter(|relaxation| relaxation.found > 0) {
                p {
                    "The " (relaxation.facet.name()) " " (relaxation.given.join(" or "))
                    " keeps " (count(relaxation.found, "passage")) " away. With another there are hits:"
                }
                ul {
                    @for (value, n) in &relaxation.values {
                        @let filter = asked.filter.clone().without(relaxation.facet).with(relaxation.facet, value);
                        li { a href=(asked.link(&filter, 1)) { (value) } " " span.count { (n) } }
                    }
                }
            } @else {
                p { "Try other words." }
            }
        }
    }
}

fn pager(asked: &Asked, n_hits: usize) -> Markup {
    let last = n_hits.div_ceil(PAGE);
    html! {
        @if last > 1 {
            nav.pager aria-label="Pages" {
                @if asked.page > 1 {
                    a rel="prev" href=(asked.link(&asked.filter, asked.page - 1)) { "← Back" }
                }
                span { "Page " (asked.page) " of " (last) }
                @if asked.page < last {
                    a rel="next" href=(asked.link(&asked.filter, asked.page + 1)) { "More →" }
                }
            }
        }
    }
}
