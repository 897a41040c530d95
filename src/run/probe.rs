//! Probes the server's list for the task of a run.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use uuid::Uuid;

use super::{
    error::of_ledger,
    identity::{Comparison, Identity},
    reconcile::View,
    state::RunState,
};
use crate::{
    api::{Client, types::TaskListItem},
    error::{Error, ErrorKind, Phase},
    ids::AgentId,
    pages::PageExt,
};

/// Probes for the task of one run, and remembers what it has compared.
#[derive(Debug)]
pub(super) struct Prober {
    client: Client,
    state: Arc<RunState>,
    agent_id: AgentId,
    identity: Identity,
    /// The run's own key.
    key: Option<String>,
    comparisons: HashMap<Uuid, Comparison>,
    /// The tasks that may be the run's, as they were listed last.
    listed: HashMap<Uuid, TaskListItem>,
}

/// The most tasks of a list. A longer one hasn't been narrowed as the request asked.
const MOST_TASKS: usize = 10_000;

impl Prober {
    pub(super) fn new(
        client: Client,
        state: Arc<RunState>,
        agent_id: AgentId,
        identity: Identity,
        key: Option<String>,
    ) -> Self {
        Self {
            client,
            state,
            agent_id,
            identity,
            key,
            comparisons: HashMap::new(),
            listed: HashMap::new(),
        }
    }

    /// Compares all tasks that were created since this time with what was sent.
    pub(super) async fn probe(&mut self, created_after: DateTime<Utc>) -> Result<View, Error> {
        let mut view = View::default();
        let mut failure = None;
        for task in self.list(created_after).await? {
            if self.belongs_to_another(task.task_id).await? {
                continue;
            }
            match self.compare(&task).await {
                Ok(Comparison::Differs) => continue,
                Ok(Comparison::Matches) => view.matches.push(task.task_id),
                Ok(Comparison::Incomparable) => view.incomparable.push(task.task_id),
                // The others are compared all the same, which leaves less to the next probe.
                Err(error) => {
                    failure = Some(error);
                    continue;
                }
            }
            self.listed.insert(task.task_id, task);
        }
        if !self.identity.is_exact() && self.has_lookalikes().await? {
            // One of these tasks may belong to another process, which is about to learn its id.
            view.incomparable.append(&mut view.matches);
        }
        let is_decided = self.identity.is_exact() && !view.matches.is_empty();
        match failure {
            Some(error) if !is_decided => Err(error),
            _ => Ok(view),
        }
    }

    /// Returns the listed tasks of these ids.
    pub(super) fn listed(&self, ids: &[Uuid]) -> Vec<TaskListItem> {
        let found = ids.iter().filter_map(|id| self.listed.get(id));
        found.cloned().collect()
    }

    /// Lists the agent's tasks that were created since this time: oldest first, and each once, even
    /// where a page was shown twice.
    async fn list(&self, created_after: DateTime<Utc>) -> Result<Vec<TaskListItem>, Error> {
        let mut tasks: Vec<TaskListItem> = Vec::new();
        let list = self.client.list_tasks().agent_id(self.agent_id);
        let mut pages = list.created_after(created_after).pages().prefetch(0);
        while let Some(page) = pages.next().await {
            let (new, old): (Vec<_>, Vec<_>) = page?
                .items
                .into_iter()
                .partition(|task| task.created_at >= created_after);
            tasks.extend(new);
            // The server ignores the filter: what follows is only older.
            if !old.is_empty() {
                break;
            }
            if tasks.len() > MOST_TASKS {
                let message =
                    format!("more than {MOST_TASKS} tasks were created since {created_after}");
                return Err(Error::new(ErrorKind::TooLarge, Phase::Answered, message));
            }
        }
        tasks.sort_by_key(|task| (task.created_at, task.task_id));
        tasks.dedup_by_key(|task| task.task_id);
        Ok(tasks)
    }

    /// Whether other processes are starting lookalikes of this run.
    async fn has_lookalikes(&self) -> Result<bool, Error> {
        let hash = self.identity.lookalike_hash();
        let keys = self.state.ledger.lookalikes(self.agent_id, &hash).await;
        let is_foreign =
            |key: &String| Some(key) != self.key.as_ref() && !self.state.keys.contains(key);
        Ok(keys.map_err(of_ledger)?.iter().any(is_foreign))
    }

    /// Whether a task belongs to another run, of this client or of the ledger.
    async fn belongs_to_another(&self, task_id: Uuid) -> Result<bool, Error> {
        if self.state.siblings.is_owned(task_id) {
            return Ok(true);
        }
        let task_ids = [task_id.into()];
        let keys = self.state.ledger.keys_of_tasks(&task_ids).await;
        Ok(!keys.map_err(of_ledger)?.is_empty())
    }

    async fn compare(&mut self, task: &TaskListItem) -> Result<Comparison, Error> {
        if let Some(comparison) = self.comparisons.get(&task.task_id) {
            return Ok(*comparison);
        }
        let messages = self.client.list_task_messages().task_id(task.task_id);
        let messages = match messages.send().await {
            Ok(messages) => messages.into_inner().data,
            // The messages can't be read with this key, now or later.
            Err(error) if error.failure().is_refusal() => return Ok(Comparison::Incomparable),
            Err(error) => return Err(error),
        };
        let text = messages
            .iter()
            .find(|message| message.is_from_user())
            .and_then(|message| message.text());
        let comparison = self
            .identity
            .compare(text.as_deref(), task.title.as_deref());
        // A task that can't be compared now may be later, when its messages are there.
        if comparison != Comparison::Incomparable {
            self.comparisons.insert(task.task_id, comparison);
        }
        Ok(comparison)
    }
}
