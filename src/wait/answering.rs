//! Questions outside of waits: found, stored, and answered later, from elsewhere.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::Instrument;

use super::{
    dialogue::{self, Delivery, Speaker},
    handle::TaskHandle,
    observe,
    question::Question,
    transcript::{Known, Open, SLACK, Sight},
};
use crate::{
    api::types::{Task, TaskMessage, TaskStatus},
    error::Error,
    ids::TaskRef,
    time::Moment,
};

/// The delay before what lags behind is read again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The longest time for which replies are read that contradict each other: twice what it takes
/// where they contradict each other in one way.
const UNSETTLED: Duration = Duration::from_secs(60);
/// The most times that an answer is sent.
const SENDS: u32 = 3;
/// What is added to an error that follows a request without a clear reply.
const MAY_HAVE_ARRIVED: &str =
    "the answer may have arrived; give it again, and it is looked for before it is sent";

/// What became of an answer; see [`TaskHandle::answer`].
///
/// ```
/// use nanonets_agents::wait::Answered;
///
/// fn tell(answered: &Answered) -> String {
///     match answered {
///         Answered::Sent => "Thank you".to_owned(),
///         Answered::AlreadyAnswered(message) => {
///             format!("It was answered before: {}", message.text().unwrap_or_default())
///         }
///         Answered::NoLongerAsked(status) => format!("Too late: the task is {status}"),
///         _ => "It is being answered right now".to_owned(),
///     }
/// }
///
/// assert_eq!(tell(&Answered::Sent), "Thank you");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Answered {
    /// The server has accepted it.
    Sent,
    /// The question has this answer, which another process or a person has given, or this one
    /// before.
    AlreadyAnswered(Box<TaskMessage>),
    /// The task doesn't ask this any more, and no answer is listed: it has ended, goes on, or asks
    /// something else. This is its status.
    NoLongerAsked(TaskStatus),
    /// A wait of this client, or another call, is answering questions of the task right now.
    /// Nothing was sent.
    UnderWay,
}

/// Not beside the type, since a handle knows nothing of questions.
impl TaskHandle {
    /// Fetches the question that is open now, without waiting for one.
    ///
    /// `None` where the task doesn't wait for input, or an answer to its question is under way from
    /// this client. Where the times of the messages and of the status don't fit, one of them may
    /// come from a replica that lags behind, and they are read again: for 5 or 30 s by what
    /// doesn't fit, and for a minute at the most.
    ///
    /// After a restart, the list of tasks tells which ones ask:
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::{prelude::*, types::TaskStatus};
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Example").script(Script::empty().ask("Which one?"));
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # client.run(simulator.agent_id()).query("How many?").start().await?;
    /// # let mut count = 0;
    ///
    /// let mut asking = client.list_tasks().status(TaskStatus::WaitingForInput).items();
    /// while let Some(task) = asking.try_next().await? {
    ///     if let Some(question) = client.task(&task).fetch_question().await? {
    ///         println!("{} asks: {question}", task.task_id);
    /// #       count += 1;
    ///     }
    /// }
    /// # assert_eq!(count, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls).
    pub async fn fetch_question(&self) -> Result<Option<Question>, Error> {
        let Some(mut speaker) = Speaker::enter(self) else {
            return Ok(None);
        };
        let begin = Instant::now();
        loop {
            let (messages, task) = speaker.fetch().await?;
            match speaker.transcript.look(messages, &task) {
                Sight::Open(open) => {
                    let known = speaker.transcript.known_answer(open.id());
                    let is_under_way = known == Known::UnderWay;
                    let question = Question::open(TaskRef::from(&task), open);
                    return Ok((!is_under_way).then_some(question));
                }
                Sight::Unsettled if begin.elapsed() < UNSETTLED => sleep(LOOK_AGAIN).await,
                Sight::Unsettled | Sight::Closed => return Ok(None),
            }
        }
    }

