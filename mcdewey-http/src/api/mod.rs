//! REST: requests of programs in, JSON out, with the field names of the command line.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the routes |
//! | `given.rs` | [`Given`](given::Given): parameters of a query or a JSON body, read strictly |
//! | `answer.rs` | an answer with its `ETag`, or 304 |
//! | `page.rs` | which part of a list is asked for, and where the next one begins |
//! | `search.rs`, `chunks.rs`, `documents.rs`, `library.rs`, `compare.rs`, `status.rs` | a resource each |
//! | `description.rs` | the `OpenAPI` document |
//!
//! Errors are problem documents (RFC 9457).

mod answer;
mod chunks;
mod compare;
mod description;
mod documents;
mod given;
mod library;
mod page;
mod search;
mod status;

use axum::Router;
use axum::extract::OriginalUri;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mcdewey_mcp::http::HttpSettings;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::description::description;
use crate::App;
use crate::problem::Problem;

pub(crate) fn router(settings: &HttpSettings) -> Router<App> {
    let (router, _) = described().split_for_parts();
    router
        .route("/openapi.json", get(description::document))
        .layer(axum::Extension(given::BodyLimits::new(settings)))
}

/// The routes with their descriptions.
fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(description::Head::openapi())
        .routes(routes!(search::get, search::post))
        .routes(routes!(chunks::get))
        .routes(routes!(documents::list))
        .routes(routes!(documents::get))
        .routes(routes!(library::get))
        .routes(routes!(compare::get))
        .routes(routes!(compare::history))
        .routes(routes!(status::get))
        .routes(routes!(status::documents))
        .routes(routes!(status::reindex))
}

/// For a method that the path does not take; axum adds `Allow`.
pub(crate) async fn method_not_allowed(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    let what = format!("{} does not take {method}; see Allow", uri.path());
    Problem::new("method-not-allowed", what).answer(uri.path())
}

/// The answer to a request whose handler panicked.
pub(crate) fn broken() -> Response {
    let what = "McDewey made a mistake, which its log describes";
    Problem::new("broken", what).into_response()
}
