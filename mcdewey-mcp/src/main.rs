//! `mcdewey-mcp`: the MCP server over standard input and output.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use mcdewey_core::Library;
use mcdewey_mcp::McDewey;

/// Serves an index of product manuals to an agent: MCP over standard input and output.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The index directory, as `mcdewey index` made it.
    #[arg(long, value_name = "DIR", default_value = ".mcdewey")]
    index: PathBuf,
}

#[expect(unsafe_code, reason = "see silence_onnx_runtime")]
fn main() -> anyhow::Result<()> {
    // SAFETY: no thread has been started yet.
    unsafe { mcdewey_core::embed::silence_onnx_runtime() };
    let arguments = Arguments::parse();
    let library = Library::open(&arguments.index)?.with_default_embedder()?;
    mcdewey_mcp::run_stdio(McDewey::new(Arc::new(library)))
}
