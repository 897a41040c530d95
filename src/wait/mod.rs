//! Waiting for tasks: one by one, or [many](WaitExt::wait_many) at once.
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
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use futures_util::stream;

mod answer;
mod condition;
mod durations;
mod error;
mod many;
mod policy;
mod question;
mod task;
mod watch;

pub use answer::Reply;
pub use condition::Condition;
pub(crate) use durations::Durations;
pub use error::{DeadlineExceeded, WaitError};
pub use many::{Adder, Ends, ManyUpdates, WaitExt, WaitMany};
pub use policy::{PollPolicy, PollPolicyBuilder};
pub use question::Question;
pub use task::TaskHandle;

use crate::{
    api::{Client, types::TaskStatus},
    defaults,
    error::Error,
    ids::TaskRef,
};
use answer::Handler;
use watch::Watch;

/// A wait for the end of a task, from [`Started::wait`](crate::run::Started::wait).
///
/// Awaited, it asks for the status after 1 s, then ever less often, up to every 10 s, until the
/// task has ended (<https://agents.nanonets.com/docs/async-and-polling>), or, where the client has
/// seen enough tasks of the agent end, when another end has become likely. A status that this crate
/// doesn't know counts as not ended. A failed poll doesn't end the wait, unless asking again can't
/// help. Dropping the wait leaves the task running, unless [`cancel_on_drop`](Self::cancel_on_drop)
/// says otherwise.
#[derive(Debug)]
#[must_use = "a wait does nothing before it is awaited"]
pub struct Wait {
    client: Client,
    task: TaskHandle,
    options: Options,
}

/// What is asked of a wait.
#[derive(Clone, Debug)]
struct Options {
    deadline: Duration,
    poll: PollPolicy,
    until: Option<Condition>,
    on_input: Option<Handler>,
    on_status: Option<Observer>,
    cancel_at_deadline: bool,
    cancel_on_drop: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            deadline: defaults::WAIT_DEADLINE,
            poll: PollPolicy::default(),
            until: None,
            on_input: None,
            on_status: None,
            cancel_at_deadline: false,
            cancel_on_drop: false,
        }
    }
}

#[derive(Clone)]
struct Observer(Arc<dyn Fn(&Update) + Send + Sync>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// A status as it was seen to change.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Update {
    /// The task.
    pub task: TaskRef,
    /// What it is now.
    pub status: TaskStatus,
    /// How long the wait has taken so far.
    pub elapsed: Duration,
    /// How often the status was asked for so far.
    pub polls: u32,
}

impl Wait {
    pub(crate) fn new(client: Client, task: TaskHandle) -> Self {
        Self {
            client,
            task,
            options: Options::default(),
        }
    }

    /// How long to wait at most, from when it is awaited; 30 minutes by default. Slow agents take
    /// many minutes.
    ///
    /// A deadline of zero is refused with [`WaitError::Refused`]. A handler that doesn't return is
    /// given up at the deadline, too.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = deadline;
        self
    }

    /// When to poll; see [`PollPolicy`].
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.options.poll = policy;
        self
    }

    /// Waits for something else than the end, or for the end if that comes first.
    ///
    /// ```no_run
    /// use nanonets_agents::{prelude::*, wait::Condition};
    ///
    /// # async fn example(started: Started) -> Result<(), WaitError> {
    /// let running = started.wait().until(Condition::status(TaskStatus::Running)).await?;
    /// println!("{} after {:?}", running.status(), running.elapsed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn until(mut self, condition: Condition) -> Self {
        self.options.until = Some(condition);
        self
    }

    /// Answers the agent's questions, each once; without it, a question ends the wait with
    /// [`WaitError::NeedsInput`].
    ///
    /// The answer is not repeated blindly: where no clear answer to it comes, the conversation is
    /// looked at first. A handler that panics ends the wait with [`WaitError::HandlerPanicked`].
    ///
    /// ```no_run
    /// use nanonets_agents::prelude::*;
    ///
    /// # async fn example(started: Started) -> Result<(), WaitError> {
    /// let finished = started.wait().on_input(|question: Question| async move {
    ///     match question.text() {
    ///         Some(text) if text.contains("Shall I") => Reply::text("yes"),
    ///         _ => Reply::decline(),
    ///     }
    /// });
    /// println!("{}", finished.await?.status());
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_input<F>(mut self, handler: impl Fn(Question) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        self.options.on_input = Some(Handler::new(handler));
        self
    }

    /// Calls this at each change of the status. It should return soon: the wait waits for it.
    pub fn on_status(mut self, observe: impl Fn(&Update) + Send + Sync + 'static) -> Self {
        self.options.on_status = Some(Observer(Arc::new(observe)));
        self
    }

    /// Cancels the task when the deadline comes. The wait still ends with [`WaitError::Deadline`],
    /// which says whether it worked, unless the task turns out to have ended by itself. The request
    /// takes up to 10 s more. A step that is running is finished all the same.
    pub fn cancel_at_deadline(mut self) -> Self {
        self.options.cancel_at_deadline = true;
        self
    }

    /// Cancels the task when the awaited wait, or its stream, is dropped, or fails, before the task
    /// has ended.
    ///
    /// Best effort: the request is made in the background, by the runtime that the wait is dropped
    /// in. Where that ends at once, or the request fails, the task goes on.
    pub fn cancel_on_drop(mut self) -> Self {
        self.options.cancel_on_drop = true;
        self
    }

    /// The changes of the status as they are seen, the last one included.
    pub fn updates(mut self) -> Updates {
        // All changes are of interest, and not just the end.
        self.options.poll.is_fixed = true;
        let watch = Watch::new(self.client, self.task, self.options);
        let stream = stream::unfold(Some(watch), |watch| async {
            let mut watch = watch?;
            let update = watch.next().await;
            let goes_on = update.is_ok() && !watch.is_over();
            Some((update, goes_on.then_some(watch)))
        });
        Updates(Box::pin(stream))
    }
}

/// The changes of a task's status, from [`Wait::updates`]. It ends after the end, or after an
/// error.
#[must_use = "a stream does nothing before it is polled"]
pub struct Updates(Pin<Box<dyn Stream<Item = Result<Update, WaitError>> + Send>>);

impl Stream for Updates {
    type Item = Result<Update, WaitError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Updates")
    }
}

impl IntoFuture for Wait {
    type Output = Result<Finished, WaitError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        // Out here, so that dropping the future before it is polled counts, too.
        let watch = Watch::new(self.client, self.task, self.options);
        Box::pin(watch.run())
    }
}

/// A task that has ended, or is what was waited for.
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

    /// How it ended: completed, failed or stopped. Otherwise only where something else was waited
    /// for.
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
