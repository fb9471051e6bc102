//! The command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use mcdewey_core::search::{DEFAULT_LIMIT, Fusion, FusionSettings, Neighbours, Versions};

use mcdewey_core::{Filter, Mode, SearchRequest};
use mcdewey_mcp::MAX_ANSWER_TOKENS;
use serde::{Deserialize, Serialize};

/// Where the index is unless something else is said.
pub(crate) const DEFAULT_INDEX: &str = ".mcdewey";

/// The card catalogue for product manuals.
#[derive(Debug, Parser)]
#[command(name = "mcdewey", version, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// The index directory [default: .mcdewey]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "MCDEWEY_INDEX",
        hide_env_values = true
    )]
    pub(crate) index: Option<PathBuf>,
    /// Print one JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What turns text into vectors: onnx (a real model) or hashed (none, for words only)
    #[arg(
        long,
        global = true,
        value_name = "onnx|hashed",
        hide_possible_values = true,
        env = "MCDEWEY_EMBEDDER",
        hide_env_values = true
    )]
    pub(crate) embedder: Option<EmbedderKind>,
    /// A folder with model.onnx and tokenizer.json, instead of the model inside the program
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "MCDEWEY_MODEL",
        hide_env_values = true
    )]
    pub(crate) model: Option<PathBuf>,
}

impl Common {
    /// The index directory.
    pub(crate) fn index(&self) -> &Path {
        self.index.as_deref().unwrap_or(Path::new(DEFAULT_INDEX))
    }
}

/// Which embedder to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EmbedderKind {
    /// An ONNX model.
    Onnx,
    /// Hashed words.
    Hashed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring the index up to date with a folder of manuals, or a .jsonl file of records
    Index(Index),
    /// Find passages
    Search(Search),
    /// Print one passage with its neighbours
    Show(Show),
    /// List vendors, products, versions and documents with counts
    List(List),
    /// Say what changed in a manual between two versions, or when one of its sections did
    Compare(Compare),
    /// Measure search quality on judged queries
    Eval(Eval),
    /// Say what people searched for, from the query log of `serve --query-log`
    Queries(Queries),
    /// Say what the index holds and in what state it is
    Status,
    /// Check every checksum, and that words and vectors hold the same passages
    Verify,
    /// Embed the whole library anew with another model, from stored text
    Reembed,
    /// Serve AI agents by MCP over stdin and stdout
    Mcp(Mcp),
    /// Serve people web pages, programs REST, and AI agents MCP, over HTTP
    Serve(Box<Serve>),
    /// Make a key for `serve`: prints it once, and the table for the configuration file
    Key(Key),
    /// Print a script that completes this command line in a shell
    Completions(Completions),
    /// Write manual pages into a folder
    Man(Man),
    /// Parse a file, or one after another for `index` and `serve`, in a process of its own
    #[command(hide = true)]
    ParseFile(ParseFile),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Index {
    /// The folder of manuals, or a .jsonl file of {"_id", "title", "text"}
    pub(crate) docs: PathBuf,
    /// Largest passage, in tokens of the model [default: measured, see the documentation]
    #[arg(long, value_name = "TOKENS")]
    pub(crate) chunk_tokens: Option<usize>,
    /// How much of a passage the next one repeats, in tokens of the model
    #[arg(long, value_name = "TOKENS")]
    pub(crate) chunk_overlap: Option<usize>,
    /// Commit the work done so far every so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) checkpoint: u64,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
}

/// What reading one file may take. Text and Markdown are read without these limits, which they
/// do not need.
#[derive(Debug, Clone, Default, clap::Args)]
#[expect(
    clippy::struct_field_names,
    reason = "each is a setting, and named like it"
)]
pub(crate) struct ReadingArgs {
    /// Pages of a document that are read; more are reported [default: 20000]
    #[arg(
        long,
        value_name = "N",
        env = "MCDEWEY_MAX_PAGES",
        hide_env_values = true
    )]
    pub(crate) max_pages: Option<usize>,
    /// Seconds of a processor to read one file, such as a PDF [default: 60]
    #[arg(
        long,
        value_name = "SECONDS",
        env = "MCDEWEY_MAX_FILE_SECONDS",
        hide_env_values = true
    )]
    pub(crate) max_file_seconds: Option<u64>,
    /// Memory to read one file, in MiB [default: 1024]
    #[arg(
        long,
        value_name = "MIB",
        env = "MCDEWEY_MAX_FILE_MEMORY",
        hide_env_values = true
    )]
    pub(crate) max_file_memory: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ParseFile {
    /// The file; without one, requests are read from stdin and answered on stdout
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
}

