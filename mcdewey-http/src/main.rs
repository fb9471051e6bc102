//! The `mcdewey` program: arguments in, exit code out.
//!
//! | file | responsibility |
//! |---|---|
//! | `args.rs` | the command line |
//! | `commands/` | one file a command |
//! | `library.rs` | opening a library with the model that made it |
//! | `settings.rs` | the settings of a server, from flags, environment and file |
//! | `log.rs` | the log |
//! | `progress.rs` | the progress bar, and Ctrl-C |
//! | `process.rs` | what is set before anything else runs |
//! | `reading.rs` | what reading one file may take |
//! | `output.rs` | text for people, JSON for programs |
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 good, 1 failed, 2 wrong usage,
//! 3 done, but some documents had problems.
#![expect(
    clippy::print_stderr,
    reason = "a command line says there what is no result"
)]

// First, because its macros are those of the others.
#[macro_use]
mod output;

mod args;
mod commands;
mod library;
mod log;
mod process;
mod progress;
mod reading;
mod settings;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use mcdewey_core::{Error, Fault};

use crate::args::{Args, Command};

/// What cannot work as it was asked for: starting again would not help.
#[derive(Debug)]
pub(crate) struct Misuse(pub(crate) anyhow::Error);

impl std::error::Error for Misuse {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl std::fmt::Display for Misuse {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Done, but some documents had problems.
const DONE_WITH_PROBLEMS: u8 = 3;

fn main() -> ExitCode {
    process::prepare();
    let matches = Args::command().get_matches();
    let args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(error) => error.exit(),
    };
    match run(&args, &matches) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("mcdewey: {}", chain(&error));
            ExitCode::from(exit_code(&error))
        }
    }
}

fn run(args: &Args, matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let common = &args.common;
    match &args.command {
        Command::Index(index) => commands::index::run(common, index),
        Command::Search(search) => commands::search::run(common, search),
        Command::Show(show) => commands::show::run(common, show),
        Command::List(list) => commands::list::run(common, list),
        Command::Compare(compare) => commands::compare::run(common, compare),
        Command::Eval(eval) => commands::eval::run(common, eval),
        Command::Queries(queries) => commands::queries::run(common, queries),
        Command::Status => commands::status::run(common),
        Command::Verify => commands::verify::run(common),
        Command::Reembed => commands::reembed::run(common),
        Command::Mcp(mcp) => commands::mcp::run(common, mcp),
        Command::Serve(serve) => {
            let matches = matches.subcommand_matches("serve").unwrap_or(matches);
            commands::serve::run(common, serve, matches)
        }
        Command::Key(key) => commands::key::run(common, key),
        Command::Completions(completions) => Ok(commands::completions::run(completions)),
        Command::Man(man) => commands::completions::man(man),
        Command::ParseFile(file) => commands::parse_file::run(file),
    }
}

/// The error and its causes on one line.
fn chain(error: &anyhow::Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join(": ")
}

fn exit_code(error: &anyhow::Error) -> u8 {
    let fault = error.downcast_ref::<Error>().map(Error::fault);
    if fault == Some(Fault::Caller) || error.is::<Misuse>() {
        return 2;
    }
    1
}
