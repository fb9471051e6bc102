//! `/api/v1/chunks/{id}`: one passage with its neighbours.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mcdewey_core::{ChunkId, MAX_NEIGHBOURS, PassageInContext};
use serde::Deserialize;
use utoipa::IntoParams;

use super::answer;
use super::given::{self, Given, Kind, Parameters};
use crate::App;
use crate::access::Caller;

const _: () = assert!(
    MAX_NEIGHBOURS == 50,
    "the description says so, and takes no constants"
);

/// Which neighbours to return too.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChunkParameters {
    /// How many passages before it.
    #[serde(default, deserialize_with = "given::whole")]
    #[param(maximum = 50, default = 0)]
    before: u32,
    /// How many passages after it.
    #[serde(default, deserialize_with = "given::whole")]
    #[param(maximum = 50, default = 0)]
    after: u32,
}

impl Parameters for ChunkParameters {
    const FIELDS: &'static [(&'static str, Kind)] =
        &[("before", Kind::Number), ("after", Kind::Number)];
}

/// Read a passage with its neighbours
#[utoipa::path(
    get, path = "/api/v1/chunks/{id}", tag = "read", operation_id = "chunk",
    params(("id" = String, Path, description = "The passage's `chunk_id`, percent-encoded"), ChunkParameters),
    responses((status = OK, description = "The passage, in reading order with its neighbours", body = PassageInContext)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(given): Given<ChunkParameters>,
) -> Response {
    answer::from_library(&app, &caller, &headers, move |library| {
        let id: ChunkId = given::id("chunk", id)?;
        Ok(library.passage(&id, given.before, given.after)?)
    })
    .await
}
