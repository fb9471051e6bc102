//! `mcdewey status`: what is there.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mcdewey_core::LibraryStatus;
use mcdewey_core::embed::onnx_runtime;
use serde::Serialize;

use crate::args::Common;
use crate::library;
use crate::output::{self, count, grouped, size};

#[derive(Debug, Serialize)]
struct Status {
    #[serde(flatten)]
    library: LibraryStatus,
    onnx_runtime: RuntimeRow,
}

/// What would run an ONNX model here.
#[derive(Debug, Serialize)]
struct RuntimeRow {
    name: String,
    library: Option<PathBuf>,
    advice: Option<String>,
}

impl RuntimeRow {
    fn here() -> Self {
        let found = onnx_runtime();
        Self {
            name: match found.library {
                Some(_) => found.name(),
                None => "tract, in pure Rust".to_owned(),
            },
            library: found.library.clone(),
            advice: found.advice(),
        }
    }
}

pub(crate) fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let library = library::open(common)?;
    let status = Status {
        library: library.status(),
        onnx_runtime: RuntimeRow::here(),
    };
    if common.json {
        output::json(&status)?;
    } else {
        print(common, &status);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(common: &Common, status: &Status) {
    let library = &status.library;
    println!("index       {}", common.index().display());
    let age = library.committed_at.map_or_else(|| "never".to_owned(), age);
    println!("generation  {}, committed {age}", library.generation);
    println!(
        "shelves     {}, {}, {}",
        count(library.vendors, "vendor"),
        count(library.products, "product"),
        count(library.versions, "version")
    );
    println!(
        "documents   {} with {} and {}",
        grouped(library.documents),
        count(library.pages, "known page"),
        count(library.chunks, "passage")
    );
    let engine = &library.engine;
    println!(
        "vectors     {} ({} in a graph, the others are scanned)",
        grouped(engine.vectors),
        grouped(engine.vectors_in_graphs)
    );
    if let Some(embedder) = &library.embedder {
        println!("model       {}, {} dimensions", embedder.name, embedder.dim);
        println!("            {}", embedder.fingerprint);
    }
    println!("runtime     {}", status.onnx_runtime.name);
    if let Some(path) = &status.onnx_runtime.library {
        println!("            {}", path.display());
    }
    if let Some(advice) = &status.onnx_runtime.advice {
        println!("            {advice}");
    }
    println!("disk        {}", size(engine.bytes));
    for degraded in &engine.degraded {
        println!("degraded    {degraded}");
    }
}

fn age(committed_at: u64) -> String {
    let committed = UNIX_EPOCH + Duration::from_secs(committed_at);
    let seconds = SystemTime::now()
        .duration_since(committed)
        .map_or(0, |age| age.as_secs());
    match seconds {
        0..120 => format!("{seconds} seconds ago"),
        120..7_200 => format!("{} minutes ago", seconds / 60),
        7_200..172_800 => format!("{} hours ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}
