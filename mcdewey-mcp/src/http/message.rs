//! The body of a POST, checked before the protocol's own machinery sees it.
//!
//! `rmcp` answers what is not JSON, or not JSON-RPC, with 415 and plain text. Clients and people
//! who debug them need the error codes of the protocol.

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rmcp::model::ErrorCode;
use serde_json::{Value, json};

use super::HttpSettings;

/// Lets one JSON-RPC message through, answers anything else itself; for
/// [`axum::middleware::from_fn_with_state`].
pub(super) async fn check(
    State(settings): State<HttpSettings>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST || !is_json(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = match read(body, &settings).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let id = match message_id(&body) {
        Ok(id) => id,
        Err(refusal) => return refusal.into_response(),
    };
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    // The type was checked above, so this is a message that the protocol does not know the shape
    // of, such as a call whose params are an array.
    if response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        let what = "the params do not have the shape that the method takes";
        return Refusal::new(ErrorCode::INVALID_PARAMS, what, id).into_response();
    }
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = value.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
}

async fn read(body: Body, settings: &HttpSettings) -> Result<Bytes, Response> {
    let reading = to_bytes(body, settings.max_body_bytes);
    let (status, message) = match tokio::time::timeout(settings.body_timeout, reading).await {
        Ok(Ok(body)) => return Ok(body),
        Ok(Err(_)) => (
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the body is over {} bytes, or was not sent to its end",
                settings.max_body_bytes
            ),
        ),
        Err(_) => (
            StatusCode::REQUEST_TIMEOUT,
            format!(
                "the body was not sent within {} s",
                settings.body_timeout.as_secs()
            ),
        ),
    };
    let refusal = Refusal::new(ErrorCode::INVALID_REQUEST, message, None);
    Err((status, refusal.into_json()).into_response())
}

/// What is not a JSON-RPC message, as JSON-RPC says it.
struct Refusal {
    code: ErrorCode,
    message: String,
    id: Option<Value>,
}

impl Refusal {
    fn new(code: ErrorCode, message: impl Into<String>, id: Option<Value>) -> Self {
        let message = message.into();
        Self { code, message, id }
    }

    fn into_json(self) -> Json<Value> {
        let mut answer = json!({
            "jsonrpc": "2.0",
            "error": {"code": self.code, "message": self.message},
        });
        // An id that could not be read is left out: null is no id in this protocol.
        if let Some(id) = self.id {
            answer["id"] = id;
        }
        Json(answer)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, self.into_json()).into_response()
    }
}

/// The id of the one message in `body`, if it has one.
fn message_id(body: &[u8]) -> Result<Option<Value>, Refusal> {
    let invalid = |what, id| Refusal::new(ErrorCode::INVALID_REQUEST, what, id);
    // The parser stops at a depth of 128, so no nesting can exhaust the stack.
    let message: Value = serde_json::from_slice(body).map_err(|error| {
        Refusal::new(ErrorCode::PARSE_ERROR, format!("not JSON: {error}"), None)
    })?;
    let message = match message {
        Value::Object(message) => message,
        Value::Array(_) => {
            let what = "batches are not part of the protocol; send one message in each request";
            return Err(invalid(what, None));
        }
        _ => return Err(invalid("a message is a JSON object", None)),
    };
    let id = match message.get("id") {
        None => None,
        Some(id) if id.is_string() || id.is_i64() || id.is_u64() => Some(id.clone()),
        Some(_) => return Err(invalid("an id is a string or a whole number", None)),
    };
    if message.get("jsonrpc") != Some(&json!("2.0")) {
        return Err(invalid("a message has \"jsonrpc\": \"2.0\"", id));
    }
    let is_request = message.get("method").is_some_and(Value::is_string);
    if !is_request && !message.contains_key("result") && !message.contains_key("error") {
        return Err(invalid("a message has a method, a result or an error", id));
    }
    Ok(id)
}
