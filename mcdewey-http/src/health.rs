//! Whether the server lives, and whether it has something to answer from.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use crate::App;

/// The answer of `/health/ready`.
#[derive(Debug, Serialize)]
struct Readiness {
    /// `ready`, or `indexing` while the first documents are indexed.
    status: &'static str,
    /// Whether documents are being indexed now.
    updating: bool,
    /// The generation that answers; 0 before the first.
    generation: u64,
}

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

async fn live() -> Json<serde_json::Value> {
    Json(serde_json::json!({"status": "live"}))
}

/// Ready is a server with a library to answer from, even if that is being brought up to date, or
/// an empty one that nothing is being added to.
async fn ready(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let generation = app.library().snapshot().generation();
    let updating = app.is_updating();
    let (code, status) = if generation == 0 && updating {
        (StatusCode::SERVICE_UNAVAILABLE, "indexing")
    } else {
        (StatusCode::OK, "ready")
    };
    let readiness = Readiness {
        status,
        updating,
        generation,
    };
    (code, Json(readiness))
}
