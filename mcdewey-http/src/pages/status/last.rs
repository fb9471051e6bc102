//! What became of the last update, as far as the reader may know.

use maud::{Markup, html};
use mcdewey_core::IngestReport;

use super::size;
use crate::access::Caller;
use crate::pages::layout::{count, grouped};
use crate::pages::time::utc;
use crate::{App, LastIngest};

/// Problems that the page names; `GET /api/v1/status` has all of them.
const MAX_PROBLEMS: usize = 200;
/// A manual that took less to read than this, in seconds, is not slow.
const SLOW: f64 = 1.0;

/// What may be told of the last update.
#[derive(Debug)]
pub(super) enum Last {
    Withheld,
    None,
    Ended(Box<LastIngest>),
}

impl Last {
    pub(super) fn of(app: &App, caller: &Caller) -> Self {
        if !App::may_know_ingest(caller) {
            return Self::Withheld;
        }
        let last = app.indexer.last().map(Box::new);
        last.map_or(Self::None, Self::Ended)
    }

    pub(super) fn shown(&self, is_updating: bool) -> Markup {
        let what = match self {
            Self::Ended(last) => return ended(last),
            Self::Withheld => {
                "What became of the last update is told to those who may read everything."
            }
            Self::None if is_updating => "No update has ended yet.",
            Self::None => "This server has made no update: it was started with an index alone.",
        };
        html! { p { (what) } }
    }
}

fn ended(last: &LastIngest) -> Markup {
    html! {
        h2 { "The last update" }
        p {
            "It began " (utc(last.started_at)) " and took " (duration(last)) "."
        }
        @if let Some(error) = &last.error {
            p.failed { strong { "It failed: " } (error) ". What was indexed before is still there." }
        }
        @if let Some(report) = &last.report { (outcome(report)) }
    }
}

fn duration(last: &LastIngest) -> String {
    match last.ended_at.saturating_sub(last.started_at) {
        0 => "less than a second".to_owned(),
        seconds => count(usize::try_from(seconds).unwrap_or(usize::MAX), "second"),
    }
}

fn outcome(report: &IngestReport) -> Markup {
    let documents = &report.documents;
    let counts = [
        ("new", documents.added),
        ("changed", documents.changed),
        ("unchanged", documents.unchanged),
        ("removed", documents.removed),
        ("failed", documents.failed),
    ];
    html! {
        table.counts {
            caption { "Manuals" }
            thead { tr { @for (name, _) in counts { th scope="col" { (name) } } } }
            tbody { tr { @for (_, n) in counts { td { (grouped(n)) } } } }
        }
        p {
            (count(report.pages.total, "page")) ", "
            (grouped(report.text.characters)) " characters, "
            (count(report.text.tables, "table")) " in all manuals: "
            a href="/status/documents" { "manual by manual" }
        }
        p.meta {
            (count(report.chunks.embedded, "passage")) " embedded, " (grouped(report.chunks.reused))
            " known already"
            @if report.pages.empty > 0 { "; " (count(report.pages.empty, "page")) " without text" }
            @if report.text.oversize > 0 {
                "; " (count(report.text.oversize, "piece")) " cut, being longer than a passage"
            }
            @if report.text.repairs > 0 {
                "; " (count(report.text.repairs, "place")) " that could not be decoded"
            }
            @if report.documents.duplicates > 0 {
                "; " (count(report.documents.duplicates, "manual")) " there twice"
            }
        }
        p.meta { "Beside the manuals: " (report.files) "." }
        (slowest(report))
        (problems(report))
    }
}

fn slowest(report: &IngestReport) -> Markup {
    let slow = report.slowest.iter().filter(|one| one.seconds >= SLOW);
    let slow: Vec<_> = slow.collect();
    html! {
        @if !slow.is_empty() {
            table.fields {
                caption { "Slowest to read" }
                thead { tr { th scope="col" { "source" } th scope="col" { "size" } th scope="col" { "time" } } }
                tbody {
                    @for one in slow {
                        tr {
                            th scope="row" { code { (one.source) } }
                            td { (size(one.bytes)) }
                            td { (format!("{:.1} s", one.seconds)) }
                        }
                    }
                }
            }
        }
    }
}

fn problems(report: &IngestReport) -> Markup {
    if report.problems.is_empty() {
        return html! { p { "Every manual was read without a problem." } };
    }
    html! {
        table.fields.problems {
            caption {
                (count(report.problems.len(), "problem"))
                @if report.problems.len() > MAX_PROBLEMS { ", of which the first " (MAX_PROBLEMS) }
            }
            thead {
                tr {
                    th scope="col" { "source" }
                    th scope="col" { "place" }
                    th scope="col" { "kind" }
                    th scope="col" { "message" }
                }
            }
            tbody {
                @for problem in report.problems.iter().take(MAX_PROBLEMS) {
                    @let kind = serde_json::to_value(problem.kind).unwrap_or_default();
                    tr {
                        th scope="row" { code { (problem.source) } }
                        td { @if problem.place.is_empty() { "all of it" } @else { (problem.place) } }
                        td { (kind.as_str().unwrap_or_default()) }
                        td { (problem.message) }
                    }
                }
            }
        }
    }
}
