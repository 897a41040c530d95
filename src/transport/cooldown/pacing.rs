//! The rules of the cooldown: when the next request may be sent, and what each reply changes.
//!
//! This is plain state: times come in as arguments, and nothing waits here. [`refusal`] holds what
//! a 429 changes.

use std::time::Duration;

use tokio::time::Instant;

use super::{limit::Limit, meter::Meter, window::Window};
use crate::time::{Moment, part};

mod refusal;

/// The pace of a client, and what is known of the limit.
#[derive(Debug)]
pub(super) struct Pacing {
    meter: Meter,
    window: Window,
    limit: Option<Limit>,
    /// When the pace lets the next request pass.
    next: Instant,
    /// The end of the last `Retry-After`.
    held_until: Instant,
    /// Counts the decreases. A request that was sent before the last one says nothing about the
    /// rate now.
    epoch: u64,
    /// The replies to requests of this epoch.
    tally: Tally,
    /// The refusals of this epoch since the last answer.
    in_a_row: u32,
    confidence: Confidence,
    /// The refusals that came with the last decrease.
    cost: u32,
    /// While the server refuses everything, requests are tried one at a time.
    trial: Option<Trial>,
    /// Counts the times that the server refused, a second apart at least.
    rounds: u64,
    round_at: Instant,
    /// The rounds when the last request was answered.
    answered_at: u64,
    /// The decreases in a row that didn't help, and the replies between them.
    vain: u32,
    trouble: Tally,
    /// What was known before the first of them.
    known_before: f64,
    /// The longest hold of late.
    usual_hold: Duration,
    /// The share of requests that the server refuses whatever the pace is.
    noise: f64,
}

/// The replies to the requests of an epoch.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    answered: u32,
    refused: u32,
}

/// How well the limit is known.
#[derive(Clone, Copy, Debug)]
enum Confidence {
    Guessed,
    /// Measured when the rate had grown far and fast.
    Overshot,
    Measured,
}

/// Requests that are tried one at a time.
#[derive(Clone, Copy, Debug)]
struct Trial {
    refused: u32,
    /// Since when one is in flight.
    sent_at: Option<Instant>,
}

/// The permission to send one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grant {
    at: Instant,
    epoch: u64,
    is_trial: bool,
}

/// How requests are held back at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace {
    /// Requests a second, where a limit is known.
    pub(crate) limit: Option<f64>,
    /// What is left of the last `Retry-After`.
    pub(crate) held_for: Duration,
}

/// The longest time that others wait for a trial: it may be a large file, or a request that its
/// program has left.
const LONGEST_TRIAL: Duration = Duration::from_secs(2);
/// How far behind its schedule the pace may catch up. Timers are late by up to a millisecond.
const CATCH_UP: Duration = Duration::from_millis(20);

impl Grant {
    /// Whether the request tries alone whether the server answers again.
    pub(super) fn is_trial(self) -> bool {
        self.is_trial
    }
}

impl Pacing {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            meter: Meter::new(now),
            window: Window::new(),
            limit: None,
            next: now,
            held_until: now,
            epoch: 0,
            tally: Tally::default(),
            in_a_row: 0,
            confidence: Confidence::Guessed,
            cost: 0,
            trial: None,
            rounds: 0,
            round_at: now,
            answered_at: 0,
            vain: 0,
            trouble: Tally::default(),
            known_before: 0.0,
            usual_hold: Duration::ZERO,
            noise: 0.0,
        }
    }

    pub(super) fn pace(&self, now: Instant) -> Pace {
        Pace {
            limit: self.limit.as_ref().map(|limit| limit.rate(now)),
            held_for: self.held_for(now),
        }
    }

    /// Returns what is left of the last `Retry-After`.
    pub(super) fn held_for(&self, now: Instant) -> Duration {
        self.held_until.saturating_duration_since(now)
    }

    /// Returns the number of this round.
    pub(super) fn round(&self) -> u64 {
        self.rounds
    }

    /// Returns how many rounds since another the server has refused in a row.
    pub(super) fn refused_since(&self, round: u64) -> u64 {
        self.rounds - round.max(self.answered_at)
    }

    /// Returns when the next request may be sent, unless a reply changes that before.
    pub(super) fn ready_at(&mut self, now: Instant) -> Instant {
        if let Some(sent_at) = self.trial.and_then(|trial| trial.sent_at) {
            let next = sent_at.later(LONGEST_TRIAL);
            if next > now {
                return next;
            }
        }
        if let Some(limit) = &self.limit
            && limit.is_forgotten(now)
        {
            self.limit = None;
            self.noise = 0.0;
            self.window.restart();
        }
        let paced = if self.limit.is_some() { self.next } else { now };
        let at = paced.max(self.held_until);
        if at > now {
            return at;
        }
        self.window.opens_at(now)
    }

    /// Lets a request pass, which was held back or not.
    pub(super) fn grant(&mut self, now: Instant, was_held_back: bool) -> Grant {
        self.window.enter();
        if let Some(limit) = &mut self.limit {
            limit.used(now, was_held_back);
            let spacing = part(Duration::from_secs(1), 1.0 / limit.rate(now));
            let behind = now.earlier(CATCH_UP);
            // A hold isn't time that the pace may catch up on.
            let behind = behind.max(self.held_until.min(now));
            self.next = self.next.max(behind).later(spacing);
        }
        if let Some(trial) = &mut self.trial {
            trial.sent_at = Some(now);
        }
        Grant {
            at: now,
            epoch: self.epoch,
            is_trial: self.trial.is_some(),
        }
    }

    /// Notes an answer that isn't a 429; `is_of_server` where it isn't a gateway's failure.
    pub(super) fn answered(&mut self, grant: Grant, is_of_server: bool, now: Instant) {
        self.window.leave_answered();
        self.answered_at = self.rounds;
        self.in_a_row = 0;
        if self.trial.take().is_some() {
            self.next = self.next.max(now);
        }
        if !is_of_server {
            return;
        }
        self.meter.count(now);
        if grant.epoch == self.epoch {
            self.tally.answered = self.tally.answered.saturating_add(1);
        } else if self.epoch == 1
            && let Some(limit) = &mut self.limit
        {
            // What was in flight at the first 429 tells how much the server takes.
            limit.known = limit.known.max(f64::from(self.meter.last_second(now)));
        }
    }

    /// Notes the end of a request that wasn't answered.
    pub(super) fn ended(&mut self, grant: Grant) {
        self.window.leave();
        self.end_trial(grant);
    }

    /// Notes the end of a request for which the process had no descriptor left. Returns whether
    /// fewer requests at once will help.
    pub(super) fn crowded(&mut self, grant: Grant) -> bool {
        self.end_trial(grant);
        self.window.leave_crowded()
    }

    fn end_trial(&mut self, grant: Grant) {
        if let Some(trial) = &mut self.trial
            && grant.is_trial
        {
            trial.sent_at = None;
        }
    }
}

impl Tally {
    fn total(self) -> u32 {
        self.answered.saturating_add(self.refused)
    }

    /// Returns the share of refusals.
    fn share(self) -> f64 {
        f64::from(self.refused) / f64::from(self.total().max(1))
    }
}
