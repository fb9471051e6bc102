//! A library that changes while it is served.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{Workspace, lossy};
use crate::serve::{PATIENCE, Server};

const MANUALS: [(&str, &str); 1] = [(
    "router/9.1/vlan.md",
    "# VLANs\n\nUntagged frames belong to the native VLAN.\n",
)];

/// A configuration with an administrator's key, and the key.
fn with_key(workspace: &Workspace) -> (PathBuf, String) {
    let output = workspace.run(&["key", "admin", "--admin", "--json"]);
    let made: Value = serde_json::from_str(&lossy(&output.stdout)).expect("JSON");
    let hash = made["table"]["hash"].as_str().expect("a hash");
    let file = workspace.index().with_extension("toml");
    let text = format!("[[keys]]\nname = \"admin\"\nhash = \"{hash}\"\nadmin = true\n");
    std::fs::write(&file, text).expect("written");
    (file, made["key"].as_str().expect("a key").to_owned())
}

/// `key` may be empty, for none.
fn ask(server: &Server, method: &str, path: &str, key: &str) -> (u16, Value) {
    let authorization = match key {
        "" => String::new(),
        key => format!("authorization: Bearer {key}\r\n"),
    };
    let (status, body) = server.send(&format!(
        "{method} {path} HTTP/1.1\r\nhost: {}\r\n{authorization}content-length: 0\r\n\
         connection: close\r\n\r\n",
        server.address
    ));
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    (status, body)
}

/// Waits until `is_so` of the answer to a GET; far later than it takes, the test has failed.
fn until(server: &Server, key: &str, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let (_, answer) = ask(server, "GET", path, key);
        if is_so(&answer) {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "{answer}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn a_changed_file_is_found_without_being_asked_for() {
    let workspace = Workspace::with(&MANUALS);
    let docs = workspace.docs();
    // The index lies among the manuals: what an ingest writes there must not begin another one.
    let index = docs.join(".mcdewey");
    let index = index.to_str().expect("UTF-8");
    let server = Server::start_at(
        &workspace,
        index,
        &[docs.to_str().expect("UTF-8"), "--watch"],
    );
    server.until_up_to_date();
    let search = "/api/v1/search?mode=lexical&query=zeppelin";
    assert_eq!(server.get(search, &server.address).1["total"], 0);
    workspace.write("airship/1/mast.md", "# Mast\n\nA zeppelin needs a mast.\n");
    until(&server, "", search, |answer| answer["total"] == 1);
    std::fs::remove_dir_all(docs.join("airship")).expect("removed");
    until(&server, "", search, |answer| answer["total"] == 0);

    let status = until(&server, "", "/api/v1/status", |status| {
        status["updating"] == false
    });
    assert_eq!(status["watching"], true);
    let last = status["ingest"]["ended_at"].clone();
    std::thread::sleep(Duration::from_millis(2500));
    let later = server.get("/api/v1/status", &server.address).1;
    assert_eq!(later["ingest"]["ended_at"], last, "nothing has changed");
}

#[test]
fn an_administrator_says_when_to_look_and_reads_what_came_of_it() {
    let workspace = Workspace::with(&MANUALS);
    let (config, key) = with_key(&workspace);
    let docs = workspace.docs();
    let arguments = [
        docs.to_str().expect("UTF-8"),
        "--config",
        config.to_str().expect("UTF-8"),
    ];
    let server = Server::start(&workspace, &arguments);
    server.until_up_to_date();
    assert_eq!(ask(&server, "POST", "/api/v1/reindex", "").0, 401);
    workspace.write("airship/1/mast.md", "# Mast\n\nA zeppelin needs a mast.\n");
    workspace.write("airship/1/scan.pdf", "not a pdf");
    let (status, answer) = ask(&server, "POST", "/api/v1/reindex", &key);
    assert_eq!((status, &answer["new"]), (202, &Value::Bool(true)));
    let status = until(&server, &key, "/api/v1/status", |status| {
        status["ingest"]["report"]["documents"]["total"] == 3
    });
    let ingest = &status["ingest"];
    let problems = ingest["report"]["problems"].as_array().expect("problems");
    assert!(
        problems
            .iter()
            .any(|problem| problem["source"] == "airship/1/scan.pdf"),
        "{ingest}"
    );
}

#[test]
fn an_update_that_fails_is_told_and_the_old_library_stays() {
    let workspace = Workspace::with(&MANUALS);
    let (config, key) = with_key(&workspace);
    let docs = workspace.docs();
    let arguments = [
        docs.to_str().expect("UTF-8"),
        "--config",
        config.to_str().expect("UTF-8"),
    ];
    let mut server = Server::start(&workspace, &arguments);
    server.until_up_to_date();
    workspace.write("mcdewey.toml", "vender = \"Acme\"\n");
    assert_eq!(ask(&server, "POST", "/api/v1/reindex", &key).0, 202);
    let failed = until(&server, &key, "/api/v1/status", |status| {
        status["ingest"]["error"].is_string()
    });
    let error = failed["ingest"]["error"].as_str().expect("an error");
    assert!(error.contains("vendor"), "{error}");
    assert_eq!(failed["documents"], 1);
    assert_eq!(
        ask(&server, "GET", "/api/v1/search?query=vlan", &key).1["total"],
        1
    );
    assert!(server.terminate().success());
}

#[test]
fn a_server_ends_while_it_indexes() {
    let workspace = Workspace::new();
    for number in 0..300 {
        let text = format!(
            "# Note {number}\n\n{}\n",
            "A sentence of many words. ".repeat(200)
        );
        workspace.write(&format!("notes/1/note-{number}.md"), &text);
    }
    let docs = workspace.docs();
    let mut server = Server::start(&workspace, &[docs.to_str().expect("UTF-8")]);
    let started = Instant::now();
    assert!(server.terminate().success());
    // The bound is ten seconds; a busy machine gets three times that.
    assert!(started.elapsed() < Duration::from_secs(30));
}
