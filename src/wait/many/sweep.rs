//! Carries out the steps of a sweep: goes through a list, or polls single tasks.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;

use super::{
    rate_limiter::RateLimiter,
    step::{ListQuery, ListSweep, Sighting, StepDone, SweepStep},
};
use crate::{api::Client, error::Error, ids::TaskId, pages::PageExt};

/// How many polls are under way at the same time.
const POLLS_AT_ONCE: usize = 8;

/// A finding of a step, told as soon as it is made.
#[derive(Debug)]
pub(super) enum Finding {
    Seen(Sighting),
    Failed(TaskId, Error),
}

/// Carries out steps. Clones share the rate limit.
#[derive(Clone, Debug)]
pub(super) struct Sweeper {
    client: Client,
    limiter: Arc<RateLimiter>,
    findings: mpsc::UnboundedSender<Finding>,
}

impl Sweeper {
    pub(super) fn new(
        client: Client,
        limiter: Arc<RateLimiter>,
        findings: mpsc::UnboundedSender<Finding>,
    ) -> Self {
        Self {
            client,
            limiter,
            findings,
        }
    }

    pub(super) async fn carry_out(self, step: SweepStep) -> StepDone {
        match step {
            SweepStep::Poll(tasks) => {
                self.poll(tasks).await;
                StepDone::Polled
            }
            SweepStep::Sweep(query) => StepDone::Swept(query.purpose, self.sweep(query).await),
        }
    }

    /// Goes through a list until all wanted tasks were found, or to its end. Gives up where a page
    /// fails, and where polling the rest has become cheaper.
    async fn sweep(&self, query: ListQuery) -> ListSweep {
        let window = query.window;
        let mut list = self.client.list_tasks().status(query.purpose.statuses());
        if let Some(agent_id) = window.agent_id {
            list = list.agent_id(agent_id);
        }
        if let Some(time) = window.created_after {
            list = list.created_after(time);
        }
        if let Some(time) = window.created_before {
            list = list.created_before(time);
        }
        // A page that is fetched ahead would escape the rate limit.
        let mut pages = list.pages().prefetch(0);
        let mut sweep = ListSweep {
            missing: query.wanted,
            ..ListSweep::default()
        };
        let mut requests = 0;
        while !sweep.missing.is_empty() {
            if requests > sweep.missing.len() {
                return sweep;
            }
            self.limiter.acquire().await;
            requests += 1;
            let page = match pages.next().await {
                Some(Ok(page)) => page,
                // The polls that follow tell why.
                Some(Err(_)) => return sweep,
                None => break,
            };
            for item in page.items {
                if sweep.missing.remove(&item.task_id.into()) {
                    sweep.found += 1;
                    self.tell(Finding::Seen(item.into()));
                } else {
                    sweep.others += 1;
                }
            }
        }
        sweep.is_whole = true;
        sweep
    }

    async fn poll(&self, tasks: Vec<TaskId>) {
        let polls = stream::iter(tasks).map(|task_id| async move {
            self.limiter.acquire().await;
            let reply = self.client.get_task().task_id(task_id).send().await;
            self.tell(match reply {
                Ok(reply) => {
                    let task = reply.into_inner();
                    Finding::Seen(Sighting {
                        task_id,
                        agent_id: task.agent_id.into(),
                        status: task.status,
                        created_at: task.created_at,
                        updated_at: task.updated_at,
                    })
                }
                Err(error) => Finding::Failed(task_id, error),
            });
        });
        polls.buffer_unordered(POLLS_AT_ONCE).collect::<()>().await;
    }

    fn tell(&self, finding: Finding) {
        // The receiver lives as long as the wait that polls this.
        let _ = self.findings.send(finding);
    }
}
