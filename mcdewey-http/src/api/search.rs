//! `/api/v1/search`: a query in, passages out.

use std::time::Instant;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use mcdewey_core::query::{self, MAX_CHARS};
use mcdewey_core::search::{DEFAULT_LIMIT, MAX_LIMIT, Neighbours, Relaxation, Versions};
use mcdewey_core::{Library, Mode, SearchRequest, SearchResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::given::{self, Given, Kind, Parameters};
use super::{answer, page};
use crate::App;
use crate::access::Caller;
use crate::app::Failure;
use crate::problem::Problem;

/// Most hits of one answer.
const MAX_HITS: usize = 100;
const _: () = assert!(
    MAX_HITS == 100 && DEFAULT_LIMIT == 10 && MAX_CHARS == 2048,
    "the description says so, and takes no constants"
);

/// What to find, and where.
#[derive(Debug, Clone, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[schema(as = SearchRequest)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a parameter of the interface"
)]
pub(crate) struct SearchParameters {
    /// What to find: a question, or words as the manual would have them. `"exact phrase"`, `+must`,
    /// `-not`, `AND`, `OR`, `NOT`, parentheses, `title:`, `heading:`, `code:`, `page:`, `vendor:`,
    /// `product:`, `version:`, `document:`, `prefix*`, `~misspelt` and `"near words"~4` are
    /// understood; `notes` says what was read otherwise than it may have been meant.
    #[schema(
        max_length = 2048,
        pattern = "[^\\s\\u0085]",
        example = "how are TLS client certificates checked?"
    )]
    #[param(
        max_length = 2048,
        pattern = "[^\\s\\u0085]",
        example = "how are TLS client certificates checked?"
    )]
    query: String,
    /// Only passages of these vendors.
    #[serde(default, deserialize_with = "given::names")]
    #[schema(max_items = 32)]
    #[param(max_items = 32)]
    vendor: Vec<String>,
    /// Only passages of these products.
    #[serde(default, deserialize_with = "given::names")]
    #[schema(max_items = 32)]
    #[param(max_items = 32)]
    product: Vec<String>,
    /// Only passages of these product versions: a name (`14.0(1)SU3`), the beginning of one (`14`),
    /// `latest`, or a range (`>=14,<15`). No version stands in for one that is not there.
    #[serde(default, deserialize_with = "given::names")]
    #[schema(schema_with = given::versions)]
    #[param(schema_with = given::versions)]
    version: Vec<String>,
    /// Only passages of these documents, by name or id.
    #[serde(default, deserialize_with = "given::names")]
    #[schema(max_items = 32)]
    #[param(max_items = 32)]
    document: Vec<String>,
    /// By words, by meaning, or both.
    #[serde(default)]
    #[param(inline)]
    mode: Mode,
    /// How many passages to return.
    #[serde(default = "default_limit", deserialize_with = "given::whole")]
    #[schema(minimum = 1, maximum = 100, default = 10)]
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: usize,
    /// Whether each version of a passage is a hit of its own; otherwise the newest stands for all.
    #[serde(default)]
    all_versions: bool,
    /// Whether the answer says how the query was read, and each hit how it was found.
    #[serde(default)]
    explain: bool,
    /// Whether each passage is a hit of its own; otherwise those that follow each other in one
    /// section are one.
    #[serde(default)]
    apart: bool,
    /// At most so many passages of one document.
    #[serde(default, deserialize_with = "given::some_whole")]
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    #[param(minimum = 1, maximum = 1000, nullable = false)]
    per_document: Option<usize>,
    /// At most so many passages of one product.
    #[serde(default, deserialize_with = "given::some_whole")]
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    #[param(minimum = 1, maximum = 1000, nullable = false)]
    per_product: Option<usize>,
    /// How much unlike each other passages are to be.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1, default = 0)]
    #[param(minimum = 0, maximum = 1, default = 0)]
    diversity: f64,
    /// Whether everything that has a word of the query is counted by where it stands.
    #[serde(default)]
    facets: bool,
    /// Goes on where an earlier answer ended: its `next`.
    #[serde(default)]
    cursor: Option<String>,
}

fn default_limit() -> usize {
    DEFAULT_LIMIT
}

