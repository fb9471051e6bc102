//! Connections in, their requests to the router out: the accept loop.
//!
//! `axum::serve` has no limits. Here a client that connects and says nothing, or says it slowly,
//! is let go, and no number of clients exhausts the machine.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a server allows its clients.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at a time; more wait to be accepted. Default: 512.
    pub connections: usize,
    /// How long a client may take to send the head of a request, and to send the next one on the
    /// same connection. Default: 30 s.
    pub head_timeout: Duration,
    /// How long requests under way may take once the server is told to end. Default: 5 s.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            head_timeout: Duration::from_secs(30),
            grace: Duration::from_secs(5),
        }
    }
}

/// Largest head of a request. hyper's own default is 400 KiB.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Rest after an accept that failed for want of file descriptors or memory: the next one would
/// fail too.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `shutdown` is done: HTTP/1.1, without delay of small
/// packets.
///
/// Requests under way then are answered, for at most [`Limits::grace`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    shutdown: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(MAX_HEAD_BYTES);
    tokio::pin!(shutdown);
    loop {
        let (stream, slot) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &slots) => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!("cannot accept a connection: {error}");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // Clients that leave or send something else than HTTP are no news.
            if let Err(error) = connection.await {
                tracing::debug!("a connection ended early: {error}");
            }
            drop(slot);
        });
    }
    // Nobody is promised an answer who connects now.
    drop(listener);
    if tokio::time::timeout(limits.grace, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("ended with requests unanswered after {:?}", limits.grace);
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await;
    let slot = slot.expect("the semaphore is never closed");
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, slot))
}
