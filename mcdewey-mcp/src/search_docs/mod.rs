//! The tool `search_docs`: a query in, passages with their citations out.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the tool, its arguments, and how much of a ranking fits |
//! | `answer.rs` | the answer, as JSON and as text |

mod answer;

use mcdewey_core::query;
use mcdewey_core::search::{MAX_LIMIT, Relaxation, Versions};
use mcdewey_core::{Mode, SearchRequest, SearchResponse};
use rmcp::model::{CallToolResult, JsonObject, Tool};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::json;

use self::answer::{
    ConfidenceAnswer, HitAnswer, ModeName, OmittedAnswer, SearchAnswer, SuggestionAnswer,
    VersionAnswer,
};
use crate::arguments::{self, Arguments, FilterArguments, PageArguments};
use crate::budget::largest;
use crate::call::Call;
use crate::error::Failure;
use crate::quote;
use crate::wire::{self, Answer, NextCall};

const TITLE: &str = "Search product manuals";

const DESCRIPTION: &str = "Searches the manuals of many products, vendors and versions, by words \
    and by meaning, and returns the best passages. Each comes with its citation (vendor, product, \
    version, document, section, page), its chunk_id and its text. Use it for any question about \
    how a product is configured, installed or operated. Ask in the words of the documentation; \
    narrow with vendor, product, version and document. A value that the library does not hold is \
    refused with the nearest ones that it does; no other version ever stands in for it. A passage \
    that several versions have is one hit, in the newest of them. `confidence` says whether the \
    library speaks of what was asked: at `none`, say that the manuals do not answer. What did not fit is listed, with the call that gives it.";

/// Hits of a search that does not say how many. Chosen by hand: about 2 500 tokens of passages.
const DEFAULT_HITS: usize = 8;
/// Most hits of one search.
const MAX_HITS: usize = 50;
const _: () = assert!(
    MAX_HITS <= MAX_LIMIT,
    "the core serves what the schema offers"
);

/// Most passages that an answer lists without their text. Chosen by hand: with citations of the
/// usual length they fit into the smallest answer.
const MAX_LISTED: usize = 10;

/// What `search_docs` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SearchArguments {
    /// What to find: a question, or words as the manual would have them, such as an error message,
    /// a command or a part number. Understood: "exact phrase", +must, -not, AND, OR, NOT, (...),
    /// title:, heading:, code:, page:47, vendor:, product:, version:, document:, prefix*, ~misspelt.
    query: String,
    #[serde(flatten)]
    filter: FilterArguments,
    /// hybrid: by words and by meaning. lexical: by words only, for exact names and codes.
    /// vector: by meaning only.
    #[serde(default, deserialize_with = "mode")]
    #[schemars(with = "ModeName", default)]
    mode: Mode,
    /// Whether each version of a passage is a hit of its own. Otherwise the newest stands for all,
    /// with the others in `also_in` and `changed_in`.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "bool", default)]
    all_versions: bool,
    /// How many passages to return.
    #[serde(default, deserialize_with = "limit")]
    #[schemars(with = "usize", range(min = 1, max = MAX_HITS), extend("default" = DEFAULT_HITS))]
    limit: Option<usize>,
    #[serde(flatten)]
    page: PageArguments,
}

impl Arguments for SearchArguments {
    const TOOL: &'static str = "search_docs";
    const NAMES: &'static [&'static str] = &[
        "query",
        "vendor",
        "product",
        "version",
        "document",
        "mode",
        "all_versions",
        "limit",
        "max_tokens",
        "cursor",
    ];
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    arguments::whole(deserializer, "limit", 1..=MAX_HITS)
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn mode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mode, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The tool as `tools/list` shows it.
pub(crate) fn tool() -> Tool {
    wire::tool::<SearchArguments, SearchAnswer>(TITLE, DESCRIPTION)
}

