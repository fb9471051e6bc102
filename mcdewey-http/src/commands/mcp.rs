//! `mcdewey mcp`: agents over stdin and stdout.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use mcdewey_mcp::{McDewey, log_to_stderr, serve_stdio};

use crate::args::{Common, Mcp};
use crate::background::Ingest;
use crate::library;

pub(crate) fn run(common: &Common, args: &Mcp) -> anyhow::Result<ExitCode> {
    let library = Arc::new(match args.docs {
        None => library::open_with_model(common)?,
        Some(_) => library::open_or_create(common)?,
    });
    let server =
        McDewey::new(Arc::clone(&library)).with_max_answer_tokens(args.agents.max_answer_tokens)?;
    let ingest = Ingest::start(&library, args.docs.clone());
    let server = server.with_updating(Arc::clone(&ingest.updating));
    log_to_stderr();
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(async {
        tokio::select! {
            served = serve_stdio(server) => served,
            () = ingest.failed.cancelled() => Ok(()),
        }
    });
    // Nobody waits any more for a search that is still running, nor for what is being indexed:
    // what was committed stays.
    runtime.shutdown_background();
    ingest.wait(Duration::ZERO)?;
    served?;
    Ok(ExitCode::SUCCESS)
}
