//! Requests of the protocol in, answers out: [`McDewey`] and the limits that requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mcdewey_core::Library;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
    DiscoverResult, GetPromptRequestParams, GetPromptResponse, Implementation,
    InitializeRequestParams, InitializeResult, ListPromptsResult, ListResourceTemplatesResult,
    ListResourcesResult, ListToolsResult, PaginatedRequestParams, ProgressNotificationParam,
    ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};

use crate::budget::{MAX_ANSWER_TOKENS, MIN_ANSWER_TOKENS};
use crate::call::{Call, Settings};
use crate::error::{self, Failure};
use crate::tools::Entry;
use crate::workers::{Reader, Workers};
use crate::{completions, instructions, prompts, resources, tools};

/// Most tokens that an operator can allow an answer. Chosen by hand: the context windows of small
/// models.
const MAX_ALLOWED_TOKENS: usize = 100_000;

/// How long a request waits for the first documents. Chosen by hand: clients give a server 30 to 60
/// seconds to start, and a tool as long to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long clients may keep lists and instructions: they change when the library does.
const TTL_MS: u64 = 60_000;

/// The MCP server over a library, for any transport of [`rmcp`].
///
/// Every request is answered from the newest generation of the index, however it came to be
/// there, as the [`Reader`] sees it who sent it. Clones share the limits of their [`Workers`].
#[derive(Debug, Clone)]
pub struct McDewey {
    workers: Workers,
    settings: Arc<Settings>,
    updating: Arc<AtomicBool>,
}

impl McDewey {
    /// A server over `library`.
    pub fn new(library: Arc<Library>) -> Self {
        Self::with_workers(Workers::new(library))
    }

    /// A server that shares its limits with whoever else has clones of `workers`.
    pub fn with_workers(workers: Workers) -> Self {
        Self {
            workers,
            settings: Arc::new(Settings {
                max_answer_tokens: MAX_ANSWER_TOKENS,
                public_url: None,
            }),
            updating: Arc::default(),
        }
    }

    /// Sets the largest answer in tokens, 1 000 to 100 000; default [`MAX_ANSWER_TOKENS`].
    ///
    /// # Errors
    /// If it is out of range.
    pub fn with_max_answer_tokens(mut self, tokens: usize) -> anyhow::Result<Self> {
        anyhow::ensure!(
            (MIN_ANSWER_TOKENS..=MAX_ALLOWED_TOKENS).contains(&tokens),
            "the largest answer is {tokens} tokens, but must be {MIN_ANSWER_TOKENS} to \
             {MAX_ALLOWED_TOKENS}"
        );
        Arc::make_mut(&mut self.settings).max_answer_tokens = tokens;
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
        let url = url.trim_end_matches('/').to_owned();
        Arc::make_mut(&mut self.settings).public_url = Some(url);
        Ok(self)
    }

    /// Lets answers say that documents are being indexed, while `updating` is true.
    #[must_use]
    pub fn with_updating(mut self, updating: Arc<AtomicBool>) -> Self {
        self.updating = updating;
        self
    }

    /// Runs `work` where it may block and compute, on the newest generation. A panic in it is a
    /// failure of this request, not the end of the server.
    async fn run<T: Send + 'static>(
        &self,
        context: &RequestContext<RoleServer>,
        work: impl FnOnce(&Call<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let ticket = self.workers.ticket()?;
        let cancelled = &context.ct;
        tell_progress(context, 1.0, "waiting for its turn").await;
        tokio::select! {
            () = self.first_generation() => {}
            () = cancelled.cancelled() => return Err(Failure::Cancelled),
        }
        let slot = tokio::select! {
            slot = self.workers.slot(&ticket) => slot,
            () = cancelled.cancelled() => return Err(Failure::Cancelled),
        };
        tell_progress(context, 2.0, "being answered").await;
        let settings = Arc::clone(&self.settings);
        let updating = Arc::clone(&self.updating);
        let cancelled = cancelled.clone();
        let done = self.workers.run(slot, reader(context), move |library| {
            work(&Call {
                library,
                settings: &settings,
                updating: updating.load(Ordering::Relaxed),
                cancelled: &cancelled,
            })
        });
        done.await
            .unwrap_or_else(|ended| Err(Failure::Panic(ended)))
    }

