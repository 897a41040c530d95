//! One task: its state now and before, and its next steps.

use std::{collections::VecDeque, time::Duration};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    agents::Agent,
    ids::{Ids, Workspace},
};
use crate::simulator::{
    clock::timestamp,
    script::{End, ScriptStep},
    wire::run::ReceivedRun,
};

use crate::time::Moment;

pub(crate) const STATUSES: [&str; 8] = [
    "pending",
    "queued",
    "running",
    "waiting_for_input",
    "awaiting_review",
    "completed",
    "failed",
    "stopped",
];

#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) id: Uuid,
    pub(crate) agent_id: Uuid,
    agent_name: String,
    pub(crate) workspace: Workspace,
    pub(crate) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    /// Each status and the time from which the task had it, oldest first; the last one is current.
    statuses: Vec<(DateTime<Utc>, String)>,
    pub(crate) title: Option<String>,
    pub(crate) run: ReceivedRun,
    /// Whether another program than the simulator's callers has started it.
    pub(crate) is_foreign: bool,
    /// The messages, each with the time of its writing, oldest first.
    messages: Vec<(DateTime<Utc>, Value)>,
    pub(crate) feed: Vec<Value>,
    /// The steps that are left of the script.
    pub(super) steps: VecDeque<ScriptStep>,
    pub(crate) end: End,
    pub(super) answer_delay: Duration,
    /// Set while the task waits for a person.
    pub(super) waits: Option<Waits>,
    /// Whether the task takes one of the agent's slots.
    pub(super) is_active: bool,
    pub(super) has_ended: bool,
}

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Waits {
    ForAnswer,
    ForReview,
    /// The task was answered, and its next step is due soon.
    Answered,
}

impl Task {
    /// Creates a task that has no status, nothing to do, and no run.
    pub(super) fn new(ids: &mut Ids, agent: &Agent, created_at: DateTime<Utc>) -> Self {
        Self {
            id: ids.next(),
            agent_id: agent.id,
            agent_name: agent.name().to_owned(),
            workspace: agent.workspace,
            created_at,
            updated_at: created_at,
            statuses: Vec::new(),
            title: None,
            run: ReceivedRun::default(),
            is_foreign: false,
            messages: Vec::new(),
            feed: Vec::new(),
            steps: VecDeque::new(),
            end: End::Silent,
            answer_delay: Duration::ZERO,
            waits: None,
            is_active: false,
            has_ended: false,
        }
    }

    /// Changes the status, from this time on.
    pub(super) fn set_status(&mut self, status: impl Into<String>, time: DateTime<Utc>) {
        self.statuses.push((time, status.into()));
    }

    pub(crate) fn status(&self) -> &str {
        self.statuses.last().map_or("pending", |(_, status)| status)
    }

    /// Returns the status that the task had at a time; `None` before it was created.
    pub(crate) fn status_at(&self, time: DateTime<Utc>) -> Option<&str> {
        let mut newest_first = self.statuses.iter().rev();
        let found = newest_first.find(|(since, _)| *since <= time);
        found.map(|(_, status)| status.as_str())
    }

    pub(crate) fn is_waiting_for_answer(&self) -> bool {
        self.waits == Some(Waits::ForAnswer)
    }

    /// Takes the next step of the script, or ends the task where none is left.
    pub(super) fn step(&mut self, ids: &mut Ids, time: DateTime<Utc>) -> Stepped {
        self.updated_at = time;
        self.waits = None;
        if self.title.is_none() {
            let query = self.run.query.as_deref().unwrap_or_default();
            self.title = query
                .lines()
                .next()
                .map(|line| line.chars().take(80).collect());
        }
        match self.steps.pop_front() {
            Some(ScriptStep::Stay(status, stay)) => {
                self.set_status(status, time);
                Stepped::Until(time.later(stay))
            }
            Some(ScriptStep::Ask(question)) => {
                self.set_status("waiting_for_input", time);
                self.waits = Some(Waits::ForAnswer);
                self.feed
                    .push(json!({ "type": "message", "content": question }));
                self.add_message(ids, "assistant", question, time);
                Stepped::Waits
            }
            Some(ScriptStep::Say(text)) => {
                self.feed
                    .push(json!({ "type": "message", "content": text }));
                self.add_message(ids, "assistant", text, time);
                Stepped::Until(time)
            }
            Some(ScriptStep::Review) => {
                self.set_status("awaiting_review", time);
                self.waits = Some(Waits::ForReview);
                Stepped::Waits
            }
            None => {
                self.finish(time);
                Stepped::Ended
            }
        }
    }

