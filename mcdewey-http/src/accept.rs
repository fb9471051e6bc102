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
use tokio_io_timeout::TimeoutStream;

/// What a server allows its clients.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at a time; more wait to be accepted. Default: 512.
    pub connections: usize,
    /// How long a client may take to send the head of a request, and to send the next one on the
    /// same connection. Default: 10 s.
    pub head_timeout: Duration,
    /// How long a client may take to accept the next piece of an answer. Default: 10 s.
    pub write_timeout: Duration,
    /// How long requests under way may take once the server is told to end. Default: 5 s.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            head_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(10),
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
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.write_timeout));
        let stream = TokioIo::new(Box::pin(stream));
        let service = TowerToHyperService::new(router.clone());
        let connection = open.watch(http.serve_connection(stream, service));
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

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::Notify;

    use super::*;

    async fn local() -> (TcpListener, std::net::SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        (listener, address)
    }

    #[tokio::test]
    async fn small_packets_are_not_held_back() {
        let (listener, address) = local().await;
        let slots = Arc::new(Semaphore::new(1));
        let _client = TcpStream::connect(address).await.expect("a connection");
        let (stream, _slot) = accept(&listener, &slots).await.expect("accepted");
        assert!(stream.nodelay().expect("an open socket"));
    }

    /// Reads the answer `here`; far later than it takes, the test has failed.
    async fn assert_served(mut client: TcpStream) {
        let mut answer = String::new();
        let reading = client.read_to_string(&mut answer);
        let read = tokio::time::timeout(Duration::from_secs(30), reading).await;
        read.expect("a slot was freed").expect("an answer");
        assert!(answer.ends_with("here"), "{answer}");
    }

    /// A server that runs until it is told to end, and how to tell it.
    async fn server(
        limits: Limits,
        router: Router,
    ) -> (
        std::net::SocketAddr,
        Arc<Notify>,
        tokio::task::JoinHandle<()>,
    ) {
        let (listener, address) = local().await;
        let end = Arc::new(Notify::new());
        let told = Arc::clone(&end);
        let served = tokio::spawn(async move {
            serve(listener, router, &limits, told.notified()).await;
        });
        (address, end, served)
    }

    #[tokio::test]
    async fn who_says_nothing_is_let_go_and_makes_room_for_others() {
        let limits = Limits {
            connections: 1,
            head_timeout: Duration::from_millis(50),
            ..Limits::default()
        };
        let router = Router::new().route("/", get(async || "here"));
        let (address, _end, _served) = server(limits, router).await;
        let mut silent = TcpStream::connect(address).await.expect("a connection");
        let mut second = TcpStream::connect(address).await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        second.write_all(request).await.expect("sent");
        assert_served(second).await;
        let mut rest = Vec::new();
        // Closed, with or without a word.
        let _closed = silent.read_to_end(&mut rest).await;
        assert!(!rest.starts_with(b"HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn who_does_not_read_its_answer_is_let_go() {
        let limits = Limits {
            connections: 1,
            write_timeout: Duration::from_millis(50),
            ..Limits::default()
        };
        // More than the buffers of both sockets hold.
        let large = axum::body::Bytes::from(vec![b'x'; 64 << 20]);
        let router = Router::new()
            .route("/", get(async || "here"))
            .route("/large", get(async move || large));
        let (address, _end, _served) = server(limits, router).await;
        let mut slow = TcpStream::connect(address).await.expect("a connection");
        let request = b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n";
        slow.write_all(request).await.expect("sent");
        let mut second = TcpStream::connect(address).await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        second.write_all(request).await.expect("sent");
        assert_served(second).await;
    }

    #[tokio::test]
    async fn a_request_under_way_is_answered_before_the_end() {
        let begun = Arc::new(Notify::new());
        let go_on = Arc::new(Notify::new());
        let router = Router::new().route("/", {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            get(async move || {
                begun.notify_one();
                go_on.notified().await;
                "done"
            })
        });
        let (address, end, served) = server(Limits::default(), router).await;
        let mut client = TcpStream::connect(address).await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
        client.write_all(request).await.expect("sent");
        begun.notified().await;
        end.notify_one();
        tokio::task::yield_now().await;
        go_on.notify_one();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("answered");
        assert!(answer.ends_with("done"), "{answer}");
        served.await.expect("ended");
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_does_not_keep_the_server() {
        let limits = Limits {
            grace: Duration::from_millis(20),
            ..Limits::default()
        };
        let begun = Arc::new(Notify::new());
        let router = Router::new().route("/", {
            let begun = Arc::clone(&begun);
            get(async move || {
                begun.notify_one();
                std::future::pending::<&str>().await
            })
        });
        let (address, end, served) = server(limits, router).await;
        let mut client = TcpStream::connect(address).await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
        client.write_all(request).await.expect("sent");
        begun.notified().await;
        end.notify_one();
        served.await.expect("ended");
    }
}