/// A second opinion on the first hits.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct RerankerArgs {
    /// A folder with the model.onnx and tokenizer.json of a cross-encoder, which puts the first 30
    /// passages in order [default: none]
    #[arg(
        long,
        value_name = "DIR",
        env = "MCDEWEY_RERANKER",
        hide_env_values = true
    )]
    pub(crate) reranker: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// What to look for: a question, or words as the manual has them. "exact phrase", +must, -not,
    /// AND, OR, NOT, (…), title:, heading:, code:, page:, vendor:, product:, version:, document:,
    /// prefix*, ~misspelt and "near words"~4 are understood
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// By words, by meaning, or both
    #[arg(long, value_enum, default_value_t = ModeArg::Hybrid)]
    pub(crate) mode: ModeArg,
    /// How many passages to show
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    pub(crate) limit: usize,
    /// Show each version of a passage, not the newest for all
    #[arg(long)]
    pub(crate) all_versions: bool,
    /// Say how the query was read, and how each passage was found
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) shape: ShapeArgs,
    #[command(flatten)]
    pub(crate) reranker: RerankerArgs,
}

/// What the ranking looks like.
#[derive(Debug, clap::Args)]
pub(crate) struct ShapeArgs {
    /// At most so many passages of one document
    #[arg(long)]
    per_document: Option<usize>,
    /// At most so many passages of one product
    #[arg(long)]
    per_product: Option<usize>,
    /// How much unlike each other passages are to be, from 0 to 1
    #[arg(long, default_value_t = 0.0)]
    diversity: f32,
    /// Show each passage by itself, also where they follow each other
    #[arg(long)]
    apart: bool,
    /// Count everything that has a word of the query by where it stands
    #[arg(long)]
    facets: bool,
}

impl ShapeArgs {
    pub(crate) fn apply(&self, mut request: SearchRequest) -> SearchRequest {
        request.per_document = self.per_document;
        request.per_product = self.per_product;
        request.diversity = self.diversity;
        if self.apart {
            request = request.with_neighbours(Neighbours::Apart);
        }
        if self.facets {
            request = request.with_facets();
        }
        request
    }
}

/// Which documents may answer; each option may be given several times.
#[derive(Debug, clap::Args)]
pub(crate) struct FilterArgs {
    /// Only this vendor's manuals
    #[arg(long)]
    vendor: Vec<String>,
    /// Only manuals of this product
    #[arg(long)]
    product: Vec<String>,
    /// Only manuals of this version: its name (14.0(1)SU3), the beginning of it (14), latest, or a
    /// range (>=14,<15)
    #[arg(long)]
    version: Vec<String>,
    /// Only this document, by name or id
    #[arg(long)]
    document: Vec<String>,
}

impl FilterArgs {
    pub(crate) fn to_filter(&self) -> Filter {
        let mut filter = Filter::new();
        filter.vendors.clone_from(&self.vendor);
        filter.products.clone_from(&self.product);
        filter.versions.clone_from(&self.version);
        filter.documents.clone_from(&self.document);
        filter
    }
}

/// Which versions of a passage are hits.
pub(crate) fn versions(all: bool) -> Versions {
    if all { Versions::All } else { Versions::Newest }
}

/// [`Mode`] as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ModeArg {
    /// Both, fused
    Hybrid,
    /// By words
    Lexical,
    /// By meaning
    Vector,
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Hybrid => Self::Hybrid,
            ModeArg::Lexical => Self::Lexical,
            ModeArg::Vector => Self::Vector,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The passage's id, as search prints it
    pub(crate) chunk_id: String,
    /// How many passages before it
    #[arg(long, default_value_t = 0)]
    pub(crate) before: u32,
    /// How many passages after it
    #[arg(long, default_value_t = 0)]
    pub(crate) after: u32,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Instead, list what searches take for the same, by vendor, and where that comes from
    #[arg(long)]
    pub(crate) synonyms: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Compare {
    /// The manual: its name on the shelf, or one of its files by name or id
    #[arg(required_unless_present = "history")]
    pub(crate) document: Option<String>,
    /// The version to compare from, usually the older one: its name, what it begins with, or latest
    #[arg(required_unless_present = "history")]
    pub(crate) from: Option<String>,
    /// The version to compare with
    #[arg(required_unless_present = "history")]
    pub(crate) to: Option<String>,
    /// The vendor, where the manual's name alone is ambiguous
    #[arg(long)]
    pub(crate) vendor: Option<String>,
    /// The product, where the manual's name alone is ambiguous
    #[arg(long)]
    pub(crate) product: Option<String>,
    /// Only this section: the id of a passage of it, or the end of its headings, as `Guide > Ports`
    #[arg(long)]
    pub(crate) section: Option<String>,
    /// Print the words that changed
    #[arg(long)]
    pub(crate) details: bool,
    /// List sections of which nothing changed as well
    #[arg(long)]
    pub(crate) all: bool,
    /// Most sections to list [default: all]
    #[arg(long)]
    pub(crate) limit: Option<usize>,
    /// Instead, in which versions the section of this passage was introduced, changed and removed
    #[arg(long, value_name = "CHUNK_ID", conflicts_with_all =
        ["document", "from", "to", "vendor", "product", "section", "details", "all", "limit"])]
    pub(crate) history: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Eval {
    /// A .jsonl file of {"_id", "text"}
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,
    /// Lines of query-id, corpus-id and grade, separated by tabs
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,
    /// Lines of corpus-id and group, separated by tabs: documents of one group are versions of one
    /// another, of which a reader needs one
    #[arg(long, value_name = "FILE")]
    pub(crate) groups: Option<PathBuf>,
    /// Take each version of a passage for a hit of its own
    #[arg(long)]
    pub(crate) all_versions: bool,
    /// Only queries whose metadata says that they are of this kind
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Queries of other libraries (.jsonl), to measure whether answers say that this one does not
    /// speak of them; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) unanswerable: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) fusion: FusionArgs,
    #[command(flatten)]
    pub(crate) reranker: RerankerArgs,
}

