//! The tools, as `tools/list` shows them and `tools/call` finds them.

use mcdewey_core::Facet;
use rmcp::model::{CallToolResult, JsonObject, Tool};

use crate::arguments::Arguments;
use crate::call::Call;
use crate::compare_versions::{self, CompareArguments};
use crate::error::Failure;
use crate::get_chunk::{self, ChunkArguments};
use crate::list_docs::{self, ListArguments};
use crate::search_docs::{self, SearchArguments};
use crate::wire;

/// A tool and what answers its calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    /// Its description, without what depends on the library.
    pub(crate) describe: fn() -> Tool,
    /// Answers one call; may block and compute.
    pub(crate) answer: fn(&Call<'_>, JsonObject) -> Result<CallToolResult, Failure>,
}

/// All tools, in the order in which they are listed: what is tried first comes first.
pub(crate) const ALL: [Entry; 4] = [
    Entry {
        name: SearchArguments::TOOL,
        describe: search_docs::tool,
        answer: search_docs::call,
    },
    Entry {
        name: ChunkArguments::TOOL,
        describe: get_chunk::tool,
        answer: get_chunk::call,
    },
    Entry {
        name: ListArguments::TOOL,
        describe: list_docs::tool,
        answer: list_docs::call,
    },
    Entry {
        name: CompareArguments::TOOL,
        describe: compare_versions::tool,
        answer: compare_versions::call,
    },
];

/// The tool of this name.
pub(crate) fn find(name: &str) -> Option<Entry> {
    ALL.into_iter().find(|entry| entry.name == name)
}

/// The tools as this library has them: with the values that it holds and the operator's limits.
pub(crate) fn list(call: &Call<'_>) -> Vec<Tool> {
    let snapshot = call.library.snapshot();
    let documents = snapshot.documents();
    let offers = Facet::ALL.map(|facet| {
        let mut values: Vec<&str> = facet.values(documents).into_keys().collect();
        if facet == Facet::Document {
            // They are known by either.
            values.extend(documents.iter().map(|record| record.id.as_ref()));
        }
        (facet, values)
    });
    let tools = ALL.iter().map(|entry| {
        let mut tool = (entry.describe)();
        wire::cap_tokens(&mut tool, call.settings.max_answer_tokens);
        for (facet, values) in &offers {
            wire::offer(&mut tool, *facet, values);
        }
        tool
    });
    tools.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn assert_named<A: Arguments>() {
        let tool = (find(A::TOOL).unwrap().describe)();
        let described = tool.input_schema["properties"].as_object().unwrap();
        let described: BTreeSet<&str> = described.keys().map(String::as_str).collect();
        assert_eq!(A::NAMES.iter().copied().collect::<BTreeSet<_>>(), described);
    }

    #[test]
    fn every_argument_of_a_schema_is_let_in() {
        assert_named::<SearchArguments>();
        assert_named::<ChunkArguments>();
        assert_named::<ListArguments>();
        assert_named::<CompareArguments>();
    }
}