    fn finish(&mut self, time: DateTime<Utc>) {
        self.has_ended = true;
        let status = match self.end {
            End::Failure(_) => "failed",
            End::Echo
            | End::Summary(_)
            | End::Result(_)
            | End::Output(_)
            | End::Fields(_)
            | End::Silent => "completed",
        };
        self.set_status(status, time);
        let completed = |result: Value| {
            json!({
                "type": "task_complete",
                "result": result,
                "created_at": timestamp(time),
            })
        };
        let summarised =
            |summary: Value| completed(json!({ "structuredContent": { "summary": summary } }));
        let last = match &self.end {
            End::Echo => summarised(self.run.echo()),
            End::Summary(summary) => summarised(summary.clone()),
            End::Result(result) => completed(result.clone()),
            End::Output(content) => json!({ "type": "message", "content": content }),
            End::Failure(message) => json!({ "type": "error", "content": message }),
            End::Fields(fields) => completed(fields.get("result").cloned().unwrap_or_default()),
            End::Silent => return,
        };
        self.feed.push(last);
    }

    /// Returns the answer, made from the feed as
    /// <https://agents.nanonets.com/docs/get-task-summary> says.
    pub(crate) fn answer(&self) -> Option<Value> {
        let last = self.feed.last()?;
        if last["type"] != "task_complete" {
            return last.get("content").cloned();
        }
        match last["result"]["structuredContent"].get("summary") {
            Some(summary) => {
                Some(json!({ "summary": summary, "completed_at": last["created_at"] }))
            }
            None => Some(last["result"].clone()),
        }
    }

    /// Adds a message and returns its id.
    pub(super) fn add_message(
        &mut self,
        ids: &mut Ids,
        role: &str,
        content: String,
        time: DateTime<Utc>,
    ) -> Uuid {
        let id = ids.next();
        let mut message = json!({
            "id": id,
            "task_id": self.id,
            "agent_id": self.agent_id,
            "role": role,
            "content": content,
            "created_at": timestamp(time),
        });
        if role == "user" {
            message["user_id"] = json!(ids.next());
        }
        self.messages.push((time, message));
        id
    }

    /// Returns the messages that were there at a time, oldest first.
    pub(crate) fn messages_at(&self, time: DateTime<Utc>) -> impl Iterator<Item = &Value> {
        let there = self.messages.iter().filter(move |(at, _)| *at <= time);
        there.map(|(_, message)| message)
    }

    /// Returns all messages, oldest first.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Value> {
        self.messages.iter().map(|(_, message)| message)
    }

    pub(crate) fn json(&self) -> Value {
        let mut body = json!({
            "task_id": self.id,
            "agent_id": self.agent_id,
            "status": self.status(),
            "created_at": timestamp(self.created_at),
            "updated_at": timestamp(self.updated_at),
        });
        if let Some(title) = &self.title {
            body["title"] = title.as_str().into();
        }
        body
    }

    /// Returns the state of the task at a time; its first state, before it was created.
    pub(crate) fn json_at(&self, time: DateTime<Utc>) -> Value {
        let mut body = self.json();
        let mut newest_first = self.statuses.iter().rev();
        let there = newest_first.find(|(since, _)| *since <= time);
        if let Some((since, status)) = there.or(self.statuses.first()) {
            body["status"] = status.as_str().into();
            body["updated_at"] = timestamp(self.updated_at.min(*since)).into();
        }
        body
    }

    /// Returns the task's item in a list that shows it with this status.
    pub(crate) fn list_json(&self, status: &str) -> Value {
        let mut body = self.json();
        body["status"] = status.into();
        body["agent_name"] = self.agent_name.as_str().into();
        body
    }
}

/// The outcome of a step.
pub(super) enum Stepped {
    /// The next step is due at this time.
    Until(DateTime<Utc>),
    /// A person has to do something.
    Waits,
    Ended,
}
