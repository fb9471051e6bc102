//! A failure in, what the protocol says of it out.
//!
//! What the caller can mend is a result with `isError`: clients show its text to the model, which
//! then mends it. What only an operator can mend is a protocol error, and goes to the log.

use mcdewey_core::{Error, Fault};
use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock};
use tokio::task::JoinError;

/// Why a call has no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments do not fit the tool's schema.
    Arguments(serde_json::Error),
    /// The library refused or failed.
    Library(Error),
    /// The work panicked.
    Panic(JoinError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl Failure {
    /// The answer to a tool call that failed in this way.
    pub(crate) fn into_answer(self) -> Result<CallToolResult, ErrorData> {
        match self {
            Self::Arguments(error) => Ok(refusal(format!("the arguments do not fit: {error}"))),
            Self::Library(error) if error.fault() == Fault::Caller => {
                Ok(refusal(error.to_string()))
            }
            // Another query may well go through, so the model is told, as the client is not.
            Self::Panic(panic) => {
                tracing::error!("a tool call panicked: {panic}");
                Ok(refusal(
                    "McDewey failed on this call, by a mistake of its own that its log describes; \
                     other calls are answered as before"
                        .to_owned(),
                ))
            }
            failure @ Self::Library(_) => Err(failure.into_protocol_error()),
        }
    }

    /// The answer to any other request that failed in this way.
    pub(crate) fn into_protocol_error(self) -> ErrorData {
        let message = match self {
            Self::Arguments(error) => return ErrorData::invalid_params(error.to_string(), None),
            Self::Library(error) => format!("{:#}", anyhow::Error::new(error)),
            Self::Panic(panic) => panic.to_string(),
        };
        tracing::error!("{message}");
        ErrorData::internal_error(message, None)
    }
}

/// The answer to a call of a tool that does not exist.
pub(crate) fn unknown_tool(name: &str, known: &[&str]) -> ErrorData {
    let known = known.join("`, `");
    ErrorData::invalid_params(format!("no tool `{name}`; there is `{known}`"), None)
}

fn refusal(message: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corrupt() -> Failure {
        Failure::Library(Error::Corrupt {
            path: "index/commit".into(),
            detail: "it is empty".to_owned(),
        })
    }

    #[test]
    fn what_the_caller_can_mend_is_a_result() {
        let failure = Failure::Library(Error::Setting {
            name: "limit",
            given: "0".to_owned(),
            allowed: "1 to 50".to_owned(),
        });
        let answer = failure.into_answer().unwrap();
        assert_eq!(answer.is_error, Some(true));
        let text = &answer.content[0].as_text().unwrap().text;
        assert_eq!(text, "limit is 0, but must be 1 to 50");
    }

    #[test]
    fn what_only_an_operator_can_mend_is_a_protocol_error() {
        let error = corrupt().into_answer().unwrap_err();
        assert_eq!(error.code, rmcp::model::ErrorCode::INTERNAL_ERROR);
        assert!(error.message.contains("index/commit is damaged"), "{error}");
    }
}
