//! `mcdewey compare`: what changed between two versions of a manual.

use std::fmt::Write;
use std::process::ExitCode;

use mcdewey_core::chunk::PageRange;
use mcdewey_core::compare::{
    DiffPart, DiffUnit, SectionChange, SectionDiff, SectionHistory, SectionSide, SectionStatus,
};
use mcdewey_core::{ChunkId, CompareRequest, Comparison};

use super::search::Style;
use crate::args::{Common, Compare};
use crate::library;
use crate::output::{self, count, grouped, printable};

/// Words that did not change, shown on either side of a change.
const CONTEXT_WORDS: usize = 12;

pub(crate) fn run(common: &Common, args: &Compare) -> anyhow::Result<ExitCode> {
    let library = library::open(common)?;
    let style = Style::of_stdout();
    if let Some(id) = &args.history {
        let id: ChunkId = id.parse()?;
        let history = library.section_history(&id)?;
        if common.json {
            output::json(&history)?;
        } else {
            print!("{}", of_history(&history, &style));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let comparison = library.compare(&request(args))?;
    if common.json {
        output::json(&comparison)?;
    } else {
        print!("{}", of_comparison(&comparison, &style));
    }
    Ok(ExitCode::SUCCESS)
}

fn request(args: &Compare) -> CompareRequest {
    let given = |argument: &Option<String>| argument.clone().unwrap_or_default();
    let (document, from, to) = (given(&args.document), given(&args.from), given(&args.to));
    let mut request = CompareRequest::new(document, from, to);
    request.vendor.clone_from(&args.vendor);
    request.product.clone_from(&args.product);
    request.section.clone_from(&args.section);
    request.limit = args.limit;
    if args.details {
        request = request.with_details();
    }
    if args.all {
        request = request.with_unchanged();
    }
    request
}

/// A summary, then a line for each section.
fn of_comparison(comparison: &Comparison, style: &Style) -> String {
    let mut text = summary(comparison, style);
    if !comparison.sections.is_empty() {
        text.push('\n');
    }
    for change in &comparison.sections {
        push_change(&mut text, change, style);
    }
    let n_left = comparison.total - comparison.sections.len().min(comparison.total);
    if n_left > 0 {
        let gap = if text.ends_with("\n\n") { "" } else { "\n" };
        line(
            &mut text,
            &format!("{gap}{} more", count(n_left, "section")),
        );
    }
    text
}

fn summary(comparison: &Comparison, style: &Style) -> String {
    let mut text = String::new();
    let places = [&comparison.vendor, &comparison.product];
    let places = places.into_iter().flatten().chain([&comparison.document]);
    let mut manual = places.cloned().collect::<Vec<_>>().join(" / ");
    if let Some(file) = &comparison.file {
        let _ = write!(manual, " ({file})");
    }
    let (from, to) = (&comparison.from, &comparison.to);
    let versions = format!("{} -> {}", from.version, to.version);
    line(
        &mut text,
        &format!("{}: {versions}", style.bold(&printable(&manual))),
    );
    line(&mut text, &comparison.counts.in_words(grouped));
    text
}

fn line(text: &mut String, line: &str) {
    text.extend([line, "\n"]);
}

fn push_change(text: &mut String, change: &SectionChange, style: &Style) {
    let name = format!("{:<8}", name(change));
    let name = match change.status {
        SectionStatus::Added => style.green(&name),
        SectionStatus::Removed => style.red(&name),
        _ => name,
    };
    let path = printable(&path(change.heading_path()));
    let facts: Vec<String> = [pages(change), words(change)]
        .into_iter()
        .flatten()
        .collect();
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(" ({})", facts.join("; "))
    };
    let side = change.after.as_ref().or(change.before.as_ref());
    let id = side.map_or("", |side| side.chunk_ids[0].as_str());
    line(
        text,
        &format!(
            "{name} {}{facts}  {}",
            style.bold(&path),
            style.dim(&printable(id))
        ),
    );
    let is_elsewhere = change.moved_from.is_some() || change.renamed_from.is_some();
    if let Some(before) = change.before.as_ref().filter(|_| is_elsewhere) {
        let was = printable(&self::path(&before.heading_path));
        let id = printable(before.chunk_ids[0].as_str());
        line(text, &format!("         was {was}  {}", style.dim(&id)));
    }
    if let Some(diff) = &change.diff {
        line(text, &format!("\n{}\n", of_diff(diff, style)));
    }
}

/// What became of a section in one word.
fn name(change: &SectionChange) -> &'static str {
    match change.status {
        SectionStatus::Same if change.moved_from.is_some() => "moved",
        SectionStatus::Same if change.renamed_from.is_some() => "renamed",
        status => status.name(),
    }
}

