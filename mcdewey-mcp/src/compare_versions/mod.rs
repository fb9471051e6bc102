//! The tool `compare_versions`: a manual and two of its versions in, what changed out; or a passage
//! in, when its section changed out.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the tool, its arguments, and how much of a comparison fits |
//! | `answer.rs` | the answer, as JSON and as text |

mod answer;

use mcdewey_core::{ChunkId, CompareRequest, Comparison};
use rmcp::model::{CallToolResult, JsonObject, Tool};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use self::answer::{CompareAnswer, HistoryAnswer, SectionAnswer, Words};
use crate::arguments::{self, Arguments, PageArguments};
use crate::budget::largest;
use crate::call::Call;
use crate::error::Failure;
use crate::wire::{self, Answer, NextCall};

const TITLE: &str = "Compare two versions of a manual";

const DESCRIPTION: &str = "Says what changed in a manual between two versions: how many sections \
    are the same, changed, added, removed, moved and renamed, then each that is not the same, \
    with its headings, pages and chunk_ids in both versions. With details also the words, as \
    [-old-]{+new+}; narrow with section to read one. With chunk_id instead of the other arguments \
    it says in which versions the section of that passage was introduced, changed and removed. \
    Use it for questions about an upgrade. What did not fit is given by the next call that it \
    names.";

/// A section takes at least this many tokens, so no more of them need be tried.
const MIN_ROW_TOKENS: usize = 20;

/// What `compare_versions` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CompareArguments {
    /// The manual: its name as `list_docs` gives it, or the `document_id` of one of its files.
    /// Needed, unless `chunk_id` is given.
    #[serde(default)]
    #[schemars(with = "String")]
    document: Option<String>,
    /// The version to compare from, usually the older one: its name, what it begins with, a range
    /// such as `>=14,<15`, or `latest`; of several the newest. Needed, unless `chunk_id` is given.
    #[serde(default)]
    #[schemars(with = "String")]
    from: Option<String>,
    /// The version to compare with, said in the same way. Needed, unless `chunk_id` is given.
    #[serde(default)]
    #[schemars(with = "String")]
    to: Option<String>,
    /// The vendor, if several have a manual of this name.
    #[serde(default)]
    #[schemars(with = "String")]
    vendor: Option<String>,
    /// The product, if several have a manual of this name.
    #[serde(default)]
    #[schemars(with = "String")]
    product: Option<String>,
    /// Only this section: the `chunk_id` of a passage of it in either version, or the end of its
    /// headings, such as `Guide > Ports`.
    #[serde(default)]
    #[schemars(with = "String")]
    section: Option<String>,
    /// Whether to give the words that changed.
    #[serde(default)]
    #[schemars(with = "bool", extend("default" = false))]
    details: Option<bool>,
    /// A passage of the section whose history is wanted.
    #[serde(default)]
    #[schemars(with = "String")]
    chunk_id: Option<String>,
    #[serde(flatten)]
    page: PageArguments,
}

impl Arguments for CompareArguments {
    const TOOL: &'static str = "compare_versions";
    const NAMES: &'static [&'static str] = &[
        "document",
        "from",
        "to",
        "vendor",
        "product",
        "section",
        "details",
        "chunk_id",
        "max_tokens",
        "cursor",
    ];
}

/// The tool as `tools/list` shows it.
pub(crate) fn tool() -> Tool {
    wire::tool::<CompareArguments, CompareAnswer>(TITLE, DESCRIPTION)
}

