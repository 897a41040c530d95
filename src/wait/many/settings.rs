//! The settings of a wait for many tasks.

use std::time::Duration;

use crate::{
    callback::Callback,
    defaults,
    error::Error,
    wait::{outcome::Update, reply::InputHandler},
};

const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
const LONGEST_INTERVAL: Duration = Duration::from_secs(86_400);

#[derive(Clone, Debug)]
pub(super) struct ManySettings {
    pub(super) deadline: Duration,
    pub(super) on_input: Option<InputHandler>,
    pub(super) on_status: Option<Callback<Update>>,
    pub(super) requests_per_second: f64,
    pub(super) interval: Duration,
    /// Whether all changes of a status matter, and not only the ends.
    pub(super) wants_changes: bool,
}

impl Default for ManySettings {
    fn default() -> Self {
        Self {
            deadline: defaults::WAIT_DEADLINE,
            on_input: None,
            on_status: None,
            requests_per_second: defaults::WAIT_REQUESTS_PER_SECOND,
            interval: defaults::SWEEP_INTERVAL,
            wants_changes: false,
        }
    }
}

impl ManySettings {
    /// Refuses settings that can't work.
    pub(super) fn check(&self) -> Result<(), Error> {
        let rate = self.requests_per_second;
        let intervals = SHORTEST_INTERVAL..=LONGEST_INTERVAL;
        let refused = if self.deadline.is_zero() {
            "`deadline` of the wait must be more than zero"
        } else if !rate.is_finite() || rate <= 0.0 {
            "`requests_per_second` of the wait must be a finite number above zero"
        } else if !intervals.contains(&self.interval) {
            "`interval` of the wait must be 1 s to a day"
        } else {
            return Ok(());
        };
        Err(Error::invalid_request(refused))
    }
}
