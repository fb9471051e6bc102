//! How long a client may keep the server waiting: a fixed time, and more for what it has moved.
//!
//! A time-out that starts again with every byte is none: one byte now and then holds a connection,
//! and what belongs to it, for ever. Here a client has to be done with all that waits within the
//! fixed time, plus a second for each 64 KiB.
//!
//! ```text
//!   nothing waits --must wait--> deadline = now + fixed time
//!        ^                       deadline += 1 s for each 64 KiB moved
//!        '-----all is done------'    |
//!                                    '--deadline has passed--> the connection ends
//! ```

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

/// What a client has to move in each second beyond the fixed time. Chosen by hand: a poor mobile
/// connection is several times faster, and an attacker who is willing to pay this much is limited
/// by the number of connections.
const BYTES_IN_A_SECOND: u32 = 64 * 1024;

/// What is left of the patience with one client.
#[derive(Debug)]
pub(super) struct Patience {
    fixed: Duration,
    /// Runs out at the deadline; there only while something waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    pub(super) fn new(fixed: Duration) -> Self {
        let waiting = None;
        Self { fixed, waiting }
    }

    #[cfg(target_os = "linux")]
    pub(super) fn fixed(&self) -> Duration {
        self.fixed
    }

    /// To be called whenever something has to wait for the client: ready once it has waited for
    /// too long.
    pub(super) fn poll_lost(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let fixed = self.fixed;
        let timer = self
            .waiting
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(fixed)));
        timer.as_mut().poll(cx)
    }

    /// The client has sent or taken so much.
    pub(super) fn moved(&mut self, n_bytes: usize) {
        if let Some(timer) = &mut self.waiting {
            let seconds = Duration::from_secs(n_bytes as u64);
            let deadline = timer.deadline() + seconds / BYTES_IN_A_SECOND;
            timer.as_mut().reset(deadline);
        }
    }

    /// Nothing waits for the client any more.
    pub(super) fn rest(&mut self) {
        self.waiting = None;
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::Instant;

    use super::*;

    impl Patience {
        async fn wait(&mut self) -> Option<Instant> {
            let _lost = poll_fn(|cx| Poll::Ready(self.poll_lost(cx))).await;
            self.waiting.as_ref().map(|timer| timer.deadline())
        }
    }

    #[tokio::test]
    async fn only_what_was_moved_buys_time() {
        let mut patience = Patience::new(Duration::from_secs(10));
        // Nothing waits yet.
        patience.moved(1 << 30);
        let first = patience.wait().await.expect("waiting");
        assert_eq!(patience.wait().await, Some(first));
        patience.moved(128 * 1024);
        let second = patience.wait().await.expect("waiting");
        assert_eq!(second - first, Duration::from_secs(2));
        for _ in 0..64 {
            patience.moved(1);
        }
        let third = patience.wait().await.expect("waiting");
        assert!(third - second < Duration::from_millis(1));
    }

    #[tokio::test]
    async fn it_is_lost_at_the_deadline_and_new_after_a_rest() {
        let mut patience = Patience::new(Duration::from_millis(20));
        poll_fn(|cx| patience.poll_lost(cx)).await;
        patience.rest();
        let lost = poll_fn(|cx| Poll::Ready(patience.poll_lost(cx))).await;
        assert!(lost.is_pending());
    }
}
