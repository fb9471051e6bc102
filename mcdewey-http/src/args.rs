//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use mcdewey_core::search::DEFAULT_LIMIT;
use mcdewey_core::{Filter, Mode};
use mcdewey_mcp::MAX_ANSWER_TOKENS;

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
    /// The index directory
    #[arg(long, global = true, value_name = "DIR", default_value = ".mcdewey")]
    pub(crate) index: PathBuf,
    /// Print one JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What turns text into vectors: onnx (a real model) or hashed (none, for words only)
    #[arg(
        long,
        global = true,
        value_name = "onnx|hashed",
        hide_possible_values = true
    )]
    pub(crate) embedder: Option<EmbedderKind>,
    /// A folder with model.onnx and tokenizer.json, instead of the model inside the program
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) model: Option<PathBuf>,
}

/// Which embedder to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
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
    List,
    /// Measure search quality on judged queries
    Eval(Eval),
    /// Say what the index holds and in what state it is
    Status,
    /// Check every checksum, and that words and vectors hold the same passages
    Verify,
    /// Embed the whole library anew with another model, from stored text
    Reembed,
    /// Serve AI agents by MCP over stdin and stdout
    Mcp(Mcp),
    /// Serve people web pages, and AI agents MCP, over HTTP
    Serve(Serve),
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
}

#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// What to look for; words in double quotes count more where they follow each other
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// By words, by meaning, or both
    #[arg(long, value_enum, default_value_t = ModeArg::Hybrid)]
    pub(crate) mode: ModeArg,
    /// How many passages to show
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    pub(crate) limit: usize,
    /// Say how each passage was found
    #[arg(long)]
    pub(crate) explain: bool,
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
    /// Only manuals of this version
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
pub(crate) struct Eval {
    /// A .jsonl file of {"_id", "text"}
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,
    /// Lines of query-id, corpus-id and grade, separated by tabs
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,
    #[command(flatten)]
    pub(crate) fusion: FusionArgs,
}

/// How the legs are joined, for trying other settings than the measured defaults.
#[derive(Debug, clap::Args)]
pub(crate) struct FusionArgs {
    /// Constant of reciprocal rank fusion
    #[arg(long)]
    rrf_k: Option<f32>,
    /// Weight of the lexical leg
    #[arg(long)]
    lexical_weight: Option<f32>,
    /// Weight of the vector leg
    #[arg(long)]
    vector_weight: Option<f32>,
}

impl FusionArgs {
    pub(crate) fn to_settings(&self) -> mcdewey_core::search::FusionSettings {
        let mut settings = mcdewey_core::search::FusionSettings::default();
        settings.rrf_k = self.rrf_k.unwrap_or(settings.rrf_k);
        settings.lexical_weight = self.lexical_weight.unwrap_or(settings.lexical_weight);
        settings.vector_weight = self.vector_weight.unwrap_or(settings.vector_weight);
        settings
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Mcp {
    /// Bring the index up to date with this folder, while agents are served already
    pub(crate) docs: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) agents: Agents,
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
    pub(crate) docs: Option<PathBuf>,
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) bind: SocketAddr,
    /// Listen on an address that other machines reach, although anyone may read everything
    #[arg(long)]
    pub(crate) insecure: bool,
    /// Answer to this name or address too, beside localhost; may be given several times
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,
    /// Let web pages of this origin call, with its scheme; may be given several times
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) allow_origin: Vec<String>,
    /// How people reach this server, for links in answers [default: the address it listens on]
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    #[command(flatten)]
    pub(crate) agents: Agents,
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
