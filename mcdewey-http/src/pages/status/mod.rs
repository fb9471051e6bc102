//! `/status`: what the library holds and how it is; what became of its last update, in
//! `last.rs` and, manual by manual, in `documents.rs`.

mod documents;
mod last;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::LibraryStatus;

pub(super) use self::documents::documents;
use self::last::Last;
use super::address::Address;
use super::asked::Asked;
use super::layout::{count, grouped, page};
use super::time::utc;
use crate::App;
use crate::access::{Caller, Role};

/// What is known beside the library's own state.
#[derive(Debug)]
struct Server {
    address: String,
    is_updating: bool,
    is_watching: bool,
    may_reindex: bool,
    last: Last,
}

pub(super) async fn status(
    State(app): State<App>,
    caller: Caller,
    Address(address): Address,
) -> Response {
    let server = Server {
        address,
        is_updating: app.is_updating(),
        is_watching: app.indexer.is_watching(),
        may_reindex: caller.role == Role::Administrator,
        last: Last::of(&app, &caller),
    };
    let answer = app.run(&caller, move |library| {
        Ok(page(
            "Status",
            &Asked::default(),
            &main(&library.status(), &server),
        ))
    });
    answer.await.into_response()
}

fn main(library: &LibraryStatus, server: &Server) -> Markup {
    html! {
        article.status {
            h1 { "Status" }
            p.lead { (sentence(library, server)) }
            (facts(library))
            @if !library.engine.degraded.is_empty() {
                h2 { "Not as it should be" }
                ul { @for degraded in &library.engine.degraded { li { (degraded) } } }
            }
            h2 { "Updates" }
            p { (how_updated(server)) }
            @if server.may_reindex { (by_hand(server)) }
            (server.last.shown(server.is_updating))
        }
    }
}

fn sentence(library: &LibraryStatus, server: &Server) -> &'static str {
    match (library.documents, server.is_updating) {
        (0, true) => "The first manuals are being indexed.",
        (0, false) => "The library is empty.",
        (_, true) => "The library can be searched, and is being brought up to date.",
        (_, false) => "The library can be searched.",
    }
}

fn facts(library: &LibraryStatus) -> Markup {
    let row = |name: &str, value: Markup| html! { tr { th scope="row" { (name) } td { (value) } } };
    let model = library.embedder.as_ref().map(|model| {
        html! { (model.name) ", " (model.dim) " dimensions" br; code { (model.fingerprint) } }
    });
    let engine = &library.engine;
    html! {
        table.card {
            tbody {
                (row("shelves", html! {
                    (count(library.vendors, "vendor")) ", " (count(library.products, "product")) ", "
                    (count(library.versions, "version"))
                }))
                (row("manuals", html! { (grouped(library.documents)) }))
                (row("passages", html! { (grouped(library.chunks)) }))
                (row("known pages", html! { (grouped(library.pages)) }))
                (row("generation", html! {
                    (library.generation)
                    @if let Some(committed_at) = library.committed_at {
                        ", committed " (utc(committed_at))
                    }
                }))
                (row("model", model.unwrap_or_else(|| html! { "none yet" })))
                (row("runtime", html! {
                    (library.runtime.as_deref().unwrap_or("none: search is by words only"))
                }))
                @if let Some(reranker) = &library.reranker {
                    (row("reranker", html! { (reranker) }))
                }
                // Of a part of the library nobody knows.
                @if engine.bytes > 0 {
                    (row("vectors", html! {
                        (grouped(engine.vectors)) ", of which " (grouped(engine.vectors_in_graphs))
                        " are in a graph and the others scanned"
                    }))
                    (row("on disk", html! { (size(engine.bytes)) }))
                }
                (row("server", html! { "McDewey " (env!("CARGO_PKG_VERSION")) }))
            }
        }
    }
}

fn how_updated(server: &Server) -> &'static str {
    match (server.is_updating, server.is_watching) {
        (true, _) => "The manuals are being read now.",
        (false, true) => "Manuals that change are read by themselves.",
        (false, false) => {
            "Manuals that change are read when the server starts, and when its operator says so."
        }
    }
}

/// The pages change nothing, so that no other site can make a browser do it.
fn by_hand(server: &Server) -> Markup {
    let url = format!("{}/api/v1/reindex", server.address);
    html! {
        p { "To have them read now:" }
        pre { code { "curl -X POST '" (url) "' -H 'Authorization: Bearer KEY'" } }
    }
}

/// A size in the unit that gives it three digits or so.
fn size(bytes: u64) -> String {
    let mut size = bytes as f64;
    let mut units = ["bytes", "KB", "MB", "GB", "TB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    for larger in units {
        if size < 1000.0 {
            break;
        }
        size /= 1000.0;
        unit = larger;
    }
    let decimals = usize::from(size < 10.0 && unit != "bytes");
    format!("{size:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_its_unit() {
        let sizes = [(0, "0 bytes"), (999, "999 bytes"), (1_500, "1.5 KB")];
        for (bytes, expected) in sizes {
            assert_eq!(size(bytes), expected);
        }
        assert_eq!(size(65_111_790), "65 MB");
        assert_eq!(size(7_000_000_000_000_000), "7000 TB");
    }
}
