//! Answer an agent that asks, at once or days later.
//!
//! An agent that needs to know something asks, and its task waits for input: the status is
//! `waiting_for_input`. What it asks is the last thing that it has said.
//!
//! # While you wait
//!
//! A handler answers the questions of a run or a wait. It may take its time, ask a person, or
//! decline, which leaves the question open:
//!
//! ```
//! use nanonets_agents::{prelude::*, wait::{Question, Reply}};
//! # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let agent = AgentSpec::new("Asks").script(Script::empty().ask("Which currency?"));
//! # let simulator = Simulator::builder().agent(agent).build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let run = client.run(agent_id).query("Total?").on_input(|question: Question| async move {
//!     match question.text() {
//!         Some(text) if text.contains("currency") => Reply::text("EUR"),
//!         _ => Reply::decline(),
//!     }
//! });
//! assert!(run.await?.finished().is_completed());
//! # Ok(())
//! # }
//! ```
//!
//! Each question is answered once, even where the reply to an answer is lost, a person answers
//! first, or what the server shows lags behind. An answer that took a second or more is sent only
//! if the question is still open then.
//!
//! Without a handler, or where it declines, the wait ends with
//! [`WaitError::NeedsInput`](crate::wait::WaitError::NeedsInput). The task goes on waiting, for as
//! long as it takes.
//!
//! # Across processes
//!
//! Where a person answers, hours may pass. Store the question, show it where the person is, and
//! answer from there:
//!
//! ```
//! use nanonets_agents::{prelude::*, wait::{Answered, Question, WaitError}};
//! # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let agent = AgentSpec::new("Asks").script(Script::empty().ask("Which currency?"));
//! # let simulator = Simulator::builder().agent(agent).build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! # let task = client.run(agent_id).query("Total?").start().await?;
//! // The process that waits.
//! let Err(WaitError::NeedsInput { question, .. }) = task.wait().await else {
//!     panic!("the agent asks");
//! };
//! let stored = serde_json::to_string(&question)?;
//!
//! // The process where a person has typed an answer.
//! let question: Question = serde_json::from_str(&stored)?;
//! match client.task(&question).answer(&question, "EUR").await? {
//!     Answered::Sent => println!("it goes on"),
//!     Answered::AlreadyAnswered(message) => println!("too late: {:?}", message.text()),
//!     Answered::NoLongerAsked(status) => println!("the task is {status}"),
//!     _ => println!("it is being answered"),
//! }
//! # assert!(task.wait().await?.is_completed());
//! # Ok(())
//! # }
//! ```
//!
//! [`answer`](crate::wait::TaskHandle::answer) looks before it sends: a question that has an
//! answer, or isn't open any more, gets none. The API has no lock, so that two *processes* that
//! answer within the same moment can't see each other. Your store can be the lock: claim the
//! question there first, by an `UPDATE … WHERE claimed IS NULL` or the rename of a file, and answer
//! it if the claim is yours. [`message_id`](crate::wait::Question::message_id) is what to call a
//! question by, since a task may ask more than once. Give a claim back where the answer fails, and
//! take over one that is old: `answer` looks again before it sends.
//!
//! # After a restart
//!
//! The list of tasks tells which ones ask, whatever has become of your store:
//!
//! ```
//! use futures_util::TryStreamExt;
//! use nanonets_agents::{Error, prelude::*, types::TaskStatus};
//!
//! # async fn example(client: Client) -> Result<(), Error> {
//! let mut asking = client.list_tasks().status(TaskStatus::WaitingForInput).items();
//! while let Some(task) = asking.try_next().await? {
//!     if let Some(question) = client.task(&task).fetch_question().await? {
//!         println!("{} asks: {question}", task.task_id);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Run it
//!
//! `cargo run --example questions`
//!
//! ```no_run
#![doc = include_str!("../../examples/questions.rs")]
//! ```
