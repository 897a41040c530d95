//! The cooldown: a rate limit belongs to the whole workspace, so one 429 slows every call of the
//! client.
//!
//! The limit isn't published; therefore the client measures it. Before the first 429, only the
//! requests in flight are bounded ([`window`]). After one, requests are spaced at a rate a little
//! below the one that the server has just answered, and the rate looks for the limit from there
//! ([`limit`]). [`pacing`] holds the rules; this file makes calls wait, in order of arrival.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::select;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

mod limit;
mod meter;
mod pacing;
mod window;

pub(crate) use pacing::Pace;
use pacing::{Grant, Pacing};

use super::backoff;
use crate::time::Moment;

/// The rate limiter that all clones of a client share.
#[derive(Debug)]
pub(super) struct Cooldown(Mutex<State>);

#[derive(Debug)]
struct State {
    pacing: Pacing,
    /// The ticket of the next call.
    next_ticket: u64,
    /// Those who wait, in order of arrival.
    waiting: BTreeMap<u64, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    wake: Arc<Notify>,
    patience: Patience,
    /// The round when it arrived.
    since: u64,
    /// When it looks again at the latest. A call that doesn't is absent: its program does something
    /// else meanwhile, such as to wait for another call that is behind it.
    looks_at: Instant,
}

/// How long a call is ready to wait for its permit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) deadline: Option<Instant>,
    /// The longest `Retry-After` that it waits for.
    pub(super) longest_hold: Duration,
    /// The refusals in a row of this client's requests that it waits for.
    pub(super) rounds: u64,
}

/// The place of a call among those that wait. A call that has to repeat its request keeps it, and
/// is the next before all that came later.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    ticket: u64,
    /// The round when the call arrived.
    since: u64,
}

/// Why there is no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPermit {
    /// There is none before the deadline; the delay is what is left of the last `Retry-After`.
    Deadline(Duration),
    /// The server asked for a longer delay than the call waits for.
    Held(Duration),
    /// The server refuses everything.
    Refused(Duration),
}

/// What a 429 means for the request that got it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    /// When it may be repeated.
    pub(super) back_at: Instant,
    /// The refusals in a row of this client's requests.
    pub(super) in_a_row: u64,
    /// Whether it alone has to wait that long.
    pub(super) waits_alone: bool,
    /// Where it waits.
    pub(super) place: Place,
}

/// The permission to send one request, which is given back when it is dropped.
#[derive(Debug)]
pub(super) struct Permit<'a> {
    cooldown: &'a Cooldown,
    grant: Grant,
    is_settled: bool,
}

/// The time between two looks of a call that waits, for each call that does.
const LOOK: Duration = Duration::from_micros(400);
/// The shortest time between two looks, and how late one may be.
const SHORTEST_LOOK: Duration = Duration::from_millis(100);
/// The longest time between two looks.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

