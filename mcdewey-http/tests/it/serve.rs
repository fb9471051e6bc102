//! `mcdewey serve` and `mcdewey mcp`, as programs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{Workspace, lossy};

/// How long anything may take; far more than it needs on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

const MANUALS: [(&str, &str); 2] = [
    (
        "router/9.1/vlan.md",
        "# VLANs\n\nUntagged frames belong to the native VLAN.\n",
    ),
    (
        "router/9.2/vlan.md",
        "# VLANs\n\nUntagged frames are dropped.\n",
    ),
];

/// A server that is stopped when the test ends.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn spawn(mut command: Command) -> Child {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("the program runs")
}

fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("a child") {
            return status;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("killed");
    panic!("still running after {PATIENCE:?}");
}

/// Ends by itself, with this exit code; gives what it wrote to stderr.
fn fails(command: Command, code: i32) -> String {
    let mut child = spawn(command);
    let status = wait(&mut child);
    let output = child.wait_with_output().expect("its output");
    let stderr = lossy(&output.stderr);
    assert_eq!(status.code(), Some(code), "{stderr}");
    stderr
}

impl Server {
    pub(crate) fn start(workspace: &Workspace, arguments: &[&str]) -> Self {
        let index = workspace.index();
        Self::start_at(workspace, index.to_str().expect("UTF-8"), arguments)
    }

    /// With another index than the workspace's.
    pub(crate) fn start_at(workspace: &Workspace, index: &str, arguments: &[&str]) -> Self {
        let mut all = vec!["serve", "--bind", "127.0.0.1:0", "--json"];
        all.extend(arguments);
        let mut child = spawn(workspace.command_at(index, &all));
        let stdout = child.stdout.take().expect("piped");
        let stream = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>();
        let announced = stream
            .into_iter()
            .next()
            .expect("an address")
            .expect("JSON");
        let url = announced["url"].as_str().expect("a URL");
        assert_eq!(announced["mcp"], format!("{url}/mcp"));
        let address = url.strip_prefix("http://").expect("http").to_owned();
        Self { child, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        stream
    }

    /// Sends a request and reads the whole answer.
    pub(crate) fn send(&self, request: &str) -> (u16, String) {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).expect("a status");
        (status.parse().expect("a number"), body.to_owned())
    }

    pub(crate) fn get(&self, path: &str, host: &str) -> (u16, Value) {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let (status, body) = self.send(&request);
        (
            status,
            serde_json::from_str(&body).unwrap_or(Value::String(body)),
        )
    }

    fn call(&self, tool: &str, arguments: &Value) -> Value {
        let params = json!({
            "name": tool,
            "arguments": arguments,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
            },
        });
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let body = body.to_string();
        let (status, body) = self.send(&format!(
            "POST /mcp HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
             content-type: application/json\r\naccept: application/json, text/event-stream\r\n\
             mcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: {tool}\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ));
        assert_eq!(status, 200, "{body}");
        let answer: Value = serde_json::from_str(&body).expect("JSON");
        answer["result"].clone()
    }

    /// Waits until `/health/ready` says that no documents are being indexed.
    pub(crate) fn until_up_to_date(&self) -> Value {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let (status, ready) = self.get("/health/ready", &self.address);
            if ready["updating"] == false {
                assert_eq!(status, 200);
                return ready;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("not up to date after {PATIENCE:?}");
    }

    /// Ends it and gives what it wrote to stderr.
    fn log(mut self) -> String {
        assert!(self.terminate().success());
        let mut log = String::new();
        let stderr = self.child.stderr.as_mut().expect("piped");
        stderr.read_to_string(&mut log).expect("UTF-8");
        log
    }

    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.expect("kill runs").success());
        wait(&mut self.child)
    }
}

