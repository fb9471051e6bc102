//! The sections of two versions in, which section of one is which of the other out.
//!
//! ```text
//!          old                                     new
//!  Guide > Ports   "Open 5060 ..."  ---- 1 ---- Guide > Ports     "Open 5061 ..."
//!  Guide > Logs    "Rotate ..."     ---- 2 ---- Admin > Logs      "Rotate ..."
//!  Guide > Keys    "A key is ..."   ---- 3 ---- Guide > Secrets   "A key was ..."
//!  Guide > Limits  "At most 10."    ---- 4 ---- Guide > Limits    "There is none any more."
//!  Guide > Fax     "Send ..."       removed
//!                                   added       Guide > Video     "Stream ..."
//! ```
//!
//! 1. At the same place: under the same headings of the same file, with the same text, or with a
//!    similar one.
//! 2. The same text elsewhere, where it stands once on both sides: it was moved.
//! 3. A similar text elsewhere, the most alike first: it was renamed, moved, or both.
//! 4. What is left at the same place, whatever it says: it was written anew.
//!
//! Each section has at most one counterpart. Among equals the order in the manual decides. Nothing
//! depends on which side is called old, so exchanged sides give the same pairs.

mod likeness;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

pub(super) use self::likeness::{Likeness, likeness, pairs_with_rare_shingles, shingles};

// The numbers below are for resemblances seen in Docker 20.10.24 and 26.1.5, Varnish 6.5.1 and
// 7.7.0, Open vSwitch 3.1.0 and 3.5.0, Erlang/OTP 23 and 25, PostgreSQL 13, 15 and 17, and Longhorn
// 1.6.1 and 1.12.2. Strangers that share a rare shingle resemble each other by 0.06 at most, and
// nearly always by 0.02. With these numbers 513 of 515 sections of Docker's reference, 244 of 246 of
// the user's guide of Varnish and all 80 of Erlang's SSL manual find the counterpart that reading
// them gives: `tests/measured.rs`.

/// Least resemblance of two texts at the same place for them to be called similar; below it the
/// same or a similar text elsewhere is looked for first. Chosen by hand: what is left is joined in
/// the last step anyway.
const SIMILAR_AT_PLACE: f32 = 0.25;

/// Least resemblance of texts under the same heading, but elsewhere. Chosen by hand, as
/// [`SIMILAR_BESIDE`]: the same heading says as much as the same headings above.
const SIMILAR_UNDER_HEADING: f32 = 0.25;

/// Least resemblance of texts under different headings next to each other, that is, with the same
/// headings above them. A section of Erlang's that was split resembles its parts by 0.26 and 0.19,
/// and is none of them.
const SIMILAR_BESIDE: f32 = 0.3;

/// As [`SIMILAR_BESIDE`], where also the headings share words. Of those that were found to be the
/// same by reading, `--privileged` has 0.26, `listen_address` 0.14 and "Volume (Kubernetes concept)"
/// 0.07.
const SIMILAR_BESIDE_UNDER_ALIKE: f32 = 0.05;

/// Words that two headings must share for them to be alike, by those of the shorter one. Chosen by
/// hand: `--data-path-addr` became "Specify interface for data traffic (--data-path-addr)".
const ALIKE_HEADINGS: f32 = 0.5;

/// Least resemblance of texts under different headings elsewhere. Chosen by hand: more than beside,
/// because there is more to be taken for it.
const SIMILAR_ANYWHERE: f32 = 0.4;

/// Least resemblance of a text elsewhere while there is one at the same place that has no
/// counterpart either: that one it is, unless this one is much the same. Without it "See also" of
/// one page of Varnish went to a new page that has nearly the same links.
const SIMILAR_DESPITE_PLACE: f32 = 0.6;

/// A part of a text is as good as the whole from this containment on: sections are split and
/// joined. Chosen by hand: three quarters of the smaller text.
const PART: f32 = 0.75;

