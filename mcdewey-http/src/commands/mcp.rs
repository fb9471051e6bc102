//! `mcdewey mcp`: agents over stdin and stdout.

use std::process::ExitCode;

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
    mcdewey_mcp::run_stdio(library)?;
    Ok(ExitCode::SUCCESS)
}
