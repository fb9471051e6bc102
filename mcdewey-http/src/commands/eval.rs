//! `mcdewey eval`: search quality on judged queries.

use std::process::ExitCode;

use mcdewey_core::SearchRequest;
use mcdewey_core::eval::{Judged, Measures};

use crate::args::{self, Common, Eval};
use crate::{library, output};

pub(crate) fn run(common: &Common, args: &Eval) -> anyhow::Result<ExitCode> {
    let mut judged = Judged::read(&args.queries, &args.qrels)?;
    if let Some(groups) = &args.groups {
        judged = judged.with_groups(groups)?;
    }
    let library = library::open_with_model(common)?;
    let base = SearchRequest::new("")
        .with_fusion(args.fusion.to_settings())
        .with_versions(args::versions(args.all_versions));
    let evaluation = library.evaluate(&judged, &base)?;
    if common.json {
        output::json(&evaluation)?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} judged queries", output::grouped(evaluation.queries));
    println!("          nDCG@10  MRR@10  recall@10  recall@100  success@1");
    for (name, measures) in [
        ("lexical", evaluation.lexical),
        ("vector", evaluation.vector),
        ("hybrid", evaluation.hybrid),
    ] {
        print(name, &measures);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(name: &str, measures: &Measures) {
    println!(
        "{name:<8}  {:>7.4}  {:>6.4}  {:>9.4}  {:>10.4}  {:>9.4}",
        measures.ndcg_10,
        measures.mrr_10,
        measures.recall_10,
        measures.recall_100,
        measures.success_1
    );
    if let Some(share) = measures.dup_10 {
        println!("          dup@10 {share:.4}");
    }
    if let Some(n_hits) = measures.wrong_version_10 {
        println!("          hits of another version than asked for: {n_hits}");
    }
}
