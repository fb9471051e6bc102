//! How many connections there may be: a number in all, and half of it from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places of a server for connections.
#[derive(Debug)]
pub(super) struct Slots {
    free: Arc<Semaphore>,
    /// How many one network may have.
    share: usize,
    taken: Arc<Taken>,
}

/// A place taken, until it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    network: IpAddr,
    taken: Arc<Taken>,
    _permit: OwnedSemaphorePermit,
}

/// How many places each network has; networks without any are left out, so it does not grow beyond
/// the number of connections.
#[derive(Debug, Default)]
struct Taken(Mutex<HashMap<IpAddr, usize>>);

impl Slots {
    pub(super) fn new(n_connections: usize) -> Self {
        let n_connections = n_connections.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(n_connections)),
            share: n_connections.div_ceil(2),
            taken: Arc::default(),
        }
    }

    /// Waits until there is a place.
    pub(super) async fn free(&self) -> OwnedSemaphorePermit {
        let permit = Arc::clone(&self.free).acquire_owned().await;
        permit.expect("the semaphore is never closed")
    }

    /// Gives the place to `address`, unless its network has its share.
    pub(super) fn claim(&self, permit: OwnedSemaphorePermit, address: IpAddr) -> Option<Slot> {
        let network = network(address);
        let mut taken = self.taken.lock();
        let n_taken = taken.entry(network).or_default();
        if *n_taken >= self.share {
            return None;
        }
        *n_taken += 1;
        Some(Slot {
            network,
            taken: Arc::clone(&self.taken),
            _permit: permit,
        })
    }
}

impl Taken {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        if let Some(n_taken) = taken.get_mut(&self.network) {
            *n_taken -= 1;
            if *n_taken == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

/// Whoever has one IPv6 address has as a rule the 2^64 of its network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn claim(slots: &Slots, address: &str) -> Option<Slot> {
        slots.claim(slots.free().await, address.parse().expect("an address"))
    }

    #[tokio::test]
    async fn an_address_gets_half_and_leaves_the_rest_to_others() {
        let slots = Slots::new(4);
        let first = claim(&slots, "192.0.2.1").await.expect("a place");
        let _second = claim(&slots, "::ffff:192.0.2.1").await.expect("a place");
        assert!(claim(&slots, "192.0.2.1").await.is_none());
        let _other = claim(&slots, "192.0.2.2").await.expect("a place");
        drop(first);
        assert!(claim(&slots, "192.0.2.1").await.is_some());
    }

    #[tokio::test]
    async fn a_network_of_ipv6_counts_as_one_address() {
        let slots = Slots::new(2);
        let _first = claim(&slots, "2001:db8:0:1::1").await.expect("a place");
        let neighbour = "2001:db8:0:1:ffff:ffff:ffff:ffff";
        assert!(claim(&slots, neighbour).await.is_none());
        assert!(claim(&slots, "2001:db8:0:2::1").await.is_some());
    }

    #[tokio::test]
    async fn places_given_back_leave_no_trace() {
        let slots = Slots::new(2);
        drop(claim(&slots, "192.0.2.1").await);
        let _kept = claim(&slots, "192.0.2.2").await;
        assert!(claim(&slots, "192.0.2.2").await.is_none());
        assert_eq!(slots.taken.lock().len(), 1);
        assert_eq!(slots.free.available_permits(), 1);
    }

    #[tokio::test]
    async fn a_single_place_can_be_had() {
        let slots = Slots::new(0);
        assert!(claim(&slots, "192.0.2.1").await.is_some());
    }
}
