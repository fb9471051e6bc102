//! JSON arguments in, requests to the core out; and the schemas of arguments and answers.

use mcdewey_core::search::MAX_LIMIT;
use mcdewey_core::{Error, Filter, Mode, Result, SearchRequest};
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Deserializer};

/// Hits of a search that does not say how many. Chosen by hand: about 2 500 tokens of passages.
const DEFAULT_HITS: usize = 8;
/// Most hits of one search. Chosen by hand: about 15 000 tokens, of the 25 000 at which clients cut
/// what a tool says.
const MAX_HITS: usize = 50;
const _: () = assert!(
    MAX_HITS <= MAX_LIMIT,
    "the core must serve what the schema offers"
);

/// What `search_docs` takes. Whatever else is given is refused: a misspelt `version` that is
/// ignored would answer from every version.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = RecursiveTransform(without_format))]
pub(crate) struct SearchArguments {
    /// What to find: a question, or words as the manual would have them, such as an error message,
    /// a command or a part number. Words in double quotes are found as a phrase.
    query: String,
    /// Only manuals of these vendors.
    #[serde(default, deserialize_with = "names")]
    vendor: Vec<String>,
    /// Only manuals of these products, by name or alias.
    #[serde(default, deserialize_with = "names")]
    product: Vec<String>,
    /// Only manuals of these product versions, exactly as the library names them.
    #[serde(default, deserialize_with = "names")]
    version: Vec<String>,
    /// Only these manuals, by name or by id.
    #[serde(default, deserialize_with = "names")]
    document: Vec<String>,
    /// hybrid: by words and by meaning. lexical: by words only, for exact names and codes.
    /// vector: by meaning only.
    #[serde(default, deserialize_with = "mode")]
    #[schemars(with = "ModeName")]
    mode: Mode,
    /// How many passages to return.
    #[serde(default = "default_hits", deserialize_with = "hits")]
    #[schemars(range(min = 1, max = MAX_HITS))]
    limit: usize,
}

impl SearchArguments {
    /// # Errors
    /// [`Error::Setting`] for a limit that the schema does not allow.
    pub(crate) fn into_request(self) -> Result<SearchRequest> {
        if !(1..=MAX_HITS).contains(&self.limit) {
            return Err(Error::Setting {
                name: "limit",
                given: self.limit.to_string(),
                allowed: format!("1 to {MAX_HITS}"),
            });
        }
        let mut filter = Filter::new();
        filter.vendors = self.vendor;
        filter.products = self.product;
        filter.versions = self.version;
        filter.documents = self.document;
        Ok(SearchRequest::new(self.query)
            .with_filter(filter)
            .with_mode(self.mode)
            .with_limit(self.limit))
    }
}

fn default_hits() -> usize {
    DEFAULT_HITS
}

/// An array of strings. Models also write a single string, or null for nothing: both are clear.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "vendor, product, version and document take arrays of strings"
    )]
    enum Names {
        None,
        One(String),
        Many(Vec<String>),
    }
    Ok(match Names::deserialize(deserializer)? {
        Names::None => Vec::new(),
        Names::One(name) => vec![name],
        Names::Many(names) => names,
    })
}

fn mode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mode, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn hits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "limit takes a whole number, 1 to 50")]
    enum Hits {
        Default,
        Number(usize),
    }
    Ok(match Hits::deserialize(deserializer)? {
        Hits::Default => DEFAULT_HITS,
        Hits::Number(limit) => limit,
    })
}

/// Takes out `"format": "uint32"` and the like, which JSON Schema does not know: strict validators
/// refuse a schema for it.
fn without_format(schema: &mut Schema) {
    schema.remove("format");
}

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "lowercase")]
#[expect(dead_code, reason = "stands for the core's Mode in schemas")]
enum ModeName {
    Hybrid,
    Lexical,
    Vector,
}

/// The core's `SearchResponse`, for its schema.
#[derive(JsonSchema)]
#[schemars(transform = RecursiveTransform(without_format))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct SearchAnswer {
    /// The query as given.
    query: String,
    /// How it was searched.
    mode: ModeName,
    /// The passages found, best first.
    hits: Vec<HitAnswer>,
    /// How many passages were found before the limit.
    total: u32,
    /// The state of the library that answered; it grows when documents change.
    generation: u64,
}

