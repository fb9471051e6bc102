//! Whether the server lives, and whether it has something to answer from.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use mcdewey_core::Library;
use serde::Serialize;

/// What `/health/ready` looks at.
#[derive(Debug, Clone)]
pub struct Health {
    library: Arc<Library>,
    updating: Arc<AtomicBool>,
}

impl Health {
    /// The health of a server of `library`; `updating` is true while documents are indexed.
    pub fn new(library: Arc<Library>, updating: Arc<AtomicBool>) -> Self {
        Self { library, updating }
    }
}

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

pub(crate) fn router(health: Health) -> Router {
    Router::new()
        .route(
            "/health/live",
            get(async || Json(serde_json::json!({"status": "live"}))),
        )
        .route("/health/ready", get(ready))
        .with_state(health)
}

/// Ready is a server with a library to answer from, even if that is being brought up to date, or
/// an empty one that nothing is being added to.
async fn ready(State(health): State<Health>) -> (StatusCode, Json<Readiness>) {
    let generation = health.library.snapshot().generation();
    let updating = health.updating.load(Ordering::Relaxed);
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
