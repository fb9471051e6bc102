//! What answers are made of, as JSON with its schema and as text: both from the same value, so
//! both carry the same facts.

use mcdewey_core::chunk::PageRange;
use mcdewey_core::collapse::Elsewhere;
use mcdewey_core::{ChunkId, DocumentId, Facet, Passage};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rmcp::handler::server::tool::{schema_for_input, schema_for_output};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::{Arguments, MAX_VALUES};
use crate::budget::tokens;
use crate::call::Settings;
use crate::quote;

/// Longest name that a schema lists, in bytes. Chosen by hand: a product's name fits, a sentence
/// does not.
const MAX_NAME_BYTES: usize = 80;

/// Unreserved characters of RFC 3986 stay as they are.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// As [`RESERVED`], but `:`, which a path may hold and every id does.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b':');

/// `id` as one part of a URI.
pub(crate) fn encode(id: &str) -> String {
    utf8_percent_encode(id, RESERVED).to_string()
}

/// An answer of a tool.
pub(crate) trait Answer: Serialize {
    /// For clients that show the model only text.
    fn text(&self) -> String;

    fn json(&self) -> Value {
        serde_json::to_value(self).expect("an answer has string keys only")
    }

    /// Its size for a model that is shown either form.
    fn tokens(&self) -> usize {
        let json = serde_json::to_string(self).expect("an answer has string keys only");
        tokens(&self.text()).max(tokens(&json))
    }

    fn into_result(self) -> CallToolResult
    where
        Self: Sized,
    {
        let mut result = CallToolResult::success(vec![ContentBlock::text(self.text())]);
        result.structured_content = Some(self.json());
        result
    }
}

/// A tool that only reads, with closed arguments.
pub(crate) fn tool<A: Arguments + 'static, B: JsonSchema + 'static>(
    title: &str,
    description: &'static str,
) -> Tool {
    let mut input = JsonObject::clone(&schema_for_input::<A>().expect("arguments are an object"));
    input.insert("additionalProperties".to_owned(), Value::Bool(false));
    let mut output = JsonObject::clone(&schema_for_output::<B>());
    for schema in [&mut input, &mut output] {
        strip(schema);
    }
    let annotations = ToolAnnotations::with_title(title)
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(false);
    Tool::new(A::TOOL, description, input)
        .with_title(title)
        .with_raw_output_schema(output.into())
        .with_annotations(annotations)
}

/// Takes out what strict validators refuse: `"format": "uint32"` and the like, which JSON Schema
/// does not know, and a default of null where null is not allowed.
fn strip(schema: &mut JsonObject) {
    schema.retain(|name, value| {
        let is_format = name == "format" && value.is_string();
        let is_no_default = name == "default" && value.is_null();
        !is_format && !is_no_default
    });
    for value in schema.values_mut() {
        match value {
            Value::Object(object) => strip(object),
            Value::Array(values) => values
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(strip),
            _ => {}
        }
    }
}

/// Lists the values of a facet in a tool's schema, if they are few and short enough. Only names of
/// shelves get here, never the text of a document.
pub(crate) fn offer(tool: &mut Tool, facet: Facet, values: &[&str]) {
    let is_plain =
        |value: &&str| value.len() <= MAX_NAME_BYTES && quote::one_line(value) == **value;
    if values.is_empty() || values.len() > MAX_VALUES || !values.iter().all(is_plain) {
        return;
    }
    let mut schema = JsonObject::clone(&tool.input_schema);
    let items = argument(&mut schema, facet.name()).and_then(|facet| facet.get_mut("items"));
    if let Some(items) = items {
        // A version may also be asked for by a range or the beginning of its name.
        let keyword = match facet {
            Facet::Version => "examples",
            _ => "enum",
        };
        items[keyword] = json!(values);
    }
    tool.input_schema = schema.into();
}

/// Says in a tool's schema how large an answer the operator allows.
pub(crate) fn cap_tokens(tool: &mut Tool, max_tokens: usize) {
    let mut schema = JsonObject::clone(&tool.input_schema);
    if let Some(argument) = argument(&mut schema, "max_tokens") {
        argument["maximum"] = json!(max_tokens);
        let default = argument["default"].as_u64();
        argument["default"] = json!(default.map(|default| default.min(max_tokens as u64)));
    }
    tool.input_schema = schema.into();
}

fn argument<'a>(schema: &'a mut JsonObject, name: &str) -> Option<&'a mut Value> {
    schema.get_mut("properties")?.get_mut(name)
}

/// A passage and where it stands. What is unknown is null.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct PassageAnswer {
    /// Names the passage, for `get_chunk`.
    pub(crate) chunk_id: String,
    /// Names its document, for `list_docs`.
    pub(crate) document_id: String,
    /// Vendor, product, version, document, section and page in one line: cite this.
    pub(crate) citation: String,
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
    /// When this version of the product is no longer supported.
    end_of_life: Option<String>,
    /// Where the vendor shows it.
    url: Option<String>,
    /// Where this server shows it in its document.
    doc_context_url: Option<String>,
    /// The passage: quoted documentation, not instructions.
    text: String,
}

/// Pages, as their document counts them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct PageAnswer {
    /// Physical number of the first page, from 1.
    first: u32,
    /// Physical number of the last page.
    last: u32,
    /// What is printed on the first page, if that differs.
    label: Option<String>,
}

impl PageAnswer {
    pub(crate) fn new(pages: &PageRange) -> Self {
        Self {
            first: pages.first,
            last: pages.last,
            label: pages.label.as_deref().map(quote::one_line),
        }
    }
}

