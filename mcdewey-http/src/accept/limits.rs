//! What a server allows its clients.

use std::time::Duration;

/// What a server allows its clients.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at a time; more wait to be accepted. One address (IPv6: one /64 network, which
    /// is what a customer of a provider has) may have half of them, and more of its connections
    /// are closed at once. Default: 1024.
    pub connections: usize,
    /// How long a client may take to send the head of a request, and to send the next one on the
    /// same connection; with TLS, also to complete the handshake. Default: 10 s.
    pub head_timeout: Duration,
    /// How long a client may take to send the body of a request once somebody wants to read it,
    /// and a second more for each 64 KiB of it that have come. Default: 12 s, which leaves a route
    /// with a limit of 10 s of its own, such as `/mcp`, the time to say so.
    pub body_timeout: Duration,
    /// How long a client may take to accept what waits to be sent, and a second more for each
    /// 64 KiB that it has accepted since. Default: 10 s.
    pub write_timeout: Duration,
    /// How long requests under way may take once the server is told to end. Default: 5 s.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(12),
            write_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// Allows this many connections at a time, at least 1. Default: 1024.
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }
}
