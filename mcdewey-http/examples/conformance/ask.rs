//! Tools that ask the client in the middle of a call, as the protocol has it up to 2025-11-25: a
//! call in, a request to the client and then an answer out.

use rmcp::model::{CallToolRequestParams, CallToolResult, Tool};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Value, json};

use crate::content::{failure, plain, text, with_schema};
use crate::wire;

pub(crate) fn tools() -> Vec<Tool> {
    let taking = |argument: &str| {
        json!({
            "type": "object",
            "properties": {argument: {"type": "string"}},
            "required": [argument],
        })
    };
    vec![
        with_schema(
            "test_sampling",
            "Asks the client's model.",
            taking("prompt"),
        ),
        with_schema(
            "test_elicitation",
            "Asks the user for a name and an address.",
            taking("message"),
        ),
        plain(
            "test_elicitation_sep1034_defaults",
            "Asks the user with a default for every type of answer.",
        ),
        plain(
            "test_elicitation_sep1330_enums",
            "Asks the user with every kind of choice.",
        ),
    ]
}

pub(crate) async fn call(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Option<CallToolResult> {
    let argument = |name| {
        let arguments = request.arguments.as_ref();
        arguments.and_then(|arguments| arguments.get(name)?.as_str())
    };
    let question = match request.name.as_ref() {
        "test_sampling" => json!({
            "method": "sampling/createMessage",
            "params": {
                "messages": [{
                    "role": "user",
                    "content": {"type": "text", "text": argument("prompt").unwrap_or_default()},
                }],
                "maxTokens": 100,
            },
        }),
        "test_elicitation" => elicitation(
            argument("message").unwrap_or_default(),
            &json!({"type": "object", "properties": {
                "username": {"type": "string", "description": "User's response"},
                "email": {"type": "string", "description": "User's email address"},
            }, "required": ["username", "email"]}),
        ),
        "test_elicitation_sep1034_defaults" => elicitation("Change what is wrong.", &defaults()),
        "test_elicitation_sep1330_enums" => elicitation("Choose.", &choices()),
        _ => return None,
    };
    let answer = context.peer.send_request(wire(question)).await;
    Some(match answer.map(serde_json::to_value) {
        Ok(Ok(answer)) => text(in_words(&answer)),
        Ok(Err(error)) => failure(format!("The client's answer is not JSON: {error}")),
        Err(error) => failure(format!("The client did not answer: {error}")),
    })
}

fn elicitation(message: &str, schema: &Value) -> Value {
    json!({
        "method": "elicitation/create",
        "params": {"message": message, "requestedSchema": schema},
    })
}

fn in_words(answer: &Value) -> String {
    match (&answer["action"], &answer["content"]) {
        (Value::Null, content) => {
            let text = content["text"].as_str();
            format!("LLM response: {}", text.unwrap_or_default())
        }
        (action, content) => format!("User response: action={action}, content={content}"),
    }
}

fn defaults() -> Value {
    json!({"type": "object", "properties": {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {
            "type": "string",
            "enum": ["active", "inactive", "pending"],
            "default": "active",
        },
        "verified": {"type": "boolean", "default": true},
    }})
}

fn choices() -> Value {
    let plain = json!(["option1", "option2", "option3"]);
    let titled = json!([
        {"const": "value1", "title": "First Option"},
        {"const": "value2", "title": "Second Option"},
        {"const": "value3", "title": "Third Option"},
    ]);
    json!({"type": "object", "properties": {
        "untitledSingle": {"type": "string", "enum": plain},
        "titledSingle": {"type": "string", "oneOf": titled},
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": plain}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled}},
    }})
}
