//! Tasks: how they live, and what can be asked of them.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    time::Duration,
};

use chrono::{DateTime, SubsecRound, Utc};
use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    agents::Agent,
    clock::timestamp,
    history::PastTask,
    listing::{self, Query},
    reply::{Refusal, Reply},
    run::ReceivedRun,
    script::{End, Step},
    world::{Ids, Workspace},
};

/// A task of the simulator, for tests to look at.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SimulatedTask {
    /// Id of the task.
    pub id: Uuid,
    /// Id of the agent that runs it.
    pub agent_id: Uuid,
    /// Where it stands.
    pub status: String,
    /// What started it.
    pub run: ReceivedRun,
}

const STATUSES: [&str; 8] = [
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
struct Task {
    id: Uuid,
    agent_id: Uuid,
    agent_name: String,
    workspace: Workspace,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// What it was when, oldest first; the last one is what it is now.
    statuses: Vec<(DateTime<Utc>, String)>,
    title: Option<String>,
    run: ReceivedRun,
    messages: Vec<Value>,
    feed: Vec<Value>,
    steps: VecDeque<Step>,
    end: End,
    answer_delay: Duration,
    /// Set while the task waits for a person; answered when its next step is on its way.
    waits: Option<Waits>,
    /// Whether it takes one of the agent's slots.
    is_active: bool,
    has_ended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Waits {
    ForAnswer,
    ForReview,
    Answered,
}

/// How many tasks of an agent are at work, and which wait for their turn.
#[derive(Debug, Default)]
struct Slots {
    limit: Option<usize>,
    active: usize,
    queue: VecDeque<usize>,
}

/// All tasks, oldest first, and what is due when.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    tasks: Vec<Task>,
    by_id: HashMap<Uuid, usize>,
    slots: HashMap<Uuid, Slots>,
    due: BinaryHeap<Reverse<(DateTime<Utc>, usize)>>,
}

impl Tasks {
    /// Lets happen what is due, each thing at its own time.
    pub(super) fn advance(&mut self, ids: &mut Ids, now: DateTime<Utc>) {
        while let Some(Reverse((time, number))) = self.due.peek().copied()
            && time <= now
        {
            self.due.pop();
            self.step(ids, number, time);
        }
    }

    fn step(&mut self, ids: &mut Ids, number: usize, time: DateTime<Utc>) {
        let task = &mut self.tasks[number];
        // What was cancelled meanwhile has nothing left to do.
        if task.has_ended {
            return;
        }
        task.updated_at = time;
        task.waits = None;
        if task.title.is_none() {
            let query = task.run.query.as_deref().unwrap_or_default();
            task.title = query.lines().next().map(|it| it.chars().take(80).collect());
        }
        match task.steps.pop_front() {
            Some(Step::Stay(status, stay)) => {
                task.becomes(status, time);
                self.due.push(Reverse((time + stay, number)));
            }
            Some(Step::Ask(question)) => {
                task.becomes("waiting_for_input", time);
                task.waits = Some(Waits::ForAnswer);
                task.feed
                    .push(json!({ "type": "message", "content": question }));
                let message = task.message(ids, "assistant", question, time);
                task.messages.push(message);
            }
            Some(Step::Review) => {
                task.becomes("awaiting_review", time);
                task.waits = Some(Waits::ForReview);
            }
            None => {
                task.finish(time);
                self.free_slot(number, time);
            }
        }
    }

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

    pub(super) fn create(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        agent: &Agent,
        run: ReceivedRun,
        now: DateTime<Utc>,
    ) -> Reply {
        let script = agent.script(&run);
        // As precise as it is shown, so that what is shown can be asked for.
        let created_at = now.trunc_subsecs(0);
        let mut task = Task {
            id: ids.next(),
            agent_id: agent.id,
            agent_name: agent.name().to_owned(),
            workspace,
            created_at,
            updated_at: created_at,
            statuses: vec![(now, "pending".to_owned())],
            title: None,
            messages: Vec::new(),
            feed: Vec::new(),
            steps: script.steps.into(),
            end: script.end,
            answer_delay: script.answer_delay,
            waits: None,
            is_active: false,
            has_ended: false,
            run,
        };
        if let Some(query) = task.run.query.clone() {
            let message = task.message(ids, "user", query, now);
            task.messages.push(message);
        }
        let number = self.tasks.len();
        self.by_id.insert(task.id, number);
        self.tasks.push(task);

        let slots = self.slots.entry(agent.id).or_default();
        slots.limit = agent.concurrency();
        if slots.limit.is_some_and(|limit| slots.active >= limit) {
            slots.queue.push_back(number);
            self.tasks[number].becomes("queued", now);
        } else {
            slots.active += 1;
            self.tasks[number].is_active = true;
            self.due.push(Reverse((now, number)));
        }
        self.advance(ids, now);

        let task = &self.tasks[number];
        Reply::created(json!({
            "task_id": task.id,
            "agent_id": task.agent_id,
            "status": task.status(),
            "message": "Task created. Ask for its status to follow it.",
            "created_at": timestamp(task.created_at),
        }))
    }

    /// Adds what was before anything else. The tasks stay sorted by the time of their creation,
    /// which lists rely on.
    pub(super) fn add_history(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        agent: &Agent,
        mut history: Vec<PastTask>,
        now: DateTime<Utc>,
    ) {
        history.sort_by_key(|it| it.created_at);
        for past in history {
            let created_at = past.created_at.min(now).trunc_subsecs(0);
            let task = Task {
                id: ids.next(),
                agent_id: agent.id,
                agent_name: agent.name().to_owned(),
                workspace,
                created_at,
                updated_at: created_at,
                statuses: vec![(created_at, past.status)],
                title: Some(past.title),
                run: ReceivedRun::default(),
                messages: Vec::new(),
                feed: Vec::new(),
                steps: VecDeque::new(),
                end: End::Silent,
                answer_delay: Duration::ZERO,
                waits: None,
                is_active: false,
                has_ended: true,
            };
            self.by_id.insert(task.id, self.tasks.len());
            self.tasks.push(task);
        }
    }

    /// The list as it is at a time, which may have passed.
    pub(super) fn list(
        &self,
        workspace: Workspace,
        query: &Query,
        time: DateTime<Utc>,
    ) -> Result<Reply, Refusal> {
        let agent_id = match query.get("agent_id") {
            None => None,
            Some(text) => Some(listing::uuid("agent_id", text)?),
        };
        let statuses = query.values("status", &STATUSES)?;
        let (after, before) = (query.time("created_after")?, query.time("created_before")?);
        let part = query.get("q").map(str::to_lowercase);
        let wanted = |task: &Task, status: &str| {
            task.workspace == workspace
                && agent_id.is_none_or(|it| task.agent_id == it)
                && statuses
                    .as_ref()
                    .is_none_or(|it| it.iter().any(|it| it == status))
                && part.as_ref().is_none_or(|part| {
                    task.title
                        .as_ref()
                        .is_some_and(|it| it.to_lowercase().contains(part))
                })
        };
        // The list may be long, and its pages are many.
        let newest = match before {
            Some(before) => self.tasks.partition_point(|it| it.created_at <= before),
            None => self.tasks.len(),
        };
        let newest = newest.min(query.cursor("tasks")?.unwrap_or(usize::MAX));
        let newest_first = self.tasks[..newest].iter().enumerate().rev();
        let found = newest_first
            .take_while(|(_, it)| after.is_none_or(|after| it.created_at >= after))
            .filter_map(|(number, it)| {
                let status = it.status_at(time).filter(|status| wanted(it, status))?;
                Some((number, it.list_json(status)))
            });
        listing::page("tasks", query, found).map(Reply::ok)
    }

    fn find(&mut self, workspace: Workspace, id: Uuid) -> Result<(usize, &mut Task), Refusal> {
        let number = self.by_id.get(&id).copied();
        match number.map(|number| (number, &mut self.tasks[number])) {
            None => Err(Refusal::new(StatusCode::NOT_FOUND, "Task not found")),
            Some((_, task)) if task.workspace != workspace => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "Task belongs to another workspace",
            )),
            Some(found) => Ok(found),
        }
    }

    pub(super) fn status(&mut self, workspace: Workspace, id: Uuid) -> Result<Reply, Refusal> {
        Ok(Reply::ok(self.find(workspace, id)?.1.json()))
    }

    pub(super) fn summary(&mut self, workspace: Workspace, id: Uuid) -> Result<Reply, Refusal> {
        let task = self.find(workspace, id)?.1;
        let mut body = task.json();
        if let Some(answer) = task.answer() {
            body["result"] = answer;
        }
        if task.status() == "completed"
            && task.run.output_config.is_some()
            && let Some(answer) = body["result"].get("summary")
        {
            body["extracted_data"] = answer.clone();
        }
        Ok(Reply::ok(body))
    }

    pub(super) fn result(&mut self, workspace: Workspace, id: Uuid) -> Result<Reply, Refusal> {
        let task = self.find(workspace, id)?.1;
        let mut body = task.json();
        body["feed"] = task.feed.clone().into();
        Ok(Reply::ok(body))
    }

    pub(super) fn messages(&mut self, workspace: Workspace, id: Uuid) -> Result<Reply, Refusal> {
        let task = self.find(workspace, id)?.1;
        Ok(Reply::ok(json!({ "data": task.messages })))
    }

    pub(super) fn send_message(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        id: Uuid,
        body: &Map<String, Value>,
        now: DateTime<Utc>,
    ) -> Result<Reply, Refusal> {
        let (number, task) = self.find(workspace, id)?;
        let text = match body.get("message") {
            Some(Value::String(text)) => text.clone(),
            Some(_) => return Err(Refusal::malformed("message must be a string")),
            None => return Err(Refusal::malformed("message is required")),
        };
        if task.has_ended {
            return Err(Refusal::new(StatusCode::CONFLICT, "The task has ended"));
        }
        let message = task.message(ids, "user", text, now);
        let message_id = message["id"].clone();
        task.messages.push(message);
        let reply = json!({
            "message_id": message_id,
            "task_id": task.id,
            "status": task.status(),
            "message": "Message accepted and queued.",
        });
        if task.waits == Some(Waits::ForAnswer) {
            task.waits = Some(Waits::Answered);
            let due = now + task.answer_delay;
            self.due.push(Reverse((due, number)));
        }
        Ok(Reply::ok(reply))
    }

    pub(super) fn cancel(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Reply, Refusal> {
        let (number, task) = self.find(workspace, id)?;
        if !task.has_ended {
            task.becomes("stopped", now);
            task.updated_at = now;
            task.has_ended = true;
            if task.is_active {
                self.free_slot(number, now);
                self.advance(ids, now);
            }
        }
        Ok(Reply::ok(self.tasks[number].json()))
    }

    pub(super) fn approve(&mut self, ids: &mut Ids, id: Uuid, now: DateTime<Utc>) {
        if let Some(number) = self.by_id.get(&id).copied()
            && self.tasks[number].waits == Some(Waits::ForReview)
        {
            self.step(ids, number, now);
        }
    }

    pub(super) fn all(&self) -> Vec<SimulatedTask> {
        let tasks = self.tasks.iter();
        tasks
            .map(|it| SimulatedTask {
                id: it.id,
                agent_id: it.agent_id,
                status: it.status().to_owned(),
                run: it.run.clone(),
            })
            .collect()
    }
}

