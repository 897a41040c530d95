//! Scripts: what an agent does with a task.

use std::time::Duration;

use serde_json::Value;

/// The life of a task, step by step.
///
/// By default a task is pending for 0.2 s, runs for 0.8 s, and completes with what it received: the
/// query, and of each file its name, MIME type, size and SHA-256.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::simulator::Script;
///
/// let script = Script::empty()
///     .running(Duration::from_secs(5))
///     .ask("Which currency?")
///     .running(Duration::from_secs(1))
///     .complete(serde_json::json!({"total": 12.5}));
/// # let _ = script;
/// ```
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) steps: Vec<Step>,
    pub(super) end: End,
    pub(super) answer_delay: Duration,
}

/// The documentation says that it usually takes less than a second.
const DEFAULT_ANSWER_DELAY: Duration = Duration::from_millis(300);

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Keeps a status for a time.
    Stay(String, Duration),
    /// Asks, and waits for a message.
    Ask(String),
    /// Waits for approval in the dashboard.
    Review,
}

#[derive(Clone, Debug)]
pub(super) enum End {
    /// Completes with what the task received.
    Echo,
    /// Completes with a summary.
    Summary(Value),
    /// Completes with a step that has this result, whatever its shape.
    Result(Value),
    /// Completes without a final step: the last output counts.
    Output(Value),
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
    /// Makes a script that completes at once with what the task received; others begin with it.
    pub fn empty() -> Self {
        Self {
            steps: Vec::new(),
            end: End::Echo,
            answer_delay: DEFAULT_ANSWER_DELAY,
        }
    }

    /// Keeps a status for a time. It may be a status that the documentation doesn't know.
    pub fn stay(mut self, status: impl Into<String>, time: Duration) -> Self {
        self.steps.push(Step::Stay(status.into(), time));
        self
    }

    /// Runs for a time.
    pub fn running(self, time: Duration) -> Self {
        self.stay("running", time)
    }

    /// Asks a question, and waits for a message as long as it takes.
    pub fn ask(mut self, question: impl Into<String>) -> Self {
        self.steps.push(Step::Ask(question.into()));
        self
    }

    /// Keeps the old status this long after a question was answered; 0.3 s by default.
    pub fn answer_delay(mut self, delay: Duration) -> Self {
        self.answer_delay = delay;
        self
    }

    /// Waits for [`Simulator::approve`](super::Simulator::approve).
    pub fn review(mut self) -> Self {
        self.steps.push(Step::Review);
        self
    }

    /// Completes with a summary.
    pub fn complete(mut self, summary: impl Into<Value>) -> Self {
        self.end = End::Summary(summary.into());
        self
    }

    /// Completes with a final step that has this result and no summary.
    pub fn complete_with_result(mut self, result: impl Into<Value>) -> Self {
        self.end = End::Result(result.into());
        self
    }

    /// Completes without a final step, after this output.
    pub fn complete_with_output(mut self, content: impl Into<Value>) -> Self {
        self.end = End::Output(content.into());
        self
    }

    /// Completes without any output.
    pub fn complete_silently(mut self) -> Self {
        self.end = End::Silent;
        self
    }

    /// Fails with this message, which is the last entry of the feed.
    pub fn fail(mut self, message: impl Into<String>) -> Self {
        self.end = End::Failure(message.into());
        self
    }
}
