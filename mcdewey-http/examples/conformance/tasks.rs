//! Tools that answer later: a call in, a task out, and its answer to whoever asks for it then.
//!
//! Tasks are an extension of the protocol, which the suite runs but does not score.

use std::time::Duration;

use rmcp::ErrorData;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, CreateTaskResult,
    InputRequest, Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};
use serde_json::json;

use crate::content::{failure, plain, text, with_schema};
use crate::input::{Asked, Round, elicit, name_question};
use crate::wire;

pub(crate) fn tools() -> Vec<Tool> {
    vec![
        with_schema(
            "greet",
            "Greets at once.",
            json!({"type": "object", "properties": {"name": {"type": "string"}}}),
        ),
        with_schema(
            "slow_compute",
            "Takes as many seconds as it is told to.",
            json!({"type": "object", "properties": {
                "seconds": {"type": "integer", "minimum": 0},
                "label": {"type": "string"},
            }}),
        ),
        plain("failing_job", "Fails after a while."),
        plain("protocol_error_job", "Ends with an error of the protocol."),
        with_schema(
            "confirm_delete",
            "Asks before it says that a file is deleted.",
            json!({"type": "object", "properties": {"filename": {"type": "string"}}}),
        ),
        plain("multi_input", "Asks two things at once."),
        plain(
            "test_tool_with_task",
            "Asks for a name, and greets in a task.",
        ),
    ]
}

/// What goes on after the call is answered.
enum Job {
    Compute(Duration),
    Fail,
    Break,
    Confirm(String),
    Interview,
    Greet(String),
}

pub(crate) async fn call(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
    round: &Round<'_>,
    tasks: &TaskManager,
) -> Option<Result<CallToolResponse, ErrorData>> {
    let arguments = request.arguments.as_ref();
    let argument = |name| arguments.and_then(|arguments| arguments.get(name));
    let word = |name| argument(name).and_then(|value| value.as_str());
    let client = context.client_capabilities().unwrap_or_default();
    let job = match request.name.as_ref() {
        "greet" => return Some(Ok(greeting(word("name").unwrap_or("you")).into())),
        "slow_compute" => {
            let seconds = argument("seconds").and_then(serde_json::Value::as_u64);
            let duration = Duration::from_secs(seconds.unwrap_or_default());
            if !client.supports_tasks() {
                tokio::time::sleep(duration).await;
                return Some(Ok(text("Computed.").into()));
            }
            Job::Compute(duration)
        }
        "failing_job" => Job::Fail,
        "protocol_error_job" => Job::Break,
        "confirm_delete" => Job::Confirm(word("filename").unwrap_or("the file").to_owned()),
        "multi_input" => Job::Interview,
        "test_tool_with_task" => match round.name() {
            Ok(Asked::Answered(name)) => Job::Greet(name),
            Ok(Asked::Again(questions)) => return Some(Ok(questions.into())),
            Err(error) => return Some(Err(error)),
        },
        _ => return None,
    };
    if !client.supports_tasks() {
        let needed = ClientCapabilities::builder().enable_tasks().build();
        return Some(Err(ErrorData::missing_required_client_capability(needed)));
    }
    let task = tasks.spawn(TaskOptions::new(), |task| Box::pin(job.run(task)));
    Some(Ok(CreateTaskResult::new(task).into()))
}

impl Job {
    async fn run(self, task: TaskContext) -> Result<CallToolResult, TaskExit> {
        match self {
            Self::Compute(duration) => tokio::select! {
                () = tokio::time::sleep(duration) => Ok(text("Computed.")),
                () = task.cancelled() => Err(TaskExit::Cancelled),
            },
            Self::Fail => {
                tokio::time::sleep(Duration::from_millis(500)).await;
                Ok(failure("This job intentionally fails."))
            }
            Self::Break => Err(ErrorData::internal_error("this job breaks", None).into()),
            Self::Confirm(file) => {
                let question = elicit(&format!("Delete {file}?"), "confirm", "boolean");
                let answer = task.request_input("confirm", wire(question)).await?;
                let is_confirmed = answer["content"]["confirm"] == true;
                let done = if is_confirmed { "deleted" } else { "kept" };
                Ok(text(format!("{file} is {done}.")))
            }
            Self::Interview => {
                let name: InputRequest = wire(name_question());
                let color = wire(elicit("What is your favorite color?", "color", "string"));
                let (name, color) = tokio::join!(
                    task.request_input("name", name),
                    task.request_input("color", color),
                );
                Ok(text(format!("{} {}", name?, color?)))
            }
            Self::Greet(name) => Ok(greeting(&name)),
        }
    }
}

fn greeting(name: &str) -> CallToolResult {
    text(format!("Hello, {name}!"))
}
