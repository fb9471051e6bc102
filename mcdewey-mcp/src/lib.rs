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

mod error;
mod instructions;
mod quote;
mod search_docs;
mod wire;

use std::io::IsTerminal;
use std::sync::Arc;

use mcdewey_core::Library;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, DiscoverResult, Implementation,
    InitializeRequestParams, InitializeResult, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer, ServerInitializeError};
use rmcp::{ErrorData, ServerHandler, ServiceExt};
use tracing_subscriber::EnvFilter;

use self::error::Failure;

/// The whole life of a program that serves an agent: logs to standard error, then serves
/// `library` on standard input and output until standard input ends.
///
/// # Errors
/// As [`serve_stdio`], and if no async runtime can be started.
pub fn run_stdio(library: Library) -> anyhow::Result<()> {
    log_to_stderr();
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(serve_stdio(Arc::new(library)));
    // Nobody waits any more for a search that is still running.
    runtime.shutdown_background();
    served
}

/// Warnings and errors, or what `RUST_LOG` asks for. Standard output belongs to the protocol.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A program that already logs goes on as it does.
    let _already_logging = subscriber.try_init();
}

/// Serves a library on standard input and output until standard input ends.
///
/// Calls that are under way then are still answered, for at most five seconds. Nothing but the
/// protocol is written to standard output; what goes wrong is told to [`tracing`].
///
/// # Errors
/// If the client opens with something other than the protocol, or the server breaks down.
pub async fn serve_stdio(library: Arc<Library>) -> anyhow::Result<()> {
    match McDewey::new(library).serve(rmcp::transport::stdio()).await {
        Ok(server) => {
            server.waiting().await?;
            Ok(())
        }
        // A client that leaves before it said anything, as a health check does.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The MCP server over a library, for any transport of [`rmcp`].
///
/// Every call answers from the newest generation of the index.
#[derive(Debug, Clone)]
pub struct McDewey {
    library: Arc<Library>,
}

impl McDewey {
    /// A server over `library`.
    pub fn new(library: Arc<Library>) -> Self {
        Self { library }
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
