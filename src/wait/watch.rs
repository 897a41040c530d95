//! Watches one task: polls it, reports changes, has questions answered.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tracing::Instrument;

use super::{
    condition::Condition,
    dialogue::{Turn, take_turn},
    durations::Durations,
    error::{DeadlineExceeded, WaitError},
    handle::TaskHandle,
    live::LiveShare,
    observe,
    order::is_older,
    outcome::{Finished, Update},
    policy::PollPolicy,
    reply::InputHandler,
};
use crate::{
    api::types::{Task, TaskStatus},
    callback::Callback,
    defaults,
    error::Error,
    time::Moment,
    twin::Twins,
};

/// The timeout of a cancellation at the deadline.
const CANCEL: Duration = Duration::from_secs(10);
/// The timeout of a poll that comes after the deadline.
const LAST_POLL: Duration = Duration::from_secs(10);
/// How late a wait may be polled without being left alone: the machine may be busy.
pub(super) const PUNCTUAL: Duration = Duration::from_secs(1);

/// The settings of a wait for one task.
#[derive(Clone, Debug)]
pub(crate) struct WaitSettings {
    pub(crate) deadline: Duration,
    pub(crate) poll: PollPolicy,
    pub(crate) until: Option<Condition>,
    pub(crate) on_input: Option<InputHandler>,
    pub(crate) on_status: Option<Callback<Update>>,
    /// Whether all changes of the status are returned, and not only the end.
    pub(crate) wants_changes: bool,
    pub(crate) cancel_at_deadline: bool,
    pub(crate) cancel_on_drop: bool,
}

impl Default for WaitSettings {
    fn default() -> Self {
        Self {
            deadline: defaults::WAIT_DEADLINE,
            poll: PollPolicy::default(),
            until: None,
            on_input: None,
            on_status: None,
            wants_changes: false,
            cancel_at_deadline: false,
            cancel_on_drop: false,
        }
    }
}

impl WaitSettings {
    /// Refuses settings that can't work.
    fn check(&self) -> Result<(), Error> {
        if self.deadline.is_zero() {
            let refused = "`deadline` of the wait must be more than zero";
            return Err(Error::invalid_request(refused));
        }
        self.poll.check()
    }

    /// Whether the wait is for the end alone.
    fn is_for_the_end(&self) -> bool {
        self.until.is_none() && self.on_status.is_none() && !self.wants_changes
    }
}

/// A wait that is going on.
pub(super) struct Watch {
    handle: TaskHandle,
    settings: WaitSettings,
    durations: Arc<Durations>,
    start: Instant,
    /// `None` where the deadline is beyond the clock's range.
    deadline: Option<Instant>,
    status: Option<TaskStatus>,
    has_reported: bool,
    /// The task as it was polled last.
    task: Option<Task>,
    last_error: Option<Error>,
    polls: u32,
    /// What the last look has shown.
    twins: Twins,
    guard: CancelOnDrop,
    _live: LiveShare,
}

impl Watch {
    pub(super) fn new(handle: TaskHandle, settings: WaitSettings) -> Self {
        let start = Instant::now();
        Self {
            durations: handle.client().durations().clone(),
            status: handle.last_status().cloned(),
            deadline: start.checked_add(settings.deadline),
            guard: CancelOnDrop::new(settings.cancel_on_drop, &handle),
            _live: LiveShare::new(handle.client().live_tasks(), 1),
            start,
            handle,
            settings,
            has_reported: false,
            task: None,
            last_error: None,
            polls: 0,
            twins: Twins::none(),
        }
    }

    /// Waits until the wait is over.
    pub(super) async fn run(self) -> Result<Finished, WaitError> {
        let span = observe::span(self.handle.task_id());
        let end = self.run_to_end().instrument(span).await;
        match &end {
            Ok(finished) => observe::ended(finished),
            Err(error) => observe::failed(error),
        }
        end
    }

    async fn run_to_end(mut self) -> Result<Finished, WaitError> {
        loop {
            let update = self.next().await?;
            if self.is_over() {
                let handle = self.handle.with_last_status(update.status.clone());
                let finished = Finished::new(handle, update.status)
                    .with_polls(self.polls)
                    .with_elapsed(update.elapsed)
                    .with_twins(self.twins);
                return Ok(finished);
            }
        }
    }

    /// Waits for the next change of the status, at the most until the deadline.
    pub(super) async fn next(&mut self) -> Result<Update, WaitError> {
        if let Err(error) = self.settings.check() {
            return Err(WaitError::refused(self.handle.task_ref(), error));
        }
        let outcome = match self.deadline {
            Some(deadline) => timeout_at(deadline, self.advance()).await,
            None => Ok(self.advance().await),
        };
        let update = match outcome {
            Ok(update) => update?,
            Err(_) => self.end_at_deadline().await?,
        };
        if let Some(observer) = &self.settings.on_status {
            observer.call(&update);
        }
        if self.is_over() {
            self.guard.disarm();
        }
        if update.status.is_terminal() {
            let client = self.handle.client();
            client.dialogues().end(self.handle.task_id());
            let looks = client.last_looks();
            self.twins = looks.take(client, self.handle.task_id()).await;
        }
        Ok(update)
    }

