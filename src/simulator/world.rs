//! Everything that a simulator shares with its connections.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::{
    clock::Clock, faults::active::ActiveFaults, rate::RateLimit, record::Records,
    state::ServerState,
};

#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Clock,
    /// By how many seconds `Date` is ahead of the clock.
    pub(super) date_skew_seconds: i64,
    pub(super) faults: ActiveFaults,
    pub(super) rate_limit: RateLimit,
    pub(super) records: Records,
    state: Mutex<ServerState>,
}

impl World {
    pub(super) fn new(
        seed: u64,
        clock_skew_seconds: i64,
        date_skew_seconds: i64,
        kept_requests: usize,
    ) -> Self {
        Self {
            clock: Clock::new(clock_skew_seconds),
            date_skew_seconds,
            faults: ActiveFaults::new(seed),
            rate_limit: RateLimit::default(),
            records: Records::new(kept_requests),
            state: Mutex::new(ServerState::new(seed)),
        }
    }

    /// Returns the state as it is now: everything that was due has happened.
    pub(super) fn now(&self) -> (MutexGuard<'_, ServerState>, DateTime<Utc>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let ServerState { ids, tasks, .. } = &mut *state;
        tasks.advance(ids, now);
        (state, now)
    }
}
