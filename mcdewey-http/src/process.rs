//! What is set before anything else runs.
#![expect(
    unsafe_code,
    reason = "both calls are sound only where they stand, before any thread"
)]

/// Prepares the process; to be called first in `main`.
pub(crate) fn prepare() {
    // SAFETY: no thread has been started yet.
    unsafe { mcdewey_core::embed::silence_onnx_runtime() };
    share_memory();
}

/// Lets all threads share one of glibc's arenas. By default each of the first eight threads a core
/// gets one of its own, which keeps what that thread has freed: the memory of a server that indexes
/// again and again more than doubled within twenty times (`tests/load/memory.sh`). With one it
/// settles after some fourteen, an eighth above where it was after three; with mimalloc it had
/// grown by a third after twenty. Small allocations take no lock, whatever the arenas.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn share_memory() {
    const ARENAS: libc::c_int = 1;
    // SAFETY: it sets a number, before any thread but this one allocates.
    let _kept_as_it_was = unsafe { libc::mallopt(libc::M_ARENA_MAX, ARENAS) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn share_memory() {}
