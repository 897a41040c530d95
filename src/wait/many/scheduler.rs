//! One loop for all tasks: looks when it is time, answers questions meanwhile, tells what changed.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures_util::{
    FutureExt, StreamExt,
    future::{AbortHandle, Abortable, BoxFuture, Either, select},
    stream::FuturesUnordered,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use uuid::Uuid;

use super::{
    Options,
    look::Look,
    sweep::{Found, Pace, Seen, Tell},
};
use crate::{
    api::{Client, types::TaskStatus},
    error::Error,
    wait::{
        DeadlineExceeded, Durations, Finished, TaskHandle, TaskRef, Update, WaitError,
        answer::{Dialogue, Turn},
    },
};

/// Something that has happened.
pub(super) enum Event {
    Changed(Update),
    Ended(Result<Finished, WaitError>),
}

/// Later than anybody waits.
const FAR: Duration = Duration::from_secs(86_400);
/// How long after a look another one may follow for a task that was added.
const SOON: Duration = Duration::from_secs(2);
/// A task that is waited for. There may be very many of them.
pub(super) struct Watched {
    pub(super) agent_id: Option<Uuid>,
    added: Instant,
    pub(super) looked_at: Instant,
    pub(super) created_at: Option<DateTime<Utc>>,
    pub(super) status: Option<TaskStatus>,
    looks: u32,
    /// What was said, where anything was; nothing while its turn is being taken.
    dialogue: Option<Box<Dialogue>>,
    /// Ends its turn in a dialogue, while there is one.
    turn: Option<AbortHandle>,
    last_error: Option<Error>,
}

fn task_ref(id: Uuid, agent_id: Option<Uuid>) -> TaskRef {
    let task = TaskRef::new(id);
    match agent_id {
        Some(agent_id) => task.with_agent(agent_id),
        None => task,
    }
}

/// What came of a turn in a dialogue.
type Answered = (Uuid, Box<Dialogue>, Result<Turn, Error>);

pub(super) struct Scheduler {
    pub(super) client: Client,
    pub(super) options: Options,
    pub(super) durations: Option<Arc<Durations>>,
    pub(super) pace: Arc<Pace>,
    pub(super) tasks: HashMap<Uuid, Watched>,
    /// When each task's wait ends, in the order in which they were added.
    deadlines: VecDeque<(Instant, Uuid)>,
    adding: Option<mpsc::UnboundedReceiver<TaskRef>>,
    pub(super) looking: Option<BoxFuture<'static, Look>>,
    pub(super) next_look: Instant,
    last_look: Option<Instant>,
    /// What looks have found.
    pub(super) found: (Tell, mpsc::UnboundedReceiver<Found>),
    answering: FuturesUnordered<BoxFuture<'static, Option<Answered>>>,
    events: VecDeque<Event>,
    /// How many ended since the list of the ended was walked last, and since the last look.
    pub(super) ended: usize,
    pub(super) ended_lately: usize,
    pub(super) ended_now: usize,
    /// What the lists have shown beside what was looked for.
    pub(super) foreign_live: usize,
    pub(super) foreign_ended: usize,
    /// Walks through the list of the ended, one after the other.
    pub(super) ended_walks: u32,
}

impl Scheduler {
    pub(super) fn new(
        client: Client,
        tasks: Vec<TaskRef>,
        adding: Option<mpsc::UnboundedReceiver<TaskRef>>,
        options: Options,
    ) -> Self {
        let mut scheduler = Self {
            durations: Some(client.durations().clone()),
            pace: Arc::new(Pace::new(options.requests_per_second)),
            client,
            options,
            tasks: HashMap::with_capacity(tasks.len()),
            deadlines: VecDeque::with_capacity(tasks.len()),
            adding,
            looking: None,
            next_look: Instant::now(),
            last_look: None,
            found: mpsc::unbounded_channel(),
            answering: FuturesUnordered::new(),
            events: VecDeque::new(),
            ended: 0,
            ended_lately: 0,
            ended_now: 0,
            foreign_live: 0,
            foreign_ended: 0,
            ended_walks: 0,
        };
        for task in tasks {
            scheduler.add(task);
        }
        scheduler
    }

