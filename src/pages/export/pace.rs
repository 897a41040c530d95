//! How dense a list is, over all that was seen of it.

use serde::{Deserialize, Serialize};

/// How much time was seen, and how many items in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Pace {
    seconds: f64,
    items: f64,
}

impl Pace {
    pub(super) fn add(&mut self, pace: f64, items: usize) {
        self.seconds += pace * items as f64;
        self.items += items as f64;
    }

    pub(super) fn average(self) -> Option<f64> {
        (self.items > 0.0).then(|| self.seconds / self.items)
    }
}
