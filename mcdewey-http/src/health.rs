//! Whether the server lives, whether it has something to answer from, and how it does.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use crate::App;
use crate::access::{Caller, Role};
use crate::metrics::Now;
use crate::problem::Problem;

/// The text format of `OpenMetrics`, which Prometheus reads.
const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

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
        .route("/metrics", get(metrics))
}

async fn live() -> Json<serde_json::Value> {
    Json(serde_json::json!({"status": "live"}))
}

/// Ready is a server with a library to answer from, even if that is being brought up to date, or
/// an empty one that nothing is being added to.
async fn ready(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    // Whoever asks only this would wait for a library that was committed long ago. It reads a line
    // of a file, and what is wrong with it is told to those who search.
    let _newer = app.whole().refresh();
    let generation = app.whole().snapshot().generation();
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

/// Counts and latencies for Prometheus. They tell how much there is, so behind keys they are for
/// administrators.
async fn metrics(State(app): State<App>, caller: Caller) -> Response {
    if caller.role == Role::Reader {
        let what = "metrics are for an administrator's key";
        return Problem::new("not-allowed", what).into_response();
    }
    let asked = app.clone();
    let encoded = app.run(&caller, move |_readers| {
        let report = asked.indexer.last().and_then(|last| last.report);
        Ok(asked.metrics.encode(&Now {
            status: &asked.whole().status(),
            n_requests: asked.workers().n_requests(),
            is_updating: asked.is_updating(),
            n_problems: report.map_or(0, |report| report.problems.len()),
        }))
    });
    match encoded.await {
        Ok(text) => ([(CONTENT_TYPE, METRICS_TYPE)], text).into_response(),
        Err(failure) => Problem::from(failure).into_response(),
    }
}
