//! The server on standard input and output.

use std::io::IsTerminal;

use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use tracing_subscriber::EnvFilter;

use crate::McDewey;

/// Warnings and errors. `rmcp` warns of every refused request, and calls it an error when a client
/// leaves before its answer: nothing that an operator can mend, and it would fill the log.
const DEFAULT_LOG: &str = "warn,rmcp=off";

/// The whole life of a program that serves an agent: logs to standard error, then serves on
/// standard input and output until standard input ends.
///
/// # Errors
/// As [`serve_stdio`], and if no async runtime can be started.
pub fn run_stdio(server: McDewey) -> anyhow::Result<()> {
    log_to_stderr();
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(serve_stdio(server));
    // Nobody waits any more for a search that is still running.
    runtime.shutdown_background();
    served
}

/// Logs warnings and errors, or what `RUST_LOG` asks for, to standard error. Standard output
/// belongs to the protocol.
pub fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A program that already logs goes on as it does.
    let _already_logging = subscriber.try_init();
}

/// Serves on standard input and output until standard input ends.
///
/// Calls that are under way then are still answered, for at most five seconds. Nothing but the
/// protocol is written to standard output; what goes wrong is told to [`tracing`].
///
/// # Errors
/// If the client opens with something other than the protocol, or the server breaks down.
pub async fn serve_stdio(server: McDewey) -> anyhow::Result<()> {
    match server.serve(rmcp::transport::stdio()).await {
        Ok(server) => {
            server.waiting().await?;
            Ok(())
        }
        // A client that leaves before it said anything, as a health check does.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
