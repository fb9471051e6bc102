//! `/api/v1/status` and `/api/v1/reindex`: the state of the server, and bringing it up to date.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mcdewey_core::LibraryStatus;
use mcdewey_core::ingest::DocumentReport;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::documents::Nothing;
use super::given::{self, Given, Kind, Parameters};
use super::{answer, page};
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

/// Which part of the report to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportParameters {
    /// How many documents to return.
    #[serde(default = "default_limit", deserialize_with = "given::whole")]
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: usize,
    /// Goes on where an earlier answer ended: its `next`.
    #[serde(default)]
    cursor: Option<String>,
}

/// Most documents of one answer, and how many there are unless another number is asked for.
const LIMITS: (usize, usize) = (1000, 100);

fn default_limit() -> usize {
    LIMITS.1
}

impl Parameters for ReportParameters {
    const FIELDS: &'static [(&'static str, Kind)] =
        &[("limit", Kind::Number), ("cursor", Kind::Text)];
}

/// Documents as the last update found them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportAnswer {
    /// How many the update knew.
    total: usize,
    /// A part of them, by source.
    documents: Vec<DocumentReport>,
    /// The cursor of the documents after these, if there are any.
    next: Option<String>,
}

/// Read what the last update found, document by document
///
/// There are none before the first update, and for who may not read everything.
#[utoipa::path(
    get, path = "/api/v1/status/documents", tag = "operate", operation_id = "status_documents",
    params(ReportParameters),
    responses((status = OK, description = "Documents, by source", body = ReportAnswer)),
)]
pub(crate) async fn documents(
    State(app): State<App>,
    caller: Caller,
    Given(given): Given<ReportParameters>,
) -> Response {
    match report(app.ingest_for(&caller).as_ref(), &given) {
        Ok(report) => Json(report).into_response(),
        Err(problem) => problem.into_response(),
    }
}

fn report(last: Option<&LastIngest>, given: &ReportParameters) -> Result<ReportAnswer, Problem> {
    page::check_limit(given.limit, LIMITS.0)?;
    let details = last.map(|last| last.details.as_slice());
    let details = details.unwrap_or_default();
    let ended_at = last.map_or(0, |last| last.ended_at);
    let key = "status documents";
    let offset = page::offset(given.cursor.as_deref(), key, ended_at)?;
    let part = details.iter().skip(offset).take(given.limit);
    let documents: Vec<DocumentReport> = part.cloned().collect();
    let n_done = offset + documents.len();
    Ok(ReportAnswer {
        total: details.len(),
        documents,
        next: page::next(n_done, details.len(), key, ended_at),
    })
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
