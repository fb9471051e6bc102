//! What every request is answered from.

use mcdewey_core::Library;
use tokio_util::sync::CancellationToken;

use crate::budget::{DEFAULT_ANSWER_TOKENS, MIN_ANSWER_TOKENS};
use crate::error::Failure;

/// What an operator sets.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Largest answer, in tokens.
    pub(crate) max_answer_tokens: usize,
    /// Where people find the pages of this server, without a slash at the end.
    pub(crate) public_url: Option<String>,
}

impl Settings {
    /// How large an answer may be for which `given` tokens were asked.
    pub(crate) fn budget(&self, given: Option<usize>) -> Result<usize, Failure> {
        let allowed = MIN_ANSWER_TOKENS..=self.max_answer_tokens;
        match given {
            None => Ok(DEFAULT_ANSWER_TOKENS.min(self.max_answer_tokens)),
            Some(tokens) if allowed.contains(&tokens) => Ok(tokens),
            Some(tokens) => Err(Failure::Arguments(format!(
                "`max_tokens` is {tokens}, but must be {MIN_ANSWER_TOKENS} to {} here",
                self.max_answer_tokens
            ))),
        }
    }
}

/// What a request is answered from.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) library: &'a Library,
    pub(crate) settings: &'a Settings,
    /// Whether documents are being indexed now.
    pub(crate) updating: bool,
    pub(crate) cancelled: &'a CancellationToken,
}

impl Call<'_> {
    /// Ends a call that nobody waits for any more; asked between two steps of the work.
    pub(crate) fn go_on(&self) -> Result<(), Failure> {
        if self.cancelled.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        Ok(())
    }
}
