//! What to say when there is no page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;
use mcdewey_core::{Error, Fault, Filter};

use super::layout::page;
use crate::app::Failure;

/// A page that says what is wrong and what to do.
fn problem(status: StatusCode, title: &str, message: &str) -> Response {
    let main = html! {
        article.notice {
            h1 { (title) }
            p { (message) }
            p { a href="/" { "All shelves" } }
        }
    };
    (status, page(title, "", &Filter::new(), &main)).into_response()
}

pub(super) async fn unknown_page() -> Response {
    let message = "There is no page at this address.";
    problem(StatusCode::NOT_FOUND, "Not found", message)
}

/// For a request that makes no sense, such as `?page=x`.
pub(super) fn bad_request(message: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, "That cannot be read", message)
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Library(error) => error,
            Self::Panic => {
                let message = "McDewey made a mistake, which its log describes.";
                return problem(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something broke",
                    message,
                );
            }
        };
        match (&error, error.fault()) {
            (Error::NotFound { what, id }, _) => {
                let message = format!("This library has no {what} {id}.");
                problem(StatusCode::NOT_FOUND, "Not found", &message)
            }
            (_, Fault::Caller) => problem(
                StatusCode::BAD_REQUEST,
                "That cannot be searched",
                &error.to_string(),
            ),
            _ => {
                let error = anyhow::Error::new(error);
                tracing::error!("{error:#}");
                let message =
                    "The library cannot be read just now; the log of the server says why.";
                problem(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something broke",
                    message,
                )
            }
        }
    }
}
