//! A manual in reading order, in parts: one of 3 000 pages opens as fast as one of three.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::engine::{DocumentRecord, StoredChunk};
use mcdewey_core::present::{OutlineEntry, outline};
use mcdewey_core::{ChunkId, DocumentId, Error, Facet, Filter, Library};
use mcdewey_mcp::doc_context_path;

use super::asked::Asked;
use super::layout::{chunk_link, count, page};
use super::text;
use crate::App;
use crate::access::Caller;
use crate::app::Failure;

/// Passages in a part. Chosen by hand: about twenty screens.
const PART: u32 = 60;

/// Headings of the table of contents. A longer one leaves out its deepest levels.
const MAX_HEADINGS: usize = 400;

pub(super) async fn document(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Response {
    let answer = app.run(&caller, move |library| {
        let id: DocumentId = id.parse()?;
        let (title, main) = read(library, &id, asked.chunk)?;
        Ok(page(&title, "", &Filter::new(), &main))
    });
    answer.await.into_response()
}

/// The part of the document that holds a chunk.
fn read(library: &Library, id: &DocumentId, chunk: u32) -> Result<(String, Markup), Failure> {
    let snapshot = library.snapshot();
    let record = snapshot.document(id).ok_or_else(|| Error::NotFound {
        what: "document",
        id: id.to_string(),
    })?;
    let ids: Vec<ChunkId> = record.chunk_ids().collect();
    let chunks: Vec<StoredChunk> = snapshot.chunks(&ids)?.into_iter().flatten().collect();
    let outline = outline(record, &chunks);
    let first = chunk.min(record.chunks.saturating_sub(1)) / PART * PART;
    let part: Vec<&StoredChunk> = chunks
        .iter()
        .skip(first as usize)
        .take(PART as usize)
        .collect();
    let title = record.name();
    let main = html! {
        div.reader data-chunks=(record.chunks) {
            @if !outline.is_empty() { (contents(&outline)) }
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
                @if let Some(newer) = &record.shelf.superseded_by {
                    p.old { "This version is superseded by " (newer) "." }
                }
                (parts(record, first, "Parts"))
                (body(record, &part))
                (parts(record, first, "Parts, at the end"))
            }
        }
    };
    Ok((title.to_owned(), main))
}

fn contents(outline: &[OutlineEntry]) -> Markup {
    let deepest = (1..=9)
        .rev()
        .find(|&depth| outline.iter().filter(|entry| entry.level <= depth).count() <= MAX_HEADINGS)
        .unwrap_or(1);
    let shown = outline.iter().filter(|entry| entry.level <= deepest);
    html! {
        nav.contents aria-label="Contents" {
            details open {
                summary { "Contents" }
                ul {
                    @for entry in shown {
                        li data-level=(entry.level.min(6)) {
                            a href=(doc_context_path(&entry.chunk_id)) { (entry.heading) }
                        }
                    }
                }
            }
        }
    }
}

fn body(record: &DocumentRecord, part: &[&StoredChunk]) -> Markup {
    let mut page_before = None;
    html! {
        @for chunk in part {
            @let id = ChunkId::new(&record.id, chunk.ordinal);
            @if let Some(mark) = page_mark(chunk, &mut page_before) {
                p.page-mark { (mark) }
            }
            section.chunk id=(format!("chunk-{}", chunk.ordinal)) {
                a.anchor href=(chunk_link(&id)) aria-label=(format!("Passage {}", chunk.ordinal)) { "¶" }
                @if !chunk.body.lead.trim().is_empty() {
                    (text::passage(&chunk.body.lead, &record.source))
                }
                (text::passage(&chunk.body.without_overlap(), &record.source))
            }
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
    let after = first + PART;
    html! {
        @if record.chunks > PART {
            nav.pager aria-label=(name) {
                @if first > 0 {
                    a rel="prev" href=(link(first - PART)) { "← Earlier part" }
                }
                span {
                    "Passages " (first) "–" (after.min(record.chunks) - 1) " of 0–" (record.chunks - 1)
                }
                @if after < record.chunks {
                    a rel="next" href=(link(after)) { "Later part →" }
                }
            }
        }
    }
}
