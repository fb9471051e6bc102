//! Files as they arrive when something went wrong on the way; for tests.

/// A deterministic stream of numbers.
///
/// # Source
/// `SplitMix64`: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014.
#[derive(Debug)]
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % limit as u64).unwrap()
    }
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    Truncated,
    /// One to eight bits are another.
    Flipped,
}

/// `whole` damaged in 500 ways of each kind, always the same ones.
pub(crate) fn damaged(whole: &[u8]) -> impl Iterator<Item = (Damage, Vec<u8>)> {
    let mut numbers = Numbers(7);
    let whole = whole.to_vec();
    (0..1000).map(move |round| {
        let mut bytes = whole.clone();
        if round % 2 == 0 {
            bytes.truncate(numbers.below(bytes.len()));
            return (Damage::Truncated, bytes);
        }
        for _ in 0..=numbers.below(8) {
            let at = numbers.below(bytes.len());
            bytes[at] ^= 1 << numbers.below(8);
        }
        (Damage::Flipped, bytes)
    })
}
