//! The window: how many requests may be in flight.
//!
//! A client that knows no limit begins with a few requests at once, and each answer allows one
//! more, which doubles the window in the time of a reply (slow start). A burst of thousands meets
//! an unknown limit with a few refusals, not with thousands, and opens no thousand connections.

use std::time::Duration;

use tokio::time::Instant;

use crate::{defaults, time::Moment};

/// The most requests in flight, which grows while it is the constraint.
#[derive(Debug)]
pub(super) struct Window {
    size: f64,
    in_flight: usize,
    /// Since when a request waits for room.
    full_since: Option<Instant>,
    /// The answers that are still to come to what was in flight then. Each widens the window.
    widening: usize,
    /// Whether the process ran out of descriptors at about this size.
    is_crowded: bool,
}

const FIRST: f64 = defaults::FIRST_WINDOW as f64;
/// How long a full window waits for answers before it lets as many requests more pass, or one where
/// descriptors are short: those in flight may be lost, or left by their programs.
const PATIENCE: Duration = Duration::from_secs(1);
/// What is left of a window for which there are too few descriptors.
const CROWDED: f64 = 0.75;

impl Window {
    pub(super) fn new() -> Self {
        Self {
            size: FIRST,
            in_flight: 0,
            full_since: None,
            widening: 0,
            is_crowded: false,
        }
    }

    /// Begins again, with the requests that are in flight.
    pub(super) fn restart(&mut self) {
        *self = Self {
            in_flight: self.in_flight,
            ..Self::new()
        };
    }

    /// Returns when a request may enter, unless another ends before.
    pub(super) fn opens_at(&mut self, now: Instant) -> Instant {
        if (self.in_flight as f64) < self.size {
            return now;
        }
        self.widening = self.in_flight;
        let opens = self.full_since.get_or_insert(now).later(PATIENCE);
        if opens <= now {
            self.size += if self.is_crowded { 1.0 } else { FIRST };
            self.full_since = Some(now);
            return now;
        }
        opens
    }

    pub(super) fn enter(&mut self) {
        self.in_flight += 1;
    }

    /// Notes the end of a request without an answer.
    pub(super) fn leave(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Notes the end of a request with an answer, which lets the window grow where it is full.
    pub(super) fn leave_answered(&mut self) {
        if self.widening > 0 {
            self.widening -= 1;
            self.size += if self.is_crowded {
                1.0 / self.size
            } else {
                1.0
            };
        }
        self.full_since = None;
        self.leave();
    }

    /// Notes the end of a request for which there was no descriptor. Returns whether it helps to
    /// have fewer in flight.
    pub(super) fn leave_crowded(&mut self) -> bool {
        let others = self.in_flight.saturating_sub(1);
        self.leave();
        if others == 0 {
            return false;
        }
        self.size = (others as f64 * CROWDED).max(1.0);
        self.full_since = None;
        self.is_crowded = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills the window and returns how many requests it took.
    fn fill(window: &mut Window, now: Instant) -> usize {
        let mut entered = 0;
        while window.opens_at(now) == now {
            window.enter();
            entered += 1;
        }
        entered
    }

    #[test]
    fn answers_double_it_and_silence_opens_it_slowly() {
        let (mut window, now) = (Window::new(), Instant::now());
        assert_eq!(fill(&mut window, now), 32);
        (0..32).for_each(|_| window.leave_answered());
        assert_eq!(fill(&mut window, now), 64);
        // No answers: a second later there is room for a few more.
        assert_eq!(window.opens_at(now), now + PATIENCE);
        assert_eq!(fill(&mut window, now + PATIENCE), 32);
        assert_eq!(fill(&mut window, now + PATIENCE), 0);
    }

    #[test]
    fn a_window_that_is_not_full_does_not_grow() {
        let (mut window, now) = (Window::new(), Instant::now());
        for _ in 0..1000 {
            assert_eq!(window.opens_at(now), now);
            window.enter();
            window.leave_answered();
        }
        assert_eq!(fill(&mut window, now), 32);
    }

    #[test]
    fn too_few_descriptors_shrink_it_unless_others_have_them() {
        let (mut window, now) = (Window::new(), Instant::now());
        assert_eq!(fill(&mut window, now), 32);
        assert!(window.leave_crowded());
        assert_eq!(window.opens_at(now), now + PATIENCE);
        assert_eq!(fill(&mut window, now + PATIENCE), 1);
        window.leave();
        (0..31).for_each(|_| window.leave());
        assert_eq!(fill(&mut window, now), 25);
        (0..24).for_each(|_| window.leave());
        assert!(!window.leave_crowded());
    }
}
