//! McDewey's HTTP server with the fixtures of the official MCP conformance suite beside its own
//! tools, for development only.
//!
//! The suite can check a rule of the protocol only where a server has something to try it on: a
//! tool that answers with an image, a prompt with two arguments. Manuals have none of that, so
//! this program adds it, and leaves the rest as `mcdewey serve` has it: router, guard, limits and
//! accept loop.
//!
//! ```text
//! cargo build --workspace --examples
//! target/debug/examples/conformance [ADDRESS:PORT]
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `main.rs` | the program: a small library, served |
//! | `fixtures.rs` | [`Fixtures`](fixtures::Fixtures): what the suite asks for, else McDewey |
//! | `content.rs` | tools that answer at once, with every kind of content |
//! | `notify.rs` | tools that tell something while they run |
//! | `ask.rs` | tools that ask the client in the middle of a call, as up to 2025-11-25 |
//! | `input.rs` | tools that ask the client to call again with input, as since 2026-07-28 |
//! | `tasks.rs` | tools that answer later |
//! | `prompts.rs`, `resources.rs` | prompts, resources |

#![expect(
    clippy::print_stdout,
    reason = "whoever starts it must learn the address"
)]

mod ask;
mod content;
mod fixtures;
mod input;
mod notify;
mod prompts;
mod resources;
mod tasks;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use mcdewey_core::{HashedEmbedder, Library};
use mcdewey_http::{App, Limits};
use mcdewey_mcp::McDewey;
use mcdewey_mcp::http::{HttpSettings, PATH, Sessions};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::fixtures::Fixtures;

const DEFAULT_ADDRESS: &str = "127.0.0.1:8001";

/// Two manuals, so that every list of McDewey's own has entries that the suite looks at.
const MANUALS: [(&str, &str); 2] = [
    (
        "example/lamp/1.0/manual.md",
        "# Lamp manual\n\n## Power\n\nPress the button once to switch the lamp on.\n\n\
         ## Cleaning\n\nUnplug the lamp before it is cleaned.\n",
    ),
    (
        "example/kettle/2.1/manual.md",
        "# Kettle manual\n\n## Descaling\n\nFill the kettle with vinegar and wait for an hour.\n",
    ),
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or(DEFAULT_ADDRESS);
    mcdewey_mcp::log_to_stderr();
    let folder = tempfile::tempdir()?;
    let library = Arc::new(make_library(folder.path())?);

    let stop = CancellationToken::new();
    let stopping = stop.clone();
    ctrlc::set_handler(move || stopping.cancel())?;

    let fixtures = Fixtures::new(McDewey::new(Arc::clone(&library)));
    let app = App::new(library);
    // What `ask.rs` does is impossible without a session to send the question through.
    let settings = HttpSettings::new().with_sessions(Sessions::Kept);
    let router = mcdewey_http::router(fixtures, app, &settings);

    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    println!("http://{}{PATH}", listener.local_addr()?);
    mcdewey_http::serve(listener, router, &Limits::default(), stop.cancelled()).await;
    Ok(())
}

fn make_library(folder: &Path) -> anyhow::Result<Library> {
    let docs = folder.join("docs");
    for (path, text) in MANUALS {
        let path = docs.join(path);
        fs::create_dir_all(path.parent().expect("a manual lies in a folder"))?;
        fs::write(path, text)?;
    }
    let library = Library::open_or_create(&folder.join("index"))?;
    let library = library.with_embedder(HashedEmbedder::new())?;
    library.ingest(docs)?;
    Ok(library)
}

/// A message of the protocol, written here as it stands on the wire.
fn wire<T: DeserializeOwned>(message: Value) -> T {
    serde_json::from_value(message).expect("fixtures are written as the protocol has them")
}
