//! The arguments of a call in, what the tool takes out; whatever else is given is refused.
//!
//! A misspelt `version` that is ignored would answer from every version: the worst mistake a
//! documentation server can make.

use mcdewey_core::{Facet, Filter};
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::budget::{DEFAULT_ANSWER_TOKENS, MIN_ANSWER_TOKENS};
use crate::cursor::Cursor;
use crate::error::Failure;

/// Most values of one facet in one call. Chosen by hand: as many as a schema lists.
pub(crate) const MAX_VALUES: usize = 50;

/// How alike two names must be for one to be offered for the other. Chosen by hand: `prodcut` and
/// `product` are, `vendor` and `version` are not.
const LIKENESS: f64 = 0.8;

/// What a tool takes.
pub(crate) trait Arguments: DeserializeOwned + JsonSchema {
    /// The tool's name.
    const TOOL: &'static str;
    /// The names of all its arguments.
    const NAMES: &'static [&'static str];
}

/// Reads the arguments of a call.
pub(crate) fn parse<A: Arguments>(arguments: JsonObject) -> Result<A, Failure> {
    let unknown = arguments
        .keys()
        .find(|name| !A::NAMES.contains(&name.as_str()));
    if let Some(name) = unknown {
        return Err(Failure::Arguments(refuse(name, A::TOOL, A::NAMES)));
    }
    serde_json::from_value(arguments.into())
        .map_err(|error| Failure::Arguments(format!("{} was called wrongly: {error}", A::TOOL)))
}

fn refuse(name: &str, tool: &str, known: &[&str]) -> String {
    let shown: String = name.chars().take(60).collect();
    let meant = match meant(name, known) {
        Some(known) => format!("; did you mean `{known}`?"),
        None => ";".to_owned(),
    };
    let known = known.join(", ");
    format!("{tool} takes no argument `{shown}`{meant} it takes {known}")
}

/// The argument that `name` stands for, if that can be told.
fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    const SYNONYMS: [(&str, &[&str]); 8] = [
        (
            "query",
            &[
                "q", "question", "search", "keywords", "text", "topic", "term",
            ],
        ),
        ("vendor", &["manufacturer", "company"]),
        (
            "product",
            &["library", "libraryname", "libraryid", "software", "device"],
        ),
        ("version", &["release", "productversion"]),
        (
            "document",
            &[
                "doc",
                "manual",
                "book",
                "file",
                "source",
                "title",
                "documentid",
            ],
        ),
        (
            "limit",
            &[
                "k",
                "topk",
                "n",
                "count",
                "size",
                "maxresults",
                "numresults",
                "perpage",
            ],
        ),
        (
            "max_tokens",
            &["tokens", "budget", "maxlength", "tokenlimit"],
        ),
        (
            "cursor",
            &["page", "offset", "next", "pagetoken", "nextcursor"],
        ),
    ];
    let fold = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "");
    let name = fold(name);
    // `topic` and `id` mean another argument in each tool.
    let is_id = name == "id" || name == "chunk" || name == "passage";
    if let Some(id) = known.iter().find(|known| is_id && **known == "chunk_id") {
        return Some(id);
    }
    for (argument, synonyms) in SYNONYMS {
        if synonyms.contains(&name.as_str())
            && let Some(known) = known.iter().find(|known| **known == argument)
        {
            return Some(known);
        }
    }
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(&name, &fold(known));
    let nearest = known.iter().map(|known| (likeness(known), *known));
    let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0));
    nearest
        .filter(|&(likeness, _)| likeness >= LIKENESS)
        .map(|(_, known)| known)
}

/// Which manuals a call is about; as arguments and, in answers, as they were read.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct FilterArguments {
    /// Only manuals of these vendors.
    #[serde(default, deserialize_with = "vendors")]
    pub(crate) vendor: Vec<String>,
    /// Only manuals of these products.
    #[serde(default, deserialize_with = "products")]
    pub(crate) product: Vec<String>,
    /// Only manuals of these product versions: a name as the library has it, the beginning of one
    /// (14), latest, or a range (>=14,<15).
    #[serde(default, deserialize_with = "versions")]
    pub(crate) version: Vec<String>,
    /// Only these manuals, by name or by `document_id`.
    #[serde(default, deserialize_with = "documents")]
    pub(crate) document: Vec<String>,
}

impl FilterArguments {
    pub(crate) fn to_filter(&self) -> Filter {
        let mut filter = Filter::new();
        filter.vendors.clone_from(&self.vendor);
        filter.products.clone_from(&self.product);
        filter.versions.clone_from(&self.version);
        filter.documents.clone_from(&self.document);
        filter
    }

    /// As arguments of a call, without what was not given.
    pub(crate) fn given(&self) -> JsonObject {
        let facets = [
            (Facet::Vendor, &self.vendor),
            (Facet::Product, &self.product),
            (Facet::Version, &self.version),
            (Facet::Document, &self.document),
        ];
        let given = facets.into_iter().filter(|(_, values)| !values.is_empty());
        given
            .map(|(facet, values)| (facet.name().to_owned(), serde_json::json!(values)))
            .collect()
    }
}

