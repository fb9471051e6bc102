//! What a search found, in pages.

use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::query;
use mcdewey_core::search::{ConfidenceLevel, Versions};
use mcdewey_core::{Filter, Hit, Library, Mode, SearchRequest, SearchResponse};

use super::asked::Asked;
use super::file::Files;
use super::layout::{count, filter_link, grouped, page};
use super::{filters, hit, nothing};
use crate::App;
use crate::access::Caller;
use crate::app::Failure;

/// Hits on a page.
const PAGE: usize = 10;
/// Hits that pages are made of.
const DEPTH: usize = 100;
/// Number of the last page.
pub(super) const LAST_PAGE: usize = DEPTH / PAGE;

pub(super) async fn results(State(app): State<App>, caller: Caller, asked: Asked) -> Response {
    let files = app.files.clone();
    let answer = app.run(&caller, move |library| {
        let main = if asked.query.is_empty() {
            html! { article.notice { h1 { "Search" } p { "Type what to find into the box above." } } }
        } else {
            search(library, &asked, &files)?
        };
        let title = if asked.query.is_empty() { "Search" } else { asked.query.as_str() };
        Ok(page(title, &asked, &main))
    });
    answer.await.into_response()
}

impl Asked {
    /// The same search under another filter, or its next page.
    pub(super) fn link(&self, filter: &Filter, page: usize) -> String {
        let mode = self.mode.to_string();
        let number = page.to_string();
        let mut more = vec![("q", self.query.as_str())];
        if self.mode != Mode::default() {
            more.push(("mode", &mode));
        }
        if self.versions == Versions::All {
            more.push(("versions", "all"));
        }
        if page > 1 {
            more.push(("page", &number));
        }
        filter_link("/search", filter, &more)
    }

    /// The same search with other versions of a passage as hits.
    fn in_versions(&self, versions: Versions) -> String {
        let other = Self {
            versions,
            ..self.clone()
        };
        other.link(&self.filter, 1)
    }

    /// The same search for something else.
    fn with_query(&self, query: &str) -> String {
        let other = Self {
            query: query.to_owned(),
            ..self.clone()
        };
        other.link(&self.filter, 1)
    }

    /// The same search in another mode.
    pub(super) fn in_mode(&self, mode: Mode) -> String {
        let other = Self {
            mode,
            ..self.clone()
        };
        other.link(&self.filter, 1)
    }
}

fn search(library: &Library, asked: &Asked, files: &Files) -> Result<Markup, Failure> {
    query::check(&asked.query)?;
    let started = Instant::now();
    let request = SearchRequest::new(asked.query.clone())
        .with_filter(asked.filter.clone())
        .with_mode(asked.mode)
        .with_versions(asked.versions)
        .with_limit(DEPTH)
        .with_facets()
        .with_explain();
    let response = library.search(&request)?;
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    let last = response.hits.len().div_ceil(PAGE);
    // A library that has changed may have less than the page before promised.
    let number = asked.page.min(last).max(1);
    let first = (number - 1) * PAGE;
    let shown = response.hits.iter().skip(first).take(PAGE);
    Ok(html! {
        h1.hidden { "Results for " (asked.query) }
        div.results {
            (filters::filters(asked, &response))
            section {
                (modes(asked))
                (versions(asked, &response))
                (notes(asked, &response))
                @if response.hits.is_empty() {
                    (nothing::nothing(asked, &library.relaxations(&request)?))
                } @else {
                    p.lead {
                        (found(&response, n_searched(library, &asked.filter)))
                        ", in " (time(milliseconds))
                    }
                }
                ol.hits start=(first + 1) { @for hit in shown { (hit::hit(hit, asked.mode, files)) } }
                (pager(asked, number, last))
            }
        }
    })
}

/// The ways to search, of which one is in use.
fn modes(asked: &Asked) -> Markup {
    let modes = [
        (Mode::Hybrid, "words and meaning"),
        (Mode::Lexical, "words"),
        (Mode::Vector, "meaning"),
    ];
    html! {
        nav.modes aria-label="Search by" {
            span { "By" }
            @for (mode, name) in modes {
                a href=(asked.in_mode(mode)) aria-current=[(mode == asked.mode).then_some("true")] { (name) }
            }
        }
    }
}

/// How the query was read, where that may not be what was meant, and what the answer is worth.
fn notes(asked: &Asked, response: &SearchResponse) -> Markup {
    let confidence = &response.confidence;
    let verdict = match confidence.level {
        ConfidenceLevel::Strong => "The library speaks of this",
        ConfidenceLevel::Fair => "These passages are related",
        ConfidenceLevel::None => "These passages are most likely about something else",
    };
    html! {
        @for note in &response.notes { p.elsewhere { "Note: " (note) "." } }
        @if let Some(other) = &response.did_you_mean {
            p.elsewhere { "Did you mean " a href=(asked.with_query(other)) { (other) } "?" }
        }
        @if !response.hits.is_empty() {
            details.confidence {
                summary { (verdict) }
                ul { @for reason in &confidence.reasons { li { (reason) } } }
            }
        }
    }
}

/// Which versions answered, and the other choice, where any passage has versions.
fn versions(asked: &Asked, response: &SearchResponse) -> Markup {
    let has_others = |hit: &Hit| {
        let elsewhere = &hit.elsewhere;
        !elsewhere.also_in.is_empty() || !elsewhere.changed_in.is_empty()
    };
    let resolved = response.versions.resolved.iter();
    let resolved: Vec<String> = resolved.map(ToString::to_string).collect();
    html! {
        @if !resolved.is_empty() { p.elsewhere { "Only " (resolved.join(", ")) } }
        @if response.hits.iter().any(has_others) {
            nav.modes aria-label="Versions" {
                span { "Versions" }
                @for (versions, name) in [(Versions::Newest, "the newest of each passage"), (Versions::All, "all")] {
                    a href=(asked.in_versions(versions)) aria-current=[(versions == asked.versions).then_some("true")] { (name) }
                }
            }
        }
    }
}

/// How many passages could have been found.
fn n_searched(library: &Library, filter: &Filter) -> usize {
    let snapshot = library.snapshot();
    let Ok(filter) = filter.resolve(snapshot.documents()) else {
        return 0;
    };
    let admitted = snapshot.documents().iter();
    let admitted = admitted.filter(|record| filter.admits(record));
    admitted.map(|record| record.chunks as usize).sum()
}

/// How many there are. Each leg is asked for so many and no more: where it gave them all, nobody
/// has counted the rest.
fn found(response: &SearchResponse, n_searched: usize) -> String {
    let n_hits = response.hits.len();
    let searched = count(n_searched, "passage");
    if n_hits >= n_searched && n_hits > 1 {
        format!("All {searched}, the best first")
    } else if n_hits == DEPTH {
        format!("The best {n_hits} of {searched}")
    } else {
        format!("{} of {searched}", grouped(n_hits))
    }
}

fn time(milliseconds: f64) -> String {
    if milliseconds < 1.0 {
        return "less than 1 ms".to_owned();
    }
    format!("{milliseconds:.0} ms")
}

fn pager(asked: &Asked, number: usize, last: usize) -> Markup {
    html! {
        @if last > 1 {
            nav.pager aria-label="Pages" {
                @if number > 1 {
                    a rel="prev" href=(asked.link(&asked.filter, number - 1)) { "← Back" }
                }
                span { "Page " (number) " of " (last) }
                @if number < last {
                    a rel="next" href=(asked.link(&asked.filter, number + 1)) { "More →" }
                }
            }
        }
    }
}
