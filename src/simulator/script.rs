//! Scripts: what an agent does with a task, and when.

use std::time::Duration;

use serde_json::{Map, Value};

/// A script: the life of a task, step by step.
///
/// By default a task is pending for 0.2 s, runs for 0.8 s, and completes with what it received: the
/// query, and of each file its name, MIME type, size and SHA-256.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::{prelude::*, wait::Reply};
/// use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let script = Script::empty()
///     .running(Duration::from_secs(5))
///     .ask("Which currency?")
///     .running(Duration::from_secs(1))
///     .complete(json!({ "total": 12.5 }));
/// let simulator = Simulator::builder().agent(AgentSpec::new("Invoices").script(script)).build();
/// let client = simulator.in_process_client()?;
///
/// let started = client.run(simulator.agent_id()).query("How much?").start().await?;
/// let finished = started.wait().on_input(|_| async { Reply::text("EUR") }).await?;
/// let summary = finished.fetch_summary().await?;
/// assert_eq!(summary.structured().expect("an answer")["total"], 12.5);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) steps: Vec<ScriptStep>,
    pub(super) end: End,
    pub(super) answer_delay: Duration,
}

/// How long a task keeps its status after an answer: usually less than a second, as
/// <https://agents.nanonets.com/docs/interactive-tasks> says.
const DEFAULT_ANSWER_DELAY: Duration = Duration::from_millis(300);

#[derive(Clone, Debug)]
pub(super) enum ScriptStep {
    /// Keeps a status for a time.
    Stay(String, Duration),
    /// Asks, and waits for a message.
    Ask(String),
    /// Posts a message, and goes on.
    Say(String),
    /// Waits for approval in the dashboard.
    Review,
}

#[derive(Clone, Debug)]
pub(crate) enum End {
    /// Completes with what the task received.
    Echo,
    /// Completes with a summary.
    Summary(Value),
    /// Completes with a step that has this result, whatever its shape.
    Result(Value),
    /// Completes without a final step: the last output counts.
    Output(Value),
    /// Completes with a summary of these fields.
    Fields(Map<String, Value>),
    /// Completes without any output.
    Silent,
    /// Fails with a message.
    Failure(String),
}

impl Default for Script {
    fn default() -> Self {
        Self::empty()
            .stay("pending", Duration::from_millis(200))
            .running(Duration::from_millis(800))
    }
}

impl Script {
    /// Creates a script that completes at once with what the task received. Other scripts begin
    /// with it.
    ///
    /// ```
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().complete("done");
    /// # drop(script);
    /// ```
    pub fn empty() -> Self {
        Self {
            steps: Vec::new(),
            end: End::Echo,
            answer_delay: DEFAULT_ANSWER_DELAY,
        }
    }

    /// Adds a step that keeps a status for a time. It may be a status that the documentation
    /// doesn't know.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().stay("being_scanned", Duration::from_secs(5));
    /// # drop(script);
    /// ```
    pub fn stay(mut self, status: impl Into<String>, time: Duration) -> Self {
        self.steps.push(ScriptStep::Stay(status.into(), time));
        self
    }

    /// Adds a step that keeps the status `running` for a time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().running(Duration::from_secs(5)).complete("done");
    /// # drop(script);
    /// ```
    pub fn running(self, time: Duration) -> Self {
        self.stay("running", time)
    }

    /// Adds a step that asks a question, and waits for a message as long as it takes.
    ///
    /// ```
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().ask("Which currency?").complete("12.50 EUR");
    /// # drop(script);
    /// ```
    pub fn ask(mut self, question: impl Into<String>) -> Self {
        self.steps.push(ScriptStep::Ask(question.into()));
        self
    }

    /// Adds a step that posts a message of the agent and goes on at once: a message that isn't a
    /// question, whether or not it sounds like one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// let chatty = Script::empty()
    ///     .say("I read the invoice. Is this the right one? We'll see.")
    ///     .running(Duration::from_secs(5))
    ///     .complete("done");
    /// let simulator = Simulator::builder().agent(AgentSpec::new("Chatty").script(chatty)).build();
    /// # drop(simulator);
    /// ```
    pub fn say(mut self, text: impl Into<String>) -> Self {
        self.steps.push(ScriptStep::Say(text.into()));
        self
    }

    /// Sets how long the status stays `waiting_for_input` after a question was answered; 0.3 s by
    /// default.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().ask("Which currency?").answer_delay(Duration::from_secs(3));
    /// # drop(script);
    /// ```
    pub fn answer_delay(mut self, delay: Duration) -> Self {
        self.answer_delay = delay;
        self
    }

    /// Adds a step that waits for [`Simulator::approve`](super::Simulator::approve).
    ///
    /// ```
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().review().complete("paid");
    /// # drop(script);
    /// ```
    pub fn review(mut self) -> Self {
        self.steps.push(ScriptStep::Review);
        self
    }

    /// Ends the script: the task completes with this summary.
    ///
    /// ```
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().complete(serde_json::json!({ "total": 12.5 }));
    /// # drop(script);
    /// ```
    pub fn complete(mut self, summary: impl Into<Value>) -> Self {
        self.end = End::Summary(summary.into());
        self
    }

    /// Ends the script: the task completes with a final step that has this result and no summary.
    ///
    /// ```
    /// use nanonets_agents::simulator::Script;
    ///
    /// let result = serde_json::json!({ "text": "12.50 EUR" });
    /// let script = Script::empty().complete_with_result(result);
    /// # drop(script);
    /// ```
    pub fn complete_with_result(mut self, result: impl Into<Value>) -> Self {
        self.end = End::Result(result.into());
        self
    }

    /// Ends the script: the task completes without a final step, after this output.
    ///
    /// ```
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().complete_with_output("12.50 EUR");
    /// # drop(script);
    /// ```
    pub fn complete_with_output(mut self, content: impl Into<Value>) -> Self {
        self.end = End::Output(content.into());
        self
    }

    /// Ends the script: the task completes, and the reply with its summary has these fields, such
    /// as `result` and `extracted_data`, wherever the answer is in them.
    ///
    /// ```
    /// use nanonets_agents::simulator::Script;
    /// use serde_json::{Map, json};
    ///
    /// let answer = json!({ "total": 12.5 });
    /// let fields = Map::from_iter([("extracted_data".to_owned(), answer)]);
    /// let script = Script::empty().complete_with_fields(fields);
    /// # drop(script);
    /// ```
    pub fn complete_with_fields(mut self, fields: Map<String, Value>) -> Self {
        self.end = End::Fields(fields);
        self
    }

    /// Ends the script: the task completes without any output.
    ///
    /// ```
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().complete_silently();
    /// # drop(script);
    /// ```
    pub fn complete_silently(mut self) -> Self {
        self.end = End::Silent;
        self
    }

    /// Ends the script: the task fails with this message, which is the last entry of the feed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::Script;
    ///
    /// let script = Script::empty().running(Duration::from_secs(5)).fail("The file is damaged.");
    /// # drop(script);
    /// ```
    pub fn fail(mut self, message: impl Into<String>) -> Self {
        self.end = End::Failure(message.into());
        self
    }
}
