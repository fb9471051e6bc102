//! Rankings in, what a reader sees out: hits with a citation, a snippet and marked words.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Hit`], [`Passage`] and how they are made |
//! | `snippet/` | the window of a passage that shows best why it was found, or the rows of a table |
//! | `citation.rs` | the line that says where a passage stands |
//! | `outline.rs` | a document's table of contents |
//! | `shelves.rs` | what stands where: vendors, products, versions, documents |

mod citation;
mod outline;
mod shelves;
mod snippet;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use self::citation::citation;
pub use self::outline::{OutlineEntry, outline};
pub use self::shelves::{
    DocumentSummary, ProductShelf, Shelves, VendorShelf, VersionShelf, shelves,
};
pub use self::snippet::{SNIPPET_CHARS, Snippet, snippet};
use crate::chunk::PageRange;
use crate::collapse::Elsewhere;
use crate::document::Layout;
use crate::engine::{DocumentRecord, StoredChunk};
use crate::query::Query;
use crate::search::Fused;
use crate::search::{Evidence, Explain};
use crate::shelf::{ChunkId, DocumentId};

/// A passage as it stands in its document: what `show` and `get_chunk` return.
///
/// What is unknown is `None`, and `null` in JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Passage {
    /// The chunk's id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub chunk_id: ChunkId,
    /// Its document's id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub document_id: DocumentId,
    /// Its section's heading; `Page 47` where it has none but a page; else its document's title.
    pub title: String,
    /// Headings from the outermost to its section's; empty before the first heading.
    pub heading_path: Vec<String>,
    /// Where it stands, if the document knows pages.
    pub page: Option<PageRange>,
    /// Who made the product.
    pub vendor: Option<String>,
    /// The product it is about.
    pub product: Option<String>,
    /// The product's version it is about.
    pub version: Option<String>,
    /// The manual's name on the shelf.
    pub document: String,
    /// The manual's title.
    pub document_title: Option<String>,
    /// Path of its file below the docs root, or a record's `_id`.
    pub source: String,
    /// The date of its manual, as written.
    pub date: Option<String>,
    /// What replaces its product version, as the manifest says.
    pub superseded_by: Option<String>,
    /// When its product version is no longer supported, as the manifest says.
    pub end_of_life: Option<String>,
    /// The passage.
    pub text: String,
    /// How the text is laid out, for whoever shows it.
    #[serde(skip)]
    pub layout: Layout,
    /// What leads to the passage within its file: `page=47` in a PDF, the anchor of its section in
    /// HTML. With it, `source#fragment` is the deep link into the file.
    pub fragment: Option<String>,
    /// Address of the passage at its vendor's, where a manifest gives one.
    pub url: Option<String>,
}

/// A passage found by a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Hit {
    /// Its rank, from 1.
    pub rank: usize,
    /// Orders the hits; higher is better. Not a confidence.
    pub score: f32,
    /// The passage and where it stands.
    #[serde(flatten)]
    pub passage: Passage,
    /// The part of the text that shows best why it was found; white space is folded.
    pub snippet: String,
    /// Byte ranges of `snippet` that hold a word of the query, ascending.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<[usize; 2]>))]
    pub highlights: Vec<(usize, usize)>,
    /// Passages of the same section right before or after it that were found too, in reading order.
    pub neighbours: Vec<Neighbour>,
    /// In which other versions it stands.
    #[serde(flatten)]
    pub elsewhere: Elsewhere,
    /// How it was found, if the request asked for that.
    pub explain: Option<Evidence>,
}

/// A passage that was found beside a hit and is part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Neighbour {
    /// The chunk's id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub chunk_id: ChunkId,
    /// Where it stands, if the document knows pages.
    pub page: Option<PageRange>,
    /// The passage. It may begin with words of the one before it.
    pub text: String,
    /// The part of the text that shows best why it was found; white space is folded.
    pub snippet: String,
    /// Byte ranges of `snippet` that hold a word of the query, ascending.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<[usize; 2]>))]
    pub highlights: Vec<(usize, usize)>,
}

impl Passage {
    /// Puts a chunk and its document together.
    pub fn new(record: &DocumentRecord, chunk: StoredChunk) -> Self {
        let shelf = &record.shelf;
        Self {
            chunk_id: ChunkId::new(&record.id, chunk.ordinal),
            document_id: record.id.clone(),
            title: title(record, &chunk),
            url: url(record, &chunk),
            fragment: fragment(record, &chunk),
            layout: record.layout,
            heading_path: chunk.heading_path,
            page: chunk.pages,
            vendor: shelf.vendor.clone(),
            product: shelf.product.clone(),
            version: shelf.version.clone(),
            document: shelf.document.clone(),
            document_title: record.title.clone(),
            source: record.source.clone(),
            date: record.date.clone(),
            superseded_by: shelf.superseded_by.clone(),
            end_of_life: shelf.end_of_life.clone(),
            text: chunk.body.text,
        }
    }

    /// What people call its manual: the title, or else the name on the shelf.
    pub fn document_name(&self) -> &str {
        self.document_title.as_ref().unwrap_or(&self.document)
    }