#[test]
fn it_indexes_serves_and_ends_when_told() {
    let workspace = Workspace::with(&MANUALS);
    let docs = workspace.docs();
    let mut server = Server::start(&workspace, &[docs.to_str().expect("UTF-8")]);
    assert_eq!(server.get("/health/live", &server.address).0, 200);
    let ready = server.until_up_to_date();
    assert_eq!(ready["status"], "ready");

    let answer = server.call(
        "search_docs",
        &json!({"query": "untagged", "version": "9.2"}),
    );
    let hit = &answer["structuredContent"]["hits"][0];
    assert_eq!(hit["chunk_id"], "router::9.2::vlan::0");
    let url = format!(
        "http://{}/doc/router::9.2::vlan?chunk=0#chunk-0",
        server.address
    );
    assert_eq!(hit["doc_context_url"], url);
    let path = "/doc/router::9.2::vlan?chunk=0";
    let (status, page) = server.get(path, &server.address);
    assert_eq!(status, 200);
    assert!(
        page.as_str()
            .is_some_and(|page| page.contains("id=\"chunk-0\""))
    );
    assert!(server.terminate().success());
}

#[test]
fn a_log_has_the_id_of_each_request_and_queries_only_if_asked_for() {
    let workspace = Workspace::with(&MANUALS);
    workspace.reindex();
    for logs_queries in [false, true] {
        let mut arguments = vec!["--log-format", "json"];
        if logs_queries {
            arguments.push("--log-queries");
        }
        let server = Server::start(&workspace, &arguments);
        for path in [
            "/api/v1/search?query=zeppelin",
            "/search?q=zeppelin",
            "/chunk/zeppelin",
        ] {
            let request = format!(
                "GET {path} HTTP/1.1\r\nhost: {}\r\nx-request-id: trace-{logs_queries}\r\n\
                 connection: close\r\n\r\n",
                server.address
            );
            server.send(&request);
        }
        server.call("search_docs", &json!({"query": "zeppelin"}));
        let log = server.log();
        let lines = log
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let lines: Vec<Value> = lines.collect();
        let answered = lines.iter().filter(|line| line["message"] == "answered");
        let answered: Vec<_> = answered
            .filter(|line| line["span"]["id"] == format!("trace-{logs_queries}"))
            .collect();
        assert_eq!(answered.len(), 3, "{log}");
        assert_eq!(answered[0]["route"], "/api/v1/search");
        assert_eq!(answered[0]["status"], 200);
        let searched = lines
            .iter()
            .filter(|line| line["target"] == "mcdewey::query");
        let searched: Vec<_> = searched.collect();
        assert_eq!(searched.len(), if logs_queries { 3 } else { 0 }, "{log}");
        assert_eq!(log.contains("zeppelin"), logs_queries, "{log}");
        for line in &searched[..searched.len().min(2)] {
            assert_eq!(line["span"]["id"], "trace-true", "{line}");
        }
    }
}

#[test]
fn a_commit_of_another_process_is_served_without_a_restart() {
    let workspace = Workspace::with(&MANUALS);
    workspace.reindex();
    let server = Server::start(&workspace, &[]);
    let query = json!({"query": "zeppelin", "mode": "lexical"});
    let n_hits = |answer: &Value| answer["structuredContent"]["hits"].as_array().map(Vec::len);
    assert_eq!(n_hits(&server.call("search_docs", &query)), Some(0));
    workspace.write("airship/1/mast.md", "# Mast\n\nA zeppelin needs a mast.\n");
    workspace.reindex();
    assert_eq!(n_hits(&server.call("search_docs", &query)), Some(1));
}

#[test]
fn foreign_hosts_and_pages_are_refused_on_every_route() {
    let workspace = Workspace::with(&MANUALS);
    workspace.reindex();
    let server = Server::start(&workspace, &["--allow-host", "manuals.example"]);
    for path in ["/mcp", "/health/live", "/health/ready"] {
        assert_eq!(server.get(path, "evil.example").0, 403, "{path}");
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\norigin: http://evil.example\r\n\
             connection: close\r\n\r\n",
            server.address
        );
        assert_eq!(server.send(&request).0, 403, "{path}");
    }
    assert_eq!(server.get("/health/live", "manuals.example").0, 200);
    assert_eq!(server.get("/nothing", &server.address).0, 404);
}

