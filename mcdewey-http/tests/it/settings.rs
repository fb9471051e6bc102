//! Settings of `mcdewey serve`: flags, environment, file.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::program::lossy;

/// The configuration that is shipped.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/server.toml")
}

fn print_config(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcdewey"));
    command.args(["serve", "--print-config"]).args(arguments);
    command.envs(environment.iter().copied());
    command.output().expect("the program runs")
}

#[track_caller]
fn printed(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = print_config(arguments, environment);
    assert!(output.status.success(), "{}", lossy(&output.stderr));
    lossy(&output.stdout)
}

#[track_caller]
fn refused(file: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("server.toml");
    std::fs::write(&path, file).expect("written");
    let output = print_config(&["--config", path.to_str().expect("UTF-8")], &[]);
    assert_eq!(output.status.code(), Some(2), "{}", lossy(&output.stdout));
    lossy(&output.stderr)
}

const HASH: &str = "blake3:0000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn a_flag_comes_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("server.toml");
    std::fs::write(
        &path,
        "max_requests = 1\nmax_connections = 2\nrate_per_key = 3\nwatch = true\n\
        docs = \"manuals\"\nallow_host = [\"a.example\"]\n",
    )
    .expect("written");
    let path = path.to_str().expect("UTF-8");
    let environment = [
        ("MCDEWEY_CONFIG", path),
        ("MCDEWEY_MAX_REQUESTS", "10"),
        ("MCDEWEY_MAX_CONNECTIONS", "20"),
        ("MCDEWEY_ALLOW_HOST", "b.example,c.example"),
        ("MCDEWEY_RERANKER", "cross-encoder"),
        ("MCDEWEY_QUERY_LOG", "queries.jsonl"),
    ];
    let text = printed(&["--max-requests", "100", "--watch=false"], &environment);
    for line in [
        "max_requests = 100  # command line",
        "max_connections = 20  # MCDEWEY_MAX_CONNECTIONS",
        &format!("rate_per_key = 3  # {path}"),
        "watch = false  # command line",
        &format!("docs = \"manuals\"  # {path}"),
        "allow_host = [\"b.example\", \"c.example\"]  # MCDEWEY_ALLOW_HOST",
        "reranker = \"cross-encoder\"  # MCDEWEY_RERANKER",
        "query_log = \"queries.jsonl\"  # MCDEWEY_QUERY_LOG",
        "bind = \"127.0.0.1:8080\"  # default",
        "index = \".mcdewey\"  # default",
        "# tls_key is not set",
    ] {
        assert!(
            text.lines().any(|printed| printed == line),
            "no `{line}` in\n{text}"
        );
    }
}

#[test]
fn what_people_search_for_is_kept_only_where_a_file_is_named() {
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    assert!(lines(&printed(&[], &[])).contains(&"# query_log is not set".to_owned()));
    let flag = printed(&["--query-log", "a b.jsonl"], &[("MCDEWEY_QUERY_LOG", "c")]);
    let expected = "query_log = \"a b.jsonl\"  # command line".to_owned();
    assert!(lines(&flag).contains(&expected), "{flag}");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("server.toml");
    std::fs::write(&path, "query_log = \"kept.jsonl\"\n").expect("written");
    let path = path.to_str().expect("UTF-8");
    let file = printed(&["--config", path], &[]);
    let expected = format!("query_log = \"kept.jsonl\"  # {path}");
    assert!(lines(&file).contains(&expected), "{file}");
}

