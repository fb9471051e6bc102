//! How long an answer may be, in tokens of the model that reads it.

/// Largest answer that an operator allows unless told otherwise. Chosen by hand: clients cut what
/// a tool says at 25 000 tokens.
pub const MAX_ANSWER_TOKENS: usize = 20_000;

/// Smallest answer that may be asked for. Chosen by hand: one passage of the default size with its
/// citation fits, in text and in JSON.
pub(crate) const MIN_ANSWER_TOKENS: usize = 1000;
