//! `mcdewey completions` and `mcdewey man`: what goes with an installed program.

use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;

use crate::args::{Args, Completions, Man};

pub(crate) fn run(args: &Completions) -> ExitCode {
    let mut command = Args::command();
    clap_complete::generate(args.shell, &mut command, "mcdewey", &mut std::io::stdout());
    ExitCode::SUCCESS
}

/// A page for the program and one for each command: `mcdewey.1`, `mcdewey-serve.1`, ...
pub(crate) fn man(args: &Man) -> anyhow::Result<ExitCode> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Args::command(), folder))
        .with_context(|| format!("cannot write manual pages to {}", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}
