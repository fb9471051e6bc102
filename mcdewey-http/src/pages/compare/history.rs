//! A section over all versions of its manual: introduced, changed and removed in which.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::ChunkId;
use mcdewey_core::compare::{SectionHistory, SectionInVersion};
use mcdewey_mcp::doc_context_path;

use super::section::path;
use crate::App;
use crate::access::Caller;
use crate::pages::asked::Asked;
use crate::pages::hit::pages;
use crate::pages::layout::{chunk_link, encode, page};

/// Where the life of a passage's section is told.
pub(in crate::pages) fn history_link(id: &ChunkId) -> String {
    format!("/history/{}", encode(id.as_str()))
}

pub(in crate::pages) async fn history(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response {
    let answer = app.run(&caller, move |library| {
        let id: ChunkId = id.parse()?;
        let history = library.section_history(&id)?;
        let title = history.heading_path.last().unwrap_or(&history.document);
        let title = format!("History of {title}");
        Ok(page(&title, &Asked::default(), &article(&title, &history)))
    });
    answer.await.into_response()
}

fn article(title: &str, history: &SectionHistory) -> Markup {
    let places = [&history.vendor, &history.product];
    let is_oldest =
        |one: &SectionInVersion| history.in_oldest && one.version == history.introduced_in;
    html! {
        article.compare {
            nav.crumbs aria-label="Breadcrumb" {
                a href="/" { "Shelves" }
                @for name in places.into_iter().flatten() { span { (name) } }
                span { (history.document) }
                a href=(chunk_link(&history.chunk_id)) { (path(&history.heading_path)) }
            }
            h1 { (title) }
            p.lead { (sentence(history)) }
            table {
                caption { "Version by version" }
                thead {
                    tr {
                        th scope="col" { "Version" }
                        th scope="col" { "What became of it" }
                        th scope="col" { "Where" }
                    }
                }
                tbody { @for one in &history.versions { (row(one, is_oldest(one))) } }
            }
        }
    }
}

/// `Introduced in 1.0, changed in 1.2 and 2.0, removed in 3.0.`
fn sentence(history: &SectionHistory) -> String {
    let mut sentence = format!("Introduced in {}", history.introduced_in);
    if history.in_oldest {
        sentence += " or before";
    }
    if !history.changed_in.is_empty() {
        sentence += ", changed in ";
        sentence += &history.changed_in.join(", ");
    }
    if let Some(version) = &history.removed_in {
        sentence += ", removed in ";
        sentence += version;
    }
    sentence + "."
}

fn row(one: &SectionInVersion, is_oldest: bool) -> Markup {
    let id = one.place.as_ref().and_then(|place| place.chunk_ids.first());
    let page = one.place.as_ref().and_then(|place| place.page.as_ref());
    html! {
        tr {
            th scope="row" { (one.version) }
            td {
                @if is_oldest { "there" } @else { (one.status.name()) }
                @if one.moved { ", moved" }
                @if one.renamed { ", renamed" }
            }
            td {
                @if let Some(id) = id { a href=(doc_context_path(id)) { "In doc context" } }
                @if let Some(page) = page { ", " (pages(page)) }
            }
        }
    }
}
