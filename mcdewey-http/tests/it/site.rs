//! A library in a temporary folder and the router that serves it, in process.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::response::Parts;
use axum::http::{HeaderMap, Request, StatusCode};
use mcdewey_core::{HashedEmbedder, Library};
use mcdewey_http::{Access, App, Metrics, router};
use mcdewey_mcp::McDewey;
use mcdewey_mcp::http::HttpSettings;
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) struct Site {
    router: Router,
    pub(crate) library: Arc<Library>,
    folder: tempfile::TempDir,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

pub(crate) fn write(docs: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = docs.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
}

impl Site {
    /// For everybody.
    pub(crate) fn open(files: &[(&str, &str)]) -> Self {
        Self::with(files, |app| app)
    }

    /// Over these files, for whom `access` lets in.
    pub(crate) fn guarded(
        files: &[(&str, &str)],
        access: impl FnOnce(&Arc<Library>) -> Access,
    ) -> Self {
        Self::with(files, |app| {
            let access = access(app.workers().library());
            app.with_access(access)
        })
    }

    pub(crate) fn with(files: &[(&str, &str)], configure: impl FnOnce(App) -> App) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join("docs"), files);
        let metrics = Arc::new(Metrics::new());
        let library = Library::open_or_create(&folder.path().join("index"))
            .and_then(|library| library.with_embedder(HashedEmbedder::new()))
            .expect("a library");
        let library = Arc::new(library.with_observer(metrics.clone()));
        if !files.is_empty() {
            library.ingest(folder.path().join("docs")).expect("indexed");
        }
        let app = configure(App::new(Arc::clone(&library)).with_metrics(metrics));
        let mcp = McDewey::with_workers(app.workers());
        Self {
            router: router(mcp, app, &HttpSettings::new()),
            library,
            folder,
        }
    }

    /// Writes more files, and indexes them.
    pub(crate) fn add(&self, files: &[(&str, &str)]) {
        let docs = self.folder.path().join("docs");
        write(&docs, files);
        self.library.ingest(docs).expect("indexed");
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.bytes(request).await;
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body).expect("UTF-8"),
        }
    }

    /// The answer as it is sent.
    pub(crate) async fn bytes(&self, request: Request<Body>) -> (Parts, Vec<u8>) {
        let answered = self.router.clone().oneshot(request).await;
        let (parts, body) = answered.expect("an answer").into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        (parts, body.to_vec())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }

    /// With a key.
    pub(crate) async fn get_as(&self, key: &str, path: &str) -> Answer {
        self.get_with(path, &[("authorization", &format!("Bearer {key}"))])
            .await
    }

    /// A POST of JSON, with a key.
    pub(crate) async fn post_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header("host", "localhost")
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json");
        self.send(request.body(body.to_string().into()).expect("a request"))
            .await
    }

    /// A request of MCP, with a key.
    pub(crate) async fn mcp_as(&self, key: &str, method: &str, mut params: Value) -> Answer {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let name = ["name", "uri"]
            .into_iter()
            .find_map(|field| params[field].as_str());
        let mut request = Request::post("/mcp")
            .header("host", "localhost")
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", method);
        if let Some(name) = name {
            request = request.header("mcp-name", name);
        }
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.send(request.body(body.to_string().into()).expect("a request"))
            .await
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self
    }
}
