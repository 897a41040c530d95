//! What of a conversation is open: read from its messages and from the status of the task.
//!
//! A status may be older than the messages, and the messages older than the status: each comes from
//! a replica of its own. A message counts as the question at once only where it is as old as the
//! status, so that what the agent says while it works is none; otherwise after some patience.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use uuid::Uuid;

use crate::api::types::{Task, TaskMessage, TaskStatus};

use crate::time::Moment;

/// How much newer than the status a question may be.
pub(super) const SLACK: Duration = Duration::from_secs(1);
/// For how long a status may be older than what the agent has said last. A message that a task
/// waits with for longer is a question, whatever the times say.
const STALE: Duration = Duration::from_secs(30);
/// For how long the list may not show the question that a task waits with.
const UNLISTED: Duration = Duration::from_secs(5);
/// How often a question has to be read as still open before its unsure answer is sent again.
const STILL_OPEN_BEFORE_RESEND: u32 = 2;

/// What this client knows of a conversation beyond what the server shows.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// The questions that were answered, by whom it may be.
    answered: Vec<Uuid>,
    /// The messages that this client has sent. They may tell no author.
    own: Vec<Uuid>,
    /// When the newest message was written that was ever listed.
    newest: Option<DateTime<Utc>>,
    /// How new the status was when a question without a message was answered. Its message, if it
    /// has one, was written by then.
    answered_without_message: Option<DateTime<Utc>>,
    /// The message that was read as the question last, and since when it is; nil where none is
    /// listed.
    standing: Option<(Uuid, Instant)>,
    /// An answer that was sent without a clear reply, and may not have arrived.
    unsure: Option<Unsure>,
}

#[derive(Debug)]
struct Unsure {
    question: Uuid,
    text: String,
    /// How often its question was read again and still open.
    still_open: u32,
    /// Until then the server may deliver it.
    resend_at: Instant,
}

/// An open question.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Open {
    /// `None` where the task waits without a message.
    pub(super) message: Option<TaskMessage>,
    /// How new the status is by which the question is open.
    pub(super) updated_at: DateTime<Utc>,
}

impl Open {
    /// Returns the id of the question; that of one without a message is nil.
    pub(super) fn id(&self) -> Uuid {
        self.message
            .as_ref()
            .map_or(Uuid::nil(), |message| message.id)
    }
}

/// What a look at the messages and at the status shows.
#[derive(Debug, PartialEq)]
pub(super) enum Sight {
    Open(Open),
    /// No question is open.
    Closed,
    /// What is shown lags behind, or may: another look tells more.
    Unsettled,
}

/// What is known of an answer to a question.
#[derive(Debug, PartialEq)]
pub(super) enum Known {
    /// None was sent.
    Nothing,
    /// One was sent, and may still arrive.
    UnderWay,
    /// One was sent, and is to be sent again.
    Lost(String),
}

