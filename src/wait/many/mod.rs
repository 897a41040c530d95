//! Waiting for many tasks at once.
//!
//! The [planner](planner) decides what to ask and when, the [driver](driver) does it.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::{FusedStream, Stream};
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;

mod conversations;
mod cost;
mod driver;
mod planner;
mod rate_limiter;
mod roster;
mod settings;
mod step;
mod sweep;

use super::{
    error::WaitError,
    outcome::{Finished, Update},
    question::Question,
    reply::{InputHandler, Reply},
};
use crate::{api::Client, callback::Callback, ids::TaskRef};
use driver::{Event, ManyDriver};
use settings::ManySettings;

/// A wait for the ends of many tasks, from [`WaitExt::wait_many`](super::WaitExt::wait_many).
///
/// ```
/// use futures_util::StreamExt;
/// # use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// # let mut tasks = Vec::new();
/// # for _ in 0..3 {
/// #     tasks.push(client.run(simulator.agent_id()).query("How many?").start().await?);
/// # }
/// # let mut completed = 0;
/// let mut ends = client.wait_many(tasks).stream();
/// while let Some(end) = ends.next().await {
///     match end {
///         Ok(finished) => println!("{} {}", finished.task_ref().task_id(), finished.status()),
///         Err(error) => eprintln!("{error}"), // of one task; the others go on
///     }
///     # completed += 1;
/// }
/// # assert_eq!(completed, 3);
/// # Ok(())
/// # }
/// ```
///
/// One polling loop serves all tasks. Every 9 s it lists the tasks at work, 100 a request, or those
/// that have ended, whichever takes fewer requests; few tasks are polled one by one. A task that
/// isn't listed any more doesn't count as ended: its terminal status has to be seen, in a list or
/// by a poll.
///
/// The wait makes progress while its stream is polled, since it spawns no task. Dropping the stream
/// leaves the server's tasks running.
///
/// It has no `until`, as [`Wait`](super::Wait::until) has: lists show less of a task than the
/// [`Task`](crate::types::Task) that a condition is about, and the list of the ended doesn't show
/// the others at all. To wait for a status, take [`updates`](Self::updates).
///
/// # Errors
///
/// An error ends the wait for one task, and the others go on. Its variants are those of
/// [`Wait`](super::Wait#errors). A setting that can't work is refused before anything is sent: each
/// task ends with [`WaitError::Refused`].
#[derive(Debug)]
#[must_use = "a wait does nothing before its stream is polled"]
pub struct WaitMany {
    client: Client,
    tasks: Vec<TaskRef>,
    channel: Option<(TaskSender, mpsc::UnboundedReceiver<TaskRef>)>,
    settings: ManySettings,
}

impl WaitMany {
    pub(super) fn new(client: Client, tasks: Vec<TaskRef>) -> Self {
        Self {
            client,
            tasks,
            channel: None,
            settings: ManySettings::default(),
        }
    }

