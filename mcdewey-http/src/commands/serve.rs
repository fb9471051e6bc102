//! `mcdewey serve`: people and agents over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use mcdewey_core::Embedder;
use mcdewey_http::{App, Limits};
use mcdewey_mcp::McDewey;
use mcdewey_mcp::http::{Guard, HttpSettings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::args::{Common, Serve};
use crate::background::Ingest;
use crate::progress::on_ctrl_c;
use crate::{library, output};

/// How long an ingest may take to end between two steps once the server has ended.
const INGEST_GRACE: Duration = Duration::from_secs(10);

pub(crate) fn run(common: &Common, args: &Serve) -> anyhow::Result<ExitCode> {
    check_exposure(args)?;
    let settings = HttpSettings::new().with_guard(guard(args)?);
    mcdewey_mcp::log_to_stderr();
    let runtime = tokio::runtime::Runtime::new()?;
    // Before the model is loaded and anything is indexed: a port in use is the likeliest failure.
    let listener = runtime
        .block_on(TcpListener::bind(args.bind))
        .with_context(|| format!("cannot listen on {}; choose another with --bind", args.bind))?;
    let url = url(listener.local_addr()?);

    let library = Arc::new(match args.docs {
        None => library::open_with_model(common)?,
        Some(_) => library::open_or_create(common)?,
    });
    if let Some(advice) = library.embedder().and_then(Embedder::advice) {
        eprintln!("{advice}");
    }
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    on_ctrl_c(move || stopping.cancel())?;
    let ingest = Ingest::start(&library, args.docs.clone());

    let mcp = McDewey::new(Arc::clone(&library))
        .with_max_answer_tokens(args.agents.max_answer_tokens)?
        .with_public_url(args.public_url.as_deref().unwrap_or(&url))?
        .with_updating(Arc::clone(&ingest.updating));
    let app = App::new(library, Arc::clone(&ingest.updating));
    let router = mcdewey_http::router(mcp, app, &settings);
    announce(common, &url)?;
    let limits = Limits::default();
    let end = async {
        tokio::select! {
            () = stop.cancelled() => {}
            () = ingest.failed.cancelled() => {}
        }
    };
    runtime.block_on(mcdewey_http::serve(listener, router, &limits, end));
    runtime.shutdown_background();
    ingest.wait(INGEST_GRACE)?;
    Ok(ExitCode::SUCCESS)
}

/// Everything in the library is for everyone who can connect, so connecting from elsewhere must be
/// asked for.
fn check_exposure(args: &Serve) -> anyhow::Result<()> {
    anyhow::ensure!(
        args.insecure || args.bind.ip().is_loopback(),
        "{} can be reached from other machines, and whoever reaches it reads everything; \
         say --insecure if that is meant, or bind to 127.0.0.1 behind a proxy that checks who asks",
        args.bind
    );
    Ok(())
}

/// Lets in what the arguments name, and requests to the very address that is listened on.
fn guard(args: &Serve) -> anyhow::Result<Guard> {
    let mut guard = Guard::new();
    if !args.bind.ip().is_unspecified() {
        guard = guard.with_host(&host(args.bind.ip()))?;
    }
    for name in &args.allow_host {
        guard = guard.with_host(name)?;
    }
    for origin in &args.allow_origin {
        guard = guard.with_origin(origin)?;
    }
    Ok(guard)
}

fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Where a browser on this machine finds the server.
fn url(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() {
        "localhost".to_owned()
    } else {
        host(address.ip())
    };
    format!("http://{host}:{}", address.port())
}

fn announce(common: &Common, url: &str) -> anyhow::Result<()> {
    let mcp = format!("{url}{}", mcdewey_mcp::http::PATH);
    if common.json {
        return output::json(&serde_json::json!({"url": url, "mcp": mcp}));
    }
    println!("McDewey is at {url}, and answers agents at {mcp} (Ctrl-C ends it)");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_can_be_opened_on_this_machine() {
        let url = |address: &str| url(address.parse().expect("an address"));
        assert_eq!(url("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(url("[::1]:80"), "http://[::1]:80");
        assert_eq!(url("0.0.0.0:9000"), "http://localhost:9000");
    }
}
