//! Decides what to ask the server for and when, from what is known so far.
//!
//! A sweep comes every interval. It is one step or two: it polls all tasks, or it goes through a
//! list and then confirms what was missing there. The planner neither sends nor waits: it is told
//! the time with each call.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

use super::{
    cost::{Approach, Counts},
    roster::{Roster, Seen},
    settings::ManySettings,
    step::{ListPurpose, ListQuery, ListSweep, Sighting, StepDone, SweepStep},
};
use crate::{
    error::Error,
    ids::{AgentId, TaskId, TaskRef},
    time::{Moment, part},
    wait::{
        error::{DeadlineExceeded, WaitError},
        watch::PUNCTUAL,
    },
};

/// How soon after the start of a sweep the next one may come for a task that was added.
const SOON: Duration = Duration::from_secs(2);
/// How many tasks the likelihood of an end is estimated from.
const LIKELIHOOD_SAMPLE: usize = 64;
/// The longest time that deadlines are held back after that.
const LONGEST_GRACE: Duration = Duration::from_secs(60);
/// The interval is stretched up to this factor while hardly any end is expected.
const LONGEST_STRETCH: f64 = 2.0;

/// The state of a wait for many tasks.
#[derive(Debug)]
pub(super) struct Planner {
    interval: Duration,
    /// How many tasks can be polled in an interval.
    polls_per_interval: usize,
    wants_changes: bool,
    roster: Roster,
    is_sweeping: bool,
    last_sweep: Option<Instant>,
    next_sweep: Instant,
    ended_since_ended_sweep: usize,
    ended_this_period: usize,
    ended_last_period: usize,
    others_live: usize,
    others_ended: usize,
    /// How often the list of the ended was swept since all tasks were looked at.
    ended_sweeps: usize,
    grace: Option<Grace>,
    /// Until when deadlines count, since all tasks were looked at after that.
    swept_until: Option<Instant>,
}

/// What deadlines wait for after the wait wasn't polled: a sweep that has begun since. What has
/// ended meanwhile has ended, however late its consumer asks.
#[derive(Debug)]
struct Grace {
    until: Instant,
    has_swept: bool,
}

impl Planner {
    /// Creates a planner without tasks, with room for so many.
    pub(super) fn new(settings: &ManySettings, capacity: usize, now: Instant) -> Self {
        let polls = settings.requests_per_second * settings.interval.as_secs_f64();
        Self {
            interval: settings.interval,
            polls_per_interval: (polls as usize).max(1),
            wants_changes: settings.wants_changes,
            roster: Roster::new(settings.deadline, capacity),
            is_sweeping: false,
            last_sweep: None,
            next_sweep: now,
            ended_since_ended_sweep: 0,
            ended_this_period: 0,
            ended_last_period: 0,
            others_live: 0,
            others_ended: 0,
            ended_sweeps: 0,
            grace: None,
            swept_until: None,
        }
    }

    /// Whether no task is waited for.
    pub(super) fn is_idle(&self) -> bool {
        self.roster.is_empty()
    }

    /// Returns how many tasks are waited for.
    pub(super) fn count(&self) -> usize {
        self.roster.len()
    }

    /// Returns all tasks that are waited for.
    pub(super) fn task_refs(&self) -> Vec<TaskRef> {
        let ids = self.roster.ids();
        ids.filter_map(|id| self.roster.task_ref(id)).collect()
    }

    /// Adds a task, unless it is waited for already.
    pub(super) fn add(&mut self, task: &TaskRef, now: Instant) {
        let was_idle = self.roster.is_empty();
        self.roster.add(task, now);
        // The first task is looked at soon. Later ones have probably just been started, and can
        // wait for the next sweep.
        if was_idle {
            let pause = SOON.min(self.interval);
            let soon = self.last_sweep.map_or(now, |last| last.later(pause));
            self.next_sweep = soon.max(now);
        }
    }

