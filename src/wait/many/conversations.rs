//! The conversations with agents that ask, any number of them at the same time.

use std::{
    collections::HashMap,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{
    FutureExt, StreamExt,
    future::{AbortHandle, Abortable, BoxFuture},
    stream::FuturesUnordered,
};

use super::rate_limiter::RateLimiter;
use crate::{
    error::Error,
    ids::TaskId,
    wait::{
        dialogue::{Dialogue, Turn},
        handle::TaskHandle,
        reply::InputHandler,
    },
};

/// A turn that was taken in a conversation.
struct TurnTaken {
    task_id: TaskId,
    outcome: Result<Turn, Error>,
    dialogue: Box<Dialogue>,
}

/// The state of the conversation with a task.
enum Conversation {
    /// No turn is being taken.
    Resting(Box<Dialogue>),
    /// A turn is being taken: the question is read and answered.
    Speaking(AbortHandle),
}

/// The conversations of a wait. Only tasks that have asked something are here.
#[derive(Default)]
pub(super) struct Conversations {
    by_task: HashMap<TaskId, Conversation>,
    /// The turns that are being taken. A turn that was aborted yields `None`.
    turns: FuturesUnordered<BoxFuture<'static, Option<TurnTaken>>>,
}

impl Conversations {
    /// Takes a turn in the conversation with a task that waits for input, unless one is being
    /// taken.
    pub(super) fn take_turn(
        &mut self,
        task: TaskHandle,
        handler: Option<InputHandler>,
        limiter: Arc<RateLimiter>,
    ) {
        let task_id = task.task_id();
        if let Some(Conversation::Speaking(_)) = self.by_task.get(&task_id) {
            return;
        }
        let (abort, registration) = AbortHandle::new_pair();
        let speaking = Conversation::Speaking(abort);
        let mut dialogue = match self.by_task.insert(task_id, speaking) {
            Some(Conversation::Resting(dialogue)) => dialogue,
            _ => Box::default(),
        };
        let turn = async move {
            // One request reads the question, and one answers it.
            limiter.acquire().await;
            limiter.acquire().await;
            let outcome = dialogue.take_turn(&task, handler.as_ref()).await;
            TurnTaken {
                task_id,
                outcome,
                dialogue,
            }
        };
        let turn = Abortable::new(turn, registration);
        self.turns.push(turn.map(Result::ok).boxed());
    }

    /// Waits for the end of a turn; forever where none is being taken.
    pub(super) fn poll_turn(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<(TaskId, Result<Turn, Error>)> {
        while let Poll::Ready(Some(taken)) = self.turns.poll_next_unpin(context) {
            let Some(taken) = taken else {
                continue;
            };
            let resting = Conversation::Resting(taken.dialogue);
            self.by_task.insert(taken.task_id, resting);
            return Poll::Ready((taken.task_id, taken.outcome));
        }
        Poll::Pending
    }

    /// Ends the conversation with a task, and aborts the turn that is being taken in it.
    pub(super) fn end(&mut self, task_id: TaskId) {
        if let Some(Conversation::Speaking(turn)) = self.by_task.remove(&task_id) {
            turn.abort();
        }
    }

    /// Ends all conversations.
    pub(super) fn clear(&mut self) {
        self.by_task.clear();
        self.turns.clear();
    }
}
