//! `/status/documents`: what the last update found in each manual.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::ingest::{DocumentReport, Outcome};
use serde::Deserialize;

use crate::App;
use crate::access::Caller;
use crate::pages::asked::Asked;
use crate::pages::layout::{count, document_link, grouped, page};

/// Manuals on a page.
const PAGE: usize = 100;

/// What of the report is asked for.
#[derive(Debug, Deserialize)]
pub(in crate::pages) struct Wanted {
    /// From 1.
    #[serde(default)]
    page: usize,
    /// `problems`: only manuals that have some.
    #[serde(default)]
    only: String,
}

pub(in crate::pages) async fn documents(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Response {
    let last = app.ingest_for(&caller);
    let main = if let Some(last) = &last {
        report(&last.details, &wanted)
    } else {
        html! {
            article.notice {
                h1 { "Manuals of the last update" }
                p { "No update has ended, or you may not read everything that it read." }
                p { a href="/status" { "Status" } }
            }
        }
    };
    page("Manuals of the last update", &Asked::default(), &main).into_response()
}

fn report(details: &[DocumentReport], wanted: &Wanted) -> Markup {
    let only_problems = wanted.only == "problems";
    let chosen = details
        .iter()
        .filter(|one| !only_problems || one.problems > 0);
    let chosen: Vec<&DocumentReport> = chosen.collect();
    let last = chosen.len().div_ceil(PAGE).max(1);
    let number = wanted.page.clamp(1, last);
    let shown = chosen.iter().skip((number - 1) * PAGE).take(PAGE);
    let link = |page: usize| {
        let only = if only_problems { "only=problems&" } else { "" };
        format!("/status/documents?{only}page={page}")
    };
    html! {
        article.status.wide {
            h1 { "Manuals of the last update" }
            p.lead {
                (count(chosen.len(), "manual"))
                @if only_problems { " with problems" }
                ", by source"
            }
            p.actions {
                a href="/status" { "Status" }
                @if only_problems {
                    a href="/status/documents" { "All manuals" }
                } @else {
                    a href="/status/documents?only=problems" { "Only those with problems" }
                }
            }
            div.scroll tabindex="0" role="region" aria-label="Manuals" {
                table.fields.documents {
                    thead {
                        tr {
                            @for name in COLUMNS { th scope="col" { (name) } }
                        }
                    }
                    tbody { @for document in shown { (row(document)) } }
                }
            }
            @if last > 1 {
                nav.pager aria-label="Pages" {
                    @if number > 1 { a rel="prev" href=(link(number - 1)) { "← Back" } }
                    span { "Page " (number) " of " (last) }
                    @if number < last { a rel="next" href=(link(number + 1)) { "Next →" } }
                }
            }
        }
    }
}

const COLUMNS: [&str; 10] = [
    "source",
    "outcome",
    "pages",
    "with text",
    "characters",
    "passages",
    "tables",
    "cut",
    "problems",
    "notes",
];

fn row(document: &DocumentReport) -> Markup {
    let pages = document.pages;
    let numbers = [
        pages.total,
        pages.total - pages.empty,
        document.text.characters,
        document.chunks as usize,
        document.text.tables,
        document.text.oversize,
        document.problems,
    ];
    html! {
        tr {
            th scope="row" {
                @match &document.document_id {
                    Some(id) => a href=(document_link(id)) { code { (document.source) } },
                    None => code { (document.source) },
                }
            }
            td { (outcome(document.outcome)) }
            @for n in numbers { td.number { (grouped(n)) } }
            td { (notes(document).join("; ")) }
        }
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Added => "new",
        Outcome::Changed => "changed",
        Outcome::Failed => "failed",
        _ => "unchanged",
    }
}

fn notes(document: &DocumentReport) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(encoding) = &document.encoding {
        notes.push(format!("was in {encoding}"));
    }
    if document.text.repairs > 0 {
        notes.push(count(document.text.repairs, "repaired place"));
    }
    if let Some(first) = &document.duplicate_of {
        notes.push(format!("the same as {first}"));
    }
    if let Some(seconds) = document.seconds.filter(|seconds| *seconds >= 1.0) {
        notes.push(format!("took {seconds:.1} s"));
    }
    notes
}
