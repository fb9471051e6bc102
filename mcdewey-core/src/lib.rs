//! A card catalogue for product manuals: finds the right passage in the documentation of many
//! vendors and many versions, by its words and by its meaning, and says where it stands.
//!
//! A [`Library`] lives in an index directory. [`Library::ingest`] brings it up to date with a
//! folder of manuals, [`Library::search`] answers a [`SearchRequest`] with [`Hit`]s, each naming
//! vendor, product, version, document, section and page.
//!
#![cfg_attr(feature = "embedded", doc = "```")]
#![cfg_attr(not(feature = "embedded"), doc = "```ignore")]
//! use mcdewey_core::{HashedEmbedder, Library, Mode, SearchRequest};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::create_dir_all(folder.path().join("docs/router/9.1"))?;
//! std::fs::write(
//!     folder.path().join("docs/router/9.1/vlan.md"),
//!     "# VLANs\n\n## Native VLAN\n\nUntagged frames belong to the native VLAN.\n",
//! )?;
//! let library = Library::open_or_create(&folder.path().join("index"))?
//!     .with_embedder(HashedEmbedder::new())?;
//! let report = library.ingest(folder.path().join("docs"))?;
//! assert_eq!(report.documents.added, 1);
//!
//! let request = SearchRequest::new("untagged frames").with_mode(Mode::Lexical);
//! let hit = &library.search(&request)?.hits[0];
//! assert_eq!(hit.passage.citation(), "router 9.1 / VLANs / VLANs > Native VLAN");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! ```text
//! ingest:  source -> parse -> chunk -> embed -> engine (one atomic commit)
//! query:   query -> search (lexical | vector, filtered; collapsed, fused, reranked) -> present
//! ```
//!
//! | module | what goes in and comes out |
//! |---|---|
//! | [`shelf`] | paths and manifests in; ids and places on the shelves out |
//! | [`source`] | a docs root in; its documents out |
//! | [`parse`] | bytes in; a [`document::Document`] out |
//! | [`isolate`] | the same, in a process of its own |
//! | [`chunk`] | a document in; passages out |
//! | [`acronym`] | a document in; the acronyms that it defines out |
//! | [`embed`] | texts in; vectors out |
//! | [`engine`] | chunks in; rankings out; the narrow waist |
//! | [`ingest`] | the ingest flow and its report |
//! | [`synonym`] | what manifests and manuals say in; other words for those of a query out |
//! | [`collapse`] | versions of manuals in; which passages are the same in them out |
//! | [`query`] | query text in; a [`query::Query`] out |
//! | [`rerank`] | a query and passages in; a score for each out |
//! | [`search`] | a request in; a fused ranking out |
//! | [`present`] | a ranking in; hits with citation and snippet out |
//! | [`compare`] | two versions of a manual in; what changed out |
//! | [`eval`] | judged queries in; nDCG, recall, MRR out |
//!
//! A module imports only modules earlier in its line. The crate has no async runtime, speaks no
//! protocol and never prints.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `archives` | yes | `.zip`, `.tar`, `.tar.gz` and `.gz` in a docs root are read |
//! | `office` | yes | Word, OpenDocument and EPUB |
//! | `embedded` | yes | the engine on local disk (tantivy, usearch; needs a C++ compiler) and `Library::open` |
//! | `html` | yes | HTML: `parse::Format::Html` |
//! | `onnx` | yes | `OnnxEmbedder` and `OnnxReranker`: ONNX models, through ONNX Runtime where there is one, else tract |
//! | `pdf` | yes | [`parse::Format::Pdf`] |
//! | `bundled-model` | no | all-MiniLM-L6-v2 inside the program (23 MB) |
//! | `openapi` | no | `utoipa::ToSchema` for everything that is serialised |
//!
//! Without any feature the crate needs no C++ compiler, and [`Library::with_engine`] takes an
//! engine of your own.

pub mod acronym;
mod analyze;
pub mod chunk;
pub mod collapse;
pub mod compare;
#[cfg(test)]
mod damage;
pub mod document;
#[cfg(test)]
mod effort;
pub mod embed;
pub mod engine;
mod error;
pub mod eval;
pub mod ingest;
pub mod isolate;
mod library;
#[cfg(feature = "onnx")]
mod onnx;
pub mod parse;
pub mod present;
pub mod query;
pub mod rerank;
pub mod search;
pub mod shelf;
pub mod source;
pub mod synonym;
#[cfg(any(feature = "archives", feature = "office"))]
mod zipped;

pub use compare::{CompareRequest, Comparison};
#[cfg(feature = "onnx")]
pub use embed::OnnxEmbedder;
pub use embed::{Embedder, HashedEmbedder};
pub use engine::{Engine, Facet, Filter};
pub use error::{Error, Fault, Result};
pub use ingest::{IngestOptions, IngestReport};
pub use library::{
    AnsweredVersions, Library, LibraryStatus, MAX_NEIGHBOURS, PassageInContext, SearchResponse,
};
pub use present::{Hit, Passage};
#[cfg(feature = "onnx")]
pub use rerank::OnnxReranker;
pub use rerank::Reranker;
pub use search::{Mode, SearchRequest};
pub use shelf::{ChunkId, DocumentId};

/// Compiles the README's code.
#[cfg(all(doctest, feature = "bundled-model"))]
#[doc = include_str!("../../README.md")]
struct Readme;
