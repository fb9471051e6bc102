//! Flags, environment and a configuration file in, the settings of a server out.
//!
//! A setting has one name: `max_requests` in the file, `MCDEWEY_MAX_REQUESTS` in the environment,
//! `--max-requests` on the command line, each of which overrides those before it.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ArgMatches;
use clap::parser::ValueSource;
use mcdewey_http::{Key, Limits, Reads};
use mcdewey_mcp::{MAX_ANSWER_TOKENS, MAX_REQUESTS};
use serde::{Deserialize, Serialize};

use crate::args::{Common, DEFAULT_INDEX, EmbedderKind, LogFormat, ReadingArgs, Serve};
use crate::reading::Reading;

/// What the configuration file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    docs: Option<PathBuf>,
    index: Option<PathBuf>,
    embedder: Option<EmbedderKind>,
    model: Option<PathBuf>,
    reranker: Option<PathBuf>,
    bind: Option<SocketAddr>,
    insecure: Option<bool>,
    allow_host: Option<Vec<String>>,
    allow_origin: Option<Vec<String>>,
    public_url: Option<String>,
    max_answer_tokens: Option<usize>,
    watch: Option<bool>,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    max_connections: Option<usize>,
    max_requests: Option<usize>,
    rate_per_address: Option<u32>,
    rate_per_key: Option<u32>,
    forwarded_for: Option<bool>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    log_queries: Option<bool>,
    query_log: Option<PathBuf>,
    max_pages: Option<usize>,
    max_file_seconds: Option<u64>,
    max_file_memory: Option<u64>,
    #[serde(default)]
    keys: Vec<Key>,
    anonymous: Option<Reads>,
}

/// The settings of a server, all said.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "settings that are on or off, by the names that operators know"
)]
pub(crate) struct Settings {
    pub(crate) docs: Option<PathBuf>,
    /// Index, embedder and model, as other commands take them.
    pub(crate) common: Common,
    pub(crate) reranker: Option<PathBuf>,
    pub(crate) bind: SocketAddr,
    pub(crate) insecure: bool,
    pub(crate) allow_host: Vec<String>,
    pub(crate) allow_origin: Vec<String>,
    pub(crate) public_url: Option<String>,
    pub(crate) max_answer_tokens: usize,
    pub(crate) watch: bool,
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    pub(crate) max_connections: usize,
    pub(crate) max_requests: usize,
    pub(crate) rate_per_address: u32,
    pub(crate) rate_per_key: u32,
    pub(crate) forwarded_for: bool,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
    pub(crate) log_queries: bool,
    pub(crate) query_log: Option<PathBuf>,
    pub(crate) reading: Reading,
    pub(crate) keys: Vec<Key>,
    pub(crate) anonymous: Option<Reads>,
    /// Themselves as a configuration file.
    text: String,
}

impl Settings {
    /// Reads them; `matches` says where the arguments come from.
    ///
    /// # Errors
    /// If the file cannot be read, or settings do not fit each other.
    pub(crate) fn read(
        common: &Common,
        args: &Serve,
        matches: &ArgMatches,
    ) -> anyhow::Result<Self> {
        let file = args.config.as_deref().map(File::read).transpose()?;
        let file = file.unwrap_or_default();
        let mut text = Lines::new(matches, args.config.as_deref());
        let given = &args.settings;
        let list = |list: &Option<Vec<String>>| list.clone().filter(|list| !list.is_empty());
        let limits = file.reading();
        let (certificate, key);
        let settings = Self {
            docs: text.maybe("docs", args.docs.clone(), file.docs),
            common: Common {
                index: Some(text.pick(
                    "index",
                    common.index.clone(),
                    file.index,
                    DEFAULT_INDEX.into(),
                )),
                json: common.json,
                embedder: text.maybe("embedder", common.embedder, file.embedder),
                model: text.maybe("model", common.model.clone(), file.model),
            },
            reranker: text.maybe("reranker", given.reranker.reranker.clone(), file.reranker),
            bind: text.pick(
                "bind",
                given.bind,
                file.bind,
                (Ipv4Addr::LOCALHOST, 8080).into(),
            ),
            insecure: text.pick("insecure", given.insecure, file.insecure, false),
            allow_host: text.pick(
                "allow_host",
                list(&given.allow_host),
                file.allow_host,
                Vec::new(),
            ),
            allow_origin: text.pick(
                "allow_origin",
                list(&given.allow_origin),
                file.allow_origin,
                Vec::new(),
            ),
            public_url: text.maybe("public_url", given.public_url.clone(), file.public_url),
            max_answer_tokens: text.pick(
                "max_answer_tokens",
                given.max_answer_tokens,
                file.max_answer_tokens,
                MAX_ANSWER_TOKENS,
            ),
            watch: text.pick("watch", given.watch, file.watch, false),
            tls: {
                let (given_certificate, given_key) =
                    (given.tls_certificate.clone(), given.tls_key.clone());
                certificate =
                    text.maybe("tls_certificate", given_certificate, file.tls_certificate);
                key = text.maybe("tls_key", given_key, file.tls_key);
                both(certificate, key)?
            },
            max_connections: text.pick(
                "max_connections",
                given.max_connections,
                file.max_connections,
                Limits::default().connections,
            ),
            max_requests: text.pick(
                "max_requests",
                given.max_requests,
                file.max_requests,
                MAX_REQUESTS,
            ),
            rate_per_address: text.pick(
                "rate_per_address",
                given.rate_per_address,
                file.rate_per_address,
                0,
            ),
            rate_per_key: text.pick("rate_per_key", given.rate_per_key, file.rate_per_key, 0),
            forwarded_for: text.pick(
                "forwarded_for",
                given.forwarded_for,
                file.forwarded_for,
                false,
            ),
            log: text.pick("log", given.log.clone(), file.log, "info".to_owned()),
            log_format: text.pick(
                "log_format",
                given.log_format,
                file.log_format,
                LogFormat::Text,
            ),
            log_queries: text.pick("log_queries", given.log_queries, file.log_queries, false),
            query_log: text.maybe("query_log", given.query_log.clone(), file.query_log),
            reading: reading(&mut text, &given.reading, &limits),
            text: text.finish(&file.keys, file.anonymous.as_ref()),
            keys: file.keys,
            anonymous: file.anonymous,
        };
        settings.check()?;
        Ok(settings)
    }

