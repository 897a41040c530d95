//! The dialogue with an agent that asks questions: each is answered once.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::OwnedMutexGuard, time::Instant};
use tracing::Instrument;

use super::{
    handle::TaskHandle,
    observe,
    question::Question,
    reply::{InputHandler, Reply},
    transcript::{Known, Open, Sight, Transcript},
};
use crate::{
    api::types::{Task, TaskMessage, TaskStatus},
    defaults::{RESEND_AFTER_INTERRUPTION, RESEND_AFTER_TIMEOUT},
    error::Error,
    failure::Effect,
    ids::TaskId,
    newest::Newest,
};

/// How old the question may be, as it was read, when its answer is sent.
const FRESH: Duration = Duration::from_secs(1);
/// The most conversations that are remembered: the newest ones. One that is forgotten is read from
/// the messages alone.
const REMEMBERED: usize = 10_000;

/// The conversations of a client. All waits for a task share what is known of it.
#[derive(Debug)]
pub(crate) struct Dialogues(Mutex<Transcripts>);

type Transcripts = Newest<TaskId, Arc<tokio::sync::Mutex<Transcript>>>;

impl Dialogues {
    /// Enters the conversation with a task. `None` while another wait takes its turn in it.
    fn enter(&self, task_id: TaskId) -> Option<OwnedMutexGuard<Transcript>> {
        let mut transcripts = self.lock();
        let transcript = transcripts.get(&task_id).cloned().unwrap_or_default();
        transcripts.insert(task_id, transcript.clone());
        transcript.try_lock_owned().ok()
    }

    /// Forgets the conversation with a task that has ended.
    pub(super) fn end(&self, task_id: TaskId) {
        self.lock().remove(&task_id);
    }

    fn lock(&self) -> MutexGuard<'_, Transcripts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Dialogues {
    fn default() -> Self {
        Self(Mutex::new(Newest::new(REMEMBERED)))
    }
}

/// The outcome of a status of waiting for input.
pub(super) enum Turn {
    /// The question was answered, or there is none any more: the wait goes on.
    GoOn,
    /// The question stays open: there is no handler, or it declined.
    Open(Question),
    /// The handler panicked.
    Panicked(Question),
    /// The task waits, and doesn't take the answer yet. The wait goes on, and remembers why.
    NotTaken(Error),
}

/// Answers the open question, if there is one that wasn't answered yet.
pub(super) async fn take_turn(
    task: &TaskHandle,
    handler: Option<&InputHandler>,
) -> Result<Turn, Error> {
    let span = observe::turn_span(task.task_id());
    speak(task, handler).instrument(span).await
}

async fn speak(task: &TaskHandle, handler: Option<&InputHandler>) -> Result<Turn, Error> {
    let Some(mut speaker) = Speaker::enter(task) else {
        return Ok(Turn::GoOn);
    };
    let Some(open) = speaker.read().await? else {
        return Ok(Turn::GoOn);
    };
    let question = Question::open(task.task_ref().clone(), open.clone());
    let text = match speaker.transcript.known_answer(open.id()) {
        Known::UnderWay => return Ok(Turn::GoOn),
        Known::Lost(text) => text,
        Known::Nothing => {
            let Some(handler) = handler else {
                return Ok(Turn::Open(question));
            };
            let begin = Instant::now();
            let text = match handler.ask(question.clone()).await {
                Some(Reply::Text(text)) => text,
                Some(Reply::Decline) => return Ok(Turn::Open(question)),
                None => return Ok(Turn::Panicked(question)),
            };
            check(&text)?;
            // A person may have answered meanwhile, and the agent may ask something else.
            if begin.elapsed() >= FRESH {
                // Should this fail, the handler isn't asked once more.
                speaker.transcript.undelivered(open.id(), text.clone());
                let now_open = speaker.read().await?;
                if now_open.is_none_or(|other| other.id() != open.id()) {
                    speaker.transcript.withdrawn();
                    observe::answer_dropped(task.task_id());
                    return Ok(Turn::GoOn);
                }
            }
            text
        }
    };
    speaker.send(&open, text).await
}

