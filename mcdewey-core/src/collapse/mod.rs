//! The same passage in several versions of a manual: which is which, and one hit for all of them.
//!
//! ```text
//! version 13     version 15     version 17
//!   a ──────────> a' ──────────> a''          the same text: one hit, 17, also in 15 and 13
//!   b ──────────> b' ─ ─ ─ ─ ─ > b''          changed in 17: one hit, 17, changed in 15 and 13
//!   c                                         only 13 has it: a hit of its own
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Generation`], and of it each passage's counterpart in the next newer version |
//! | `family.rs` | which documents are versions of one manual |
//! | `align.rs` | two versions of a manual -> pairs of passages |
//! | `ranking.rs` | a ranking of chunks -> a ranking of passages |
//!
//! Counterparts are found once a generation, from the sketches of the chunks alone, so that they
//! depend on nothing but what the library holds. Two chunks of one version are never merged, nor
//! are chunks of different manuals, unless they are of one product and the model reads the same:
//! title, headings and text.

mod align;
mod family;
mod ranking;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use self::align::Place;
pub(crate) use self::ranking::Representative;
use crate::Result;
use crate::analyze::Language;
use crate::engine::{ChunkSketch, DocumentRecord, Snapshot};
use crate::shelf::{ChunkId, DocumentId, Version, without_version};
use crate::synonym::Synonyms;

/// One generation of a library, with what is found out about it once.
#[derive(Debug)]
pub struct Generation {
    snapshot: Arc<dyn Snapshot>,
    /// Found by the first search that needs them.
    editions: OnceLock<Editions>,
    /// Built by the first search that needs them.
    synonyms: OnceLock<Synonyms>,
    languages: OnceLock<Vec<Language>>,
}

impl Generation {
    /// The generation of `snapshot`.
    pub fn new(snapshot: Arc<dyn Snapshot>) -> Self {
        Self {
            snapshot,
            editions: OnceLock::new(),
            synonyms: OnceLock::new(),
            languages: OnceLock::new(),
        }
    }

    /// What answers from it.
    pub fn snapshot(&self) -> &Arc<dyn Snapshot> {
        &self.snapshot
    }

    /// The versions of its passages.
    pub(crate) fn editions(&self) -> Result<&Editions> {
        if let Some(editions) = self.editions.get() {
            return Ok(editions);
        }
        // Outside the lock: whoever else needs them meanwhile finds them too, and nobody waits.
        let editions = Editions::of(self.snapshot.as_ref())?;
        Ok(self.editions.get_or_init(|| editions))
    }

    /// The languages of its documents, the most frequent first.
    pub(crate) fn languages(&self) -> &[Language] {
        self.languages.get_or_init(|| {
            let mut counts: BTreeMap<Language, usize> = BTreeMap::new();
            for record in self.snapshot.documents() {
                *counts.entry(record.language()).or_default() += 1;
            }
            let mut languages: Vec<(Language, usize)> = counts.into_iter().collect();
            // The sort is stable.
            languages.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
            languages
                .into_iter()
                .map(|(language, _)| language)
                .collect()
        })
    }

    /// The words that mean the same in its manuals.
    pub(crate) fn synonyms(&self) -> &Synonyms {
        self.synonyms
            .get_or_init(|| Synonyms::of(self.snapshot.documents()))
    }
}

/// A chunk's number: documents by id, then ordinals.
pub(crate) type ChunkIdx = u32;

/// No chunk.
const NONE: ChunkIdx = ChunkIdx::MAX;

/// For each chunk of a generation its counterpart in the next newer version of its manual.
///
/// Counterparts of counterparts lead to the newest version that has the passage. Several chunks of
/// one version may have the same counterpart, where a passage was cut otherwise.
///
/// # Complexity
/// 16 bytes a chunk. Finding them takes time linear in the chunks but for long documents without
/// headings, whose passages are looked for in the neighbourhood of where they stood.
#[derive(Debug)]
pub(crate) struct Editions {
    /// By document id; the number of each document.
    documents: HashMap<DocumentId, u32>,
    /// First chunk of each document, and one past the last chunk of all.
    first: Vec<ChunkIdx>,
    /// The counterpart of each chunk; [`NONE`] for the newest.
    newer: Vec<ChunkIdx>,
    /// Chunks of which chunk `c` is the counterpart: `older[older_start[c]..older_start[c + 1]]`.
    older_start: Vec<u32>,
    older: Vec<ChunkIdx>,
    /// Of each chunk's text; to tell the same from what changed.
    text: Vec<u32>,
    /// Most versions that any manual has.
    n_versions: usize,
}

/// In which other versions of its manual a passage stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Elsewhere {
    /// Versions in which it stands word by word, the newest first.
    pub also_in: Vec<String>,
    /// Versions in which it stands with other words, the newest first.
    pub changed_in: Vec<String>,
    /// The passage in the newest version that has it; null if this is that version.
    pub newest: Option<NewestVersion>,
}

/// The newest version that has a passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct NewestVersion {
    /// The version.
    pub version: String,
    /// The passage in it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub chunk_id: ChunkId,
}

/// The upper half of a hash.
fn half(hash: u64) -> u32 {
    u32::try_from(hash >> 32).expect("32 bits are left")
}

impl Editions {
    /// Finds all counterparts in a generation.
    ///
    /// # Errors
    /// If stored data cannot be read.
    pub(crate) fn of(snapshot: &dyn Snapshot) -> Result<Self> {
        Self::find(snapshot.documents(), || snapshot.sketches())
    }

    /// None at all: every passage is the newest, and known by itself.
    pub(crate) fn none() -> Self {
        Self {
            documents: HashMap::new(),
            first: Vec::new(),
            newer: Vec::new(),
            older_start: Vec::new(),
            older: Vec::new(),
            text: Vec::new(),
            n_versions: 0,
        }
    }

    /// `sketches` is only asked where a product has several versions.
    fn find(
        documents: &[DocumentRecord],
        sketches: impl FnOnce() -> Result<Vec<ChunkSketch>>,
    ) -> Result<Self> {
        let products = family::products(documents);
        let families = family::families(documents, &products);
        let ages = family::ages(documents, &products);
        let sketches = if ages.iter().any(|&age| age > 0) {
            sketches()?
        } else {
            Vec::new()
        };
        let mut first = Vec::with_capacity(documents.len() + 1);
        let mut total = 0;
        for record in documents {
            first.push(total);
            total += record.chunks;
        }
        first.push(total);
        let mut editions = Self {
            documents: documents
                .iter()
                .map(|record| record.id.clone())
                .zip(0..)
                .collect(),
            first,
            text: sketches
                .iter()
                .map(|chunk| half(chunk.sketch.text))
                .collect(),
            n_versions: families.iter().map(Vec::len).max().unwrap_or(0),
            ..Self::none()
        };
        if !sketches.is_empty() && sketches.len() == total as usize {
            editions.newer = vec![NONE; total as usize];
            for family in &families {
                editions.align(family, documents, &sketches);
            }
            editions.join_copies(&products, &ages, &sketches);
            editions.turn_round();
        }
        Ok(editions)
    }

    /// Aligns each version of a manual with the next newer one.
    fn align(
        &mut self,
        family: &family::Family,
        documents: &[DocumentRecord],
        sketches: &[ChunkSketch],
    ) {
        let mut files: HashMap<String, u32> = HashMap::new();
        let mut places = |version: &Vec<u32>| -> Vec<Place> {
            let of_documents = version.iter().flat_map(|&document| {
                let document = document as usize;
                let DocumentRecord { id, shelf, .. } = &documents[document];
                let name = without_version(id.as_str(), shelf.version.as_deref());
                let next = u32::try_from(files.len()).expect("files are counted in u32");
                let file = *files.entry(name).or_insert(next);
                let chunks = self.first[document]..self.first[document + 1];
                chunks.map(move |chunk| Place { chunk, file })
            });
            of_documents.collect()
        };
        let versions: Vec<_> = family.iter().map(&mut places).collect();
        for pair in versions.windows(2) {
            align::align(&pair[0], &pair[1], sketches, &mut self.newer);
        }
    }

    /// Of chunks of one product that are the same to the last word, title and headings included,
    /// the newest stands for all, also where their manuals are not the same.
    fn join_copies(&mut self, products: &[u32], ages: &[u32], sketches: &[ChunkSketch]) {
        let mut copies: Vec<(u32, u64, u32, ChunkIdx)> = Vec::new();
        for (document, (&product, &age)) in products.iter().zip(ages).enumerate() {
            for chunk in self.first[document]..self.first[document + 1] {
                copies.push((product, sketches[chunk as usize].input, age, chunk));
            }
        }
        // Within a product: by text, the newest first, then in order of ids.
        copies.sort_unstable();
        for same in copies.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (_, _, newest, head) = same[0];
            for &(_, _, age, chunk) in &same[1..] {
                // Two chunks of one version stay two: their places in the manual differ.
                if age != newest && self.newer[chunk as usize] == NONE {
                    self.newer[chunk as usize] = head;
                }
            }
        }
    }

    /// Fills in who is whose counterpart.
    fn turn_round(&mut self) {
        let n_chunks = self.newer.len();
        let mut start = vec![0_u32; n_chunks + 1];
        for &newer in self.newer.iter().filter(|&&newer| newer != NONE) {
            start[newer as usize + 1] += 1;
        }
        for chunk in 0..n_chunks {
            start[chunk + 1] += start[chunk];
        }
        let mut next = start.clone();
        self.older = vec![NONE; start[n_chunks] as usize];
        for (chunk, &newer) in (0..).zip(&self.newer) {
            if newer != NONE {
                let at = &mut next[newer as usize];
                self.older[*at as usize] = chunk;
                *at += 1;
            }
        }
        self.older_start = start;
    }

    /// Whether any passage has versions.
    pub(crate) fn has_any(&self) -> bool {
        !self.newer.is_empty()
    }

    /// Most versions that any manual of the library has.
    pub(crate) fn n_versions(&self) -> usize {
        self.n_versions
    }

    fn number(&self, id: &ChunkId) -> Option<ChunkIdx> {
        let document = *self.documents.get(&id.document())? as usize;
        let number = self.first[document].checked_add(id.ordinal())?;
        (number < self.first[document + 1]).then_some(number)
    }

    fn document_of(&self, chunk: ChunkIdx) -> usize {
        // Documents without chunks share their first chunk with the next; the last of them owns it.
        self.first.partition_point(|&first| first <= chunk) - 1
    }

    fn id(&self, chunk: ChunkIdx, documents: &[DocumentRecord]) -> ChunkId {
        let document = self.document_of(chunk);
        ChunkId::new(&documents[document].id, chunk - self.first[document])
    }

    fn newer(&self, chunk: ChunkIdx) -> Option<ChunkIdx> {
        let newer = self.newer.get(chunk as usize).copied();
        newer.filter(|&newer| newer != NONE)
    }

    /// The chunk and its counterparts in ever newer versions.
    fn line(&self, chunk: ChunkIdx) -> impl Iterator<Item = ChunkIdx> + '_ {
        std::iter::successors(Some(chunk), |&chunk| self.newer(chunk))
    }

    fn older(&self, chunk: ChunkIdx) -> &[ChunkIdx] {
        let chunk = chunk as usize;
        match self
            .older_start
            .get(chunk)
            .zip(self.older_start.get(chunk + 1))
        {
            Some((&start, &end)) => &self.older[start as usize..end as usize],
            None => &[],
        }
    }

    /// Where else the passage stands. `documents` are those of the generation.
    pub(crate) fn elsewhere(&self, id: &ChunkId, documents: &[DocumentRecord]) -> Elsewhere {
        let Some(chunk) = self.number(id) else {
            return Elsewhere::default();
        };
        let newest = self.line(chunk).last().unwrap_or(chunk);
        let own = self.document_of(chunk);
        let mut found: Vec<(Version, bool)> = Vec::new();
        let mut rest = vec![newest];
        while let Some(other) = rest.pop() {
            rest.extend_from_slice(self.older(other));
            let document = self.document_of(other);
            let shelf = &documents[document].shelf;
            if shelf.version == documents[own].shelf.version {
                continue;
            }
            if let Some(version) = shelf.ordered_version() {
                let is_same = self.text[other as usize] == self.text[chunk as usize];
                found.push((version, is_same));
            }
        }
        // The newest first; a version that has the same text and another one has the same text.
        found.sort_by(|a, b| b.cmp(a));
        found.dedup_by(|next, kept| next.0 == kept.0);
        let names = |wanted: bool| {
            let versions = found.iter().filter(move |(_, is_same)| *is_same == wanted);
            versions
                .map(|(version, _)| version.as_str().to_owned())
                .collect()
        };
        Elsewhere {
            also_in: names(true),
            changed_in: names(false),
            newest: (newest != chunk).then(|| NewestVersion {
                version: documents[self.document_of(newest)]
                    .shelf
                    .version
                    .clone()
                    .unwrap_or_default(),
                chunk_id: self.id(newest, documents),
            }),
        }
    }
}
