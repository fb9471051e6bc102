//! What is wrong, said to a program as a problem document (RFC 9457) and to a person as a page.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use mcdewey_core::{Error, Fault};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Failure;
use crate::pages;

/// A problem document (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemAnswer {
    /// Names the kind of problem; a link to its explanation.
    #[serde(rename = "type")]
    #[schema(example = "/docs#problem-unknown-value")]
    kind: String,
    /// The status in words.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request, and what to do.
    detail: String,
    /// Values that exist and are most like the one that does not; or those that a name may mean.
    nearest: Vec<String>,
}

/// Why a request has no answer, for its sender.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    kind: &'static str,
    detail: String,
    nearest: Vec<String>,
}

/// All kinds of problems, for the page that explains them.
pub(crate) const KINDS: [(&str, StatusCode, &str); 17] = [
    (
        "malformed-request",
        StatusCode::BAD_REQUEST,
        "A parameter or the body cannot be read.",
    ),
    (
        "refused-query",
        StatusCode::BAD_REQUEST,
        "The query is empty, too long or nested too deep.",
    ),
    (
        "ambiguous-name",
        StatusCode::BAD_REQUEST,
        "Several manuals have this name; `nearest` has them.",
    ),
    (
        "no-key",
        StatusCode::UNAUTHORIZED,
        "This server asks for a key, and none was sent.",
    ),
    (
        "unknown-key",
        StatusCode::UNAUTHORIZED,
        "The key is not one that the server knows.",
    ),
    (
        "malformed-key",
        StatusCode::UNAUTHORIZED,
        "The Authorization header cannot be read.",
    ),
    (
        "not-allowed",
        StatusCode::FORBIDDEN,
        "It takes an administrator's key.",
    ),
    (
        "not-found",
        StatusCode::NOT_FOUND,
        "There is no such thing, or not for this key.",
    ),
    (
        "unknown-value",
        StatusCode::NOT_FOUND,
        "A filter names a vendor, product, version or document that does not exist, or not for this key; `nearest` has the most alike.",
    ),
    (
        "method-not-allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "The path takes other methods, which `Allow` names.",
    ),
    (
        "stale-cursor",
        StatusCode::CONFLICT,
        "The library has changed since the cursor was made, or it belongs to another request: ask again without it.",
    ),
    (
        "nothing-to-index",
        StatusCode::CONFLICT,
        "The server was started without a folder of manuals.",
    ),
    (
        "too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        "The body is larger than any request needs.",
    ),
    (
        "not-json",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "The body is not declared as application/json.",
    ),
    (
        "too-many-requests",
        StatusCode::TOO_MANY_REQUESTS,
        "More requests than the operator allows; `Retry-After` says how long to wait.",
    ),
    (
        "broken",
        StatusCode::INTERNAL_SERVER_ERROR,
        "The server failed; its log says how, under the answer's x-request-id.",
    ),
    (
        "busy",
        StatusCode::SERVICE_UNAVAILABLE,
        "More requests at a time than the server takes; try again after `Retry-After`.",
    ),
];

/// How long to wait when too many requests are under way. Chosen by hand: those that wait are
/// answered by then.
const BUSY_SECONDS: u64 = 1;

impl Problem {
    /// A problem of one of the [`KINDS`].
    pub(crate) fn new(kind: &'static str, detail: impl Into<String>) -> Self {
        let known = KINDS.iter().find(|(name, ..)| *name == kind);
        Self {
            status: known.map_or(StatusCode::INTERNAL_SERVER_ERROR, |&(_, status, _)| status),
            kind,
            detail: detail.into(),
            nearest: Vec::new(),
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// As who asked for `path` reads it.
    pub(crate) fn answer(self, path: &str) -> Response {
        if is_for_programs(path) {
            return self.into_response();
        }
        self.finish(pages::problem_page)
    }

    fn finish(self, answer: impl FnOnce(&Self) -> Response) -> Response {
        let mut response = answer(&self);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(BUSY_SECONDS));
        }
        response
    }
}

/// Whether programs, not people, ask for this path.
pub(crate) fn is_for_programs(path: &str) -> bool {
    ["/api/", "/mcp", "/metrics", "/openapi.json", "/health/"]
        .into_iter()
        .any(|start| path.starts_with(start))
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.finish(|problem| {
            let answer = ProblemAnswer {
                kind: format!("/docs#problem-{}", problem.kind),
                title: problem.status.canonical_reason().unwrap_or("Error"),
                status: problem.status.as_u16(),
                detail: problem.detail.clone(),
                nearest: problem.nearest.clone(),
            };
            let mut response = (problem.status, Json(answer)).into_response();
            let media_type = HeaderValue::from_static("application/problem+json");
            response.headers_mut().insert(CONTENT_TYPE, media_type);
            response
        })
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Problem(problem) => problem,
            Failure::Busy(busy) => Self::new(
                "busy",
                format!(
                    "{} requests are under way already; try again",
                    busy.max_requests
                ),
            ),
            Failure::Panic => Self::new(
                "broken",
                "McDewey made a mistake, which its log describes; other requests are answered as \
                 before",
            ),
            Failure::Library(error) => error.into(),
        }
    }
}

impl From<Error> for Problem {
    /// What only an operator can mend goes to the log alone: it may name files.
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound { what, id } => {
                Self::new("not-found", format!("this library has no {what} {id}"))
            }
            Error::UnknownValue { ref nearest, .. } => Self {
                nearest: nearest.clone(),
                ..Self::new("unknown-value", error.to_string())
            },
            Error::Ambiguous { ref candidates, .. } => Self {
                nearest: candidates.clone(),
                ..Self::new("ambiguous-name", error.to_string())
            },
            Error::Query { .. } => Self::new("refused-query", error.to_string()),
            error if error.fault() == Fault::Caller => {
                Self::new("malformed-request", error.to_string())
            }
            error => {
                let error = anyhow::Error::new(error);
                tracing::error!("{error:#}");
                let what = "the library cannot be read just now; the log of the server says why";
                Self::new("broken", what)
            }
        }
    }
}
