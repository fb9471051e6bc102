//! What a library says, as JSON with its `ETag`; or that nothing has changed since.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use mcdewey_core::Library;
use serde::Serialize;

use crate::App;
use crate::access::Caller;
use crate::app::Failure;
use crate::problem::Problem;

/// Answers with what `ask` finds, unless the caller has it already.
///
/// Everything that is read comes from one generation, so that is what an answer's tag names: with
/// the time of its commit, since an index that is made anew counts from 1 again. It is a weak one,
/// because answers say how long they took.
pub(super) async fn from_library<T: Serialize>(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    ask: impl FnOnce(&Library) -> Result<T, Failure> + Send + 'static,
) -> axum::response::Response {
    let known = headers.get(IF_NONE_MATCH).cloned();
    let answered = app.run(caller, move |library| {
        let tag = tag(library);
        if known.is_some_and(|known| names(&known, &tag)) {
            return Ok((tag, None));
        }
        let answer = ask(library)?;
        // A commit in between would make the tag one of another generation.
        Ok((tag, Some(json(&answer))))
    });
    match answered.await {
        Ok((tag, body)) => {
            let mut response =
                body.map_or_else(|| StatusCode::NOT_MODIFIED.into_response(), with_body);
            response.headers_mut().insert(ETAG, tag);
            response
        }
        Err(failure) => Problem::from(failure).into_response(),
    }
}

fn tag(library: &Library) -> HeaderValue {
    let snapshot = library.snapshot();
    let written_at = snapshot.written_at().unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let tag = format!("W/\"{version}-{}-{written_at}\"", snapshot.generation());
    HeaderValue::from_str(&tag).expect("digits and dots")
}

/// Whether an `If-None-Match` names the tag; they are compared weakly (RFC 9110, 13.1.2).
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else {
        return false;
    };
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.trim() == "*" || known.split(',').any(|known| opaque(known) == opaque(tag))
}

pub(super) fn json(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).expect("an answer has string keys only")
}

pub(super) fn with_body(body: Vec<u8>) -> Response<Body> {
    let media_type = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, media_type)], body).into_response()
}