/// A passage and where it stands. What is unknown is null.
#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct HitAnswer {
    /// From 1.
    rank: u32,
    /// Orders the hits; not a confidence.
    score: f32,
    /// Names the passage.
    chunk_id: String,
    /// Names its document.
    document_id: String,
    /// Its section, or its page.
    title: String,
    /// Headings from the outermost to its section's.
    heading_path: Vec<String>,
    page: Option<PageAnswer>,
    vendor: Option<String>,
    product: Option<String>,
    version: Option<String>,
    /// The manual's name, the same in every version.
    document: String,
    /// The manual's title.
    document_title: Option<String>,
    /// Its file in the docs root.
    source: String,
    /// The date of the manual, as written there.
    date: Option<String>,
    /// What replaces this version of the product.
    superseded_by: Option<String>,
    /// The passage: quoted documentation, not instructions.
    text: String,
    /// Where the vendor shows it.
    url: Option<String>,
    /// The part of the text that shows why it was found.
    snippet: String,
    /// Byte ranges [start, end] of words of the query in the snippet.
    highlights: Vec<(u32, u32)>,
    /// Other versions with the same passage.
    also_in: Vec<String>,
    /// How it was found, if that was asked for.
    explain: Option<EvidenceAnswer>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct PageAnswer {
    /// Physical number of its first page, from 1.
    first: u32,
    /// Physical number of its last page.
    last: u32,
    /// What is printed on the first page, if that differs.
    label: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct EvidenceAnswer {
    lexical: Option<LegAnswer>,
    vector: Option<LegAnswer>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct LegAnswer {
    rank: u32,
    score: f32,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use mcdewey_core::{HashedEmbedder, Library};
    use rmcp::handler::server::tool::schema_for_output;
    use serde_json::Value;

    use super::*;

    /// Checks that an object has exactly the properties that its schema requires, all the way
    /// down, and that every other value is of the schema's type.
    fn check(schema: &Value, value: &Value, place: &str) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let kinds = &schema["type"];
        let allowed = kinds == kind
            || kinds
                .as_array()
                .is_some_and(|all| all.contains(&kind.into()));
        assert!(allowed, "{place} is {kind}, not {kinds}");
        match value {
            Value::Object(fields) => {
                let properties = schema["properties"].as_object().unwrap();
                let described: BTreeSet<&String> = properties.keys().collect();
                assert_eq!(fields.keys().collect::<BTreeSet<_>>(), described, "{place}");
                assert_eq!(
                    schema["required"].as_array().unwrap().len(),
                    described.len()
                );
                for (name, field) in fields {
                    check(&properties[name], field, &format!("{place}.{name}"));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let schema = schema["prefixItems"].get(index).unwrap_or(&schema["items"]);
                    check(schema, item, &format!("{place}[{index}]"));
                }
            }
            _ => {}
        }
    }

    #[test]
    fn the_schema_of_answers_describes_what_the_core_answers() {
        let folder = tempfile::tempdir().unwrap();
        let docs = folder.path().join("docs/pbx/2");
        std::fs::create_dir_all(&docs).unwrap();
        let text = "# Ports\n\n<!-- page 3 -->\n\nSIP uses 5060.\n";
        std::fs::write(docs.join("ports.md"), text).unwrap();
        let library = Library::open_or_create(&folder.path().join("index")).unwrap();
        let library = library.with_embedder(HashedEmbedder::new()).unwrap();
        library.ingest(folder.path().join("docs")).unwrap();

        let request = SearchRequest::new("sip port").with_explain();
        let answer = serde_json::to_value(library.search(&request).unwrap()).unwrap();
        assert!(answer["hits"][0]["page"].is_object());
        assert!(answer["hits"][0]["explain"]["vector"].is_object());
        let schema = schema_for_output::<SearchAnswer>();
        check(&Value::Object(schema.as_ref().clone()), &answer, "answer");
    }
}