    async fn advance(&mut self) -> Result<Update, WaitError> {
        if !self.has_reported
            && let Some(status) = self.status.clone()
        {
            return Ok(self.report(status));
        }
        let mut intervals = 0;
        loop {
            // A condition may hold already, which only the whole task tells.
            let is_to_be_tried = self.settings.until.is_some() && self.task.is_none();
            if self.status == Some(TaskStatus::WaitingForInput) && !is_to_be_tried {
                self.take_turn().await?;
            }
            // A task of which nothing is known is polled at once.
            if self.polls > 0 || self.status.is_some() && !is_to_be_tried {
                sleep_until(Instant::now().later(self.interval(intervals))).await;
                intervals += 1;
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
        Update::new(self.handle.task_ref(), status)
            .with_elapsed(self.start.elapsed())
            .with_polls(self.polls)
    }

    /// Whether the task has ended, or the condition holds.
    pub(super) fn is_over(&self) -> bool {
        let has_ended = self.status.as_ref().is_some_and(TaskStatus::is_terminal);
        let condition_holds = match (&self.settings.until, &self.task) {
            (Some(condition), Some(task)) => condition.holds(task),
            _ => false,
        };
        has_ended || condition_holds
    }

    /// Returns how long to wait before the next poll, after so many intervals since the last
    /// change.
    fn interval(&self, intervals: u32) -> Duration {
        let policy = &self.settings.poll;
        let random = self.handle.client().transport().random();
        // Only the durations of whole tasks are known; other changes come sooner than ends.
        let awaits_end = self.status == Some(TaskStatus::Running) && self.settings.is_for_the_end();
        let learned = match &self.task {
            Some(task) if awaits_end && policy.learns() => {
                let agent_id = task.agent_id.into();
                self.durations
                    .next_poll(agent_id, self.age(task), policy.cap())
            }
            _ => None,
        };
        let interval = learned.unwrap_or_else(|| policy.interval(intervals));
        policy.jittered(interval, random)
    }

    /// Returns how long ago the task was created, by the server's clock.
    fn age(&self, task: &Task) -> Duration {
        let now = self.handle.client().transport().clock().at(Instant::now());
        now.and_then(|now| now.signed_duration_since(task.created_at).to_std().ok())
            .unwrap_or_else(|| self.start.elapsed())
    }

    async fn poll(&mut self) -> Result<(), WaitError> {
        self.polls += 1;
        match self.handle.fetch().await {
            Ok(task) => {
                self.last_error = None;
                let known_at = self.task.as_ref().map(|task| task.updated_at);
                let known = (self.status.as_ref(), known_at);
                if is_older((&task.status, task.updated_at), known) {
                    return Ok(());
                }
                self.status = Some(task.status.clone());
                if task.status.is_terminal()
                    && let Ok(duration) = task
                        .updated_at
                        .signed_duration_since(task.created_at)
                        .to_std()
                {
                    self.durations.saw(task.agent_id.into(), duration);
                }
                self.task = Some(task);
                Ok(())
            }
            Err(error) => self.survive(error),
        }
    }

    async fn take_turn(&mut self) -> Result<(), WaitError> {
        let handler = self.settings.on_input.as_ref();
        match take_turn(&self.handle, handler).await {
            Ok(Turn::GoOn) => Ok(()),
            Ok(Turn::Open(question)) => Err(WaitError::needs_input(question)),
            Ok(Turn::Panicked(question)) => Err(WaitError::handler_panicked(question)),
            Ok(Turn::NotTaken(error)) => {
                self.last_error = Some(error);
                Ok(())
            }
            Err(error) => self.survive(error),
        }
    }

    /// Notes a failure that may pass, and returns any other as the end of the wait.
    fn survive(&mut self, error: Error) -> Result<(), WaitError> {
        match WaitError::of_poll(self.handle.task_ref(), &error) {
            Some(lasting) => Err(lasting),
            None => {
                observe::poll_failed(self.handle.task_id(), &error);
                self.last_error = Some(error);
                Ok(())
            }
        }
    }

    /// Looks at the task once more where the wait wasn't polled when its deadline passed: what has
    /// ended meanwhile has ended.
    async fn look_once_more(&mut self) -> Result<(), WaitError> {
        let is_late = |deadline| Instant::now() > Instant::later(deadline, PUNCTUAL);
        if self.deadline.is_some_and(is_late) {
            timeout(LAST_POLL, self.poll()).await.unwrap_or(Ok(()))?;
        }
        Ok(())
    }

    /// Ends the wait at its deadline, unless the task has ended by itself, which the reply to the
    /// cancellation may show.
    async fn end_at_deadline(&mut self) -> Result<Update, WaitError> {
        let elapsed = self.start.elapsed();
        self.look_once_more().await?;
        if let Some(status) = self.status.clone()
            && self.is_over()
        {
            return Ok(self.report(status));
        }
        let cancelled = if self.settings.cancel_at_deadline {
            let cancelled = timeout(CANCEL, self.handle.cancel()).await;
            cancelled.ok().and_then(Result::ok)
        } else {
            None
        };
        let mut is_cancelled = false;
        if let Some(task) = cancelled {
            let status = task.status.clone();
            self.task = Some(task);
            self.status = Some(status.clone());
            is_cancelled = status == TaskStatus::Stopped;
            if status.is_terminal() {
                self.guard.disarm();
            }
            if status.is_terminal() && !is_cancelled {
                return Ok(self.report(status));
            }
        }
        let exceeded = DeadlineExceeded::new(self.handle.task_ref(), elapsed)
            .with_last_status(self.status.clone())
            .with_last_error(self.last_error.clone())
            .with_polls(self.polls)
            .with_cancelled(is_cancelled);
        Err(exceeded.into())
    }
}

/// Cancels a task when the wait for it is dropped. Best effort: a failure to cancel isn't reported.
pub(super) struct CancelOnDrop(Option<TaskHandle>);

impl CancelOnDrop {
    pub(super) fn new(is_armed: bool, task: &TaskHandle) -> Self {
        Self(is_armed.then(|| task.clone()))
    }

    pub(super) fn disarm(&mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(task) = self.0.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { task.cancel().await });
        }
    }
}
