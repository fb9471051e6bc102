//! One document: read, parsed and cut, ready to be embedded.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::plan::Changed;
use crate::acronym;
use crate::chunk::{self, Chunk, ChunkSettings};
use crate::document::{Block, BlockKind, Document, Problem, Span};
use crate::embed::Embedder;
use crate::engine::{DocumentRecord, PageCount, StoredChunk, TextCounts};
use crate::isolate::Parser;
use crate::parse::{Format, Limits};
use crate::source::{Content, Item};

/// Raised when parsing, cutting or what else is found in a text changes, so that documents are cut
/// again.
const CUTTER: u32 = 5;

/// A document ready to be stored, and what the model has to read for it.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) record: DocumentRecord,
    pub(super) chunks: Vec<StoredChunk>,
    /// What the model reads, one for each chunk.
    pub(super) inputs: Vec<String>,
    pub(super) bytes: u64,
    pub(super) is_new: bool,
    /// How long it took.
    pub(super) time: Duration,
}

/// Names everything that decides how a document is cut and embedded.
pub(super) fn settings_name(
    settings: &ChunkSettings,
    limits: &Limits,
    embedder: &dyn Embedder,
) -> String {
    // Left out where it is as usual, so that a library need not be cut again for its sake.
    let limits = if *limits == Limits::default() {
        String::new()
    } else {
        format!(", {} pages", limits.max_pages)
    };
    format!(
        "cutter {CUTTER}, {} tokens, overlap {}{limits}, {}",
        settings.max_tokens(),
        settings.overlap_tokens(),
        embedder.fingerprint()
    )
}

/// Prepares documents side by side, in order. `Err` is a document that cannot be read.
pub(super) fn all(
    batch: &[Changed],
    parser: &Parser,
    settings: &ChunkSettings,
    embedder: &dyn Embedder,
    settings_name: &str,
) -> Vec<Result<Prepared, (String, Problem)>> {
    batch
        .par_iter()
        .map(|changed| {
            one(changed, parser, settings, embedder, settings_name)
                .map_err(|problem| (changed.item.source.clone(), problem))
        })
        .collect()
}

fn one(
    changed: &Changed,
    parser: &Parser,
    settings: &ChunkSettings,
    embedder: &dyn Embedder,
    settings_name: &str,
) -> Result<Prepared, Problem> {
    let started = Instant::now();
    let item = &changed.item;
    let mut record = DocumentRecord::new(item.id.clone(), item.source.clone(), item.shelf.clone());
    let (content_hash, document) = read(item, parser)?;
    record.content_hash = content_hash;
    settings_name.clone_into(&mut record.settings);
    record.title = item.shelf.title.clone().or_else(|| document.title.clone());
    record.date = item.shelf.date.clone().or_else(|| document.date.clone());
    record.url = match &item.content {
        Content::Record { url, .. } => url.clone(),
        _ => document.url.clone(),
    };
    record.pages = count_pages(&document);
    let language = item.shelf.language.as_ref().or(document.language.as_ref());
    record.language = language.cloned();
    record.layout = document.layout;
    record.encoding.clone_from(&document.encoding);
    record.acronyms = acronym::acronyms(&document);
    let count_tokens = |text: &str| embedder.count_tokens(text);
    let cut = chunk::chunk(&document, record.title.as_deref(), settings, &count_tokens);
    record.text = count_text(&document, &cut);
    let mut chunks = Vec::with_capacity(cut.len());
    let mut inputs = Vec::with_capacity(cut.len());
    for chunk in cut {
        let anchor = chunk
            .section
            .and_then(|section| document.sections[section].anchor.clone());
        inputs.push(chunk.model_input());
        chunks.push(StoredChunk::new(chunk, anchor));
    }
    record.problems = document.problems;
    Ok(Prepared {
        record,
        chunks,
        inputs,
        bytes: changed.bytes,
        is_new: changed.is_new,
        time: started.elapsed(),
    })
}

/// The content's hash and what the parser made of it. The hash is of the bytes that are parsed:
/// the file may have changed since it was planned.
fn read(item: &Item, parser: &Parser) -> Result<(String, Document), Problem> {
    if let Content::Record { title, text, .. } = &item.content {
        let (hash, _) = item.hash()?;
        return Ok((hash.to_hex().to_string(), record_document(title, text)));
    }
    let bytes = item.read()?;
    let hash = match &item.content {
        Content::File(_) => blake3::hash(&bytes),
        // An archive that changes while it is open is not read.
        _ => item.hash()?.0,
    };
    let hash = hash.to_hex().to_string();
    let format = Format::of_path(item.format_name()).unwrap_or(Format::Plain);
    Ok((hash, parser.parse(format, &bytes)?))
}

/// A record's text is taken as paragraphs between blank lines: what looks like a heading in a
/// record is as likely a line of a table.
fn record_document(title: &str, text: &str) -> Document {
    let title = title.trim();
    let text = if text.trim().is_empty() { title } else { text };
    let mut document = Document {
        title: (!title.is_empty()).then(|| title.to_owned()),
        text: text.to_owned(),
        ..Document::default()
    };
    let mut start = 0;
    for part in document.text.split("\n\n") {
        let lead = part.len() - part.trim_start().len();
        let trimmed = part.trim();
        if !trimmed.is_empty() {
            let span = Span::new(start + lead, start + lead + trimmed.len());
            document.blocks.push(Block::new(BlockKind::Paragraph, span));
        }
        start += part.len() + 2;
    }
    document
}

fn count_pages(document: &Document) -> PageCount {
    let starts = document.pages.iter().map(|page| page.start);
    let ends = starts.clone().skip(1).chain([document.text.len()]);
    let empty = starts
        .zip(ends)
        .filter(|&(start, end)| document.text[start..end.max(start)].trim().is_empty())
        .count();
    PageCount::new(document.pages.len(), empty)
}

fn count_text(document: &Document, chunks: &[Chunk]) -> TextCounts {
    let is_table = |block: &&Block| matches!(block.kind, BlockKind::Table { .. });
    let mut cuts = chunks.iter().map(|chunk| chunk.span.end).peekable();
    let is_cut = |block: &&Block| {
        while cuts.next_if(|&cut| cut <= block.span.start).is_some() {}
        cuts.peek().is_some_and(|&cut| cut < block.span.end)
    };
    TextCounts {
        characters: document.text.chars().count(),
        tables: document.blocks.iter().filter(is_table).count(),
        oversize: document.blocks.iter().filter(is_cut).count(),
        repairs: document.repairs,
    }
}
