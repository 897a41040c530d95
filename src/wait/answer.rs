//! Answering the questions of agents, each once.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use uuid::Uuid;

use super::{
    question::{Question, open_question},
    task::TaskHandle,
};
use crate::{error::Error, failure::Effect};

/// What to say to a question.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// A text, sent to the agent as the user's message.
    Text(String),
    /// Nothing: the wait ends with [`WaitError::NeedsInput`](super::WaitError::NeedsInput).
    Decline,
}

impl Reply {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Leaves the question open.
    pub fn decline() -> Self {
        Self::Decline
    }
}

/// Who answers.
#[derive(Clone)]
pub(super) struct Handler(Arc<dyn Fn(Question) -> BoxFuture<'static, Reply> + Send + Sync>);

impl Handler {
    pub(super) fn new<F>(handle: impl Fn(Question) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        Self(Arc::new(move |it| handle(it).boxed()))
    }

    /// The reply; `None` where the handler has panicked.
    async fn ask(&self, question: Question) -> Option<Reply> {
        let asking = AssertUnwindSafe(async { (self.0)(question).await });
        asking.catch_unwind().await.ok()
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}

/// The dialogue of a task, which remembers what was answered: a status can be older than the
/// answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Dialogue {
    /// The question that was answered last.
    answered: Option<Uuid>,
    /// An answer that may not have arrived.
    unsure: Option<Box<Unsure>>,
}

#[derive(Clone, Debug)]
struct Unsure {
    question: Uuid,
    text: String,
    /// How often its question was still open after it was sent.
    looks: u32,
}

/// An answer is sent again only when it wasn't there twice.
const LOOKS: u32 = 2;

/// What came of a status of waiting for input.
pub(super) enum Turn {
    /// The question is answered, or there is none any more.
    GoOn,
    /// Nobody answers.
    Open(Question),
    /// The handler has panicked.
    Panicked(Question),
}

impl Dialogue {
    /// Answers the open question, if there is one that wasn't answered yet.
    pub(super) async fn take_turn(
        &mut self,
        task: &TaskHandle,
        handler: Option<&Handler>,
    ) -> Result<Turn, Error> {
        let Some(question) = open_question(task).await? else {
            // The newest message is the user's: what was unsure has arrived.
            if let Some(unsure) = self.unsure.take() {
                self.answered = Some(unsure.question);
            }
            if self.answered == Some(Uuid::nil()) {
                self.answered = None;
            }
            return Ok(Turn::GoOn);
        };
        // A task may wait without a message; that is one question until an answer is seen.
        let id = question.message().map_or(Uuid::nil(), |it| it.id);
        if self.answered == Some(id) {
            return Ok(Turn::GoOn);
        }
        let Some(handler) = handler else {
            return Ok(Turn::Open(question));
        };
        let text = match &mut self.unsure {
            Some(unsure) if unsure.question == id => {
                unsure.looks += 1;
                if unsure.looks < LOOKS {
                    return Ok(Turn::GoOn);
                }
                unsure.text.clone()
            }
            _ => match handler.ask(question.clone()).await {
                Some(Reply::Text(text)) => text,
                Some(Reply::Decline) => return Ok(Turn::Open(question)),
                None => return Ok(Turn::Panicked(question)),
            },
        };
        self.send(task, id, text).await.map(|()| Turn::GoOn)
    }

    async fn send(&mut self, task: &TaskHandle, question: Uuid, text: String) -> Result<(), Error> {
        let Err(error) = task.send_message(text.clone()).await else {
            (self.answered, self.unsure) = (Some(question), None);
            return Ok(());
        };
        let failure = error.failure();
        // The task has ended meanwhile, or goes on: the next poll tells.
        if failure.is_conflict() {
            self.answered = Some(question);
            return Ok(());
        }
        let looks = match failure.effect() {
            // The answer certainly isn't there: it can be sent again at once.
            Effect::None if failure.is_retryable() => LOOKS,
            Effect::None => return Err(error),
            Effect::Possible | Effect::Done => 0,
        };
        self.unsure = Some(Box::new(Unsure {
            question,
            text,
            looks,
        }));
        Err(error)
    }
}