#[test]
fn it_lives_on_after_clients_that_misbehave() {
    let workspace = Workspace::with(&MANUALS);
    workspace.reindex();
    let server = Server::start(&workspace, &[]);
    // One says nothing, one half of a head, one no HTTP at all, one promises a body and leaves.
    let silent = server.connect();
    let mut half = server.connect();
    half.write_all(b"GET /health/live HT").expect("sent");
    let mut nonsense = server.connect();
    nonsense
        .write_all(b"\x16\x03\x01\x00\xff nonsense\r\n\r\n")
        .expect("sent");
    let mut leaving = server.connect();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         accept: application/json, text/event-stream\r\ncontent-length: 1000\r\n\r\n{{",
        server.address
    );
    leaving.write_all(head.as_bytes()).expect("sent");
    drop(leaving);
    assert_eq!(server.get("/health/live", &server.address).0, 200);
    drop((silent, half));

    let long = format!(
        "GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "x".repeat(100_000)
    );
    let mut stream = server.connect();
    // The server may close before it has read all of it.
    let _sent = stream.write_all(long.as_bytes());
    assert_eq!(server.get("/health/live", &server.address).0, 200);
}

#[test]
fn what_cannot_be_served_is_refused_before_anything_is_indexed() {
    let workspace = Workspace::with(&MANUALS);
    let stderr = fails(workspace.command(&["serve", "--bind", "0.0.0.0:0"]), 2);
    assert!(stderr.contains("--insecure"), "{stderr}");
    let stderr = fails(workspace.command(&["serve", "--bind", "nowhere"]), 2);
    assert!(stderr.contains("--bind"), "{stderr}");

    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    let stderr = fails(workspace.command(&["serve", "--bind", &address]), 1);
    assert!(stderr.contains("choose another with --bind"), "{stderr}");

    let stderr = fails(workspace.command(&["serve", "--bind", "127.0.0.1:0"]), 2);
    assert!(stderr.contains("no index at"), "{stderr}");
    let refused = [
        "serve",
        "--bind",
        "127.0.0.1:0",
        "--max-answer-tokens",
        "10",
    ];
    let certificate = [
        "serve",
        "--tls-certificate",
        "/no/such.pem",
        "--tls-key",
        "/no/key.pem",
    ];
    let stderr = fails(workspace.command(&certificate), 1);
    assert!(stderr.contains("/no/such.pem"), "{stderr}");
    workspace.reindex();
    let stderr = fails(workspace.command(&refused), 1);
    assert!(stderr.contains("must be 1000 to 100000"), "{stderr}");
}

#[test]
fn manuals_that_are_gone_end_a_new_server_but_not_one_with_an_index() {
    let workspace = Workspace::with(&MANUALS);
    let gone = workspace.docs().join("gone");
    let gone = gone.to_str().expect("UTF-8");
    let stderr = fails(
        workspace.command(&["serve", gone, "--bind", "127.0.0.1:0"]),
        1,
    );
    assert!(stderr.contains("gone"), "{stderr}");

    workspace.reindex();
    let server = Server::start(&workspace, &[gone]);
    server.until_up_to_date();
    let answer = server.call("search_docs", &json!({"query": "untagged"}));
    assert_eq!(answer["isError"], false);
}

fn send(stdin: &mut ChildStdin, message: &Value) {
    writeln!(stdin, "{message}").expect("sent");
}

#[test]
fn mcp_indexes_a_small_folder_before_it_answers_and_ends_with_its_input() {
    let workspace = Workspace::with(&MANUALS);
    let docs = workspace.docs();
    let command = workspace.command(&["mcp", docs.to_str().expect("UTF-8")]);
    let mut child = spawn(command);
    let mut stdin = child.stdin.take().expect("piped");
    let call = json!({
        "name": "search_docs",
        "arguments": {"query": "untagged", "all_versions": true},
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    });
    send(
        &mut stdin,
        &json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}),
    );
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    stdout.read_line(&mut line).expect("an answer");
    let answer: Value = serde_json::from_str(&line).expect("JSON");
    let hits = &answer["result"]["structuredContent"]["hits"];
    assert_eq!(hits.as_array().map(Vec::len), Some(2), "{answer}");
    drop(stdin);
    assert!(wait(&mut child).success());
}

