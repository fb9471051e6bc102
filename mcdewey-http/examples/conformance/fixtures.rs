//! Requests in, answers of a fixture out, or McDewey's where no fixture has the name.

use mcdewey_mcp::McDewey;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CancelTaskParams, CompleteRequestParams,
    CompleteResult, CompletionInfo, DiscoverResult, GetPromptRequestParams, GetPromptResponse,
    GetTaskParams, GetTaskResult, InitializeRequestParams, InitializeResult, JsonObject,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse,
    ServerCapabilities, ServerConfig, SubscribeRequestParams, SubscriptionFilter,
    TASKS_EXTENSION_ID, Tool, UnsubscribeRequestParams, UpdateTaskParams,
};
use rmcp::service::{RequestContext, RoleServer, SubscriptionContext};
use rmcp::task_manager::TaskManager;
use rmcp::{ErrorData, ServerHandler};

use crate::input::{Round, Seal};
use crate::notify::{Change, Changes};
use crate::{ask, content, input, notify, prompts, resources, tasks};

/// McDewey's handler, with the fixtures after its own tools, prompts and resources.
#[derive(Clone)]
pub(crate) struct Fixtures {
    mcdewey: McDewey,
    seal: Seal,
    changes: Changes,
    tasks: TaskManager,
}

impl Fixtures {
    pub(crate) fn new(mcdewey: McDewey) -> Self {
        Self {
            mcdewey,
            seal: Seal::new(),
            changes: Changes::new(),
            tasks: TaskManager::new(),
        }
    }

    fn tools() -> Vec<Tool> {
        let tools = [
            content::tools(),
            notify::tools(),
            ask::tools(),
            input::tools(),
            tasks::tools(),
        ];
        tools.concat()
    }
}

fn not_found(uri: &str) -> ErrorData {
    ErrorData::resource_not_found(
        "no resource has this URI",
        Some(serde_json::json!({"uri": uri})),
    )
}

fn with_fixtures(mut mcdewey: ServerCapabilities) -> ServerCapabilities {
    mcdewey.logging.get_or_insert_default();
    mcdewey.completions.get_or_insert_default();
    mcdewey.tools.get_or_insert_default().list_changed = Some(true);
    mcdewey.prompts.get_or_insert_default().list_changed = Some(true);
    mcdewey.resources.get_or_insert_default().subscribe = Some(true);
    let extensions = mcdewey.extensions.get_or_insert_default();
    extensions.insert(TASKS_EXTENSION_ID.to_owned(), JsonObject::new());
    mcdewey
}

/// Whether the request is of the protocol before 2026-07-28.
pub(crate) fn is_legacy(context: &RequestContext<RoleServer>) -> bool {
    let version = context.protocol_version();
    version.is_none_or(|version| version.as_str() < ProtocolVersion::V_2026_07_28.as_str())
}

fn check_watched(uri: &str) -> Result<(), ErrorData> {
    if uri == resources::WATCHED {
        return Ok(());
    }
    Err(not_found(uri))
}

impl ServerHandler for Fixtures {
    fn get_info(&self) -> ServerConfig {
        let mut info = self.mcdewey.get_info();
        info.capabilities = with_fixtures(info.capabilities);
        info
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let mut answer = self.mcdewey.initialize(request, context).await?;
        answer.capabilities = with_fixtures(answer.capabilities);
        Ok(answer)
    }

    async fn discover(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        let mut answer = self.mcdewey.discover(context).await?;
        answer.capabilities = with_fixtures(answer.capabilities);
        Ok(answer)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let mut list = self.mcdewey.list_tools(request, context).await?;
        if list.next_cursor.is_none() {
            list.tools.extend(Self::tools());
        }
        Ok(list)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let fixture = Self::tools().into_iter().find(|tool| tool.name == name);
        fixture.or_else(|| self.mcdewey.get_tool(name))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(answer) = content::call(&request) {
            return Ok(answer.into());
        }
        if let Some(answer) = notify::call(&request.name, &context, &self.changes).await {
            return Ok(answer.into());
        }
        if let Some(answer) = ask::call(&request, &context).await {
            return Ok(answer.into());
        }
        let round = Round::of_call(&request, &context, &self.seal);
        if let Some(answer) = input::call(&request, &round) {
            return answer;
        }
        if let Some(answer) = tasks::call(&request, &context, &round, &self.tasks).await {
            return answer;
        }
        self.mcdewey.call_tool(request, context).await
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let mut list = self.mcdewey.list_prompts(request, context).await?;
        if list.next_cursor.is_none() {
            list.prompts.extend(prompts::list());
        }
        Ok(list)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        match prompts::get(&request, &Round::of_prompt(&request, &context, &self.seal)) {
            Some(answer) => answer,
            None => self.mcdewey.get_prompt(request, context).await,
        }
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        match prompts::complete(&request) {
            Some(values) => {
                let values = CompletionInfo::with_all_values(values);
                let values = values.expect("a fixture has fewer values than the protocol allows");
                Ok(CompleteResult::new(values))
            }
            None => self.mcdewey.complete(request, context).await,
        }
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let mut list = self.mcdewey.list_resources(request, context).await?;
        if list.next_cursor.is_none() {
            list.resources.extend(resources::list());
        }
        Ok(list)
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let listed = self.mcdewey.list_resource_templates(request, context);
        let mut list = listed.await?;
        if list.next_cursor.is_none() {
            list.resource_templates.extend(resources::templates());
        }
        Ok(list)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if let Some(resource) = resources::read(&request.uri) {
            return Ok(resource.into());
        }
        self.mcdewey.read_resource(request, context).await
    }

    #[expect(deprecated, reason = "it is part of the protocol up to 2025-11-25")]
    async fn set_level(
        &self,
        _request: rmcp::model::SetLevelRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if is_legacy(&context) {
            return Ok(());
        }
        Err(ErrorData::method_not_found::<
            rmcp::model::SetLevelRequestMethod,
        >())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        check_watched(&request.uri)
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        check_watched(&request.uri)
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let mut changes = self.changes.listen();
        loop {
            let change = tokio::select! {
                () = context.cancelled() => return Ok(()),
                change = changes.recv() => change,
            };
            let sink = context.sink();
            let told = match change {
                Ok(Change::Tools) => sink.notify_tool_list_changed().await,
                Ok(Change::Prompts) => sink.notify_prompt_list_changed().await,
                Err(_) => continue,
            };
            // A client that did not ask for this kind of change is told nothing.
            if let Err(error) = told {
                tracing::debug!("a change was not told: {error}");
            }
        }
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        let task = self.tasks.get_task(&request.task_id)?;
        Ok(GetTaskResult::new(task))
    }

    async fn update_task(
        &self,
        request: UpdateTaskParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let responses = request.input_responses;
        self.tasks.update_task(&request.task_id, responses)
    }

    async fn cancel_task(
        &self,
        request: CancelTaskParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.tasks.cancel_task(&request.task_id)
    }
}
