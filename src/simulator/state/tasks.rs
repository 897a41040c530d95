//! The life of tasks: which step is due when, and which tasks wait for their agent.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
};

use chrono::{DateTime, SubsecRound, Utc};
use http::StatusCode;
use uuid::Uuid;

use super::{
    agents::Agent,
    ids::{Ids, Workspace},
    task::{Stepped, Task, Waits},
};
use crate::simulator::{
    history::PastTask,
    wire::{reply::Refusal, run::ReceivedRun},
};

use crate::time::Moment;

/// How many tasks of an agent are at work, and which ones are queued.
#[derive(Debug, Default)]
struct Slots {
    limit: Option<usize>,
    active: usize,
    queue: VecDeque<usize>,
}

/// All tasks, oldest first, and the queue of events by time. Tasks are numbered by their place.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    tasks: Vec<Task>,
    by_id: HashMap<Uuid, usize>,
    slots: HashMap<Uuid, Slots>,
    /// The next step of each task that isn't waiting for a person.
    due: BinaryHeap<Reverse<(DateTime<Utc>, usize)>>,
}

impl Tasks {
    pub(crate) fn all(&self) -> &[Task] {
        &self.tasks
    }

    /// Runs all due events, each at its own time.
    pub(crate) fn advance(&mut self, ids: &mut Ids, now: DateTime<Utc>) {
        while let Some(Reverse((time, number))) = self.due.peek().copied()
            && time <= now
        {
            self.due.pop();
            self.step(ids, number, time);
        }
    }

    fn step(&mut self, ids: &mut Ids, number: usize, time: DateTime<Utc>) {
        let task = &mut self.tasks[number];
        // A cancelled task may still have an event in the queue.
        if task.has_ended {
            return;
        }
        match task.step(ids, time) {
            Stepped::Until(next) => self.due.push(Reverse((next, number))),
            Stepped::Waits => (),
            Stepped::Ended => self.free_slot(number, time),
        }
    }

    /// Gives the slot of a task that has ended to the next queued one.
    fn free_slot(&mut self, number: usize, time: DateTime<Utc>) {
        let slots = self.slots.entry(self.tasks[number].agent_id).or_default();
        slots.active -= 1;
        while let Some(next) = slots.queue.pop_front() {
            if !self.tasks[next].has_ended {
                slots.active += 1;
                self.tasks[next].is_active = true;
                self.due.push(Reverse((time, next)));
                return;
            }
        }
    }

    fn push(&mut self, task: Task) -> usize {
        let number = self.tasks.len();
        self.by_id.insert(task.id, number);
        self.tasks.push(task);
        number
    }

    /// Creates a task of an agent, which begins at once where the agent has a free slot.
    pub(crate) fn create(
        &mut self,
        ids: &mut Ids,
        agent: &Agent,
        run: ReceivedRun,
        now: DateTime<Utc>,
    ) -> &mut Task {
        let script = agent.script(&run);
        // As precise as it is shown: a filter by the shown time finds it.
        let created_at = now.trunc_subsecs(0);
        let mut task = Task::new(ids, agent, created_at);
        task.set_status("pending", now);
        task.steps = script.steps.into();
        task.end = script.end;
        task.answer_delay = script.answer_delay;
        if let Some(query) = run.query.clone() {
            task.add_message(ids, "user", query, now);
        }
        task.run = run;
        let number = self.push(task);

        let slots = self.slots.entry(agent.id).or_default();
        slots.limit = agent.concurrency();
        if slots.limit.is_some_and(|limit| slots.active >= limit) {
            slots.queue.push_back(number);
            self.tasks[number].set_status("queued", now);
        } else {
            slots.active += 1;
            self.tasks[number].is_active = true;
            self.due.push(Reverse((now, number)));
        }
        self.advance(ids, now);
        &mut self.tasks[number]
    }

    /// Adds tasks that are older than all others. The tasks stay sorted by the time of their
    /// creation, which lists rely on.
    pub(super) fn add_history(
        &mut self,
        ids: &mut Ids,
        agent: &Agent,
        mut history: Vec<PastTask>,
        now: DateTime<Utc>,
    ) {
        history.sort_by_key(|past| past.created_at);
        for past in history {
            let created_at = past.created_at.min(now).trunc_subsecs(0);
            let mut task = Task::new(ids, agent, created_at);
            task.set_status(past.status, created_at);
            task.title = Some(past.title);
            task.has_ended = true;
            self.push(task);
        }
    }

    /// Returns the task of this id, if this workspace may see it.
    pub(crate) fn find(&self, workspace: Workspace, id: Uuid) -> Result<&Task, Refusal> {
        self.number(workspace, id).map(|number| &self.tasks[number])
    }

    fn number(&self, workspace: Workspace, id: Uuid) -> Result<usize, Refusal> {
        let number = self.by_id.get(&id).copied();
        let number = number.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "Task not found"))?;
        if self.tasks[number].workspace == workspace {
            Ok(number)
        } else {
            Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "Task belongs to another workspace",
            ))
        }
    }

    /// Adds a message of a person to a task and returns the message's id. Where the task has asked,
    /// it goes on after its script's answer delay.
    pub(crate) fn send_message(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        id: Uuid,
        text: String,
        now: DateTime<Utc>,
    ) -> Result<Uuid, Refusal> {
        let number = self.number(workspace, id)?;
        let task = &mut self.tasks[number];
        if task.has_ended {
            return Err(Refusal::new(StatusCode::CONFLICT, "The task has ended"));
        }
        let message_id = task.add_message(ids, "user", text, now);
        if task.is_waiting_for_answer() {
            task.waits = Some(Waits::Answered);
            let due = now.later(task.answer_delay);
            self.due.push(Reverse((due, number)));
        }
        Ok(message_id)
    }

    /// Stops a task; one that has ended stays as it is.
    pub(crate) fn cancel(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<&Task, Refusal> {
        let number = self.number(workspace, id)?;
        let task = &mut self.tasks[number];
        if !task.has_ended {
            task.set_status("stopped", now);
            task.updated_at = now;
            task.has_ended = true;
            if task.is_active {
                self.free_slot(number, now);
                self.advance(ids, now);
            }
        }
        Ok(&self.tasks[number])
    }

    /// Approves the step that a task waits with, if it does.
    pub(crate) fn approve(&mut self, ids: &mut Ids, id: Uuid, now: DateTime<Utc>) {
        if let Some(number) = self.by_id.get(&id).copied()
            && self.tasks[number].waits == Some(Waits::ForReview)
        {
            self.step(ids, number, now);
        }
    }
}
