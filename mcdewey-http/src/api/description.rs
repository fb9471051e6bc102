//! The `OpenAPI` document: made from the types and routes themselves.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Schema, SecurityRequirement,
};

use crate::App;
use crate::problem::{KINDS, ProblemAnswer};

/// What is said of the whole.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(
    info(
        title = "McDewey",
        description = "The card catalogue for product manuals: finds the passage that answers a question, and says where it stands.",
    ),
    components(schemas(ProblemAnswer)),
    tags(
        (name = "search", description = "Find passages"),
        (name = "read", description = "Read passages and documents"),
        (name = "operate", description = "The state of the server"),
    ),
)]
pub(super) struct Head;

/// The whole description, of a server that asks everybody for a key or of one that does not.
pub(crate) fn description(needs_key: bool) -> &'static OpenApi {
    static DESCRIPTIONS: LazyLock<[OpenApi; 2]> = LazyLock::new(|| [false, true].map(describe));
    &DESCRIPTIONS[usize::from(needs_key)]
}

pub(super) async fn document(State(app): State<App>) -> Response {
    Json(description(app.access.needs_key())).into_response()
}

/// Adds what holds for every operation, so that no operation can forget it.
fn describe(needs_key: bool) -> OpenApi {
    let mut openapi = super::described().into_openapi();
    add_keys(&mut openapi, needs_key);
    for item in openapi.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post];
        for operation in operations.into_iter().flatten() {
            add_problems(operation);
        }
    }
    let schemas = openapi
        .components
        .iter_mut()
        .flat_map(|components| &mut components.schemas);
    for (name, schema) in schemas {
        // What is asked for may be left out; what is answered never is, but null where unknown.
        if name != "SearchRequest" {
            require_all(schema);
        }
    }
    openapi
}

fn add_keys(openapi: &mut OpenApi, needs_key: bool) {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A key that the operator gave out."))
        .build();
    let components = openapi.components.get_or_insert_default();
    components.add_security_scheme("key", SecurityScheme::Http(scheme));
    let key = SecurityRequirement::new::<_, [String; 0], String>("key", []);
    let none = (!needs_key).then(SecurityRequirement::default);
    openapi.security = Some(none.into_iter().chain([key]).collect());
}

/// The problems that any request may meet, by status.
fn add_problems(operation: &mut Operation) {
    let mut kinds: BTreeMap<StatusCode, Vec<&str>> = BTreeMap::new();
    for (_, status, what) in KINDS {
        kinds.entry(status).or_default().push(what);
    }
    for (status, whats) in kinds {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .build();
        let response = ResponseBuilder::new()
            .description(whats.join(" "))
            .content("application/problem+json", content)
            .build();
        let responses = &mut operation.responses.responses;
        responses.insert(status.as_str().to_owned(), RefOr::T(response));
    }
}

fn require_all(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.required = object.properties.keys().cloned().collect();
        }
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().for_each(require_all),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_names_all_its_fields_and_every_operation_its_problems() {
        let described = serde_json::to_value(description(true)).unwrap();
        let hit = &described["components"]["schemas"]["Hit"]["allOf"];
        assert!(
            hit.to_string().contains("\"required\":[\"rank\",\"score\""),
            "{hit}"
        );
        let passage = &described["components"]["schemas"]["Passage"];
        let n_fields = passage["properties"].as_object().unwrap().len();
        assert_eq!(passage["required"].as_array().unwrap().len(), n_fields);
        let responses = &described["paths"]["/api/v1/chunks/{id}"]["get"]["responses"];
        for status in ["200", "400", "401", "404", "429", "503"] {
            assert!(responses.get(status).is_some(), "{status}");
        }
        assert_eq!(described["security"], serde_json::json!([{"key": []}]));
        assert_eq!(described["openapi"], "3.1.0");
    }
}
