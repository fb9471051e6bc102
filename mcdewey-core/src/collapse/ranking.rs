//! A ranking of chunks in, a ranking of passages out, and the version that stands for each.

use std::collections::HashMap;

use super::{ChunkIdx, Editions};
use crate::engine::{DocumentRecord, Filter, Ranking, Scored};
use crate::shelf::ChunkId;

/// A newer version stands for an older one if its words are worth this much of the older one's:
/// a word of the query that the newer text has no more costs more than that.
const ENOUGH_LEXICAL: f32 = 0.9;
/// And if its cosine is at most this much lower. Versions of one passage differ by some
/// hundredths; chosen by hand.
const ENOUGH_COSINE: f32 = 0.1;

/// A leg's ranking with one entry for all versions of a passage, named by the newest of them that
/// may be shown, with the score of the best.
#[derive(Debug, Default)]
pub(crate) struct Collapsed {
    pub(crate) ranking: Ranking,
    /// What the leg found of each passage that has versions, by its newest chunk.
    members: HashMap<ChunkIdx, Vec<(ChunkIdx, f32)>>,
    /// The best score of each document that has any.
    of_document: HashMap<usize, f32>,
}

/// Picks the version of a passage that is shown.
#[derive(Debug)]
pub(crate) struct Representative<'a> {
    editions: &'a Editions,
    documents: &'a [DocumentRecord],
    admitted: Admitted<'a>,
}

/// Whether chunks may be shown; asked once for each document.
#[derive(Debug)]
struct Admitted<'a> {
    filter: &'a Filter,
    documents: &'a [DocumentRecord],
    known: HashMap<usize, bool>,
}

impl Admitted<'_> {
    fn admits(&mut self, document: usize) -> bool {
        let (filter, documents) = (self.filter, self.documents);
        if filter.is_empty() {
            return true;
        }
        let known = self.known.entry(document);
        *known.or_insert_with(|| filter.admits(&documents[document]))
    }
}

impl<'a> Representative<'a> {
    pub(crate) fn new(
        editions: &'a Editions,
        documents: &'a [DocumentRecord],
        filter: &'a Filter,
    ) -> Self {
        Self {
            editions,
            documents,
            admitted: Admitted {
                filter,
                documents,
                known: HashMap::new(),
            },
        }
    }

    /// The newest version of the chunk that may be shown.
    fn newest(&mut self, chunk: ChunkIdx) -> ChunkIdx {
        let editions = self.editions;
        let line = editions
            .line(chunk)
            .filter(|&newer| newer == chunk || self.admitted.admits(editions.document_of(newer)));
        line.last().unwrap_or(chunk)
    }

    /// One entry for all versions of a passage, where the best of them stands.
    pub(crate) fn collapse(&mut self, ranking: Ranking) -> Collapsed {
        if self.editions.newer.is_empty() {
            return Collapsed {
                ranking,
                ..Collapsed::default()
            };
        }
        let mut collapsed = Collapsed::default();
        for Scored { id, score, .. } in ranking {
            let Some(chunk) = self.editions.number(&id) else {
                continue;
            };
            // The best of a document comes first.
            let document = self.editions.document_of(chunk);
            collapsed.of_document.entry(document).or_insert(score);
            let newest = self.newest(chunk);
            let members = collapsed.members.entry(newest).or_default();
            if members.is_empty() {
                let id = match newest {
                    _ if newest == chunk => id,
                    _ => self.editions.id(newest, self.documents),
                };
                collapsed.ranking.push(Scored::new(id, score));
            }
            members.push((chunk, score));
        }
        // Equal scores stand in order of ids, which are others now.
        collapsed.ranking.sort_by(Scored::rank_order);
        collapsed
    }

    /// The version of the passage `newest` that is shown: that one, if its document still answers
    /// the query about as well as the best version does, with this passage or with another that is
    /// then a hit too. Otherwise the newest version that answers it as well.
    pub(crate) fn of(
        &mut self,
        newest: &ChunkId,
        lexical: &Collapsed,
        vector: &Collapsed,
    ) -> ChunkId {
        let editions = self.editions;
        let Some(root) = editions.number(newest) else {
            return newest.clone();
        };
        let document = editions.document_of(root);
        let legs = [
            lexical.leg(root, document, |best| best * ENOUGH_LEXICAL),
            vector.leg(root, document, |best| best - ENOUGH_COSINE),
        ];
        let found: Vec<&FoundByLeg<'_>> = legs.iter().flatten().collect();
        if found.iter().all(|leg| leg.document_answers) {
            return newest.clone();
        }
        let text = |chunk: ChunkIdx| editions.text[chunk as usize];
        let answers = |chunk: ChunkIdx| {
            found.iter().all(|leg| {
                let mut enough = leg.enough();
                enough.any(|other| text(other) == text(chunk))
            })
        };
        let members = found
            .iter()
            .flat_map(|leg| leg.members)
            .map(|&(chunk, _)| chunk);
        let mut best: Option<(usize, ChunkIdx)> = None;
        for chunk in members.filter(|&chunk| answers(chunk)) {
            for other in self.same_text(chunk) {
                let line = editions.line(other);
                let steps = line.take_while(|&newer| newer != root).count();
                if best.is_none_or(|best| (steps, other) < best) {
                    best = Some((steps, other));
                }
            }
        }
        // No version is good enough for both legs: the best by its words.
        let shown = best.map(|(_, chunk)| chunk).or_else(|| {
            let members = found.first()?.members;
            members.first().map(|&(chunk, _)| chunk)
        });
        editions.id(shown.unwrap_or(root), self.documents)
    }

    /// The chunk, and newer versions of it that may be shown and have the same text.
    fn same_text(&mut self, chunk: ChunkIdx) -> Vec<ChunkIdx> {
        let editions = self.editions;
        let text = &editions.text;
        let line = editions.line(chunk).filter(|&newer| {
            let is_same = text[newer as usize] == text[chunk as usize];
            newer == chunk || (is_same && self.admitted.admits(editions.document_of(newer)))
        });
        line.collect()
    }
}

/// What a leg found of a passage.
#[derive(Debug)]
struct FoundByLeg<'a> {
    /// Versions of the passage, the best first.
    members: &'a [(ChunkIdx, f32)],
    /// What is enough to stand for the best of them.
    least: f32,
    /// Whether some passage of the newest version's document is good enough.
    document_answers: bool,
}

impl FoundByLeg<'_> {
    /// The members that are good enough.
    fn enough(&self) -> impl Iterator<Item = ChunkIdx> + '_ {
        let members = self.members.iter();
        members
            .filter(|(_, score)| *score >= self.least)
            .map(|&(chunk, _)| chunk)
    }
}

impl Collapsed {
    /// What the leg found of the passage whose newest version is `root`, a chunk of `document`;
    /// `least` says what of the best score is enough.
    fn leg(
        &self,
        root: ChunkIdx,
        document: usize,
        least: impl Fn(f32) -> f32,
    ) -> Option<FoundByLeg<'_>> {
        let members = self.members.get(&root)?;
        let least = least(members.first()?.1);
        let of_document = self.of_document.get(&document);
        Some(FoundByLeg {
            members,
            least,
            document_answers: of_document.is_some_and(|&score| score >= least),
        })
    }
}
