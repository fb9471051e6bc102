//! One passage: where it stands, then its text.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::present::Passage;
use mcdewey_core::{ChunkId, PassageInContext};
use mcdewey_mcp::doc_context_path;

use super::asked::Asked;
use super::compare::{compare_link, history_link};
use super::file::Files;
use super::hit::{age, file_name, numbers, others};
use super::layout::{chunk_link, document_link, page};
use super::text;
use crate::App;
use crate::access::Caller;

pub(super) async fn chunk(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response {
    let files = app.files.clone();
    let answer = app.run(&caller, move |library| {
        let id: ChunkId = id.parse()?;
        let context = library.passage(&id, 0, 0)?;
        let title = context.passage.title.clone();
        let snapshot = library.snapshot();
        let record = snapshot.document(&context.passage.document_id);
        let has_versions = record
            .and_then(|record| compare_link(snapshot.as_ref(), record))
            .is_some();
        let history = has_versions.then(|| history_link(&id));
        let main = article(&context, &files, history.as_deref());
        Ok(page(&title, &Asked::default(), &main))
    });
    answer.await.into_response()
}

/// The passage; `history` is where the life of its section is told, if its manual has versions.
fn article(context: &PassageInContext, files: &Files, history: Option<&str>) -> Markup {
    let passage = &context.passage;
    html! {
        article.passage {
            (crumbs(passage))
            h1 { (passage.title) }
            p.actions {
                a.context href=(doc_context_path(&passage.chunk_id)) { "↗ View in doc context" }
                @if let Some(url) = passage.url.as_ref().filter(|url| text::is_web_address(url)) {
                    a rel="noopener noreferrer" href=(url) { "At the vendor’s" }
                }
                @if let Some(file) = files.link(passage) { a href=(file) { (file_name(passage)) } }
                @if let Some(history) = history { a href=(history) { "In other versions" } }
            }
            table.card {
                tbody {
                    tr {
                        th scope="row" { "page" }
                        td { (passage.page.as_ref().map_or("not known".to_owned(), numbers)) }
                    }
                    tr { th scope="row" { "source" } td { code { (passage.source) } } }
                    tr { th scope="row" { "chunk_id" } td { code #chunk-id { (passage.chunk_id) } } }
                }
            }
            (age(passage, &context.elsewhere))
            (others(&context.elsewhere))
            div.text { (text::passage(&passage.text, passage.layout)) }
            nav.pager aria-label="Neighbours" {
                @if let Some(previous) = &context.previous {
                    a rel="prev" href=(chunk_link(previous)) { "← Previous passage" }
                }
                @if let Some(next) = &context.next {
                    a rel="next" href=(chunk_link(next)) { "Next passage →" }
                }
            }
        }
    }
}

/// The shelf, the manual and the headings above the passage's own.
fn crumbs(passage: &Passage) -> Markup {
    let place = [&passage.vendor, &passage.product, &passage.version];
    let manual = passage.document_name();
    let above = passage.heading_path.split_last().map(|(_, above)| above);
    let above = above.unwrap_or_default().iter();
    html! {
        nav.crumbs aria-label="Breadcrumb" {
            a href="/" { "Shelves" }
            @for name in place.into_iter().flatten() { span { (name) } }
            a href=(document_link(&passage.document_id)) {
                (manual) @if let Some(date) = &passage.date { ", " (date) }
            }
            @for heading in above.filter(|heading| *heading != manual) { span { (heading) } }
        }
    }
}
