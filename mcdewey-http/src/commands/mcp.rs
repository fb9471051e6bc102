//! `mcdewey mcp`: agents over stdin and stdout.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use mcdewey_mcp::{McDewey, run_stdio};

use crate::args::{Common, Mcp};
use crate::background::Ingest;
use crate::library;

/// How long an agent is kept waiting for new documents. Chosen by hand: clients give a server 30
/// to 60 seconds to start.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn run(common: &Common, args: &Mcp) -> anyhow::Result<ExitCode> {
    let library = Arc::new(match args.docs {
        None => library::open_with_model(common)?,
        Some(_) => library::open_or_create(common)?,
    });
    let ingest = Ingest::start(&library, args.docs.clone(), || ());
    if args.docs.is_some() {
        ingest.wait(PATIENCE)?;
    }
    let server = McDewey::new(library)
        .with_max_answer_tokens(args.agents.max_answer_tokens)?
        .with_updating(ingest.updating);
    run_stdio(server)?;
    Ok(ExitCode::SUCCESS)
}
