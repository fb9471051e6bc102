//! Completions: what someone has typed of a vendor, product, version or document in, what the
//! library holds that goes on like that out.

use mcdewey_core::engine::DocumentRecord;
use mcdewey_core::{ChunkId, Facet, Filter};
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

use crate::call::Call;
use crate::error::Failure;
use crate::{prompts, resources};

/// The values that fit what was typed, those that start with it first.
pub(crate) fn complete(
    call: &Call<'_>,
    request: &CompleteRequestParams,
) -> Result<CompleteResult, Failure> {
    let argument = request.argument.name.as_str();
    let is_known = match &request.r#ref {
        Reference::Prompt(prompt) => prompts::takes(&prompt.name, argument),
        Reference::Resource(template) => resources::templates()
            .iter()
            .any(|known| known.uri_template == template.uri && template.uri.contains(argument)),
        _ => false,
    };
    if !is_known {
        return Err(Failure::Arguments(format!(
            "nothing to complete: no prompt or resource template of this name has an argument \
             `{}`; prompts/list and resources/templates/list name them",
            argument.chars().take(60).collect::<String>()
        )));
    }
    let typed = request.argument.value.as_str();
    let snapshot = call.library.snapshot();
    let filter = scope(request, argument);
    let documents = snapshot.documents();
    let scope = || documents.iter().filter(|record| filter.admits(record));
    let values = match argument {
        resources::DOCUMENT_ID => fitting(typed, scope().map(|record| record.id.to_string())),
        resources::CHUNK_ID => chunks(typed, scope()),
        _ => match facet(argument) {
            Some(facet) => {
                let values = facet.values(scope()).into_keys().map(str::to_owned);
                fitting(typed, values)
            }
            None => Vec::new(),
        },
    };
    let n_values = values.len();
    let mut info = CompletionInfo::default();
    info.values = values;
    info.values.truncate(CompletionInfo::MAX_VALUES);
    info.total = u32::try_from(n_values).ok();
    info.has_more = Some(n_values > info.values.len());
    Ok(CompleteResult::new(info))
}

/// The facet that an argument of a prompt stands for.
fn facet(argument: &str) -> Option<Facet> {
    if prompts::VERSIONS.contains(&argument) {
        return Some(Facet::Version);
    }
    Facet::from_name(argument)
}

/// What the other arguments leave, so that a product is completed to its own versions.
fn scope(request: &CompleteRequestParams, argument: &str) -> Filter {
    let context = request.context.as_ref();
    let given = |name: &str| {
        let value = context.and_then(|context| context.get_argument(name));
        let value = value.filter(|value| name != argument && !value.trim().is_empty());
        value.cloned().into_iter().collect::<Vec<String>>()
    };
    let mut filter = Filter::new();
    filter.vendors = given("vendor");
    filter.products = given("product");
    filter.versions = given("version");
    filter.documents = given("document");
    filter
}

/// The values that hold `typed`, without regard to case; those that start with it first.
fn fitting(typed: &str, values: impl Iterator<Item = String>) -> Vec<String> {
    let typed = typed.to_lowercase();
    let mut fitting: Vec<(bool, String)> = values
        .filter_map(|value| {
            let at = value.to_lowercase().find(&typed)?;
            Some((at > 0, value))
        })
        .collect();
    fitting.sort();
    fitting.into_iter().map(|(_, value)| value).collect()
}

/// Chunks of the document that `typed` names, else the first chunks of documents that fit.
fn chunks<'a>(
    typed: &str,
    documents: impl Iterator<Item = &'a DocumentRecord> + Clone,
) -> Vec<String> {
    let within = typed.rsplit_once("::").and_then(|(document, ordinal)| {
        let mut documents = documents.clone();
        let record = documents.find(|record| record.id.as_ref() == document)?;
        let ids = record.chunk_ids();
        let fits = |id: &ChunkId| id.ordinal().to_string().starts_with(ordinal);
        Some(ids.filter(fits).map(|id| id.to_string()).collect())
    });
    within.unwrap_or_else(|| {
        let with_text = documents.filter(|record| record.chunks > 0);
        fitting(typed, with_text.map(|record| format!("{}::0", record.id)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_starts_with_the_text_comes_first() {
        let values = ["OpenSwitch", "ovs", "switch"].map(str::to_owned);
        assert_eq!(
            fitting("Switch", values.into_iter()),
            ["switch", "OpenSwitch"]
        );
    }
}
