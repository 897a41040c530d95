//! Probes the server's list for the task of a run.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures_util::StreamExt;
use uuid::Uuid;

use super::{
    error::of_ledger,
    identity::{Comparison, Identity, Shown},
    reconcile::View,
    siblings::OpenGuard,
    state::RunState,
    tasks_clock::TasksClock,
    window::Window,
};
use crate::{
    api::{
        Client,
        types::{TaskListItem, TaskMessage, TaskStatus},
    },
    error::{Error, ErrorKind, Phase},
    ids::{AgentId, TaskId},
    pages::PageExt,
    twin::Twins,
};

/// Probes for the task of one run, and remembers what it has compared.
#[derive(Clone, Debug)]
pub(super) struct Prober {
    state: Arc<RunState>,
    agent_id: AgentId,
    identity: Arc<Identity>,
    /// The run's own key.
    key: Option<String>,
    comparisons: HashMap<Uuid, Comparison>,
    /// The tasks that may be the run's, as they were listed last.
    listed: HashMap<Uuid, TaskListItem>,
    most_tasks: usize,
    /// Whether the present probe has looked at how the server shows a query.
    has_looked_at_sample: bool,
}

/// Which of the listed tasks are compared with a run, at the cost of a request each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// All. Once one is certainly the run's, only its likely twins.
    All,
    /// Those whose titles may have been made from the run's query, where the titles of this
    /// client's tasks are made from theirs.
    ByTitle,
}

/// The most tasks of a list. A longer one hasn't been narrowed as the request asked.
const MOST_TASKS: usize = 10_000;

impl Prober {
    pub(super) fn new(
        state: Arc<RunState>,
        agent_id: AgentId,
        identity: Arc<Identity>,
        key: Option<String>,
    ) -> Self {
        Self {
            state,
            agent_id,
            identity,
            key,
            comparisons: HashMap::new(),
            listed: HashMap::new(),
            most_tasks: MOST_TASKS,
            has_looked_at_sample: false,
        }
    }

    /// Returns a prober that compares fewer tasks, for a look that is to be cheap.
    pub(super) fn with_most_tasks(self, most_tasks: usize) -> Self {
        Self { most_tasks, ..self }
    }

    pub(super) fn agent_id(&self) -> AgentId {
        self.agent_id
    }

    pub(super) fn is_exact(&self) -> bool {
        self.identity.is_exact()
    }

    pub(super) fn tasks_clock(&self) -> &TasksClock {
        &self.state.tasks_clock
    }

    /// Counts the run among those that may have started a second task.
    pub(super) fn keep_open(&self) -> OpenGuard {
        self.state.siblings.keep_open(self.agent_id, &self.identity)
    }

    /// Records which twins belong to this run. One that isn't certain may be another's, which can't
    /// be certain either then.
    pub(super) fn own_twins(&self, twins: &Twins) {
        for twin in twins.found() {
            if twin.is_certain() {
                self.state.siblings.own(twin.task_id());
            } else {
                self.state.siblings.dispute(twin.task_id());
            }
        }
    }

