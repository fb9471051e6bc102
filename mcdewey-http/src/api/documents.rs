//! `/api/v1/documents`: what there is to read.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mcdewey_core::engine::DocumentRecord;
use mcdewey_core::present::{DocumentSummary, OutlineEntry};
use mcdewey_core::{DocumentId, Library};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::given::{self, Given, Kind, Parameters};
use super::{answer, page};
use crate::App;
use crate::access::Caller;
use crate::app::Failure;

/// Most documents of one answer.
const MAX_DOCUMENTS: usize = 1000;
/// Documents of an answer, unless another number is asked for.
const DEFAULT_DOCUMENTS: usize = 100;
const _: () = assert!(
    MAX_DOCUMENTS == 1000 && DEFAULT_DOCUMENTS == 100,
    "the description says so, and takes no constants"
);

/// Which documents to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParameters {
    /// Only documents of these vendors.
    #[serde(default, deserialize_with = "given::names")]
    #[param(max_items = 32)]
    vendor: Vec<String>,
    /// Only documents of these products.
    #[serde(default, deserialize_with = "given::names")]
    #[param(max_items = 32)]
    product: Vec<String>,
    /// Only documents of these product versions: a name (`14.0(1)SU3`), the beginning of one (`14`),
    /// `latest`, or a range (`>=14,<15`).
    #[serde(default, deserialize_with = "given::names")]
    #[param(schema_with = given::versions)]
    version: Vec<String>,
    /// Only these documents, by name or id.
    #[serde(default, deserialize_with = "given::names")]
    #[param(max_items = 32)]
    document: Vec<String>,
    /// How many to return.
    #[serde(default = "default_limit", deserialize_with = "given::whole")]
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: usize,
    /// Goes on where an earlier answer ended: its `next`.
    #[serde(default)]
    cursor: Option<String>,
}

fn default_limit() -> usize {
    DEFAULT_DOCUMENTS
}

impl ListParameters {
    /// The values of each facet, the outermost first.
    fn place(&self) -> [&[String]; 4] {
        [&self.vendor, &self.product, &self.version, &self.document]
    }
}

impl Parameters for ListParameters {
    const FIELDS: &'static [(&'static str, Kind)] = &[
        ("vendor", Kind::Texts),
        ("product", Kind::Texts),
        ("version", Kind::Texts),
        ("document", Kind::Texts),
        ("limit", Kind::Number),
        ("cursor", Kind::Text),
    ];
}

/// Documents, by id.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentsAnswer {
    /// The generation that answered.
    generation: u64,
    /// How many documents the filter leaves.
    total: usize,
    /// A part of them.
    documents: Vec<DocumentSummary>,
    /// The cursor of the documents after these, if there are any.
    next: Option<String>,
}

/// A document and its table of contents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentAnswer {
    /// The generation that answered.
    generation: u64,
    /// The document.
    document: DocumentSummary,
    /// Its headings in reading order; none if it has none.
    contents: Vec<OutlineEntry>,
}

/// No parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

impl Parameters for Nothing {
    const FIELDS: &'static [(&'static str, Kind)] = &[];
}

/// List documents
#[utoipa::path(
    get, path = "/api/v1/documents", tag = "read", operation_id = "documents",
    params(ListParameters),
    responses((status = OK, description = "Documents, by id", body = DocumentsAnswer)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Given(given): Given<ListParameters>,
) -> Response {
    answer::from_library(&app, &caller, &headers, move |library| {
        listed(library, &given)
    })
    .await
}

fn listed(library: &Library, given: &ListParameters) -> Result<DocumentsAnswer, Failure> {
    page::check_limit(given.limit, MAX_DOCUMENTS)?;
    let snapshot = library.snapshot();
    let filter = given::filter(given.place());
    let filter = filter.resolve(snapshot.documents())?;
    let key = json!(["documents", given.place()]).to_string();
    let generation = snapshot.generation();
    let offset = page::offset(given.cursor.as_deref(), &key, generation)?;
    let admitted = snapshot
        .documents()
        .iter()
        .filter(|record| filter.admits(record));
    let admitted: Vec<&DocumentRecord> = admitted.collect();
    let part = admitted.iter().skip(offset).take(given.limit);
    let documents: Vec<_> = part.map(|record| DocumentSummary::new(record)).collect();
    let n_done = offset + documents.len();
    Ok(DocumentsAnswer {
        generation,
        total: admitted.len(),
        documents,
        next: page::next(n_done, admitted.len(), &key, generation),
    })
}

/// Read a document's place and its table of contents
#[utoipa::path(
    get, path = "/api/v1/documents/{id}", tag = "read", operation_id = "document",
    params(("id" = String, Path, description = "The document's `document_id`, percent-encoded")),
    responses((status = OK, description = "The document and its headings", body = DocumentAnswer)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(Nothing {}): Given<Nothing>,
) -> Response {
    answer::from_library(&app, &caller, &headers, move |library| {
        let id: DocumentId = given::id("document", id)?;
        let record = library.document(&id)?;
        Ok(DocumentAnswer {
            generation: library.snapshot().generation(),
            document: DocumentSummary::new(&record),
            contents: library.outline(&id)?,
        })
    })
    .await
}
