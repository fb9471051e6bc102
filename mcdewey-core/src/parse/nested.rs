//! Things in things of their kind, without end: the first are told apart, what lies deeper is
//! taken for part of the innermost one.

/// How many are told apart. Chosen by hand: word processors stop at twenty or so.
pub(super) const MAX_NESTED: usize = 64;

/// Things that are open, the innermost last.
#[derive(Debug)]
pub(super) struct Nested<T> {
    open: Vec<T>,
    /// How many lie deeper.
    n_deeper: usize,
}

impl<T> Default for Nested<T> {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            n_deeper: 0,
        }
    }
}

impl<T> Nested<T> {
    /// Opens another one; `false` if it lies too deep to be told apart.
    pub(super) fn push(&mut self, thing: T) -> bool {
        let fits = self.open.len() < MAX_NESTED;
        if fits {
            self.open.push(thing);
        } else {
            self.n_deeper += 1;
        }
        fits
    }

    /// Closes the last one that was opened; `None` if it was not told apart, or none is open.
    pub(super) fn pop(&mut self) -> Option<T> {
        if self.n_deeper > 0 {
            self.n_deeper -= 1;
            return None;
        }
        self.open.pop()
    }

    /// The innermost one, for what belongs to it or to those in it.
    pub(super) fn innermost(&mut self) -> Option<&mut T> {
        self.open.last_mut()
    }

    /// The last one that was opened, for its parts; `None` if it was not told apart.
    pub(super) fn last(&mut self) -> Option<&mut T> {
        match self.n_deeper {
            0 => self.open.last_mut(),
            _ => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Closes all of them; the innermost one comes first.
    pub(super) fn close(&mut self) -> impl Iterator<Item = T> + use<T> {
        self.n_deeper = 0;
        std::mem::take(&mut self.open).into_iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_too_deep_is_closed_like_the_rest() {
        let mut nested = Nested::default();
        assert!((0..MAX_NESTED).all(|number| nested.push(number)));
        assert!(!nested.push(100));
        assert_eq!(nested.last(), None);
        assert_eq!(nested.innermost(), Some(&mut 63));
        assert_eq!(nested.pop(), None);
        assert_eq!(nested.pop(), Some(63));
        assert_eq!(nested.close().next(), Some(62));
        assert!(nested.is_empty());
    }
}
