//! The client of `rmcp`, at the other end of a pipe.

use std::sync::Arc;

use mcdewey_core::Library;
use mcdewey_mcp::McDewey;
use rmcp::model::{CallToolRequestParams, CallToolResult, ErrorData, ProtocolVersion};
use rmcp::service::{RoleClient, RunningService, ServiceError};
use rmcp::{ClientLifecycleMode, ClientServiceExt, ServiceExt};
use serde_json::Value;

use crate::make_library;

pub(crate) type Client = RunningService<RoleClient, ()>;

pub(crate) fn eras() -> [ClientLifecycleMode; 2] {
    let modern = ClientLifecycleMode::Discover {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
    };
    [ClientLifecycleMode::Initialize, modern]
}

pub(crate) async fn connect(server: McDewey, era: ClientLifecycleMode) -> Client {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let server = server.serve(far).await?;
        server.waiting().await.map_err(anyhow::Error::from)
    });
    ().serve_with_lifecycle(near, era).await.unwrap()
}

/// A server and a client of the newest protocol, and the folder that both need.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) folder: tempfile::TempDir,
}

impl Session {
    /// Over the two versions of `router`.
    pub(crate) async fn new() -> Self {
        Self::over(|folder| McDewey::new(Arc::new(make_library(folder)))).await
    }

    pub(crate) async fn over(server: impl FnOnce(&std::path::Path) -> McDewey) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [_, era] = eras();
        let client = connect(server(folder.path()), era).await;
        Self { client, folder }
    }

    /// Over these files below `docs`.
    pub(crate) async fn with(files: &[(&str, &str)]) -> Self {
        Self::over(|folder| McDewey::new(Arc::new(library_of(folder, files)))).await
    }

    pub(crate) async fn call(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        try_call(&self.client, tool, arguments).await.unwrap()
    }

    pub(crate) async fn search(&self, arguments: Value) -> CallToolResult {
        self.call("search_docs", arguments).await
    }
}

pub(crate) fn library_of(folder: &std::path::Path, files: &[(&str, &str)]) -> Library {
    for (path, text) in files {
        crate::write(folder, path, text);
    }
    let library = Library::open_or_create(&folder.join("index")).unwrap();
    let library = library
        .with_embedder(mcdewey_core::HashedEmbedder::new())
        .unwrap();
    library.ingest(folder.join("docs")).unwrap();
    library
}

pub(crate) async fn try_call(
    client: &Client,
    tool: &'static str,
    arguments: Value,
) -> Result<CallToolResult, ServiceError> {
    let arguments = arguments.as_object().unwrap().clone();
    client
        .call_tool(CallToolRequestParams::new(tool).with_arguments(arguments))
        .await
}

pub(crate) fn text(answer: &CallToolResult) -> &str {
    &answer.content[0].as_text().unwrap().text
}

/// The structured content of a call that went well.
#[track_caller]
pub(crate) fn structured(answer: &CallToolResult) -> &Value {
    assert_eq!(answer.is_error, Some(false), "{}", text(answer));
    answer.structured_content.as_ref().unwrap()
}

#[track_caller]
pub(crate) fn chunk_ids(answer: &CallToolResult) -> Vec<&str> {
    let hits = structured(answer)["hits"].as_array().unwrap();
    hits.iter()
        .map(|hit| hit["chunk_id"].as_str().unwrap())
        .collect()
}

#[track_caller]
pub(crate) fn assert_refused(answer: &CallToolResult, message: &str) {
    assert_eq!(answer.is_error, Some(true));
    assert_eq!(text(answer), message);
}

/// The arguments of the next call that an answer names.
#[track_caller]
pub(crate) fn next(answer: &CallToolResult) -> Value {
    structured(answer)["next"]["arguments"].clone()
}

#[track_caller]
pub(crate) fn protocol_error<T: std::fmt::Debug>(answer: Result<T, ServiceError>) -> ErrorData {
    match answer.unwrap_err() {
        ServiceError::McpError(error) => error,
        other => panic!("not a protocol error: {other}"),
    }
}
