//! `mcdewey mcp`: agents over stdin and stdout.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use mcdewey_http::Indexer;
use mcdewey_mcp::{McDewey, log_to_stderr, serve_stdio};

use crate::args::{Common, Mcp};
use crate::commands::serve::start_indexer;
use crate::library;
use crate::reading::Reading;

pub(crate) fn run(common: &Common, args: &Mcp) -> anyhow::Result<ExitCode> {
    let library = match args.docs {
        None => library::open_with_model(common)?,
        Some(_) => library::open_or_create(common)?,
    };
    let reranker = args.reranker.reranker.as_deref();
    let library = Arc::new(library::with_reranker(library, reranker)?);
    let server =
        McDewey::new(Arc::clone(&library)).with_max_answer_tokens(args.agents.max_answer_tokens)?;
    log_to_stderr();
    let indexer = match args.docs.clone() {
        Some(docs) => start_indexer(&library, docs, &Reading::default())?,
        None => Indexer::default(),
    };
    let server = server.with_updating(indexer.updating());
    let failed = indexer.failed();
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(async {
        tokio::select! {
            served = serve_stdio(server) => served,
            () = failed.cancelled() => Ok(()),
        }
    });
    // Nobody waits any more for a search that is still running, nor for what is being indexed:
    // what was committed stays.
    runtime.shutdown_background();
    indexer.end(Duration::ZERO)?;
    served?;
    Ok(ExitCode::SUCCESS)
}
