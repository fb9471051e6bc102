//! The search box and the shelves; the manuals of a shelf.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::engine::DocumentRecord;
use mcdewey_core::present::{ProductShelf, VendorShelf, VersionShelf, shelves};
use mcdewey_core::{Facet, Filter};

use super::asked::Asked;
use super::layout::{count, document_link, filter_link, page};
use crate::App;
use crate::access::Caller;
use crate::app::Failure;

pub(super) async fn home(State(app): State<App>, caller: Caller) -> Result<Markup, Failure> {
    let updating = app.is_updating();
    app.run(&caller, move |library| {
        let snapshot = library.snapshot();
        let documents = snapshot.documents();
        let shelves = shelves(snapshot.generation(), documents);
        let n_passages = documents.iter().map(|record| record.chunks as usize).sum();
        let main = html! {
            @if documents.is_empty() {
                (empty(updating))
            } @else {
                p.lead {
                    (count(documents.len(), "manual")) ", " (count(n_passages, "passage"))
                    ", searched by their words and by their meaning."
                    @if updating { " The library is being brought up to date." }
                }
                section.shelves {
                    h1.hidden { "Shelves" }
                    @for vendor in &shelves.vendors { (vendor_card(vendor)) }
                }
            }
        };
        Ok(page("Shelves", &Asked::default(), &main))
    })
    .await
}

fn empty(updating: bool) -> Markup {
    html! {
        article.notice {
            @if updating {
                h1 { "The first manuals are being indexed" }
                p { "Load this page again in a moment." }
            } @else {
                h1 { "The library is empty" }
                p { "Its operator fills it with " code { "mcdewey serve <DOCS>" } "." }
            }
        }
    }
}

fn vendor_card(vendor: &VendorShelf) -> Markup {
    html! {
        article.card {
            h2 { (vendor.vendor.as_deref().unwrap_or("Other manuals")) }
            @for product in &vendor.products {
                h3 {
                    (product.product_name.as_ref().or(product.product.as_ref())
                        .map_or("Without a product", String::as_str))
                }
                ul.versions {
                    @for version in &product.versions {
                        li {
                            a href=(browse_link(vendor, product, version)) {
                                (version.version.as_deref().unwrap_or("all versions"))
                            }
                            " " span.count { (count(version.documents.len(), "manual")) }
                            @if let Some(newer) = &version.superseded_by {
                                " " span.old { "superseded by " (newer) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn browse_link(vendor: &VendorShelf, product: &ProductShelf, version: &VersionShelf) -> String {
    let mut filter = Filter::new();
    filter.vendors.extend(vendor.vendor.clone());
    filter.products.extend(product.product.clone());
    filter.versions.extend(version.version.clone());
    filter_link("/browse", &filter, &[])
}

/// The manuals that a filter leaves.
pub(super) async fn browse(State(app): State<App>, caller: Caller, asked: Asked) -> Response {
    let answer = app.run(&caller, move |library| {
        let snapshot = library.snapshot();
        let filter = &asked.filter;
        let admitted = filter.resolve(snapshot.documents())?;
        let documents = snapshot.documents().iter();
        let documents: Vec<_> = documents.filter(|record| admitted.admits(record)).collect();
        let title = title(filter);
        let main = html! {
            nav.crumbs aria-label="Breadcrumb" { a href="/" { "Shelves" } }
            h1 { (title) }
            p.lead { (count(documents.len(), "manual")) ". The search box above searches these." }
            ul.manuals {
                @for record in documents { (manual(record)) }
            }
        };
        Ok(page(&title, &asked, &main))
    });
    answer.await.into_response()
}

fn title(filter: &Filter) -> String {
    let values = Facet::ALL
        .into_iter()
        .flat_map(|facet| filter.values(facet));
    let values: Vec<&str> = values.map(String::as_str).collect();
    if values.is_empty() {
        "All manuals".to_owned()
    } else {
        values.join(" / ")
    }
}

fn manual(record: &DocumentRecord) -> Markup {
    html! {
        li {
            a href=(document_link(&record.id)) {
                (record.name())
            }
            p.meta {
                @if record.pages.total > 0 { (count(record.pages.total, "page")) ", " }
                (count(record.chunks as usize, "passage"))
                @if let Some(date) = &record.date { ", " (date) }
                ", " code { (record.source) }
            }
        }
    }
}
