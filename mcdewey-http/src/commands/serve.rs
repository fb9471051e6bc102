//! `mcdewey serve`: people, programs and agents over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::ArgMatches;
use mcdewey_core::search::SearchObserver;
use mcdewey_core::source::DocsRoot;
use mcdewey_core::{Embedder, Library, Reranker};
use mcdewey_http::{Access, App, Indexer, Limits, Listener, Metrics, QueryLog, Reads, Tls};
use mcdewey_mcp::McDewey;
use mcdewey_mcp::http::{Guard, HttpSettings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::args::{Common, Serve};
use crate::progress::{Progress, on_ctrl_c};
use crate::reading::Reading;
use crate::settings::Settings;
use crate::{Misuse, library, log, output};

/// How long an ingest may take to end between two steps once the server has ended.
const INGEST_GRACE: Duration = Duration::from_secs(4);

pub(crate) fn run(common: &Common, args: &Serve, matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common, args, matches).map_err(Misuse)?;
    if args.print_config {
        print!("{}", settings.as_file());
        return Ok(ExitCode::SUCCESS);
    }
    serve(&settings)?;
    Ok(ExitCode::SUCCESS)
}

fn serve(settings: &Settings) -> anyhow::Result<()> {
    let http = HttpSettings::new().with_guard(guard(settings)?);
    log::start(&settings.log, settings.log_format)?;
    let tls = settings.tls.as_ref();
    let tls = tls
        .map(|(certificate, key)| Tls::from_pem_files(certificate, key))
        .transpose()?;
    make_room(settings);
    let runtime = tokio::runtime::Runtime::new()?;
    // Before the model is loaded and anything is indexed: a port in use is the likeliest failure.
    let listener = runtime
        .block_on(TcpListener::bind(settings.bind))
        .with_context(|| {
            format!(
                "cannot listen on {}; choose another with --bind",
                settings.bind
            )
        })?;
    let url = url(listener.local_addr()?, tls.is_some());

    // Before the model is loaded: whoever stops a server that starts need not wait for it.
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    on_ctrl_c(move || stopping.cancel())?;
    let metrics = metrics(settings);
    let library = Arc::new(open(settings)?.with_observer(observer(settings, &metrics)?));
    let advice = library.embedder().and_then(Embedder::advice);
    // Both run alike, and one sentence is enough.
    let advice = advice.or_else(|| library.reranker().and_then(Reranker::advice));
    if let Some(advice) = advice {
        eprintln!("{advice}");
    }
    let indexer = indexer(settings, &library)?;
    let mut app = App::new(Arc::clone(&library))
        .with_access(access(settings, &library))
        .with_metrics(metrics)
        .with_max_requests(settings.max_requests)
        .with_indexer(indexer.clone());
    if let Some(docs) = settings.docs.as_ref().filter(|docs| docs.is_dir()) {
        let docs =
            DocsRoot::open(docs).with_context(|| format!("cannot read {}", docs.display()))?;
        app = app.with_files(docs);
    }
    if let Some(url) = &settings.public_url {
        app = app.with_public_url(url);
    }
    if settings.tls.is_some() {
        app = app.with_https();
    }
    let mcp = McDewey::with_workers(app.workers())
        .with_max_answer_tokens(settings.max_answer_tokens)?
        .with_public_url(settings.public_url.as_deref().unwrap_or(&url))?
        .with_updating(indexer.updating());
    let router = mcdewey_http::router(mcp, app, &http);
    announce(&settings.common, &url)?;
    let mut listener = Listener::from(listener);
    if let Some(tls) = tls {
        listener = listener.with_tls(tls);
    }
    let limits = limits(settings);
    let failed = indexer.failed();
    let end = async {
        tokio::select! {
            () = stop.cancelled() => {}
            () = failed.cancelled() => {}
        }
    };
    runtime.block_on(mcdewey_http::serve(listener, router, &limits, end));
    runtime.shutdown_background();
    indexer.end(INGEST_GRACE)
}

