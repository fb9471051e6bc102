//! A failure in, what the protocol says of it out.
//!
//! What the caller can mend is a result with `isError`: clients show its text to the model, which
//! then mends it. What only an operator can mend is a protocol error, and goes to the log.

use mcdewey_core::{Error, Fault};
use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock, PaginatedRequestParams};
use tokio::task::JoinError;

use crate::cursor::CursorError;
use crate::quote;
use crate::workers::Busy;

/// Longest message, in `char`s: it may quote what the caller sent.
const MAX_CHARS: usize = 1000;

/// Why a request has no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was given cannot be: the caller can mend it. Says how.
    Arguments(String),
    /// The library refused or failed.
    Library(Error),
    /// The work panicked.
    Panic(JoinError),
    /// Too many requests are under way already.
    Busy(Busy),
    /// The caller does not want the answer any more.
    Cancelled,
    /// The protocol says how.
    Protocol(ErrorData),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl From<CursorError> for Failure {
    fn from(error: CursorError) -> Self {
        Self::Arguments(error.to_string())
    }
}

impl From<Busy> for Failure {
    fn from(busy: Busy) -> Self {
        Self::Busy(busy)
    }
}

impl Failure {
    /// The answer to a tool call that failed in this way.
    pub(crate) fn into_answer(self) -> Result<CallToolResult, ErrorData> {
        match self {
            Self::Arguments(message) => Ok(refusal(&message)),
            Self::Library(error) if error.fault() == Fault::Caller => {
                Ok(refusal(&error.to_string()))
            }
            // The model is told, as the client is not: another query may well go through.
            Self::Panic(_) | Self::Busy(_) => Ok(refusal(&self.into_protocol_error().message)),
            failure => Err(failure.into_protocol_error()),
        }
    }

    /// The answer to any other request that failed in this way.
    ///
    /// What went wrong inside is for the operator: it may name files, so it goes to the log alone.
    pub(crate) fn into_protocol_error(self) -> ErrorData {
        let error = match self {
            Self::Arguments(message) => return ErrorData::invalid_params(shown(&message), None),
            Self::Library(error) if error.fault() == Fault::Caller => {
                return ErrorData::invalid_params(shown(&error.to_string()), None);
            }
            Self::Protocol(error) => return error,
            Self::Cancelled => return ErrorData::internal_error("the request was cancelled", None),
            Self::Busy(Busy { max_requests }) => {
                let message =
                    format!("{max_requests} requests are under way already; try again in a moment");
                return ErrorData::internal_error(message, None);
            }
            Self::Library(error) => anyhow::Error::new(error),
            Self::Panic(panic) => {
                tracing::error!("a request panicked: {panic}");
                let message = "McDewey failed on this request, by a mistake of its own that its \
                               log describes; other requests are answered as before";
                return ErrorData::internal_error(message, None);
            }
        };
        tracing::error!("{error:#}");
        let message = "the library cannot be read or searched just now; the log of the server \
                       says why, and `mcdewey verify` checks the index";
        ErrorData::internal_error(message, None)
    }
}

/// The answer to a request for a tool or prompt that does not exist.
pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> ErrorData {
    let name: String = name.chars().take(60).collect();
    let known = known.join("`, `");
    ErrorData::invalid_params(format!("no {what} `{name}`; there is `{known}`"), None)
}

/// Lists that have one page take no cursor.
pub(crate) fn refuse_cursor(request: Option<PaginatedRequestParams>) -> Result<(), ErrorData> {
    if request.is_some_and(|request| request.cursor.is_some()) {
        let message = "this list has one page; ask for it without a cursor";
        return Err(ErrorData::invalid_params(message, None));
    }
    Ok(())
}

fn refusal(message: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(shown(message))])
}

fn shown(message: &str) -> String {
    quote::name(message, MAX_CHARS)
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
    fn what_only_an_operator_can_mend_is_a_protocol_error_without_file_names() {
        let error = corrupt().into_answer().unwrap_err();
        assert_eq!(error.code, rmcp::model::ErrorCode::INTERNAL_ERROR);
        assert!(error.message.contains("cannot be read"), "{error}");
        assert!(!error.message.contains("index/commit"), "{error}");
    }

    #[test]
    fn a_long_message_is_cut() {
        let message = "x".repeat(100_000);
        let answer = Failure::Arguments(message).into_answer().unwrap();
        assert!(answer.content[0].as_text().unwrap().text.len() < 2 * MAX_CHARS);
    }
}
