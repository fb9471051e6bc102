//! The router, in process: what the protocol asks of HTTP, and what hostile clients send.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use mcdewey_mcp::McDewey;
use mcdewey_mcp::http::{HttpSettings, Sessions, router};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Altered, make_library};

/// A router over the two versions of `router`, and the folder that it needs.
struct Server {
    router: Router,
    _folder: tempfile::TempDir,
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn error_code(&self) -> i64 {
        self.json()["error"]["code"].as_i64().unwrap()
    }
}

impl Server {
    fn new() -> Self {
        Self::with(&HttpSettings::new())
    }

    fn with(settings: &HttpSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = make_library(folder.path());
        let library = library.with_embedder(Altered::panicking()).unwrap();
        Self {
            router: router(McDewey::new(Arc::new(library)), settings),
            _folder: folder,
        }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// Posts a body with the headers of the protocol before 2026-07-28, and these.
    async fn post(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::post("/mcp")
            .header("host", "localhost:8080")
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        for (name, value) in headers {
            let all = request.headers_mut().unwrap();
            all.remove(*name);
            if !value.is_empty() {
                request = request.header(*name, *value);
            }
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    async fn legacy(&self, method: &str, params: Value) -> Answer {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let headers = [("mcp-protocol-version", "2025-11-25")];
        self.post(&headers, body.to_string()).await
    }

    /// A request of 2026-07-28, with `headers` on top of those it needs.
    async fn modern(&self, method: &str, mut params: Value, headers: &[(&str, &str)]) -> Answer {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let name = params["name"].as_str().unwrap_or("").to_owned();
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let mut all = vec![
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", method),
            ("mcp-name", name.as_str()),
        ];
        all.extend(headers);
        self.post(&all, body.to_string()).await
    }

    async fn assert_alive(&self) {
        let call = json!({"name": "search_docs", "arguments": {"query": "untagged frames"}});
        let answer = self.modern("tools/call", call, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.json()["result"]["isError"], false);
    }
}

#[tokio::test]
async fn both_eras_are_answered_with_json_and_without_a_session() {
    let server = Server::new();
    let client = json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    });
    let answer = server.post(
        &[],
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}).to_string(),
    );
    let answer = answer.await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert!(!answer.headers.contains_key("mcp-session-id"));
    assert_eq!(answer.json()["result"]["protocolVersion"], "2025-06-18");
    let told = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    assert_eq!(
        server.post(&[], told.to_string()).await.status,
        StatusCode::ACCEPTED
    );
    // Any server of the index answers the next request, also one that was started just now.
    let server = Server::new();
    let call = json!({"name": "search_docs", "arguments": {"query": "untagged frames"}});
    let answer = server.legacy("tools/call", call).await;
    assert_eq!(answer.json()["result"]["isError"], false);
    server.assert_alive().await;
}

#[tokio::test]
async fn progress_is_told_in_a_stream_of_events() {
    let server = Server::new();
    let call = json!({
        "name": "search_docs",
        "arguments": {"query": "untagged frames"},
        "_meta": {"progressToken": "p"},
    });
    let answer = server.legacy("tools/call", call).await;
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    let messages: Vec<Value> = answer
        .body
        .lines()
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .collect();
    assert_eq!(messages.len(), 3, "{}", answer.body);
    assert_eq!(messages[0]["params"]["progressToken"], "p");
    assert_eq!(messages[2]["id"], 1);
}

#[tokio::test]
async fn a_session_is_kept_where_the_operator_wants_one() {
    let server = Server::with(&HttpSettings::new().with_sessions(Sessions::Kept));
    let client = json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    });
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client});
    let request = Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = server.router.clone().oneshot(request).await.unwrap();
    assert!(response.headers().contains_key("mcp-session-id"));
}

