//! A [`Library`](mcdewey_core::Library) in, an MCP server out: agents search product manuals, read
//! on where a passage stops short, and cite what they find.
//!
//! ```text
//! stdio ──┐                    ┌─> arguments ─> Library, on a blocking thread ─> wire ─> text + JSON
//!         ├─> rmcp ─> McDewey ─┤
//! http ───┘                    └─> error (isError result, or protocol error)
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `server.rs` | [`McDewey`]: requests of the protocol, and the limits they share |
//! | `stdio.rs` | the server on standard input and output |
//! | `http/` | the server as an [`axum`] router |
//! | `workers.rs` | [`Workers`]: where requests are answered, and how many at a time |
//! | `call.rs` | what every request is answered from |
//! | `tools.rs` | the tools, as they are listed and found |
//! | `search_docs/`, `get_chunk.rs`, `list_docs/`, `compare_versions/` | a tool each |
//! | `resources.rs`, `prompts.rs`, `completions.rs` | what people pick from menus of their client |
//! | `instructions.rs` | what an agent is told of the library before its first call |
//! | `arguments.rs` | arguments of calls, read strictly |
//! | `wire.rs` | what answers and schemas are made of |
//! | `budget.rs`, `cursor.rs` | how much of an answer fits, and where the next one goes on |
//! | `quote.rs` | text of documents, made safe to stand in text of the server |
//! | `error.rs` | what fails, as the protocol says it |
//!
//! [`McDewey`] speaks both eras of the protocol: 2026-07-28, and `initialize` up to 2025-11-25. It
//! keeps no state between requests, so one per connection or one for all is the same.

mod arguments;
mod budget;
mod call;
mod compare_versions;
mod completions;
mod cursor;
mod error;
mod get_chunk;
pub mod http;
mod instructions;
mod list_docs;
mod prompts;
mod quote;
mod resources;
mod search_docs;
mod server;
mod stdio;
mod tools;
mod wire;
mod workers;

pub use self::budget::MAX_ANSWER_TOKENS;
pub use self::cursor::{Cursor, CursorError};
pub use self::server::McDewey;
pub use self::stdio::{log_to_stderr, run_stdio, serve_stdio};
pub use self::wire::doc_context_path;
pub use self::workers::{Busy, MAX_REQUESTS, Reader, Slot, Ticket, Workers};
