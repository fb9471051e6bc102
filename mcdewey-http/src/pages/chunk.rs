//! One passage: where it stands, then its text.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::{ChunkId, Filter, PassageInContext};
use mcdewey_mcp::doc_context_path;

use super::layout::{chunk_link, document_link, page};
use super::results::pages;
use super::text;
use crate::App;
use crate::access::Caller;

pub(super) async fn chunk(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response {
    let answer = app.run(&caller, move |library| {
        let id: ChunkId = id.parse()?;
        let context = library.passage(&id, 0, 0)?;
        let title = context.passage.title.clone();
        Ok(page(&title, "", &Filter::new(), &article(&context)))
    });
    answer.await.into_response()
}

fn article(context: &PassageInContext) -> Markup {
    let passage = &context.passage;
    let place = [&passage.vendor, &passage.product, &passage.version];
    html! {
        article.passage {
            nav.crumbs aria-label="Breadcrumb" {
                a href="/" { "Shelves" }
                @for name in place.into_iter().flatten() { span { (name) } }
                a href=(document_link(&passage.document_id)) { (passage.document_name()) }
            }
            h1 { (passage.title) }
            p.actions {
                a.context href=(doc_context_path(&passage.chunk_id)) { "↗ View in doc context" }
                @if let Some(url) = passage.url.as_ref().filter(|url| text::is_web_address(url)) {
                    a rel="noopener noreferrer" href=(url) { "At the vendor’s" }
                }
            }
            table.card {
                tbody {
                    @if let Some(page) = &passage.page {
                        tr { th scope="row" { "page" } td { (pages(page)) } }
                    }
                    tr { th scope="row" { "source" } td { code { (passage.source) } } }
                    tr { th scope="row" { "chunk_id" } td { code #chunk-id { (passage.chunk_id) } } }
                    @if let Some(date) = &passage.date {
                        tr { th scope="row" { "date" } td { (date) } }
                    }
                    @if let Some(newer) = &passage.superseded_by {
                        tr { th scope="row" { "superseded by" } td { (newer) } }
                    }
                }
            }
            @if passage.heading_path.len() > 1 {
                p.place { @for heading in &passage.heading_path { span { (heading) } } }
            }
            div.text { (text::passage(&passage.text, &passage.source)) }
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