/// Shingles that a part must share. Chosen by hand: two sentences, since a short text is soon a part
/// of another.
const PART_SHINGLES: usize = 20;

/// Fewest words of a text that is recognised by itself. Chosen by hand: shorter ones, such as
/// "None.", stand in many places.
const MOVED_WORDS: usize = 5;

/// Most pairs of sections with the same headings that are compared with each other; beyond, only
/// equal texts and their order count. It bounds the work for a manual whose sections all have one
/// name. Chosen by hand: a hundred times a hundred.
const PAIRS_AT_PLACE: usize = 10_000;

/// What is known of a section.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    /// The number of its file; files that are versions of each other have the same.
    pub(super) file: usize,
    /// Headings without what does not tell them apart.
    pub(super) key: &'a [String],
    /// Its words, numbered alike on both sides.
    pub(super) words: &'a [u32],
    /// The [`shingles()`] of its words.
    pub(super) shingles: &'a [u64],
}

impl<'a> Item<'a> {
    fn own_key(&self) -> Option<&'a String> {
        self.key.last()
    }

    fn place(&self) -> Place<'a> {
        (self.file, self.key)
    }

    fn place_above(&self) -> Place<'a> {
        let above = self.key.split_last().map_or(self.key, |(_, above)| above);
        (self.file, above)
    }
}

/// The pairs of sections that are versions of each other, by position on both sides, ascending.
/// Sections are in reading order.
///
/// # Complexity
/// O(n log n) in the number of words, but for sections with the same headings: see
/// [`PAIRS_AT_PLACE`].
pub(super) fn align(old: &[Item<'_>], new: &[Item<'_>]) -> Vec<(usize, usize)> {
    let mut pairs = Pairs::new(old, new);
    pairs.join_in_order(|item| Some((item.place(), item.words)));
    pairs.join_similar_at_place();
    pairs.join_moved();
    pairs.join_similar();
    pairs.join_in_order(|item| Some(item.place()));
    pairs.join_under_renamed();
    pairs.joined().collect()
}

/// The pairs found so far.
struct Pairs<'a> {
    old: &'a [Item<'a>],
    new: &'a [Item<'a>],
    of_old: Vec<Option<usize>>,
    of_new: Vec<Option<usize>>,
}

/// Two sections that could be a pair.
struct Candidate {
    old: usize,
    new: usize,
    score: f32,
}

