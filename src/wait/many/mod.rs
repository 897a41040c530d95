//! Waiting for many tasks at once.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use futures_util::stream;
use tokio::sync::mpsc;

mod look;
mod plan;
mod scheduler;
mod sweep;

use super::{
    Finished, Observer, Reply, TaskRef, Update, WaitError, answer::Handler, question::Question,
};
use crate::{api::Client, defaults};
use scheduler::{Event, Scheduler};

/// Waiting for many tasks, on the client.
pub trait WaitExt {
    /// Waits for all of these tasks at once, with a few requests for all of them together.
    ///
    /// A task that is given twice is waited for once.
    fn wait_many(&self, tasks: impl IntoIterator<Item = TaskRef>) -> WaitMany;
}

impl WaitExt for Client {
    fn wait_many(&self, tasks: impl IntoIterator<Item = TaskRef>) -> WaitMany {
        WaitMany {
            client: self.clone(),
            tasks: tasks.into_iter().collect(),
            adding: None,
            options: Options::default(),
        }
    }
}

/// A wait for the ends of many tasks, from [`WaitExt::wait_many`].
///
/// ```no_run
/// use futures_util::StreamExt;
/// use nanonets_agents::prelude::*;
///
/// # async fn example(client: Client, tasks: Vec<TaskRef>) {
/// let mut ends = client.wait_many(tasks).stream();
/// while let Some(end) = ends.next().await {
///     match end {
///         Ok(finished) => println!("{} {}", finished.task().task_id(), finished.status()),
///         Err(error) => eprintln!("{error}"), // of one task; the others go on
///     }
/// }
/// # }
/// ```
///
/// Instead of one loop a task, there is one for all: every 9 s it lists the tasks that are still at
/// work, 100 a request, or those that have ended, whichever is shorter. A task that isn't listed
/// any more is not taken for ended: its terminal status has to be seen, in a list or by itself. Few
/// tasks are asked for one by one.
///
/// It works as the stream is polled, in no task of its own.
#[derive(Debug)]
#[must_use = "a wait does nothing before its stream is polled"]
pub struct WaitMany {
    client: Client,
    tasks: Vec<TaskRef>,
    adding: Option<(Adder, mpsc::UnboundedReceiver<TaskRef>)>,
    options: Options,
}

#[derive(Clone, Debug)]
struct Options {
    deadline: Duration,
    on_input: Option<Handler>,
    on_status: Option<Observer>,
    requests_per_second: f64,
    interval: Duration,
    /// Whether every change is of interest, and not just the ends.
    wants_updates: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            deadline: defaults::WAIT_DEADLINE,
            on_input: None,
            on_status: None,
            requests_per_second: defaults::WAIT_REQUESTS_PER_SECOND,
            interval: defaults::SWEEP_INTERVAL,
            wants_updates: false,
        }
    }
}

impl WaitMany {
    /// How long to wait for each task, from when it was added; 30 minutes by default. Zero ends
    /// each at once.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = deadline;
        self
    }

    /// Answers the agents' questions, as [`Wait::on_input`](super::Wait::on_input) does; several at
    /// the same time.
    pub fn on_input<F>(mut self, handler: impl Fn(Question) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        self.options.on_input = Some(Handler::new(handler));
        self
    }

    /// Calls this at each change of a status that is seen. To see every one, it lists all tasks at
    /// work.
    pub fn on_status(mut self, observe: impl Fn(&Update) + Send + Sync + 'static) -> Self {
        self.options.on_status = Some(Observer(Arc::new(observe)));
        self.options.wants_updates = true;
        self
    }

    /// How many requests a second it may make at the most; 10 by default. More tasks than that
    /// allows to look at every 9 s are looked at less often, all in turn. Retries of what failed
    /// come on top, within the client's budget of retries.
    pub fn requests_per_second(mut self, requests: f64) -> Self {
        // What makes no sense is as slow as can be.
        self.options.requests_per_second = if requests > 0.01 { requests } else { 0.01 };
        self
    }

    /// How long to wait between looks at the lists; 9 s by default, 1 s at the least, a day at the
    /// most. An end is seen half of it late on average.
    pub fn interval(mut self, interval: Duration) -> Self {
        let (least, most) = (Duration::from_secs(1), Duration::from_secs(86_400));
        self.options.interval = interval.clamp(least, most);
        self
    }

    /// Something to add tasks with while the stream goes on, which doesn't end as long as there is
    /// one.
    pub fn adder(&mut self) -> Adder {
        let (adder, _) = self.adding.get_or_insert_with(|| {
            let (sender, receiver) = mpsc::unbounded_channel();
            (Adder(sender), receiver)
        });
        adder.clone()
    }

    fn scheduler(self) -> Scheduler {
        let adding = self.adding.map(|(_, receiver)| receiver);
        Scheduler::new(self.client, self.tasks, adding, self.options)
    }

    /// The ends, as they are seen.
    pub fn stream(self) -> Ends {
        let stream = stream::unfold(self.scheduler(), |mut scheduler| async {
            loop {
                match scheduler.next().await? {
                    Event::Changed(_) => (),
                    Event::Ended(end) => return Some((end, scheduler)),
                }
            }
        });
        Ends(Box::pin(stream))
    }

    /// The changes of all statuses as they are seen. An error is the end of the wait for one task.
    pub fn updates(mut self) -> ManyUpdates {
        self.options.wants_updates = true;
        let stream = stream::unfold(self.scheduler(), |mut scheduler| async {
            loop {
                match scheduler.next().await? {
                    Event::Changed(update) => return Some((Ok(update), scheduler)),
                    // Its last change was there before.
                    Event::Ended(Ok(_)) => (),
                    Event::Ended(Err(error)) => return Some((Err(error), scheduler)),
                }
            }
        });
        ManyUpdates(Box::pin(stream))
    }
}

/// Adds tasks to a wait that is going on, from [`WaitMany::adder`].
#[derive(Clone, Debug)]
pub struct Adder(mpsc::UnboundedSender<TaskRef>);

impl Adder {
    /// Adds a task; `false` where the stream is gone. One that is waited for already is not added
    /// again.
    pub fn add(&self, task: TaskRef) -> bool {
        self.0.send(task).is_ok()
    }
}

/// The ends of many tasks, from [`WaitMany::stream`]. It ends when all tasks have, and nobody can
/// add more.
#[must_use = "a stream does nothing before it is polled"]
pub struct Ends(Pin<Box<dyn Stream<Item = Result<Finished, WaitError>> + Send>>);

/// The changes of many tasks, from [`WaitMany::updates`]. It ends when all tasks have, and nobody
/// can add more.
#[must_use = "a stream does nothing before it is polled"]
pub struct ManyUpdates(Pin<Box<dyn Stream<Item = Result<Update, WaitError>> + Send>>);

impl Stream for Ends {
    type Item = Result<Finished, WaitError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl Stream for ManyUpdates {
    type Item = Result<Update, WaitError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ends")
    }
}

impl fmt::Debug for ManyUpdates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManyUpdates")
    }
}
