//! A path below the docs root in, who the document is out: its id and its place on the shelf.
//!
//! ```text
//! cucm/v15/tapi-dev-guide/tapi-dev-guide.md            a SourcePath
//! cucm::v15::tapi-dev-guide::tapi-dev-guide            its DocumentId
//! cucm::v15::tapi-dev-guide::tapi-dev-guide::17        the ChunkId of its 18th passage
//! product cucm, version v15, document tapi-dev-guide   its Shelf
//! ```
//!
//! | file          | responsibility                                                  |
//! |---------------|-----------------------------------------------------------------|
//! | `path.rs`     | [`SourcePath`]: segments, stem, extension                       |
//! | `id/`         | [`DocumentId`] and [`ChunkId`], and which path gets which id    |
//! | `place.rs`    | [`Shelf`], and what folders say about it                        |
//! | `synonyms.rs` | [`SynonymRule`], and how manifests write it                      |
//! | `manifest/`   | `mcdewey.toml`: its keys, its errors, and how folders inherit   |
//! | `version/`    | [`Version`]: which is newer, and what a [`VersionRequest`] means |

mod id;
pub(crate) mod manifest;
mod path;
mod place;
mod synonyms;
mod version;

pub(crate) use id::without_version;
pub use id::{ChunkId, DocumentId, document_ids};
pub use path::SourcePath;
pub use place::Shelf;
pub use synonyms::SynonymRule;
pub use version::{Version, VersionRequest, VersionRequestError, VersionScheme};
