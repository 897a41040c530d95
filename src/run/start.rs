//! Starting a run once: sends, looks and waits as the reconciler says.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{BoxFuture, FutureExt};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{
    RunState,
    error::{OutcomeUnknown, RunError},
    keyed::Hold,
    look::Search,
    policy::{LateTwin, ReconcilePolicy},
    reconcile::{Look, Outcome, Reconciler, Sent, Step},
    request::{Request, meaning},
    started::{Provenance, Started, Twin},
};
use crate::{
    api::{
        Client,
        types::{TaskListItem, TaskStatus},
    },
    client::OptionsExt,
    error::{Error, ErrorKind, Phase},
    ids::TaskRef,
    ledger::Intent,
    transport::local_now,
};

/// A run that is being started.
pub(super) struct Starter {
    pub(super) client: Client,
    pub(super) state: Arc<RunState>,
    pub(super) policy: ReconcilePolicy,
    pub(super) request: Request,
}

impl Starter {
    /// Starts the run, or finds out that an earlier attempt at it has done so.
    ///
    /// Boxed, since the compiler loses its way in what is borrowed here.
    pub(super) fn start<'a>(
        &'a mut self,
        earlier: Option<Intent>,
        hold: Option<&'a Arc<Hold>>,
    ) -> BoxFuture<'a, Result<Started, RunError>> {
        self.start_or_find(earlier, hold).boxed()
    }

    async fn start_or_find(
        &mut self,
        earlier: Option<Intent>,
        hold: Option<&Arc<Hold>>,
    ) -> Result<Started, RunError> {
        let agent_id = self.request.agent_id;
        let mark = self.request.mark();
        let sender = self.sender(hold).map_err(RunError::NotStarted)?;
        let mut place = self.state.siblings.enter(agent_id, mark.text()).await;
        let mut reconciler = Reconciler::new(self.policy.clone(), mark.is_exact());
        let key = hold.map(|it| it.key());
        let mut search = Search::new(&self.client, &self.state, agent_id, mark, key);
        let mut course = Course::new(earlier);
        let mut step = match course.earlier {
            None => Step::Send,
            Some(_) => reconciler.sent(Sent::Unclear),
        };
        loop {
            step = match step {
                Step::Send => match self.request.send(&sender).await {
                    Ok(response) => {
                        // Before anybody who looks for a task of the same kind can see it.
                        self.state.siblings.own(response.task_id);
                        course.status = Some(response.status);
                        let step = reconciler.sent(Sent::Created(response.task_id));
                        if let Some(hold) = hold {
                            let task = TaskRef::new(response.task_id).with_agent(agent_id);
                            match step {
                                Step::Done(_) => hold.note(task).await?,
                                _ => hold.know(task),
                            }
                        }
                        step
                    }
                    Err(error) => {
                        let sent = meaning(&error);
                        course.error = Some(error);
                        reconciler.sent(sent)
                    }
                },
                Step::Look { after } => {
                    if !place.alone().await {
                        course.look_error = Some(crowded());
                        return Err(course.unknown(agent_id, Vec::new()));
                    }
                    sleep(after).await;
                    let seen = match course.since(&self.client, &self.policy).await {
                        Ok(since) => search.look(since).await,
                        Err(error) => Err(error),
                    };
                    reconciler.looked(match seen {
                        Ok(mut view) => {
                            view.siblings = place.doubtful_siblings();
                            view.others = place.others();
                            Look::Seen(view)
                        }
                        Err(error) => {
                            course.look_error = Some(error);
                            Look::Failed
                        }
                    })
                }
                Step::Done(Outcome::NotStarted) => {
                    return Err(RunError::NotStarted(course.into_error()));
                }
                Step::Done(Outcome::Unknown { candidates }) => {
                    return Err(course.unknown(agent_id, search.listed(&candidates)));
                }
                Step::Done(Outcome::Task {
                    id,
                    is_adopted,
                    twins,
                    twins_are_certain,
                }) => {
                    self.state.siblings.own(id);
                    let task = TaskRef::new(id).with_agent(agent_id);
                    if let Some(hold) = hold {
                        hold.note(task.clone()).await?;
                    }
                    let (provenance, status) = if !is_adopted {
                        (Provenance::Created, course.status)
                    } else {
                        let listed = search.listed(&[id]).pop();
                        (Provenance::Adopted, listed.map(|it| it.status))
                    };
                    let cancels = twins_are_certain && self.policy.late_twin == LateTwin::Cancel;
                    let twins = settle(&self.client, agent_id, twins, cancels).await;
                    for twin in &twins {
                        self.state.siblings.own(twin.task.task_id().into());
                    }
                    let client = self.client.clone();
                    return Ok(Started::new(client, task, status, provenance, twins));
                }
            };
        }
    }

    /// A client that makes sure before each attempt that the request is still the same, and the key
    /// still held.
    fn sender(&self, hold: Option<&Arc<Hold>>) -> Result<Client, Error> {
        let files = self.request.versions.clone();
        let hold = hold.cloned();
        self.client.with(|o| {
            o.before_sending(move || {
                let (files, hold) = (files.clone(), hold.clone());
                async move {
                    files.check().await?;
                    match hold {
                        Some(hold) => hold.ensure().await,
                        None => Ok(()),
                    }
                }
                .boxed()
            })
        })
    }
}

