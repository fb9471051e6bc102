//! What to say when there is no page.

use axum::extract::OriginalUri;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::asked::Asked;
use super::layout::page;
use super::text::inline;
use crate::app::Failure;
use crate::problem::Problem;

/// A page that says what is wrong and what to do.
pub(crate) fn problem_page(problem: &Problem) -> Response {
    let title = title(problem.status());
    let main = html! {
        article.notice {
            h1 { (title) }
            p { (inline(&sentence(problem.detail()))) }
            p { a href="/" { "All shelves" } }
        }
    };
    (problem.status(), page(title, &Asked::default(), &main)).into_response()
}

/// As people write it; programs read it in the middle of other text.
fn sentence(detail: &str) -> String {
    let mut rest = detail.chars();
    let first = rest.next().map(char::to_uppercase).into_iter().flatten();
    let mut sentence: String = first.chain(rest).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::BAD_REQUEST => "That cannot be read",
        StatusCode::UNAUTHORIZED => "A key is needed",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "Too busy",
        status if status.is_server_error() => "Something broke",
        _ => "That is not possible",
    }
}

pub(super) async fn unknown_page(OriginalUri(uri): OriginalUri) -> Response {
    Problem::new("not-found", "there is nothing at this address").answer(uri.path())
}

/// For a request that makes no sense, such as `?page=x`.
pub(super) fn bad_request(message: &str) -> Response {
    problem_page(&Problem::new("malformed-request", message))
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        Problem::from(self).answer("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_becomes_a_sentence() {
        assert_eq!(sentence("there is none"), "There is none.");
        assert_eq!(sentence("ärger!"), "Ärger!");
    }
}