fn path(headings: &[String]) -> String {
    if headings.is_empty() {
        return "(before the first heading)".to_owned();
    }
    headings.join(" > ")
}

/// `p. 3 -> pp. 4-5`, or one of them where there is no other or both are the same.
fn pages(change: &SectionChange) -> Option<String> {
    let page = |side: &Option<SectionSide>| Some(pages_of(side.as_ref()?.page.as_ref()?));
    match (page(&change.before), page(&change.after)) {
        (Some(before), Some(after)) if before != after => Some(format!("{before} -> {after}")),
        (_, Some(page)) | (Some(page), None) => Some(page),
        (None, None) => None,
    }
}

fn pages_of(pages: &PageRange) -> String {
    if pages.first == pages.last {
        return format!("p. {}", pages.first);
    }
    format!("pp. {}-{}", pages.first, pages.last)
}

fn words(change: &SectionChange) -> Option<String> {
    if change.status != SectionStatus::Changed {
        return None;
    }
    let (added, removed) = (grouped(change.words_added), grouped(change.words_removed));
    Some(format!("+{added} -{removed} words"))
}

/// The changes as `[-old-]{+new+}`, with some words around them.
fn of_diff(diff: &SectionDiff, style: &Style) -> String {
    let mut text = String::new();
    if diff.unit != DiffUnit::Word {
        text += "(a very long text: whole lines are compared)\n";
    }
    for part in diff.parts(CONTEXT_WORDS) {
        match part {
            DiffPart::Equal(words) => text += &printable(words),
            DiffPart::Delete(words) => text += &marked(words, "[-", "-]", |mark| style.red(mark)),
            DiffPart::Insert(words) => text += &marked(words, "{+", "+}", |mark| style.green(mark)),
            DiffPart::Gap(_) => text += "… ",
        }
    }
    text.trim_end().to_owned()
}

/// The marks stand close to the words, and white space at the end behind them.
fn marked(text: &str, open: &str, close: &str, paint: impl Fn(&str) -> String) -> String {
    let text = printable(text);
    let words = text.trim_end();
    let space = &text[words.len()..];
    format!("{}{space}", paint(&format!("{open}{words}{close}")))
}

/// Whose life it is, its three dates, and what each version did.
fn of_history(history: &SectionHistory, style: &Style) -> String {
    let mut text = String::new();
    line(
        &mut text,
        &style.bold(&printable(&path(&history.heading_path))),
    );
    let since = if history.in_oldest {
        ", the oldest version here"
    } else {
        ""
    };
    line(
        &mut text,
        &format!("introduced in {}{since}", printable(&history.introduced_in)),
    );
    if !history.changed_in.is_empty() {
        line(
            &mut text,
            &format!("changed in {}", printable(&history.changed_in.join(", "))),
        );
    }
    if let Some(version) = &history.removed_in {
        line(&mut text, &format!("removed in {}", printable(version)));
    }
    text.push('\n');
    let width = history
        .versions
        .iter()
        .map(|one| one.version.chars().count())
        .max();
    for one in &history.versions {
        let mut states = vec![one.status.name()];
        states.extend(one.moved.then_some("moved"));
        states.extend(one.renamed.then_some("renamed"));
        let place = one.place.as_ref();
        let place = place.map_or("", |place| place.chunk_ids[0].as_str());
        let version = printable(&one.version);
        let row = format!(
            "{version:<width$}  {}  {}",
            states.join(", "),
            style.dim(&printable(place)),
            width = width.unwrap_or(0)
        );
        line(&mut text, row.trim_end());
    }
    text
}
