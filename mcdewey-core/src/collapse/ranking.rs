//! A ranking of chunks in, a ranking of passages out, and the version that stands for each.

use std::collections::HashMap;

use super::{ChunkIdx, Editions};
use crate::engine::{DocumentRecord, Filter, Ranking, Scored, WordSet};
use crate::shelf::ChunkId;

/// A newer version stands for an older one if it has every word of the query that the older one
/// has. Where a ranking does not say, it must be worth this much of the older one: a word that is
/// gone costs more than that.
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
    members: HashMap<ChunkIdx, Vec<Member>>,
    of_document: HashMap<usize, OfDocument>,
}

/// What a leg found of a document.
#[derive(Debug)]
struct OfDocument {
    /// The best score.
    score: f32,
    /// The words of all its passages that were found.
    words: WordSet,
}

/// A chunk that a leg found.
#[derive(Debug, Clone, Copy)]
struct Member {
    chunk: ChunkIdx,
    score: f32,
    words: WordSet,
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
        if filter.admits_all() {
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
        for scored in ranking {
            let Scored {
                id,
                score,
                words,
                in_a_row,
            } = scored;
            let Some(chunk) = self.editions.number(&id) else {
                continue;
            };
            let member = Member {
                chunk,
                score,
                words,
            };
            let document = self.editions.document_of(chunk);
            let of_document = collapsed.of_document.entry(document);
            // The best of a document comes first.
            let of_document = of_document.or_insert(OfDocument {
                score,
                words: WordSet::default(),
            });
            of_document.words.add(words);
            let newest = self.newest(chunk);
            let members = collapsed.members.entry(newest).or_default();
            if members.is_empty() {
                let id = match newest {
                    _ if newest == chunk => id,
                    _ => self.editions.id(newest, self.documents),
                };
                let scored = Scored::new(id, score).with_in_a_row(in_a_row);
                collapsed.ranking.push(scored);
            }
            members.push(member);
        }
        // Equal scores stand in order of ids, which are others now.
        collapsed.ranking.sort_by(Scored::rank_order);
        collapsed
    }

    /// The version of the passage `newest` that is shown: that one, if its document still answers
    /// the query as well as the best version does, with this passage or with others that are then
    /// hits too. Otherwise the newest version that answers it as well. Words decide, if any version
    /// was found by them.
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
        let by_words = lexical.leg(root, document, |best| best * ENOUGH_LEXICAL);
        let by_meaning = || vector.leg(root, document, |best| best - ENOUGH_COSINE);
        let Some(found) = by_words.or_else(by_meaning) else {
            return newest.clone();
        };
        // Of other chunks than those found nobody knows whether they meet the condition.
        let is_conditional = self.admitted.filter.condition().is_some();
        if found.document_answers && !is_conditional {
            return newest.clone();
        }
        let mut best: Option<(usize, ChunkIdx)> = None;
        for chunk in found.enough {
            let others = if is_conditional {
                vec![chunk]
            } else {
                self.same_text(chunk)
            };
            for other in others {
                let line = editions.line(other);
                let steps = line.take_while(|&newer| newer != root).count();
                if best.is_none_or(|best| (steps, other) < best) {
                    best = Some((steps, other));
                }
            }
        }
        editions.id(best.map_or(root, |(_, chunk)| chunk), self.documents)
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
struct FoundByLeg {
    /// Versions of it that are good enough to stand for the best of them.
    enough: Vec<ChunkIdx>,
    /// Whether what was found of the newest version's document is good enough.
    document_answers: bool,
}

impl Collapsed {
    /// What the leg found of the passage whose newest version is `root`, a chunk of `document`;
    /// `least` says what of the best score is enough.
    fn leg(
        &self,
        root: ChunkIdx,
        document: usize,
        least: impl Fn(f32) -> f32,
    ) -> Option<FoundByLeg> {
        let members = self.members.get(&root)?;
        let best = members.first()?;
        let is_enough = |score: f32, words: WordSet| {
            if best.words.is_empty() {
                score >= least(best.score)
            } else {
                words.covers(best.words)
            }
        };
        let enough = members
            .iter()
            .filter(|member| is_enough(member.score, member.words));
        let of_document = self.of_document.get(&document);
        Some(FoundByLeg {
            enough: enough.map(|member| member.chunk).collect(),
            document_answers: of_document.is_some_and(|found| is_enough(found.score, found.words)),
        })
    }
}
