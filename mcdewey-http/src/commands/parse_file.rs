//! `mcdewey parse-file`: parses files for another process, which must outlive them.
//!
//! The process limits itself before it reads a byte: memory, the processor's time for each file,
//! no dump of what it held.

use std::io::{BufReader, BufWriter};
use std::process::ExitCode;

use anyhow::Context;
use mcdewey_core::isolate;
use mcdewey_core::parse::{self, Format};

use crate::args::ParseFile;
use crate::reading::Reading;
use crate::{DONE_WITH_PROBLEMS, Misuse, output};

pub(crate) fn run(args: &ParseFile) -> anyhow::Result<ExitCode> {
    let reading = Reading::from_args(&args.reading);
    reading.check().map_err(Misuse)?;
    limit_process(&reading).context("cannot limit this process")?;
    let Some(file) = &args.file else {
        let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
        isolate::serve(BufReader::new(input), BufWriter::new(output), || {
            limit_time(&reading);
        })?;
        return Ok(ExitCode::SUCCESS);
    };
    let format = Format::of_path(&file.to_string_lossy())
        .with_context(|| format!("{} has no format that is read", file.display()))?;
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    limit_time(&reading);
    let document = parse::parse_within(format, &bytes, &reading.limits());
    output::json(&document)?;
    Ok(if document.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(DONE_WITH_PROBLEMS)
    })
}

#[cfg(unix)]
fn limit_process(reading: &Reading) -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let at_most = |bytes| Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    setrlimit(Resource::Core, at_most(0))?;
    // macOS knows no limit of memory; there the clock alone ends what runs away.
    if cfg!(not(target_vendor = "apple")) {
        setrlimit(Resource::As, at_most(reading.memory << 20))?;
    }
    Ok(())
}

/// Allows the next file its share of the processor's time, beyond what was used so far.
#[cfg(unix)]
fn limit_time(reading: &Reading) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let used = u64::try_from(used).unwrap_or(0);
    let limit = Rlimit {
        current: Some(used.saturating_add(reading.seconds)),
        maximum: getrlimit(Resource::Cpu).maximum,
    };
    // If the system allows less already, that will do.
    let _stricter = setrlimit(Resource::Cpu, limit);
}

/// Only Unix lets a process limit itself; elsewhere the parent's clock alone ends what runs away.
#[cfg(not(unix))]
fn limit_process(_: &Reading) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn limit_time(_: &Reading) {}