impl SearchParameters {
    /// The values of each facet, the outermost first.
    fn place(&self) -> [&[String]; 4] {
        [&self.vendor, &self.product, &self.version, &self.document]
    }
}

impl Parameters for SearchParameters {
    const FIELDS: &'static [(&'static str, Kind)] = &[
        ("query", Kind::Text),
        ("vendor", Kind::Texts),
        ("product", Kind::Texts),
        ("version", Kind::Texts),
        ("document", Kind::Texts),
        ("mode", Kind::Text),
        ("limit", Kind::Number),
        ("all_versions", Kind::Flag),
        ("explain", Kind::Flag),
        ("apart", Kind::Flag),
        ("per_document", Kind::Number),
        ("per_product", Kind::Number),
        ("diversity", Kind::Decimal),
        ("facets", Kind::Flag),
        ("cursor", Kind::Text),
    ];
}

/// Passages, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchAnswer {
    #[serde(flatten)]
    response: SearchResponse,
    /// How long the search took.
    milliseconds: f64,
    /// Where nothing was found: what each part of the filter keeps away, the innermost first.
    suggestions: Vec<Relaxation>,
    /// The cursor of the passages after these, if there are any.
    next: Option<String>,
}

/// Find passages
#[utoipa::path(
    get, path = "/api/v1/search", tag = "search", operation_id = "search",
    params(SearchParameters),
    responses((status = OK, description = "Passages, best first", body = SearchAnswer)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Given(given): Given<SearchParameters>,
) -> Response {
    answer::from_library(&app, &caller, &headers, move |library| {
        search(library, &given)
    })
    .await
}

/// Find passages, with what to find in the body
#[utoipa::path(
    post, path = "/api/v1/search", tag = "search", operation_id = "search_by_body",
    request_body = SearchParameters,
    responses((status = OK, description = "Passages, best first", body = SearchAnswer)),
)]
pub(crate) async fn post(
    State(app): State<App>,
    caller: Caller,
    Given(given): Given<SearchParameters>,
) -> Response {
    let found = app.run(&caller, move |library| {
        Ok(answer::json(&search(library, &given)?))
    });
    match found.await {
        Ok(body) => answer::with_body(body),
        Err(failure) => Problem::from(failure).into_response(),
    }
}

/// How many passages pages lead to.
fn n_known(response: &SearchResponse) -> usize {
    if response.more {
        usize::MAX
    } else {
        response.total
    }
}

fn search(library: &Library, given: &SearchParameters) -> Result<SearchAnswer, Failure> {
    page::check_limit(given.limit, MAX_HITS)?;
    for (name, most) in [
        ("per_document", given.per_document),
        ("per_product", given.per_product),
    ] {
        most.map_or(Ok(()), |most| page::check_count(name, most, MAX_LIMIT))?;
    }
    let diversity = given::share("diversity", given.diversity)?;
    query::check(&given.query)?;
    let filter = given::filter(given.place());
    // All that the ranking depends on: pages of one search may differ in size.
    let key = json!([
        "search",
        given.query,
        given.mode,
        given.all_versions,
        given.place(),
        given.apart,
        given.per_document,
        given.per_product,
        given.diversity
    ])
    .to_string();
    let generation = library.snapshot().generation();
    let offset = page::offset(given.cursor.as_deref(), &key, generation)?;
    let mut request = SearchRequest::new(given.query.clone())
        .with_filter(filter)
        .with_mode(given.mode)
        .with_limit(given.limit)
        .with_offset(offset);
    if given.all_versions {
        request = request.with_versions(Versions::All);
    }
    if given.explain {
        request = request.with_explain();
    }
    if given.apart {
        request = request.with_neighbours(Neighbours::Apart);
    }
    if given.facets {
        request = request.with_facets();
    }
    request.per_document = given.per_document;
    request.per_product = given.per_product;
    request.diversity = diversity;
    let started = Instant::now();
    let response = library.search(&request)?;
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    // The library may have moved on in between: then the cursor is stale.
    page::offset(given.cursor.as_deref(), &key, response.generation)?;
    let suggestions = if response.total == 0 {
        library.relaxations(&request)?
    } else {
        Vec::new()
    };
    let n_done = offset + response.hits.len();
    Ok(SearchAnswer {
        milliseconds,
        suggestions,
        next: page::next(n_done, n_known(&response), &key, response.generation),
        response,
    })
}
