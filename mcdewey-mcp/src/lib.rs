//! A [`Library`] in, an MCP server out: agents search product manuals and cite what they find.
//!
//! ```text
//! tools/call -> wire (arguments) -> Library, on a blocking thread -> text + structured content
//!                    \-> error (isError result, or protocol error)
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `lib.rs` | [`McDewey`], the server; [`run_stdio`] |
//! | `search_docs.rs` | the tool `search_docs` |
//! | `wire.rs` | arguments and answers of the tools, and their schemas |
//! | `quote.rs` | text of documents, made safe to stand in text of the server |
//! | `instructions.rs` | what an agent is told of the library before its first call |
//! | `error.rs` | what fails, as the protocol says it |
//!
//! [`McDewey`] speaks both eras of the protocol: 2026-07-28, and `initialize` up to 2025-11-25. It
//! keeps no state between calls, so one per connection or one for all is the same.

mod budget;
mod error;
pub mod http;
mod instructions;
mod quote;
mod search_docs;
mod stdio;
mod wire;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mcdewey_core::Library;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, DiscoverResult, Implementation,
    InitializeRequestParams, InitializeResult, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};

pub use self::budget::MAX_ANSWER_TOKENS;
use self::budget::MIN_ANSWER_TOKENS;
use self::error::Failure;
pub use self::stdio::{log_to_stderr, run_stdio, serve_stdio};

/// The MCP server over a library, for any transport of [`rmcp`].
///
/// Every call answers from the newest generation of the index.
#[derive(Debug, Clone)]
pub struct McDewey {
    library: Arc<Library>,
    max_answer_tokens: usize,
    public_url: Option<String>,
    updating: Option<Arc<AtomicBool>>,
}

impl McDewey {
    /// A server over `library`.
    pub fn new(library: Arc<Library>) -> Self {
        Self {
            library,
            max_answer_tokens: MAX_ANSWER_TOKENS,
            public_url: None,
            updating: None,
        }
    }

    /// Sets the largest answer in tokens, 1 000 to 100 000; default [`MAX_ANSWER_TOKENS`].
    ///
    /// # Errors
    /// If it is out of range.
    pub fn with_max_answer_tokens(mut self, tokens: usize) -> anyhow::Result<Self> {
        let allowed = MIN_ANSWER_TOKENS..=100_000;
        anyhow::ensure!(
            allowed.contains(&tokens),
            "the largest answer is {tokens} tokens, but must be 1000 to 100000"
        );
        self.max_answer_tokens = tokens;
        Ok(self)
    }

    /// Sets where people find the pages of this server, for links in answers; default: there are
    /// no links.
    ///
    /// # Errors
    /// If it is not an address of a web page.
    pub fn with_public_url(mut self, url: &str) -> anyhow::Result<Self> {
        let is_web = url.starts_with("http://") || url.starts_with("https://");
        anyhow::ensure!(
            is_web && !url.contains(char::is_whitespace),
            "`{url}` is not like `https://manuals.example`"
        );
        self.public_url = Some(url.trim_end_matches('/').to_owned());
        Ok(self)
    }

    /// Lets answers say that the library is being brought up to date.
    #[must_use]
    pub fn with_updating(mut self, updating: Arc<AtomicBool>) -> Self {
        self.updating = Some(updating);
        self
    }

    /// Runs `work` where it may block and compute, on the newest generation. A panic in it is a
    /// failure of this call, not the end of the server.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Library) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let library = Arc::clone(&self.library);
        let task = tokio::task::spawn_blocking(move || {
            if let Err(error) = library.refresh() {
                let error = anyhow::Error::new(error);
                tracing::warn!("still answering from the last generation read: {error:#}");
            }
            work(&library)
        });
        task.await
            .unwrap_or_else(|ended| Err(Failure::Panic(ended)))
    }

    async fn instructions(&self) -> Result<String, ErrorData> {
        let described = self.run(|library| Ok(instructions::of(library))).await;
        described.map_err(Failure::into_protocol_error)
    }
}

impl ServerHandler for McDewey {
    fn get_info(&self) -> ServerConfig {
        let name = Implementation::new("mcdewey", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(name.with_title("McDewey"))
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let mut answer = self.negotiate_initialize(&request)?;
        context.peer.set_peer_info(request);
        answer.instructions = Some(self.instructions().await?);
        Ok(answer)
    }

    async fn discover(
        &self,
        _context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        let versions = self.supported_protocol_versions().into_owned();
        let mut answer = DiscoverResult::from_server_info(versions, self.get_info());
        answer.instructions = Some(self.instructions().await?);
        Ok(answer)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(vec![search_docs::tool()]))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        (name == search_docs::NAME).then(search_docs::tool)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let answer = match request.name.as_ref() {
            search_docs::NAME => {
                self.run(|library| search_docs::call(library, arguments))
                    .await
            }
            unknown => return Err(error::unknown_tool(unknown, &[search_docs::NAME])),
        };
        answer.or_else(Failure::into_answer).map(Into::into)
    }
}
