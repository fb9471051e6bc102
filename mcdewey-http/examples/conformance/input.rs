//! What asks the client to call again with input, as the protocol has it since 2026-07-28: a call
//! and what earlier calls brought in, an answer or the next questions out.
//!
//! Nothing is remembered between two calls: what must outlive the first is carried by the client,
//! under a [`Seal`].

use std::hash::{BuildHasher, RandomState};

use rmcp::ErrorData;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ClientCapabilities, GetPromptRequestParams,
    InputRequiredResult, InputResponses, Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Map, Value, json};

use crate::content::{plain, text};
use crate::wire;

pub(crate) fn tools() -> Vec<Tool> {
    vec![
        plain("test_missing_capability", "Needs the client's model."),
        plain("test_streaming_elicitation", "Asks the user for a name."),
        plain(
            "test_input_required_result_elicitation",
            "Asks the user for a name.",
        ),
        plain(
            "test_input_required_result_sampling",
            "Asks the client's model.",
        ),
        plain(
            "test_input_required_result_list_roots",
            "Asks which folders the client shows.",
        ),
        plain(
            "test_input_required_result_request_state",
            "Asks for a yes, and keeps state at the client.",
        ),
        plain(
            "test_input_required_result_multiple_inputs",
            "Asks the user, the model and the client at once.",
        ),
        plain(
            "test_input_required_result_multi_round",
            "Asks the user twice.",
        ),
        plain(
            "test_input_required_result_tampered_state",
            "Asks for a yes, and refuses state that it did not write.",
        ),
        plain(
            "test_input_required_result_capabilities",
            "Asks whatever the client can answer.",
        ),
    ]
}

/// What a call comes to.
pub(crate) enum Asked {
    /// Everything is known.
    Answered(String),
    /// The client is to call again, with these answers.
    Again(InputRequiredResult),
}

pub(crate) fn call(
    request: &CallToolRequestParams,
    round: &Round<'_>,
) -> Option<Result<CallToolResponse, ErrorData>> {
    let asked = match request.name.as_ref() {
        "test_missing_capability" => round
            .check_declared(SAMPLING)
            .map(|()| Asked::Answered("The client has a model.".to_owned())),
        "test_streaming_elicitation" | "test_input_required_result_elicitation" => round.greeting(),
        "test_input_required_result_sampling" => round.capital(),
        "test_input_required_result_list_roots" => round.roots(),
        "test_input_required_result_request_state"
        | "test_input_required_result_tampered_state" => round.confirmation(),
        "test_input_required_result_multiple_inputs" => round.everything(),
        "test_input_required_result_multi_round" => round.favourite(),
        "test_input_required_result_capabilities" => round.whatever_is_declared(),
        _ => return None,
    };
    Some(asked.map(|asked| match asked {
        Asked::Answered(answer) => text(answer).into(),
        Asked::Again(questions) => questions.into(),
    }))
}

const ELICITATION: &str = "elicitation/create";
const SAMPLING: &str = "sampling/createMessage";
const ROOTS: &str = "roots/list";

/// One call of several that are one question to the server.
pub(crate) struct Round<'a> {
    /// The tool or prompt that is called.
    subject: &'a str,
    responses: Option<&'a InputResponses>,
    state: Option<&'a str>,
    client: ClientCapabilities,
    seal: &'a Seal,
}

impl<'a> Round<'a> {
    pub(crate) fn of_call(
        request: &'a CallToolRequestParams,
        context: &RequestContext<RoleServer>,
        seal: &'a Seal,
    ) -> Self {
        Self {
            subject: &request.name,
            responses: request.input_responses.as_ref(),
            state: request.request_state.as_deref(),
            client: context.client_capabilities().unwrap_or_default(),
            seal,
        }
    }

    pub(crate) fn of_prompt(
        request: &'a GetPromptRequestParams,
        context: &RequestContext<RoleServer>,
        seal: &'a Seal,
    ) -> Self {
        Self {
            subject: &request.name,
            responses: request.input_responses.as_ref(),
            state: request.request_state.as_deref(),
            client: context.client_capabilities().unwrap_or_default(),
            seal,
        }
    }

