//! Tools that answer at once: a call in, every kind of content out.

use rmcp::model::{CallToolRequestParams, CallToolResult, JsonObject, Tool};
use serde_json::{Value, json};

use crate::wire;

/// A PNG of one red pixel, in base64.
pub(crate) const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AA\
    AAMBAQD3A0FDAAAAAElFTkSuQmCC";

/// A WAV of four silent samples, in base64.
const WAV: &str = "UklGRigAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQQAAACAgICA";

/// A tool that takes no arguments.
pub(crate) fn plain(name: &'static str, description: &'static str) -> Tool {
    Tool::new(name, description, object(json!({"type": "object"})))
}

/// A tool with arguments.
pub(crate) fn with_schema(name: &'static str, description: &'static str, schema: Value) -> Tool {
    Tool::new(name, description, object(schema))
}

fn object(schema: Value) -> JsonObject {
    wire(schema)
}

/// An answer of one text.
pub(crate) fn text(text: impl Into<String>) -> CallToolResult {
    CallToolResult::success(wire(json!([{"type": "text", "text": text.into()}])))
}

/// A failure that the caller is told of in words.
pub(crate) fn failure(text: impl Into<String>) -> CallToolResult {
    CallToolResult::error(wire(json!([{"type": "text", "text": text.into()}])))
}

pub(crate) fn tools() -> Vec<Tool> {
    vec![
        plain("test_simple_text", "Answers with a text."),
        plain("test_image_content", "Answers with an image."),
        plain("test_audio_content", "Answers with a sound."),
        plain("test_embedded_resource", "Answers with a resource."),
        plain(
            "test_multiple_content_types",
            "Answers with a text, an image and a resource.",
        ),
        plain("test_error_handling", "Always fails."),
        with_schema(
            "json_schema_2020_12_tool",
            "Has a schema with the keywords of JSON Schema 2020-12.",
            rich_schema(),
        ),
        with_schema(
            "test_custom_header",
            "Takes an argument that clients repeat in a header.",
            json!({
                "type": "object",
                "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
            }),
        ),
    ]
}

/// The keywords that the suite wants to find again in `tools/list`.
fn rich_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
            },
        },
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": false,
    })
}

pub(crate) fn call(request: &CallToolRequestParams) -> Option<CallToolResult> {
    let image = json!({"type": "image", "data": PNG, "mimeType": "image/png"});
    let content = match request.name.as_ref() {
        "test_simple_text" => return Some(text("This is a simple text response for testing.")),
        "test_image_content" => json!([image]),
        "test_audio_content" => json!([{"type": "audio", "data": WAV, "mimeType": "audio/wav"}]),
        "test_embedded_resource" => json!([{"type": "resource", "resource": {
            "uri": "test://embedded-resource",
            "mimeType": "text/plain",
            "text": "This is an embedded resource content.",
        }}]),
        "test_multiple_content_types" => json!([
            {"type": "text", "text": "Multiple content types test:"},
            image,
            {"type": "resource", "resource": {
                "uri": "test://mixed-content-resource",
                "mimeType": "application/json",
                "text": json!({"test": "data", "value": 123}).to_string(),
            }},
        ]),
        "test_error_handling" => {
            return Some(failure(
                "This tool intentionally returns an error for testing",
            ));
        }
        "json_schema_2020_12_tool" | "test_custom_header" => {
            let arguments = request.arguments.clone().unwrap_or_default();
            return Some(text(Value::Object(arguments).to_string()));
        }
        _ => return None,
    };
    Some(CallToolResult::success(wire(content)))
}
