//! Connections in, their requests to the router out: the accept loop.
//!
//! `axum::serve` has no limits. Here a client that connects and says nothing, says it slowly or
//! does not listen is let go, and no number of clients exhausts the machine.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`serve`]: connections are accepted, and ended with the server |
//! | `limits.rs` | [`Limits`]: what a server allows its clients |
//! | `slots.rs` | how many connections there may be, in all and from one address |
//! | `tls.rs` | [`Tls`]: the certificate and the key |
//! | `connection.rs` | one connection: TLS, HTTP/1.1, who asks |
//! | `patience.rs` | how long a client may keep the server waiting |
//! | `stream.rs` | a socket whose peer has to take what is written |
//! | `body.rs` | a request body that has to arrive |
//!
//! Wherever a connection waits for its client, something ends the wait:
//!
//! | the server waits for | until | by |
//! |---|---|---|
//! | the TLS handshake | [`Limits::head_timeout`] | `connection.rs` |
//! | the head of a request, also of the next one | [`Limits::head_timeout`] | hyper |
//! | the body, if anybody wants it | [`Limits::body_timeout`], and more for what has come | `body.rs` |
//! | the body, if nobody wants it | not at all: hyper closes after the answer | hyper |
//! | the client to take the answer | [`Limits::write_timeout`], and more for what was taken | `stream.rs` |
//!
//! What remains is the server's own time to answer, which is not the client's fault.

mod body;
mod connection;
mod limits;
mod patience;
mod slots;
mod stream;
#[cfg(test)]
mod tests;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::connection::Protocol;
pub use self::limits::Limits;
use self::slots::{Slot, Slots};
pub use self::tls::Tls;

/// Where connections come from. A [`TcpListener`] alone, by [`From`], is one that speaks http.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    tls: Option<Tls>,
}

impl From<TcpListener> for Listener {
    fn from(socket: TcpListener) -> Self {
        Self { socket, tls: None }
    }
}

impl Listener {
    /// Speaks https with this certificate, and no http. Default: http.
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }
}

/// Connections that may wait to be accepted. tokio's own number is 128, and a burst of more makes
/// the system drop what comes next, whose sender tries again only after a second.
const BACKLOG: i32 = 1024;

/// Rest after an accept that failed for want of file descriptors or memory: the next one would
/// fail too.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `shutdown` is done: HTTP/1.1, without delay of small
/// packets.
///
/// Each request has its client's address as [`axum::extract::ConnectInfo`] of [`SocketAddr`] among
/// its extensions; an IPv4 address is one also on a socket for both protocols.
///
/// Requests under way then are answered, for at most [`Limits::grace`]; connections left after
/// that are closed.
pub async fn serve(
    listener: impl Into<Listener>,
    router: Router,
    limits: &Limits,
    shutdown: impl Future<Output = ()>,
) {
    let Listener { socket, tls } = listener.into();
    // Listening again sets the number anew. A system that does not allow it has the smaller one.
    let _best_effort = SockRef::from(&socket).listen(BACKLOG);
    let slots = Slots::new(limits.connections);
    let ending = CancellationToken::new();
    let protocol = Arc::new(Protocol::new(router, tls, limits.clone(), ending.clone()));
    let mut open = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            // Those that have ended are forgotten one by one, not all at the end.
            Some(_) = open.join_next() => {}
            accepted = accept(&socket, &slots) => match accepted {
                Ok(Some((stream, peer, slot))) => {
                    let protocol = Arc::clone(&protocol);
                    open.spawn(async move {
                        protocol.converse(stream, peer).await;
                        drop(slot);
                    });
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!("cannot accept a connection: {error}");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    // Nobody is promised an answer who connects now.
    drop(socket);
    ending.cancel();
    let all_ended = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.grace, all_ended).await.is_err() {
        tracing::warn!("ended with requests unanswered after {:?}", limits.grace);
    }
    // The tasks of those that are left end with the set.
}

/// The next connection; none if it was gone by then or comes from an address that has its share.
async fn accept(
    socket: &TcpListener,
    slots: &Slots,
) -> io::Result<Option<(TcpStream, SocketAddr, Slot)>> {
    let free = slots.free().await;
    let (stream, mut peer) = match socket.accept().await {
        Ok(accepted) => accepted,
        Err(error) if is_of_the_client(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    peer.set_ip(peer.ip().to_canonical());
    let Some(slot) = slots.claim(free, peer.ip()) else {
        tracing::debug!("{} has its share of the connections", peer.ip());
        // Reset, so that nothing of it is kept, however many more it opens.
        let _closed = stream.set_zero_linger();
        return Ok(None);
    };
    Ok(Some((stream, peer, slot)))
}

/// True if only this one connection has failed, and the next may succeed at once.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}