    fn add(&mut self, task: TaskRef) {
        let now = Instant::now();
        let watched = Watched {
            agent_id: task.agent_id().map(Uuid::from),
            added: now,
            looked_at: now,
            created_at: None,
            status: None,
            looks: 0,
            dialogue: None,
            turn: None,
            last_error: None,
        };
        let id = Uuid::from(task.task_id());
        if self.tasks.contains_key(&id) {
            return;
        }
        self.tasks.insert(id, watched);
        if let Some(deadline) = now.checked_add(self.options.deadline) {
            self.deadlines.push_back((deadline, id));
        }
        // The first one is looked at soon; others have just been started, and can wait for the next
        // look.
        if self.tasks.len() == 1 {
            let soon = self
                .last_look
                .map_or(now, |it| it + SOON.min(self.options.interval));
            self.next_look = soon.max(now);
        }
    }

    /// The next thing that happens; `None` where nothing can any more.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                if let (Event::Changed(update), Some(observe)) = (&event, &self.options.on_status) {
                    observe.0(update);
                }
                return Some(event);
            }
            if self.tasks.is_empty() {
                // Handlers whose tasks are gone have nobody to answer to.
                self.answering.clear();
                self.looking = None;
                let task = self.adding.as_mut()?.recv().await;
                match task {
                    Some(task) => self.add(task),
                    None => return None,
                }
                continue;
            }
            self.step().await;
        }
    }

    /// Does what is due, and waits for the first thing to happen.
    async fn step(&mut self) {
        let now = Instant::now();
        while let Some((deadline, id)) = self.deadlines.front().copied()
            && deadline <= now
        {
            self.deadlines.pop_front();
            self.miss_deadline(id, deadline);
        }
        if !self.events.is_empty() {
            return;
        }
        if self.looking.is_none() && self.next_look <= now && !self.tasks.is_empty() {
            self.last_look = Some(now);
            self.looking = Some(self.look());
        }
        let wake = match (&self.looking, self.deadlines.front()) {
            (Some(_), Some((deadline, _))) => *deadline,
            (Some(_), None) => now + FAR,
            (None, Some((deadline, _))) => self.next_look.min(*deadline),
            (None, None) => self.next_look,
        };
        let found = self.found.1.recv();
        let looked = async {
            match &mut self.looking {
                Some(looking) => looking.await,
                None => std::future::pending().await,
            }
        };
        let answered = async {
            loop {
                match self.answering.next().await {
                    Some(Some(answered)) => return answered,
                    // Its task is gone.
                    Some(None) => (),
                    None => std::future::pending().await,
                }
            }
        };
        let added = async {
            match &mut self.adding {
                Some(adding) => adding.recv().await,
                None => std::future::pending().await,
            }
        };
        let first = select(
            // What was found comes before the look that found it is over.
            select(
                Box::pin(found),
                select(Box::pin(looked), Box::pin(answered)),
            ),
            select(Box::pin(added), Box::pin(sleep_until(wake))),
        );
        // What is told below needs all of it again.
        enum First {
            Found(Option<Found>),
            Looked(Look),
            Answered(Answered),
            Added(Option<TaskRef>),
            Woke,
        }
        let first = match first.await {
            Either::Left((Either::Left((found, _)), _)) => First::Found(found),
            Either::Left((Either::Right((Either::Left((look, _)), _)), _)) => First::Looked(look),
            Either::Left((Either::Right((Either::Right((answered, _)), _)), _)) => {
                First::Answered(answered)
            }
            Either::Right((Either::Left((task, _)), _)) => First::Added(task),
            Either::Right((Either::Right(_), _)) => First::Woke,
        };
        match first {
            First::Found(Some(Found::Seen(seen))) => self.saw(seen),
            First::Found(Some(Found::Failed(id, error))) => self.failed(id, error),
            First::Found(None) => (),
            First::Looked(look) => {
                self.looking = None;
                self.looked(look);
            }
            First::Answered((id, dialogue, turn)) => self.answered(id, dialogue, turn),
            First::Added(Some(task)) => self.add(task),
            First::Added(None) => self.adding = None,
            First::Woke => (),
        }
    }

    /// A task was seen to have a status.
    fn saw(&mut self, seen: Seen) {
        let Some(task) = self.tasks.get_mut(&seen.task_id) else {
            return;
        };
        task.looks += 1;
        task.looked_at = Instant::now();
        task.last_error = None;
        task.agent_id = Some(seen.agent_id);
        task.created_at = Some(seen.created_at);
        let has_changed = task.status.as_ref() != Some(&seen.status);
        task.status = Some(seen.status.clone());
        let reference = TaskRef::new(seen.task_id).with_agent(seen.agent_id);
        let (elapsed, looks) = (task.added.elapsed(), task.looks);
        if has_changed {
            self.events.push_back(Event::Changed(Update {
                task: reference.clone(),
                status: seen.status.clone(),
                elapsed,
                polls: looks,
            }));
        }
        if seen.status.is_terminal() {
            self.remove(seen.task_id);
            self.ended += 1;
            self.ended_now += 1;
            if let (Some(durations), Ok(duration)) = (
                &self.durations,
                (seen.updated_at - seen.created_at).to_std(),
            ) {
                durations.saw(seen.agent_id, duration);
            }
            let status = seen.status;
            self.events.push_back(Event::Ended(Ok(Finished {
                task: TaskHandle::new(self.client.clone(), reference, Some(status.clone())),
                status,
                polls: looks,
                elapsed,
            })));
        } else if seen.status == TaskStatus::WaitingForInput {
            self.take_turn(seen.task_id, reference);
        }
    }

    fn take_turn(&mut self, id: Uuid, reference: TaskRef) {
        let Some(task) = self.tasks.get_mut(&id).filter(|it| it.turn.is_none()) else {
            return;
        };
        let (turn, registration) = AbortHandle::new_pair();
        task.turn = Some(turn);
        let mut dialogue = task.dialogue.take().unwrap_or_default();
        let handle = TaskHandle::new(self.client.clone(), reference, None);
        let (handler, pace) = (self.options.on_input.clone(), self.pace.clone());
        let turn = async move {
            // One for looking at the question, one for answering it.
            pace.turn().await;
            pace.turn().await;
            let turn = dialogue.take_turn(&handle, handler.as_ref()).await;
            (id, dialogue, turn)
        };
        let turn = Abortable::new(turn, registration);
        self.answering.push(turn.map(Result::ok).boxed());
    }

    fn answered(&mut self, id: Uuid, dialogue: Box<Dialogue>, turn: Result<Turn, Error>) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        task.dialogue = Some(dialogue);
        task.turn = None;
        let reference = task_ref(id, task.agent_id);
        match turn {
            Ok(Turn::GoOn) => (),
            Ok(Turn::Open(question)) => self.give_up(
                id,
                WaitError::NeedsInput {
                    task: reference,
                    question: Box::new(question),
                },
            ),
            Ok(Turn::Panicked(question)) => self.give_up(
                id,
                WaitError::HandlerPanicked {
                    task: reference,
                    question: Box::new(question),
                },
            ),
            Err(error) => self.failed(id, error),
        }
    }

    fn failed(&mut self, id: Uuid, error: Error) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        task.looks += 1;
        task.looked_at = Instant::now();
        match WaitError::of_poll(&task_ref(id, task.agent_id), &error) {
            None => task.last_error = Some(error),
            Some(lasting) => self.give_up(id, lasting),
        }
    }

    fn give_up(&mut self, id: Uuid, error: WaitError) {
        if self.remove(id) {
            self.events.push_back(Event::Ended(Err(error)));
        }
    }

    /// Forgets a task, and with it whoever is about to answer for it.
    fn remove(&mut self, id: Uuid) -> bool {
        let task = self.tasks.remove(&id);
        if let Some(turn) = task.as_ref().and_then(|it| it.turn.as_ref()) {
            turn.abort();
        }
        task.is_some()
    }

    fn miss_deadline(&mut self, id: Uuid, deadline: Instant) {
        // One that was added again later has a later deadline.
        let is_due = |task: &&Watched| task.added + self.options.deadline == deadline;
        if let Some(task) = self.tasks.get(&id).filter(is_due) {
            let error = WaitError::Deadline(Box::new(DeadlineExceeded {
                task: task_ref(id, task.agent_id),
                last_status: task.status.clone(),
                last_error: task.last_error.clone(),
                polls: task.looks,
                elapsed: task.added.elapsed(),
                is_cancelled: false,
            }));
            self.give_up(id, error);
        }
    }
}