/// Answers one call; takes as long as reading both versions.
pub(crate) fn call(call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Failure> {
    let arguments: CompareArguments = arguments::parse(arguments)?;
    let max_tokens = call.settings.budget(arguments.page.max_tokens)?;
    if let Some(id) = &arguments.chunk_id {
        arguments.refuse_beside_chunk_id()?;
        return history(call, id, &arguments, max_tokens);
    }
    let key = json!([CompareArguments::TOOL, arguments.given()]).to_string();
    let generation = call.library.snapshot().generation();
    let offset = arguments.page.offset(&key, generation)?;
    let request = arguments.request()?;
    let request = request
        .with_offset(offset)
        .with_limit(max_tokens / MIN_ROW_TOKENS);
    let comparison = call.library.compare(&request)?;
    // The library may have moved on in between: then the cursor is stale.
    arguments.page.offset(&key, comparison.generation)?;
    call.go_on()?;
    let page = Page {
        call,
        arguments: &arguments,
        key: &key,
        offset,
        comparison: &comparison,
    };
    Ok(page.answer(max_tokens).into_result())
}

/// The history of the section of one passage: as many versions as fit.
fn history(
    call: &Call<'_>,
    id: &str,
    arguments: &CompareArguments,
    max_tokens: usize,
) -> Result<CallToolResult, Failure> {
    let id = id.trim().parse::<ChunkId>()?;
    let key = json!([CompareArguments::TOOL, arguments.given()]).to_string();
    let history = call.library.section_history(&id)?;
    let offset = arguments.page.offset(&key, history.generation)?;
    call.go_on()?;
    let n_left = history.versions.len().saturating_sub(offset);
    let answer = |n: usize| {
        let n_done = (offset + n).min(history.versions.len());
        let omitted = history.versions.len() - n_done;
        let next = (omitted > 0).then(|| arguments.next(&key, history.generation, n_done));
        let shown = HistoryAnswer::new(&history, offset, n_done);
        CompareAnswer::of_history(call, shown, history.generation, omitted, next)
    };
    let n = largest(n_left, |n| answer(n).tokens() <= max_tokens);
    Ok(answer(n.max(n_left.min(1))).into_result())
}

impl CompareArguments {
    fn refuse_beside_chunk_id(&self) -> Result<(), Failure> {
        let others = [
            &self.document,
            &self.from,
            &self.to,
            &self.vendor,
            &self.product,
            &self.section,
        ];
        if others.into_iter().any(Option::is_some) || self.details.is_some() {
            let message = "`chunk_id` asks for the history of a section and stands alone; for a \
                           part of a comparison give `section`";
            return Err(Failure::Arguments(message.to_owned()));
        }
        Ok(())
    }

    fn request(&self) -> Result<CompareRequest, Failure> {
        let needed = [
            ("document", &self.document),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let [document, from, to] = needed.map(|(name, given)| {
            given.as_ref().ok_or_else(|| {
                let message = format!(
                    "{} needs `{name}`, as well as the others of `document`, `from` and `to`; or \
                     `chunk_id` alone",
                    Self::TOOL
                );
                Failure::Arguments(message)
            })
        });
        let mut request = CompareRequest::new(document?, from?, to?);
        request.vendor.clone_from(&self.vendor);
        request.product.clone_from(&self.product);
        request.section.clone_from(&self.section);
        if self.details == Some(true) {
            request = request.with_details();
        }
        Ok(request)
    }

    /// The arguments again, as they were given, but for the page.
    fn given(&self) -> JsonObject {
        let texts = [
            ("document", &self.document),
            ("from", &self.from),
            ("to", &self.to),
            ("vendor", &self.vendor),
            ("product", &self.product),
            ("section", &self.section),
            ("chunk_id", &self.chunk_id),
        ];
        let given = texts
            .into_iter()
            .filter_map(|(name, text)| Some((name, text.as_ref()?)));
        let mut given: JsonObject = given
            .map(|(name, text)| (name.to_owned(), json!(text)))
            .collect();
        if self.details == Some(true) {
            given.insert("details".to_owned(), json!(true));
        }
        given
    }

    /// The call after an answer that gave all up to `n_done`.
    fn next(&self, key: &str, generation: u64, n_done: usize) -> NextCall {
        let mut arguments = self.given();
        self.page.go_on(&mut arguments, key, generation, n_done);
        NextCall::new(Self::TOOL, arguments)
    }
}

/// One page of a comparison, before it is known how much of it fits.
struct Page<'a> {
    call: &'a Call<'a>,
    arguments: &'a CompareArguments,
    key: &'a str,
    /// How many sections earlier answers gave.
    offset: usize,
    comparison: &'a Comparison,
}

impl Page<'_> {
    /// As many sections as fit. Where the words of not even one do, it is given without them, and
    /// says so.
    fn answer(&self, max_tokens: usize) -> CompareAnswer {
        let n_sections = self.comparison.sections.len();
        let fits = |n| self.with(n, Words::Given).tokens() <= max_tokens;
        match largest(n_sections, fits) {
            0 if n_sections > 0 => self.with(1, Words::Omitted),
            n => self.with(n, Words::Given),
        }
    }

    fn with(&self, n_shown: usize, words: Words) -> CompareAnswer {
        let comparison = self.comparison;
        let n_done = self.offset + n_shown;
        let omitted = comparison.total.saturating_sub(n_done);
        let next =
            (omitted > 0).then(|| self.arguments.next(self.key, comparison.generation, n_done));
        let sections = comparison.sections.iter().take(n_shown);
        let sections = sections.map(|change| SectionAnswer::new(change, words));
        CompareAnswer::of_comparison(self.call, comparison, sections.collect(), omitted, next)
    }
}
