//! Prompts: ways of working with the library that people start from a menu.

use rmcp::model::{GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::Value;

use crate::arguments::{FilterArguments, among};
use crate::call::Call;
use crate::error::{Failure, unknown};
use crate::quote;

const ANSWER: &str = "answer_with_citations";
const COMPARE: &str = "compare_versions";

/// Names of the arguments that are versions, for completions.
pub(crate) const VERSIONS: [&str; 3] = ["version", "from_version", "to_version"];

/// All prompts.
pub(crate) fn all() -> Vec<Prompt> {
    let argument = |name: &str, description: &str, is_required: bool| {
        PromptArgument::new(name)
            .with_description(description)
            .with_required(is_required)
    };
    vec![
        Prompt::new(
            ANSWER,
            Some("Answers a question from the manuals, each statement with its citation."),
            Some(vec![
                argument("question", "What you want to know.", true),
                argument("vendor", "Only manuals of this vendor.", false),
                argument("product", "Only manuals of this product.", false),
                argument("version", "Only manuals of this version.", false),
                argument("document", "Only this manual.", false),
            ]),
        )
        .with_title("Answer with citations"),
        Prompt::new(
            COMPARE,
            Some("Tells what the manuals of two versions of a product say differently."),
            Some(vec![
                argument("product", "The product.", true),
                argument("from_version", "The older version.", true),
                argument("to_version", "The newer version.", true),
                argument(
                    "topic",
                    "What to compare; everything, if this is left out.",
                    false,
                ),
            ]),
        )
        .with_title("Compare two versions"),
    ]
}

/// Whether there is a prompt of this name with this argument.
pub(crate) fn takes(name: &str, argument: &str) -> bool {
    let prompt = all().into_iter().find(|prompt| prompt.name == name);
    let arguments = prompt
        .and_then(|prompt| prompt.arguments)
        .unwrap_or_default();
    arguments.iter().any(|known| known.name == argument)
}

/// The prompt, for these arguments. Values that the library does not hold are refused.
pub(crate) fn get(
    call: &Call<'_>,
    name: &str,
    arguments: &JsonObject,
) -> Result<GetPromptResult, Failure> {
    let Some(prompt) = all().into_iter().find(|prompt| prompt.name == name) else {
        return Err(Failure::Protocol(unknown(
            "prompt",
            name,
            &[ANSWER, COMPARE],
        )));
    };
    let given = Given { name, arguments };
    given.check(&prompt)?;
    let text = if name == ANSWER {
        answer(call, &given)?
    } else {
        compare(call, &given)?
    };
    let message = PromptMessage::new_text(Role::User, text);
    let mut result = GetPromptResult::new(vec![message]);
    result.description = prompt.description;
    Ok(result)
}

/// The arguments of a prompt.
struct Given<'a> {
    name: &'a str,
    arguments: &'a JsonObject,
}

impl Given<'_> {
    fn check(&self, prompt: &Prompt) -> Result<(), Failure> {
        let name = self.name;
        let known = prompt.arguments.as_deref().unwrap_or_default();
        let names: Vec<&str> = known
            .iter()
            .map(|argument| argument.name.as_str())
            .collect();
        for (argument, value) in self.arguments {
            let what = if !names.contains(&argument.as_str()) {
                "is not known"
            } else if !value.is_string() && !value.is_null() {
                "is not a string"
            } else {
                continue;
            };
            let argument: String = argument.chars().take(60).collect();
            return Err(Failure::Arguments(format!(
                "the argument `{argument}` of the prompt {name} {what}; it takes {}",
                names.join(", ")
            )));
        }
        let required = known
            .iter()
            .filter(|argument| argument.required == Some(true));
        for argument in required {
            if self.get(&argument.name).is_none() {
                let argument = &argument.name;
                let message = format!("the prompt {name} needs the argument `{argument}`");
                return Err(Failure::Arguments(message));
            }
        }
        Ok(())
    }

    /// A value that says something.
    fn get(&self, argument: &str) -> Option<&str> {
        let value = self.arguments.get(argument).and_then(Value::as_str)?.trim();
        (!value.is_empty()).then_some(value)
    }

    fn list(&self, argument: &str) -> Vec<String> {
        self.get(argument).map(str::to_owned).into_iter().collect()
    }
}

fn answer(call: &Call<'_>, given: &Given<'_>) -> Result<String, Failure> {
    let filter = FilterArguments {
        vendor: given.list("vendor"),
        product: given.list("product"),
        version: given.list("version"),
        document: given.list("document"),
    };
    let scope = filter.to_filter();
    scope.resolve(call.library.snapshot().documents())?;
    let arguments = Value::Object(filter.given()).to_string();
    let narrow = if scope.is_empty() {
        "If the answer depends on the product or the version and neither is said, ask which."
            .to_owned()
    } else {
        format!(
            "Search only{}, with these arguments: {arguments}.",
            among(&scope)
        )
    };
    Ok(format!(
        "Answer this question from the product manuals:\n\n{}\n\n\
         Call search_docs with the words a manual would use, again with other words if the first \
         search does not answer it, and get_chunk to read on where a passage stops short. {narrow} \
         State only what the passages say, and put the citation of its passage after each \
         statement. If they do not answer the question, say so and name what you searched for. \
         Never fill a gap from another version or from memory.",
        given.get("question").unwrap_or_default()
    ))
}

fn compare(call: &Call<'_>, given: &Given<'_>) -> Result<String, Failure> {
    let snapshot = call.library.snapshot();
    for version in ["from_version", "to_version"] {
        let filter = FilterArguments {
            product: given.list("product"),
            version: given.list(version),
            ..FilterArguments::default()
        };
        filter.to_filter().resolve(snapshot.documents())?;
    }
    let line = |argument| quote::one_line(given.get(argument).unwrap_or_default());
    let (product, from, to) = (line("product"), line("from_version"), line("to_version"));
    let topic = match given.get("topic") {
        Some(topic) => format!("about {}", quote::one_line(topic)),
        None => "in all they have in common (list_docs shows their tables of contents)".to_owned(),
    };
    Ok(format!(
        "Tell what the manuals of {product} say differently in version {from} and in version \
         {to}, {topic}.\n\n\
         Call compare_versions for each of their manuals that list_docs names, and with section and \
         details for what matters. Where that is not enough, call search_docs once with version [\"{from}\"] and once with version [\"{to}\"], with \
         the same query and product [\"{product}\"], and get_chunk to read on. List what was \
         added, what was removed and what was changed, each with a citation from both versions; \
         where one version says nothing, say that you found nothing, not that it was removed."
    ))
}