/// Lets the process open as many files as it may have connections, and those of the index beside
/// them. Systems start programs with room for 1024 or fewer and allow more to who asks.
fn make_room(settings: &Settings) {
    const FOR_THE_INDEX: u64 = 1024;
    let wanted = settings.max_connections as u64 + FOR_THE_INDEX;
    match rlimit::increase_nofile_limit(wanted) {
        Ok(given) if given < wanted => tracing::warn!(
            "{given} files may be open, but max_connections asks for {wanted}: raise the limit \
             (LimitNOFILE in a systemd unit) or lower max_connections"
        ),
        Ok(_) => {}
        Err(error) => tracing::warn!("cannot ask for {wanted} open files: {error}"),
    }
}

fn metrics(settings: &Settings) -> Arc<Metrics> {
    let metrics = Metrics::new();
    Arc::new(if settings.log_queries {
        metrics.with_queries_logged()
    } else {
        metrics
    })
}

/// Who is told of every search.
fn observer(
    settings: &Settings,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<Arc<dyn SearchObserver>> {
    let Some(path) = &settings.query_log else {
        return Ok(metrics.clone());
    };
    let log = QueryLog::open(path)
        .with_context(|| format!("cannot write the query log {}", path.display()))?;
    Ok(Arc::new(log.with_observer(metrics.clone())))
}

fn open(settings: &Settings) -> anyhow::Result<Library> {
    let library = match settings.docs {
        None => library::open_with_model(&settings.common),
        Some(_) => library::open_or_create(&settings.common),
    };
    library::with_reranker(library?, settings.reranker.as_deref())
}

fn indexer(settings: &Settings, library: &Arc<Library>) -> anyhow::Result<Indexer> {
    let Some(docs) = settings.docs.clone() else {
        return Ok(Indexer::default());
    };
    let indexer = start_indexer(library, docs.clone(), &settings.reading)?;
    if settings.watch {
        indexer.watch(&docs, settings.common.index())?;
    }
    Ok(indexer)
}

/// Brings the library up to date, showing progress on stderr.
///
/// # Errors
/// If this program does not know where it lies.
pub(crate) fn start_indexer(
    library: &Arc<Library>,
    docs: PathBuf,
    reading: &Reading,
) -> anyhow::Result<Indexer> {
    let progress = Box::new(|| Box::new(Progress::default()) as Box<_>);
    let options = reading.options()?;
    Indexer::start(Arc::clone(library), docs, options, progress)
}

fn access(settings: &Settings, library: &Arc<Library>) -> Access {
    let everybody = Reads::default();
    let anonymous = match settings.keys.as_slice() {
        [] => Some(&everybody),
        _ => settings.anonymous.as_ref(),
    };
    let access = Access::new(library, settings.keys.clone(), anonymous)
        .with_rate_per_address(settings.rate_per_address)
        .with_rate_per_key(settings.rate_per_key);
    if settings.forwarded_for {
        return access.with_forwarded_for();
    }
    access
}

fn limits(settings: &Settings) -> Limits {
    Limits::default().with_connections(settings.max_connections)
}

/// Lets in what the settings name, and requests to the very address that is listened on.
fn guard(settings: &Settings) -> anyhow::Result<Guard> {
    let mut guard = Guard::new();
    if !settings.bind.ip().is_unspecified() {
        guard = guard.with_host(&host(settings.bind.ip()))?;
    }
    for name in &settings.allow_host {
        guard = guard.with_host(name)?;
    }
    for origin in &settings.allow_origin {
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
fn url(address: SocketAddr, has_tls: bool) -> String {
    let host = if address.ip().is_unspecified() {
        "localhost".to_owned()
    } else {
        host(address.ip())
    };
    let scheme = if has_tls { "https" } else { "http" };
    format!("{scheme}://{host}:{}", address.port())
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
        let at = |address: &str, has_tls| url(address.parse().expect("an address"), has_tls);
        assert_eq!(at("127.0.0.1:8080", false), "http://127.0.0.1:8080");
        assert_eq!(at("[::1]:80", false), "http://[::1]:80");
        assert_eq!(at("0.0.0.0:9000", false), "http://localhost:9000");
        assert_eq!(at("127.0.0.1:8443", true), "https://127.0.0.1:8443");
    }
}
