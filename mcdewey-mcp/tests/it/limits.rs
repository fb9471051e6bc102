//! Progress, cancellation, and how many requests are answered at a time.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use mcdewey_mcp::McDewey;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientRequest, ProgressNotificationParam,
};
use rmcp::service::{NotificationContext, PeerRequestOptions, RoleClient};
use rmcp::{ClientHandler, ClientServiceExt, ServiceExt};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::client::{Session, eras, structured, text, try_call};
use crate::{Altered, make_library};

/// Lets no text be embedded until it is opened.
#[derive(Debug, Clone, Default)]
struct Gate {
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    is_open: bool,
    n_waiting: usize,
    n_embedded: usize,
}

impl Gate {
    fn open(&self) {
        self.lock().is_open = true;
        self.state.1.notify_all();
    }

    fn pass(&self) {
        let mut state = self.lock();
        state.n_waiting += 1;
        while !state.is_open {
            state = self
                .state
                .1
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.n_waiting -= 1;
        state.n_embedded += 1;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        while !reached(&self.lock()) {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }
}

fn gated(gate: &Gate) -> impl FnOnce(&std::path::Path) -> McDewey {
    let gate = gate.clone();
    move |folder| {
        let embedder = Altered::new(move |_| gate.pass());
        McDewey::new(Arc::new(
            make_library(folder).with_embedder(embedder).unwrap(),
        ))
    }
}

fn call() -> ClientRequest {
    let arguments = json!({"query": "frames", "mode": "vector"});
    let arguments = arguments.as_object().unwrap().clone();
    let call = CallToolRequestParams::new("search_docs").with_arguments(arguments);
    ClientRequest::CallToolRequest(CallToolRequest::new(call))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_call_that_waits_is_never_begun() {
    let gate = Gate::default();
    let session = Session::over(gated(&gate)).await;
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut begun = Vec::new();
    for _ in 0..n_cores {
        let handle = session
            .client
            .send_cancellable_request(call(), PeerRequestOptions::no_options());
        begun.push(handle.await.unwrap());
    }
    gate.until(|state| state.n_waiting == n_cores).await;
    // All threads are taken: this one has to wait, and gives up.
    let waiting = session
        .client
        .send_cancellable_request(call(), PeerRequestOptions::no_options());
    let waiting = waiting.await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    waiting.cancel(Some("not needed".to_owned())).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    gate.open();
    for handle in begun {
        handle.await_response().await.unwrap();
    }
    // The server goes on, and what was cancelled was never searched for.
    let arguments = json!({"query": "frames", "mode": "vector"});
    let answer = session.search(arguments).await;
    assert!(!structured(&answer)["hits"].as_array().unwrap().is_empty());
    assert_eq!(gate.lock().n_embedded, n_cores + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_calls_than_the_server_takes_are_refused_and_the_others_answered() {
    let gate = Gate::default();
    let session = Session::over(gated(&gate)).await;
    let client = Arc::new(session.client);
    let calls: Vec<_> = (0..300)
        .map(|_| {
            let client = Arc::clone(&client);
            tokio::spawn(async move {
                let arguments = json!({"query": "frames", "mode": "vector"});
                try_call(&client, "search_docs", arguments).await.unwrap()
            })
        })
        .collect();
    // The first refusals come while nothing is answered yet.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    gate.open();
    let mut n_refused = 0;
    for call in calls {
        let answer = call.await.unwrap();
        if answer.is_error == Some(true) {
            assert_eq!(
                text(&answer),
                "256 requests are under way already; try again in a moment"
            );
            n_refused += 1;
        }
    }
    assert_eq!(n_refused, 300 - 256);
}

/// A client that keeps what it is told.
#[derive(Clone)]
struct Listener(UnboundedSender<ProgressNotificationParam>);

impl ClientHandler for Listener {
    async fn on_progress(
        &self,
        progress: ProgressNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        self.0.send(progress).unwrap();
    }
}

#[tokio::test]
async fn a_call_tells_its_progress_to_those_who_ask() {
    for era in eras() {
        let folder = tempfile::tempdir().unwrap();
        let server = McDewey::new(Arc::new(make_library(folder.path())));
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            server
                .serve(far)
                .await?
                .waiting()
                .await
                .map_err(anyhow::Error::from)
        });
        let (sender, mut told) = unbounded_channel();
        let client = Listener(sender)
            .serve_with_lifecycle(near, era)
            .await
            .unwrap();
        // The client of rmcp asks for progress with every request.
        let handle = client
            .send_cancellable_request(call(), PeerRequestOptions::no_options())
            .await
            .unwrap();
        handle.await_response().await.unwrap();
        let first = told.recv().await.unwrap();
        let second = told.recv().await.unwrap();
        assert!(first.progress < second.progress);
        assert!(told.try_recv().is_err(), "nothing is told after the answer");
    }
}
