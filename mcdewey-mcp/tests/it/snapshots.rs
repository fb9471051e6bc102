//! What clients see of each tool, word by word: its schema, and what it renders.
//!
//! A change here is a change for every agent. `cargo insta review`, or `INSTA_UPDATE=always`, takes
//! it over once it has been read.

use std::collections::BTreeSet;
use std::sync::Arc;

use mcdewey_mcp::McDewey;
use serde_json::{Value, json};

use crate::client::{Session, library_of, structured, text};

const FILES: [(&str, &str); 5] = [
    (
        "mcdewey.toml",
        "levels = [\"vendor\", \"product\", \"version\"]\n",
    ),
    (
        "acme/router/mcdewey.toml",
        "product_name = \"Acme Router\"\naliases = [\"AR\"]\nurl = \"https://acme.example/{page}\"\n",
    ),
    (
        "acme/router/9.1/vlan.md",
        "# VLANs\n\n<!-- page 7 -->\n\n## Native VLAN\n\nUntagged frames belong to the native VLAN.\n\n\
         ## Trunks\n\nA trunk carries tagged frames.\n",
    ),
    (
        "acme/router/9.2/vlan.md",
        "---\ndate: 2026-02-01\n---\n\n# VLANs\n\n<!-- page 8 -->\n\n## Native VLAN\n\n\
         Untagged frames are dropped since 9.2.\n",
    ),
    (
        "acme/switch/1/ports.md",
        "# Ports\n\nA port passes untagged frames.\n",
    ),
];

async fn session() -> Session {
    Session::over(|folder| {
        let server = McDewey::new(Arc::new(library_of(folder, &FILES)));
        server.with_public_url("http://127.0.0.1:8080/").unwrap()
    })
    .await
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[tokio::test]
async fn tools_are_listed_as_they_were() {
    let session = session().await;
    for tool in session.client.list_all_tools().await.unwrap() {
        let name = format!("tool-{}", tool.name);
        settings().bind(|| insta::assert_json_snapshot!(name, tool));
    }
}

#[tokio::test]
async fn menus_are_listed_as_they_were() {
    let session = session().await;
    let client = &session.client;
    let menus = json!({
        "prompts": client.list_all_prompts().await.unwrap(),
        "resources": client.list_all_resources().await.unwrap(),
        "resourceTemplates": client.list_all_resource_templates().await.unwrap(),
        "instructions": client.peer_info().unwrap().instructions,
    });
    settings().bind(|| insta::assert_json_snapshot!("menus", menus));
}

#[tokio::test]
async fn answers_are_rendered_as_they_were() {
    let session = session().await;
    let calls = [
        (
            "search",
            "search_docs",
            json!({"query": "untagged frames", "limit": 2, "mode": "lexical"}),
        ),
        (
            "nothing",
            "search_docs",
            json!({"query": "trunk", "mode": "lexical", "product": "AR", "version": "9.2"}),
        ),
        (
            "chunk",
            "get_chunk",
            json!({"chunk_id": "acme::router::9.1::vlan::0", "after": 1}),
        ),
        ("shelves", "list_docs", json!({})),
        (
            "contents",
            "list_docs",
            json!({"product": "router", "version": "9.1"}),
        ),
        (
            "compared",
            "compare_versions",
            json!({"document": "vlan", "from": "9.1", "to": "9.2"}),
        ),
        (
            "compared-words",
            "compare_versions",
            json!({"document": "vlan", "from": "9.1", "to": "9.2", "section": "Native VLAN", "details": true}),
        ),
        (
            "history",
            "compare_versions",
            json!({"chunk_id": "acme::router::9.1::vlan::0"}),
        ),
    ];
    let tools = session.client.list_all_tools().await.unwrap();
    for (name, tool, arguments) in calls {
        let answer = session.call(tool, arguments).await;
        settings().bind(|| {
            insta::assert_snapshot!(format!("{name}-text"), text(&answer));
            insta::assert_json_snapshot!(format!("{name}-json"), structured(&answer));
        });
        let described = tools
            .iter()
            .find(|described| described.name == tool)
            .unwrap();
        let schema = described.output_schema.as_ref().unwrap();
        check(
            &Value::Object(schema.as_ref().clone()),
            structured(&answer),
            name,
        );
    }
}

/// Checks that an object has exactly the properties that its schema requires, all the way down,
/// and that every other value is of the schema's type.
fn check(schema: &Value, value: &Value, place: &str) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = &schema["type"];
    let variants = schema["anyOf"].as_array();
    if let Some(variants) = variants {
        let variant = variants.iter().find(|variant| variant["type"] == kind);
        return check(
            variant.unwrap_or_else(|| panic!("{place} is {kind}")),
            value,
            place,
        );
    }
    let allowed = kinds == kind
        || kinds
            .as_array()
            .is_some_and(|all| all.contains(&kind.into()));
    assert!(allowed, "{place} is {kind}, not {kinds}");
    match value {
        Value::Object(fields) => {
            let Some(properties) = schema["properties"].as_object() else {
                // The arguments of a next call are those of its tool.
                assert_eq!(schema["additionalProperties"], true, "{place}");
                return;
            };
            let described: BTreeSet<&String> = properties.keys().collect();
            assert_eq!(fields.keys().collect::<BTreeSet<_>>(), described, "{place}");
            assert_eq!(
                schema["required"].as_array().unwrap().len(),
                described.len(),
                "{place}"
            );
            for (name, field) in fields {
                check(&properties[name], field, &format!("{place}.{name}"));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check(&schema["items"], item, &format!("{place}[{index}]"));
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn schemas_are_portable() {
    let session = session().await;
    for tool in session.client.list_all_tools().await.unwrap() {
        assert_eq!(
            tool.input_schema["additionalProperties"], false,
            "{}",
            tool.name
        );
        let schemas = serde_json::to_string(&tool).unwrap();
        // Clients differ in how they follow references, and in which formats they know.
        assert!(!schemas.contains("\"format\""), "{schemas}");
        assert!(!schemas.contains("$ref"), "{schemas}");
    }
}
