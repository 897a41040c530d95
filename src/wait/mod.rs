//! Waiting for tasks.
//!
//! ```no_run
//! use std::time::Duration;
//! use nanonets_agents::prelude::*;
//!
//! # async fn example(client: Client, started: Started) -> Result<(), Box<dyn std::error::Error>> {
//! let finished = started.wait().deadline(Duration::from_secs(900)).await?;
//! let summary = finished.summary().await?;
//! # Ok(())
//! # }
//! ```

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use tokio::time::{Instant, sleep_until, timeout_at};

mod error;
mod question;
mod schedule;
mod task;

pub use error::{DeadlineExceeded, WaitError};
pub use question::Question;
pub use task::{TaskHandle, TaskRef};

use crate::{
    api::{Client, types::TaskStatus},
    defaults,
    error::{Error, ErrorKind},
};
use schedule::Schedule;

/// A wait for the end of a task, from [`Started::wait`](crate::run::Started::wait).
///
/// Awaited, it asks for the status after 1 s, then ever less often, up to every 10 s, until the task has ended
/// (<https://agents.nanonets.com/docs/async-and-polling>). A status that this crate doesn't know counts as
/// not ended. A failed poll doesn't end the wait, unless asking again can't help. Dropping the wait leaves
/// the task running.
#[derive(Debug)]
#[must_use = "a wait does nothing before it is awaited"]
pub struct Wait {
    client: Client,
    task: TaskRef,
    first: Option<TaskStatus>,
    deadline: Duration,
}

impl Wait {
    pub(crate) fn new(client: Client, task: TaskRef, first: Option<TaskStatus>) -> Self {
        Self {
            client,
            task,
            first,
            deadline: defaults::WAIT_DEADLINE,
        }
    }

    /// How long to wait at most, from now on; 30 minutes by default. Slow agents take many minutes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    async fn run(self) -> Result<Finished, WaitError> {
        let start = Instant::now();
        let mut watch = Watch {
            handle: TaskHandle::new(self.client.clone(), self.task.clone(), None),
            last_status: self.first,
            last_error: None,
            polls: 0,
        };
        // A deadline beyond the clock's range is none.
        let deadline = start.checked_add(self.deadline);
        let watching = watch.until_the_end(&self.client, start);
        let outcome = match deadline {
            Some(deadline) => timeout_at(deadline, watching).await,
            None => Ok(watching.await),
        };
        match outcome {
            Ok(outcome) => outcome,
            Err(_) => Err(WaitError::Deadline(Box::new(DeadlineExceeded {
                task: self.task,
                last_status: watch.last_status,
                last_error: watch.last_error,
                polls: watch.polls,
                elapsed: start.elapsed(),
            }))),
        }
    }
}

/// What a wait knows so far.
struct Watch {
    handle: TaskHandle,
    last_status: Option<TaskStatus>,
    last_error: Option<Error>,
    polls: u32,
}

impl Watch {
    async fn until_the_end(
        &mut self,
        client: &Client,
        start: Instant,
    ) -> Result<Finished, WaitError> {
        let mut schedule = Schedule::default();
        loop {
            match self.last_status.clone() {
                Some(status) if status.is_terminal() => {
                    return Ok(Finished {
                        task: self.handle.clone(),
                        status,
                        polls: self.polls,
                        elapsed: start.elapsed(),
                    });
                }
                Some(TaskStatus::WaitingForInput) => {
                    match question::open_question(client, &self.handle).await {
                        Ok(Some(question)) => {
                            return Err(WaitError::NeedsInput {
                                task: self.handle.reference().clone(),
                                question: Box::new(question),
                            });
                        }
                        Ok(None) => (),
                        Err(error) => self.survive(error)?,
                    }
                }
                Some(_) => (),
                // A task of which nothing is known is asked for at once.
                None if self.polls == 0 => {
                    self.poll().await?;
                    continue;
                }
                None => (),
            }
            sleep_until(Instant::now() + schedule.next(client.inner.random())).await;
            self.poll().await?;
        }
    }

    async fn poll(&mut self) -> Result<(), WaitError> {
        self.polls += 1;
        match self.handle.status().await {
            Ok(task) => {
                self.last_status = Some(task.status);
                self.last_error = None;
                Ok(())
            }
            Err(error) => self.survive(error),
        }
    }

    /// Goes on after a failure that may pass, and gives up after any other.
    fn survive(&mut self, error: Error) -> Result<(), WaitError> {
        let task = || self.handle.reference().clone();
        match error.status().map(|it| it.as_u16()) {
            Some(401 | 403 | 404) if error.kind() == ErrorKind::Status => Err(WaitError::Gone {
                task: task(),
                error,
            }),
            _ if error.is_retryable() || error.kind() == ErrorKind::Decode => {
                self.last_error = Some(error);
                Ok(())
            }
            _ => Err(WaitError::Refused {
                task: task(),
                error,
            }),
        }
    }
}

impl IntoFuture for Wait {
    type Output = Result<Finished, WaitError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A task that has ended.
#[derive(Clone, Debug)]
pub struct Finished {
    task: TaskHandle,
    status: TaskStatus,
    polls: u32,
    elapsed: Duration,
}

impl Finished {
    /// The task.
    pub fn task(&self) -> &TaskHandle {
        &self.task
    }

    /// How it ended: completed, failed or stopped.
    pub fn status(&self) -> &TaskStatus {
        &self.status
    }

    /// Whether it ended with an answer.
    pub fn is_completed(&self) -> bool {
        self.status == TaskStatus::Completed
    }

    /// How often the wait asked for the status.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// How long the wait took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The answer; see [`TaskHandle::summary`].
    ///
    /// # Errors
    ///
    /// What the call can fail with.
    pub async fn summary(&self) -> Result<crate::types::TaskSummary, Error> {
        self.task.summary().await
    }
}