impl Transcript {
    /// Returns what these messages, oldest first, and this status show, which was read after them.
    pub(super) fn look(&mut self, messages: Vec<TaskMessage>, task: &Task) -> Sight {
        let newest = messages.iter().map(|message| message.created_at).max();
        // The list is that of a replica further behind than one before.
        if newest < self.newest {
            return Sight::Unsettled;
        }
        self.newest = newest;
        let last_answer = messages.iter().rposition(|message| self.is_answer(message));
        let since = last_answer.map_or(0, |index| index + 1);
        let is_silent = messages.is_empty();
        let mut answered = None;
        if let Some((answer, before)) = messages[..since].split_last() {
            self.saw_answer(answer, before);
            answered = Some((answer.id, answer.created_at));
        }
        let mut said: Vec<TaskMessage> = messages.into_iter().skip(since).collect();
        said.retain(TaskMessage::is_from_agent);
        let is_waiting = task.status == TaskStatus::WaitingForInput;
        let updated_at = task.updated_at;
        if !is_waiting {
            return Sight::Closed;
        }
        // Where the newest message is the user's, the question was answered: by this client, or by
        // a person. Only where the status is newer, the list may not show the next question yet.
        if said.is_empty() && !is_silent {
            return match answered {
                Some((id, at)) if updated_at > at.later(SLACK) && !self.has_stood(id, UNLISTED) => {
                    Sight::Unsettled
                }
                _ => Sight::Closed,
            };
        }
        let is_in_time = |message: &TaskMessage| message.created_at <= updated_at.later(SLACK);
        let in_time = said.iter().rposition(is_in_time);
        let message = in_time.map(|index| said.swap_remove(index)).or(said.pop());
        let patience = match &message {
            Some(message) if !is_in_time(message) => STALE,
            Some(message) if message.created_at >= updated_at.earlier(SLACK) => Duration::ZERO,
            // The list may not show the question yet.
            Some(_) => UNLISTED,
            // Nor even the query.
            None => STALE,
        };
        let id = message.as_ref().map_or(Uuid::nil(), |message| message.id);
        if !self.has_stood(id, patience) {
            return Sight::Unsettled;
        }
        let open = Open {
            message,
            updated_at,
        };
        if self.is_answered(&open) {
            Sight::Closed
        } else {
            Sight::Open(open)
        }
    }

