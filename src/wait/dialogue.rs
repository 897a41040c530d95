//! The dialogue with an agent that asks questions: each is answered once.

use std::{
    collections::{HashMap, VecDeque},
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
};

/// How old the question may be, as it was read, when its answer is sent.
const FRESH: Duration = Duration::from_secs(1);
/// The most conversations that are remembered: the newest ones. One that is forgotten is read from
/// the messages alone.
const REMEMBERED: usize = 10_000;

/// The conversations of a client. All waits for a task share what is known of it.
#[derive(Debug, Default)]
pub(crate) struct Dialogues(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    by_task: HashMap<TaskId, Arc<tokio::sync::Mutex<Transcript>>>,
    /// The tasks again, oldest first.
    order: VecDeque<TaskId>,
}

impl Dialogues {
    /// Enters the conversation with a task. `None` while another wait takes its turn in it.
    fn enter(&self, task_id: TaskId) -> Option<OwnedMutexGuard<Transcript>> {
        let mut remembered = self.lock();
        if !remembered.by_task.contains_key(&task_id) {
            remembered.order.push_back(task_id);
        }
        let transcript = remembered.by_task.entry(task_id).or_default().clone();
        if remembered.order.len() > REMEMBERED
            && let Some(oldest) = remembered.order.pop_front()
        {
            remembered.by_task.remove(&oldest);
        }
        transcript.try_lock_owned().ok()
    }

    /// Forgets the conversation with a task that has ended.
    pub(super) fn end(&self, task_id: TaskId) {
        let mut remembered = self.lock();
        if remembered.by_task.remove(&task_id).is_some() {
            remembered.order.retain(|other| *other != task_id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    if text.trim().is_empty() {
        let refused = "the reply to a question of an agent must have a text";
        return Err(Error::invalid_request(refused));
    }
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
                transcript.withdrawn();
                self.refused(open, text, error).await
            }
        }
    }

    /// An answer is refused where it comes too late, which the task tells.
    async fn refused(&mut self, open: &Open, text: String, error: Error) -> Result<Turn, Error> {
        let is_conflict = error.failure().is_conflict();
        if self.task.fetch().await?.status != TaskStatus::WaitingForInput {
            return Ok(Turn::GoOn);
        }
        if is_conflict {
            self.transcript.undelivered(open.id(), text);
            return Ok(Turn::NotTaken(error));
        }
        Err(error)
    }
}
