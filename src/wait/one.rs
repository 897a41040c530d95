//! Waiting for one task.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::{FusedStream, Stream};
use futures_util::{StreamExt, future::BoxFuture, stream};

use super::{
    condition::Condition,
    error::WaitError,
    handle::TaskHandle,
    outcome::{Finished, Update},
    policy::PollPolicy,
    question::Question,
    reply::{InputHandler, Reply},
    watch::{CancelOnDrop, WaitSettings, Watch},
};
use crate::callback::Callback;

/// A wait for the end of a task, from [`Started::wait`](crate::run::Started::wait) or
/// [`TaskHandle::wait`].
///
/// ```
/// use std::time::Duration;
/// # use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
/// let finished = started.wait().deadline(Duration::from_secs(600)).await?;
/// assert!(finished.is_completed());
/// # Ok(())
/// # }
/// ```
///
/// Awaited, it polls after 1 s, then ever less often, up to every 10 s, until the task has ended
/// (<https://agents.nanonets.com/docs/async-and-polling>). Where the client has seen enough tasks
/// of the agent end, it polls when another end has become likely instead. A status that this crate
/// doesn't know counts as not ended. Dropping the wait leaves the task running, unless
/// [`cancel_on_drop`](Self::cancel_on_drop) says otherwise.
///
/// # Errors
///
/// Each [`WaitError`] names the task, which can be waited for again:
///
/// - [`Refused`](WaitError::Refused): a setting can't work, and nothing was sent; or the server
///   refused a poll in a way that polling again won't change.
/// - [`Gone`](WaitError::Gone): the server has no such task, or doesn't show it to this API key.
/// - [`NeedsInput`](WaitError::NeedsInput): the agent asks, and no handler has answered. Answer
///   with [`TaskHandle::answer`], from any process, and wait again.
/// - [`HandlerPanicked`](WaitError::HandlerPanicked): the handler of questions has panicked.
/// - [`Deadline`](WaitError::Deadline): the [deadline](Self::deadline) came first.
///
/// Any other failure of a poll may pass, and the next poll comes after the next interval.
///
/// A wait is a future, which can be joined with others, or spawned. It takes its settings at its
/// first poll.
///
/// ```
/// use futures_util::future::try_join_all;
/// # use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// let few = [
///     client.run(agent_id).query("How many?").start().await?,
///     client.run(agent_id).query("How much?").start().await?,
/// ];
/// // Many are better waited for together: `wait_many` takes a few requests for all.
/// let finished = try_join_all(few.iter().map(|started| started.wait())).await?;
/// assert!(finished.iter().all(|end| end.is_completed()));
/// # Ok(())
/// # }
/// ```
#[must_use = "a wait does nothing before it is awaited"]
pub struct Wait {
    task: TaskHandle,
    settings: WaitSettings,
    /// Cancels the task of a wait that is dropped before its first poll.
    guard: CancelOnDrop,
    /// What was made of the settings at the first poll.
    running: Option<BoxFuture<'static, Result<Finished, WaitError>>>,
}

impl Wait {
    pub(crate) fn new(task: TaskHandle, settings: WaitSettings) -> Self {
        let guard = CancelOnDrop::new(settings.cancel_on_drop, &task);
        Self {
            task,
            settings,
            guard,
            running: None,
        }
    }

