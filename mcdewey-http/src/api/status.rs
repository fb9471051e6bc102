//! `/api/v1/status` and `/api/v1/reindex`: the state of the server, and bringing it up to date.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mcdewey_core::LibraryStatus;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer;
use super::documents::Nothing;
use super::given::Given;
use crate::access::{Caller, Role};
use crate::problem::Problem;
use crate::{App, LastIngest};

/// The state of the library, as far as the caller may know it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusAnswer {
    /// The server's version.
    server: &'static str,
    #[serde(flatten)]
    library: LibraryStatus,
    /// Whether documents are being indexed now.
    updating: bool,
    /// Whether changed files begin an update.
    watching: bool,
    /// The last update that has ended; null before the first, and for who may not read everything.
    ingest: Option<LastIngest>,
}

/// What became of the wish.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReindexAnswer {
    /// False if an update was about to begin already.
    new: bool,
}

/// Read the state of the library
#[utoipa::path(
    get, path = "/api/v1/status", tag = "operate", operation_id = "status",
    responses((status = OK, description = "The state of the library", body = StatusAnswer)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Given(Nothing {}): Given<Nothing>,
) -> Response {
    let ingest = app.ingest_for(&caller);
    let (updating, watching) = (app.is_updating(), app.indexer.is_watching());
    let answered = app.run(&caller, move |library| {
        Ok(answer::json(&StatusAnswer {
            server: env!("CARGO_PKG_VERSION"),
            library: library.status(),
            updating,
            watching,
            ingest,
        }))
    });
    match answered.await {
        Ok(body) => answer::with_body(body),
        Err(failure) => Problem::from(failure).into_response(),
    }
}

/// Bring the library up to date
///
/// It takes an administrator's key, even on a server that asks nobody else for one.
#[utoipa::path(
    post, path = "/api/v1/reindex", tag = "operate", operation_id = "reindex",
    responses((status = ACCEPTED, description = "It will begin within a second, or when the one under way has ended", body = ReindexAnswer)),
)]
pub(crate) async fn reindex(State(app): State<App>, caller: Caller) -> Response {
    if caller.role != Role::Administrator {
        let what = "it takes an administrator's key; `mcdewey key NAME --admin` makes one";
        return Problem::new("not-allowed", what).into_response();
    }
    let Ok(new) = app.indexer.reindex() else {
        let what = "the server was started without a folder of manuals";
        return Problem::new("nothing-to-index", what).into_response();
    };
    (StatusCode::ACCEPTED, Json(ReindexAnswer { new })).into_response()
}
