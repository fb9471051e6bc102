//! What holds for every operation: where, with which key, how much at a time, and what goes wrong.

use maud::{Markup, html};
use mcdewey_mcp::http::PATH as MCP_PATH;
use serde_json::json;

use super::example::Examples;
use crate::problem::KINDS;

/// Sections before the operations, for the table of contents.
pub(super) const BEFORE: [(&str, &str); 3] = [
    ("start", "Getting started"),
    ("everywhere", "What holds everywhere"),
    ("agents", "Agents"),
];

/// Sections after the operations.
pub(super) const AFTER: [(&str, &str); 1] = [("problems", "Problems")];

pub(super) fn start(examples: &Examples, has_keys: bool) -> Markup {
    let address = &examples.address;
    html! {
        p.lead {
            "Programs ask for passages over plain HTTP, and get the JSON that this page describes. It is "
            "made from the OpenAPI document at " a href="/openapi.json" { "/openapi.json" } "."
        }
        section #start {
            h2 { "Getting started" }
            p { "The base address is " code { (address) "/api/v1" } "." }
            (keys(examples.needs_key, has_keys))
        }
        (everywhere())
        section #agents {
            h2 { "Agents" }
            p {
                "Agents connect by MCP, streamable HTTP, at " code { (address) (MCP_PATH) }
                @if has_keys { ", with the same key in the same header" }
                ". Most read a configuration like this one:"
            }
            pre { code { (configuration(examples)) } }
        }
    }
}

fn keys(needs_key: bool, has_keys: bool) -> Markup {
    html! {
        p {
            @if !has_keys {
                "This server asks nobody for a key. Where one is asked for, send it as "
            } @else if needs_key {
                "This server asks for a key, which its operator gives out. Send it as "
            } @else {
                "A part of this library is open to all; for more, its operator gives out keys. Send yours as "
            }
            code { "Authorization: Bearer KEY" } "; a browser sends it as a password, under any name. "
            "What a key may not read does not exist for it."
        }
    }
}

fn everywhere() -> Markup {
    html! {
        section #everywhere {
            h2 { "What holds everywhere" }
            ul {
                li {
                    "Requests are read strictly: what is misspelt or out of range is refused, not ignored. "
                    "A list in an address is the same name several times: "
                    code { "vendor=acme&vendor=bolt" } "."
                }
                li { "No field of an answer is ever missing. What is unknown is " code { "null" } "." }
                li {
                    "A long list comes in parts: send " code { "next" } " of one answer as "
                    code { "cursor" } " of the next request. A cursor ends with the generation of the "
                    "library that it was made in."
                }
                li {
                    "What is read from the library has an " code { "ETag" } ". Sent back as "
                    code { "If-None-Match" } ", it saves the answer (304) until the library changes."
                }
                li { "Answers are compressed for who sends " code { "Accept-Encoding: gzip" } "." }
                li {
                    "Every answer has an " code { "x-request-id" } ", yours if you send one. It finds "
                    "the request in the log of the server."
                }
                li {
                    "429 and 503 say in " code { "Retry-After" } " how many seconds to wait."
                }
                li {
                    "What goes wrong is told as a problem document (RFC 9457): "
                    code { "detail" } " says what to do about this request, " code { "type" }
                    " is a link into the " a href="#problems" { "table of problems" } "."
                }
            }
        }
    }
}

/// What many programs that run agents read.
fn configuration(examples: &Examples) -> String {
    let mut server = json!({"type": "http", "url": format!("{}{MCP_PATH}", examples.address)});
    if examples.needs_key {
        server["headers"] = json!({"Authorization": "Bearer KEY"});
    }
    let servers = json!({"mcpServers": {"mcdewey": server}});
    serde_json::to_string_pretty(&servers).expect("keys are strings")
}

/// Every kind of problem, where the `type` of a problem document leads.
pub(super) fn problems() -> Markup {
    html! {
        section #problems {
            h2 { "Problems" }
            table.fields {
                caption.hidden { "Kinds of problems" }
                thead { tr { th scope="col" { "type" } th scope="col" { "status" } th scope="col" { "meaning" } } }
                tbody {
                    @for (kind, status, meaning) in KINDS {
                        tr id={ "problem-" (kind) } {
                            th scope="row" { code { (kind) } }
                            td { (status.as_u16()) }
                            td { (crate::pages::text::inline(meaning)) }
                        }
                    }
                }
            }
        }
    }
}
