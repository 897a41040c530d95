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
    transcript::{Known, Open, Transcript},
};
use crate::{
    api::types::TaskStatus,
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
    let Some(transcript) = task.client().dialogues().enter(task.task_id()) else {
        return Ok(Turn::GoOn);
    };
    let mut speaker = Speaker { task, transcript };
    let Some(open) = speaker.read().await? else {
        return Ok(Turn::GoOn);
    };
    let mut question = Question::new(task.task_ref());
    if let Some(message) = open.message.clone() {
        question = question.with_message(message);
    }
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
            if text.trim().is_empty() {
                let refused = "the reply to a question of an agent must have a text";
                return Err(Error::invalid_request(refused));
            }
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

/// One wait that takes its turn.
struct Speaker<'a> {
    task: &'a TaskHandle,
    transcript: OwnedMutexGuard<Transcript>,
}

impl Speaker<'_> {
    /// Reads the question that is open. The status comes last: it proves that the question was
    /// still open when it was read.
    async fn read(&mut self) -> Result<Option<Open>, Error> {
        let messages = self.task.fetch_messages().await?;
        let task = self.task.fetch().await?;
        Ok(self.transcript.open(messages, &task))
    }

    async fn send(&mut self, open: &Open, text: String) -> Result<Turn, Error> {
        let (task, transcript) = (self.task, &mut self.transcript);
        // The wait may be dropped before the reply comes.
        transcript.unsure(open.id(), text.clone(), RESEND_AFTER_TIMEOUT);
        observe::answering(task.task_id());
        let error = match task.post_message(text.clone()).await {
            Ok(receipt) => {
                transcript.accepted(open, receipt.message_id);
                return Ok(Turn::GoOn);
            }
            Err(error) => error,
        };
        let failure = error.failure();
        match failure.effect() {
            Effect::Done => {
                transcript.accepted(open, None);
                Ok(Turn::GoOn)
            }
            Effect::Possible => {
                observe::answer_unclear(task.task_id(), &error);
                if !failure.is_slowness() {
                    transcript.unsure(open.id(), text, RESEND_AFTER_INTERRUPTION);
                }
                Err(error)
            }
            Effect::None if failure.is_retryable() => {
                transcript.undelivered(open.id(), text);
                Err(error)
            }
            Effect::None => {
                transcript.undelivered(open.id(), text);
                self.refused(error).await
            }
        }
    }

    /// Decides on an answer that was refused, perhaps because it came too late: the task tells.
    async fn refused(&mut self, error: Error) -> Result<Turn, Error> {
        let is_waiting = self.task.fetch().await?.status == TaskStatus::WaitingForInput;
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
