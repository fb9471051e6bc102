//! What `/openapi.json` says in, what each operation takes and answers out.

use std::sync::LazyLock;

use utoipa::openapi::path::PathItem;
use utoipa::openapi::{Content, OpenApi, RefOr, Schema, path};

use super::fields::{self, Field};
use super::kind::Schemas;
use crate::api::description;

/// Operations of one purpose.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) says: String,
    pub(super) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) says: String,
    pub(super) parameters: Vec<Field>,
    pub(super) body: Vec<Field>,
    /// The status of its answer.
    pub(super) status: String,
    pub(super) answer_says: String,
    pub(super) answer: Vec<Field>,
    tag: Option<String>,
}

/// All operations; the same whether the server asks for keys or not.
pub(super) fn groups() -> &'static [Group] {
    static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| read(description(false)));
    &GROUPS
}

fn read(openapi: &OpenApi) -> Vec<Group> {
    let none = Schemas::new();
    let schemas = openapi
        .components
        .as_ref()
        .map_or(&none, |components| &components.schemas);
    let items = openapi.paths.paths.iter();
    let mut operations: Vec<Operation> = items
        .flat_map(|(path, item)| of_path(schemas, path, item))
        .collect();
    let tags = openapi.tags.iter().flatten();
    tags.map(|tag| {
        let is_its_own = |operation: &mut Operation| operation.tag.as_ref() == Some(&tag.name);
        Group {
            name: tag.name.clone(),
            says: tag.description.clone().unwrap_or_default(),
            operations: operations.extract_if(.., is_its_own).collect(),
        }
    })
    .collect()
}

fn of_path(schemas: &Schemas, path: &str, item: &PathItem) -> Vec<Operation> {
    let methods = [("GET", &item.get), ("POST", &item.post)];
    let present = methods
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_ref()?)));
    present
        .map(|(method, operation)| one(schemas, method, path, operation))
        .collect()
}

fn one(
    schemas: &Schemas,
    method: &'static str,
    path: &str,
    operation: &path::Operation,
) -> Operation {
    let parameters = operation.parameters.iter().flatten();
    let parameters = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(fields::parameter(schemas, parameter)),
        RefOr::Ref(_) => None,
    });
    let body = operation.request_body.as_ref();
    let body = body.and_then(|body| match body {
        RefOr::T(body) => schema(body.content.get("application/json")),
        RefOr::Ref(_) => None,
    });
    let answers = operation.responses.responses.iter();
    let answer = answers
        .filter(|(status, _)| status.starts_with('2'))
        .find_map(|(status, answer)| match answer {
            RefOr::T(answer) => Some((status.clone(), answer)),
            RefOr::Ref(_) => None,
        });
    let answer_schema = answer
        .as_ref()
        .and_then(|(_, answer)| schema(answer.content.get("application/json")));
    Operation {
        id: operation.operation_id.clone().unwrap_or_default(),
        method,
        path: path.to_owned(),
        summary: operation.summary.clone().unwrap_or_default(),
        says: operation.description.clone().unwrap_or_default(),
        parameters: parameters.collect(),
        body: body.map_or_else(Vec::new, |body| fields::fields(schemas, body)),
        answer_says: answer
            .as_ref()
            .map_or_else(String::new, |(_, answer)| answer.description.clone()),
        answer: answer_schema.map_or_else(Vec::new, |schema| fields::fields(schemas, schema)),
        status: answer.map_or_else(String::new, |(status, _)| status),
        tag: operation.tags.iter().flatten().next().cloned(),
    }
}

fn schema(content: Option<&RefOr<Content>>) -> Option<&RefOr<Schema>> {
    match content? {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    }
}