impl Cooldown {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State {
            pacing: Pacing::new(Instant::now()),
            next_ticket: 0,
            waiting: BTreeMap::new(),
        }))
    }

    /// Lets a request pass at once, where nothing holds it back. The place is `None` of a call that
    /// arrives.
    pub(super) fn permit_at_once(&self, place: &mut Option<Place>) -> Option<Permit<'_>> {
        let mut state = self.lock();
        let place = *place.get_or_insert_with(|| state.arrive());
        let grant = state.grant_at_once(place)?;
        Some(self.permit_of(grant))
    }

    /// Waits until a request may be sent, in order of arrival.
    pub(super) async fn permit(
        &self,
        place: &mut Option<Place>,
        patience: Patience,
    ) -> Result<Permit<'_>, NoPermit> {
        let place = *place.get_or_insert_with(|| self.lock().arrive());
        let wake = Arc::new(Notify::new());
        let _queued = Queued(self, place.ticket);
        loop {
            let until = {
                let (now, mut state) = (Instant::now(), self.lock());
                state.check(place, &patience, now)?;
                let looks_at = now.later(state.interval());
                // Entered anew each time, since others pass over a call that is absent.
                let waiting = Waiting {
                    wake: wake.clone(),
                    patience,
                    since: place.since,
                    looks_at,
                };
                state.waiting.insert(place.ticket, waiting);
                state.pass_over_absent(now);
                let mut until = looks_at;
                if state.first() == Some(place.ticket) {
                    let ready_at = state.pacing.ready_at(now);
                    if ready_at <= now {
                        return Ok(self.permit_of(state.pacing.grant(now, true)));
                    }
                    until = until.min(ready_at);
                }
                patience.deadline.map_or(until, |end| end.min(until))
            };
            let woken = pin!(wake.notified());
            select(woken, pin!(sleep_until(until))).await;
        }
    }

    /// Returns how requests are held back now.
    pub(super) fn pace(&self) -> Pace {
        self.lock().pacing.pace(Instant::now())
    }

    fn permit_of(&self, grant: Grant) -> Permit<'_> {
        Permit {
            cooldown: self,
            grant,
            is_settled: false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn arrive(&mut self) -> Place {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        Place {
            ticket,
            since: self.pacing.round(),
        }
    }

    /// Grants a permit where nothing stands in the way.
    fn grant_at_once(&mut self, place: Place) -> Option<Grant> {
        if self.first().is_some_and(|first| first < place.ticket) {
            return None;
        }
        let now = Instant::now();
        let is_ready = self.pacing.ready_at(now) <= now;
        is_ready.then(|| self.pacing.grant(now, false))
    }

    /// Fails where a call has waited long enough, or can't wait as long as it must.
    fn check(&self, place: Place, patience: &Patience, now: Instant) -> Result<(), NoPermit> {
        let held_for = self.pacing.held_for(now);
        // The hold may be longer than what the server asked for, by its spread.
        if held_for > backoff::spread(patience.longest_hold, 1.0) {
            return Err(NoPermit::Held(held_for));
        }
        if self.pacing.refused_since(place.since) >= patience.rounds {
            return Err(NoPermit::Refused(held_for));
        }
        match patience.deadline {
            Some(deadline) if now >= deadline || now.later(held_for) > deadline => {
                Err(NoPermit::Deadline(held_for))
            }
            _ => Ok(()),
        }
    }

    /// Returns the ticket of the call whose turn is next.
    fn first(&self) -> Option<u64> {
        self.waiting.keys().next().copied()
    }

    /// Returns how long a call waits until it looks whether those before it are still there. The
    /// more wait, the less often each of them looks.
    fn interval(&self) -> Duration {
        let waiting = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
        LOOK.saturating_mul(waiting)
            .clamp(SHORTEST_LOOK, LONGEST_LOOK)
    }

    /// Takes the calls out of the front that are absent. They come back when they are polled.
    fn pass_over_absent(&mut self, now: Instant) {
        while let Some(first) = self.waiting.first_entry()
            && first.get().looks_at.later(SHORTEST_LOOK) < now
        {
            first.remove();
        }
    }

    /// Wakes the call whose turn it is.
    fn wake_first(&self) {
        if let Some(first) = self.waiting.values().next() {
            first.wake.notify_one();
        }
    }

    /// Wakes the calls that won't wait any longer.
    fn wake_impatient(&self, now: Instant) {
        for (ticket, waiting) in &self.waiting {
            let place = Place {
                ticket: *ticket,
                since: waiting.since,
            };
            if self.check(place, &waiting.patience, now).is_err() {
                waiting.wake.notify_one();
            }
        }
    }
}

/// A call that waits. When it doesn't any more, for whatever reason, the next one may be the first.
struct Queued<'a>(&'a Cooldown, u64);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        let is_first = state.first() == Some(self.1);
        state.waiting.remove(&self.1);
        if is_first {
            state.wake_first();
        }
    }
}

impl Permit<'_> {
    /// Notes an answer that isn't a 429; `is_of_server` where it isn't a gateway's failure.
    pub(super) fn answered(mut self, is_of_server: bool) {
        let now = Instant::now();
        self.settle(|pacing, grant| pacing.answered(grant, is_of_server, now));
    }

    /// Notes a 429.
    pub(super) fn refused(
        mut self,
        place: Place,
        retry_after: Option<Duration>,
        spread: f64,
    ) -> Refusal {
        let now = Instant::now();
        let back_at = self.settle(|pacing, grant| pacing.refused(grant, retry_after, spread, now));
        let mut state = self.cooldown.lock();
        state.wake_impatient(now);
        let mut next = place;
        if self.grant.is_trial() {
            // The next to try is another call: the server may refuse this operation alone.
            next.ticket = state.arrive().ticket;
        }
        Refusal {
            back_at,
            in_a_row: state.pacing.refused_since(place.since),
            place: next,
            waits_alone: state.pacing.held_for(now) < back_at.saturating_duration_since(now),
        }
    }

    /// Notes that the process had no descriptor left for the request. Returns whether it helps to
    /// send fewer at once.
    pub(super) fn crowded(mut self) -> bool {
        self.settle(Pacing::crowded)
    }

    fn settle<T>(&mut self, change: impl FnOnce(&mut Pacing, Grant) -> T) -> T {
        self.is_settled = true;
        let mut state = self.cooldown.lock();
        let changed = change(&mut state.pacing, self.grant);
        state.wake_first();
        changed
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.is_settled {
            self.settle(Pacing::ended);
        }
    }
}

#[cfg(test)]
mod tests;