    /// Sets how long to wait for each task at the most, from when it is added; 30 minutes by
    /// default. Zero is refused.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use nanonets_agents::{TaskRef, prelude::*};
    /// # fn example(client: Client, tasks: Vec<TaskRef>) {
    /// let ends = client.wait_many(tasks).deadline(Duration::from_secs(3600)).stream();
    /// # }
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = deadline;
        self
    }

    /// Sets a handler that answers the agents' questions, as
    /// [`Wait::on_input`](super::Wait::on_input) does. It is asked for several tasks at the same
    /// time.
    ///
    /// ```no_run
    /// # use nanonets_agents::{TaskRef, prelude::*, wait::{Question, Reply}};
    /// # fn example(client: Client, tasks: Vec<TaskRef>) {
    /// let ends = client
    ///     .wait_many(tasks)
    ///     .on_input(|question: Question| async move {
    ///         println!("{} asks: {question}", question.task_ref().task_id());
    ///         Reply::decline()
    ///     })
    ///     .stream();
    /// # }
    /// ```
    pub fn on_input<F>(mut self, handler: impl Fn(Question) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: Into<Reply>> + Send + 'static,
    {
        self.settings.on_input = Some(InputHandler::new(handler));
        self
    }

    /// Sets a function that is called at each change of a status that is seen. The wait stands
    /// still until the function returns.
    ///
    /// The wait then lists all tasks at work at each interval, even where listing the ended would
    /// take fewer requests.
    ///
    /// ```no_run
    /// # use nanonets_agents::{TaskRef, prelude::*};
    /// # fn example(client: Client, tasks: Vec<TaskRef>) {
    /// let wait = client.wait_many(tasks);
    /// let wait = wait.on_status(|update| println!("{} {}", update.task.task_id(), update.status));
    /// # let _ = wait.stream();
    /// # }
    /// ```
    pub fn on_status(mut self, observe: impl Fn(&Update) + Send + Sync + 'static) -> Self {
        self.settings.on_status = Some(Callback::new(observe));
        self.settings.wants_changes = true;
        self
    }

    /// Sets how many requests a second the wait may make; 10 by default. Anything but a finite
    /// number above zero is refused.
    ///
    /// Where the rate doesn't suffice to see each task every interval, they are seen in turns.
    /// Retries of failed requests come on top, within the client's retry budget.
    ///
    /// ```no_run
    /// # use nanonets_agents::{TaskRef, prelude::*};
    /// # fn example(client: Client, tasks: Vec<TaskRef>) {
    /// let ends = client.wait_many(tasks).requests_per_second(0.5).stream();
    /// # }
    /// ```
    pub fn requests_per_second(mut self, requests: f64) -> Self {
        self.settings.requests_per_second = requests;
        self
    }

    /// Sets how long the wait pauses between two looks at its tasks; 9 s by default. Less than 1 s
    /// and more than a day are refused.
    ///
    /// An end is seen half an interval late on average. While hardly any end is expected, the pause
    /// is up to twice as long.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use nanonets_agents::{TaskRef, prelude::*};
    /// # fn example(client: Client, tasks: Vec<TaskRef>) {
    /// let ends = client.wait_many(tasks).interval(Duration::from_secs(60)).stream();
    /// # }
    /// ```
    pub fn interval(mut self, interval: Duration) -> Self {
        self.settings.interval = interval;
        self
    }

    /// Returns a sender that adds tasks while the stream goes on. As long as there is one, the
    /// stream doesn't end.
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use nanonets_agents::TaskRef;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let mut wait = client.wait_many([] as [TaskRef; 0]);
    /// let sender = wait.sender();
    /// let ends = wait.stream();
    ///
    /// sender.send(started.task_id());
    /// drop(sender); // and the stream ends after the last task
    /// let ends: Vec<_> = ends.collect().await;
    /// assert!(ends[0].as_ref().is_ok_and(|finished| finished.is_completed()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn sender(&mut self) -> TaskSender {
        let (sender, _) = self.channel.get_or_insert_with(|| {
            let (sender, receiver) = mpsc::unbounded_channel();
            (TaskSender(sender), receiver)
        });
        sender.clone()
    }

    /// Returns a stream of the ends of the tasks as they are seen. An error is the end of the wait
    /// for one task.
    ///
    /// ```no_run
    /// use futures_util::StreamExt;
    /// # use nanonets_agents::{TaskRef, prelude::*};
    ///
    /// # async fn example(client: Client, tasks: Vec<TaskRef>) {
    /// let ends: Vec<_> = client.wait_many(tasks).stream().collect().await;
    /// let failed = ends.iter().filter(|end| end.is_err()).count();
    /// println!("{failed} of {} tasks can't be waited for", ends.len());
    /// # }
    /// ```
    pub fn stream(self) -> ManyEnds {
        let stream = stream::unfold(self.driver(), |mut driver| async {
            loop {
                match driver.next().await? {
                    Event::Changed(_) => (),
                    Event::Ended(end) => return Some((end, driver)),
                }
            }
        });
        ManyEnds(Box::pin(stream.fuse()))
    }

    /// Returns a stream of all changes of statuses as they are seen. An error is the end of the
    /// wait for one task.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # let mut tasks = Vec::new();
    /// # for _ in 0..3 {
    /// #     tasks.push(client.run(simulator.agent_id()).query("How many?").start().await?);
    /// # }
    ///
    /// let mut updates = client.wait_many(tasks).updates();
    /// while let Some(update) = updates.try_next().await? {
    ///     println!("{} is {}", update.task.task_id(), update.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn updates(mut self) -> ManyUpdates {
        self.settings.wants_changes = true;
        let stream = stream::unfold(self.driver(), |mut driver| async {
            loop {
                match driver.next().await? {
                    Event::Changed(update) => return Some((Ok(update), driver)),
                    // The change to the terminal status was returned before.
                    Event::Ended(Ok(_)) => (),
                    Event::Ended(Err(error)) => return Some((Err(error), driver)),
                }
            }
        });
        ManyUpdates(Box::pin(stream.fuse()))
    }

    fn driver(self) -> ManyDriver {
        // The wait's own sender is dropped, since it would keep the stream from ending.
        let additions = self.channel.map(|(_, receiver)| receiver);
        ManyDriver::new(self.client, self.tasks, additions, self.settings)
    }
}