/// How the legs are joined, for trying other settings than the measured defaults.
#[derive(Debug, clap::Args)]
pub(crate) struct FusionArgs {
    /// Join them by reciprocal ranks with this constant, not by scores
    #[arg(long)]
    rrf_k: Option<f32>,
    /// Weight of the lexical leg
    #[arg(long)]
    lexical_weight: Option<f32>,
    /// Weight of the vector leg
    #[arg(long, requires = "rrf_k")]
    vector_weight: Option<f32>,
    /// What it is worth that words of the query stand in a row
    #[arg(long)]
    in_a_row: Option<f32>,
}

impl FusionArgs {
    pub(crate) fn to_settings(&self) -> FusionSettings {
        let mut fusion = match self.rrf_k {
            None => Fusion::CONVEX,
            Some(_) => Fusion::RRF,
        };
        let set = |setting: &mut f32, given: Option<f32>| *setting = given.unwrap_or(*setting);
        match &mut fusion {
            Fusion::Convex { lexical_weight } => set(lexical_weight, self.lexical_weight),
            Fusion::Rrf {
                rrf_k,
                lexical_weight,
                vector_weight,
            } => {
                set(rrf_k, self.rrf_k);
                set(lexical_weight, self.lexical_weight);
                set(vector_weight, self.vector_weight);
            }
            // The core may learn others; those have no settings here.
            _ => {}
        }
        let settings = FusionSettings::default().with_fusion(fusion);
        match self.in_a_row {
            Some(in_a_row) => settings.with_in_a_row(in_a_row),
            None => settings,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Mcp {
    /// Bring the index up to date with this folder, while agents are served already
    pub(crate) docs: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) agents: Agents,
    #[command(flatten)]
    pub(crate) reranker: RerankerArgs,
}

/// What agents may ask for.
#[derive(Debug, clap::Args)]
pub(crate) struct Agents {
    /// Largest answer to an agent, in tokens
    #[arg(long, value_name = "TOKENS", default_value_t = MAX_ANSWER_TOKENS)]
    pub(crate) max_answer_tokens: usize,
}

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

#[derive(Debug, clap::Args)]
pub(crate) struct Queries {
    /// The file that `serve --query-log` writes
    pub(crate) log: PathBuf,
    /// Only those that found nothing, at least once
    #[arg(long)]
    pub(crate) without_hits: bool,
    /// Only those whose confidence was none, at least once
    #[arg(long)]
    pub(crate) low_confidence: bool,
    /// As lines of {"_id", "text"}, to be judged for `mcdewey eval`
    #[arg(long, conflicts_with = "json")]
    pub(crate) jsonl: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Key {
    /// Whose it is, for logs
    pub(crate) name: String,
    /// It may also see the state of the server and bring the index up to date
    #[arg(long)]
    pub(crate) admin: bool,
    /// It reads only this vendor's manuals; may be given several times, as the others
    #[arg(long)]
    pub(crate) vendor: Vec<String>,
    /// It reads only manuals of this product
    #[arg(long)]
    pub(crate) product: Vec<String>,
    /// It reads only manuals of this version
    #[arg(long)]
    pub(crate) version: Vec<String>,
    /// It also reads manuals that a manifest keeps for this group
    #[arg(long)]
    pub(crate) group: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// The folder; it is made if it is not there
    pub(crate) folder: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Args;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