    /// Returns the user's first message after this one, which answers it; `None` where none is
    /// listed.
    pub(super) fn answer_to<'a>(
        &self,
        question: Uuid,
        messages: &'a [TaskMessage],
    ) -> Option<&'a TaskMessage> {
        let asked = messages.iter().position(|message| message.id == question)?;
        let mut after = messages.iter().skip(asked);
        after.find(|message| self.is_answer(message))
    }

    /// Returns what is known of an answer to an open question, which was just read again.
    pub(super) fn known_answer(&mut self, question: Uuid) -> Known {
        let Some(unsure) = &mut self.unsure else {
            return Known::Nothing;
        };
        if unsure.question != question {
            // The agent asks something else: the answer has arrived, or isn't wanted any more.
            self.settle_unsure();
            return Known::Nothing;
        }
        unsure.still_open += 1;
        let has_waited = Instant::now() >= unsure.resend_at;
        if has_waited && unsure.still_open >= STILL_OPEN_BEFORE_RESEND {
            Known::Lost(unsure.text.clone())
        } else {
            Known::UnderWay
        }
    }

    /// Notes that an answer is being sent, or that it isn't known whether it was delivered: it is
    /// sent again no sooner than after this time.
    pub(super) fn unsure(&mut self, question: Uuid, text: String, patience: Duration) {
        self.unsure = Some(Unsure {
            question,
            text,
            still_open: 0,
            resend_at: Instant::now().later(patience),
        });
    }

    /// Notes that an answer certainly wasn't delivered: it is sent again at the next turn.
    pub(super) fn undelivered(&mut self, question: Uuid, text: String) {
        self.unsure(question, text, Duration::ZERO);
        if let Some(unsure) = &mut self.unsure {
            unsure.still_open = STILL_OPEN_BEFORE_RESEND;
        }
    }

    /// Notes that no answer is under way.
    pub(super) fn withdrawn(&mut self) {
        self.unsure = None;
    }

    /// Notes that the server has accepted an answer, which is this message, where that is known.
    pub(super) fn accepted(&mut self, question: &Open, answer: Option<Uuid>) {
        self.unsure = None;
        self.own.extend(answer);
        match &question.message {
            Some(message) => self.answered.push(message.id),
            None => self.answered_without_message = Some(question.updated_at),
        }
    }

    fn is_answer(&self, message: &TaskMessage) -> bool {
        message.is_from_user() || self.own.contains(&message.id)
    }

    fn is_answered(&self, open: &Open) -> bool {
        let answered_until = self.answered_without_message;
        let is_old = |time: DateTime<Utc>| answered_until.is_some_and(|until| time <= until);
        match &open.message {
            // It may be listed later than its answer was given.
            Some(message) => {
                self.answered.contains(&message.id) || is_old(message.created_at.earlier(SLACK))
            }
            // Once an answer was given, a list without a message is one that lags behind.
            None => answered_until.is_some() || !self.answered.is_empty(),
        }
    }

    /// Whether a message, or that there is none, has been what is read for so long.
    fn has_stood(&mut self, id: Uuid, patience: Duration) -> bool {
        let now = Instant::now();
        let since = match self.standing {
            Some((standing, since)) if standing == id => since,
            _ => now,
        };
        self.standing = Some((id, since));
        now.saturating_duration_since(since) >= patience
    }

    /// Takes note of the user's newest message, and of those before it. A list that lags behind
    /// ends before the question that has an answer under way.
    fn saw_answer(&mut self, answer: &TaskMessage, before: &[TaskMessage]) {
        let Some(unsure) = &self.unsure else { return };
        let is_same = answer.text().as_ref() == Some(&unsure.text);
        let comes_after = before.iter().any(|message| message.id == unsure.question);
        if comes_after || unsure.question.is_nil() && is_same {
            self.settle_unsure();
        }
    }

    fn settle_unsure(&mut self) {
        if let Some(unsure) = self.unsure.take() {
            self.answered.push(unsure.question);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use serde_json::json;

    use super::*;

    fn message(id: u128, author: &str, second: u32) -> TaskMessage {
        let mut body = json!({
            "id": Uuid::from_u128(id),
            "created_at": format!("2026-01-01T12:00:{second:02}Z"),
            "content": "Some text",
        });
        if !author.is_empty() {
            body["role"] = author.into();
        }
        serde_json::from_value(body).expect("a message")
    }

    fn task(status: &str, second: u32) -> Task {
        serde_json::from_value(json!({
            "task_id": Uuid::nil(),
            "agent_id": Uuid::nil(),
            "status": status,
            "created_at": "2026-01-01T12:00:00Z",
            "updated_at": format!("2026-01-01T12:00:{second:02}Z"),
        }))
        .expect("a task")
    }

    fn waiting(second: u32) -> Task {
        task("waiting_for_input", second)
    }

    fn open(transcript: &mut Transcript, messages: &[TaskMessage], task: &Task) -> Option<Open> {
        match transcript.look(messages.to_vec(), task) {
            Sight::Open(open) => Some(open),
            Sight::Closed | Sight::Unsettled => None,
        }
    }

    fn asked(transcript: &mut Transcript, messages: &[TaskMessage], task: &Task) -> Option<u128> {
        open(transcript, messages, task).map(|open| open.id().as_u128())
    }

    #[tokio::test(start_paused = true)]
    async fn the_question_is_what_the_agent_said_last_before_the_task_waited() {
        let user = message(1, "user", 0);
        let question = message(2, "assistant", 10);
        for (rest, second, expected) in [
            (vec![], 10, Some(2)),
            // What tools and systems say, and what the agent adds, is no question.
            (vec![message(3, "tool", 10)], 10, Some(2)),
            (vec![message(3, "system", 30)], 10, Some(2)),
            (vec![message(3, "assistant", 30)], 10, Some(2)),
            // It has asked again.
            (vec![message(3, "assistant", 30)], 30, Some(3)),
            (vec![message(3, "user", 20)], 10, None),
            // The status is older than the answer and what the agent says about it.
            (
                vec![message(3, "user", 20), message(4, "assistant", 22)],
                10,
                None,
            ),
            (
                vec![message(3, "user", 20), message(4, "assistant", 22)],
                23,
                Some(4),
            ),
            (
                vec![message(3, "user", 20), message(4, "tool", 22)],
                22,
                None,
            ),
        ] {
            let mut messages = vec![user.clone(), question.clone()];
            messages.extend(rest);
            let found = asked(&mut Transcript::default(), &messages, &waiting(second));
            assert_eq!(found, expected, "{messages:?} {second}");
        }
        let messages = [user, question];
        let running = task("running", 10);
        assert_eq!(asked(&mut Transcript::default(), &messages, &running), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_answered_stays_answered_however_the_messages_lag() {
        let mut transcript = Transcript::default();
        let mut messages = vec![message(1, "assistant", 1)];
        let first = open(&mut transcript, &messages, &waiting(1));
        transcript.accepted(&first.expect("it asks"), Some(Uuid::from_u128(2)));
        assert_eq!(asked(&mut transcript, &messages, &waiting(1)), None);
        // An answer that tells no author is known by its id.
        messages.push(message(2, "", 2));
        assert_eq!(asked(&mut transcript, &messages, &waiting(2)), None);
        messages.push(message(3, "assistant", 3));
        let second = open(&mut transcript, &messages, &waiting(3));
        transcript.accepted(&second.expect("it asks"), None);
        for count in 1..=3 {
            assert_eq!(
                asked(&mut transcript, &messages[..count], &waiting(3)),
                None
            );
        }
    }

    /// A person has answered the first question, and the list that is read next doesn't know of it.
    #[tokio::test(start_paused = true)]
    async fn a_list_that_goes_back_shows_no_question() {
        let mut transcript = Transcript::default();
        let messages = [
            message(1, "assistant", 1),
            message(2, "user", 5),
            message(3, "assistant", 10),
        ];
        assert_eq!(asked(&mut transcript, &messages, &waiting(10)), Some(3));
        let id = Uuid::from_u128(3);
        transcript.unsure(id, "EUR".to_owned(), Duration::ZERO);
        for _ in 0..2 {
            assert_eq!(asked(&mut transcript, &messages[..1], &waiting(10)), None);
            tokio::time::advance(STALE).await;
        }
        assert_eq!(asked(&mut transcript, &messages, &waiting(10)), Some(3));
        assert_eq!(transcript.known_answer(id), Known::UnderWay);
    }

    /// The list may lag so far behind that it doesn't even show the query.
    #[tokio::test(start_paused = true)]
    async fn a_question_without_a_message_is_answered_once() {
        let mut transcript = Transcript::default();
        assert_eq!(asked(&mut transcript, &[], &waiting(1)), None);
        tokio::time::advance(STALE).await;
        let first = open(&mut transcript, &[], &waiting(1)).expect("it asks");
        transcript.accepted(&first, None);
        assert_eq!(asked(&mut transcript, &[], &waiting(1)), None);
        let listed = [message(1, "assistant", 1)];
        assert_eq!(asked(&mut transcript, &listed, &waiting(1)), None);
        let next = [message(1, "assistant", 1), message(2, "assistant", 5)];
        assert_eq!(asked(&mut transcript, &next, &waiting(5)), Some(2));
        assert_eq!(asked(&mut transcript, &[], &waiting(5)), None);
    }

    /// What an agent has said before its question isn't the question, though it is listed first.
    #[tokio::test(start_paused = true)]
    async fn a_question_may_be_listed_later_than_its_status() {
        let mut transcript = Transcript::default();
        let mut messages = vec![message(1, "user", 0), message(2, "assistant", 5)];
        assert_eq!(asked(&mut transcript, &messages, &waiting(10)), None);
        tokio::time::advance(Duration::from_secs(3)).await;
        messages.push(message(3, "assistant", 10));
        assert_eq!(asked(&mut transcript, &messages, &waiting(10)), Some(3));
        // It may as well be that nothing more comes.
        let mut transcript = Transcript::default();
        messages.pop();
        assert_eq!(asked(&mut transcript, &messages, &waiting(10)), None);
        tokio::time::advance(UNLISTED).await;
        assert_eq!(asked(&mut transcript, &messages, &waiting(10)), Some(2));
    }

    /// A caller that looks once has to know whether another look can tell more.
    #[tokio::test(start_paused = true)]
    async fn what_lags_behind_is_told_from_what_is_settled() {
        let look = |messages: &[TaskMessage], task: &Task| {
            Transcript::default().look(messages.to_vec(), task)
        };
        let question = message(2, "assistant", 10);
        let answered = [question.clone(), message(3, "user", 20)];
        assert_eq!(look(&answered, &waiting(10)), Sight::Closed);
        assert_eq!(look(&answered, &task("running", 21)), Sight::Closed);
        // It waits since the answer: the next question isn't listed yet.
        assert_eq!(look(&answered, &waiting(30)), Sight::Unsettled);
        assert_eq!(look(from_ref(&question), &waiting(30)), Sight::Unsettled);
        assert_eq!(look(&[], &waiting(30)), Sight::Unsettled);
        assert!(matches!(
            look(from_ref(&question), &waiting(10)),
            Sight::Open(_)
        ));

        let mut transcript = Transcript::default();
        assert_eq!(
            transcript.look(answered.to_vec(), &waiting(30)),
            Sight::Unsettled
        );
        assert_eq!(
            transcript.look(vec![question], &waiting(10)),
            Sight::Unsettled
        );
        tokio::time::advance(UNLISTED).await;
        assert_eq!(
            transcript.look(answered.to_vec(), &waiting(30)),
            Sight::Closed
        );
    }

    #[test]
    fn a_question_is_answered_by_the_users_first_message_after_it() {
        let mut transcript = Transcript::default();
        transcript.own.push(Uuid::from_u128(5));
        let messages = [
            message(1, "user", 0),
            message(2, "assistant", 1),
            message(3, "tool", 2),
            message(4, "user", 3),
            message(5, "", 4),
            message(6, "assistant", 5),
        ];
        let answer = |question: u128| {
            let answer = transcript.answer_to(Uuid::from_u128(question), &messages);
            answer.map(|message| message.id.as_u128())
        };
        assert_eq!(answer(2), Some(4));
        assert_eq!((answer(5), answer(6), answer(7)), (Some(5), None, None));
    }

    /// Whether times are kept as the documentation suggests isn't promised.
    #[tokio::test(start_paused = true)]
    async fn a_question_is_asked_in_the_end_whatever_the_times_say() {
        let mut transcript = Transcript::default();
        let messages = [message(1, "assistant", 40)];
        assert_eq!(asked(&mut transcript, &messages, &waiting(1)), None);
        tokio::time::advance(STALE).await;
        assert_eq!(asked(&mut transcript, &messages, &waiting(1)), Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_without_a_reply_is_sent_again_after_its_time_and_two_looks() {
        let (id, text) = (Uuid::from_u128(1), "EUR".to_owned());
        let messages = [message(1, "assistant", 1)];
        let mut transcript = Transcript::default();
        assert_eq!(transcript.known_answer(id), Known::Nothing);
        transcript.unsure(id, text.clone(), Duration::from_secs(15));
        for _ in 0..5 {
            assert_eq!(asked(&mut transcript, &messages, &waiting(1)), Some(1));
            assert_eq!(transcript.known_answer(id), Known::UnderWay);
        }
        tokio::time::advance(Duration::from_secs(15)).await;
        assert_eq!(transcript.known_answer(id), Known::Lost(text.clone()));

        transcript.unsure(id, text.clone(), Duration::ZERO);
        assert_eq!(transcript.known_answer(id), Known::UnderWay, "one look");
        assert_eq!(transcript.known_answer(id), Known::Lost(text.clone()));
        transcript.undelivered(id, text.clone());
        assert_eq!(transcript.known_answer(id), Known::Lost(text));

        // A status or a list that lags behind says nothing.
        assert_eq!(asked(&mut transcript, &messages, &task("running", 0)), None);
        let earlier = [message(9, "user", 0)];
        assert_eq!(asked(&mut transcript, &earlier, &waiting(1)), None);
        assert_eq!(asked(&mut transcript, &messages, &waiting(1)), Some(1));
        // It has arrived.
        let arrived = [messages[0].clone(), message(2, "user", 2)];
        assert_eq!(asked(&mut transcript, &arrived, &waiting(1)), None);
        assert_eq!(asked(&mut transcript, &messages, &waiting(1)), None);
    }
}
