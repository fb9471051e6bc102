//! The lines of a list: shelves, manuals and headings, as JSON and as text.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use mcdewey_core::engine::{DocumentRecord, Snapshot};
use mcdewey_core::present::{OutlineEntry, outline};
use mcdewey_core::{ChunkId, Facet};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Failure;
use crate::quote;
use crate::wire::PageAnswer;

/// Documents that are listed without a filter, if there are no more. Chosen by hand: about a
/// thousand tokens.
const MAX_UNASKED: usize = 20;

/// A line of the list.
#[derive(Debug)]
pub(super) enum Row {
    Shelf(ShelfAnswer),
    Document(DocumentAnswer),
    Section(SectionAnswer),
}

/// Shelves, then manuals, then headings.
pub(super) fn rows(
    snapshot: &dyn Snapshot,
    documents: &[&DocumentRecord],
    is_filtered: bool,
) -> Result<Vec<Row>, Failure> {
    let mut rows: Vec<Row> = shelves(documents).into_iter().map(Row::Shelf).collect();
    if is_filtered || documents.len() <= MAX_UNASKED {
        let documents = documents.iter();
        rows.extend(documents.map(|record| Row::Document(DocumentAnswer::new(record))));
    }
    if let ([record], true) = (documents, is_filtered) {
        let ids: Vec<ChunkId> = record.chunk_ids().collect();
        let chunks: Vec<_> = snapshot.chunks(&ids)?.into_iter().flatten().collect();
        let outline = outline(record, &chunks);
        rows.extend(
            outline
                .iter()
                .map(|entry| Row::Section(SectionAnswer::new(entry))),
        );
    }
    Ok(rows)
}

fn shelves(documents: &[&DocumentRecord]) -> Vec<ShelfAnswer> {
    // Of each product the newest version first.
    let mut shelves: BTreeMap<_, ShelfAnswer> = BTreeMap::new();
    for record in documents {
        let place = [Facet::Vendor, Facet::Product, Facet::Version].map(|facet| facet.of(record));
        let key = (place[0], place[1], Reverse(record.shelf.ordered_version()));
        let [vendor, product, version] = place.map(|name| name.map(quote::one_line));
        let shelf = shelves.entry(key).or_insert_with(|| ShelfAnswer {
            vendor,
            product,
            aliases: aliases(record),
            version,
            documents: 0,
            passages: 0,
        });
        shelf.documents += 1;
        shelf.passages += u64::from(record.chunks);
    }
    shelves.into_values().collect()
}

/// The product's other names, each once.
fn aliases(record: &DocumentRecord) -> Vec<String> {
    let shelf = &record.shelf;
    let mut known: Vec<String> = shelf
        .product
        .iter()
        .map(|name| quote::one_line(name))
        .collect();
    let n_own = known.len();
    for name in shelf.product_name.iter().chain(&shelf.aliases) {
        let name = quote::one_line(name);
        if !known.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            known.push(name);
        }
    }
    known.split_off(n_own)
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ShelfAnswer {
    vendor: Option<String>,
    product: Option<String>,
    /// Other names of the product.
    aliases: Vec<String>,
    version: Option<String>,
    documents: usize,
    passages: u64,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct DocumentAnswer {
    /// Names it, as a value of the argument document.
    document_id: String,
    /// Its name, the same in every version.
    document: String,
    title: Option<String>,
    vendor: Option<String>,
    product: Option<String>,
    version: Option<String>,
    /// Its file in the docs root.
    source: String,
    /// Its date, as written there.
    date: Option<String>,
    /// What replaces this version of the product.
    superseded_by: Option<String>,
    /// Null if it does not know pages.
    pages: Option<usize>,
    passages: u32,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct SectionAnswer {
    /// How deep it stands, from 1.
    level: usize,
    heading: String,
    /// Where it starts, for `get_chunk`.
    chunk_id: String,
    page: Option<PageAnswer>,
}

impl DocumentAnswer {
    fn new(record: &DocumentRecord) -> Self {
        let shelf = &record.shelf;
        let line = |text: &String| quote::one_line(text);
        Self {
            document_id: record.id.to_string(),
            document: line(&shelf.document),
            title: record.title.as_ref().map(line),
            vendor: shelf.vendor.as_ref().map(line),
            product: shelf.product.as_ref().map(line),
            version: shelf.version.as_ref().map(line),
            source: line(&record.source),
            date: record.date.as_ref().map(line),
            superseded_by: shelf.superseded_by.as_ref().map(line),
            pages: Some(record.pages.total).filter(|&pages| pages > 0),
            passages: record.chunks,
        }
    }

    /// One line; the place on the shelves is in the heading of the list or in the id.
    pub(super) fn text(&self) -> String {
        let place = [
            &self.vendor,
            &self.product,
            &self.version,
            &Some(self.document.clone()),
        ]
        .map(|name| name.clone().unwrap_or_else(|| "-".to_owned()));
        let mut text = format!(
            "{}: {} ({}; source {}",
            quote::one_line(&self.document_id),
            self.title.as_ref().unwrap_or(&self.document),
            place.join(" / "),
            self.source
        );
        let more = [
            ("date", self.date.clone()),
            ("superseded by", self.superseded_by.clone()),
            ("pages", self.pages.map(|pages| pages.to_string())),
            ("passages", Some(self.passages.to_string())),
        ];
        for (name, value) in more {
            if let Some(value) = value {
                text.extend(["; ", name, " ", &value]);
            }
        }
        text + ")"
    }
}

impl SectionAnswer {
    fn new(entry: &OutlineEntry) -> Self {
        Self {
            level: entry.level,
            heading: quote::one_line(&entry.heading),
            chunk_id: entry.chunk_id.to_string(),
            page: entry.page.as_ref().map(PageAnswer::new),
        }
    }

    pub(super) fn text(&self) -> String {
        let page = self.page.as_ref().map(|page| format!(", {page}"));
        format!(
            "{}{}{} [{}]",
            "  ".repeat(self.level - 1),
            self.heading,
            page.unwrap_or_default(),
            quote::one_line(&self.chunk_id)
        )
    }
}

impl ShelfAnswer {
    pub(super) fn text(&self) -> String {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".to_owned());
        let aliases = match self.aliases.as_slice() {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        format!(
            "{} / {}{aliases} / {}: {}, {}",
            name(&self.vendor),
            name(&self.product),
            name(&self.version),
            quote::count(self.documents as u64, "document"),
            quote::count(self.passages, "passage")
        )
    }
}