    /// One line that says where the passage stands; see [`citation()`].
    pub fn citation(&self) -> String {
        citation(self)
    }
}

impl Hit {
    pub(crate) fn new(
        rank: usize,
        fused: &Fused,
        passage: Passage,
        neighbours: Vec<Passage>,
        elsewhere: Elsewhere,
        query: &Query,
        explain: Explain,
    ) -> Self {
        let snippet = snippet(&passage.text, query);
        let mut neighbours: Vec<Neighbour> = neighbours
            .into_iter()
            .map(|passage| Neighbour::new(passage, query))
            .collect();
        neighbours.sort_by_key(|neighbour| neighbour.chunk_id.ordinal());
        Self {
            rank,
            score: fused.score,
            passage,
            snippet: snippet.text,
            highlights: snippet.highlights,
            neighbours,
            elsewhere,
            explain: (explain == Explain::Yes).then_some(fused.evidence),
        }
    }
}

impl Hit {
    /// The passage with its neighbours, in reading order, as one text.
    pub fn whole_text(&self) -> String {
        let own = self.passage.chunk_id.ordinal();
        let neighbours = self.neighbours.iter();
        let (before, after): (Vec<_>, Vec<_>) =
            neighbours.partition(|neighbour| neighbour.chunk_id.ordinal() < own);
        let texts = before.iter().map(|neighbour| &neighbour.text);
        let texts = texts.chain([&self.passage.text]);
        let mut whole = String::new();
        for text in texts.chain(after.iter().map(|neighbour| &neighbour.text)) {
            let rest = &text[overlap(&whole, text)..];
            if !whole.is_empty() && rest.len() == text.len() {
                whole.push_str("\n\n");
            }
            whole.push_str(rest);
        }
        whole
    }
}

impl Neighbour {
    fn new(passage: Passage, query: &Query) -> Self {
        let snippet = snippet(&passage.text, query);
        Self {
            chunk_id: passage.chunk_id,
            page: passage.page,
            text: passage.text,
            snippet: snippet.text,
            highlights: snippet.highlights,
        }
    }
}

/// Most bytes that the end of a passage may have in common with the beginning of the next.
const MAX_OVERLAP: usize = 2000;

/// How many bytes `text` begins with that `before` ends with.
fn overlap(before: &str, text: &str) -> usize {
    let most = before.len().min(text.len()).min(MAX_OVERLAP);
    let lengths = (1..=most).rev();
    lengths
        .filter(|&length| text.is_char_boundary(length))
        .find(|&length| before.ends_with(&text[..length]))
        .unwrap_or(0)
}

fn title(record: &DocumentRecord, chunk: &StoredChunk) -> String {
    if let Some(heading) = chunk.heading_path.last() {
        return heading.clone();
    }
    if let Some(pages) = &chunk.pages {
        return format!("Page {}", pages.first);
    }
    record.name().to_owned()
}

/// The manifest's template with its places filled in, or else the document's own address, with the
/// anchor of the passage's section where the page has one.
///
/// Of a template whose fragment needs a page or an anchor that the passage has not, the address
/// before the fragment is left; if the address itself needs it, there is none.
fn url(record: &DocumentRecord, chunk: &StoredChunk) -> Option<String> {
    let Some(template) = &record.shelf.url else {
        let url = record.url.clone()?;
        return Some(match &chunk.anchor {
            Some(anchor) if leads_into_page(record) && !url.contains('#') => {
                format!("{url}#{anchor}")
            }
            _ => url,
        });
    };
    let page = chunk.pages.as_ref().map(|pages| pages.first.to_string());
    let filled = |part: &str| {
        let mut filled = part.to_owned();
        for (place, value) in [("{page}", &page), ("{anchor}", &chunk.anchor)] {
            if filled.contains(place) {
                filled = filled.replace(place, value.as_ref()?);
            }
        }
        Some(filled)
    };
    let Some((address, fragment)) = template.split_once('#') else {
        return filled(template);
    };
    let address = filled(address)?;
    Some(match filled(fragment) {
        Some(fragment) => format!("{address}#{fragment}"),
        None => address,
    })
}

/// What leads to the passage within its file.
fn fragment(record: &DocumentRecord, chunk: &StoredChunk) -> Option<String> {
    if has_extension(record, &["pdf"]) {
        let page = chunk.pages.as_ref()?.first;
        return Some(format!("page={page}"));
    }
    chunk.anchor.clone().filter(|_| leads_into_page(record))
}

/// Whether anchors are the file's own, which a browser finds in it. Those of other formats are made
/// of headings, and only the pages of this program know them.
fn leads_into_page(record: &DocumentRecord) -> bool {
    has_extension(record, &["html", "htm", "xhtml"])
}

fn has_extension(record: &DocumentRecord, extensions: &[&str]) -> bool {
    let extension = record
        .source
        .rsplit_once('.')
        .map(|(_, extension)| extension);
    extension.is_some_and(|own| {
        extensions
            .iter()
            .any(|known| known.eq_ignore_ascii_case(own))
    })
}
