//! A few expensive things, built when first needed and lent in order of arrival.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lends up to `max` items.
///
/// An item given back goes straight to whoever has waited longest. Were it merely put down, a
/// batch that lends again at once would nearly always win it over a waiting query.
pub(super) struct Pool<T> {
    max: usize,
    build: Box<dyn Fn() -> Result<T, String> + Send + Sync>,
    state: Mutex<State<T>>,
}

struct State<T> {
    idle: Vec<T>,
    /// Items that exist, idle or lent, and those being built just now.
    n_built: usize,
    waiting: VecDeque<SyncSender<T>>,
}

/// A lent item; dropping it gives it back, also in a panic.
pub(super) struct Lent<'pool, T> {
    pool: &'pool Pool<T>,
    /// Empty only while it is being dropped.
    item: Option<T>,
}

/// What a caller gets when it asks for an item.
enum Turn<T> {
    Take(T),
    Build,
    Wait(Receiver<T>),
}

impl<T> Pool<T> {
    /// A pool with its first item built; `max` is at least 1.
    pub(super) fn start(
        max: usize,
        build: Box<dyn Fn() -> Result<T, String> + Send + Sync>,
    ) -> Result<Self, String> {
        let first = build()?;
        Ok(Self {
            max,
            build,
            state: Mutex::new(State {
                idle: vec![first],
                n_built: 1,
                waiting: VecDeque::new(),
            }),
        })
    }

    pub(super) fn max(&self) -> usize {
        self.max
    }

    /// An item: an idle one, or a new one, or the first to be given back.
    pub(super) fn lend(&self) -> Result<Lent<'_, T>, String> {
        let turn = self.turn(self.max);
        let item = match turn {
            Turn::Take(item) => item,
            Turn::Wait(receiver) => receive(&receiver),
            Turn::Build => self.build_or_wait()?,
        };
        Ok(Lent {
            pool: self,
            item: Some(item),
        })
    }

    /// Builds another item. If that fails (too little memory for one more session), the caller
    /// makes do with one that exists.
    fn build_or_wait(&self) -> Result<T, String> {
        // A panic in `build` would leave the count too high for ever: one item fewer, no harm.
        let problem = match (self.build)() {
            Ok(item) => return Ok(item),
            Err(problem) => problem,
        };
        self.lock().n_built -= 1;
        match self.turn(0) {
            Turn::Take(item) => Ok(item),
            Turn::Wait(receiver) => Ok(receive(&receiver)),
            Turn::Build => Err(problem),
        }
    }

    fn turn(&self, max: usize) -> Turn<T> {
        let mut state = self.lock();
        if let Some(item) = state.idle.pop() {
            return Turn::Take(item);
        }
        if state.n_built < max {
            state.n_built += 1;
            return Turn::Build;
        }
        let (sender, receiver) = sync_channel(1);
        state.waiting.push_back(sender);
        Turn::Wait(receiver)
    }

    fn give_back(&self, mut item: T) {
        let mut state = self.lock();
        while let Some(waiter) = state.waiting.pop_front() {
            match waiter.send(item) {
                Ok(()) => return,
                Err(returned) => item = returned.0,
            }
        }
        state.idle.push(item);
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that can panic runs under the lock, so the state is whole in any case.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn receive<T>(receiver: &Receiver<T>) -> T {
    receiver
        .recv()
        .expect("the pool outlives its borrowers and keeps a waiter's sender until it has sent")
}

impl<T> Deref for Lent<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.item.as_ref().expect("an item is there until the drop")
    }
}

impl<T> DerefMut for Lent<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.item.as_mut().expect("an item is there until the drop")
    }
}

impl<T> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        if let Some(item) = self.item.take() {
            self.pool.give_back(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// A pool whose items are their own numbers, from 0.
    fn numbered(max: usize) -> Pool<usize> {
        let next = AtomicUsize::new(0);
        let build = move || Ok(next.fetch_add(1, Ordering::SeqCst));
        Pool::start(max, Box::new(build)).unwrap()
    }

    #[test]
    fn items_are_built_only_when_all_are_lent() {
        let pool = numbered(2);
        assert_eq!(*pool.lend().unwrap(), 0);
        assert_eq!(*pool.lend().unwrap(), 0);
        let first = pool.lend().unwrap();
        let second = pool.lend().unwrap();
        assert_eq!((*first, *second), (0, 1));
    }

    #[test]
    fn never_more_than_max_are_lent_and_nobody_starves() {
        let pool = numbered(3);
        let (lent, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _item = pool.lend().unwrap();
                        most.fetch_max(lent.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        lent.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 3);
        assert!(pool.lock().waiting.is_empty());
    }

    #[test]
    fn the_longest_waiter_is_served_first() {
        let pool = numbered(1);
        let order = Mutex::new(Vec::new());
        let lent = pool.lend().unwrap();
        std::thread::scope(|scope| {
            for caller in 0..3 {
                let (pool, order) = (&pool, &order);
                scope.spawn(move || {
                    let _item = pool.lend().unwrap();
                    order.lock().unwrap().push(caller);
                });
                while pool.lock().waiting.len() <= caller {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            drop(lent);
        });
        assert_eq!(*order.lock().unwrap(), [0, 1, 2]);
    }

    #[test]
    fn an_item_comes_back_from_a_panic() {
        let pool = numbered(1);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _item = pool.lend().unwrap();
            std::panic::resume_unwind(Box::new("expected"));
        }));
        assert!(result.is_err());
        assert_eq!(*pool.lend().unwrap(), 0);
    }

    #[test]
    fn a_failed_build_falls_back_to_what_exists() {
        let next = AtomicUsize::new(0);
        let build = move || match next.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(0),
            _ => Err("out of memory".to_owned()),
        };
        let pool = Pool::start(4, Box::new(build)).unwrap();
        let first = pool.lend().unwrap();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| *pool.lend().unwrap());
            while pool.lock().waiting.is_empty() {
                std::thread::sleep(Duration::from_millis(1));
            }
            drop(first);
            assert_eq!(second.join().unwrap(), 0);
        });
    }
}
