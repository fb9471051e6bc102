//! `mcdewey search`: ranked passages.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Instant;

use mcdewey_core::present::Passage;
use mcdewey_core::query::{self, Query};
use mcdewey_core::search::{Leg, Reranked};
use mcdewey_core::{Hit, Mode, SearchRequest, SearchResponse};
use serde::Serialize;

use crate::args::{self, Common, ModeArg, Search};
use crate::{library, output};

/// The response and how long it took.
#[derive(Debug, Serialize)]
struct Timed<'a> {
    #[serde(flatten)]
    response: &'a SearchResponse,
    milliseconds: f64,
}

pub(crate) fn run(common: &Common, args: &Search) -> anyhow::Result<ExitCode> {
    // A query that is refused, or asks for nothing, need not wait for the model.
    query::check(&args.query)?;
    let no_words = Query::parse(&args.query).has_no_words();
    let library = match args.mode {
        ModeArg::Hybrid | ModeArg::Vector if !no_words => library::open_with_model(common)?,
        _ => library::open(common)?,
    };
    let reranker = args.reranker.reranker.as_deref().filter(|_| !no_words);
    let library = library::with_reranker(library, reranker)?;
    let mut request = args
        .shape
        .apply(SearchRequest::new(&args.query))
        .with_filter(args.filter.to_filter())
        .with_mode(args.mode.into())
        .with_limit(args.limit)
        .with_versions(args::versions(args.all_versions));
    if args.explain {
        request = request.with_explain();
    }
    let started = Instant::now();
    let response = library.search(&request)?;
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    if common.json {
        output::json(&Timed {
            response: &response,
            milliseconds,
        })?;
    } else {
        print(&response, milliseconds);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(response: &SearchResponse, milliseconds: f64) {
    let style = Style::of_stdout();
    for note in &response.notes {
        println!("{}", style.dim(&output::printable(note)));
    }
    if let Some(other) = &response.did_you_mean {
        println!("did you mean: {}", style.bold(&output::printable(other)));
    }
    if let Some(parsed) = &response.parsed {
        println!("{}", style.dim(&output::printable(parsed)));
    }
    if response.hits.is_empty() {
        println!("nothing found");
    }
    for hit in &response.hits {
        print_hit(hit, response.mode, &style);
    }
    for counted in response.facets.iter().flatten() {
        let values = counted.values.iter().take(MAX_COUNTED);
        let values = values.map(|count| format!("{} ({})", count.value, count.passages));
        let line = format!(
            "{}: {}",
            counted.facet,
            values.collect::<Vec<_>>().join(", ")
        );
        println!("{}", style.dim(&output::printable(&line)));
    }
    let confidence = &response.confidence;
    println!(
        "confidence: {}; {}",
        confidence.level,
        output::printable(&confidence.reasons.join("; "))
    );
    println!(
        "{} of {}{} passages, {milliseconds:.0} ms",
        response.hits.len(),
        response.total,
        if response.more { " or more" } else { "" }
    );
}

/// Values of a facet that a line has room for.
const MAX_COUNTED: usize = 8;

fn print_hit(hit: &Hit, mode: Mode, style: &Style) {
    let passage = &hit.passage;
    let title = output::printable(&passage.title);
    println!("{:>2}. {}", hit.rank, style.bold(&title));
    println!("    {}", output::printable(&passage.citation()));
    println!("    {}", style.dim(passage.chunk_id.as_str()));
    if let Some(line) = output::elsewhere(&hit.elsewhere) {
        println!("    {}", style.dim(&line));
    }
    if let Some(address) = address(passage) {
        println!("    {}", style.dim(&output::printable(&address)));
    }
    println!("    {}", marked(&hit.snippet, &hit.highlights, style));
    for neighbour in &hit.neighbours {
        println!("    {}", style.dim(neighbour.chunk_id.as_str()));
        println!(
            "    {}",
            marked(&neighbour.snippet, &neighbour.highlights, style)
        );
    }
    if let Some(evidence) = &hit.explain {
        let leg = |name: &str, leg: Option<Leg>| match leg {
            Some(leg) => format!("{name} rank {} score {:.4}", leg.rank, leg.score),
            None => format!("{name} did not find it"),
        };
        let legs = match mode {
            Mode::Lexical => leg("words", evidence.lexical),
            Mode::Vector => leg("meaning", evidence.vector),
            _ => format!(
                "{}; {}",
                leg("words", evidence.lexical),
                leg("meaning", evidence.vector)
            ),
        };
        // A score stays with its place, so it is not that of a passage that a reranker moved.
        let rank = match evidence.reranked {
            Some(Reranked { rank, score, .. }) => format!("fused rank {rank}; reranker {score:.4}"),
            None => format!("fused {:.4}", hit.score),
        };
        println!("    {}", style.dim(&format!("{legs}; {rank}")));
    }
    println!();
}

/// Where a passage stands at its vendor's, or else in its file.
fn address(passage: &Passage) -> Option<String> {
    let in_file = || {
        let fragment = passage.fragment.as_ref()?;
        Some(format!("{}#{fragment}", passage.source))
    };
    passage.url.clone().or_else(in_file)
}

/// The snippet with its words marked: bold on a terminal, plain elsewhere. Each part is made safe
/// by itself, so that nothing but the marks reaches the terminal.
fn marked(snippet: &str, highlights: &[(usize, usize)], style: &Style) -> String {
    let mut marked = String::new();
    let mut done = 0;
    for &(start, end) in highlights {
        marked.push_str(&output::printable(&snippet[done..start]));
        marked.push_str(&style.bold(&output::printable(&snippet[start..end])));
        done = end;
    }
    marked.push_str(&output::printable(&snippet[done..]));
    marked
}

/// Escape sequences, or none.
pub(super) struct Style {
    pub(super) on: bool,
}

impl Style {
    pub(super) fn of_stdout() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            on: wanted && std::io::stdout().is_terminal(),
        }
    }

    pub(super) fn bold(&self, text: &str) -> String {
        self.wrap(text, "\u{1b}[1m")
    }

    pub(super) fn dim(&self, text: &str) -> String {
        self.wrap(text, "\u{1b}[2m")
    }

    pub(super) fn red(&self, text: &str) -> String {
        self.wrap(text, "\u{1b}[31m")
    }

    pub(super) fn green(&self, text: &str) -> String {
        self.wrap(text, "\u{1b}[32m")
    }

    fn wrap(&self, text: &str, sequence: &str) -> String {
        if self.on {
            format!("{sequence}{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_reach_the_terminal_and_escape_sequences_of_a_manual_do_not() {
        let snippet = "a \u{1b}[31mport of";
        let marked = marked(snippet, &[(7, 11)], &Style { on: true });
        assert_eq!(marked, "a [31m\u{1b}[1mport\u{1b}[0m of");
    }
}
