//! `mcdewey show`: one passage with its neighbours.

use std::process::ExitCode;

use mcdewey_core::{ChunkId, Passage};

use crate::args::{Common, Show};
use crate::{library, output};

pub(crate) fn run(common: &Common, args: &Show) -> anyhow::Result<ExitCode> {
    let library = library::open(common)?;
    let id: ChunkId = args.chunk_id.parse()?;
    let context = library.passage(&id, args.before, args.after)?;
    if common.json {
        output::json(&context)?;
        return Ok(ExitCode::SUCCESS);
    }
    for passage in &context.before {
        print(passage);
    }
    print(&context.passage);
    for passage in &context.after {
        print(passage);
    }
    for (name, id) in [("before", &context.previous), ("after", &context.next)] {
        if let Some(id) = id {
            println!("{name}: {id}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print(passage: &Passage) {
    let lines = [
        passage.title.clone(),
        passage.citation(),
        passage.chunk_id.to_string(),
    ];
    for line in lines {
        println!("{}", output::printable(&line));
    }
    if let Some(url) = &passage.url {
        println!("{}", output::printable(url));
    }
    println!("\n{}\n", output::printable(&passage.text));
}
