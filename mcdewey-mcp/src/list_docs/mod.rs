//! The tool `list_docs`: a filter in, shelves, documents or a table of contents out.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the tool, its arguments, and how much of the list fits |
//! | `rows.rs` | shelves, manuals and headings |

mod rows;

use std::collections::BTreeSet;
use std::fmt::Write;

use mcdewey_core::Facet;
use mcdewey_core::engine::DocumentRecord;
use rmcp::model::{CallToolResult, JsonObject, Tool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::rows::{DocumentAnswer, Row, SectionAnswer, ShelfAnswer, rows};
use crate::arguments::{self, Arguments, FilterArguments, PageArguments, among};
use crate::budget::largest;
use crate::call::Call;
use crate::error::Failure;
use crate::quote;
use crate::wire::{self, Answer, NextCall};

const TITLE: &str = "List vendors, products, versions and manuals";

const DESCRIPTION: &str = "Lists what the library holds, with counts: without arguments its \
    vendors, products and versions; with vendor, product or version the manuals there, with their \
    document_ids; with a filter that leaves one manual its table of contents, each heading with \
    the chunk_id at which it starts. Use it to learn how versions are named, and to find a \
    section to read with get_chunk. What did not fit is given by the next call that it names.";

/// A row of a list takes at least this many tokens, so no more of them need be tried.
const MIN_ROW_TOKENS: usize = 8;

/// What `list_docs` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ListArguments {
    #[serde(flatten)]
    filter: FilterArguments,
    #[serde(flatten)]
    page: PageArguments,
}

impl Arguments for ListArguments {
    const TOOL: &'static str = "list_docs";
    const NAMES: &'static [&'static str] = &[
        "vendor",
        "product",
        "version",
        "document",
        "max_tokens",
        "cursor",
    ];
}

/// What `list_docs` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListAnswer {
    /// What was asked for; empty lists admit all.
    filter: FilterArguments,
    /// The state of the library that answered; it grows when documents change.
    generation: u64,
    /// Whether documents are being indexed now, so that newer ones may be missing.
    updating: bool,
    /// How much of the library the filter leaves.
    totals: TotalsAnswer,
    /// Products in their versions.
    shelves: Vec<ShelfAnswer>,
    /// Manuals, if there is a filter or there are few.
    documents: Vec<DocumentAnswer>,
    /// The table of contents, if the filter leaves one manual.
    contents: Vec<SectionAnswer>,
    /// How many shelves, manuals and headings come after these.
    omitted: usize,
    /// The call that gives them.
    next: Option<NextCall>,
    /// What to do to see more than is listed.
    advice: Option<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct TotalsAnswer {
    vendors: usize,
    products: usize,
    versions: usize,
    documents: usize,
    passages: u64,
}

/// The tool as `tools/list` shows it.
pub(crate) fn tool() -> Tool {
    wire::tool::<ListArguments, ListAnswer>(TITLE, DESCRIPTION)
}

/// Answers one call.
pub(crate) fn call(call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Failure> {
    let arguments: ListArguments = arguments::parse(arguments)?;
    let snapshot = call.library.snapshot();
    let key = json!([ListArguments::TOOL, arguments.filter]).to_string();
    let generation = snapshot.generation();
    let offset = arguments.page.offset(&key, generation)?;
    let filter = arguments.filter.to_filter();
    let filter = filter.resolve(snapshot.documents())?;
    let documents: Vec<&DocumentRecord> = snapshot
        .documents()
        .iter()
        .filter(|record| filter.admits(record))
        .collect();
    let rows = rows(snapshot.as_ref(), &documents, !filter.is_empty())?;
    call.go_on()?;
    let list = List {
        call,
        arguments: &arguments,
        key: &key,
        generation,
        totals: TotalsAnswer::of(&documents),
        rows: &rows,
    };
    let max_tokens = call.settings.budget(arguments.page.max_tokens)?;
    let n_left = rows.len().saturating_sub(offset);
    let n_rows = largest(n_left.min(max_tokens / MIN_ROW_TOKENS), |n| {
        list.answer(offset, n).tokens() <= max_tokens
    });
    // Going on must go on: a row that is too long is given all the same.
    let n_rows = n_rows.max(n_left.min(1));
    Ok(list.answer(offset, n_rows).into_result())
}

impl TotalsAnswer {
    fn of(documents: &[&DocumentRecord]) -> Self {
        let mut places = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
        for record in documents {
            let place =
                [Facet::Vendor, Facet::Product, Facet::Version].map(|facet| facet.of(record));
            for depth in 0..3 {
                if place[depth].is_some() {
                    places[depth].insert(place[..=depth].to_vec());
                }
            }
        }
        let [vendors, products, versions] = places.map(|places| places.len());
        Self {
            vendors,
            products,
            versions,
            documents: documents.len(),
            passages: documents
                .iter()
                .map(|record| u64::from(record.chunks))
                .sum(),
        }
    }
}

/// A list before it is known how much of it fits.
struct List<'a> {
    call: &'a Call<'a>,
    arguments: &'a ListArguments,
    key: &'a str,
    generation: u64,
    totals: TotalsAnswer,
    rows: &'a [Row],
}

