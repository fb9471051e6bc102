//! A manual in reading order, in parts: one of 3 000 pages opens as fast as one of three.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::engine::{DocumentRecord, StoredChunk};
use mcdewey_core::{ChunkId, DocumentId, Error, Facet, Library};
use mcdewey_mcp::doc_context_path;

use super::asked::Asked;
use super::compare::compare_link;
use super::contents::contents;
use super::hit::{end_of_life, superseded};
use super::layout::{chunk_link, count, grouped, page};
use super::outlines::Outlines;
use super::text;
use super::title::below_title;
use crate::App;
use crate::access::Caller;
use crate::app::Failure;

/// Passages in a part. Chosen by hand: about twenty screens.
const PART: u32 = 60;

pub(super) async fn document(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Response {
    let outlines = app.outlines.clone();
    let answer = app.run(&caller, move |library| {
        let id: DocumentId = id.parse()?;
        let (title, main) = read(library, &outlines, &id, asked.chunk)?;
        Ok(page(&title, &Asked::default(), &main))
    });
    answer.await.into_response()
}

/// The part of the document that holds a passage.
fn read(
    library: &Library,
    outlines: &Outlines,
    id: &DocumentId,
    chunk: Option<u32>,
) -> Result<(String, Markup), Failure> {
    let snapshot = library.snapshot();
    let record = snapshot.document(id).ok_or_else(|| Error::NotFound {
        what: "document",
        id: id.to_string(),
    })?;
    let outline = outlines.of(snapshot.as_ref(), record)?;
    let chunk = chunk.map(|chunk| chunk.min(record.chunks.saturating_sub(1)));
    let first = chunk.unwrap_or(0) / PART * PART;
    let end = (first + PART).min(record.chunks);
    let ids: Vec<ChunkId> = (first..end)
        .map(|ordinal| ChunkId::new(id, ordinal))
        .collect();
    let part: Vec<StoredChunk> = snapshot.chunks(&ids)?.into_iter().flatten().collect();
    let title = record.name();
    // What the reader came for, or else the beginning.
    let newest = match chunk.unwrap_or(0) {
        ordinal if ordinal < record.chunks => library.elsewhere(&ChunkId::new(id, ordinal))?.newest,
        _ => None,
    };
    let main = html! {
        div.reader data-chunks=(record.chunks) {
            (contents(&outline, title, chunk))
            article.manual {
                nav.crumbs aria-label="Breadcrumb" {
                    a href="/" { "Shelves" }
                    @for facet in [Facet::Vendor, Facet::Product, Facet::Version] {
                        @if let Some(name) = facet.of(record) { span { (name) } }
                    }
                }
                h1 { (title) }
                p.meta {
                    @if record.pages.total > 0 { (count(record.pages.total, "page")) ", " }
                    (count(record.chunks as usize, "passage")) ", " code { (record.source) }
                    @if let Some(date) = &record.date { ", " (date) }
                }
                @if let Some(newer) = &record.shelf.superseded_by { (superseded(newer)) }
                @if let Some(date) = &record.shelf.end_of_life { (end_of_life(date)) }
                @if let Some(newest) = &newest {
                    p.old {
                        "There is a newer version: "
                        a href=(doc_context_path(&newest.chunk_id)) { "this section in " (newest.version) }
                    }
                }
                @if let Some(link) = compare_link(snapshot.as_ref(), record) {
                    p.actions { a href=(link) { "Compare with another version" } }
                }
                (parts(record, first, "Parts"))
                (body(record, &part))
                (parts(record, first, "Parts, at the end"))
            }
        }
    };
    Ok((title.to_owned(), main))
}

fn body(record: &DocumentRecord, part: &[StoredChunk]) -> Markup {
    let mut page_before = None;
    html! {
        @for chunk in part {
            @let id = ChunkId::new(&record.id, chunk.ordinal);
            @if let Some(mark) = page_mark(chunk, &mut page_before) {
                p.page-mark { (mark) }
            }
            section.chunk id=(format!("chunk-{}", chunk.ordinal)) {
                a.anchor href=(chunk_link(&id)) aria-label=(format!("Passage {}", chunk.ordinal)) { "¶" }
                (passage(record, chunk))
            }
        }
    }
}

/// A passage below its headings. A manual begins with its title, which the page has said already.
fn passage(record: &DocumentRecord, chunk: &StoredChunk) -> Markup {
    let layout = record.layout;
    let lead = chunk.body.lead.trim();
    let text = chunk.body.without_overlap();
    let first = |text: &str| match chunk.ordinal {
        0 => text::passage(below_title(text, layout, record.name()), layout),
        _ => text::passage(text, layout),
    };
    html! {
        @if lead.is_empty() {
            (first(&text))
        } @else {
            (first(lead))
            (text::passage(&text, layout))
        }
    }
}

/// `Page 12`, where a page begins that was not begun before.
fn page_mark(chunk: &StoredChunk, before: &mut Option<u32>) -> Option<String> {
    let pages = chunk.pages.as_ref()?;
    if *before == Some(pages.first) {
        return None;
    }
    *before = Some(pages.first);
    Some(match &pages.label {
        Some(label) => format!("Page {} ({label})", pages.first),
        None => format!("Page {}", pages.first),
    })
}

/// Links to the parts before and after. They stand on a page twice, under two names.
fn parts(record: &DocumentRecord, first: u32, name: &str) -> Markup {
    let link = |ordinal| doc_context_path(&ChunkId::new(&record.id, ordinal));
    let number = |ordinal: u32| grouped(ordinal as usize);
    let after = first + PART;
    html! {
        @if record.chunks > PART {
            nav.pager aria-label=(name) {
                @if first > 0 {
                    a rel="prev" href=(link(first - PART)) { "← Earlier part" }
                }
                span {
                    "Passages " (number(first)) "–" (number(after.min(record.chunks) - 1))
                    " of 0–" (number(record.chunks - 1))
                }
                @if after < record.chunks {
                    a rel="next" href=(link(after)) { "Later part →" }
                }
            }
        }
    }
}
