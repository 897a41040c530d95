//! Watching one task: when to poll, what to report, whom to ask.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::{
    Finished, Options, Update,
    answer::{Dialogue, Turn},
    durations::Durations,
    error::{DeadlineExceeded, WaitError},
    task::TaskHandle,
};
use crate::{
    api::{
        Client,
        types::{Task, TaskStatus},
    },
    error::Error,
};

/// How long a cancellation at the deadline may take.
const CANCEL: Duration = Duration::from_secs(10);

/// What a wait knows so far.
pub(super) struct Watch {
    client: Client,
    handle: TaskHandle,
    options: Options,
    durations: Option<Arc<Durations>>,
    start: Instant,
    /// A deadline beyond the clock's range is none.
    deadline: Option<Instant>,
    status: Option<TaskStatus>,
    has_reported: bool,
    /// The task as it was polled last.
    task: Option<Task>,
    last_error: Option<Error>,
    polls: u32,
    dialogue: Dialogue,
    guard: CancelOnDrop,
}

impl Watch {
    pub(super) fn new(client: Client, handle: TaskHandle, options: Options) -> Self {
        let start = Instant::now();
        let guard = options.cancel_on_drop.then(|| handle.clone());
        Self {
            durations: Some(client.durations().clone()),
            status: handle.last_status().cloned(),
            deadline: start.checked_add(options.deadline),
            guard: CancelOnDrop(guard),
            start,
            client,
            handle,
            options,
            has_reported: false,
            task: None,
            last_error: None,
            polls: 0,
            dialogue: Dialogue::default(),
        }
    }

    /// Waits for the end, or whatever else is waited for.
    pub(super) async fn run(mut self) -> Result<Finished, WaitError> {
        loop {
            let update = self.next().await?;
            if self.is_over() {
                return Ok(Finished {
                    task: self.handle.clone(),
                    status: update.status,
                    polls: self.polls,
                    elapsed: update.elapsed,
                });
            }
        }
    }

    /// Waits for the next change of the status, at the most until the deadline.
    pub(super) async fn next(&mut self) -> Result<Update, WaitError> {
        if self.options.deadline.is_zero() {
            return Err(WaitError::Refused {
                task: self.handle.reference().clone(),
                error: Error::invalid_request("`deadline` of the wait must be more than zero"),
            });
        }
        let outcome = match self.deadline {
            Some(deadline) => timeout_at(deadline, self.advance()).await,
            None => Ok(self.advance().await),
        };
        let update = match outcome {
            Ok(update) => update?,
            Err(_) => self.missed_deadline().await?,
        };
        if let Some(on_status) = &self.options.on_status {
            on_status.0(&update);
        }
        if self.is_over() {
            self.guard.0 = None;
        }
        Ok(update)
    }

    async fn advance(&mut self) -> Result<Update, WaitError> {
        if !self.has_reported
            && let Some(status) = self.status.clone()
        {
            return Ok(self.report(status));
        }
        let mut number = 0;
        loop {
            if self.status == Some(TaskStatus::WaitingForInput) {
                self.take_turn().await?;
            }
            // A task of which nothing is known is asked for at once.
            if self.polls > 0 || self.status.is_some() {
                sleep_until(Instant::now() + self.interval(number)).await;
                number += 1;
            }
            let before = self.status.clone();
            self.poll().await?;
            if let Some(status) = self.status.clone()
                && (before.as_ref() != Some(&status) || self.is_over())
            {
                return Ok(self.report(status));
            }
        }
    }

    fn report(&mut self, status: TaskStatus) -> Update {
        self.has_reported = true;
        Update {
            task: self.handle.reference().clone(),
            status,
            elapsed: self.start.elapsed(),
            polls: self.polls,
        }
    }

    /// Whether what is waited for has come.
    pub(super) fn is_over(&self) -> bool {
        let has_ended = self.status.as_ref().is_some_and(TaskStatus::is_terminal);
        let holds = |task: &Task| self.options.until.as_ref().is_some_and(|it| it.holds(task));
        has_ended || self.task.as_ref().is_some_and(holds)
    }