/// Answers one call; takes as long as the search.
pub(crate) fn call(call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Failure> {
    let arguments: SearchArguments = arguments::parse(arguments)?;
    query::check(&arguments.query)?;
    let max_tokens = call.settings.budget(arguments.page.max_tokens)?;
    let key = arguments.key();
    let generation = call.library.snapshot().generation();
    let offset = arguments.page.offset(&key, generation)?;
    let request = SearchRequest::new(arguments.query.clone())
        .with_filter(arguments.filter.to_filter())
        .with_mode(arguments.mode)
        .with_limit(arguments.limit.unwrap_or(DEFAULT_HITS))
        .with_offset(offset)
        .with_versions(arguments.versions());
    let response = call.library.search(&request)?;
    // The library may have moved on in between: then the cursor is stale.
    arguments.page.offset(&key, response.generation)?;
    call.go_on()?;
    let suggestions = if response.total == 0 {
        call.library.relaxations(&request)?
    } else {
        Vec::new()
    };
    let page = Page {
        call,
        arguments: &arguments,
        key: &key,
        offset,
        response: &response,
        suggestions: &suggestions,
    };
    Ok(page.answer(max_tokens).into_result())
}

impl SearchArguments {
    fn versions(&self) -> Versions {
        if self.all_versions {
            Versions::All
        } else {
            Versions::Newest
        }
    }

    /// All that the ranking depends on: pages of one search may differ in size.
    fn key(&self) -> String {
        let filter = &self.filter;
        json!([Self::TOOL, self.query, self.mode, self.all_versions, filter]).to_string()
    }

    /// The arguments again, as they were given, but for the page.
    fn given(&self) -> JsonObject {
        let mut given = self.filter.given();
        given.insert("query".to_owned(), json!(self.query));
        if self.mode != Mode::default() {
            given.insert("mode".to_owned(), json!(self.mode));
        }
        if self.all_versions {
            given.insert("all_versions".to_owned(), json!(true));
        }
        if let Some(limit) = self.limit {
            given.insert("limit".to_owned(), json!(limit));
        }
        given
    }
}

/// One page of a ranking, before it is known how much of it fits.
struct Page<'a> {
    call: &'a Call<'a>,
    arguments: &'a SearchArguments,
    key: &'a str,
    /// How much of the ranking earlier answers gave.
    offset: usize,
    response: &'a SearchResponse,
    suggestions: &'a [Relaxation],
}

impl Page<'_> {
    /// As many hits as fit, then as many of the others by name. Only what frames them (the query,
    /// the next call) may be larger than asked for.
    fn answer(&self, max_tokens: usize) -> SearchAnswer {
        let n_hits = self.response.hits.len();
        let fits = |shown, listed| self.with(shown, listed).tokens() <= max_tokens;
        let n_shown = largest(n_hits, |shown| fits(shown, n_hits - shown));
        let n_others = (n_hits - n_shown).min(MAX_LISTED);
        let n_listed = largest(n_others, |listed| fits(n_shown, listed));
        // What is neither shown nor listed could never be reached.
        let n_least = usize::from(n_shown == 0 && n_hits > 0);
        self.with(n_shown, n_listed.max(n_least))
    }

    /// The answer that shows the first hits and lists some of the others.
    fn with(&self, n_shown: usize, n_listed: usize) -> SearchAnswer {
        let response = self.response;
        let settings = self.call.settings;
        let (shown, others) = response.hits.split_at(n_shown);
        let listed = &others[..n_listed.min(MAX_LISTED).min(others.len())];
        // After an answer that could show nothing, the next one goes on behind what it listed.
        let n_done = if n_shown > 0 { n_shown } else { listed.len() };
        let n_done = self.offset + n_done;
        let next = (n_done < response.total || response.more).then(|| self.next(n_done));
        SearchAnswer {
            query: response.query.clone(),
            mode: response.mode,
            filter: self.arguments.filter.clone(),
            resolved_versions: VersionAnswer::of(&response.versions),
            generation: response.generation,
            updating: self.call.updating,
            confidence: ConfidenceAnswer::new(&response.confidence),
            notes: response
                .notes
                .iter()
                .map(|note| quote::one_line(note))
                .collect(),
            did_you_mean: response.did_you_mean.as_deref().map(quote::one_line),
            total: response.total,
            hits: shown
                .iter()
                .map(|hit| HitAnswer::new(hit, settings))
                .collect(),
            n_omitted: others.len(),
            omitted: listed
                .iter()
                .map(|hit| OmittedAnswer::new(hit, settings))
                .collect(),
            next,
            suggestions: self.suggestions.iter().map(SuggestionAnswer::new).collect(),
            advice: None,
        }
        .advised()
    }

    /// The call after an answer that gave the ranking up to `n_done`.
    fn next(&self, n_done: usize) -> NextCall {
        let mut arguments = self.arguments.given();
        let page = &self.arguments.page;
        page.go_on(&mut arguments, self.key, self.response.generation, n_done);
        NextCall::new(SearchArguments::TOOL, arguments)
    }
}
