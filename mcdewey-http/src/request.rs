//! What is done around every request: it gets an id, is logged and counted.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::Metrics;
use crate::access::Caller;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id of a request that is taken over from its sender. Chosen by hand: a UUID has 36.
const MAX_ID: usize = 64;

/// Gives the request its id, and logs and counts it once it is answered; for
/// [`axum::middleware::from_fn_with_state`].
///
/// The log has the pattern of the path alone: what people search for stands in an address.
pub(crate) async fn observe(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id = %id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let time = started.elapsed();
    let status = response.status();
    let caller = response.extensions().get::<Caller>();
    let key = caller.and_then(|caller| caller.name.as_deref());
    let milliseconds = time.as_secs_f64() * 1000.0;
    span.in_scope(|| {
        let status = status.as_u16();
        // What asks every few seconds whether the server lives would fill the log.
        if route.starts_with("/health/") {
            tracing::debug!(method, route, status, milliseconds, key, "answered");
        } else {
            tracing::info!(method, route, status, milliseconds, key, "answered");
        }
    });
    metrics.answered(method, &route, status.as_u16(), time);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Anybody can invent methods: as names of a metric they would never end.
fn method(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"];
    let known = known.into_iter().find(|&known| known == method.as_str());
    known.unwrap_or("other")
}

/// The sender's own id, if it is a plain one, so that logs of several programs can be joined;
/// else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let is_plain = |id: &&str| {
        (1..=MAX_ID).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    given.filter(is_plain).map_or_else(new_id, str::to_owned)
}

/// Differs from every id of this server, and from those of the one before it.
fn new_id() -> String {
    static SERVER: LazyLock<u64> = LazyLock::new(|| {
        let mut bytes = [0; 8];
        // Without chance ids still differ within one server.
        let _zeros = getrandom::fill(&mut bytes);
        u64::from_le_bytes(bytes)
    });
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}-{number:x}", *SERVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(given: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(
            REQUEST_ID,
            HeaderValue::from_bytes(given.as_bytes()).unwrap(),
        );
        request_id(&headers)
    }

    #[test]
    fn a_plain_id_is_kept_and_any_other_replaced() {
        assert_eq!(id("trace-1.b_2"), "trace-1.b_2");
        for strange in ["", "a b", "a\"b", "ä", &"x".repeat(MAX_ID + 1)] {
            assert_ne!(id(strange), strange);
        }
        assert_ne!(new_id(), new_id());
    }
}
