//! The chunks of two versions of a manual in, pairs of passages out.
//!
//! ```text
//! 1. the same text under the same heading of the same file, the first with the first and so on
//! 2. the same text elsewhere, if either version has it once
//! 3. the most alike under the same heading of the same file
//! 4. the most alike under the same heading of another file
//! 5. what stands at the same place under the same heading, if it is alike at all
//! 6. the most alike near the same place, under another heading
//! ```

use std::collections::HashMap;

use super::ChunkIdx;
use crate::engine::{ChunkSketch, Sketch};

/// Chunks under the same heading of a file are one passage from this resemblance on.
///
/// An inserted paragraph moves the places where a section is cut, so that chunks share a part of
/// their text only: half of it, where a third of the pairs are common. See ARCHITECTURE.md, "One
/// hit for all versions", for what it was measured on.
const UNDER_SAME_HEADING: f32 = 0.2;
/// Chunks under the same heading of two files are one passage from this resemblance on: the file
/// was renamed, or the section moved.
const IN_OTHER_FILE: f32 = 0.4;
/// Other chunks are one passage from this resemblance on: the heading was renamed.
const UNDER_OTHER_HEADING: f32 = 0.6;
/// What stands at the same place under the same heading is the same passage from this resemblance
/// on. Where a section is cut otherwise, a chunk has a sixth of its pairs in common with each of
/// two others; chunks that have nothing to do with each other have a thirtieth.
const IN_PLACE: f32 = 0.14;
/// How far around its place a counterpart is looked for where many chunks come into question.
const WINDOW: usize = 32;
/// How far around its place a passage is looked for that has changed much or is under another
/// heading.
const NEIGHBOURS: usize = 3;

/// A chunk and its file, a number that is the same in all versions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) chunk: ChunkIdx,
    pub(super) file: u32,
}

/// Which chunks of the newer version come into question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Among {
    All,
    /// Those that are nobody's counterpart: what moved is in one place.
    Free,
}

/// Sets `newer` of chunks of `old` to their counterparts in `new`. Both are in reading order.
pub(super) fn align(
    old: &[Place],
    new: &[Place],
    sketches: &[ChunkSketch],
    newer: &mut [ChunkIdx],
) {
    let mut pairs = Pairs {
        old,
        new,
        sketches,
        counterpart: vec![None; old.len()],
        is_taken: vec![false; new.len()],
    };
    pairs.same_text_under_same_heading();
    pairs.same_text_elsewhere();
    let by_file = |place: &Place, sketch: &Sketch| (place.file, sketch.heading);
    pairs.alike(by_file, UNDER_SAME_HEADING, Among::All);
    let by_heading = |_: &Place, sketch: &Sketch| (0, sketch.heading);
    pairs.alike(by_heading, IN_OTHER_FILE, Among::Free);
    pairs.alike_in_place(IN_PLACE, |pairs, old, new| {
        pairs.old[old].file == pairs.new[new].file
            && pairs.old_sketch(old).heading == pairs.new_sketch(new).heading
    });
    // What is the counterpart of another was not renamed.
    pairs.alike_in_place(UNDER_OTHER_HEADING, |pairs, _, new| !pairs.is_taken[new]);
    for (place, counterpart) in old.iter().zip(pairs.counterpart) {
        if let Some(position) = counterpart {
            newer[place.chunk as usize] = new[position].chunk;
        }
    }
}

/// Positions below are of `old` and `new`.
struct Pairs<'a> {
    old: &'a [Place],
    new: &'a [Place],
    sketches: &'a [ChunkSketch],
    counterpart: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

