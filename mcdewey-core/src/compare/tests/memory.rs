//! A library in memory: no engine, no model, words for tokens.

use std::collections::BTreeMap;
use std::path::Path;

use crate::Result;
use crate::chunk::{ChunkSettings, chunk};
use crate::engine::{
    DocumentRecord, EmbedderIdentity, EngineStatus, Filter, Pattern, Ranking, Snapshot,
    StoredChunk, WordSet,
};
use crate::parse::{Format, parse};
use crate::query::Query;
use crate::shelf::{ChunkId, DocumentId, Shelf};
use crate::source::{Content, Item, scan};

/// A generation that is read and never searched.
#[derive(Debug, Default)]
pub(super) struct Memory {
    documents: Vec<DocumentRecord>,
    chunks: BTreeMap<DocumentId, Vec<StoredChunk>>,
}

impl Memory {
    /// Markdown by path, `vendor/product/version/document.md`, or with a folder for the document.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let mut memory = Self::default();
        for (path, text) in files {
            let stem = path.strip_suffix(".md").expect("Markdown");
            let names: Vec<&str> = stem.split('/').collect();
            let shelf = Shelf {
                vendor: Some(names[0].to_owned()),
                product: Some(names[1].to_owned()),
                version: Some(names[2].to_owned()),
                document: names[3].to_owned(),
                ..Shelf::default()
            };
            let id = DocumentId::from_record_id(&names.join("::"));
            let record = DocumentRecord::new(id, *path, shelf);
            memory.put(record, Format::Markdown, text.as_bytes());
        }
        memory
    }

    /// What lies in a folder with a manifest.
    pub(super) fn of_folder(docs: &Path) -> Self {
        let scan = scan(docs, &|path| Format::of_path(path.as_str()).is_some());
        let mut memory = Self::default();
        for item in scan.expect("a docs root").items {
            memory.put_item(&item);
        }
        memory
    }

    fn put_item(&mut self, item: &Item) {
        let format = Format::of_path(item.format_name());
        let (Some(format), Content::File(_)) = (format, &item.content) else {
            return;
        };
        let record = DocumentRecord::new(item.id.clone(), &item.source, item.shelf.clone());
        self.put(record, format, &item.read().expect("a file"));
    }

    fn put(&mut self, mut record: DocumentRecord, format: Format, bytes: &[u8]) {
        let document = parse(format, bytes);
        record.title = record
            .shelf
            .title
            .clone()
            .or_else(|| document.title.clone());
        let words = |text: &str| text.split_whitespace().count() * 4 / 3;
        let settings = ChunkSettings::default();
        let cut = chunk(&document, None, &settings, &words);
        let stored = cut.into_iter().map(|chunk| {
            let section = chunk.section.map(|section| &document.sections[section]);
            let anchor = section.and_then(|section| section.anchor.clone());
            StoredChunk::new(chunk, anchor)
        });
        let stored: Vec<StoredChunk> = stored.collect();
        record.chunks = u32::try_from(stored.len()).expect("few");
        self.chunks.insert(record.id.clone(), stored);
        self.documents.push(record);
        self.documents.sort_by(|a, b| a.id.cmp(&b.id));
    }
}

impl Snapshot for Memory {
    fn generation(&self) -> u64 {
        1
    }

    fn written_at(&self) -> Option<u64> {
        None
    }

    fn embedder(&self) -> Option<&EmbedderIdentity> {
        None
    }

    fn documents(&self) -> &[DocumentRecord] {
        &self.documents
    }

    fn status(&self) -> EngineStatus {
        EngineStatus::default()
    }

    fn lexical(&self, _: &Query, _: &Filter, _: usize) -> Result<Ranking> {
        Ok(Vec::new())
    }

    fn words(&self, _: &Query, ids: &[ChunkId]) -> Result<Vec<WordSet>> {
        Ok(vec![WordSet::default(); ids.len()])
    }

    fn nearest(&self, _: &[f32], _: &Filter, _: usize) -> Result<Ranking> {
        Ok(Vec::new())
    }

    fn matched(&self, _: &Query, _: &Filter) -> Result<Vec<u32>> {
        Ok(Vec::new())
    }

    fn coverage(&self, _: &Query, _: &Filter, ids: &[ChunkId]) -> Result<Vec<(f32, WordSet)>> {
        Ok(vec![(0.0, WordSet::default()); ids.len()])
    }

    fn vocabulary(&self, _: Pattern<'_>, _: &Filter, _: usize) -> Result<Vec<(String, u64)>> {
        Ok(Vec::new())
    }

    fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<Option<StoredChunk>>> {
        let chunk = |id: &ChunkId| {
            let chunks = self.chunks.get(&id.document())?;
            chunks.get(id.ordinal() as usize).cloned()
        };
        Ok(ids.iter().map(chunk).collect())
    }
}
