//! HTTP requests in, the answers of an MCP server out: an [`axum`] router for `/mcp`.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`router`] and its [`HttpSettings`] |
//! | `guard.rs` | [`Guard`]: whose requests are let in |
//! | `message.rs` | what is no JSON-RPC message, answered as the protocol asks |

mod guard;
mod message;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

pub use self::guard::{Guard, guard};

/// Where the router answers.
pub const PATH: &str = "/mcp";

/// How MCP over HTTP is served.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HttpSettings {
    /// Whose requests are let in. Default: those to a loopback name, and from no foreign page.
    pub guard: Guard,
    /// Largest body of a request. Default: 256 KiB; a call is a few hundred bytes.
    pub max_body_bytes: usize,
    /// How long a client may take to send a body. Default: 10 s.
    pub body_timeout: Duration,
    /// Whether clients of the `initialize` era get a session. Default: no.
    pub sessions: Sessions,
}

/// Whether a client of the `initialize` era gets a session, which it names in each request.
///
/// The protocol of 2026-07-28 has no sessions; there this changes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "yes or no, by name")]
pub enum Sessions {
    /// Every request stands by itself: a restart, or a second server, is not noticed by anyone,
    /// and no client can fill the memory with sessions.
    #[default]
    None,
    /// For handlers that ask something of the client in the middle of a call. McDewey's does not.
    Kept,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            guard: Guard::new(),
            max_body_bytes: 256 * 1024,
            body_timeout: Duration::from_secs(10),
            sessions: Sessions::None,
        }
    }
}

impl HttpSettings {
    /// The default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whose requests are let in.
    #[must_use]
    pub fn with_guard(mut self, guard: Guard) -> Self {
        self.guard = guard;
        self
    }

    /// Sets whether clients of the `initialize` era get a session.
    #[must_use]
    pub fn with_sessions(mut self, sessions: Sessions) -> Self {
        self.sessions = sessions;
        self
    }
}

/// A router that answers MCP at [`PATH`] with `handler`: streamable HTTP, both eras.
///
/// An answer is JSON, or a stream of events if progress is told before it. The guard stands in
/// front of this route only; other routes of the same server need [`guard()`] too.
///
/// # Examples
/// ```no_run
/// use std::sync::Arc;
///
/// use mcdewey_core::Library;
/// use mcdewey_mcp::McDewey;
/// use mcdewey_mcp::http::{HttpSettings, router};
///
/// let library = Library::open(".mcdewey".as_ref())?.with_default_embedder()?;
/// let router: axum::Router = router(McDewey::new(Arc::new(library)), &HttpSettings::new());
/// # Ok::<(), anyhow::Error>(())
/// ```
pub fn router<H: ServerHandler + Clone>(handler: H, settings: &HttpSettings) -> Router {
    // The guard has checked Host and Origin, and the body has been read, when rmcp is asked.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(settings.sessions == Sessions::Kept)
        .with_json_response(true)
        .with_max_request_body_bytes(settings.max_body_bytes)
        .disable_allowed_hosts()
        .disable_allowed_origins();
    let sessions = Arc::new(LocalSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(handler.clone()), sessions, config);
    Router::new()
        .route_service(PATH, service)
        .layer(from_fn_with_state(settings.clone(), message::check))
        .layer(from_fn_with_state(settings.guard.clone(), guard::guard))
}
