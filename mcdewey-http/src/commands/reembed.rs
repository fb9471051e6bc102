//! `mcdewey reembed`: another model, from stored text.

use std::process::ExitCode;

use crate::args::Common;
use crate::output::{self, count, grouped};
use crate::progress::{Progress, stop_on_ctrl_c};
use crate::{DONE_WITH_PROBLEMS, library};

pub(crate) fn run(common: &Common) -> anyhow::Result<ExitCode> {
    stop_on_ctrl_c()?;
    let mut library = library::open(common)?;
    let embedder = library::embedder(common)?;
    let progress = Progress::default();
    let report = library.reembed(embedder, &progress);
    progress.finish();
    let report = report?;
    if common.json {
        output::json(&report)?;
    } else {
        println!(
            "{}: {} texts embedded, generation {}",
            count(report.chunks, "passage"),
            grouped(report.embedded),
            report.generation
        );
        if report.oversize > 0 {
            println!(
                "{} longer than the model reads; `mcdewey index` cuts them to its size",
                count(report.oversize, "passage")
            );
        }
    }
    Ok(if report.oversize == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(DONE_WITH_PROBLEMS)
    })
}
