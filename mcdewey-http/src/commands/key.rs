//! `mcdewey key`: a key, and what a server keeps of it.

use std::process::ExitCode;

use mcdewey_http::Key;
use serde::Serialize;

use crate::args::{Common, Key as KeyArgs};
use crate::output;

/// A new key, as JSON.
#[derive(Debug, Serialize)]
struct NewKey<'a> {
    /// What to send. It is stored nowhere.
    key: &'a str,
    /// Its table in `keys` of the configuration file.
    table: &'a Key,
}

/// The configuration that a key is part of.
#[derive(Serialize)]
struct Tables<'a> {
    keys: [&'a Key; 1],
}

pub(crate) fn run(common: &Common, args: &KeyArgs) -> anyhow::Result<ExitCode> {
    let (text, mut key) = Key::generate(&args.name)?;
    key.admin = args.admin;
    key.reads.vendors.clone_from(&args.vendor);
    key.reads.products.clone_from(&args.product);
    key.reads.versions.clone_from(&args.version);
    key.reads.groups.clone_from(&args.group);
    if common.json {
        output::json(&NewKey {
            key: &text,
            table: &key,
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("The key, which is shown only now:\n\n{text}\n");
    println!("For the configuration file of `mcdewey serve --config FILE`:\n");
    print!("{}", toml::to_string(&Tables { keys: [&key] })?);
    Ok(ExitCode::SUCCESS)
}
