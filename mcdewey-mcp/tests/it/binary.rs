//! The program `mcdewey-mcp`, over its standard input and output.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use mcdewey_core::OnnxEmbedder;
use serde_json::{Value, json};

use crate::{Altered, make_library, make_library_with};

/// How long the program may take to end; far more than it needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn program(index: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcdewey-mcp"));
    command.arg("--index").arg(index).env_remove("RUST_LOG");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn send(stdin: &mut ChildStdin, message: &Value) {
    writeln!(stdin, "{message}").unwrap();
}

fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("still running {PATIENCE:?} after the end of its input");
}

#[test]
fn it_answers_line_by_line_and_ends_with_its_input() {
    let folder = tempfile::tempdir().unwrap();
    drop(make_library(folder.path()));
    let mut child = program(&folder.path().join("index")).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut answer = || -> Value {
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    };

    let client = json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    });
    send(
        &mut stdin,
        &json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}),
    );
    let initialized = answer();
    assert_eq!(initialized["result"]["protocolVersion"], "2025-06-18");
    assert_eq!(initialized["result"]["serverInfo"]["name"], "mcdewey");
    send(
        &mut stdin,
        &json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
    );

    send(
        &mut stdin,
        &json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}),
    );
    assert_eq!(answer()["result"]["tools"][0]["name"], "search_docs");

    let call = json!({"name": "search_docs", "arguments": {"query": "dropped frames", "limit": 1}});
    send(
        &mut stdin,
        &json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": call}),
    );
    let found = answer();
    assert_eq!(found["id"], 3);
    let hits = &found["result"]["structuredContent"]["hits"];
    assert_eq!(hits[0]["chunk_id"], "router::9.2::vlan::0");

    drop(stdin);
    assert!(wait(&mut child).success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

/// Sends one call of the stateless protocol, ends the input, and returns the hits.
fn hits_of_one_call(index: &Path) -> Vec<Value> {
    let mut child = program(index).spawn().unwrap();
    let call = json!({
        "name": "search_docs",
        "arguments": {"query": "untagged frames"},
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    });
    let mut stdin = child.stdin.take().unwrap();
    send(
        &mut stdin,
        &json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}),
    );
    drop(stdin);
    assert!(wait(&mut child).success());
    let Output { stdout, .. } = child.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&stdout).unwrap();
    assert_eq!(answer["result"]["resultType"], "complete");
    answer["result"]["structuredContent"]["hits"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn a_call_without_handshake_is_answered_after_the_input_ended() {
    let folder = tempfile::tempdir().unwrap();
    drop(make_library(folder.path()));
    // Two versions of one section.
    assert_eq!(hits_of_one_call(&folder.path().join("index")).len(), 1);
}

#[test]
fn an_index_is_opened_with_the_bundled_model_that_made_it() {
    let folder = tempfile::tempdir().unwrap();
    drop(make_library_with(
        folder.path(),
        OnnxEmbedder::bundled().unwrap(),
    ));
    // Two versions of one section.
    assert_eq!(hits_of_one_call(&folder.path().join("index")).len(), 1);
}

#[test]
fn an_index_of_an_unknown_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(make_library_with(folder.path(), Altered::foreign()));
    let output = program(&folder.path().join("index")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("was made with the model foreign:1"),
        "{stderr}"
    );
}

#[test]
fn a_client_that_says_nothing_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    drop(make_library(folder.path()));
    let mut child = program(&folder.path().join("index")).spawn().unwrap();
    drop(child.stdin.take());
    assert!(wait(&mut child).success());
    let Output { stdout, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!((stdout, stderr), (Vec::new(), Vec::new()));
}

#[test]
fn without_an_index_it_says_so_on_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(&folder.path().join("none")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("Error: no index at "), "{stderr}");
}
