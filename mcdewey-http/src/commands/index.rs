//! `mcdewey index`: bring the index up to date.

use std::process::ExitCode;
use std::time::Duration;

use mcdewey_core::chunk::ChunkSettings;
use mcdewey_core::{Embedder, IngestOptions, IngestReport};

use crate::args::{Common, Index};
use crate::output::{self, count, grouped};
use crate::progress::{Progress, stop_on_ctrl_c};
use crate::reading::Reading;
use crate::{DONE_WITH_PROBLEMS, Misuse, library};

/// Problems that the text report lists; `--json` has all of them.
const MAX_PROBLEMS: usize = 20;
/// A document that took less to read than this, in seconds, is not slow.
const SLOW: f64 = 1.0;

pub(crate) fn run(common: &Common, args: &Index) -> anyhow::Result<ExitCode> {
    let report = ingest(common, args)?;
    if common.json {
        output::json(&report)?;
    } else {
        print(&report);
    }
    Ok(if report.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(DONE_WITH_PROBLEMS)
    })
}

fn ingest(common: &Common, args: &Index) -> anyhow::Result<IngestReport> {
    let options = options(args)?;
    stop_on_ctrl_c()?;
    let library = library::open_or_create(common)?;
    if let Some(advice) = library.embedder().and_then(Embedder::advice) {
        eprintln!("{advice}");
    }
    let progress = Progress::default();
    let report = library.ingest_with(&args.docs, &options, &progress);
    progress.finish();
    Ok(report?)
}

fn options(args: &Index) -> anyhow::Result<IngestOptions> {
    let default = ChunkSettings::default();
    let chunks = ChunkSettings::new(
        args.chunk_tokens.unwrap_or(default.max_tokens()),
        args.chunk_overlap.unwrap_or(default.overlap_tokens()),
    )?;
    let reading = Reading::from_args(&args.reading);
    reading.check().map_err(Misuse)?;
    Ok(reading
        .options()?
        .with_chunks(chunks)
        .with_checkpoint(Duration::from_secs(args.checkpoint)))
}

fn print(report: &IngestReport) {
    let documents = &report.documents;
    println!(
        "{}: {} added, {} changed, {} unchanged, {} removed, {} failed",
        count(documents.total, "document"),
        documents.added,
        documents.changed,
        documents.unchanged,
        documents.removed,
        documents.failed,
    );
    let chunks = &report.chunks;
    println!(
        "{}: {} embedded, {} reused",
        count(chunks.total, "passage"),
        grouped(chunks.embedded),
        grouped(chunks.reused),
    );
    if report.pages.total > 0 {
        let empty = match report.pages.empty {
            0 => String::new(),
            n => format!(" ({n} without text)"),
        };
        println!("{}{empty}", count(report.pages.total, "page"));
    }
    print_text(report);
    // An operator may miss one of them.
    println!(
        "beside them: {}",
        output::printable(&report.files.to_string())
    );
    println!(
        "generation {} in {:.1} s",
        report.generation, report.seconds
    );
    print_slowest(report);
    if !report.problems.is_empty() {
        println!("\n{}:", count(report.problems.len(), "problem"));
    }
    for problem in report.problems.iter().take(MAX_PROBLEMS) {
        let place = match problem.place.as_str() {
            "" => String::new(),
            place => format!(", {place}"),
        };
        let line = format!("  {}{place}: {}", problem.source, problem.message);
        println!("{}", output::printable(&line));
    }
    if report.problems.len() > MAX_PROBLEMS {
        println!(
            "  ... and {} more; --json lists all",
            report.problems.len() - MAX_PROBLEMS
        );
    }
}

fn print_text(report: &IngestReport) {
    let text = &report.text;
    let mut parts = vec![
        count(text.characters, "character"),
        count(text.tables, "table"),
    ];
    let notes = [
        (text.oversize, "piece", "cut, being longer than a passage"),
        (text.repairs, "place", "that could not be decoded"),
        (report.documents.duplicates, "document", "there twice"),
    ];
    for (n, noun, what) in notes {
        if n > 0 {
            parts.push(format!("{} {what}", count(n, noun)));
        }
    }
    println!("{}", parts.join(", "));
}

fn print_slowest(report: &IngestReport) {
    let slow = report.slowest.iter().filter(|one| one.seconds >= SLOW);
    for (index, one) in slow.enumerate() {
        if index == 0 {
            println!("\nslowest to read:");
        }
        let megabytes = one.bytes as f64 / 1e6;
        let line = format!("  {:.1} s, {megabytes:.1} MB  {}", one.seconds, one.source);
        println!("{}", output::printable(&line));
    }
}