    /// The settings as a configuration file.
    pub(crate) fn as_file(&self) -> &str {
        &self.text
    }

    fn check(&self) -> anyhow::Result<()> {
        let is_guarded = self.insecure || !self.keys.is_empty();
        anyhow::ensure!(
            is_guarded || self.bind.ip().is_loopback(),
            "{} can be reached from other machines, and whoever reaches it reads everything: put \
             keys into a configuration file (`mcdewey key NAME` makes them), or bind to 127.0.0.1 \
             behind a proxy that checks who asks, or say --insecure if that is meant",
            self.bind
        );
        anyhow::ensure!(
            self.anonymous.is_none() || !self.keys.is_empty(),
            "[anonymous] says what is read without a key, but there are no keys; without keys \
             everybody reads everything but what manifests keep for groups"
        );
        for (name, value) in [
            ("max_connections", self.max_connections),
            ("max_requests", self.max_requests),
        ] {
            anyhow::ensure!(value > 0, "{name} is 0, but must be at least 1");
        }
        self.reading.check()?;
        let mut names: Vec<&str> = self.keys.iter().map(|key| key.name.as_str()).collect();
        names.sort_unstable();
        if let Some([name, _]) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            anyhow::bail!("two keys are named `{name}`; logs and limits tell them apart by name");
        }
        anyhow::ensure!(
            !self.watch || self.docs.is_some(),
            "watch needs a folder to watch: mcdewey serve <DOCS> --watch"
        );
        Ok(())
    }
}

fn both(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) -> anyhow::Result<Option<(PathBuf, PathBuf)>> {
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (Some(_), None) => anyhow::bail!("tls_certificate needs its key: set tls_key too"),
        (None, Some(_)) => anyhow::bail!("tls_key needs its certificate: set tls_certificate too"),
    }
}

impl File {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration {}", path.display()))?;
        toml::from_str(&text)
            .with_context(|| format!("the configuration {} cannot be used", path.display()))
    }

    fn reading(&self) -> ReadingArgs {
        ReadingArgs {
            max_pages: self.max_pages,
            max_file_seconds: self.max_file_seconds,
            max_file_memory: self.max_file_memory,
        }
    }
}

fn reading(text: &mut Lines<'_>, given: &ReadingArgs, file: &ReadingArgs) -> Reading {
    let usual = Reading::default();
    Reading {
        pages: text.pick("max_pages", given.max_pages, file.max_pages, usual.pages),
        seconds: text.pick(
            "max_file_seconds",
            given.max_file_seconds,
            file.max_file_seconds,
            usual.seconds,
        ),
        memory: text.pick(
            "max_file_memory",
            given.max_file_memory,
            file.max_file_memory,
            usual.memory,
        ),
    }
}

/// Settings as lines of a file, each with where its value comes from.
struct Lines<'a> {
    matches: &'a ArgMatches,
    config: Option<&'a Path>,
    text: String,
}

impl<'a> Lines<'a> {
    fn new(matches: &'a ArgMatches, config: Option<&'a Path>) -> Self {
        let text = String::new();
        Self {
            matches,
            config,
            text,
        }
    }

    /// The value that counts, of a setting with a default.
    fn pick<T: Serialize>(
        &mut self,
        name: &str,
        given: Option<T>,
        file: Option<T>,
        default: T,
    ) -> T {
        let source = self.source(name, given.is_some(), file.is_some());
        let value = given.or(file).unwrap_or(default);
        self.push(name, &value, &source);
        value
    }

    /// The value that counts, of a setting that may have none.
    fn maybe<T: Serialize>(&mut self, name: &str, given: Option<T>, file: Option<T>) -> Option<T> {
        let source = self.source(name, given.is_some(), file.is_some());
        let value = given.or(file);
        match &value {
            Some(value) => self.push(name, value, &source),
            None => writeln!(self.text, "# {name} is not set").expect("a string takes all"),
        }
        value
    }

    fn source(&self, name: &str, is_given: bool, is_in_file: bool) -> String {
        if !is_given {
            return match self.config.filter(|_| is_in_file) {
                Some(config) => config.display().to_string(),
                None => "default".to_owned(),
            };
        }
        match self.matches.value_source(name) {
            Some(ValueSource::EnvVariable) => format!("MCDEWEY_{}", name.to_uppercase()),
            _ => "command line".to_owned(),
        }
    }

    fn push(&mut self, name: &str, value: &impl Serialize, source: &str) {
        let value = toml::Value::try_from(value).expect("a setting is a plain value");
        writeln!(self.text, "{name} = {value}  # {source}").expect("a string takes all");
    }

    fn finish(mut self, keys: &[Key], anonymous: Option<&Reads>) -> String {
        #[derive(Serialize)]
        struct Tables<'a> {
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            keys: &'a [Key],
            #[serde(skip_serializing_if = "Option::is_none")]
            anonymous: Option<&'a Reads>,
        }
        let tables = toml::to_string(&Tables { keys, anonymous });
        let tables = tables.expect("keys are tables of plain values");
        if !tables.is_empty() {
            self.text.extend(["\n", &tables]);
        }
        self.text
    }
}
