//! The answer of a run.

use std::ops::Deref;

use super::started::Provenance;
use crate::{ids::TaskRef, twin::Twins, wait::Finished};

/// The answer of a run that has completed, and what is known of its task.
///
/// It can be used as the value itself, which is the task's
/// [summary](crate::types::TaskSummary) for an awaited [`Run`](super::Run), and a value of the
/// caller's type for [`Run::output`](super::Run::output).
///
/// ```
/// use nanonets_agents::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// let answer = client.run(agent_id).query("How many?").await?;
/// println!("{} answers {:?}", answer.task_ref().task_id(), answer.structured());
/// if !answer.twins().found().is_empty() {
///     eprintln!("the run was started more than once: {:?}", answer.twins());
/// }
/// let summary = answer.into_inner();
/// # assert!(summary.structured().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Answer<T> {
    value: T,
    finished: Finished,
    provenance: Provenance,
}

impl<T> Answer<T> {
    /// Creates an answer, for tests of code that takes one.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::{Answer, Provenance}};
    /// use nanonets_agents::{types::TaskStatus, wait::Finished};
    ///
    /// # let client = Client::builder().api_key("key").build()?;
    /// let finished = Finished::new(client.task(uuid::Uuid::nil()), TaskStatus::Completed);
    /// let answer = Answer::new(17, finished, Provenance::Created);
    /// assert_eq!(*answer + 1, 18);
    /// # Ok::<(), nanonets_agents::Error>(())
    /// ```
    pub fn new(value: T, finished: Finished, provenance: Provenance) -> Self {
        Self {
            value,
            finished,
            provenance,
        }
    }

    /// Returns the value alone.
    ///
    /// ```
    /// use nanonets_agents::{run::Answer, types::TaskSummary};
    ///
    /// fn summary(answer: Answer<TaskSummary>) -> TaskSummary {
    ///     answer.into_inner()
    /// }
    /// # let _ = summary;
    /// ```
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the task that has given the answer.
    pub fn task_ref(&self) -> &TaskRef {
        self.finished.task_ref()
    }

    /// Returns how the run came by that task.
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }

    /// Returns how the task ended.
    pub fn finished(&self) -> &Finished {
        &self.finished
    }

    /// Returns what is known of further tasks of the run, after a last look at the end.
    pub fn twins(&self) -> &Twins {
        self.finished.twins()
    }

    pub(super) fn map<U>(self, value: U) -> Answer<U> {
        Answer::new(value, self.finished, self.provenance)
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
