//! A request body that has to arrive.
//!
//! The time counts from the first look at the body, not from the head of the request: hyper reads
//! no further than somebody asks for, so before that the client could not have been done. A body
//! that nobody asks for is dropped with its request, and hyper then closes the connection, unless
//! all of the body was there.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};

use super::patience::Patience;

/// A body that fails when its client does not send it, for too long.
#[derive(Debug)]
pub(super) struct PatientBody {
    incoming: Incoming,
    patience: Patience,
}

impl PatientBody {
    pub(super) fn new(incoming: Incoming, timeout: Duration) -> Self {
        let patience = Patience::new(timeout);
        Self { incoming, patience }
    }
}

impl HttpBody for PatientBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match Pin::new(&mut self.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.patience.moved(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(other) => Poll::Ready(other.map(|result| result.map_err(Into::into))),
            Poll::Pending => {
                ready!(self.patience.poll_lost(cx));
                let what = "the body was not sent in time";
                let error = io::Error::new(io::ErrorKind::TimedOut, what);
                Poll::Ready(Some(Err(error.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
