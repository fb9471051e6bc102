//! `/docs`: what programs can ask, and how, made from `/openapi.json`.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the page |
//! | `manners.rs` | what holds for every operation; agents; problems |
//! | `operations.rs` | what each operation takes and answers |
//! | `fields.rs`, `kind.rs` | the fields of a JSON document as a flat list; their types in words |
//! | `example.rs` | commands to try |

mod example;
mod fields;
mod kind;
mod manners;
mod operations;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use self::example::Examples;
use self::fields::Field;
use self::operations::{Group, Operation, groups};
use super::address::Address;
use super::asked::Asked;
use super::layout::page;
use super::text::inline;
use crate::App;
use crate::access::Caller;

pub(super) async fn docs(
    State(app): State<App>,
    caller: Caller,
    Address(address): Address,
) -> Response {
    let has_keys = !app.access.is_open();
    let needs_key = app.access.needs_key() || caller.name.is_some();
    let answer = app.run(&caller, move |library| {
        let examples = Examples::new(address, needs_key, library);
        Ok(page("API", &Asked::default(), &main(&examples, has_keys)))
    });
    answer.await.into_response()
}

fn main(examples: &Examples, has_keys: bool) -> Markup {
    let groups = groups();
    html! {
        div.reader {
            (contents(groups))
            article.manual.docs {
                h1 { "API" }
                (manners::start(examples, has_keys))
                @for group in groups {
                    h2 id={ "group-" (group.name) } { (group.says) }
                    @for operation in &group.operations { (section(operation, examples)) }
                }
                (manners::problems())
            }
        }
    }
}

fn contents(groups: &[Group]) -> Markup {
    html! {
        nav.contents aria-label="Contents" {
            details open {
                summary { "Contents" }
                ul {
                    @for (id, name) in manners::BEFORE { li { a href={ "#" (id) } { (name) } } }
                    @for group in groups {
                        li {
                            a href={ "#group-" (group.name) } { (group.says) }
                            ul {
                                @for operation in &group.operations {
                                    li { a href={ "#" (operation.id) } { (name(operation)) } }
                                }
                            }
                        }
                    }
                    @for (id, name) in manners::AFTER { li { a href={ "#" (id) } { (name) } } }
                }
            }
        }
    }
}

/// `POST search`.
fn name(operation: &Operation) -> String {
    let path = &operation.path;
    let path = path.strip_prefix("/api/v1/").unwrap_or(path);
    format!("{} {path}", operation.method)
}

fn section(operation: &Operation, examples: &Examples) -> Markup {
    let Operation {
        method,
        path,
        parameters,
        body,
        answer,
        ..
    } = operation;
    html! {
        section.operation id=(operation.id) {
            h3 { span.method { (method) } " " code { (path) } }
            p { (inline(&operation.summary)) "." }
            @if !operation.says.is_empty() { p { (inline(&operation.says)) } }
            @if !parameters.is_empty() { (inputs("Parameters", parameters)) }
            @if !body.is_empty() { (inputs("The fields of its JSON body", body)) }
            pre { code { (examples.of(operation)) } }
            @if !answer.is_empty() {
                details.answer {
                    summary { "Answer " (operation.status) ": " (inline(&operation.answer_says)) }
                    (outputs(&operation.id, answer))
                }
            }
        }
    }
}

/// What a request may hold.
fn inputs(caption: &str, fields: &[Field]) -> Markup {
    html! {
        table.fields {
            caption { (caption) }
            thead { tr { th scope="col" { "name" } th scope="col" { "type" } th scope="col" { "meaning" } } }
            tbody {
                @for field in fields {
                    tr {
                        th scope="row" { code { (field.name) } }
                        td {
                            (inline(&field.kind))
                            @if field.is_in_path { ", in the path" }
                            @if field.is_required { ", " strong { "required" } }
                            @if let Some(default) = &field.default { "; " (default) " if not given" }
                        }
                        td { (inline(&field.says)) }
                    }
                }
            }
        }
    }
}

/// What an answer holds. No field is ever missing.
fn outputs(id: &str, fields: &[Field]) -> Markup {
    html! {
        table.fields {
            caption.hidden { "The answer of " (id) }
            thead { tr { th scope="col" { "field" } th scope="col" { "type" } th scope="col" { "meaning" } } }
            tbody {
                @for field in fields {
                    tr {
                        th scope="row" { code { (breakable(&field.name)) } }
                        td { (inline(&field.kind)) }
                        td { (inline(&field.says)) }
                    }
                }
            }
        }
    }
}

/// A long name, which a line may end in where a part of it ends.
fn breakable(name: &str) -> Markup {
    html! {
        @for (index, part) in name.split('.').enumerate() {
            @if index > 0 { "." wbr; }
            (part)
        }
    }
}