#[test]
fn what_people_searched_for_can_be_read_from_the_query_log() {
    let workspace = Workspace::with(&MANUALS);
    workspace.reindex();
    let log = workspace.docs().with_file_name("queries.jsonl");
    let log = log.to_str().expect("UTF-8");
    let mut server = Server::start(&workspace, &["--query-log", log]);
    for path in [
        "/search?q=untagged%20frames",
        "/api/v1/search?query=Untagged%20%20Frames&limit=1",
        "/api/v1/search?query=zeppelin&mode=lexical&version=9.2",
        "/api/v1/search?query=",
    ] {
        server.get(path, &server.address);
    }
    // Another page of the same search is no other search.
    let path = "/api/v1/search?query=untagged%20frames&limit=1&all_versions=true";
    let (_, first) = server.get(path, &server.address);
    let next = first["next"].as_str().expect("more");
    server.get(&format!("{path}&cursor={next}"), &server.address);
    server.call(
        "search_docs",
        &json!({"query": "native zeppelin", "mode": "lexical"}),
    );
    assert!(server.terminate().success());

    let (code, all) = workspace.json(&["queries", log]);
    assert_eq!(code, 0);
    let counts = |found: &Value| -> Vec<(String, u64, u64)> {
        let queries = found["queries"].as_array().expect("queries").iter();
        let count = |query: &Value, field: &str| query[field].as_u64().expect("a count");
        queries
            .map(|query| {
                let text = query["query"].as_str().expect("text").to_owned();
                (text, count(query, "searches"), count(query, "without_hits"))
            })
            .collect()
    };
    let zeppelin = ("zeppelin".to_owned(), 1, 1);
    let untagged = ("untagged frames".to_owned(), 3, 0);
    let native = ("native zeppelin".to_owned(), 1, 0);
    assert_eq!(counts(&all), [untagged, native, zeppelin.clone()]);
    let (_, none) = workspace.json(&["queries", log, "--without-hits"]);
    assert_eq!(counts(&none), [zeppelin]);
    let (_, unsure) = workspace.json(&["queries", log, "--low-confidence"]);
    let unsure = unsure["queries"].as_array().expect("queries");
    assert!(unsure.iter().any(|query| query["query"] == "zeppelin"));
    for query in unsure {
        assert_ne!(query["without_confidence"], 0, "{query}");
    }

    let said = |arguments: &[&str]| {
        let output = workspace.run(&[&["queries", log], arguments].concat());
        assert!(output.status.success(), "{}", lossy(&output.stderr));
        lossy(&output.stdout)
    };
    assert_eq!(
        said(&["--without-hits", "--jsonl"]),
        "{\"_id\":\"q1\",\"text\":\"zeppelin\"}\n"
    );
    let table = said(&[]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "searches  no hits  no confidence  query");
    assert!(lines[1].starts_with("       3        0  ") && lines[1].ends_with("  untagged frames"));
    let kept = std::fs::read_to_string(log).expect("it is there");
    assert_eq!(kept.lines().count(), 5, "{kept}");
    assert!(
        kept.contains("\"filter\":{\"version\":[\"9.2\"]}"),
        "{kept}"
    );
}

#[test]
fn a_query_log_that_cannot_be_written_or_read_is_named() {
    let workspace = Workspace::with(&MANUALS);
    workspace.reindex();
    let bind = ["serve", "--bind", "127.0.0.1:0"];
    let said = fails(
        workspace.command(&[&bind[..], &["--query-log", "no/queries"]].concat()),
        1,
    );
    assert!(
        said.contains("cannot write the query log no/queries"),
        "{said}"
    );
    let said = fails(workspace.command(&["queries", "no/queries"]), 1);
    assert!(
        said.contains("cannot read the query log no/queries"),
        "{said}"
    );
}