/// Cancels late twins, where that is wanted and can't hit anybody else's task.
async fn settle(client: &Client, agent_id: Uuid, twins: Vec<Uuid>, cancels: bool) -> Vec<Twin> {
    let mut settled = Vec::new();
    for id in twins {
        let task = TaskRef::new(id).with_agent(agent_id);
        let is_cancelled = cancels && client.cancel_task().task_id(id).send().await.is_ok();
        settled.push(Twin { task, is_cancelled });
    }
    settled
}

/// What is known so far.
struct Course {
    start: Instant,
    /// The same by this machine's wall clock, which goes on while the machine sleeps.
    local_start: DateTime<Utc>,
    earlier: Option<Intent>,
    /// The moment that the task can't be older than, by the server's clock.
    since: Option<DateTime<Utc>>,
    status: Option<TaskStatus>,
    /// Why the last request has no clear answer.
    error: Option<Error>,
    look_error: Option<Error>,
}

impl Course {
    fn new(earlier: Option<Intent>) -> Self {
        Self {
            start: Instant::now(),
            local_start: local_now(),
            earlier,
            since: None,
            status: None,
            error: None,
            look_error: None,
        }
    }

    async fn since(
        &mut self,
        client: &Client,
        policy: &ReconcilePolicy,
    ) -> Result<DateTime<Utc>, Error> {
        if let Some(since) = self.since {
            return Ok(since);
        }
        let clock = client.transport().clock();
        if clock.at(self.start).is_none() {
            // Any reply tells the time.
            client.list_tasks().limit(1).send().await?;
        }
        let start = clock.at(self.start).ok_or_else(|| {
            let message = "the server's replies carry no `Date`, so that new tasks can't be told from old ones";
            Error::new(ErrorKind::Decode, Phase::Answered, message)
        })?;
        // For as long as the machine has slept since, the server's clock is ahead of what was
        // counted here.
        let slept = (local_now() - self.local_start)
            - TimeDelta::from_std(self.start.elapsed()).unwrap_or_default();
        let before = match &self.earlier {
            None => TimeDelta::zero(),
            Some(earlier) => self.local_start - earlier.claimed_at,
        };
        let margin = TimeDelta::from_std(policy.clock_margin).unwrap_or_default();
        if before < -margin {
            let message = "the clock of this machine is behind the one that the ledger was written by, so that new \
                           tasks can't be told from old ones; set the clocks right";
            return Err(Error::configuration(message));
        }
        let back = before.max(TimeDelta::zero()) + slept.max(TimeDelta::zero()) + margin;
        let since = start
            .checked_sub_signed(back)
            .unwrap_or(DateTime::UNIX_EPOCH);
        self.since = Some(since);
        Ok(since)
    }

    /// The run's outcome is unknown.
    fn unknown(mut self, agent_id: Uuid, candidates: Vec<TaskListItem>) -> RunError {
        let sent_at = match &self.earlier {
            Some(earlier) => earlier.claimed_at,
            None => self.local_start,
        };
        RunError::OutcomeUnknown(Box::new(OutcomeUnknown {
            agent_id,
            sent_at: sent_at.into(),
            created_after: self.since,
            candidates,
            look_error: self.look_error.take(),
            error: self.into_error(),
        }))
    }

    fn into_error(self) -> Error {
        self.error.unwrap_or_else(|| {
            let message = "a process that was to start it ended before it learned what came of it";
            Error::new(ErrorKind::Interrupted, Phase::MaybeSent, message)
        })
    }
}

fn crowded() -> Error {
    let message =
        "other runs of this client that look alike were started and are not polled to their end";
    Error::new(ErrorKind::Timeout, Phase::NotSent, message)
}
