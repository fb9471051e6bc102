//! `/api/v1/compare`: what changed in a manual; `/api/v1/chunks/{id}/history`: when a section did.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mcdewey_core::compare::SectionHistory;
use mcdewey_core::{ChunkId, CompareRequest, Comparison, Library};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::documents::Nothing;
use super::given::{self, Given, Kind, Parameters};
use super::{answer, page};
use crate::App;
use crate::access::Caller;
use crate::app::Failure;

/// Most sections of one answer.
const MAX_SECTIONS: usize = 1000;
/// Sections of an answer, unless another number is asked for.
const DEFAULT_SECTIONS: usize = 100;
const _: () = assert!(
    MAX_SECTIONS == 1000 && DEFAULT_SECTIONS == 100,
    "the description says so, and takes no constants"
);

/// Which versions of which manual to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompareParameters {
    /// The manual: its name on the shelf, or one of its files by name or id.
    #[param(example = "security-guide")]
    document: String,
    /// The version to compare from, usually the older one: its name, what it begins with, a range
    /// such as `>=14,<15`, or `latest`; of several the newest.
    #[param(example = "14")]
    from: String,
    /// The version to compare with, said in the same way.
    #[param(example = "15")]
    to: String,
    /// The vendor, where the manual's name alone is ambiguous.
    #[serde(default)]
    vendor: Option<String>,
    /// The product, where the manual's name alone is ambiguous.
    #[serde(default)]
    product: Option<String>,
    /// Only this section: the `chunk_id` of a passage of it in either version, or the end of its
    /// heading path, headings joined with ` > `.
    #[serde(default)]
    section: Option<String>,
    /// Whether to return the words that changed.
    #[serde(default)]
    #[param(default = false)]
    details: bool,
    /// Whether to list sections of which nothing changed as well.
    #[serde(default)]
    #[param(default = false)]
    unchanged: bool,
    /// How many sections to return.
    #[serde(default = "default_limit", deserialize_with = "given::whole")]
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: usize,
    /// Goes on where an earlier answer ended: its `next`.
    #[serde(default)]
    cursor: Option<String>,
}

fn default_limit() -> usize {
    DEFAULT_SECTIONS
}

impl Parameters for CompareParameters {
    const FIELDS: &'static [(&'static str, Kind)] = &[
        ("document", Kind::Text),
        ("from", Kind::Text),
        ("to", Kind::Text),
        ("vendor", Kind::Text),
        ("product", Kind::Text),
        ("section", Kind::Text),
        ("details", Kind::Flag),
        ("unchanged", Kind::Flag),
        ("limit", Kind::Number),
        ("cursor", Kind::Text),
    ];
}

impl CompareParameters {
    fn to_request(&self) -> CompareRequest {
        let mut request = CompareRequest::new(&self.document, &self.from, &self.to);
        request.vendor.clone_from(&self.vendor);
        request.product.clone_from(&self.product);
        request.section.clone_from(&self.section);
        if self.details {
            request = request.with_details();
        }
        if self.unchanged {
            request = request.with_unchanged();
        }
        request.with_limit(self.limit)
    }

    /// All that the list of sections depends on.
    fn key(&self) -> String {
        let manual = (&self.document, &self.vendor, &self.product);
        let versions = (&self.from, &self.to);
        json!(["compare", manual, versions, self.section, self.unchanged]).to_string()
    }
}

/// What changed, section by section.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompareAnswer {
    #[serde(flatten)]
    comparison: Comparison,
    /// The cursor of the sections after these, if there are any.
    next: Option<String>,
}

/// Compare two versions of a manual
#[utoipa::path(
    get, path = "/api/v1/compare", tag = "read", operation_id = "compare",
    params(CompareParameters),
    responses((status = OK, description = "What changed, in the order of the newer version", body = CompareAnswer)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Given(given): Given<CompareParameters>,
) -> Response {
    answer::from_library(&app, &caller, &headers, move |library| {
        compared(library, &given)
    })
    .await
}

fn compared(library: &Library, given: &CompareParameters) -> Result<CompareAnswer, Failure> {
    page::check_limit(given.limit, MAX_SECTIONS)?;
    let key = given.key();
    let cursor = given.cursor.as_deref();
    let offset = page::offset(cursor, &key, library.snapshot().generation())?;
    let comparison = library.compare(&given.to_request().with_offset(offset))?;
    let generation = comparison.generation;
    // The library may have moved on in between: then the cursor is stale.
    page::offset(cursor, &key, generation)?;
    let n_done = offset + comparison.sections.len();
    Ok(CompareAnswer {
        next: page::next(n_done, comparison.total, &key, generation),
        comparison,
    })
}

/// Read in which versions a passage's section was introduced, changed and removed
#[utoipa::path(
    get, path = "/api/v1/chunks/{id}/history", tag = "read", operation_id = "history",
    params(("id" = String, Path, description = "The passage's `chunk_id`, percent-encoded")),
    responses((status = OK, description = "Its section over all versions of its manual", body = SectionHistory)),
)]
pub(crate) async fn history(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(Nothing {}): Given<Nothing>,
) -> Response {
    answer::from_library(&app, &caller, &headers, move |library| {
        let id: ChunkId = given::id("chunk", id)?;
        Ok(library.section_history(&id)?)
    })
    .await
}
