//! `mcdewey-mcp`: the MCP server over standard input and output.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use tracing_subscriber::EnvFilter;

/// Serves an index of product manuals to an agent: MCP over standard input and output.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The index directory, as `mcdewey index` made it.
    #[arg(long, value_name = "DIR", default_value = ".mcdewey")]
    index: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    log_to_stderr();
    let library = Arc::new(mcdewey_mcp::open_library(&arguments.index)?);
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(mcdewey_mcp::serve_stdio(library));
    // Nobody waits any more for a search that is still running.
    runtime.shutdown_background();
    served
}

/// Warnings and errors, or what `RUST_LOG` asks for. Standard output belongs to the protocol.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
