//! A docs root and an index in a temporary folder, and the program to run on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with `docs/` and an index; everything uses the hashed embedder, so tests are fast.
pub(crate) struct Workspace {
    folder: TempDir,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("docs")).expect("a folder");
        Self { folder }
    }

    /// With these files below `docs/`.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let workspace = Self::new();
        for (path, text) in files {
            workspace.write(path, text);
        }
        workspace
    }

    pub(crate) fn docs(&self) -> PathBuf {
        self.folder.path().join("docs")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    pub(crate) fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.docs().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let index = self.index();
        self.command_at(index.to_str().expect("UTF-8"), arguments)
    }

    /// With another index.
    pub(crate) fn command_at(&self, index: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_mcdewey")));
        command
            .args(arguments)
            .args(["--index", index])
            .current_dir(self.folder.path());
        command.args(["--embedder", "hashed"]);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// Runs with `--json` and gives the exit code and the one document on stdout.
    pub(crate) fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self
            .command(arguments)
            .arg("--json")
            .output()
            .expect("the program runs");
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        let value = serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("{error} in `{text}`, stderr: {}", lossy(&output.stderr))
        });
        (output.status.code().expect("it was not killed"), value)
    }

    /// Indexes `docs/` and gives exit code and report.
    pub(crate) fn reindex(&self) -> (i32, Value) {
        let docs = self.docs();
        self.json(&["index", docs.to_str().expect("a UTF-8 path")])
    }
}

pub(crate) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