    /// Sets how long to wait at the most, from when the wait is awaited; 30 minutes by default,
    /// since slow agents take many minutes. Zero is refused.
    ///
    /// The future of an [`on_input`](Self::on_input) handler that isn't ready by then is dropped.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::wait::WaitError;
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = Script::empty().running(Duration::from_secs(900));
    /// # let agent = AgentSpec::new("Example").script(script);
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// match started.wait().deadline(Duration::from_secs(60)).await {
    ///     Err(WaitError::Deadline(late)) => println!("still {:?}", late.last_status()),
    ///     end => panic!("the task takes 15 minutes: {end:?}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = deadline;
        self
    }

    /// Sets the intervals between polls; see [`PollPolicy`].
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use nanonets_agents::{run::Started, wait::{PollPolicy, WaitError}};
    /// # async fn example(started: Started) -> Result<(), WaitError> {
    /// let patient = PollPolicy::default().with_cap(Duration::from_secs(60));
    /// let finished = started.wait().poll(patient).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.settings.poll = policy;
        self
    }

    /// Sets a condition that ends the wait, unless the end of the task comes first.
    ///
    /// A wait with a condition keeps to the intervals of its [`PollPolicy`]: the client learns when
    /// tasks end, and not when they meet conditions.
    ///
    /// ```
    /// use nanonets_agents::types::{Task, TaskStatus};
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Example").script(Script::empty().review());
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let in_review = started.wait().until(TaskStatus::AwaitingReview).await?;
    /// assert_eq!(*in_review.status(), TaskStatus::AwaitingReview);
    /// let titled = started.wait().until(|task: &Task| task.title.is_some()).await?;
    /// # let _ = titled;
    /// # Ok(())
    /// # }
    /// ```
    pub fn until(mut self, condition: impl Into<Condition>) -> Self {
        self.settings.until = Some(condition.into());
        self
    }

    /// Sets a handler that answers the agent's questions. Without one, a question ends the wait
    /// with [`WaitError::NeedsInput`].
    ///
    /// The question is what the agent said last before its task began to wait. Where the times of
    /// the message and of the status differ, one of them may come from a replica that lags behind,
    /// and the question is asked up to 30 s later. The handler is asked
    /// once for each, by whichever of this client's waits for the task sees it first, and may take
    /// its time: an answer that took a second or more is sent only if the question is still open
    /// then, since a person may have answered meanwhile. An answer that the server has accepted is
    /// never repeated. One that got no clear reply is sent again where the question is still open
    /// after two looks and after 15 s, or 60 s where the server is slow.
    ///
    /// A handler that panics ends the wait with [`WaitError::HandlerPanicked`]; one that replies
    /// with an empty text, or a text that the server refuses, with [`WaitError::Refused`].
    /// Documented at <https://agents.nanonets.com/docs/interactive-tasks>.
    ///
    /// ```
    /// use nanonets_agents::wait::{Question, Reply};
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Asks").script(Script::empty().ask("Shall I pay it?"));
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("An invoice.").start().await?;
    /// let wait = started.wait().on_input(|question: Question| async move {
    ///     match question.text() {
    ///         Some(text) if text.contains("Shall I") => Reply::text("yes"),
    ///         _ => Reply::decline(),
    ///     }
    /// });
    /// assert!(wait.await?.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_input<F>(mut self, handler: impl Fn(Question) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: Into<Reply>> + Send + 'static,
    {
        self.settings.on_input = Some(InputHandler::new(handler));
        self
    }

    /// Sets a function that is called at each change of the status. The wait stands still until the
    /// function returns.
    ///
    /// A wait with such a function keeps to the intervals of its [`PollPolicy`]: the client learns
    /// when tasks end, and other changes come sooner.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// let wait = started.wait().on_status(|update| println!("{}", update.status));
    /// assert!(wait.await?.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_status(mut self, observe: impl Fn(&Update) + Send + Sync + 'static) -> Self {
        self.settings.on_status = Some(Callback::new(observe));
        self
    }

    /// Sets whether the task is cancelled when the deadline comes; off by default.
    ///
    /// The wait still ends with [`WaitError::Deadline`], which tells whether the task was
    /// cancelled, unless the task turns out to have ended by itself. The request takes up to 10 s
    /// more. The server still finishes a step that is running.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::wait::WaitError;
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = Script::empty().running(Duration::from_secs(900));
    /// # let agent = AgentSpec::new("Example").script(script);
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let wait = started.wait().deadline(Duration::from_secs(60)).cancel_at_deadline(true);
    /// match wait.await {
    ///     Err(WaitError::Deadline(late)) => assert!(late.is_cancelled()),
    ///     end => panic!("the task takes 15 minutes: {end:?}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancel_at_deadline(mut self, cancel: bool) -> Self {
        self.settings.cancel_at_deadline = cancel;
        self
    }

    /// Sets whether the task is cancelled when the awaited wait, or its stream, is dropped or fails
    /// before the task has ended; off by default.
    ///
    /// A wait that is dropped before it is awaited counts as well. Best effort: the request is made
    /// in the background, on the runtime that the wait is dropped in. If that runtime shuts down at
    /// once, or the request fails, the task goes on.
    ///
    /// ```no_run
    /// # use nanonets_agents::{run::Started, wait::WaitError};
    /// # async fn example(started: Started) -> Result<(), WaitError> {
    /// let finished = started.wait().cancel_on_drop(true).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancel_on_drop(mut self, cancel: bool) -> Self {
        self.settings.cancel_on_drop = cancel;
        if self.running.is_none() {
            self.guard.disarm();
            self.guard = CancelOnDrop::new(cancel, &self.task);
        }
        self
    }

    /// Returns a stream of the changes of the status as they are seen, the last one included.
    ///
    /// It keeps to the intervals of its [`PollPolicy`], as with [`on_status`](Self::on_status).
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// let mut updates = started.wait().updates();
    /// while let Some(update) = updates.try_next().await? {
    ///     println!("{} after {:?}", update.status, update.elapsed);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn updates(mut self) -> Updates {
        self.settings.wants_changes = true;
        let watch = self.watch();
        let stream = stream::unfold(Some(watch), |watch| async {
            let mut watch = watch?;
            let update = watch.next().await;
            let goes_on = update.is_ok() && !watch.is_over();
            Some((update, goes_on.then_some(watch)))
        });
        Updates(Box::pin(stream.fuse()))
    }

    fn watch(&mut self) -> Watch {
        self.guard.disarm();
        Watch::new(self.task.clone(), std::mem::take(&mut self.settings))
    }
}

/// Not beside the type, since a handle knows nothing of waits.
impl TaskHandle {
    /// Returns a wait for the end of the task, to be awaited; see [`Wait`].
    ///
    /// ```no_run
    /// # use nanonets_agents::{TaskRef, prelude::*, wait::WaitError};
    /// # async fn example(client: Client, task: TaskRef) -> Result<(), WaitError> {
    /// let finished = client.task(task).wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self) -> Wait {
        Wait::new(self.clone(), WaitSettings::default())
    }
}

/// The stream of the changes of a task's status, from [`Wait::updates`]. It ends with the wait, or
/// after an error.
///
/// Its type has a name, by which it can be stored:
///
/// ```no_run
/// use futures_util::TryStreamExt;
/// use nanonets_agents::{run::Started, wait::{Updates, WaitError}};
///
/// struct ProgressBar {
///     updates: Updates,
/// }
///
/// # async fn example(started: Started) -> Result<(), WaitError> {
/// let mut bar = ProgressBar { updates: started.wait().updates() };
/// while let Some(update) = bar.updates.try_next().await? {
///     println!("{}", update.status);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing before it is polled"]
pub struct Updates(Pin<Box<dyn FusedStream<Item = Result<Update, WaitError>> + Send>>);

impl Stream for Updates {
    type Item = Result<Update, WaitError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl FusedStream for Updates {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Updates")
    }
}

impl Future for Wait {
    type Output = Result<Finished, WaitError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Box::pin(self.watch().run()),
        };
        let end = running.as_mut().poll(context);
        self.running = Some(running);
        end
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("task", &self.task.task_ref())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
