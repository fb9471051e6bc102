//! `mcdewey mcp`: agents over stdin and stdout.

use std::process::ExitCode;
use std::sync::Arc;

use mcdewey_core::IngestOptions;

use crate::args::{Common, Mcp};
use crate::library;
use crate::progress::Progress;

pub(crate) fn run(common: &Common, args: &Mcp) -> anyhow::Result<ExitCode> {
    let library = match &args.docs {
        None => library::open_with_model(common)?,
        Some(docs) => {
            let library = library::open_or_create(common)?;
            library.ingest_with(docs, &IngestOptions::default(), &Progress::default())?;
            library
        }
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(mcdewey_mcp::serve_stdio(Arc::new(library)))?;
    Ok(ExitCode::SUCCESS)
}