    /// Compares the tasks of a window with what was sent. `is_contested` tells that lookalikes of
    /// this client, which sent something else, don't know their tasks either.
    pub(super) async fn probe(
        &mut self,
        client: &Client,
        window: Window,
        depth: Depth,
        is_contested: bool,
    ) -> Result<View, Error> {
        self.has_looked_at_sample = false;
        let mut view = View::default();
        let mut failure = None;
        let tasks = self.list(client, window).await?;
        self.state.echo.listed(&tasks);
        let tasks = self.without_those_of_others(tasks, &mut view).await?;
        let goes_by_title = depth == Depth::ByTitle || self.is_exact();
        let (likely, unlikely): (Vec<_>, Vec<_>) = tasks
            .into_iter()
            .partition(|task| !goes_by_title || self.is_likely(task));
        let likely_count = likely.len();
        for (index, task) in likely.into_iter().chain(unlikely).enumerate() {
            let is_found = self.is_exact() && !view.matches.is_empty();
            if index >= likely_count && (depth == Depth::ByTitle || is_found) {
                view.is_partial = true;
                break;
            }
            match self.compare(client, &task).await {
                Ok(comparison) => {
                    let list = match self.judged(comparison, &task, window) {
                        Judged::Anothers => {
                            self.listed.remove(&task.task_id);
                            continue;
                        }
                        Judged::Match => &mut view.matches,
                        Judged::Lookalike => &mut view.lookalikes,
                        Judged::Incomparable => &mut view.incomparable,
                        Judged::Silent => &mut view.silent,
                        Judged::Contested => &mut view.contested,
                    };
                    list.push(task.task_id);
                    self.listed.insert(task.task_id, task);
                }
                // The others are compared all the same, which leaves less to the next probe.
                Err(error) => failure = Some(error),
            }
        }
        if !self.identity.is_exact() && (is_contested || self.has_rivals().await?) {
            // One of these tasks may belong to a run that is about to learn its id.
            view.contested.append(&mut view.matches);
            view.contested.append(&mut view.lookalikes);
        }
        self.drop_what_was_recorded(&mut view).await?;
        // What couldn't be compared may match as well, which only a marker rules out.
        let is_decided =
            self.identity.is_exact() && !view.matches.is_empty() || view.recorded.is_some();
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

    /// Returns all tasks that may be the run's, as they were listed last.
    pub(super) fn all_listed(&self) -> Vec<TaskListItem> {
        let mut tasks: Vec<_> = self.listed.values().cloned().collect();
        tasks.sort_by_key(|task| (task.created_at, task.task_id));
        tasks
    }

    /// Whether a task had been stopped when it was listed last.
    pub(super) fn is_stopped(&self, id: Uuid) -> bool {
        self.listed.get(&id).is_some_and(is_stopped)
    }

    /// Lists the agent's tasks of the window: what was stopped last, the oldest first, and each
    /// once, even where a page was shown twice.
    async fn list(&self, client: &Client, window: Window) -> Result<Vec<TaskListItem>, Error> {
        let earliest = window.earliest;
        let mut tasks: Vec<TaskListItem> = Vec::new();
        let mut list = client.list_tasks().agent_id(self.agent_id);
        if let Some(until) = window.until {
            list = list.created_before(until);
        }
        let mut pages = list.created_after(earliest).pages().prefetch(0);
        while let Some(page) = pages.next().await {
            let (new, old): (Vec<_>, Vec<_>) = page?
                .items
                .into_iter()
                .partition(|task| task.created_at >= earliest);
            tasks.extend(new);
            // The server ignores the filter: what follows is only older.
            if !old.is_empty() {
                break;
            }
            if tasks.len() > self.most_tasks {
                let most = self.most_tasks;
                let message = format!("more than {most} tasks were created since {earliest}");
                return Err(Error::new(ErrorKind::TooLarge, Phase::Answered, message));
            }
        }
        tasks.retain(|task| window.until.is_none_or(|until| task.created_at <= until));
        // A stopped twin isn't taken for the run's task where there is one that wasn't stopped.
        tasks.sort_by_key(|task| (is_stopped(task), task.created_at, task.task_id));
        let mut seen = HashSet::new();
        tasks.retain(|task| seen.insert(task.task_id));
        Ok(tasks)
    }

    /// Leaves out the tasks that belong to other runs, of this client or of the ledger.
    async fn without_those_of_others(
        &self,
        tasks: Vec<TaskListItem>,
        view: &mut View,
    ) -> Result<Vec<TaskListItem>, Error> {
        let is_new = |task: &TaskListItem| {
            let is_anothers = self.comparisons.get(&task.task_id) == Some(&Comparison::Differs);
            !is_anothers && !self.state.siblings.is_owned(task.task_id)
        };
        let tasks: Vec<_> = tasks.into_iter().filter(is_new).collect();
        let keys = self.keys_of(tasks.iter().map(|task| task.task_id)).await?;
        let is_own = |key: &String| Some(key) == self.key.as_ref();
        let own = tasks
            .iter()
            .find(|task| keys.get(&task.task_id.into()).is_some_and(is_own));
        view.recorded = own.map(|task| task.task_id);
        let is_free = |task: &TaskListItem| !keys.contains_key(&task.task_id.into());
        Ok(tasks.into_iter().filter(is_free).collect())
    }

    /// Drops the tasks that another run has recorded while they were compared here.
    async fn drop_what_was_recorded(&self, view: &mut View) -> Result<(), Error> {
        if self.identity.is_exact() || view.matches.is_empty() {
            return Ok(());
        }
        let keys = self.keys_of(view.matches.iter().copied()).await?;
        view.matches.retain(|id| !keys.contains_key(&(*id).into()));
        Ok(())
    }

    async fn keys_of(
        &self,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<HashMap<TaskId, String>, Error> {
        let ids: Vec<TaskId> = ids.map(TaskId::from).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let keys = self.state.ledger.keys_of_tasks(&ids).await;
        keys.map_err(of_ledger)
    }

    /// Whether other processes are starting lookalikes of this run.
    async fn has_rivals(&self) -> Result<bool, Error> {
        let hash = self.identity.lookalike_hash();
        let keys = self.state.ledger.lookalikes(self.agent_id, hash).await;
        let is_foreign =
            |key: &String| Some(key) != self.key.as_ref() && !self.state.keys.contains(key);
        Ok(keys.map_err(of_ledger)?.iter().any(is_foreign))
    }

    fn judged(&self, comparison: Comparison, task: &TaskListItem, window: Window) -> Judged {
        let is_doubtful = || {
            !self.identity.is_exact()
                && (task.created_at < window.from || self.state.siblings.is_disputed(task.task_id))
        };
        match comparison {
            Comparison::Differs => Judged::Anothers,
            _ if is_doubtful() => Judged::Contested,
            Comparison::Matches => Judged::Match,
            Comparison::LooksAlike => Judged::Lookalike,
            Comparison::Incomparable => Judged::Incomparable,
            Comparison::Silent => Judged::Silent,
        }
    }

    async fn compare(&mut self, client: &Client, task: &TaskListItem) -> Result<Comparison, Error> {
        if let Some(comparison) = self.comparisons.get(&task.task_id) {
            return Ok(*comparison);
        }
        let by_title = task.title.as_deref();
        if let Some(comparison) =
            by_title.and_then(|title| self.identity.compare_marker_of_title(title))
        {
            self.comparisons.insert(task.task_id, comparison);
            return Ok(comparison);
        }
        if self.state.messages.tell_apart(task, &self.identity) {
            self.comparisons.insert(task.task_id, Comparison::Differs);
            return Ok(Comparison::Differs);
        }
        let shown = match fetch_shown(client, task.task_id, task.title.as_deref()).await {
            Ok(shown) => shown,
            // The messages can't be read with this key, now or later.
            Err(error) if error.failure().is_refusal() => return Ok(Comparison::Incomparable),
            Err(error) => return Err(error),
        };
        let mut comparison = self.identity.compare(&shown);
        if comparison == Comparison::Differs {
            self.state.messages.keep(task.task_id, &shown);
        }
        if comparison == Comparison::Incomparable
            && self.identity.lacks_the_marker(&shown)
            && self.shows_queries_whole(client).await?
        {
            comparison = match shown.first_message {
                Some(_) => Comparison::Differs,
                None => Comparison::Silent,
            };
        }
        // A task that can't be compared now may be later, when all of it is there.
        if !matches!(comparison, Comparison::Incomparable | Comparison::Silent) {
            self.comparisons.insert(task.task_id, comparison);
        }
        Ok(comparison)
    }

    /// Whether a task may be the run's by its title, as far as titles tell.
    fn is_likely(&self, task: &TaskListItem) -> bool {
        let title = task.title.as_deref();
        !self.state.echo.titles_fit() || title.is_none_or(|title| self.identity.fits_title(title))
    }

    /// Whether the server shows queries of this kind of run as they were sent. Looks at a task of
    /// this client, once a probe, until one shows it.
    async fn shows_queries_whole(&mut self, client: &Client) -> Result<bool, Error> {
        let echo = &self.state.echo;
        if !echo.shows_whole(&self.identity)
            && !self.has_looked_at_sample
            && let Some(sample) = echo.sample(&self.identity)
        {
            self.has_looked_at_sample = true;
            let shown = fetch_shown(client, *sample.as_uuid(), None).await?;
            echo.shown(sample, &shown);
        }
        Ok(self.state.echo.shows_whole(&self.identity))
    }
}

/// Returns what the server shows of a task.
async fn fetch_shown(client: &Client, task_id: Uuid, title: Option<&str>) -> Result<Shown, Error> {
    let messages = client.list_task_messages().task_id(task_id).send().await?;
    Ok(shown(title, &messages.into_inner().data))
}

/// What a probe thinks of one task.
enum Judged {
    Anothers,
    Match,
    Lookalike,
    Incomparable,
    /// It shows nothing, where the server shows queries whole.
    Silent,
    Contested,
}

/// Returns what the server shows of a task. Where no message says who wrote it, the first one
/// counts as the user's.
fn shown(title: Option<&str>, messages: &[TaskMessage]) -> Shown {
    let texts = |message: &TaskMessage| message.text();
    let tells_author = |message: &TaskMessage| message.role.is_some() || message.user_id.is_some();
    let first = match messages.iter().find(|message| message.is_from_user()) {
        None if !messages.iter().any(tells_author) => messages.first(),
        found => found,
    };
    Shown {
        first_message: first.and_then(texts),
        messages: messages.iter().filter_map(texts).collect(),
        title: title.map(str::to_owned),
    }
}

fn is_stopped(task: &TaskListItem) -> bool {
    task.status == TaskStatus::Stopped
}
