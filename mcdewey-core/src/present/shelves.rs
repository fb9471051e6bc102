//! Documents in, the shelves they stand on out.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::engine::{DocumentRecord, Facet};
use crate::shelf::DocumentId;

/// All shelves of a library: what `list` prints.
///
/// What is unknown is `None`, and `null` in JSON; it stands before what is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Shelves {
    /// The generation that answered.
    pub generation: u64,
    /// By name.
    pub vendors: Vec<VendorShelf>,
}

/// What a vendor makes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct VendorShelf {
    /// Its name.
    pub vendor: Option<String>,
    /// By name.
    pub products: Vec<ProductShelf>,
}

/// The versions of a product.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct ProductShelf {
    /// Its short name, as it is filtered by.
    pub product: Option<String>,
    /// Its full name.
    pub product_name: Option<String>,
    /// The newest first, as the product's vendor orders them.
    pub versions: Vec<VersionShelf>,
}

/// The documents of a version.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct VersionShelf {
    /// Its name.
    pub version: Option<String>,
    /// What replaces it, as the manifest says.
    pub superseded_by: Option<String>,
    /// Passages of all its documents.
    pub chunks: usize,
    /// By id.
    pub documents: Vec<DocumentSummary>,
}

/// What a list says of a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct DocumentSummary {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub document_id: DocumentId,
    /// Its name on the shelf, the same in every version of the product.
    pub document: String,
    /// Its title.
    pub title: Option<String>,
    /// Who made the product.
    pub vendor: Option<String>,
    /// The product it is about.
    pub product: Option<String>,
    /// The product's version it is about.
    pub version: Option<String>,
    /// Path of its file below the docs root, or a record's `_id`.
    pub source: String,
    /// Its date, as written.
    pub date: Option<String>,
    /// What replaces its product version, as the manifest says.
    pub superseded_by: Option<String>,
    /// How many passages it has.
    pub chunks: u32,
    /// How many pages, if it knows pages.
    pub pages: Option<usize>,
}

impl DocumentSummary {
    /// What a list says of `record`.
    pub fn new(record: &DocumentRecord) -> Self {
        let shelf = &record.shelf;
        Self {
            document_id: record.id.clone(),
            document: shelf.document.clone(),
            title: record.title.clone(),
            vendor: shelf.vendor.clone(),
            product: shelf.product.clone(),
            version: shelf.version.clone(),
            source: record.source.clone(),
            date: record.date.clone(),
            superseded_by: shelf.superseded_by.clone(),
            chunks: record.chunks,
            pages: Some(record.pages.total).filter(|&pages| pages > 0),
        }
    }

    /// What people call it: its title, or else its name on the shelf.
    pub fn name(&self) -> &str {
        self.title.as_ref().unwrap_or(&self.document)
    }
}

/// The shelves of `documents`, which are in order of their ids.
pub fn shelves<'a>(
    generation: u64,
    documents: impl IntoIterator<Item = &'a DocumentRecord>,
) -> Shelves {
    type Versions<'a> = BTreeMap<Option<&'a str>, Vec<&'a DocumentRecord>>;
    let mut places: BTreeMap<Option<&str>, BTreeMap<Option<&str>, Versions<'_>>> = BTreeMap::new();
    for record in documents {
        let products = places.entry(Facet::Vendor.of(record)).or_default();
        let versions = products.entry(Facet::Product.of(record)).or_default();
        let documents = versions.entry(Facet::Version.of(record)).or_default();
        documents.push(record);
    }
    let vendors = places.into_iter().map(|(vendor, products)| VendorShelf {
        vendor: vendor.map(str::to_owned),
        products: products
            .into_iter()
            .map(|(product, versions)| product_shelf(product, versions))
            .collect(),
    });
    Shelves {
        generation,
        vendors: vendors.collect(),
    }
}

/// The versions of a product as their vendor orders them; what has none comes last.
fn newest_first<'a>(
    versions: BTreeMap<Option<&'a str>, Vec<&'a DocumentRecord>>,
) -> Vec<(Option<&'a str>, Vec<&'a DocumentRecord>)> {
    let mut versions: Vec<_> = versions.into_iter().collect();
    versions.sort_by_cached_key(|(_, documents)| {
        let version = documents
            .first()
            .and_then(|record| record.shelf.ordered_version());
        std::cmp::Reverse(version)
    });
    versions
}

fn product_shelf(
    product: Option<&str>,
    versions: BTreeMap<Option<&str>, Vec<&DocumentRecord>>,
) -> ProductShelf {
    let mut names = versions
        .values()
        .flatten()
        .map(|record| &record.shelf.product_name);
    ProductShelf {
        product: product.map(str::to_owned),
        product_name: names.find_map(Clone::clone),
        versions: newest_first(versions)
            .into_iter()
            .map(|(version, documents)| VersionShelf {
                version: version.map(str::to_owned),
                superseded_by: documents
                    .iter()
                    .find_map(|record| record.shelf.superseded_by.clone()),
                chunks: documents.iter().map(|record| record.chunks as usize).sum(),
                documents: documents.into_iter().map(DocumentSummary::new).collect(),
            })
            .collect(),
    }
}