    /// Forgets a task, and returns whether it was waited for.
    pub(super) fn remove(&mut self, id: TaskId) -> bool {
        self.roster.remove(id)
    }

    /// Notes a sighting, and forgets the task if it has ended. `None` where it isn't waited for.
    pub(super) fn saw(&mut self, sighting: &Sighting, now: Instant) -> Option<Seen> {
        let seen = self.roster.saw(sighting, now)?;
        if sighting.status.is_terminal() {
            self.roster.remove(sighting.task_id);
            self.ended_since_ended_sweep += 1;
            self.ended_this_period += 1;
        }
        Some(seen)
    }

    /// Notes a failed request. Returns why the wait for the task ends, where the failure won't
    /// pass.
    pub(super) fn failed(&mut self, id: TaskId, error: Error, now: Instant) -> Option<WaitError> {
        let task = self.roster.task_ref(id)?;
        let lasting = WaitError::of_poll(&task, &error);
        if lasting.is_some() {
            self.roster.remove(id);
        } else {
            self.roster.failed(id, error, now);
        }
        lasting
    }

    /// Notes why a task goes on to wait.
    pub(super) fn note(&mut self, id: TaskId, error: Error, now: Instant) {
        self.roster.failed(id, error, now);
    }

    /// Forgets the task whose deadline has passed longest ago, if there is one.
    pub(super) fn take_overdue(&mut self, now: Instant) -> Option<DeadlineExceeded> {
        if self.was_left(now) {
            self.grace = Some(Grace {
                until: now.later(LONGEST_GRACE),
                has_swept: false,
            });
            self.next_sweep = now;
        }
        match &self.grace {
            Some(grace) if now < grace.until => return None,
            Some(_) => {
                self.grace = None;
                self.swept_until = Some(now);
            }
            None => (),
        }
        self.roster.take_overdue(now)
    }

    /// Whether the wait wasn't polled when a deadline passed.
    fn was_left(&self, now: Instant) -> bool {
        let is_unswept = |deadline| self.swept_until.is_none_or(|until| deadline > until);
        let is_late = |deadline| now > Instant::later(deadline, PUNCTUAL) && is_unswept(deadline);
        self.grace.is_none() && self.roster.next_deadline().is_some_and(is_late)
    }

    /// Returns when something is due next; `None` while only replies are awaited.
    pub(super) fn wakes_at(&self) -> Option<Instant> {
        let next_sweep = (!self.is_sweeping).then_some(self.next_sweep);
        let next_deadline = match &self.grace {
            Some(grace) => Some(grace.until),
            None => self.roster.next_deadline(),
        };
        next_sweep.into_iter().chain(next_deadline).min()
    }

    /// Begins a sweep if one is due, and returns its first step.
    pub(super) fn begin_sweep(&mut self, now: Instant) -> Option<SweepStep> {
        if self.is_sweeping || now < self.next_sweep || self.roster.is_empty() {
            return None;
        }
        self.is_sweeping = true;
        self.last_sweep = Some(now);
        if let Some(grace) = &mut self.grace {
            grace.has_swept = true;
        }
        let approach = self.counts().cheapest(self.ended_sweeps);
        self.ended_sweeps = match approach {
            Approach::SweepEnded => self.ended_sweeps + 1,
            Approach::PollEach | Approach::SweepLive => 0,
        };
        let waiting = self.roster.ids();
        Some(match approach {
            Approach::PollEach => self.poll(waiting.collect()),
            Approach::SweepLive => self.sweep(ListPurpose::FindLive, waiting.collect()),
            Approach::SweepEnded => self.sweep(ListPurpose::FindEnded, waiting.collect()),
        })
    }

