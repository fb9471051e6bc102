//! The web pages: complete without a script, and safe whatever a manual holds.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the routes, the style and the script |
//! | `asked.rs` | what the query of an address asks for |
//! | `layout.rs` | what every page has; links |
//! | `home.rs` | the search box and the shelves; the manuals of a shelf |
//! | `results.rs` | what a search found |
//! | `chunk.rs` | one passage |
//! | `document.rs` | a manual in reading order, in parts |
//! | `text.rs` | text of a manual as HTML |
//! | `problem.rs` | what to say when there is no page |

mod asked;
mod chunk;
mod document;
mod home;
mod layout;
mod problem;
mod results;
mod text;

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

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
