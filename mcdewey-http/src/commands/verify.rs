//! `mcdewey verify`: the full check.

use std::process::ExitCode;

use crate::args::Common;
use crate::library;
use crate::output::{self, count};

pub(crate) fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let report = library::open(common)?.verify()?;
    if common.json {
        output::json(&report)?;
    } else {
        println!(
            "generation {}: {}, {}, {} checked",
            report.generation,
            count(report.files, "file"),
            count(report.chunks, "passage"),
            count(report.vectors, "vector")
        );
        for fault in &report.faults {
            println!("  {}", output::printable(fault));
        }
        if report.faults.is_empty() {
            println!("no fault found");
        }
    }
    Ok(if report.faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
