//! Carries out what the planner decides, and tells it what has happened.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, OptionFuture},
    stream::FuturesUnordered,
};
use tokio::{
    sync::mpsc,
    time::{Instant, Sleep, sleep_until},
};
use tracing::Instrument;

use super::{
    conversations::Conversations,
    planner::Planner,
    rate_limiter::RateLimiter,
    settings::ManySettings,
    step::{Sighting, StepDone, SweepStep},
    sweep::{Finding, Sweeper},
};
use crate::{
    api::{Client, types::TaskStatus},
    error::Error,
    ids::{TaskId, TaskRef},
    wait::{
        dialogue::Turn,
        durations::Durations,
        error::WaitError,
        handle::TaskHandle,
        live::LiveShare,
        observe,
        outcome::{Finished, Update},
    },
};

/// An item of one of the wait's streams.
pub(super) enum Event {
    Changed(Update),
    Ended(Result<Finished, WaitError>),
}

/// The reason why the driver has something to do.
enum Wake {
    Found(Finding),
    StepDone(StepDone),
    TurnTaken(TaskId, Result<Turn, Error>),
    Looked(Finished),
    /// `None` where no more tasks can be added.
    Added(Option<TaskRef>),
    /// A sweep or a deadline is due.
    TimeCame,
}

/// The thin part of a wait for many tasks: time, requests and callbacks.
pub(super) struct ManyDriver {
    client: Client,
    settings: ManySettings,
    /// Why the settings can't work.
    refused: Option<Error>,
    durations: Arc<Durations>,
    planner: Planner,
    sweeper: Sweeper,
    limiter: Arc<RateLimiter>,
    step: Option<BoxFuture<'static, StepDone>>,
    findings: mpsc::UnboundedReceiver<Finding>,
    conversations: Conversations,
    additions: Option<mpsc::UnboundedReceiver<TaskRef>>,
    /// The ends of tasks whose last looks are under way. They hold no other end back.
    looks: FuturesUnordered<BoxFuture<'static, Finished>>,
    events: VecDeque<Event>,
    live: LiveShare,
}

impl ManyDriver {
    pub(super) fn new(
        client: Client,
        tasks: Vec<TaskRef>,
        additions: Option<mpsc::UnboundedReceiver<TaskRef>>,
        settings: ManySettings,
    ) -> Self {
        let now = Instant::now().into_std();
        let mut planner = Planner::new(&settings, tasks.len(), now);
        for task in &tasks {
            planner.add(task, now);
        }
        let limiter = Arc::new(RateLimiter::new(settings.requests_per_second));
        let live = LiveShare::new(client.live_tasks(), tasks.len());
        let (sender, findings) = mpsc::unbounded_channel();
        Self {
            refused: settings.check().err(),
            durations: client.durations().clone(),
            sweeper: Sweeper::new(client.clone(), limiter.clone(), sender),
            client,
            settings,
            planner,
            limiter,
            step: None,
            findings,
            conversations: Conversations::default(),
            additions,
            looks: FuturesUnordered::new(),
            events: VecDeque::new(),
            live,
        }
    }

