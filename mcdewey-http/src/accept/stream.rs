//! A socket whose peer has to take what is written.
//!
//! It lies below TLS, so that it sees what the peer has really taken. Something waits from a write
//! that finds the buffers of the system full until a flush: hyper and rustls flush when they have
//! nothing left to write, and only then. A write that succeeds in between is no sign that the peer
//! has caught up, because each of them writes piece by piece.
//!
//! The system's buffers would hide much of this: they grow to megabytes that a peer never has to
//! take, and outlive the connection. On Linux they are therefore told to hold little that was not
//! yet sent, and once the connection is closed, to give it up with a peer that takes nothing.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::patience::Patience;

/// How long what a peer still sends is read after the last answer, to be thrown away. Closing a
/// socket with unread input resets the connection, and the peer may lose the answer that says why
/// its request was refused, such as that its body is too large. Chosen by hand: a few round trips.
const LINGER: Duration = Duration::from_secs(2);

/// What the system may hold that was not yet sent. Chosen by hand: enough to keep a connection
/// busy while this program is not, and little beside a large answer.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 64 * 1024;

/// A TCP connection that fails when its peer does not take what is written, for too long.
#[derive(Debug)]
pub(super) struct PatientStream {
    socket: TcpStream,
    patience: Patience,
    lingering: Patience,
    lingers: bool,
}

impl PatientStream {
    /// # Errors
    ///
    /// When the socket is closed already.
    pub(super) fn new(socket: TcpStream, write_timeout: Duration) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        // A system that cannot do it still has the deadline.
        #[cfg(target_os = "linux")]
        let _best_effort = SockRef::from(&socket).set_tcp_notsent_lowat(UNSENT_BYTES);
        Ok(Self {
            socket,
            patience: Patience::new(write_timeout),
            lingering: Patience::new(LINGER),
            lingers: false,
        })
    }

    fn after_write(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(n_bytes)) => self.patience.moved(n_bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                ready!(self.patience.poll_lost(cx));
                // Reset when it is dropped: the system would go on to offer the peer what it does
                // not take.
                let _closed = self.socket.set_zero_linger();
                let what = "the client did not take its answer in time";
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, what)));
            }
        }
        written
    }

    /// Throws away what the peer still sends, if it does, until it closes or [`LINGER`] has passed.
    fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut discarded = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut discarded);
            match Pin::new(&mut self.socket).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.lingers = true,
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending if !self.lingers => return Poll::Ready(()),
                Poll::Pending => return self.lingering.poll_lost(cx),
            }
            if self.lingering.poll_lost(cx).is_ready() {
                return Poll::Ready(());
            }
        }
    }
}

#[cfg(target_os = "linux")]
impl Drop for PatientStream {
    fn drop(&mut self) {
        // Not before: a peer that has taken much may rest for longer than this.
        let _best_effort =
            SockRef::from(&self.socket).set_tcp_user_timeout(Some(self.patience.fixed()));
    }
}

impl AsyncRead for PatientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for PatientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.after_write(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, pieces);
        self.after_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
        self.patience.rest();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_shutdown(cx))?;
        self.poll_discard(cx).map(Ok)
    }
}
