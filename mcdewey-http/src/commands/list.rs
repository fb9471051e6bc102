//! `mcdewey list`: the shelves with counts, or the synonyms.

use std::process::ExitCode;

use mcdewey_core::present::Shelves;
use mcdewey_core::synonym::{ListedSynonym, SynonymList, SynonymSource};

use crate::args::{Common, List};
use crate::library;
use crate::output::{self, count};

pub(crate) fn run(common: &Common, list: &List) -> anyhow::Result<ExitCode> {
    let library = library::open(common)?;
    match (list.synonyms, common.json) {
        (false, true) => output::json(&library.shelves())?,
        (false, false) => print(&library.shelves()),
        (true, true) => output::json(&library.synonyms())?,
        (true, false) => print_synonyms(&library.synonyms()),
    }
    Ok(ExitCode::SUCCESS)
}

fn print(shelves: &Shelves) {
    for vendor in &shelves.vendors {
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
                    let line = format!("      {}  {}", document.document_id, document.name());
                    println!("{}", output::printable(&line));
                }
            }
        }
    }
}

fn name(name: Option<&String>, without: &str) -> String {
    output::printable(name.map_or(without, String::as_str))
}

fn print_synonyms(list: &SynonymList) {
    for shelf in &list.shelves {
        let names = [&shelf.vendor, &shelf.product];
        let known = names.into_iter().find_map(Option::as_ref);
        println!("{}", name(known, "(whole library)"));
        for synonym in &shelf.synonyms {
            println!(
                "  {}  {}",
                output::printable(&rule(synonym)),
                origin(synonym)
            );
        }
    }
}

/// The rule, as a manifest writes it or nearly so.
fn rule(synonym: &ListedSynonym) -> String {
    let (from, to) = (synonym.from.join(", "), synonym.to.join(", "));
    match (synonym.two_way, synonym.to.is_empty()) {
        (true, _) => format!("{from} = {to}"),
        (false, false) => format!("{from} => {to}"),
        (false, true) => format!("{from} =>"),
    }
}

/// Who says so.
fn origin(synonym: &ListedSynonym) -> String {
    let documents = count(synonym.documents, "document");
    let example = output::printable(synonym.example.as_str());
    match synonym.source {
        SynonymSource::Manifest => format!("(manifest of {documents}, such as {example})"),
        SynonymSource::Product => {
            format!("(names of a product with {documents}, such as {example})")
        }
        _ => format!("(found in {documents}, such as {example})"),
    }
}
