//! The dialogue with an agent that asks questions: each is answered once.

use uuid::Uuid;

use super::{
    handle::TaskHandle,
    question::Question,
    reply::{InputHandler, Reply},
};
use crate::{api::types::TaskMessage, error::Error, failure::Effect};

/// The dialogue with a task. It remembers what was answered, since a status of waiting for input
/// may have been recorded before the answer arrived.
#[derive(Clone, Debug, Default)]
pub(super) struct Dialogue {
    /// The question that was answered last.
    answered: Option<Uuid>,
    /// An answer that was sent without a clear reply, and may not have arrived.
    unsure: Option<Box<Unsure>>,
}

#[derive(Clone, Debug)]
struct Unsure {
    question: Uuid,
    text: String,
    /// How often its question was read again and still open.
    still_open: u32,
}

/// How often a question has to be read as still open before its unsure answer is sent again.
const STILL_OPEN_BEFORE_RESEND: u32 = 2;

/// The outcome of a status of waiting for input.
pub(super) enum Turn {
    /// The question was answered, or there is none any more: the wait goes on.
    GoOn,
    /// The question stays open: there is no handler, or it declined.
    Open(Question),
    /// The handler panicked.
    Panicked(Question),
}

impl Dialogue {
    /// Answers the open question, if there is one that wasn't answered yet.
    pub(super) async fn take_turn(
        &mut self,
        task: &TaskHandle,
        handler: Option<&InputHandler>,
    ) -> Result<Turn, Error> {
        let Some(question) = open_question(task).await? else {
            // The newest message is the user's: the unsure answer has arrived.
            if let Some(unsure) = self.unsure.take() {
                self.answered = Some(unsure.question);
            }
            if self.answered == Some(Uuid::nil()) {
                self.answered = None;
            }
            return Ok(Turn::GoOn);
        };
        // A task may wait without a message; that is one question until an answer is seen.
        let id = question.message().map_or(Uuid::nil(), |message| message.id);
        if self.answered == Some(id) {
            return Ok(Turn::GoOn);
        }
        let Some(handler) = handler else {
            return Ok(Turn::Open(question));
        };
        let text = match &mut self.unsure {
            Some(unsure) if unsure.question == id => {
                unsure.still_open += 1;
                if unsure.still_open < STILL_OPEN_BEFORE_RESEND {
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
        self.send(task, id, text).await?;
        Ok(Turn::GoOn)
    }

    async fn send(&mut self, task: &TaskHandle, question: Uuid, text: String) -> Result<(), Error> {
        let Err(error) = task.send_message(text.clone()).await else {
            self.answered = Some(question);
            self.unsure = None;
            return Ok(());
        };
        let failure = error.failure();
        // The task has ended meanwhile, or goes on: the next poll shows which.
        if failure.is_conflict() {
            self.answered = Some(question);
            return Ok(());
        }
        let still_open = match failure.effect() {
            // The answer was certainly not delivered, and is sent again at the next turn.
            Effect::None if failure.is_retryable() => STILL_OPEN_BEFORE_RESEND,
            Effect::None => return Err(error),
            Effect::Possible | Effect::Done => 0,
        };
        self.unsure = Some(Box::new(Unsure {
            question,
            text,
            still_open,
        }));
        Err(error)
    }
}

/// Reads the question that is open. `None` where the newest message is the user's, since the status
/// is older than the answer then.
async fn open_question(task: &TaskHandle) -> Result<Option<Question>, Error> {
    let newest = task.fetch_messages().await?.pop();
    if newest.as_ref().is_some_and(TaskMessage::is_from_user) {
        return Ok(None);
    }
    let question = Question::new(task.task_ref());
    Ok(Some(match newest {
        Some(message) => question.with_message(message),
        None => question,
    }))
}