/// Refuses an answer without text.
pub(super) fn check(text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        let refused = "the reply to a question of an agent must have a text";
        return Err(Error::invalid_request(refused));
    }
    Ok(())
}

/// What became of an answer that was sent.
pub(super) enum Delivery {
    Accepted,
    /// It may have arrived, or may still.
    Unclear(Error),
    /// It certainly didn't arrive, and may the next time.
    Undelivered(Error),
    /// The server doesn't take it.
    Refused(Error),
}

/// One wait, or one call, that takes its turn. No other one of the client does meanwhile.
pub(super) struct Speaker<'a> {
    task: &'a TaskHandle,
    pub(super) transcript: OwnedMutexGuard<Transcript>,
}

impl<'a> Speaker<'a> {
    /// Enters the conversation with a task; `None` while another turn is taken in it.
    pub(super) fn enter(task: &'a TaskHandle) -> Option<Self> {
        let transcript = task.client().dialogues().enter(task.task_id())?;
        Some(Self { task, transcript })
    }

    /// Reads the messages and the status. The status comes last: it proves that a question was
    /// still open when it was read.
    pub(super) async fn fetch(&self) -> Result<(Vec<TaskMessage>, Task), Error> {
        let messages = self.task.fetch_messages().await?;
        Ok((messages, self.task.fetch().await?))
    }

    /// Reads the question that is open, as far as that is settled.
    async fn read(&mut self) -> Result<Option<Open>, Error> {
        let (messages, task) = self.fetch().await?;
        match self.transcript.look(messages, &task) {
            Sight::Open(open) => Ok(Some(open)),
            Sight::Closed | Sight::Unsettled => Ok(None),
        }
    }

    async fn send(&mut self, open: &Open, text: String) -> Result<Turn, Error> {
        match self.deliver(open, text.clone()).await {
            Delivery::Accepted => Ok(Turn::GoOn),
            Delivery::Unclear(error) => Err(error),
            Delivery::Undelivered(error) => {
                self.transcript.undelivered(open.id(), text);
                Err(error)
            }
            Delivery::Refused(error) => {
                self.transcript.undelivered(open.id(), text);
                self.refused(error).await
            }
        }
    }

    /// Sends an answer, and notes what became of it, unless it certainly didn't arrive.
    pub(super) async fn deliver(&mut self, open: &Open, text: String) -> Delivery {
        let (task, transcript) = (self.task, &mut self.transcript);
        // The wait may be dropped before the reply comes.
        transcript.unsure(open.id(), text.clone(), RESEND_AFTER_TIMEOUT);
        observe::answering(task.task_id());
        let error = match task.post_message(text.clone()).await {
            Ok(receipt) => {
                transcript.accepted(open, receipt.message_id);
                return Delivery::Accepted;
            }
            Err(error) => error,
        };
        let failure = error.failure();
        match failure.effect() {
            Effect::Done => {
                transcript.accepted(open, None);
                Delivery::Accepted
            }
            Effect::Possible => {
                observe::answer_unclear(task.task_id(), &error);
                if !failure.is_slowness() {
                    transcript.unsure(open.id(), text, RESEND_AFTER_INTERRUPTION);
                }
                Delivery::Unclear(error)
            }
            Effect::None if failure.is_retryable() => Delivery::Undelivered(error),
            Effect::None => Delivery::Refused(error),
        }
    }

    /// Whether the task waits for input.
    pub(super) async fn is_waiting(&self) -> Result<bool, Error> {
        Ok(self.task.fetch().await?.status == TaskStatus::WaitingForInput)
    }

    /// Decides on an answer that was refused, perhaps because it came too late: the task tells.
    async fn refused(&mut self, error: Error) -> Result<Turn, Error> {
        let is_waiting = self.is_waiting().await?;
        if is_waiting && error.failure().is_conflict() {
            return Ok(Turn::NotTaken(error));
        }
        self.transcript.withdrawn();
        if is_waiting {
            Err(error)
        } else {
            Ok(Turn::GoOn)
        }
    }
}
