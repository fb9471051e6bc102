//! Resources: a URI in, contents out.

use rmcp::model::{ReadResourceResult, Resource, ResourceTemplate};
use serde_json::json;

use crate::content::PNG;
use crate::wire;

/// The resource that clients may watch.
pub(crate) const WATCHED: &str = "test://watched-resource";

const TEXT: &str = "test://static-text";
const BINARY: &str = "test://static-binary";

pub(crate) fn list() -> Vec<Resource> {
    wire(json!([
        {
            "uri": TEXT,
            "name": "static-text",
            "description": "A text that stays.",
            "mimeType": "text/plain",
        },
        {
            "uri": BINARY,
            "name": "static-binary",
            "description": "An image that stays.",
            "mimeType": "image/png",
        },
        {
            "uri": WATCHED,
            "name": "watched-resource",
            "description": "A text that clients may watch.",
            "mimeType": "text/plain",
        },
    ]))
}

pub(crate) fn templates() -> Vec<ResourceTemplate> {
    wire(json!([{
        "uriTemplate": "test://template/{id}/data",
        "name": "template",
        "description": "Data of an id.",
        "mimeType": "application/json",
    }]))
}

pub(crate) fn read(uri: &str) -> Option<ReadResourceResult> {
    let mut contents = match uri {
        TEXT => json!({
            "mimeType": "text/plain",
            "text": "This is the content of the static text resource.",
        }),
        BINARY => json!({"mimeType": "image/png", "blob": PNG}),
        WATCHED => json!({"mimeType": "text/plain", "text": "This can be watched."}),
        _ => {
            let id = uri
                .strip_prefix("test://template/")?
                .strip_suffix("/data")?;
            let data = format!("Data for ID: {id}");
            let data = json!({"id": id, "templateTest": true, "data": data});
            json!({"mimeType": "application/json", "text": data.to_string()})
        }
    };
    contents["uri"] = json!(uri);
    Some(ReadResourceResult::new(vec![wire(contents)]))
}