    /// Answers a question, if it is still the one that is open: a question that was stored, say,
    /// and shown to a person meanwhile.
    ///
    /// The conversation is read first, and nothing is sent where another question is open or this
    /// one has an answer. An answer that the server has accepted is never repeated. After a request
    /// without a clear reply, its message is looked for; where the question is still open after two
    /// looks and after 15 s, or 60 s where the server is slow, it is sent again, up to three times
    /// in all. What lags behind is read again, as in [`fetch_question`](Self::fetch_question). The
    /// waits of this client share what is known of the answer.
    ///
    /// A process that goes away after it has sent an answer leaves no trace but the message, which
    /// the server may show some seconds later. Give another process a stored question that was
    /// being answered only after a minute.
    ///
    /// The API has no lock: of two *processes* that answer within the same moment, neither can see
    /// the other, and both messages arrive. A store that both use can be the lock. With files, the
    /// rename of a question claims it, since it succeeds once:
    ///
    /// ```
    /// use std::{fs, path::Path};
    /// use nanonets_agents::{prelude::*, wait::{Answered, Question}};
    ///
    /// async fn answer(
    ///     client: &Client,
    ///     stored: &Path,
    ///     text: &str,
    /// ) -> Result<Option<Answered>, Box<dyn std::error::Error>> {
    ///     let claimed = stored.with_extension("claimed");
    ///     if fs::rename(stored, &claimed).is_err() {
    ///         return Ok(None); // another process is answering it
    ///     }
    ///     let question: Question = serde_json::from_slice(&fs::read(&claimed)?)?;
    ///     let answered = client.task(&question).answer(&question, text).await;
    ///     if answered.is_err() {
    ///         fs::rename(&claimed, stored)?; // it can be tried again
    ///     }
    ///     Ok(Some(answered?))
    /// }
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Example").script(Script::empty().ask("Which one?"));
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// # let task = started.handle();
    /// # let file = std::env::temp_dir().join(format!("question-{}", task.task_id()));
    /// # let question = task.fetch_question().await?;
    /// # fs::write(&file, serde_json::to_vec(&question)?)?;
    /// # assert_eq!(answer(&client, &file, "the first").await?, Some(Answered::Sent));
    /// # assert_eq!(answer(&client, &file, "the second").await?, None);
    /// # fs::remove_file(file.with_extension("claimed"))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls), and
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the text is empty, or the question
    ///   is another task's. Nothing was sent.
    /// - [`Status`](crate::ErrorKind::Status) with 409: the task waits, and doesn't take the answer
    ///   yet.
    ///
    /// After an error the question may be answered again. An error that follows a request without a
    /// clear reply says so: the answer may have arrived, and is looked for the next time.
    pub async fn answer(
        &self,
        question: &Question,
        text: impl Into<String>,
    ) -> Result<Answered, Error> {
        let text = text.into();
        dialogue::check(&text)?;
        if question.task_ref().task_id() != self.task_id() {
            return Err(Error::invalid_request(format!(
                "the question is one of the task {}, and was to be answered at the task {}",
                question.task_ref(),
                self.task_id()
            )));
        }
        let Some(speaker) = Speaker::enter(self) else {
            return Ok(Answered::UnderWay);
        };
        let answering = Answering {
            speaker,
            question,
            text,
            sends: 0,
            unclear: None,
            since: Instant::now(),
        };
        let answered = answering.run();
        let answered = answered
            .instrument(observe::turn_span(self.task_id()))
            .await?;
        if let Answered::NoLongerAsked(status) = &answered
            && status.is_terminal()
        {
            self.client().dialogues().end(self.task_id());
        }
        Ok(answered)
    }
}

/// One answer on its way.
struct Answering<'a> {
    speaker: Speaker<'a>,
    question: &'a Question,
    text: String,
    /// How often it was sent without a clear reply.
    sends: u32,
    /// The failure of the last request without a clear reply.
    unclear: Option<Error>,
    /// When it began, or when the answer was sent last.
    since: Instant,
}

impl Answering<'_> {
    async fn run(mut self) -> Result<Answered, Error> {
        loop {
            let fetched = self.speaker.fetch().await;
            let (messages, task) = fetched.map_err(|error| self.told(error))?;
            let is_behind = is_behind(self.question, &messages, &task);
            let answer = self.answer_in(&messages);
            let sight = self.speaker.transcript.look(messages, &task);
            if let Some(answered) = answer {
                return Ok(answered);
            }
            match sight {
                Sight::Open(open) if self.question.is(&open) => {
                    let known = self.speaker.transcript.known_answer(open.id());
                    if known != Known::UnderWay && self.send(&open).await? {
                        return Ok(Answered::Sent);
                    }
                }
                Sight::Unsettled if self.has_time() => (),
                // The answer may be listed later than its effect on the status.
                _ if (is_behind || self.sends > 0) && self.has_time() => (),
                _ => match self.unclear.take() {
                    Some(error) => return Err(error.with_note(MAY_HAVE_ARRIVED)),
                    None => return Ok(Answered::NoLongerAsked(task.status)),
                },
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Returns what the answer that is listed means; `None` where none is.
    fn answer_in(&self, messages: &[TaskMessage]) -> Option<Answered> {
        let question = self.question.message_id()?;
        let answer = self.speaker.transcript.answer_to(question, messages)?;
        let is_own = self.sends > 0 && answer.text().as_ref() == Some(&self.text);
        Some(if is_own {
            Answered::Sent
        } else {
            Answered::AlreadyAnswered(Box::new(answer.clone()))
        })
    }

    /// Whether what lags behind is read again.
    fn has_time(&self) -> bool {
        self.since.elapsed() < UNSETTLED
    }

    /// Sends the answer, and returns whether the server has accepted it. Where it hasn't, another
    /// look tells what becomes of it.
    async fn send(&mut self, open: &Open) -> Result<bool, Error> {
        if self.sends >= SENDS
            && let Some(error) = self.unclear.take()
        {
            return Err(error.with_note(MAY_HAVE_ARRIVED));
        }
        let error = match self.speaker.deliver(open, self.text.clone()).await {
            Delivery::Accepted => return Ok(true),
            Delivery::Unclear(error) => {
                self.sends = self.sends.saturating_add(1);
                self.since = Instant::now();
                self.unclear = Some(error);
                return Ok(false);
            }
            Delivery::Undelivered(error) | Delivery::Refused(error) => error,
        };
        self.speaker.transcript.withdrawn();
        // Perhaps it came too late: the task tells.
        let is_late = error.failure().is_conflict() && !self.speaker.is_waiting().await?;
        if is_late {
            Ok(false)
        } else {
            Err(self.told(error))
        }
    }

    /// Adds to an error that an answer was sent before.
    fn told(&self, error: Error) -> Error {
        if self.sends > 0 {
            error.with_note(MAY_HAVE_ARRIVED)
        } else {
            error
        }
    }
}

/// Whether what was read is older than the question.
fn is_behind(question: &Question, messages: &[TaskMessage], task: &Task) -> bool {
    let is_listed = |id| messages.iter().any(|message| message.id == id);
    let is_unlisted = question.message_id().is_some_and(|id| !is_listed(id));
    let asked_at = question.asked_at();
    is_unlisted || asked_at.is_some_and(|asked_at| task.updated_at.later(SLACK) < asked_at)
}
