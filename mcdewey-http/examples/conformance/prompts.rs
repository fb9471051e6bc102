//! Prompts: a name and arguments in, messages out.

use rmcp::ErrorData;
use rmcp::model::{
    CompleteRequestParams, GetPromptRequestParams, GetPromptResponse, GetPromptResult, Prompt,
    Reference,
};
use serde_json::{Value, json};

use crate::content::PNG;
use crate::input::{Asked, Round};
use crate::wire;

const WITH_ARGUMENTS: &str = "test_prompt_with_arguments";

pub(crate) fn list() -> Vec<Prompt> {
    wire(json!([
        {"name": "test_simple_prompt", "description": "A message."},
        {
            "name": WITH_ARGUMENTS,
            "description": "A message with both arguments in it.",
            "arguments": [
                {"name": "arg1", "description": "The first argument", "required": true},
                {"name": "arg2", "description": "The second argument", "required": true},
            ],
        },
        {
            "name": "test_prompt_with_embedded_resource",
            "description": "A resource and a message.",
            "arguments": [
                {"name": "resourceUri", "description": "What to embed", "required": true},
            ],
        },
        {"name": "test_prompt_with_image", "description": "An image and a message."},
        {
            "name": "test_input_required_result_prompt",
            "description": "A message with what the user says.",
        },
    ]))
}

pub(crate) fn get(
    request: &GetPromptRequestParams,
    round: &Round<'_>,
) -> Option<Result<GetPromptResponse, ErrorData>> {
    let argument = |name| {
        let arguments = request.arguments.as_ref();
        let value = arguments.and_then(|arguments| arguments.get(name)?.as_str());
        value.ok_or_else(|| {
            ErrorData::invalid_params(format!("the argument {name} is missing"), None)
        })
    };
    let contents = match request.name.as_str() {
        "test_simple_prompt" => Ok(vec![text("This is a simple prompt for testing.")]),
        WITH_ARGUMENTS => argument("arg1").and_then(|first| {
            let second = argument("arg2")?;
            let message = format!("Prompt with arguments: arg1='{first}', arg2='{second}'");
            Ok(vec![text(&message)])
        }),
        "test_prompt_with_embedded_resource" => argument("resourceUri").map(|uri| {
            let resource = json!({"type": "resource", "resource": {
                "uri": uri,
                "mimeType": "text/plain",
                "text": "Embedded resource content for testing.",
            }});
            vec![
                resource,
                text("Please process the embedded resource above."),
            ]
        }),
        "test_prompt_with_image" => Ok(vec![
            json!({"type": "image", "data": PNG, "mimeType": "image/png"}),
            text("Please analyze the image above."),
        ]),
        "test_input_required_result_prompt" => match round.context() {
            Ok(Asked::Answered(context)) => Ok(vec![text(&format!("Use this: {context}"))]),
            Ok(Asked::Again(questions)) => return Some(Ok(questions.into())),
            Err(error) => Err(error),
        },
        _ => return None,
    };
    Some(contents.map(|contents| messages(&contents).into()))
}

/// Values of an argument that begin as the client's does.
pub(crate) fn complete(request: &CompleteRequestParams) -> Option<Vec<String>> {
    let Reference::Prompt(prompt) = &request.r#ref else {
        return None;
    };
    let values = ["paris", "park", "party", "test"].into_iter();
    let fitting = values.filter(|value| value.starts_with(&request.argument.value));
    (prompt.name == WITH_ARGUMENTS).then(|| fitting.map(str::to_owned).collect())
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn messages(contents: &[Value]) -> GetPromptResult {
    let messages = contents.iter();
    let messages = messages.map(|content| json!({"role": "user", "content": content}));
    GetPromptResult::new(wire(messages.collect()))
}
