//! McDewey over HTTP: an MCP handler and a library in, a server for agents and operators out.
//!
//! | file | responsibility |
//! |---|---|
//! | `lib.rs` | [`router`]: every route |
//! | `health.rs` | `/health/live` and `/health/ready` |
//! | `accept.rs` | [`serve`]: connections, their limits, and the end of the server |
//!
//! The program `mcdewey` is in the same package; its `serve` command is this library with
//! arguments.

mod accept;
mod health;

use axum::Router;
use axum::middleware::from_fn_with_state;
use mcdewey_mcp::http::{HttpSettings, guard};
use rmcp::ServerHandler;
use tower_http::catch_panic::CatchPanicLayer;

pub use self::accept::{Limits, serve};
pub use self::health::Health;

/// All routes: `/mcp`, answered by `mcp`, and `/health/*`.
///
/// A panic while a request is answered is that request's failure (500), not the server's.
pub fn router<H: ServerHandler + Clone>(mcp: H, health: Health, settings: &HttpSettings) -> Router {
    let own = health::router(health).layer(from_fn_with_state(settings.guard.clone(), guard));
    mcdewey_mcp::http::router(mcp, settings)
        .merge(own)
        .layer(CatchPanicLayer::new())
}
