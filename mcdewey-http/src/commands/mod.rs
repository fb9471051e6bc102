//! One file a command: arguments in, exit code out.

pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod eval;
pub(crate) mod index;
pub(crate) mod key;
pub(crate) mod list;
pub(crate) mod mcp;
pub(crate) mod parse_file;
pub(crate) mod queries;
pub(crate) mod reembed;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod verify;