    /// Waits for the next event. `None` where none can come any more.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            self.live.set(self.planner.count());
            if let Some(event) = self.events.pop_front() {
                if let (Event::Changed(update), Some(observer)) = (&event, &self.settings.on_status)
                {
                    observer.call(update);
                }
                if let Event::Ended(end) = &event {
                    match end {
                        Ok(finished) => observe::ended(finished),
                        Err(error) => observe::failed(error),
                    }
                }
                return Some(event);
            }
            if self.planner.is_idle() {
                // What is under way is for tasks that aren't waited for any more.
                self.conversations.clear();
                self.step = None;
                self.planner.abandon_sweep();
                if self.looks.is_empty() && self.additions.is_none() {
                    return None;
                }
                let wake = poll_fn(|context| self.poll_idle(context)).await;
                self.woke(wake);
            } else {
                self.advance().await;
            }
        }
    }

    /// Polls what can happen whether tasks are waited for or not.
    fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<Wake> {
        if let Poll::Ready(Some(finished)) = self.looks.poll_next_unpin(context) {
            return Poll::Ready(Wake::Looked(finished));
        }
        match &mut self.additions {
            Some(additions) => additions.poll_recv(context).map(Wake::Added),
            None => Poll::Pending,
        }
    }

    /// Carries out what is due, or waits for the next reason to do something.
    async fn advance(&mut self) {
        if let Some(error) = &self.refused {
            for task in self.planner.task_refs() {
                let error = WaitError::refused(task, error.clone());
                self.planner.remove(error.task_ref().task_id());
                self.events.push_back(Event::Ended(Err(error)));
            }
            return;
        }
        // What has arrived comes before what is too late.
        while let Ok(finding) = self.findings.try_recv() {
            self.woke(Wake::Found(finding));
        }
        let now = now();
        while let Some(exceeded) = self.planner.take_overdue(now) {
            self.conversations.end(exceeded.task_ref().task_id());
            self.events.push_back(Event::Ended(Err(exceeded.into())));
        }
        if !self.events.is_empty() {
            return;
        }
        if let Some(step) = self.planner.begin_sweep(now) {
            self.carry_out(step);
        }
        let wake = self.wake().await;
        self.woke(wake);
    }

    fn woke(&mut self, wake: Wake) {
        match wake {
            Wake::Found(Finding::Seen(sighting)) => self.saw(&sighting),
            Wake::Found(Finding::Failed(id, error)) => self.failed(id, error),
            Wake::StepDone(done) => self.step_done(done),
            Wake::TurnTaken(id, outcome) => self.turn_taken(id, outcome),
            Wake::Looked(finished) => self.events.push_back(Event::Ended(Ok(finished))),
            Wake::Added(Some(task)) => self.planner.add(&task, self::now()),
            Wake::Added(None) => self.additions = None,
            Wake::TimeCame => (),
        }
    }

    async fn wake(&mut self) -> Wake {
        let wakes_at = self.planner.wakes_at();
        let timer = wakes_at.map(|time| sleep_until(Instant::from_std(time)));
        let mut timer = pin!(OptionFuture::from(timer));
        poll_fn(|context| self.poll_wake(timer.as_mut(), context)).await
    }

    fn poll_wake(
        &mut self,
        timer: Pin<&mut OptionFuture<Sleep>>,
        context: &mut Context<'_>,
    ) -> Poll<Wake> {
        // The findings of a step come before its end.
        if let Poll::Ready(Some(finding)) = self.findings.poll_recv(context) {
            return Poll::Ready(Wake::Found(finding));
        }
        if let Some(step) = &mut self.step
            && let Poll::Ready(done) = step.poll_unpin(context)
        {
            return Poll::Ready(Wake::StepDone(done));
        }
        if let Poll::Ready((id, outcome)) = self.conversations.poll_turn(context) {
            return Poll::Ready(Wake::TurnTaken(id, outcome));
        }
        if let Poll::Ready(wake) = self.poll_idle(context) {
            return Poll::Ready(wake);
        }
        // Without a timer, `OptionFuture` would be ready at once.
        match timer.poll(context) {
            Poll::Ready(Some(())) => Poll::Ready(Wake::TimeCame),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    fn carry_out(&mut self, step: SweepStep) {
        let (tasks, list) = match &step {
            SweepStep::Poll(tasks) => (tasks.len(), None),
            SweepStep::Sweep(query) => (query.wanted.len(), Some(query.purpose.name())),
        };
        let span = observe::sweep_span(tasks, list);
        self.step = Some(
            self.sweeper
                .clone()
                .carry_out(step)
                .instrument(span)
                .boxed(),
        );
    }

    fn step_done(&mut self, done: StepDone) {
        self.step = None;
        match self.planner.next_step(done) {
            Some(step) => self.carry_out(step),
            None => self.end_sweep(),
        }
    }

    fn end_sweep(&mut self) {
        let now = Instant::now();
        let server_now = self.client.transport().clock().at(now);
        let interval = self.settings.interval;
        let durations = &self.durations;
        let random = self.client.transport().random();
        self.planner
            .end_sweep(now.into_std(), random, |agent_id, created_at| {
                let age = server_now?
                    .signed_duration_since(created_at)
                    .to_std()
                    .ok()?;
                durations.likelihood(agent_id, age, interval)
            });
    }

    fn saw(&mut self, sighting: &Sighting) {
        let Some(seen) = self.planner.saw(sighting, now()) else {
            return;
        };
        let update = seen.update;
        if seen.has_changed {
            self.events.push_back(Event::Changed(update.clone()));
        }
        if sighting.status.is_terminal() {
            self.conversations.end(sighting.task_id);
            self.client.dialogues().end(sighting.task_id);
            let duration = sighting
                .updated_at
                .signed_duration_since(sighting.created_at);
            if let Ok(duration) = duration.to_std() {
                self.durations.saw(sighting.agent_id, duration);
            }
            let status = Some(update.status.clone());
            let handle = TaskHandle::new(self.client.clone(), update.task, status);
            let finished = Finished::new(handle, update.status)
                .with_polls(update.polls)
                .with_elapsed(update.elapsed);
            self.end(finished);
        } else if sighting.status == TaskStatus::WaitingForInput {
            let handle = TaskHandle::new(self.client.clone(), update.task, None);
            let handler = self.settings.on_input.clone();
            self.conversations
                .take_turn(handle, handler, self.limiter.clone());
        }
    }

    /// Tells of an end, after the last look of its run where there is one.
    fn end(&mut self, finished: Finished) {
        let task_id = finished.task_ref().task_id();
        if self.client.last_looks().has(task_id) {
            let client = self.client.clone();
            self.looks.push(Box::pin(async move {
                let twins = client.last_looks().take(&client, task_id).await;
                finished.with_twins(twins)
            }));
        } else {
            self.events.push_back(Event::Ended(Ok(finished)));
        }
    }

    fn failed(&mut self, id: TaskId, error: Error) {
        observe::poll_failed(id, &error);
        if let Some(error) = self.planner.failed(id, error, now()) {
            self.conversations.end(id);
            self.events.push_back(Event::Ended(Err(error)));
        }
    }

    fn turn_taken(&mut self, id: TaskId, outcome: Result<Turn, Error>) {
        let error = match outcome {
            Ok(Turn::GoOn) => return,
            Ok(Turn::Open(question)) => WaitError::needs_input(question),
            Ok(Turn::Panicked(question)) => WaitError::handler_panicked(question),
            Ok(Turn::NotTaken(error)) => return self.planner.note(id, error, now()),
            Err(error) => return self.failed(id, error),
        };
        self.conversations.end(id);
        if self.planner.remove(id) {
            self.events.push_back(Event::Ended(Err(error)));
        }
    }
}

/// Returns the time by tokio's clock, which tests can pause, in the planner's type.
fn now() -> std::time::Instant {
    Instant::now().into_std()
}
