//! What the query of an address asks for.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use mcdewey_core::search::Versions;
use mcdewey_core::{Facet, Filter, Mode};

use super::problem::bad_request;
use super::results::LAST_PAGE;

/// The search, the shelf or the passage that a page is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub(super) query: String,
    pub(super) filter: Filter,
    pub(super) mode: Mode,
    /// Which versions of a passage are hits.
    pub(super) versions: Versions,
    /// From 1.
    pub(super) page: usize,
    /// The passage to show, in a document; `None` for its beginning.
    pub(super) chunk: Option<u32>,
}

impl Asked {
    /// Reads the pairs of a query; values that are empty count as not given, as forms send them.
    fn read<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, String> {
        let mut asked = Self {
            page: 1,
            ..Self::default()
        };
        for (name, value) in pairs.filter(|(_, value)| !value.trim().is_empty()) {
            if let Some(facet) = Facet::from_name(name) {
                asked.filter = asked.filter.with(facet, value);
                continue;
            }
            match name {
                "q" => value.trim().clone_into(&mut asked.query),
                "mode" => {
                    let quoted = serde_json::Value::from(value);
                    let mode = serde_json::from_value(quoted);
                    asked.mode =
                        mode.map_err(|_| "mode is hybrid, lexical or vector".to_owned())?;
                }
                "versions" => {
                    asked.versions = match value {
                        "newest" => Versions::Newest,
                        "all" => Versions::All,
                        _ => return Err("versions is newest or all".to_owned()),
                    };
                }
                "page" => {
                    let number = value
                        .parse()
                        .ok()
                        .filter(|page| (1..=LAST_PAGE).contains(page));
                    asked.page =
                        number.ok_or_else(|| format!("page is a number from 1 to {LAST_PAGE}"))?;
                }
                "chunk" => {
                    let number = value.parse();
                    let number = number.map_err(|_| "chunk is a number from 0".to_owned())?;
                    asked.chunk = Some(number);
                }
                // What other sites append is of no concern.
                _ => {}
            }
        }
        Ok(asked)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(pairs) = pairs.map_err(IntoResponse::into_response)?;
        let pairs = pairs.iter();
        Self::read(pairs.map(|(name, value)| (name.as_str(), value.as_str())))
            .map_err(|message| bad_request(&message))
    }
}
