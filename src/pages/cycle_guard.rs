//! Notices when a walk from page to page goes in a cycle.

use std::hash::{BuildHasher, Hash, RandomState};

/// How many places are remembered. A cycle of up to so many places is noticed at its first repeated
/// place, a longer one within three rounds.
const RECENT: usize = 256;

/// A cycle detector in constant memory: the hashes of the last [`RECENT`] places, and one place
/// that is moved on after 1, 2, 4, 8, … steps (Brent's algorithm). A walk that comes to that one
/// again goes in a cycle, however long the cycle is.
#[derive(Debug)]
pub(super) struct CycleGuard {
    recent: Vec<u64>,
    oldest: usize,
    /// The place of Brent's algorithm that all later ones are compared with.
    tortoise: Option<u64>,
    steps: u64,
    next_move: u64,
    hasher: RandomState,
}

impl CycleGuard {
    pub(super) fn new() -> Self {
        Self {
            recent: Vec::new(),
            oldest: 0,
            tortoise: None,
            steps: 0,
            next_move: 1,
            hasher: RandomState::new(),
        }
    }

    /// Remembers a place. Returns `false` if the walk has been there before.
    pub(super) fn visit(&mut self, place: &impl Hash) -> bool {
        let place = self.hasher.hash_one(place);
        if self.tortoise == Some(place) || self.recent.contains(&place) {
            return false;
        }
        if self.recent.len() == RECENT {
            self.recent[self.oldest] = place;
            self.oldest = (self.oldest + 1) % RECENT;
        } else {
            self.recent.push(place);
        }
        self.steps += 1;
        if self.steps == self.next_move {
            self.tortoise = Some(place);
            self.next_move *= 2;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_walk_is_new_at_every_step() {
        let mut guard = CycleGuard::new();
        assert!((0..10_000).all(|place| guard.visit(&place)));
        assert_eq!(guard.recent.len(), RECENT);
    }

    #[test]
    fn a_circle_is_noticed_however_large_it_is_and_wherever_it_begins() {
        for (before, around) in [(0, 1), (7, 2), (0, 100), (5_000, 256), (3, 10_000)] {
            let mut guard = CycleGuard::new();
            let walk = (0..before).chain((0..).map(|step| before + step % around));
            let steps = walk.take_while(|place| guard.visit(place)).count();
            if around <= RECENT {
                assert_eq!(steps, before + around)
            } else {
                assert!(steps <= 3 * (before + around), "{steps}")
            }
        }
    }
}
