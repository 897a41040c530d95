//! Replies to the questions of agents, and the handler that gives them.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};

use super::question::Question;

/// The reply to a question of an agent, from the handler given to
/// [`Wait::on_input`](super::Wait::on_input). A handler may return a text as it is, which is the
/// reply then.
///
/// ```
/// use nanonets_agents::{wait::{Question, Reply}};
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
    /// Creates a reply with a text.
    ///
    /// ```
    /// use nanonets_agents::wait::Reply;
    ///
    /// assert_eq!(Reply::text("yes"), Reply::Text("yes".to_owned()));
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Creates a reply that leaves the question open, for a person to answer later.
    ///
    /// ```
    /// use nanonets_agents::wait::{Question, Reply};
    ///
    /// let leave_it_to_a_person = |_: Question| async { Reply::decline() };
    /// # let _ = leave_it_to_a_person;
    /// ```
    pub fn decline() -> Self {
        Self::Decline
    }
}

impl From<&str> for Reply {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The user's callback that answers questions.
#[derive(Clone)]
pub(crate) struct InputHandler(Arc<dyn Fn(Question) -> BoxFuture<'static, Reply> + Send + Sync>);

impl InputHandler {
    pub(crate) fn new<F>(handle: impl Fn(Question) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: Into<Reply>> + Send + 'static,
    {
        Self(Arc::new(move |question| {
            handle(question).map(Into::into).boxed()
        }))
    }

    /// Returns the reply; `None` where the handler panics.
    pub(super) async fn ask(&self, question: Question) -> Option<Reply> {
        // The call is inside of the block, since it may panic as well as the future.
        let asking = AssertUnwindSafe(async { (self.0)(question).await });
        asking.catch_unwind().await.ok()
    }
}

impl fmt::Debug for InputHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InputHandler")
    }
}
