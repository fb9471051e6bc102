//! How often a caller may ask.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// After so many requests, callers that have not asked for a while are forgotten.
const TIDY_AFTER: u32 = 4096;

/// So many requests a second of each caller, and twice as many at once.
pub(super) struct Rate<K: Hash + Eq + Clone> {
    limiter: Option<DefaultKeyedRateLimiter<K>>,
    n_requests: AtomicU32,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// At most `per_second`; 0 is no limit.
    pub(super) fn new(per_second: u32) -> Self {
        let quota = NonZeroU32::new(per_second).map(|rate| {
            let burst = rate.saturating_add(rate.get());
            Quota::per_second(rate).allow_burst(burst)
        });
        Self {
            limiter: quota.map(RateLimiter::keyed),
            n_requests: AtomicU32::new(0),
        }
    }

    /// Counts a request; an error says how long to wait before the next.
    pub(super) fn check(&self, caller: &K) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        if self.n_requests.fetch_add(1, Ordering::Relaxed) % TIDY_AFTER == TIDY_AFTER - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        let checked = limiter.check_key(caller);
        checked.map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }
}

impl<K: Hash + Eq + Clone> std::fmt::Debug for Rate<K> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Rate(limited: {})", self.limiter.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_a_rate_of_its_own() {
        let rate = Rate::new(5);
        let refused = (0..100).find_map(|n| rate.check(&"a").err().map(|wait| (n, wait)));
        let (n, wait) = refused.expect("a hundred at once are too many");
        assert!(n >= 10, "twice five are let in at once");
        assert!(wait <= Duration::from_secs(1));
        assert!(rate.check(&"b").is_ok());
    }

    #[test]
    fn nothing_is_no_limit() {
        let rate = Rate::new(0);
        assert!((0..1000).all(|_| rate.check(&"a").is_ok()));
    }
}