/// A sender of tasks to a wait that is going on, from [`WaitMany::sender`]. Clones send to the same
/// wait, which goes on as long as one of them is there.
///
/// ```no_run
/// use nanonets_agents::{TaskId, wait::TaskSender};
///
/// fn watch_all(sender: TaskSender, tasks: &[TaskId]) {
///     for task_id in tasks {
///         sender.send(*task_id);
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct TaskSender(mpsc::UnboundedSender<TaskRef>);

impl TaskSender {
    /// Adds a task, and returns `false` where the stream was dropped. A task that is waited for
    /// already is not added again; one that has ended is.
    ///
    /// ```no_run
    /// # use nanonets_agents::{run::Started, wait::TaskSender};
    /// # fn example(sender: TaskSender, started: Started) {
    /// if !sender.send(&started) {
    ///     println!("the wait was given up");
    /// }
    /// # }
    /// ```
    pub fn send(&self, task: impl Into<TaskRef>) -> bool {
        self.0.send(task.into()).is_ok()
    }
}

/// The stream of the ends of many tasks, from [`WaitMany::stream`]. It ends when all tasks have and
/// there is no [`TaskSender`] left, and may be polled after that.
///
/// ```no_run
/// use futures_util::StreamExt;
/// use nanonets_agents::wait::ManyEnds;
///
/// async fn count_completed(mut ends: ManyEnds) -> usize {
///     let mut completed = 0;
///     while let Some(end) = ends.next().await {
///         completed += usize::from(end.is_ok_and(|finished| finished.is_completed()));
///     }
///     completed
/// }
/// ```
#[must_use = "a stream does nothing before it is polled"]
pub struct ManyEnds(Pin<Box<dyn FusedStream<Item = Result<Finished, WaitError>> + Send>>);

/// The stream of the changes of many tasks, from [`WaitMany::updates`]. It ends when all tasks have
/// and there is no [`TaskSender`] left, and may be polled after that.
///
/// ```no_run
/// use futures_util::StreamExt;
/// use nanonets_agents::wait::ManyUpdates;
///
/// async fn print_all(mut updates: ManyUpdates) {
///     while let Some(update) = updates.next().await {
///         match update {
///             Ok(update) => println!("{} is {}", update.task.task_id(), update.status),
///             Err(error) => eprintln!("{error}"),
///         }
///     }
/// }
/// ```
#[must_use = "a stream does nothing before it is polled"]
pub struct ManyUpdates(Pin<Box<dyn FusedStream<Item = Result<Update, WaitError>> + Send>>);

impl Stream for ManyEnds {
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

impl FusedStream for ManyEnds {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl fmt::Debug for ManyEnds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManyEnds")
    }
}

impl FusedStream for ManyUpdates {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl fmt::Debug for ManyUpdates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManyUpdates")
    }
}
