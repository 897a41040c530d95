//! The tasks of a wait, and what is known of each.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::{Duration, Instant},
};

use super::step::{Sighting, Window};
use crate::{
    api::types::TaskStatus,
    error::Error,
    ids::{AgentId, TaskId, TaskRef},
    wait::{error::DeadlineExceeded, order::is_older, outcome::Update},
};
use chrono::{DateTime, TimeDelta, Utc};

/// How many entries of ended tasks the deadlines may have beyond those that are waited for.
const SPARE_DEADLINES: usize = 1_024;

/// A task that is waited for. There may be very many of them, so each byte counts.
#[derive(Debug)]
struct WaitingTask {
    agent_id: Option<AgentId>,
    added_at: Instant,
    /// When its status was asked for last, or when it was added.
    checked_at: Instant,
    created_at: Option<DateTime<Utc>>,
    /// How new the status is.
    updated_at: Option<DateTime<Utc>>,
    status: Option<TaskStatus>,
    polls: u32,
    last_error: Option<Error>,
}

impl WaitingTask {
    fn task_ref(&self, id: TaskId) -> TaskRef {
        let task = TaskRef::new(id);
        match self.agent_id {
            Some(agent_id) => task.with_agent(agent_id),
            None => task,
        }
    }
}

/// A sighting of a task that is waited for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) update: Update,
    /// Whether the status is another than before.
    pub(super) has_changed: bool,
}

/// All tasks that are waited for.
#[derive(Debug)]
pub(super) struct Roster {
    deadline: Duration,
    tasks: HashMap<TaskId, WaitingTask>,
    /// When each wait ends, in the order in which the tasks were added. An entry may outlive its
    /// task.
    deadlines: VecDeque<(Instant, TaskId)>,
}

