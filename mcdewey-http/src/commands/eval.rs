//! `mcdewey eval`: search quality on judged queries.

use std::process::ExitCode;

use mcdewey_core::SearchRequest;
use mcdewey_core::eval::{self, ConfidenceMeasures, Evaluation, Judged, Measures};
use serde::Serialize;

use crate::args::{self, Common, Eval};
use crate::{library, output};

pub(crate) fn run(common: &Common, args: &Eval) -> anyhow::Result<ExitCode> {
    let mut judged = Judged::read(&args.queries, &args.qrels)?;
    if let Some(groups) = &args.groups {
        judged = judged.with_groups(groups)?;
    }
    if let Some(kind) = &args.kind {
        judged = judged.of_kind(kind)?;
    }
    let library = library::open_with_model(common)?;
    let library = library::with_reranker(library, args.reranker.reranker.as_deref())?;
    let base = SearchRequest::new("")
        .with_fusion(args.fusion.to_settings())
        .with_versions(args::versions(args.all_versions));
    let evaluation = library.evaluate(&judged, &base)?;
    let mut unanswerable = Vec::new();
    for queries in &args.unanswerable {
        unanswerable.extend(eval::read_texts(queries)?);
    }
    let confidence = if unanswerable.is_empty() {
        None
    } else {
        Some(library.evaluate_confidence(&judged, &unanswerable, &base)?)
    };
    if common.json {
        output::json(&Measured {
            evaluation: &evaluation,
            confidence,
        })?;
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
    if let Some(measures) = confidence {
        print_confidence(&measures);
    }
    Ok(ExitCode::SUCCESS)
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Measured<'a> {
    #[serde(flatten)]
    evaluation: &'a Evaluation,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<ConfidenceMeasures>,
}

fn print_confidence(measures: &ConfidenceMeasures) {
    println!("confidence  queries  strong    fair    none");
    for (name, shares) in [
        ("own", measures.answerable),
        ("of others", measures.unanswerable),
    ] {
        println!(
            "{name:<10}  {:>7}  {:>6.4}  {:>6.4}  {:>6.4}",
            shares.queries, shares.strong, shares.fair, shares.none
        );
    }
    println!(
        "AUC {:.4}; of as many of each that are strong, {:.4} are of others",
        measures.auc, measures.strong_wrong
    );
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
