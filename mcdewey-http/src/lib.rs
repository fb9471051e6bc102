//! McDewey over HTTP: a library and an MCP handler in, a server for people, programs, agents and
//! operators out.
//!
//! ```text
//! accept ─> request id, log, count ─> Host, Origin ─> address, key ─┬─> pages ──┐
//!                                                                   ├─> api ────┼─> App ─> Library
//!                                                                   └─> /mcp ───┘
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `lib.rs` | [`router`]: every route, and the headers that all answers have |
//! | `app.rs` | [`App`]: the library, and how much of the machine requests may take |
//! | `access/` | [`Access`]: who asks, what they may read, how often |
//! | `pages/` | the web pages |
//! | `api/` | REST, and its description |
//! | `problem.rs` | what is wrong, said to programs and to people |
//! | `health.rs` | `/health/live`, `/health/ready` and `/metrics` |
//! | `request.rs` | the id, the log and the count of every request |
//! | `metrics.rs` | [`Metrics`]: what is counted |
//! | `query_log.rs` | [`QueryLog`]: what people search for, for who wants to know |
//! | `indexer.rs` | [`Indexer`]: bringing the library up to date while it is served |
//! | `accept/` | [`serve`]: connections, their limits, and the end of the server |
//!
//! The program `mcdewey` is in the same package; its `serve` command is this library with
//! arguments.

mod accept;
mod access;
mod api;
mod app;
mod health;
mod indexer;
mod metrics;
mod pages;
mod problem;
mod query_log;
mod request;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::Response;
use mcdewey_mcp::http::{HttpSettings, guard};
use rmcp::ServerHandler;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

pub use self::accept::{Limits, Listener, Tls, serve};
pub use self::access::{Access, Key, KeyHash, Reads};
pub use self::app::App;
pub use self::indexer::{Indexer, LastIngest, NothingToIndex, ProgressMaker};
pub use self::metrics::Metrics;
pub use self::query_log::{LoggedQuery, QueryLog, read_query_log};

/// All routes: pages, REST, `/health/*` and `/metrics`, answered from `app`, and `/mcp`, answered by
/// `mcp`.
///
/// Every route is behind the guard of `settings` and the keys of `app`. A panic while a request is
/// answered is that request's failure (500), not the server's.
pub fn router<H: ServerHandler + Clone>(mcp: H, app: App, settings: &HttpSettings) -> Router {
    let access = Arc::clone(&app.access);
    let metrics = Arc::clone(&app.metrics);
    let own = pages::router()
        .merge(api::router(settings))
        .merge(health::router())
        .method_not_allowed_fallback(api::method_not_allowed)
        .with_state(app);
    mcdewey_mcp::http::router(mcp, settings)
        .merge(own)
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn_with_state(Arc::clone(&access), access::admit))
        .layer(from_fn_with_state(settings.guard.clone(), guard))
        .layer(map_response_with_state(access, harden))
        .layer(from_fn_with_state(metrics, request::observe))
}

/// What is not compressed already.
fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("application/epub+zip"))
        .and(NotForContentType::const_new("application/vnd."))
}

/// What a browser may do with an answer: show it, with nothing but this server's own style and
/// script, in no frame of another site.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async fn harden(State(access): State<Arc<Access>>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    let same_origin = "same-origin";
    let own: [(HeaderName, &str); 5] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            same_origin,
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            same_origin,
        ),
    ];
    for (name, value) in own {
        // A manual's own file has a stricter policy.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    keep_private(headers, &access);
    response
}

/// No cache that several people share may keep an answer, and behind keys no cache at all.
fn keep_private(headers: &mut HeaderMap, access: &Access) {
    if headers.contains_key(CACHE_CONTROL) {
        return;
    }
    let how = if access.is_open() {
        "private, no-cache"
    } else {
        "no-store"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(how));
    headers.append(VARY, HeaderValue::from_static("authorization"));
}

/// The answer to a request that panicked outside the workers.
fn broken(_panic: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request panicked");
    api::broken()
}
