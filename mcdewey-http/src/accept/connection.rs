//! One connection: TLS if the server speaks it, then HTTP/1.1 until either side has had enough.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::body::PatientBody;
use super::stream::PatientStream;
use super::{Limits, Tls};

/// Largest head of a request. hyper's own default is 400 KiB.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// How a server speaks with its clients: what all connections have in common.
#[derive(Debug)]
pub(super) struct Protocol {
    http: http1::Builder,
    router: TowerToHyperService<Router>,
    tls: Option<Tls>,
    limits: Limits,
    /// Cancelled when the server ends: no request is begun any more.
    ending: CancellationToken,
}

impl Protocol {
    pub(super) fn new(
        router: Router,
        tls: Option<Tls>,
        limits: Limits,
        ending: CancellationToken,
    ) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            .max_buf_size(MAX_HEAD_BYTES);
        Self {
            http,
            router: TowerToHyperService::new(router),
            tls,
            limits,
            ending,
        }
    }

    /// Answers `peer` until the connection ends.
    pub(super) async fn converse(&self, socket: TcpStream, peer: SocketAddr) {
        // Clients that leave or send something else than HTTP are no news.
        if let Err(error) = self.try_converse(socket, peer).await {
            tracing::debug!("the connection of {peer} ended early: {error:#}");
        }
    }

    async fn try_converse(&self, socket: TcpStream, peer: SocketAddr) -> anyhow::Result<()> {
        let stream = PatientStream::new(socket, self.limits.write_timeout)?;
        let Some(tls) = &self.tls else {
            return self.speak_http(stream, peer).await;
        };
        let handshake = tokio::time::timeout(self.limits.head_timeout, tls.accept(stream));
        tokio::select! {
            () = self.ending.cancelled() => Ok(()),
            stream = handshake => {
                let stream = stream.context("no TLS handshake in time")?;
                self.speak_http(stream.context("no TLS handshake")?, peer).await
            }
        }
    }

    async fn speak_http<S>(&self, stream: S, peer: SocketAddr) -> anyhow::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let body_timeout = self.limits.body_timeout;
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(|body| PatientBody::new(body, body_timeout));
            request.extensions_mut().insert(ConnectInfo(peer));
            self.router.call(request)
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return Ok(ended?),
            () = self.ending.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }
}
