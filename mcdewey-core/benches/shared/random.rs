//! Random numbers and words, the same from the same seed, for benchmarks and tests.
#![allow(dead_code, reason = "each of those who include it needs a part of it")]

/// Words differ in so many ways.
const VOCABULARY: f64 = 30_000.0;

/// `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014): small, and the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("fits")
    }

    /// Uniform in -1..1.
    fn signed(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    /// Close to a normal distribution.
    pub(crate) fn normal(&mut self) -> f32 {
        (0..4).map(|_| self.signed()).sum::<f32>() / (4.0_f32 / 3.0).sqrt()
    }

    /// A word by Zipf's law: the inverse of the cumulated 1/rank law.
    pub(crate) fn word(&mut self) -> String {
        let uniform = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank of some thousands"
        )]
        let rank = VOCABULARY.powf(uniform) as usize;
        word(rank)
    }
}

/// The word of a rank: letters alone, and no form of another word.
pub(crate) fn word(rank: usize) -> String {
    const CONSONANTS: &[u8; 16] = b"bcdfghjklmnpqrtv";
    const VOWELS: &[u8; 4] = b"aiou";
    let mut rest = rank;
    let mut word = String::new();
    for _ in 0..3 {
        word.push(char::from(CONSONANTS[rest % 16]));
        rest /= 16;
        word.push(char::from(VOWELS[rest % 4]));
        rest /= 4;
    }
    word.push('k');
    word
}