impl Task {
    fn finish(&mut self, time: DateTime<Utc>) {
        self.has_ended = true;
        let status = match self.end {
            End::Failure(_) => "failed",
            _ => "completed",
        };
        self.becomes(status, time);
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
            End::Silent => return,
        };
        self.feed.push(last);
    }

    /// The answer as the documentation says that it is made from the feed.
    fn answer(&self) -> Option<Value> {
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

    fn becomes(&mut self, status: impl Into<String>, time: DateTime<Utc>) {
        self.statuses.push((time, status.into()));
    }

    fn status(&self) -> &str {
        self.statuses.last().map_or("pending", |(_, it)| it)
    }

    /// What it was at a time; `None` before it was there.
    fn status_at(&self, time: DateTime<Utc>) -> Option<&str> {
        let until = self.statuses.iter().rev().find(|(since, _)| *since <= time);
        until.map(|(_, it)| it.as_str())
    }

    fn json(&self) -> Value {
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

    fn list_json(&self, status: &str) -> Value {
        let mut body = self.json();
        body["status"] = status.into();
        body["agent_name"] = self.agent_name.as_str().into();
        body
    }

    fn message(&self, ids: &mut Ids, role: &str, content: String, time: DateTime<Utc>) -> Value {
        let mut message = json!({
            "id": ids.next(),
            "task_id": self.id,
            "agent_id": self.agent_id,
            "role": role,
            "content": content,
            "created_at": timestamp(time),
        });
        if role == "user" {
            message["user_id"] = json!(ids.next());
        }
        message
    }
}
