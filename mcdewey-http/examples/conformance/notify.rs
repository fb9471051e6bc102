//! Tools that tell something while they run: a call in, notifications and then an answer out.

use std::time::Duration;

use rmcp::model::{CallToolResult, ProgressNotificationParam, ServerNotification, Tool};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::json;
use tokio::sync::broadcast;

use crate::content::{plain, text};
use crate::fixtures::is_legacy;
use crate::wire;

/// Between two notifications, so that a client sees them arrive one by one.
const PAUSE: Duration = Duration::from_millis(50);

/// A list that is another one now.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Tools,
    Prompts,
}

/// Takes word of a change from the call that makes it to every client that listens.
#[derive(Debug, Clone)]
pub(crate) struct Changes(broadcast::Sender<Change>);

impl Changes {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(16))
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }

    fn tell(&self, change: Change) -> CallToolResult {
        let listeners = self.0.send(change).unwrap_or(0);
        text(format!("{listeners} clients are told of the change."))
    }
}

pub(crate) fn tools() -> Vec<Tool> {
    vec![
        plain("test_tool_with_progress", "Tells its progress three times."),
        plain("test_tool_with_logging", "Logs three messages."),
        plain(
            "test_logging_tool",
            "Logs a message if the call asks for it.",
        ),
        plain("test_reconnection", "Answers after a while."),
        plain("test_trigger_tool_change", "Says that the tools changed."),
        plain(
            "test_trigger_prompt_change",
            "Says that the prompts changed.",
        ),
    ]
}

pub(crate) async fn call(
    tool: &str,
    context: &RequestContext<RoleServer>,
    changes: &Changes,
) -> Option<CallToolResult> {
    match tool {
        "test_tool_with_progress" => {
            for (step, progress) in [0.0, 50.0, 100.0].into_iter().enumerate() {
                pause_after(step).await;
                tell_progress(context, progress).await;
            }
        }
        "test_tool_with_logging" => {
            let messages = ["started", "data is processed", "completed"];
            for (step, message) in messages.into_iter().enumerate() {
                pause_after(step).await;
                log(context, message).await;
            }
        }
        "test_logging_tool" => log(context, "called").await,
        "test_reconnection" => tokio::time::sleep(PAUSE).await,
        "test_trigger_tool_change" => return Some(changes.tell(Change::Tools)),
        "test_trigger_prompt_change" => return Some(changes.tell(Change::Prompts)),
        _ => return None,
    }
    Some(text("All has been told."))
}

async fn pause_after(step: usize) {
    if step > 0 {
        tokio::time::sleep(PAUSE).await;
    }
}

async fn tell_progress(context: &RequestContext<RoleServer>, progress: f64) {
    let Some(token) = context.meta.get_progress_token() else {
        return;
    };
    let progress = ProgressNotificationParam::new(token, progress).with_total(100.0);
    if let Err(error) = context.peer.notify_progress(progress).await {
        tracing::warn!("progress was not told: {error}");
    }
}

/// Since 2026-07-28 a message may be sent only where the request says from which level on.
async fn log(context: &RequestContext<RoleServer>, message: &str) {
    if !is_legacy(context) && context.meta.log_level().is_none() {
        return;
    }
    let message: ServerNotification = wire(json!({
        "method": "notifications/message",
        "params": {"level": "info", "logger": "conformance", "data": message},
    }));
    if let Err(error) = context.peer.send_notification(message).await {
        tracing::warn!("a message was not logged: {error}");
    }
}
