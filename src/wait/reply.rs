//! Replies to the questions of agents, and the handler that gives them.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};

use super::question::Question;

/// The reply to a question of an agent, from the handler given to
/// [`Wait::on_input`](super::Wait::on_input).
///
/// ```
/// use nanonets_agents::{prelude::*, wait::{Question, Reply}};
///
/// fn reply(question: &Question) -> Reply {
///     match question.text() {
///         Some(text) if text.contains("Shall I") => Reply::text("yes"),
///         _ => Reply::decline(),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// A text, sent to the agent as the user's message.
    Text(String),
    /// Nothing: the wait ends with [`WaitError::NeedsInput`](super::WaitError::NeedsInput).
    Decline,
}

impl Reply {
    /// Replies with a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Leaves the question open.
    pub fn decline() -> Self {
        Self::Decline
    }
}

/// A callback that answers questions.
#[derive(Clone)]
pub(super) struct Handler(Arc<dyn Fn(Question) -> BoxFuture<'static, Reply> + Send + Sync>);

impl Handler {
    pub(super) fn new<F>(handle: impl Fn(Question) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        Self(Arc::new(move |question| handle(question).boxed()))
    }

    /// Returns the reply; `None` where the handler panics.
    pub(super) async fn ask(&self, question: Question) -> Option<Reply> {
        // The call is inside of the block, since it may panic as well as the future.
        let asking = AssertUnwindSafe(async { (self.0)(question).await });
        asking.catch_unwind().await.ok()
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}