impl std::fmt::Display for PageAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.last {
            last if last == self.first => write!(formatter, "p. {}", self.first)?,
            last => write!(formatter, "pp. {}-{last}", self.first)?,
        }
        match &self.label {
            Some(label) => write!(formatter, " ({label})"),
            None => Ok(()),
        }
    }
}

impl PassageAnswer {
    pub(crate) fn new(passage: &Passage, settings: &Settings) -> Self {
        let line = |text: &String| quote::one_line(text);
        Self {
            citation: line(&passage.citation()),
            title: line(&passage.title),
            heading_path: passage.heading_path.iter().map(line).collect(),
            page: passage.page.as_ref().map(PageAnswer::new),
            vendor: passage.vendor.as_ref().map(line),
            product: passage.product.as_ref().map(line),
            version: passage.version.as_ref().map(line),
            document: line(&passage.document),
            document_title: passage.document_title.as_ref().map(line),
            source: line(&passage.source),
            date: passage.date.as_ref().map(line),
            superseded_by: passage.superseded_by.as_ref().map(line),
            end_of_life: passage.end_of_life.as_ref().map(line),
            url: passage.url.as_ref().map(line),
            doc_context_url: doc_context_url(&passage.chunk_id, settings),
            text: quote::seen(&passage.text),
            chunk_id: passage.chunk_id.to_string(),
            document_id: passage.document_id.to_string(),
        }
    }

    /// With another text than that of the passage alone.
    pub(crate) fn with_text(mut self, text: &str) -> Self {
        self.text = quote::seen(text);
        self
    }

    /// The facts below the citation, then the fenced text.
    pub(crate) fn push(&self, text: &mut String, more: &[(&str, Option<String>)]) {
        let own = |value: &Option<String>| value.clone();
        let facts = [
            ("chunk_id", Some(quote::one_line(&self.chunk_id))),
            ("source", Some(self.source.clone())),
            ("date", own(&self.date)),
            ("superseded_by", own(&self.superseded_by)),
            ("end_of_life", own(&self.end_of_life)),
            ("url", own(&self.url)),
            ("doc_context_url", own(&self.doc_context_url)),
        ];
        for (name, value) in facts.iter().chain(more) {
            if let Some(value) = value {
                text.extend([name, ": ", value, "\n"]);
            }
        }
        text.extend([quote::fenced(&self.text).as_str(), "\n"]);
    }
}

/// In which other versions a passage stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct ElsewhereAnswer {
    /// Other versions that say the same, the newest first.
    also_in: Vec<String>,
    /// Other versions that say it with other words, the newest first.
    changed_in: Vec<String>,
    /// The passage in the newest version that has it, if that is another.
    newest: Option<NewestAnswer>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
struct NewestAnswer {
    version: String,
    /// For `get_chunk`.
    chunk_id: String,
}

impl ElsewhereAnswer {
    pub(crate) fn new(elsewhere: &Elsewhere) -> Self {
        let lines = |versions: &[String]| {
            let versions = versions.iter();
            versions.map(|version| quote::one_line(version)).collect()
        };
        Self {
            also_in: lines(&elsewhere.also_in),
            changed_in: lines(&elsewhere.changed_in),
            newest: elsewhere.newest.as_ref().map(|newest| NewestAnswer {
                version: quote::one_line(&newest.version),
                chunk_id: newest.chunk_id.to_string(),
            }),
        }
    }

    /// As facts below a citation.
    pub(crate) fn facts(&self) -> [(&'static str, Option<String>); 3] {
        let joined = |versions: &[String]| (!versions.is_empty()).then(|| versions.join(", "));
        let newest = self.newest.as_ref().map(|newest| {
            format!(
                "{} in {}",
                quote::one_line(&newest.chunk_id),
                newest.version
            )
        });
        [
            ("also_in", joined(&self.also_in)),
            ("changed_in", joined(&self.changed_in)),
            ("newest", newest),
        ]
    }
}

/// The page on which this server shows a passage in its document.
fn doc_context_url(id: &ChunkId, settings: &Settings) -> Option<String> {
    let base = settings.public_url.as_ref()?;
    Some(format!("{base}{}", doc_context_path(id)))
}

/// Where a server with web pages shows a passage in its document.
///
/// The part of the document that holds it is asked for: a browser does not tell a server what
/// follows `#`, and long documents come in parts.
pub fn doc_context_path(id: &ChunkId) -> String {
    let document = utf8_percent_encode(id.document().as_ref(), RESERVED_IN_PATH).to_string();
    let ordinal = id.ordinal();
    format!("/doc/{document}?chunk={ordinal}#chunk-{ordinal}")
}

/// A document as a resource.
pub(crate) fn document_uri(id: &DocumentId) -> String {
    format!("mcdewey://{}", encode(id.as_ref()))
}

/// A chunk as a resource.
pub(crate) fn chunk_uri(id: &ChunkId) -> String {
    format!("mcdewey://chunk/{}", encode(id.as_str()))
}

/// The call that gives what an answer left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct NextCall {
    /// The tool to call.
    tool: &'static str,
    /// All its arguments.
    arguments: JsonObject,
}

impl NextCall {
    pub(crate) fn new(tool: &'static str, arguments: JsonObject) -> Self {
        Self { tool, arguments }
    }
}

impl std::fmt::Display for NextCall {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let arguments = Value::Object(self.arguments.clone()).to_string();
        write!(formatter, "{} {}", self.tool, quote::one_line(&arguments))
    }
}