    /// Waits while the first documents of an empty library are indexed, but not for long: a small
    /// library is complete for its first client, a large one says that it is not.
    async fn first_generation(&self) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.updating.load(Ordering::Relaxed)
            && self.workers.library().snapshot().generation() == 0
            && tokio::time::Instant::now() < deadline
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
            // Whatever is wrong is found, and told, when the request is answered.
            let _newer = self.workers.library().refresh();
        }
    }

    /// As [`Self::run`], for requests whose failures are errors of the protocol.
    async fn answer<T: Send + 'static>(
        &self,
        context: &RequestContext<RoleServer>,
        work: impl FnOnce(&Call<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, ErrorData> {
        let answer = self.run(context, work).await;
        answer.map_err(Failure::into_protocol_error)
    }
}

/// Who sent the request, if it came over HTTP and somebody asked.
fn reader(context: &RequestContext<RoleServer>) -> Option<Reader> {
    let request = context.extensions.get::<axum::http::request::Parts>()?;
    request.extensions.get::<Reader>().cloned()
}

/// Tells the client how far its request is, if it asked for that.
///
/// Nothing is told when the answer is there: it may overtake what is told, and progress must not
/// follow an answer.
async fn tell_progress(context: &RequestContext<RoleServer>, progress: f64, message: &str) {
    let Some(token) = context.meta.get_progress_token() else {
        return;
    };
    let progress = ProgressNotificationParam::new(token, progress).with_message(message);
    // A client that left hears nothing, and its request is cancelled anyway.
    let _unheard = context.peer.notify_progress(progress).await;
}

impl ServerHandler for McDewey {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_completions()
            .enable_prompts()
            .enable_resources()
            .enable_tools()
            .build();
        let name = Implementation::new("mcdewey", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities).with_server_info(name.with_title("McDewey"))
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let mut answer = self.negotiate_initialize(&request)?;
        let described = self.answer(&context, |call| Ok(instructions::of(call)));
        answer.instructions = Some(described.await?);
        context.peer.set_peer_info(request);
        Ok(answer)
    }

    async fn discover(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        let versions = self.supported_protocol_versions().into_owned();
        let mut answer = DiscoverResult::from_server_info(versions, self.get_info())
            .with_ttl_ms(TTL_MS)
            .with_cache_scope(CacheScope::Private);
        let described = self.answer(&context, |call| Ok(instructions::of(call)));
        answer.instructions = Some(described.await?);
        Ok(answer)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        error::refuse_cursor(request)?;
        let tools = self.answer(&context, |call| Ok(tools::list(call))).await?;
        Ok(ListToolsResult::with_all_items(tools)
            .with_ttl_ms(TTL_MS)
            .with_cache_scope(CacheScope::Private))
    }

    /// Without the values that the library offers: those who ask here only look at its shape.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        tools::find(name).map(|entry| (entry.describe)())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(Entry { answer, .. }) = tools::find(&request.name) else {
            let names = tools::ALL.map(|entry| entry.name);
            return Err(error::unknown("tool", &request.name, &names));
        };
        let arguments = request.arguments.unwrap_or_default();
        let answered = self.run(&context, move |call| answer(call, arguments));
        let answer = answered.await.or_else(Failure::into_answer)?;
        Ok(answer.into())
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let cursor = request.and_then(|request| request.cursor);
        let listed = self.answer(&context, move |call| {
            resources::list(call, cursor.as_deref())
        });
        let listed = listed.await?;
        Ok(listed
            .with_ttl_ms(TTL_MS)
            .with_cache_scope(CacheScope::Private))
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        error::refuse_cursor(request)?;
        let templates = ListResourceTemplatesResult::with_all_items(resources::templates());
        Ok(templates
            .with_ttl_ms(TTL_MS)
            .with_cache_scope(CacheScope::Private))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let read = self.answer(&context, move |call| resources::read(call, &request.uri));
        let read = read.await?;
        Ok(read
            .with_ttl_ms(TTL_MS)
            .with_cache_scope(CacheScope::Private)
            .into())
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        error::refuse_cursor(request)?;
        let prompts = ListPromptsResult::with_all_items(prompts::all());
        Ok(prompts
            .with_ttl_ms(TTL_MS)
            .with_cache_scope(CacheScope::Private))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let name = request.name;
        let prompt = self.answer(&context, move |call| prompts::get(call, &name, &arguments));
        Ok(prompt.await?.into())
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let completed = self.answer(&context, move |call| completions::complete(call, &request));
        completed.await
    }
}
