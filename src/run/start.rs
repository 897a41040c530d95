//! Starting a run once: sends, looks and waits as the reconciler says.

use std::{sync::Arc, time::Duration};

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
    api::{Client, types::TaskStatus},
    error::{Error, ErrorKind, Phase},
    ledger::Intent,
    wait::TaskRef,
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
        hold: Option<&'a Hold>,
    ) -> BoxFuture<'a, Result<Started, RunError>> {
        self.start_or_find(earlier, hold).boxed()
    }

    async fn start_or_find(
        &mut self,
        earlier: Option<Intent>,
        hold: Option<&Hold>,
    ) -> Result<Started, RunError> {
        let agent_id = self.request.agent_id;
        let mark = self.request.mark();
        let mut place = self.state.siblings.enter(agent_id, mark.text()).await;
        let mut reconciler = Reconciler::new(self.policy.clone(), mark.is_exact());
        let mut search = Search::new(&self.client, &self.state, agent_id, mark);
        let mut course = Course::new(earlier);
        let mut step = match course.earlier {
            None => Step::Send,
            Some(_) => reconciler.sent(Sent::Unclear),
        };
        loop {
            step = match step {
                Step::Send => {
                    let sent = self.request.send_if_still_allowed(&self.client, hold);
                    match sent.await {
                        Ok((id, status)) => {
                            // Before anybody who looks for a task of the same kind can see it.
                            self.state.siblings.own(id);
                            course.status = Some(status);
                            reconciler.sent(Sent::Created(id))
                        }
                        Err(error) => {
                            let sent = meaning(&error);
                            course.error = Some(error);
                            reconciler.sent(sent)
                        }
                    }
                }
                Step::Look { after } => {
                    place.alone().await;
                    sleep(after).await;
                    let seen = match course.since(&self.client, &self.policy).await {
                        Ok(since) => search.look(since).await,
                        Err(error) => Err(error),
                    };
                    reconciler.looked(match seen {
                        Ok(mut view) => {
                            view.siblings = place.doubtful_siblings();
                            Look::Seen(view)
                        }
                        Err(error) => {
                            course.look_error = Some(error);
                            Look::Failed
                        }
                    })
                }
                Step::Done(outcome) => match outcome {
                    Outcome::NotStarted => {
                        return Err(RunError::NotStarted(course.into_error()));
                    }
                    Outcome::Unknown { candidates } => {
                        let candidates = search.listed(&candidates);
                        return Err(RunError::OutcomeUnknown(Box::new(OutcomeUnknown {
                            agent_id,
                            sent_at: self.client.inner.clock().local(course.start).into(),
                            created_after: course.since,
                            candidates,
                            look_error: course.look_error.take(),
                            error: course.into_error(),
                        })));
                    }
                    Outcome::Task {
                        id,
                        is_adopted,
                        twins,
                        twins_are_certain,
                    } => {
                        self.state.siblings.own(id);
                        let (provenance, status) = match is_adopted {
                            false => (Provenance::Created, course.status),
                            true => {
                                let listed = search.listed(&[id]).pop();
                                (Provenance::Adopted, listed.map(|it| it.status))
                            }
                        };
                        let task = TaskRef::new(id, Some(agent_id));
                        let cancels =
                            twins_are_certain && self.policy.late_twin == LateTwin::Cancel;
                        let twins = settle(&self.client, agent_id, twins, cancels).await;
                        twins
                            .iter()
                            .for_each(|it| self.state.siblings.own(it.task.task_id()));
                        let client = self.client.clone();
                        return Ok(Started::new(client, task, status, provenance, twins));
                    }
                },
            };
        }
    }
}

/// Cancels late twins, where that is wanted and can't hit anybody else's task.
async fn settle(client: &Client, agent_id: Uuid, twins: Vec<Uuid>, cancels: bool) -> Vec<Twin> {
    let mut settled = Vec::new();
    for id in twins {
        let task = TaskRef::new(id, Some(agent_id));
        let is_cancelled = cancels && client.cancel_task().task_id(id).send().await.is_ok();
        settled.push(Twin { task, is_cancelled });
    }
    settled
}

impl Request {
    async fn send_if_still_allowed(
        &mut self,
        client: &Client,
        hold: Option<&Hold>,
    ) -> Result<(Uuid, TaskStatus), Error> {
        self.check_files().await?;
        if let Some(hold) = hold {
            hold.ensure().await?;
        }
        let response = self.send(client).await?;
        Ok((response.task_id, response.status))
    }
}

/// What is known so far.
struct Course {
    start: Instant,
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
        let clock = client.inner.clock();
        if clock.at(self.start).is_none() {
            // Any reply tells the time.
            client.list_tasks().limit(1).send().await?;
        }
        let start = clock.at(self.start).ok_or_else(|| {
            let message = "the server's replies carry no `Date`, so that new tasks can't be told from old ones";
            Error::new(ErrorKind::Decode, Phase::Answered, message)
        })?;
        let before = match &self.earlier {
            None => Duration::ZERO,
            Some(earlier) => {
                let before = clock.local(self.start) - earlier.claimed_at;
                before.to_std().unwrap_or_default()
            }
        };
        let since = TimeDelta::from_std(before + policy.clock_margin)
            .ok()
            .and_then(|it| start.checked_sub_signed(it))
            .unwrap_or(DateTime::UNIX_EPOCH);
        self.since = Some(since);
        Ok(since)
    }

    fn into_error(self) -> Error {
        self.error.unwrap_or_else(|| {
            let message = "a process that was to start it ended before it learned what came of it";
            Error::new(ErrorKind::Interrupted, Phase::MaybeSent, message)
        })
    }
}