    /// What the user is called.
    pub(crate) fn name(&self) -> Result<Asked, ErrorData> {
        match self.said("user_name", "name") {
            Some(name) => Ok(Asked::Answered(name.to_owned())),
            None => self.ask(json!({"user_name": name_question()}), None),
        }
    }

    /// What a prompt is to be about.
    pub(crate) fn context(&self) -> Result<Asked, ErrorData> {
        if let Some(answer) = self.said("user_context", "context") {
            return Ok(Asked::Answered(answer.to_owned()));
        }
        let question = elicit("What context should the prompt use?", "context", "string");
        self.ask(json!({"user_context": question}), None)
    }

    fn greeting(&self) -> Result<Asked, ErrorData> {
        Ok(match self.name()? {
            Asked::Answered(name) => Asked::Answered(format!("Hello, {name}!")),
            again @ Asked::Again(_) => again,
        })
    }

    fn capital(&self) -> Result<Asked, ErrorData> {
        if let Some(answer) = self.sampled("capital_question") {
            return Ok(Asked::Answered(answer.to_owned()));
        }
        let question = sample("What is the capital of France?");
        self.ask(json!({"capital_question": question}), None)
    }

    fn roots(&self) -> Result<Asked, ErrorData> {
        match self.listed_roots("client_roots") {
            Some(roots) => Ok(Asked::Answered(format!("The client shows {roots}."))),
            None => self.ask(json!({"client_roots": {"method": ROOTS}}), None),
        }
    }

    fn confirmation(&self) -> Result<Asked, ErrorData> {
        let was_asked = self.opened_state()? == Some("asked");
        if was_asked && self.accepted("confirm").is_some() {
            return Ok(Asked::Answered("state-ok".to_owned()));
        }
        let question = elicit("Please confirm", "ok", "boolean");
        self.ask(json!({"confirm": question}), Some("asked"))
    }

    fn everything(&self) -> Result<Asked, ErrorData> {
        self.opened_state()?;
        let name = self.said("user_name", "name");
        let greeting = self.sampled("greeting");
        let roots = self.listed_roots("client_roots");
        if let (Some(name), Some(greeting), Some(roots)) = (name, greeting, roots) {
            return Ok(Asked::Answered(format!("{greeting} {name} of {roots}")));
        }
        let questions = json!({
            "user_name": name_question(),
            "greeting": sample("Generate a greeting"),
            "client_roots": {"method": ROOTS},
        });
        self.ask(questions, Some("asked"))
    }

    fn favourite(&self) -> Result<Asked, ErrorData> {
        const NAMED: &str = "named:";
        let state = self.opened_state()?;
        let name = state.and_then(|state| state.strip_prefix(NAMED));
        let color = self.said("step2", "color");
        if let (Some(name), Some(color)) = (name, color) {
            return Ok(Asked::Answered(format!("{name} likes {color}.")));
        }
        if let Some(name) = name.or_else(|| self.said("step1", "name")) {
            let message = "Step 2: What is your favorite color?";
            let question = elicit(message, "color", "string");
            let state = format!("{NAMED}{name}");
            return self.ask(json!({"step2": question}), Some(&state));
        }
        let question = elicit("Step 1: What is your name?", "name", "string");
        self.ask(json!({"step1": question}), Some("asked"))
    }

    fn whatever_is_declared(&self) -> Result<Asked, ErrorData> {
        if self.responses.is_some() {
            return Ok(Asked::Answered("Thank you.".to_owned()));
        }
        let all = [
            ("user_name", name_question()),
            ("greeting", sample("Generate a greeting")),
            ("client_roots", json!({"method": ROOTS})),
        ];
        let askable = all.into_iter().filter(|(_, question)| {
            let method = question["method"].as_str();
            method.is_some_and(|method| self.check_declared(method).is_ok())
        });
        let askable: Map<_, _> = askable
            .map(|(key, question)| (key.to_owned(), question))
            .collect();
        if askable.is_empty() {
            return Ok(Asked::Answered("The client can answer nothing.".to_owned()));
        }
        self.ask(askable.into(), None)
    }

