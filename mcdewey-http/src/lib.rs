//! McDewey over HTTP: a library and an MCP handler in, a server for people, agents and operators
//! out.
//!
//! | file | responsibility |
//! |---|---|
//! | `lib.rs` | [`router`]: every route, and the headers that all answers have |
//! | `app.rs` | [`App`]: the library, and how much of the machine requests may take |
//! | `pages/` | the web pages |
//! | `health.rs` | `/health/live` and `/health/ready` |
//! | `accept/` | [`serve`]: connections, their limits, TLS, and the end of the server |
//!
//! The program `mcdewey` is in the same package; its `serve` command is this library with
//! arguments.

mod accept;
mod app;
mod health;
mod pages;

use axum::Router;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use mcdewey_mcp::http::{HttpSettings, guard};
use rmcp::ServerHandler;
use tower_http::catch_panic::CatchPanicLayer;

pub use self::accept::{Limits, Listener, Tls, serve};
pub use self::app::App;

/// All routes: the pages and `/health/*`, answered from `app`, and `/mcp`, answered by `mcp`.
///
/// A panic while a request is answered is that request's failure (500), not the server's.
pub fn router<H: ServerHandler + Clone>(mcp: H, app: App, settings: &HttpSettings) -> Router {
    let own = pages::router()
        .merge(health::router())
        .with_state(app)
        .layer(from_fn_with_state(settings.guard.clone(), guard));
    mcdewey_mcp::http::router(mcp, settings)
        .merge(own)
        .layer(CatchPanicLayer::new())
        .layer(map_response(harden))
}

/// What a browser may do with an answer: show it, with nothing but this server's own style and
/// script, in no frame of another site.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let own: [(HeaderName, &str); 4] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in own {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