impl Roster {
    /// Creates a roster for so many tasks, each of which is waited for until the deadline.
    pub(super) fn new(deadline: Duration, capacity: usize) -> Self {
        Self {
            deadline,
            tasks: HashMap::with_capacity(capacity),
            deadlines: VecDeque::with_capacity(capacity),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    pub(super) fn contains(&self, id: TaskId) -> bool {
        self.tasks.contains_key(&id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = TaskId> {
        self.tasks.keys().copied()
    }

    /// Returns the task with the agent that is known of it; `None` where it isn't waited for.
    pub(super) fn task_ref(&self, id: TaskId) -> Option<TaskRef> {
        self.tasks.get(&id).map(|task| task.task_ref(id))
    }

    /// Adds a task, unless it is waited for already.
    pub(super) fn add(&mut self, task: &TaskRef, now: Instant) {
        let id = task.task_id();
        if self.contains(id) {
            return;
        }
        let waiting = WaitingTask {
            agent_id: task.agent_id(),
            added_at: now,
            checked_at: now,
            created_at: None,
            updated_at: None,
            status: None,
            polls: 0,
            last_error: None,
        };
        self.tasks.insert(id, waiting);
        // Most tasks end long before their deadlines.
        if self.deadlines.len() > 2 * self.tasks.len() + SPARE_DEADLINES {
            let mut deadlines = std::mem::take(&mut self.deadlines);
            deadlines.retain(|entry| self.is_live(entry));
            self.deadlines = deadlines;
        }
        // A deadline beyond the clock's range is none.
        if let Some(deadline) = now.checked_add(self.deadline) {
            self.deadlines.push_back((deadline, id));
        }
    }

    /// Forgets a task, and returns whether it was there.
    pub(super) fn remove(&mut self, id: TaskId) -> bool {
        let was_there = self.tasks.remove(&id).is_some();
        self.drop_ended();
        was_there
    }

    /// Notes a sighting; `None` where the task isn't waited for, and where it was seen in a newer
    /// state before.
    pub(super) fn saw(&mut self, sighting: &Sighting, now: Instant) -> Option<Seen> {
        let task = self.tasks.get_mut(&sighting.task_id)?;
        task.polls += 1;
        let known = (task.status.as_ref(), task.updated_at);
        if is_older((&sighting.status, sighting.updated_at), known) {
            return None;
        }
        task.updated_at = Some(sighting.updated_at);
        task.checked_at = now;
        task.last_error = None;
        task.agent_id = Some(sighting.agent_id);
        task.created_at = Some(sighting.created_at);
        let has_changed = task.status.as_ref() != Some(&sighting.status);
        task.status = Some(sighting.status.clone());
        let update = Update::new(task.task_ref(sighting.task_id), sighting.status.clone())
            .with_elapsed(now.saturating_duration_since(task.added_at))
            .with_polls(task.polls);
        Some(Seen {
            update,
            has_changed,
        })
    }

    /// Notes a request for a task that failed.
    pub(super) fn failed(&mut self, id: TaskId, error: Error, now: Instant) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.polls += 1;
            task.checked_at = now;
            task.last_error = Some(error);
        }
    }

    /// Returns when the first deadline comes.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.front().map(|(deadline, _)| *deadline)
    }

    /// Takes out the task whose deadline has passed longest ago, if there is one.
    pub(super) fn take_overdue(&mut self, now: Instant) -> Option<DeadlineExceeded> {
        let (_, id) = *self.deadlines.front().filter(|(due, _)| *due <= now)?;
        self.deadlines.pop_front();
        let task = self.tasks.remove(&id)?;
        self.drop_ended();
        let exceeded = DeadlineExceeded::new(
            task.task_ref(id),
            now.saturating_duration_since(task.added_at),
        )
        .with_last_status(task.status)
        .with_last_error(task.last_error)
        .with_polls(task.polls);
        Some(exceeded)
    }

    /// Drops the first deadlines as far as their tasks have ended, so that the first one is a
    /// task's.
    fn drop_ended(&mut self) {
        while let Some(entry) = self.deadlines.front()
            && !self.is_live(entry)
        {
            self.deadlines.pop_front();
        }
    }

    /// Whether a deadline is that of a task which is waited for. One that has ended and was added
    /// again has a later one.
    fn is_live(&self, (deadline, id): &(Instant, TaskId)) -> bool {
        let task = self.tasks.get(id);
        task.is_some_and(|task| task.added_at.checked_add(self.deadline) == Some(*deadline))
    }

    /// Whether the status of some task was never asked for. One that can't be read isn't worth it
    /// to look at all the others in another way.
    pub(super) fn has_unseen(&self) -> bool {
        let is_new = |task: &WaitingTask| task.status.is_none() && task.last_error.is_none();
        self.tasks.values().any(is_new)
    }

    /// Returns so many of these tasks at the most: those that were checked longest ago.
    pub(super) fn longest_unchecked(&self, mut ids: Vec<TaskId>, count: usize) -> Vec<TaskId> {
        if ids.len() > count {
            ids.sort_by_cached_key(|id| self.tasks.get(id).map(|task| task.checked_at));
            ids.truncate(count);
        }
        ids
    }

    /// Returns the mean likelihood of an end, over a sample of so many tasks; `None` where it isn't
    /// known for each of them.
    pub(super) fn mean_likelihood(
        &self,
        sample: usize,
        likelihood: impl Fn(AgentId, DateTime<Utc>) -> Option<f64>,
    ) -> Option<f64> {
        let count = self.tasks.len().min(sample);
        let sample = self.tasks.values().take(sample);
        let known = sample.map(|task| likelihood(task.agent_id?, task.created_at?));
        let sum: f64 = known.sum::<Option<f64>>()?;
        (count > 0).then(|| sum / count as f64)
    }

    /// Returns the bounds within which all tasks are listed.
    pub(super) fn window(&self) -> Window {
        let agents: HashSet<Option<AgentId>> =
            self.tasks.values().map(|task| task.agent_id).collect();
        let mut agents = agents.into_iter();
        let agent_id = match (agents.next(), agents.next()) {
            (Some(only), None) => only,
            _ => None,
        };
        let times = || self.tasks.values().map(|task| task.created_at);
        // `None` is the least: one task of an unknown time leaves both bounds open.
        let oldest = times().min().flatten();
        let newest = oldest.and(times().max().flatten());
        Window {
            agent_id,
            created_after: oldest,
            // A bound may lose its fraction of a second, which must not cut off the newest task.
            created_before: newest
                .and_then(|newest| newest.checked_add_signed(TimeDelta::seconds(1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn deadlines_of_ended_tasks_are_not_kept() {
        let mut roster = Roster::new(Duration::from_secs(86_400), 0);
        let now = Instant::now();
        let task = |number: u128| TaskRef::from(Uuid::from_u128(number));
        // One that goes on keeps the others from being the first.
        roster.add(&task(0), now);
        for number in 1..100_000 {
            roster.add(&task(number), now);
            roster.remove(task(number).task_id());
        }
        assert_eq!(roster.len(), 1);
        assert!(roster.deadlines.len() < 2 * SPARE_DEADLINES);
        assert_eq!(roster.next_deadline(), Some(now + roster.deadline));
    }
}