/// How much of an answer a call wants, and from where on.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct PageArguments {
    /// Largest answer, in tokens.
    #[serde(default, deserialize_with = "max_tokens")]
    #[schemars(with = "usize", range(min = MIN_ANSWER_TOKENS), extend("default" = DEFAULT_ANSWER_TOKENS))]
    pub(crate) max_tokens: Option<usize>,
    /// Goes on where an earlier answer ended: its `next` has the cursor and all other arguments.
    #[serde(default)]
    #[schemars(with = "String")]
    cursor: Option<String>,
}

impl PageArguments {
    /// How much earlier answers gave of what `key` and `generation` stand for.
    pub(crate) fn offset(&self, key: &str, generation: u64) -> Result<usize, Failure> {
        match &self.cursor {
            Some(cursor) => Ok(Cursor::open(cursor, key, generation)?.offset as usize),
            None => Ok(0),
        }
    }

    /// Makes `arguments` those of the call that goes on behind `n_done`.
    pub(crate) fn go_on(
        &self,
        arguments: &mut JsonObject,
        key: &str,
        generation: u64,
        n_done: usize,
    ) {
        let cursor = Cursor {
            generation,
            offset: u32::try_from(n_done).unwrap_or(u32::MAX),
        };
        if let Some(max_tokens) = self.max_tokens {
            arguments.insert("max_tokens".to_owned(), max_tokens.into());
        }
        arguments.insert("cursor".to_owned(), cursor.seal(key).into());
    }
}

/// The filter in words: ` among product router, version 9.1 or 9.2`; empty if it admits all.
pub(crate) fn among(filter: &Filter) -> String {
    let facets: Vec<String> = Facet::ALL
        .into_iter()
        .filter(|&facet| !filter.values(facet).is_empty())
        .map(|facet| format!("{facet} {}", filter.values(facet).join(" or ")))
        .collect();
    match facets.join(", ").as_str() {
        "" => String::new(),
        facets => format!(" among {}", crate::quote::one_line(facets)),
    }
}

/// An array of strings. Models also write a single string, or null for nothing: both are clear.
fn names<'de, D: Deserializer<'de>>(
    deserializer: D,
    facet: &'static str,
) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        None,
        One(String),
        Many(Vec<String>),
    }
    let names = Names::deserialize(deserializer);
    let names = match names {
        Ok(Names::None) => Vec::new(),
        Ok(Names::One(name)) => vec![name],
        Ok(Names::Many(names)) if names.len() <= MAX_VALUES => names,
        _ => {
            let message = format!(
                "`{facet}` takes an array of at most {MAX_VALUES} strings, such as [\"9\"]"
            );
            return Err(serde::de::Error::custom(message));
        }
    };
    Ok(names)
}

fn vendors<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    names(deserializer, "vendor")
}

fn products<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    names(deserializer, "product")
}

fn versions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    names(deserializer, "version")
}

fn documents<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    names(deserializer, "document")
}

/// A whole number from `min` to `max`, or nothing.
pub(crate) fn whole<'de, D: Deserializer<'de>>(
    deserializer: D,
    name: &'static str,
    range: std::ops::RangeInclusive<usize>,
) -> Result<Option<usize>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Whole {
        None,
        Number(usize),
    }
    match Whole::deserialize(deserializer) {
        Ok(Whole::None) => Ok(None),
        Ok(Whole::Number(number)) if range.contains(&number) => Ok(Some(number)),
        _ => {
            let range = match range.into_inner() {
                (_, usize::MAX) => String::new(),
                (min, max) => format!(" from {min} to {max}"),
            };
            let message = format!("`{name}` takes a whole number{range}");
            Err(serde::de::Error::custom(message))
        }
    }
}

/// As [`whole`], for `max_tokens`; its largest value is the operator's to say.
fn max_tokens<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    whole(deserializer, "max_tokens", 0..=usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search_docs::SearchArguments;

    #[test]
    fn the_argument_that_was_meant_is_named() {
        let slips = [
            ("libraryName", Some("product")),
            ("maxTokens", Some("max_tokens")),
            ("versions", Some("version")),
            ("prodcut", Some("product")),
            ("top_k", Some("limit")),
            ("q", Some("query")),
            ("colour", None),
            ("id", None),
        ];
        for (slip, expected) in slips {
            assert_eq!(meant(slip, SearchArguments::NAMES), expected, "{slip}");
        }
        assert_eq!(meant("chunkId", &["chunk_id", "before"]), Some("chunk_id"));
        assert_eq!(meant("id", &["chunk_id", "before"]), Some("chunk_id"));
    }

    #[test]
    fn a_refusal_lists_what_the_tool_takes() {
        assert_eq!(
            refuse("page", "search_docs", &["query", "cursor"]),
            "search_docs takes no argument `page`; did you mean `cursor`? it takes query, cursor"
        );
        assert_eq!(
            refuse("colour", "search_docs", &["query"]),
            "search_docs takes no argument `colour`; it takes query"
        );
    }
}
