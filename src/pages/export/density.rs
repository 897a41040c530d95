//! The density of a list, over all pages that were read of it.

use serde::{Deserialize, Serialize};

/// How much time was read, and how many items are in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Density {
    seconds: f64,
    items: f64,
}

impl Density {
    /// Adds a page whose items are `spacing` seconds apart.
    pub(super) fn add(&mut self, spacing: f64, items: usize) {
        self.seconds += spacing * items as f64;
        self.items += items as f64;
    }

    /// Returns how many seconds are between two items on average; `None` before the first page.
    pub(super) fn spacing(self) -> Option<f64> {
        (self.items > 0.0).then(|| self.seconds / self.items)
    }
}
