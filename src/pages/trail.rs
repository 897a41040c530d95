//! Which places a walk has come by, so that it notices when it is led back.

use std::hash::{BuildHasher, Hash, RandomState};

/// How many places are remembered. A circle of no more pages than half of this is noticed at once,
/// a larger one within three rounds.
const RECENT: usize = 256;

/// The fingerprints of the last places, and of one that is moved ever more rarely: what comes by
/// that one again goes in a circle, however large it is (Brent's algorithm). So a list of any
/// length takes the same memory.
#[derive(Debug)]
pub(super) struct Trail {
    recent: Vec<u64>,
    oldest: usize,
    mark: Option<u64>,
    steps: u64,
    next_mark: u64,
    hasher: RandomState,
}

impl Trail {
    pub(super) fn new() -> Self {
        Self {
            recent: Vec::new(),
            oldest: 0,
            mark: None,
            steps: 0,
            next_mark: 1,
            hasher: RandomState::new(),
        }
    }

    /// Notes a place, unless it is known.
    pub(super) fn is_new(&mut self, place: &impl Hash) -> bool {
        let place = self.hasher.hash_one(place);
        if self.mark == Some(place) || self.recent.contains(&place) {
            return false;
        }
        match self.recent.len() {
            RECENT => {
                self.recent[self.oldest] = place;
                self.oldest = (self.oldest + 1) % RECENT;
            }
            _ => self.recent.push(place),
        }
        self.steps += 1;
        if self.steps == self.next_mark {
            self.mark = Some(place);
            self.next_mark *= 2;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_walk_is_new_at_every_step() {
        let mut trail = Trail::new();
        assert!((0..10_000).all(|it| trail.is_new(&it)));
        assert_eq!(trail.recent.len(), RECENT);
    }

    #[test]
    fn a_circle_is_noticed_however_large_it_is_and_wherever_it_begins() {
        for (before, around) in [(0, 1), (7, 2), (0, 100), (5_000, 256), (3, 10_000)] {
            let mut trail = Trail::new();
            let walk = (0..before).chain((0..).map(|it| before + it % around));
            let steps = walk.take_while(|it| trail.is_new(it)).count();
            if around <= RECENT {
                assert_eq!(steps, before + around)
            } else {
                assert!(steps <= 3 * (before + around), "{steps}")
            }
        }
    }
}
