//! The library as its users see it: through the public API, on a real disk.
//!
//! | file | what it shows |
//! |---|---|
//! | `support.rs` | documents, vectors and random numbers for the others |
//! | `recall.rs` | approximate vector search against the exact answer |
//! | `model.rs` | a random run of changes against an index built from scratch |
//! | `determinism.rs` | same library, same query: same bytes |
//! | `damage.rs` | files flipped, cut, zeroed, deleted, swapped |
//! | `queries.rs` | queries of every form, and what their answers look like |
//! | `scope.rs` | what a reader may not know of changes nothing for it |
//! | `rerank.rs` | the first passages in the order of a reranker, and no others |
//! | `generations.rs` | writers, readers and what each sees of the other |
//! | `versions.rs` | one hit for all versions of a passage, on real manuals |
//! | `hostile.rs` | files that mean harm: bombs, loops, endless and damaged ones |
#![cfg(feature = "embedded")]

mod damage;
mod determinism;
mod generations;
#[cfg(all(feature = "archives", feature = "office"))]
mod hostile;
mod model;
mod queries;
mod reading;
mod recall;
mod rerank;
mod scope;
mod support;
mod versions;
