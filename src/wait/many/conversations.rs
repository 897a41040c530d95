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
        dialogue::{Turn, take_turn},
        handle::TaskHandle,
        reply::InputHandler,
    },
};

/// A turn that was taken in a conversation.
struct TurnTaken {
    task_id: TaskId,
    outcome: Result<Turn, Error>,
}

/// The conversations of a wait in which a turn is being taken: the question is read and answered.
#[derive(Default)]
pub(super) struct Conversations {
    speaking: HashMap<TaskId, AbortHandle>,
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
        if self.speaking.contains_key(&task_id) {
            return;
        }
        let (abort, registration) = AbortHandle::new_pair();
        self.speaking.insert(task_id, abort);
        let turn = async move {
            // Two requests read the question and the status, and one answers it.
            for _ in 0..3 {
                limiter.acquire().await;
            }
            let outcome = take_turn(&task, handler.as_ref()).await;
            TurnTaken { task_id, outcome }
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
            let Some(TurnTaken { task_id, outcome }) = taken else {
                continue;
            };
            self.speaking.remove(&task_id);
            return Poll::Ready((task_id, outcome));
        }
        Poll::Pending
    }

    /// Ends the conversation with a task, and aborts the turn that is being taken in it.
    pub(super) fn end(&mut self, task_id: TaskId) {
        if let Some(turn) = self.speaking.remove(&task_id) {
            turn.abort();
        }
    }

    /// Ends all conversations.
    pub(super) fn clear(&mut self) {
        self.speaking.clear();
        self.turns.clear();
    }
}