    /// Returns the next step of the sweep; `None` where this was its last. Then
    /// [`end_sweep`](Self::end_sweep) has to follow.
    pub(super) fn next_step(&mut self, done: StepDone) -> Option<SweepStep> {
        let StepDone::Swept(purpose, sweep) = done else {
            return None;
        };
        match purpose {
            ListPurpose::FindLive => self.others_live = sweep.others,
            ListPurpose::FindEnded | ListPurpose::ConfirmEnds => self.learn_ended(&sweep),
        }
        // That a task is missing proves nothing: it may have ended, be too new for the list, or be
        // gone.
        let missing = sweep.missing.iter().copied();
        let missing: Vec<TaskId> = missing.filter(|id| self.roster.contains(*id)).collect();
        if !sweep.is_whole || purpose == ListPurpose::ConfirmEnds {
            return self.poll_missing(missing);
        }
        if purpose == ListPurpose::FindEnded {
            // They are still at work, or are gone, which a sweep of those at work will show.
            return None;
        }
        if self.counts().sweeps_to_confirm(missing.len()) {
            let missing = missing.into_iter().collect();
            return Some(self.sweep(ListPurpose::ConfirmEnds, missing));
        }
        self.poll_missing(missing)
    }

    /// Ends a sweep, and sets the time of the next one.
    ///
    /// `likelihood` says how likely a task of this agent, created at this time, ends within the
    /// interval; `random` is a number in `[0, 1)`.
    pub(super) fn end_sweep(
        &mut self,
        now: Instant,
        random: f64,
        likelihood: impl Fn(AgentId, DateTime<Utc>) -> Option<f64>,
    ) {
        self.is_sweeping = false;
        if self.grace.as_ref().is_some_and(|grace| grace.has_swept) {
            self.grace = None;
            self.swept_until = Some(now);
        }
        self.ended_last_period = self.ended_this_period;
        self.ended_this_period = 0;
        let mean = self.roster.mean_likelihood(LIKELIHOOD_SAMPLE, likelihood);
        let stretch = mean.map_or(1.0, |mean| {
            let expected_ends = mean * self.roster.len() as f64;
            (1.0 / expected_ends.max(f64::MIN_POSITIVE)).clamp(1.0, LONGEST_STRETCH)
        });
        let jitter = 0.95 + 0.1 * random;
        self.next_sweep = match self.grace {
            Some(_) => now,
            None => now.later(part(self.interval, stretch * jitter)),
        };
    }

    /// Gives up the sweep that is going on, since no task is left that it is for.
    pub(super) fn abandon_sweep(&mut self) {
        self.is_sweeping = false;
    }

    fn counts(&self) -> Counts {
        Counts {
            waiting: self.roster.len(),
            ended_since_ended_sweep: self.ended_since_ended_sweep,
            ended_last_period: self.ended_last_period,
            others_live: self.others_live,
            others_ended: self.others_ended,
            wants_changes: self.wants_changes,
            has_unseen: self.roster.has_unseen(),
        }
    }

    /// Notes how long the list of the ended is. All that it shows counts as others' tasks from now
    /// on, the ended ones of this wait included.
    fn learn_ended(&mut self, sweep: &ListSweep) {
        let listed = sweep.others + sweep.found;
        if sweep.is_whole {
            self.others_ended = listed;
            self.ended_since_ended_sweep = 0;
        } else {
            self.others_ended = self.others_ended.max(listed);
        }
    }

    fn sweep(&self, purpose: ListPurpose, wanted: HashSet<TaskId>) -> SweepStep {
        SweepStep::Sweep(ListQuery {
            purpose,
            window: self.roster.window(),
            wanted,
        })
    }

    /// Polls as many of these tasks as there is time for before the next sweep.
    fn poll(&self, tasks: Vec<TaskId>) -> SweepStep {
        SweepStep::Poll(
            self.roster
                .longest_unchecked(tasks, self.polls_per_interval),
        )
    }

    fn poll_missing(&self, missing: Vec<TaskId>) -> Option<SweepStep> {
        (!missing.is_empty()).then(|| self.poll(missing))
    }
}

#[cfg(test)]
mod tests;