    fn ask(&self, questions: Value, state: Option<&str>) -> Result<Asked, ErrorData> {
        for question in questions.as_object().into_iter().flat_map(Map::values) {
            self.check_declared(question["method"].as_str().unwrap_or_default())?;
        }
        let state = state.map(|state| self.seal.close(self.subject, state));
        let questions = InputRequiredResult::new(Some(wire(questions)), state);
        Ok(Asked::Again(questions))
    }

    /// A server may ask only for what the client says that it can do.
    fn check_declared(&self, method: &str) -> Result<(), ErrorData> {
        let (is_declared, capability) = match method {
            ELICITATION => (self.client.elicitation.is_some(), "elicitation"),
            SAMPLING => (self.client.sampling.is_some(), "sampling"),
            _ => (self.client.roots.is_some(), "roots"),
        };
        if is_declared {
            return Ok(());
        }
        let needed = wire(json!({capability: {}}));
        Err(ErrorData::missing_required_client_capability(needed))
    }

    fn opened_state(&self) -> Result<Option<&str>, ErrorData> {
        let opened = self.state.map(|state| {
            self.seal.open(self.subject, state).ok_or_else(|| {
                ErrorData::invalid_params("the requestState is not one of this server", None)
            })
        });
        opened.transpose()
    }

    fn response(&self, key: &str) -> Option<&Value> {
        self.responses?.get(key)
    }

    /// What the user filled in, if the form was not declined.
    fn accepted(&self, key: &str) -> Option<&Value> {
        let response = self.response(key)?;
        (response["action"] == "accept").then(|| &response["content"])
    }

    fn said(&self, key: &str, field: &str) -> Option<&str> {
        self.accepted(key)?[field].as_str()
    }

    fn sampled(&self, key: &str) -> Option<&str> {
        self.response(key)?["content"]["text"].as_str()
    }

    fn listed_roots(&self, key: &str) -> Option<String> {
        let roots = self.response(key)?["roots"].as_array()?;
        let roots: Vec<_> = roots
            .iter()
            .filter_map(|root| root["uri"].as_str())
            .collect();
        Some(roots.join(", "))
    }
}

pub(crate) fn name_question() -> Value {
    elicit("What is your name?", "name", "string")
}

/// A question to the user, who answers in one field.
pub(crate) fn elicit(message: &str, field: &str, kind: &str) -> Value {
    json!({"method": ELICITATION, "params": {
        "message": message,
        "requestedSchema": {
            "type": "object",
            "properties": {field: {"type": kind}},
            "required": [field],
        },
    }})
}

fn sample(prompt: &str) -> Value {
    json!({"method": SAMPLING, "params": {
        "messages": [{"role": "user", "content": {"type": "text", "text": prompt}}],
        "maxTokens": 100,
    }})
}

/// Tells state that this server wrote from state that a client made up.
#[derive(Debug, Clone)]
pub(crate) struct Seal {
    key: [u8; 32],
}

impl Seal {
    /// With a key of its own: what one run of the program wrote, the next refuses.
    pub(crate) fn new() -> Self {
        let mut key = [0; 32];
        for part in key.chunks_exact_mut(8) {
            // The only randomness in std; its seed comes from the operating system.
            part.copy_from_slice(&RandomState::new().hash_one(()).to_le_bytes());
        }
        Self { key }
    }

    fn close(&self, subject: &str, state: &str) -> String {
        format!("{}.{state}", self.tag(subject, state))
    }

    /// The state in `sealed`, if it was closed here for the same subject.
    fn open<'a>(&self, subject: &str, sealed: &'a str) -> Option<&'a str> {
        let (tag, state) = sealed.split_once('.')?;
        let tag = blake3::Hash::from_hex(tag).ok()?;
        // Hashes are compared in constant time.
        (tag == self.tag(subject, state)).then_some(state)
    }

    fn tag(&self, subject: &str, state: &str) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&(subject.len() as u64).to_le_bytes());
        hasher.update(subject.as_bytes()).update(state.as_bytes());
        hasher.finalize()
    }
}
