//! `mcdewey list`: the shelves with counts.

use std::process::ExitCode;

use mcdewey_core::present::Shelves;

use crate::args::Common;
use crate::library;
use crate::output::{self, count};

pub(crate) fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let shelves = library::open(common)?.shelves();
    if common.json {
        output::json(&shelves)?;
    } else {
        print(&shelves);
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
