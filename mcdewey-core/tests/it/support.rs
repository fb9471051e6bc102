//! Documents, vectors and random numbers for the tests.

#[path = "../../benches/shared/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use mcdewey_core::embed::{Embedder, Role};
use mcdewey_core::engine::embedded::EmbeddedEngine;
use mcdewey_core::engine::{
    DocumentRecord, EmbedderIdentity, Engine, Ranking, Snapshot, StoredChunk, TextKey, Writer,
};
use mcdewey_core::query::Query;
use mcdewey_core::shelf::Shelf;
use mcdewey_core::{DocumentId, Filter, HashedEmbedder};
use serde_json::json;

pub(crate) use self::random::Random;

pub(crate) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    for component in &mut vector {
        *component /= length;
    }
    vector
}

/// Vectors around common centres, as texts around common topics.
pub(crate) struct Clusters {
    random: Random,
    centres: Vec<Vec<f32>>,
    dim: usize,
}

impl Clusters {
    pub(crate) fn new(seed: u64, dim: usize, n_centres: usize) -> Self {
        let mut random = Random::new(seed);
        let centres = (0..n_centres)
            .map(|_| unit((0..dim).map(|_| random.normal()).collect()))
            .collect();
        Self {
            random,
            centres,
            dim,
        }
    }

    /// A vector of cluster `centre`; its cosine with the centre is about 0.45.
    pub(crate) fn of(&mut self, centre: usize) -> Vec<f32> {
        let spread = 2.0 / (self.dim as f32).sqrt();
        let centre = &self.centres[centre % self.centres.len()];
        let random = &mut self.random;
        unit(
            centre
                .iter()
                .map(|x| x + random.normal() * spread)
                .collect(),
        )
    }

    /// A vector of any cluster.
    pub(crate) fn any(&mut self) -> Vec<f32> {
        let centre = self.random.below(self.centres.len());
        self.of(centre)
    }
}

pub(crate) fn identity(dim: usize) -> EmbedderIdentity {
    EmbedderIdentity::of(&HashedEmbedder::with_dim(dim).expect("a valid dimension"))
}

pub(crate) fn id(name: &str) -> DocumentId {
    DocumentId::from_record_id(name)
}

pub(crate) fn record(name: &str) -> DocumentRecord {
    let mut shelf = Shelf::default();
    name.clone_into(&mut shelf.document);
    DocumentRecord::new(id(name), name, shelf)
}

/// A chunk with this text, whose vector is the one stored under `key`.
pub(crate) fn chunk_with_key(ordinal: u32, heading: &str, text: &str, key: TextKey) -> StoredChunk {
    let headings: Vec<&str> = heading.split_terminator('/').collect();
    serde_json::from_value(json!({
        "ordinal": ordinal,
        "text_key": key,
        "context": heading,
        "heading_path": headings,
        "anchor": null,
        "pages": null,
        "span": {"start": 0, "end": text.len()},
        "body": {"lead": "", "text": text, "repeated_before": 0, "repeated_after": 0, "overlap": 0},
    }))
    .expect("a stored chunk")
}

pub(crate) fn chunk(ordinal: u32, heading: &str, text: &str) -> StoredChunk {
    let mut chunk = chunk_with_key(ordinal, heading, text, TextKey::of(""));
    chunk.text_key = TextKey::of(&chunk.model_input());
    chunk
}

/// Stores a document, embedding what has no vector yet.
pub(crate) fn put(
    writer: &mut dyn Writer,
    embedder: &dyn Embedder,
    record: DocumentRecord,
    chunks: &[StoredChunk],
) {
    for chunk in chunks {
        if !writer.has_vector(&chunk.text_key) {
            let input = chunk.model_input();
            let vectors = embedder.embed(&[&input], Role::Passage).expect("embedded");
            writer
                .put_vector(chunk.text_key, &vectors[0])
                .expect("a unit vector");
        }
    }
    writer.put_document(record, chunks).expect("stored");
}

pub(crate) fn engine(index: &Path) -> EmbeddedEngine {
    EmbeddedEngine::open_or_create(index).expect("an index")
}

pub(crate) fn snapshot(index: &Path) -> Arc<dyn Snapshot> {
    engine(index).snapshot().expect("a generation")
}

pub(crate) fn lexical(snapshot: &dyn Snapshot, query: &str, limit: usize) -> Ranking {
    let query = Query::parse(query);
    snapshot
        .lexical(&query, &Filter::new(), limit)
        .expect("searched")
}

/// Ids and the bits of their scores.
pub(crate) fn bits(ranking: &Ranking) -> Vec<(String, u32)> {
    ranking
        .iter()
        .map(|scored| (scored.id.to_string(), scored.score.to_bits()))
        .collect()
}

/// All files below `folder`, by path, with their content.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .expect("below")
                    .display()
                    .to_string();
                found.insert(name, std::fs::read(&path).expect("read"));
            }
        }
    }
    found
}

/// Makes `to` an exact copy of `from`.
pub(crate) fn copy(from: &Path, to: &Path) {
    if to.exists() {
        std::fs::remove_dir_all(to).expect("removed");
    }
    for (name, content) in files(from) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, content).expect("written");
    }
}

/// Writes a docs root.
pub(crate) fn write_docs(docs: &Path, texts: &[(&str, &str)]) {
    for (name, text) in texts {
        let path = docs.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
}