    fn interval(&self, number: u32) -> Duration {
        let policy = &self.options.poll;
        let random = self.client.transport().random();
        // What is known is when tasks end; other changes come sooner.
        let is_at_work = self.status == Some(TaskStatus::Running)
            && self.options.until.is_none()
            && self.options.on_status.is_none();
        let learned = match (&self.durations, &self.task) {
            (Some(durations), Some(task)) if is_at_work && !policy.is_fixed => {
                durations.next_look(task.agent_id, self.age(task), policy.cap)
            }
            _ => None,
        };
        let interval = learned.unwrap_or_else(|| policy.interval(number));
        policy.jittered(interval, random)
    }

    /// How long the task has been there, by the server's clock.
    fn age(&self, task: &Task) -> Duration {
        let now = self.client.transport().clock().at(Instant::now());
        now.and_then(|now| (now - task.created_at).to_std().ok())
            .unwrap_or_else(|| self.start.elapsed())
    }

    async fn poll(&mut self) -> Result<(), WaitError> {
        self.polls += 1;
        match self.handle.status().await {
            Ok(task) => {
                self.last_error = None;
                self.status = Some(task.status.clone());
                if task.status.is_terminal()
                    && let Some(durations) = &self.durations
                    && let Ok(duration) = (task.updated_at - task.created_at).to_std()
                {
                    durations.saw(task.agent_id, duration);
                }
                self.task = Some(task);
                Ok(())
            }
            Err(error) => self.survive(error),
        }
    }

    async fn take_turn(&mut self) -> Result<(), WaitError> {
        let handler = self.options.on_input.as_ref();
        let task = || self.handle.reference().clone();
        match self.dialogue.take_turn(&self.handle, handler).await {
            Ok(Turn::GoOn) => Ok(()),
            Ok(Turn::Open(question)) => Err(WaitError::NeedsInput {
                task: task(),
                question: Box::new(question),
            }),
            Ok(Turn::Panicked(question)) => Err(WaitError::HandlerPanicked {
                task: task(),
                question: Box::new(question),
            }),
            Err(error) => self.survive(error),
        }
    }

    /// Goes on after a failure that may pass, and gives up after any other.
    fn survive(&mut self, error: Error) -> Result<(), WaitError> {
        match WaitError::of_poll(self.handle.reference(), &error) {
            None => {
                self.last_error = Some(error);
                Ok(())
            }
            Some(lasting) => Err(lasting),
        }
    }

    /// The end of the wait, unless it turns out now that the task has ended by itself.
    async fn missed_deadline(&mut self) -> Result<Update, WaitError> {
        let elapsed = self.start.elapsed();
        let cancelled = if self.options.cancel_at_deadline {
            timeout(CANCEL, self.handle.cancel()).await
        } else {
            Ok(Err(Error::invalid_request("nobody asked for it")))
        };
        let mut is_cancelled = false;
        if let Ok(Ok(task)) = cancelled {
            let status = task.status.clone();
            self.task = Some(task);
            self.status = Some(status.clone());
            is_cancelled = status == TaskStatus::Stopped;
            if status.is_terminal() {
                self.guard.0 = None;
            }
            if status.is_terminal() && !is_cancelled {
                return Ok(self.report(status));
            }
        }
        Err(WaitError::Deadline(Box::new(DeadlineExceeded {
            task: self.handle.reference().clone(),
            last_status: self.status.clone(),
            last_error: self.last_error.clone(),
            polls: self.polls,
            elapsed,
            is_cancelled,
        })))
    }
}

/// Cancels a task when the wait for it is given up. Best effort: nobody is left to hear whether it
/// worked.
struct CancelOnDrop(Option<TaskHandle>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(task) = self.0.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { task.cancel().await });
        }
    }
}
