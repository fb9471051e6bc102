//! `mcdewey list`: the shelves with counts.

use std::collections::BTreeMap;
use std::process::ExitCode;

use mcdewey_core::engine::DocumentRecord;
use serde::Serialize;

use crate::args::Common;
use crate::library;
use crate::output::{self, count};

type Name = Option<String>;
type Shelves = BTreeMap<Name, BTreeMap<Name, BTreeMap<Name, Vec<DocumentRow>>>>;

/// A document on its shelf.
#[derive(Debug, Serialize)]
struct DocumentRow {
    document_id: String,
    document: String,
    title: Option<String>,
    source: String,
    date: Option<String>,
    chunks: u32,
    pages: Option<usize>,
}

#[derive(Debug, Serialize)]
struct VersionRow {
    version: Name,
    chunks: usize,
    documents: Vec<DocumentRow>,
}

#[derive(Debug, Serialize)]
struct ProductRow {
    product: Name,
    versions: Vec<VersionRow>,
}

#[derive(Debug, Serialize)]
struct VendorRow {
    vendor: Name,
    products: Vec<ProductRow>,
}

#[derive(Debug, Serialize)]
struct Listing {
    generation: u64,
    vendors: Vec<VendorRow>,
}

pub(crate) fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let library = library::open(common)?;
    let snapshot = library.snapshot();
    let listing = Listing {
        generation: snapshot.generation(),
        vendors: rows(shelves(snapshot.documents())),
    };
    if common.json {
        output::json(&listing)?;
    } else {
        print(&listing);
    }
    Ok(ExitCode::SUCCESS)
}

fn shelves(documents: &[DocumentRecord]) -> Shelves {
    let mut shelves = Shelves::new();
    for record in documents {
        let shelf = &record.shelf;
        shelves
            .entry(shelf.vendor.clone())
            .or_default()
            .entry(shelf.product.clone())
            .or_default()
            .entry(shelf.version.clone())
            .or_default()
            .push(DocumentRow {
                document_id: record.id.to_string(),
                document: shelf.document.clone(),
                title: record.title.clone(),
                source: record.source.clone(),
                date: record.date.clone(),
                chunks: record.chunks,
                pages: Some(record.pages.total).filter(|&pages| pages > 0),
            });
    }
    shelves
}

fn rows(shelves: Shelves) -> Vec<VendorRow> {
    let versions = |versions: BTreeMap<Name, Vec<DocumentRow>>| {
        versions
            .into_iter()
            .map(|(version, documents)| VersionRow {
                version,
                chunks: documents
                    .iter()
                    .map(|document| document.chunks as usize)
                    .sum(),
                documents,
            })
            .collect()
    };
    let products = |products: BTreeMap<Name, BTreeMap<Name, Vec<DocumentRow>>>| {
        products
            .into_iter()
            .map(|(product, by_version)| ProductRow {
                product,
                versions: versions(by_version),
            })
            .collect()
    };
    shelves
        .into_iter()
        .map(|(vendor, by_product)| VendorRow {
            vendor,
            products: products(by_product),
        })
        .collect()
}

fn print(listing: &Listing) {
    for vendor in &listing.vendors {
        println!("{}", name(vendor.vendor.as_ref(), "(no vendor)"));
        for product in &vendor.products {
            println!("  {}", name(product.product.as_ref(), "(no product)"));
            for version in &product.versions {
                println!(
                    "    {}: {}, {}",
                    name(version.version.as_ref(), "(no version)"),
                    count(version.documents.len(), "document"),
                    count(version.chunks, "passage")
                );
                for document in &version.documents {
                    let title = document.title.as_ref().unwrap_or(&document.document);
                    let line = format!("      {}  {title}", document.document_id);
                    println!("{}", output::printable(&line));
                }
            }
        }
    }
}

fn name(name: Option<&String>, without: &str) -> String {
    output::printable(name.map_or(without, String::as_str))
}
