//! The web pages: complete without a script, and safe whatever a manual holds.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the routes, the style and the script |
//! | `asked.rs` | what the query of an address asks for |
//! | `address.rs`, `time.rs` | addresses and moments as people write them |
//! | `layout.rs` | what every page has; links |
//! | `home.rs` | the search box and the shelves; the manuals of a shelf |
//! | `results.rs` | what a search found, in pages |
//! | `filters.rs`, `hit.rs`, `nothing.rs` | its parts: how to narrow it, a hit, what to try instead |
//! | `snippet/` | the part of a hit that fits the query, without marks of Markdown |
//! | `chunk.rs` | one passage |
//! | `document.rs` | a manual in reading order, in parts |
//! | `file.rs` | its own file |
//! | `compare/` | what changed between two versions of a manual; the life of a section |
//! | `contents.rs`, `outlines.rs` | its table of contents, and where such tables are kept |
//! | `text.rs`, `blocks.rs`, `title.rs` | text of a manual as HTML; what has blocks and no marks; its title, said once |
//! | `docs/` | what programs can ask |
//! | `status/` | the state of the library and its last update |
//! | `opensearch.rs` | the library as a search engine of a browser |
//! | `problem.rs` | what to say when there is no page |

mod address;
mod asked;
mod blocks;
mod chunk;
mod compare;
mod contents;
mod docs;
mod document;
mod file;
mod filters;
mod hit;
mod home;
mod layout;
mod nothing;
mod opensearch;
mod outlines;
mod problem;
mod results;
mod snippet;
mod status;
mod text;
mod time;
mod title;

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

pub(crate) use self::file::Files;
pub(crate) use self::outlines::Outlines;
pub(crate) use self::problem::problem_page;
use crate::App;

const STYLE: &str = include_str!("../../assets/style.css");
const SCRIPT: &str = include_str!("../../assets/script.js");
const ICON: &str = include_str!("../../assets/icon.svg");

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/browse", get(home::browse))
        .route("/search", get(results::results))
        .route("/chunk/{*id}", get(chunk::chunk))
        .route("/doc/{*id}", get(document::document))
        .route("/file/{*id}", get(file::file))
        .route("/compare", get(compare::compare))
        .route("/history/{*id}", get(compare::history))
        .route("/docs", get(docs::docs))
        .route("/status", get(status::status))
        .route("/status/documents", get(status::documents))
        .route(opensearch::PATH, get(opensearch::description))
        .route("/assets/style.css", get(async || asset("text/css", STYLE)))
        .route(
            "/assets/script.js",
            get(async || asset("text/javascript", SCRIPT)),
        )
        .route(
            "/assets/icon.svg",
            get(async || asset("image/svg+xml", ICON)),
        )
        .fallback(problem::unknown_page)
}

/// Kept for ever: another program links to other addresses.
fn asset(media_type: &'static str, text: &'static str) -> impl IntoResponse {
    let for_ever = "max-age=31536000, immutable";
    (
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, for_ever)],
        text,
    )
}

/// Where a page finds an asset; the address changes with the assets, so that a page never gets the
/// style of another program.
fn asset_link(name: &str) -> String {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let all = [STYLE, SCRIPT, ICON].concat();
        blake3::hash(all.as_bytes()).to_hex()[..12].to_owned()
    });
    format!("/assets/{name}?v={}", *VERSION)
}
