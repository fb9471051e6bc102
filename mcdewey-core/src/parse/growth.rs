//! How much larger than its source a text may become.

use std::cell::Cell;

/// So many bytes may be added for each byte of the source, and so many more.
const PER_BYTE: usize = 2;
const BYTES: usize = 1 << 20;

/// What may still be added to a text by names that stand for longer ones, cells that are empty and
/// cells that are repeated. Without it a small file could fill the memory.
#[derive(Debug, Default)]
pub(super) struct Growth(Cell<usize>);

impl Growth {
    /// What may be added to what is read from a source of `n_bytes`.
    pub(super) fn of(n_bytes: usize) -> Self {
        Self(Cell::new(
            n_bytes.saturating_mul(PER_BYTE).saturating_add(BYTES),
        ))
    }

    /// Whether `n_bytes` may be added; then they are.
    pub(super) fn takes(&self, n_bytes: usize) -> bool {
        match self.0.get().checked_sub(n_bytes) {
            Some(left) => {
                self.0.set(left);
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_gone() {
        let growth = Growth::of(10);
        assert!(!growth.takes(BYTES + 21));
        assert!(growth.takes(BYTES + 20));
        assert!(growth.takes(0) && !growth.takes(1));
    }
}