#[tokio::test]
async fn a_foreign_origin_a_foreign_host_and_both_are_refused() {
    let server = Server::new();
    let evil: [&[(&str, &str)]; 3] = [
        &[("origin", "http://evil.example")],
        &[("host", "evil.example")],
        &[("host", "evil.example"), ("origin", "http://evil.example")],
    ];
    for headers in evil {
        let answer = server.modern("tools/list", json!({}), headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        // Before the body is looked at.
        let answer = server.post(headers, "{").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    let own = [("origin", "http://localhost:8080")];
    let answer = server.modern("tools/list", json!({}), &own).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_message_gets_the_code_of_the_protocol() {
    let server = Server::new();
    let deep = format!("{}{}", "[".repeat(200_000 / 2), "]".repeat(200_000 / 2));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(40_000), "}".repeat(40_000));
    let broken = [
        ("{\"jsonrpc\": \"2.0\", ", -32700),
        ("", -32700),
        ("nonsense", -32700),
        (deep.as_str(), -32700),
        (deep_object.as_str(), -32700),
        ("[]", -32600),
        (
            r#"[{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}]"#,
            -32600,
        ),
        ("1", -32600),
        (r#"{"id": 1, "method": "tools/list"}"#, -32600),
        (
            r#"{"jsonrpc": "1.0", "id": 1, "method": "tools/list"}"#,
            -32600,
        ),
        (
            r#"{"jsonrpc": "2.0", "id": null, "method": "tools/list"}"#,
            -32600,
        ),
        (
            r#"{"jsonrpc": "2.0", "id": {}, "method": "tools/list"}"#,
            -32600,
        ),
        (r#"{"jsonrpc": "2.0", "id": 1}"#, -32600),
        (r#"{"jsonrpc": "2.0", "id": 1, "method": 7}"#, -32600),
        (
            r#"{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": [1]}"#,
            -32602,
        ),
    ];
    for (body, code) in broken {
        let answer = server.post(&[], body.to_owned()).await;
        let shown: String = body.chars().take(80).collect();
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{shown}: {}",
            answer.body
        );
        assert_eq!(answer.error_code(), code, "{shown}: {}", answer.body);
    }
    let invalid_utf8 = server.post(&[], vec![b'"', 0xff, b'"']).await;
    assert_eq!(invalid_utf8.error_code(), -32700);
    server.assert_alive().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_or_not_it_says_so() {
    let server = Server::new();
    let large = format!("{{\"a\": \"{}\"}}", "x".repeat(9 << 20));
    let answer = server.post(&[], large.clone()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.error_code(), -32600);

    // In pieces, without a length.
    let pieces = large.into_bytes();
    let pieces = pieces
        .chunks(1 << 16)
        .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()));
    let body = Body::from_stream(tokio_stream::iter(pieces.collect::<Vec<_>>()));
    let answer = server.post(&[], body).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    server.assert_alive().await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let mut settings = HttpSettings::new();
    settings.body_timeout = std::time::Duration::from_millis(20);
    let server = Server::with(&settings);
    let body = Body::from_stream(tokio_stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let answer = server.post(&[], body).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    server.assert_alive().await;
}

#[tokio::test]
async fn headers_of_2026_07_28_must_be_there_and_agree_with_the_body() {
    let server = Server::new();
    let call = json!({"name": "search_docs", "arguments": {"query": "frames"}});
    let wrong: [(&[(&str, &str)], i64); 4] = [
        (&[("mcp-method", "")], -32020),
        (&[("mcp-method", "tools/list")], -32020),
        (&[("mcp-name", "")], -32020),
        (&[("mcp-name", "get_chunk")], -32020),
    ];
    for (headers, code) in wrong {
        let answer = server.modern("tools/call", call.clone(), headers).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{headers:?}: {}",
            answer.body
        );
        assert_eq!(answer.error_code(), code, "{headers:?}: {}", answer.body);
    }
    let no_meta = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    }}});
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/list"),
    ];
    let answer = server.post(&headers, no_meta.to_string()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
    assert_eq!(answer.error_code(), -32602);

    let future = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2999-01-01",
        "io.modelcontextprotocol/clientCapabilities": {},
    }}});
    let headers = [
        ("mcp-protocol-version", "2999-01-01"),
        ("mcp-method", "tools/list"),
    ];
    let answer = server.post(&headers, future.to_string()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
    assert_eq!(answer.error_code(), -32022);
    assert!(answer.json()["error"]["data"]["supported"].is_array());
    server.assert_alive().await;
}

#[tokio::test]
async fn other_methods_and_media_types_have_their_status() {
    let server = Server::new();
    let answer = server.modern("unknown/method", json!({}), &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.error_code(), -32601);

    let answer = server.post(&[("content-type", "text/plain")], "{}").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let answer = server.post(&[("accept", "text/html")], "{}").await;
    assert!(answer.status.is_client_error());
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        let request = Request::builder()
            .method(method.clone())
            .uri("/mcp")
            .header("host", "localhost")
            .header("accept", "text/event-stream");
        let answer = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    server.assert_alive().await;
}

#[tokio::test]
async fn a_panic_costs_one_request() {
    let server = Server::new();
    let call = json!({"name": "search_docs", "arguments": {"query": "panic"}});
    let answer = server.modern("tools/call", call, &[]).await;
    assert_eq!(answer.json()["result"]["isError"], true);
    server.assert_alive().await;
}

#[tokio::test]
async fn lists_say_how_long_they_may_be_kept() {
    let server = Server::new();
    let lists = [
        "server/discover",
        "tools/list",
        "prompts/list",
        "resources/list",
        "resources/templates/list",
    ];
    for method in lists {
        let answer = server.modern(method, json!({}), &[]).await;
        let result = &answer.json()["result"];
        assert_eq!(result["ttlMs"], 60_000, "{method}: {result}");
        assert_eq!(result["cacheScope"], "private", "{method}: {result}");
        assert_eq!(result["resultType"], "complete", "{method}: {result}");
    }
}
