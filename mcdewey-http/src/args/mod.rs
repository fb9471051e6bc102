//! The command line.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the commands, and the arguments of most |
//! | `search.rs` | what a search is asked with |
//! | `serve.rs` | what a server is started with, its settings included |

mod search;
mod serve;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use mcdewey_mcp::MAX_ANSWER_TOKENS;
use serde::{Deserialize, Serialize};

pub(crate) use self::search::{FusionArgs, ModeArg, Search, versions};
pub(crate) use self::serve::{LogFormat, Serve};

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