impl Pairs<'_> {
    fn old_sketch(&self, position: usize) -> &Sketch {
        &self.sketches[self.old[position].chunk as usize].sketch
    }

    fn new_sketch(&self, position: usize) -> &Sketch {
        &self.sketches[self.new[position].chunk as usize].sketch
    }

    fn pair(&mut self, old: usize, new: usize) {
        self.counterpart[old] = Some(new);
        self.is_taken[new] = true;
    }

    fn unpaired(&self) -> Vec<usize> {
        let positions = 0..self.old.len();
        positions
            .filter(|&position| self.counterpart[position].is_none())
            .collect()
    }

    fn same_text_under_same_heading(&mut self) {
        let key = |place: &Place, sketch: &Sketch| (place.file, sketch.heading, sketch.text);
        let mut places: HashMap<(u32, u64, u64), Vec<usize>> = HashMap::new();
        for position in (0..self.new.len()).rev() {
            let key = key(&self.new[position], self.new_sketch(position));
            places.entry(key).or_default().push(position);
        }
        for position in 0..self.old.len() {
            let place = places.get_mut(&key(&self.old[position], self.old_sketch(position)));
            if let Some(new) = place.and_then(Vec::pop) {
                self.pair(position, new);
            }
        }
    }

    fn same_text_elsewhere(&mut self) {
        let mut places: HashMap<u64, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for position in self.unpaired() {
            places
                .entry(self.old_sketch(position).text)
                .or_default()
                .0
                .push(position);
        }
        for position in (0..self.new.len()).filter(|&position| !self.is_taken[position]) {
            if let Some((_, new)) = places.get_mut(&self.new_sketch(position).text) {
                new.push(position);
            }
        }
        // What either has several times, such as "None.", says nothing of where it came from.
        for (old, new) in places.into_values() {
            if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
                self.pair(*old, *new);
            }
        }
    }

    /// Of the chunks that have the same key, the most alike.
    fn alike(&mut self, key: impl Fn(&Place, &Sketch) -> (u32, u64), at_least: f32, among: Among) {
        let mut with: HashMap<(u32, u64), Vec<usize>> = HashMap::new();
        for position in 0..self.new.len() {
            if among == Among::All || !self.is_taken[position] {
                let key = key(&self.new[position], self.new_sketch(position));
                with.entry(key).or_default().push(position);
            }
        }
        for position in self.unpaired() {
            let key = key(&self.old[position], self.old_sketch(position));
            if let Some(places) = with.get(&key) {
                let places = self.around(position, places);
                self.pair_most_alike(position, places, at_least);
            }
        }
    }

    /// Near where a chunk would stand now, the most alike of those that come into question.
    fn alike_in_place(&mut self, at_least: f32, fits: impl Fn(&Self, usize, usize) -> bool) {
        for position in self.unpaired() {
            let place = self.place(position);
            let end = self.new.len().min(place + NEIGHBOURS + 1);
            let window = place.saturating_sub(NEIGHBOURS)..end;
            let places: Vec<usize> = window.filter(|&new| fits(self, position, new)).collect();
            self.pair_most_alike(position, &places, at_least);
        }
    }

    /// The part of `places` around where the chunk would stand now; all of them, if there are few.
    fn around<'p>(&self, position: usize, places: &'p [usize]) -> &'p [usize] {
        if places.len() <= 2 * WINDOW {
            return places;
        }
        let at = places.partition_point(|&place| place < self.place(position));
        &places[at.saturating_sub(WINDOW)..places.len().min(at + WINDOW)]
    }

    /// Where the chunk would stand now: behind the counterpart of the last one before it that has
    /// one, as far as it stood behind that.
    fn place(&self, position: usize) -> usize {
        let before = (0..position).rev().take(WINDOW).find_map(|before| {
            let counterpart = self.counterpart[before]?;
            Some(counterpart + position - before)
        });
        let place = before.unwrap_or_else(|| position * self.new.len() / self.old.len());
        place.min(self.new.len().saturating_sub(1))
    }

    /// Of chunks that are equally alike, one that is no counterpart yet comes first.
    fn pair_most_alike(&mut self, position: usize, places: &[usize], at_least: f32) {
        let place = self.place(position);
        let best = places
            .iter()
            .map(|&new| {
                (
                    self.old_sketch(position).resemblance(self.new_sketch(new)),
                    new,
                )
            })
            .filter(|&(resemblance, _)| resemblance >= at_least)
            .max_by(|a, b| {
                let by_resemblance = a.0.total_cmp(&b.0);
                let by_taken = || self.is_taken[b.1].cmp(&self.is_taken[a.1]);
                let by_distance = || b.1.abs_diff(place).cmp(&a.1.abs_diff(place));
                by_resemblance
                    .then_with(by_taken)
                    .then_with(by_distance)
                    .then(b.1.cmp(&a.1))
            });
        if let Some((_, new)) = best {
            self.pair(position, new);
        }
    }
}
