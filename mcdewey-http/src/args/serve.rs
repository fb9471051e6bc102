//! What a server is started with.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{ReadingArgs, RerankerArgs};

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Bring the index up to date with this folder, while clients are served already
    #[arg(env = "MCDEWEY_DOCS", hide_env_values = true)]
    pub(crate) docs: Option<PathBuf>,
    /// Read settings from this file; the environment and flags override it
    #[arg(
        long,
        value_name = "FILE",
        env = "MCDEWEY_CONFIG",
        hide_env_values = true
    )]
    pub(crate) config: Option<PathBuf>,
    /// Print all settings as a configuration file, with where each comes from, and end
    #[arg(long)]
    pub(crate) print_config: bool,
    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

/// Settings of a server. Each is also a key of the configuration file, with `_` for `-`, and an
/// environment variable that starts with `MCDEWEY_`.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingArgs {
    /// Where to listen; port 0 takes any free one [default: 127.0.0.1:8080]
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "MCDEWEY_BIND",
        hide_env_values = true
    )]
    pub(crate) bind: Option<SocketAddr>,
    /// Listen on an address that other machines reach, although no key is asked for
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", env = "MCDEWEY_INSECURE", hide_env_values = true)]
    pub(crate) insecure: Option<bool>,
    /// Answer to this name or address too, beside localhost; may be given several times
    #[arg(
        long,
        value_name = "HOST",
        value_delimiter = ',',
        env = "MCDEWEY_ALLOW_HOST",
        hide_env_values = true
    )]
    pub(crate) allow_host: Option<Vec<String>>,
    /// Let web pages of this origin call, with its scheme; may be given several times
    #[arg(
        long,
        value_name = "ORIGIN",
        value_delimiter = ',',
        env = "MCDEWEY_ALLOW_ORIGIN",
        hide_env_values = true
    )]
    pub(crate) allow_origin: Option<Vec<String>>,
    /// How people reach this server, for links in answers [default: the address it listens on]
    #[arg(
        long,
        value_name = "URL",
        env = "MCDEWEY_PUBLIC_URL",
        hide_env_values = true
    )]
    pub(crate) public_url: Option<String>,
    /// Largest answer to an agent, in tokens [default: 20000]
    #[arg(
        long,
        value_name = "TOKENS",
        env = "MCDEWEY_MAX_ANSWER_TOKENS",
        hide_env_values = true
    )]
    pub(crate) max_answer_tokens: Option<usize>,
    /// Bring the index up to date whenever files change
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", env = "MCDEWEY_WATCH", hide_env_values = true)]
    pub(crate) watch: Option<bool>,
    /// Speak https, with this chain of certificates (PEM)
    #[arg(
        long,
        value_name = "FILE",
        env = "MCDEWEY_TLS_CERTIFICATE",
        hide_env_values = true
    )]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The private key of the first certificate (PEM)
    #[arg(
        long,
        value_name = "FILE",
        env = "MCDEWEY_TLS_KEY",
        hide_env_values = true
    )]
    pub(crate) tls_key: Option<PathBuf>,
    /// Connections at a time, half of them from one address at most [default: 1024]
    #[arg(
        long,
        value_name = "N",
        env = "MCDEWEY_MAX_CONNECTIONS",
        hide_env_values = true
    )]
    pub(crate) max_connections: Option<usize>,
    /// Requests that wait or are answered at a time; more are refused [default: 256]
    #[arg(
        long,
        value_name = "N",
        env = "MCDEWEY_MAX_REQUESTS",
        hide_env_values = true
    )]
    pub(crate) max_requests: Option<usize>,
    /// Requests a second from one address, twice as many at once; 0 is no limit [default: 0]
    #[arg(
        long,
        value_name = "N",
        env = "MCDEWEY_RATE_PER_ADDRESS",
        hide_env_values = true
    )]
    pub(crate) rate_per_address: Option<u32>,
    /// Requests a second with one key, twice as many at once; 0 is no limit [default: 0]
    #[arg(
        long,
        value_name = "N",
        env = "MCDEWEY_RATE_PER_KEY",
        hide_env_values = true
    )]
    pub(crate) rate_per_key: Option<u32>,
    /// Behind a proxy: the last address of X-Forwarded-For is the client's
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", env = "MCDEWEY_FORWARDED_FOR", hide_env_values = true)]
    pub(crate) forwarded_for: Option<bool>,
    /// What to log: error, warn, info, debug, trace, or a filter by target [default: info]
    #[arg(
        long,
        value_name = "FILTER",
        env = "MCDEWEY_LOG",
        hide_env_values = true
    )]
    pub(crate) log: Option<String>,
    /// Log as text, or as a JSON object a line [default: text]
    #[arg(
        long,
        value_enum,
        value_name = "text|json",
        hide_possible_values = true,
        env = "MCDEWEY_LOG_FORMAT",
        hide_env_values = true
    )]
    pub(crate) log_format: Option<LogFormat>,
    /// Log what people search for
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", env = "MCDEWEY_LOG_QUERIES", hide_env_values = true)]
    pub(crate) log_queries: Option<bool>,
    /// Keep what people search for in this file, for `mcdewey queries`
    #[arg(
        long,
        value_name = "FILE",
        env = "MCDEWEY_QUERY_LOG",
        hide_env_values = true
    )]
    pub(crate) query_log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    #[command(flatten)]
    pub(crate) reranker: RerankerArgs,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}