#[test]
fn what_is_printed_is_a_configuration_that_says_the_same() {
    let shipped = shipped();
    let first = printed(&["--config", shipped.to_str().expect("UTF-8")], &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("printed.toml");
    std::fs::write(&path, &first).expect("written");
    let second = printed(&["--config", path.to_str().expect("UTF-8")], &[]);
    let values = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .map(|line| line.split("  # ").next().unwrap_or(line));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(values(&first), values(&second));
    assert!(first.contains("[[keys]]"), "{first}");
}

#[test]
fn the_shipped_configuration_names_every_setting_with_its_default() {
    let shipped = std::fs::read_to_string(shipped()).expect("it is there");
    let defaults = printed(&[], &[]);
    for line in defaults.lines() {
        let name = line
            .trim_start_matches("# ")
            .split(' ')
            .next()
            .expect("a name");
        let written = |start: &str| shipped.lines().find(|shipped| shipped.starts_with(start));
        let commented = written(&format!("# {name} = "));
        let set = written(&format!("{name} = "));
        assert!(commented.is_some() || set.is_some(), "{name} is missing");
        if let (Some(commented), None, false) = (commented, set, line.ends_with("not set")) {
            let value = line.split("  # ").next().expect("a value");
            assert_eq!(commented.trim_start_matches("# "), value);
        }
    }
}

#[test]
fn what_cannot_be_meant_is_refused_and_says_what_can() {
    let expected = [
        (
            "max_request = 3\n".to_owned(),
            "unknown field `max_request`",
        ),
        ("max_requests = 0\n".to_owned(), "at least 1"),
        ("bind = \"0.0.0.0:80\"\n".to_owned(), "--insecure"),
        ("watch = true\n".to_owned(), "a folder to watch"),
        ("tls_key = \"k\"\n".to_owned(), "set tls_certificate too"),
        (
            "[anonymous]\nvendors = [\"a\"]\n".to_owned(),
            "there are no keys",
        ),
        (
            "[[keys]]\nname = \"a\"\nhash = \"mcdewey_12\"\n".to_owned(),
            "`mcdewey key NAME` makes one",
        ),
        (
            format!("[[keys]]\nname = \"a\"\nhash = \"{HASH}\"\nvendor = \"b\"\n"),
            "unknown field `vendor`",
        ),
        (
            format!(
                "{0}{0}",
                format!("[[keys]]\nname = \"a\"\nhash = \"{HASH}\"\n")
            ),
            "two keys are named `a`",
        ),
    ];
    for (file, message) in expected {
        let said = refused(&file);
        assert!(said.contains(message), "{file}: {said}");
    }
    let output = print_config(&["--config", "/no/such/file"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(lossy(&output.stderr).contains("/no/such/file"));
}

#[test]
fn a_new_key_fits_into_a_configuration() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mcdewey"))
            .args(arguments)
            .output();
        lossy(&output.expect("the program runs").stdout)
    };
    let shown = run(&["key", "support", "--vendor", "acme", "--group", "staff"]);
    let table = &shown[shown.find("[[keys]]").expect("a table")..];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("server.toml");
    std::fs::write(&path, table).expect("written");
    let printed = printed(
        &[
            "--config",
            path.to_str().expect("UTF-8"),
            "--bind",
            "0.0.0.0:80",
        ],
        &[],
    );
    assert!(printed.contains("vendors = [\"acme\"]"), "{printed}");

    let json: serde_json::Value =
        serde_json::from_str(&run(&["key", "a", "--admin", "--json"])).expect("JSON");
    let key = json["key"].as_str().expect("a key");
    assert!(key.starts_with("mcdewey_"));
    assert_eq!(json["table"]["admin"], true);
    assert!(!json["table"].to_string().contains(&key["mcdewey_".len()..]));
}

#[test]
fn completions_and_manual_pages_name_the_commands() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mcdewey"))
            .args(arguments)
            .output();
        let output = output.expect("the program runs");
        assert!(output.status.success(), "{}", lossy(&output.stderr));
        lossy(&output.stdout)
    };
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            run(&["completions", shell]).contains("print-config"),
            "{shell}"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("man");
    run(&["man", folder.to_str().expect("UTF-8")]);
    let page = std::fs::read_to_string(folder.join("mcdewey-serve.1")).expect("a page");
    assert!(page.contains("print\\-config"), "{page}");
    assert!(folder.join("mcdewey.1").exists());
}
