//! Index a folder of manuals and search it.

use mcdewey_core::{Library, SearchRequest};

fn main() -> mcdewey_core::Result<()> {
    let index = std::env::temp_dir().join("mcdewey-quickstart");
    let library = Library::open_or_create(&index)?.with_default_embedder()?;
    library.ingest("examples/library")?;
    let request = SearchRequest::new("how are TLS client certificates checked?");
    for hit in library.search(&request)?.hits {
        println!("{}. {}", hit.rank, hit.passage.citation());
    }
    Ok(())
}