impl List<'_> {
    /// The answer with `n_rows` rows from `offset`.
    fn answer(&self, offset: usize, n_rows: usize) -> ListAnswer {
        let n_done = (offset + n_rows).min(self.rows.len());
        let omitted = self.rows.len() - n_done;
        let mut answer = ListAnswer {
            filter: self.arguments.filter.clone(),
            generation: self.generation,
            updating: self.call.updating,
            totals: TotalsAnswer { ..self.totals },
            shelves: Vec::new(),
            documents: Vec::new(),
            contents: Vec::new(),
            omitted,
            next: (omitted > 0).then(|| self.next(n_done)),
            advice: self.advice(),
        };
        for row in self.rows.iter().take(n_done).skip(offset) {
            match row {
                Row::Shelf(shelf) => answer.shelves.push(shelf.clone()),
                Row::Document(document) => answer.documents.push(document.clone()),
                Row::Section(section) => answer.contents.push(section.clone()),
            }
        }
        answer
    }

    fn advice(&self) -> Option<&'static str> {
        let lists_documents = self.rows.iter().any(|row| matches!(row, Row::Document(_)));
        (self.totals.documents > 0 && !lists_documents)
            .then_some("Name a vendor, product or version to list its documents.")
    }

    fn next(&self, n_done: usize) -> NextCall {
        let mut next = self.arguments.filter.given();
        let page = &self.arguments.page;
        page.go_on(&mut next, self.key, self.generation, n_done);
        NextCall::new(ListArguments::TOOL, next)
    }
}

impl Answer for ListAnswer {
    fn text(&self) -> String {
        let totals = &self.totals;
        let mut text = format!(
            "{} and {}{}; vendors {}, products {}, versions {} (generation {}).\n",
            quote::count(totals.documents as u64, "document"),
            quote::count(totals.passages, "passage"),
            among(&self.filter.to_filter()),
            totals.vendors,
            totals.products,
            totals.versions,
            self.generation
        );
        if self.updating {
            text.push_str("The library is being brought up to date: new manuals may be missing.\n");
        }
        let mut list = |heading: &str, rows: Vec<String>| {
            if !rows.is_empty() {
                let rows = quote::fenced(&rows.join("\n"));
                write!(text, "\n{heading}:\n{rows}\n").expect("a string takes all");
            }
        };
        let shelves = self.shelves.iter().map(ShelfAnswer::text);
        list("Shelves, as vendor / product / version", shelves.collect());
        let documents = self.documents.iter().map(DocumentAnswer::text);
        list("Documents, by document_id", documents.collect());
        let contents = self.contents.iter().map(SectionAnswer::text);
        list(
            "Contents, each heading with its chunk_id",
            contents.collect(),
        );
        if let Some(advice) = self.advice {
            writeln!(text, "\n{advice}").expect("a string takes all");
        }
        if let Some(next) = &self.next {
            writeln!(text, "\n{} more rows: {next}", self.omitted).expect("a string takes all");
        }
        text
    }
}
