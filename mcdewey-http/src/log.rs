//! The log, on stderr.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::args::LogFormat;

/// Starts it. `filter` is a level, or a filter of [`tracing_subscriber`].
///
/// # Errors
/// If it is neither.
pub(crate) fn start(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let parsed = EnvFilter::builder().parse(directives(filter));
    let parsed = parsed.map_err(|error| {
        anyhow::anyhow!("log is `{filter}`, but must be a level such as info, or a filter: {error}")
    })?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => subscriber.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => subscriber
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .init(),
    }
    Ok(())
}

/// A plain level is for this program's own events; libraries say every detail of their work.
fn directives(filter: &str) -> String {
    let levels = ["error", "warn", "info", "debug", "trace"];
    if levels
        .iter()
        .any(|level| level.eq_ignore_ascii_case(filter.trim()))
    {
        return format!(
            "warn,rmcp=off,mcdewey={filter},mcdewey_http={filter},mcdewey_mcp={filter},mcdewey_core={filter}"
        );
    }
    filter.to_owned()
}
