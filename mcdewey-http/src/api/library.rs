//! `/api/v1/library`: the shelves.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use mcdewey_core::present::Shelves;

use super::answer;
use super::documents::Nothing;
use super::given::Given;
use crate::App;
use crate::access::Caller;

/// List vendors, products, versions and documents
#[utoipa::path(
    get, path = "/api/v1/library", tag = "read", operation_id = "library",
    responses((status = OK, description = "All shelves", body = Shelves)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Given(Nothing {}): Given<Nothing>,
) -> Response {
    answer::from_library(&app, &caller, &headers, |library| Ok(library.shelves())).await
}
