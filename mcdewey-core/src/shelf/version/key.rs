//! What versions are compared by.

/// A version as a sequence of pieces and a label. Keys are ordered piece by piece, the label last.
///
/// Every finished sequence ends with [`Piece::End`], so whether what a longer one goes on with
/// makes it older or newer is said by the order of [`Piece`] alone:
///
/// ```text
/// 1.2-rc1     1  2  Before(rc)  1  End
/// 1.2         1  2  End
/// 1.2 SP1     1  2  After(sp)   1  End
/// 1.2.1       1  2  1  End
/// ```
///
/// Comparing finished sequences is comparing words of an ordered alphabet, which is a total order.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) pieces: Vec<Piece>,
    /// What tells lines of a product apart whose numbers mean the same, in lower case: `evo`.
    /// Mostly empty.
    pub(super) label: String,
}

impl Key {
    /// A key without a label.
    pub(super) fn of(pieces: Vec<Piece>) -> Self {
        Self {
            pieces,
            label: String::new(),
        }
    }
}

/// One piece of a [`Key`], in the order that pieces have at the same place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Piece {
    /// A word that makes the version a pre-release of what stands before it.
    Before(u8, String),
    /// Nothing follows.
    End,
    /// A build of what stands before it, older than all that supplements it.
    Build(Number),
    /// A word that supplements what stands before it. A higher rank is newer.
    After(u8, String),
    /// A number of the version proper.
    Number(Number),
}

impl Piece {
    /// A number that is known to be small.
    pub(super) fn number(value: u64) -> Self {
        Self::Number(Number::Small(value))
    }

    /// A supplement of the lowest rank.
    pub(super) fn word(text: impl Into<String>) -> Self {
        Self::After(0, text.into())
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}

/// A number of any length; leading zeros do not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Number {
    Small(u64),
    /// What is longer than a `u64` holds, by length and then by digits.
    Large(usize, String),
}

impl Number {
    /// Takes ASCII digits; none at all are zero.
    pub(super) fn new(digits: &str) -> Self {
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Self::Small(0);
        }
        digits.parse().map_or_else(
            |_| Self::Large(digits.len(), digits.to_owned()),
            Self::Small,
        )
    }

    /// Its value, if it is small.
    pub(super) fn value(&self) -> Option<u64> {
        match self {
            Self::Small(value) => Some(*value),
            Self::Large(..) => None,
        }
    }
}

/// Puts the last of `defaults` where the numbers that `pieces` begins with are fewer: with the
/// defaults `0, 0, 1`, `14 SU 3` becomes `14 0 1 SU 3`. Without any number nothing is put.
pub(super) fn fill_numbers(pieces: &mut Vec<Piece>, defaults: [u64; 3]) {
    let n_numbers = pieces.iter().take_while(|piece| piece.is_number()).count();
    if (1..defaults.len()).contains(&n_numbers) {
        let missing = defaults[n_numbers..].iter().copied().map(Piece::number);
        pieces.splice(n_numbers..n_numbers, missing);
    }
}
