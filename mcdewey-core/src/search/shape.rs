//! What a ranking looks like: neighbours in one hit, quotas, hits unlike each other.

use std::collections::HashMap;

use super::{Fused, Neighbours, SearchRequest};
use crate::Result;
use crate::engine::{Facet, Snapshot};
use crate::shelf::{ChunkId, DocumentId};

/// Of how many of the first hits neighbours are merged: what stands far behind is no part of the
/// answer. Chosen by hand.
const MERGED_DEPTH: usize = 30;
/// Most passages of one hit: more than that is a chapter.
const MAX_MERGED: usize = 3;
/// Of how many of the first hits are made unlike each other.
const DIVERSE_DEPTH: usize = 100;

/// The ranking with the passages that follow each other in one section as one hit, which stands
/// where the best of them stood.
pub(super) fn merged(
    ranking: Vec<Fused>,
    neighbours: Neighbours,
    snapshot: &dyn Snapshot,
) -> Result<Vec<Fused>> {
    if neighbours == Neighbours::Apart {
        return Ok(ranking);
    }
    let mut sections = Sections {
        snapshot,
        known: HashMap::new(),
    };
    let mut merged: Vec<Fused> = Vec::with_capacity(ranking.len());
    for (place, fused) in ranking.into_iter().enumerate() {
        let host = if place < MERGED_DEPTH {
            sections.host(&merged, &fused.id)?
        } else {
            None
        };
        match host {
            Some(host) => merged[host].neighbours.push(fused.id),
            None => merged.push(fused),
        }
    }
    Ok(merged)
}

/// The headings of chunks, read where two chunks follow each other.
struct Sections<'a> {
    snapshot: &'a dyn Snapshot,
    known: HashMap<ChunkId, Option<Vec<String>>>,
}

impl Sections<'_> {
    /// The hit to which a chunk belongs.
    fn host(&mut self, hits: &[Fused], id: &ChunkId) -> Result<Option<usize>> {
        for (place, hit) in hits.iter().enumerate() {
            let mut parts = std::iter::once(&hit.id).chain(&hit.neighbours);
            let is_next = parts.any(|part| follow(part, id));
            let is_full = hit.neighbours.len() + 1 >= MAX_MERGED;
            if is_next && !is_full && self.section(&hit.id)? == self.section(id)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    fn section(&mut self, id: &ChunkId) -> Result<Option<Vec<String>>> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.clone());
        }
        let chunk = self.snapshot.chunks(std::slice::from_ref(id))?.pop();
        let section = chunk.flatten().map(|chunk| chunk.heading_path);
        self.known.insert(id.clone(), section.clone());
        Ok(section)
    }
}

/// Whether two chunks follow each other.
fn follow(one: &ChunkId, other: &ChunkId) -> bool {
    one.ordinal().abs_diff(other.ordinal()) == 1 && one.document() == other.document()
}

/// Counts how many hits of a document and of a product there were.
pub(super) struct Quotas<'a> {
    snapshot: &'a dyn Snapshot,
    per_document: Option<usize>,
    per_product: Option<usize>,
    documents: HashMap<DocumentId, usize>,
    /// By vendor and product.
    products: HashMap<[Option<String>; 2], usize>,
}

impl<'a> Quotas<'a> {
    pub(super) fn new(request: &SearchRequest, snapshot: &'a dyn Snapshot) -> Self {
        Self {
            snapshot,
            per_document: request.per_document,
            per_product: request.per_product,
            documents: HashMap::new(),
            products: HashMap::new(),
        }
    }

    /// Whether there is room for the hit, which is then counted.
    pub(super) fn admits(&mut self, fused: &Fused) -> bool {
        if self.per_document.is_none() && self.per_product.is_none() {
            return true;
        }
        let id = fused.id.document();
        let product = self.snapshot.document(&id).map_or([None, None], |record| {
            [Facet::Vendor, Facet::Product].map(|facet| facet.of(record).map(str::to_owned))
        });
        let in_document = self.documents.entry(id).or_default();
        let in_product = self.products.entry(product).or_default();
        let is_full = |count: &usize, most: Option<usize>| most.is_some_and(|most| *count >= most);
        if is_full(in_document, self.per_document) || is_full(in_product, self.per_product) {
            return false;
        }
        *in_document += 1;
        *in_product += 1;
        true
    }
}

/// The ranking with the first of it in the order of maximal marginal relevance: each next hit is
/// the one with the greatest `(1 - diversity) * score - diversity * likeness`, the score as its
/// share of the range of all, the likeness as the greatest cosine to a hit before it.
pub(super) fn diverse(
    mut ranking: Vec<Fused>,
    diversity: f32,
    snapshot: &dyn Snapshot,
) -> Result<Vec<Fused>> {
    if diversity <= 0.0 || ranking.len() < 3 {
        return Ok(ranking);
    }
    let rest = ranking.split_off(ranking.len().min(DIVERSE_DEPTH));
    let ids: Vec<ChunkId> = ranking.iter().map(|fused| fused.id.clone()).collect();
    let vectors = snapshot.vectors(&ids)?;
    let (most, least) = (ranking[0].score, ranking[ranking.len() - 1].score);
    let range = (most - least).max(f32::MIN_POSITIVE);
    let mut waiting: Vec<(Fused, Option<Vec<f32>>, f32)> = ranking
        .into_iter()
        .zip(vectors)
        .map(|(fused, vector)| (fused, vector, 0.0))
        .collect();
    let mut ordered = Vec::with_capacity(waiting.len() + rest.len());
    while !waiting.is_empty() {
        let worth = |(fused, _, likeness): &(Fused, _, f32)| {
            (1.0 - diversity) * (fused.score - least) / range - diversity * likeness
        };
        // Among equals the one that stood first.
        let mut best = 0;
        for place in 1..waiting.len() {
            if worth(&waiting[place])
                .total_cmp(&worth(&waiting[best]))
                .is_gt()
            {
                best = place;
            }
        }
        let (chosen, vector, _) = waiting.remove(best);
        if let Some(vector) = vector {
            for (_, other, likeness) in &mut waiting {
                let cosine = other.as_ref().map_or(0.0, |other| cosine(&vector, other));
                *likeness = likeness.max(cosine);
            }
        }
        ordered.push(chosen);
    }
    ordered.extend(rest);
    Ok(ordered)
}

/// The cosine of two vectors of unit length.
pub(super) fn cosine(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}
