//! Numbers of documents, added up: at a cost that depends on how many documents there are to add,
//! not on how many a segment has.

use std::cell::RefCell;
use std::ops::AddAssign;

use tantivy::DocId;

/// A number for each document of a segment, zero at first.
#[derive(Debug, Default)]
pub(super) struct Sums<T> {
    /// All zero but for those with a bit in `touched`.
    numbers: Vec<T>,
    /// A bit for each document.
    touched: Vec<u64>,
}

/// Numbers that can be added up.
pub(super) trait Sum: Copy + Default + AddAssign + 'static {
    /// The sums of this thread. What is not given back in order is not used again.
    fn take() -> Sums<Self>;
    /// Gives them back, all zero.
    fn give(sums: Sums<Self>);
}

thread_local! {
    static SCORES: RefCell<Vec<Sums<f32>>> = const { RefCell::new(Vec::new()) };
    static COUNTS: RefCell<Vec<Sums<u32>>> = const { RefCell::new(Vec::new()) };
}

impl Sum for f32 {
    fn take() -> Sums<Self> {
        SCORES.with_borrow_mut(Vec::pop).unwrap_or_default()
    }

    fn give(sums: Sums<Self>) {
        SCORES.with_borrow_mut(|all| all.push(sums));
    }
}

impl Sum for u32 {
    fn take() -> Sums<Self> {
        COUNTS.with_borrow_mut(Vec::pop).unwrap_or_default()
    }

    fn give(sums: Sums<Self>) {
        COUNTS.with_borrow_mut(|all| all.push(sums));
    }
}

impl<T: Sum> Sums<T> {
    /// Calls `work` with sums for `n_documents`, all zero. It has to drain them.
    pub(super) fn with<R, E>(
        n_documents: u32,
        work: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut sums = T::take();
        let n_documents = n_documents as usize;
        if sums.numbers.len() < n_documents {
            sums.numbers.resize(n_documents, T::default());
            sums.touched.resize(n_documents.div_ceil(64), 0);
        }
        let done = work(&mut sums)?;
        // After an error they are dropped: they may not be zero.
        T::give(sums);
        Ok(done)
    }

    #[inline]
    pub(super) fn add(&mut self, document: DocId, number: T) {
        self.numbers[document as usize] += number;
        self.touched[document as usize / 64] |= 1 << (document % 64);
    }

    /// Calls `found` with every document that something was added to, ascending; all are zero
    /// then.
    pub(super) fn drain(&mut self, mut found: impl FnMut(DocId, T)) {
        for (word, bits) in (0..).zip(&mut self.touched) {
            let mut rest = std::mem::take(bits);
            while rest != 0 {
                let document: DocId = word * 64 + rest.trailing_zeros();
                rest &= rest - 1;
                found(
                    document,
                    std::mem::take(&mut self.numbers[document as usize]),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_comes_out_once_and_in_order() {
        for _ in 0..2 {
            let found = Sums::with(200, |sums: &mut Sums<u32>| {
                for document in [130, 3, 130, 63, 64] {
                    sums.add(document, 2);
                }
                let mut found = Vec::new();
                sums.drain(|document, sum| found.push((document, sum)));
                Ok::<_, ()>(found)
            });
            assert_eq!(found, Ok(vec![(3, 2), (63, 2), (64, 2), (130, 4)]));
        }
    }
}
