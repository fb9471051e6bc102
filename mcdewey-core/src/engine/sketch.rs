//! What tells the text of a chunk from that of others without reading it.

use crate::analyze;

/// Bits that [`Sketch::resemblance`] compares.
const N_BITS: usize = 512;

/// A fingerprint of a chunk's own text and of the heading it stands under: 80 bytes by which the
/// same passage is known in several versions of its manual.
///
/// # Source
/// One bit of each of 512 minwise hashes over pairs of neighbouring words: Li and König, "b-Bit
/// Minwise Hashing" (WWW 2010).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sketch {
    /// Hash of the words; the same for texts that differ in white space and punctuation only.
    pub text: u64,
    /// Hash of the words of the last heading, without its number; 0 without one.
    pub heading: u64,
    /// One bit of each minwise hash.
    pub shingles: [u64; N_BITS / 64],
}

/// The sketch of a stored chunk, and what the model reads of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChunkSketch {
    /// Its sketch.
    pub sketch: Sketch,
    /// A number that two chunks of a generation share if and only if the model reads the same text
    /// for both: title, headings and passage.
    pub input: u64,
}

impl ChunkSketch {
    /// The sketch of a chunk of which the model reads the text that `input` stands for.
    pub fn new(sketch: Sketch, input: u64) -> Self {
        Self { sketch, input }
    }
}

impl Sketch {
    /// The sketch of `text`, the chunk's own part, below `heading_path`.
    pub fn of(heading_path: &[String], text: &str) -> Self {
        let mut minima = [u32::MAX; N_BITS];
        let mut whole = blake3::Hasher::new();
        let mut before = 0;
        for word in analyze::tokens(text) {
            whole.update(word.exact.as_bytes());
            whole.update(b" ");
            let word = hash(word.exact.as_bytes());
            let pair = mixed(before ^ word.rotate_left(17));
            before = word;
            lower(&mut minima, pair);
        }
        Self {
            text: first_bytes(&whole.finalize()),
            heading: heading_path
                .last()
                .map_or(0, |heading| heading_hash(heading)),
            shingles: bits(&minima),
        }
    }

    /// The share of word pairs that both texts have among those that either has (Jaccard), as the
    /// bits estimate it: 0 to 1, with a standard deviation of 0.045 at most.
    pub fn resemblance(&self, other: &Self) -> f32 {
        let differing: u32 = self
            .shingles
            .iter()
            .zip(&other.shingles)
            .map(|(a, b)| (a ^ b).count_ones())
            .sum();
        // Half of the bits of unlike texts are the same by chance.
        (1.0 - 2.0 * differing as f32 / N_BITS as f32).max(0.0)
    }
}

/// `1.2.4 Peer Authentication` and `1.3.1 Peer authentication` are one heading.
fn heading_hash(heading: &str) -> u64 {
    let is_number = |word: &str| word.chars().all(char::is_numeric);
    let mut whole = blake3::Hasher::new();
    let words = analyze::tokens(heading).skip_while(|word| is_number(&word.exact));
    for word in words {
        whole.update(word.exact.as_bytes());
        whole.update(b" ");
    }
    first_bytes(&whole.finalize())
}

fn first_bytes(hash: &blake3::Hash) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}

/// FNV-1a, mixed; words are short.
fn hash(word: &[u8]) -> u64 {
    let fold = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mixed(word.iter().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// The finaliser of `SplitMix64`.
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Lowers each minimum to its own hash of the shingle: a multiply-add on 32 bits, which compilers
/// turn into vector instructions.
fn lower(minima: &mut [u32; N_BITS], shingle: u64) {
    let high = u32::try_from(shingle >> 32).expect("32 bits are left");
    let low = u32::try_from(shingle & u64::from(u32::MAX)).expect("32 bits are left");
    for (lane, minimum) in (0_u32..).zip(minima.iter_mut()) {
        let factor = lane.wrapping_mul(0x9e37_79b9) | 1;
        *minimum = (*minimum).min(low.wrapping_mul(factor) ^ high.wrapping_add(factor));
    }
}

/// One bit of each minimum.
fn bits(minima: &[u32; N_BITS]) -> [u64; N_BITS / 64] {
    let mut bits = [0; N_BITS / 64];
    for (lane, &minimum) in minima.iter().enumerate() {
        let bit = mixed(u64::from(minimum) << 8 | lane as u64 >> 6) & 1;
        bits[lane / 64] |= bit << (lane % 64);
    }
    bits
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write;

    use super::*;

    fn sketch(text: &str) -> Sketch {
        Sketch::of(&[], text)
    }

    /// `n` words from `first` on.
    fn words(first: usize, n: usize) -> String {
        (first..first + n).fold(String::new(), |mut text, word| {
            write!(text, "word{word} ").expect("a string takes all");
            text
        })
    }

    #[test]
    fn white_space_and_punctuation_change_nothing() {
        assert_eq!(
            sketch("Set the\n  port: 5060."),
            sketch("set the port 5060")
        );
        assert_ne!(sketch("port 5060").text, sketch("port 5061").text);
    }

    #[test]
    fn the_number_of_a_heading_changes_nothing() {
        let below = |heading: &str| Sketch::of(&["Guide".to_owned(), heading.to_owned()], "");
        assert_eq!(below("1.2.4 Peer"), below("1.3 Peer"));
        assert_ne!(below("1.2.4 Peer"), below("1.2.4 Server"));
        assert_ne!(below("Peer").heading, 0);
    }

    #[test]
    fn resemblance_estimates_the_share_of_common_pairs() {
        for common in [0, 50, 100, 150, 180, 200] {
            let (one, other) = (words(0, 200), words(200 - common, 200));
            let pairs = |text: &str| -> BTreeSet<(String, String)> {
                let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
                words
                    .windows(2)
                    .map(|pair| (pair[0].clone(), pair[1].clone()))
                    .collect()
            };
            let (a, b) = (pairs(&one), pairs(&other));
            let exact = a.intersection(&b).count() as f32 / a.union(&b).count() as f32;
            let estimate = sketch(&one).resemblance(&sketch(&other));
            assert!(
                (estimate - exact).abs() < 0.14,
                "{estimate} is not near {exact}"
            );
        }
    }

    #[test]
    fn a_text_without_words_has_a_sketch() {
        assert_eq!(sketch("***"), sketch(""));
    }
}
