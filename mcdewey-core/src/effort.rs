//! How much work something is, whatever else the machine has to do; for tests.

use std::time::Duration;

/// What `work` gives, and the time that a processor spent on it in this thread.
#[cfg(unix)]
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    use rustix::time::{ClockId, clock_gettime};

    let now = || {
        let spent = clock_gettime(ClockId::ThreadCPUTime);
        let seconds = u64::try_from(spent.tv_sec).unwrap_or(0);
        Duration::from_secs(seconds) + Duration::from_nanos(spent.tv_nsec.unsigned_abs())
    };
    let before = now();
    let given = work();
    (given, now().saturating_sub(before))
}

/// The same by the clock on the wall, where nothing better is known.
#[cfg(not(unix))]
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = std::time::Instant::now();
    let given = work();
    (given, started.elapsed())
}
