//! `mcdewey queries`: what people searched for, as the query log has it.

use std::process::ExitCode;

use anyhow::Context;
use mcdewey_http::{LoggedQuery, read_query_log};
use serde_json::json;

use crate::args::{Common, Queries};
use crate::output;

pub(crate) fn run(common: &Common, args: &Queries) -> anyhow::Result<ExitCode> {
    let queries = read_query_log(&args.log)
        .with_context(|| format!("cannot read the query log {}", args.log.display()))?;
    let is_wanted = |query: &&LoggedQuery| {
        (!args.without_hits || query.without_hits > 0)
            && (!args.low_confidence || query.without_confidence > 0)
    };
    let queries: Vec<&LoggedQuery> = queries.iter().filter(is_wanted).collect();
    if args.jsonl {
        for (number, query) in (1..).zip(&queries) {
            println!(
                "{}",
                json!({"_id": format!("q{number}"), "text": query.query})
            );
        }
        return Ok(ExitCode::SUCCESS);
    }
    if common.json {
        output::json(&json!({ "queries": queries }))?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("searches  no hits  no confidence  query");
    for query in queries {
        println!(
            "{:>8}  {:>7}  {:>13}  {}",
            query.searches,
            query.without_hits,
            query.without_confidence,
            output::printable(&query.query)
        );
    }
    Ok(ExitCode::SUCCESS)
}