impl<'a> Pairs<'a> {
    fn new(old: &'a [Item<'a>], new: &'a [Item<'a>]) -> Self {
        Self {
            old,
            new,
            of_old: vec![None; old.len()],
            of_new: vec![None; new.len()],
        }
    }

    fn join(&mut self, old: usize, new: usize) {
        if self.of_old[old].is_none() && self.of_new[new].is_none() {
            self.of_old[old] = Some(new);
            self.of_new[new] = Some(old);
        }
    }

    /// What of either side has no counterpart yet.
    fn free(&self) -> [Vec<usize>; 2] {
        let free = |partners: &[Option<usize>]| {
            let free = partners.iter().enumerate();
            let free = free.filter(|(_, partner)| partner.is_none());
            free.map(|(index, _)| index).collect()
        };
        [free(&self.of_old), free(&self.of_new)]
    }

    /// What is free on both sides under the same key, in order of the manual. The key is also told
    /// the side: 0 for old, 1 for new.
    fn groups_by<K: Hash + Eq>(
        &self,
        key: impl Fn(usize, &'a Item<'a>) -> Option<K>,
    ) -> Vec<[Vec<usize>; 2]> {
        let mut groups: HashMap<K, [Vec<usize>; 2]> = HashMap::new();
        let sides = [self.old, self.new].into_iter().zip(self.free());
        for (side, (items, free)) in sides.enumerate() {
            for index in free {
                if let Some(key) = key(side, &items[index]) {
                    groups.entry(key).or_default()[side].push(index);
                }
            }
        }
        let groups = groups.into_values();
        let mut groups: Vec<_> = groups
            .filter(|[old, new]| !old.is_empty() && !new.is_empty())
            .collect();
        groups.sort_unstable();
        groups
    }

    /// Joins what has the same key: the first with the first, the second with the second.
    fn join_in_order<K: Hash + Eq>(&mut self, key: impl Fn(&'a Item<'a>) -> Option<K>) {
        self.join_groups(self.groups_by(|_, item| key(item)));
    }

    fn join_groups(&mut self, groups: Vec<[Vec<usize>; 2]>) {
        for [old, new] in groups {
            for (old, new) in old.into_iter().zip(new) {
                self.join(old, new);
            }
        }
    }

    fn join_similar_at_place(&mut self) {
        let mut candidates = Vec::new();
        for [old, new] in self.groups_by(|_, item| Some(item.place())) {
            if old.len() * new.len() > PAIRS_AT_PLACE {
                continue;
            }
            for &old in &old {
                let pairs = new.iter().map(|&new| (old, new));
                let scored =
                    pairs.map(|(old, new)| (old, new, self.likeness(old, new).resemblance));
                let similar = scored.filter(|&(_, _, score)| score >= SIMILAR_AT_PLACE);
                candidates.extend(similar.map(|(old, new, score)| Candidate { old, new, score }));
            }
        }
        self.join_best(candidates);
    }

    /// Joins the same texts, each where it stands once on both sides.
    fn join_moved(&mut self) {
        let mut times: HashMap<&[u32], [usize; 2]> = HashMap::new();
        for (side, items) in [self.old, self.new].into_iter().enumerate() {
            for item in items {
                times.entry(item.words).or_default()[side] += 1;
            }
        }
        self.join_in_order(|item| {
            let is_distinct = item.words.len() >= MOVED_WORDS && times[item.words] == [1, 1];
            is_distinct.then_some(item.words)
        });
    }

    fn join_similar(&mut self) {
        let [old, new] = self.free();
        let shingles = |items: &[Item<'a>], free: &[usize]| {
            let sets = free.iter().map(|&index| items[index].shingles);
            sets.collect::<Vec<_>>()
        };
        let pairs = pairs_with_rare_shingles(&shingles(self.old, &old), &shingles(self.new, &new));
        let in_place = self.groups_by(|_, item| Some(item.place()));
        let in_place = in_place
            .iter()
            .map(|[old, _]| self.old[old[0]].place())
            .collect();
        let candidates = pairs
            .into_iter()
            .filter_map(|(left, right)| self.candidate(old[left], new[right], &in_place));
        let candidates = candidates.collect();
        self.join_best(candidates);
    }

    /// The pair, if it is similar enough for where its sections stand. `in_place` are the places
    /// that are free on both sides.
    fn candidate(
        &self,
        old: usize,
        new: usize,
        in_place: &HashSet<Place<'a>>,
    ) -> Option<Candidate> {
        let (left, right) = (&self.old[old], &self.new[new]);
        let alike = self.likeness(old, new);
        let has_place = [left, right]
            .iter()
            .any(|item| in_place.contains(&item.place()));
        if has_place && left.place() != right.place() && alike.resemblance < SIMILAR_DESPITE_PLACE {
            return None;
        }
        let same_heading = left.own_key().is_some() && left.own_key() == right.own_key();
        let is_beside = left.place_above() == right.place_above();
        let needed = match (same_heading, is_beside) {
            (true, _) => SIMILAR_UNDER_HEADING,
            (false, true) if have_alike_headings(left, right) => SIMILAR_BESIDE_UNDER_ALIKE,
            (false, true) => SIMILAR_BESIDE,
            (false, false) => SIMILAR_ANYWHERE,
        };
        let is_part = alike.containment >= PART && alike.shared >= PART_SHINGLES;
        (alike.resemblance >= needed || is_part).then(|| Candidate {
            old,
            new,
            // What stands nearer needs less, so that much more counts for it.
            score: alike.resemblance.max(if is_part { needed } else { 0.0 }) - needed,
        })
    }

    fn likeness(&self, old: usize, new: usize) -> Likeness {
        likeness(self.old[old].shingles, self.new[new].shingles)
    }

    /// Joins the best candidates first.
    fn join_best(&mut self, mut candidates: Vec<Candidate>) {
        candidates.sort_by(|a, b| {
            let order = |candidate: &Candidate| {
                let (old, new) = (candidate.old, candidate.new);
                (old + new, old.abs_diff(new), old)
            };
            let by_score = b.score.total_cmp(&a.score);
            by_score.then_with(|| order(a).cmp(&order(b)))
        });
        for candidate in candidates {
            self.join(candidate.old, candidate.new);
        }
    }

    /// Joins what has the same name under headings that were renamed, as other pairs tell, and then
    /// these headings.
    fn join_under_renamed(&mut self) {
        let renamed = self.renamed();
        let number = |place: fn(&(Place<'a>, Place<'a>)) -> Place<'a>| {
            let numbered = renamed.iter().enumerate();
            let numbered = numbered.map(|(number, pair)| (place(pair), number));
            numbered.collect::<HashMap<_, _>>()
        };
        let numbers = [number(|pair| pair.0), number(|pair| pair.1)];
        let key = |side: usize, item: &'a Item<'a>| {
            let above = numbers[side].get(&item.place_above())?;
            Some((*above, item.own_key()?))
        };
        self.join_groups(self.groups_by(key));
        let number = |side: usize, item: &'a Item<'a>| numbers[side].get(&item.place()).copied();
        self.join_groups(self.groups_by(number));
    }

    /// Headings that stand for each other, by what stands under them or by themselves: those with
    /// most witnesses first, each once a side.
    fn renamed(&self) -> Vec<(Place<'a>, Place<'a>)> {
        let mut witnesses: HashMap<(Place<'a>, Place<'a>), (usize, usize)> = HashMap::new();
        for (old, new) in self.joined() {
            let (left, right) = (&self.old[old], &self.new[new]);
            let mut add = |places| {
                let (count, first) = witnesses.entry(places).or_insert((0, old + new));
                *count += 1;
                *first = (*first).min(old + new);
            };
            if left.own_key() == right.own_key() {
                add((left.place_above(), right.place_above()));
            }
            add((left.place(), right.place()));
        }
        let mut witnesses: Vec<_> = witnesses.into_iter().collect();
        witnesses.retain(|((old, new), _)| old != new);
        witnesses.sort_by_key(|&(places, (count, first))| (Reverse(count), first, places));
        one_to_one(witnesses.into_iter().map(|(places, _)| places))
    }

    fn joined(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let partners = self.of_old.iter().enumerate();
        partners.filter_map(|(old, new)| Some((old, (*new)?)))
    }
}

/// Whether the headings of two sections share many of their words.
fn have_alike_headings(left: &Item<'_>, right: &Item<'_>) -> bool {
    let words = |item: &Item<'_>| -> BTreeSet<String> {
        let key = item.own_key().map_or("", String::as_str);
        key.split(' ')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (left, right) = (words(left), words(right));
    let n_shared = left.intersection(&right).count();
    let n_least = left.len().min(right.len());
    n_least > 0 && n_shared as f32 >= ALIKE_HEADINGS * n_least as f32
}

/// A file and headings in it.
type Place<'a> = (usize, &'a [String]);

/// The pairs of which neither half was in a pair before.
pub(super) fn one_to_one<T: Copy + Ord>(pairs: impl IntoIterator<Item = (T, T)>) -> Vec<(T, T)> {
    let (mut seen_old, mut seen_new) = (BTreeSet::new(), BTreeSet::new());
    let pairs = pairs.into_iter();
    pairs
        .filter(|(old, new)| {
            let is_free = !seen_old.contains(old) && !seen_new.contains(new);
            is_free && seen_old.insert(*old) && seen_new.insert(*new)
        })
        .collect()
}
