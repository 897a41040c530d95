//! An agent that exists, and what can be asked of it.

use super::{
    patch::AgentPatch,
    publish::{self, Published},
    update,
};
use crate::{
    api::{
        Client,
        types::{Agent, AgentVersionPage},
    },
    error::Error,
    ids::AgentId,
    pages::{Items, PageExt},
    run::{Run, RunExt},
};

/// An agent with the client that asks the server about it, from
/// [`AgentsExt::agent`](super::AgentsExt::agent).
///
/// Creating it sends nothing. It names one *version* of the agent, the `id` of
/// [`Agent`]: after a draft was published, the [new version](Published::New) has an id of its own.
///
/// ```
/// # use nanonets_agents::{prelude::*, simulator::Simulator};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// # let agent_id = simulator.agent_id();
/// let agent = client.agent(agent_id).fetch().await?;
/// println!("{} has the prompt {:?}", agent.name, agent.config.system_prompt());
/// # Ok(())
/// # }
/// ```
///
/// # Errors of its calls
///
/// Each call repeats what may be repeated, by the client's
/// [`RetryPolicy`](crate::RetryPolicy), and then fails with an [`Error`] of one of these
/// [kinds](Error::kind):
///
/// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the id is not a UUID. Nothing was sent.
/// - [`Status`](crate::ErrorKind::Status): the server refused. 404: there is no such agent in the
///   workspace; 401 and 403: the API key may not see it; 429 and 5xx: still after all attempts.
/// - [`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
///   [`Interrupted`](crate::ErrorKind::Interrupted): no whole reply came.
/// - [`Decode`](crate::ErrorKind::Decode), [`TooLarge`](crate::ErrorKind::TooLarge): the reply
///   can't be read, or is larger than the client accepts.
#[derive(Clone, Debug)]
pub struct AgentHandle {
    client: Client,
    /// The id, or why what was given is none.
    agent_id: Result<AgentId, String>,
}

impl AgentHandle {
    pub(super) fn new(client: Client, agent_id: Result<AgentId, String>) -> Self {
        Self { client, agent_id }
    }

    /// Returns the id that the handle was made with.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let agent = client.agent(simulator.agent_id());
    /// assert_eq!(agent.agent_id()?, simulator.agent_id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where it is not a UUID.
    pub fn agent_id(&self) -> Result<AgentId, Error> {
        self.agent_id.clone().map_err(Error::invalid_request)
    }

    /// Fetches the agent with its whole configuration. Documented at
    /// <https://agents.nanonets.com/docs/get-agent>.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let agent = client.agent(simulator.agent_id()).fetch().await?;
    /// assert!(agent.is_active);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls).
    pub async fn fetch(&self) -> Result<Agent, Error> {
        let call = self.client.get_agent().agent_id(self.agent_id()?);
        Ok(call.send().await?.into_inner())
    }

    /// Changes what the patch names and nothing else, and returns the agent after it. The change is
    /// live on the next run and makes no new version. Documented at
    /// <https://agents.nanonets.com/docs/update-agent>.
    ///
    /// The agent is fetched first. Where it is as the patch wants it already, nothing is sent. A
    /// change of the prompt, the name or the activity is sent alone. For any other key of the
    /// configuration, which the API replaces as a whole, all keys are sent: those that the patch
    /// doesn't name with the very text that the server gave them.
    ///
    /// The API has no lock and no version to compare with, so another edit may be lost that falls
    /// between the fetch and the change, one round trip apart. Neither editor can see that
    /// afterwards. [`AgentPatch::if_unchanged`] refuses a patch whose author has read an older
    /// state. A change that got no clear reply isn't repeated as it was, since other edits may have
    /// come meanwhile: the agent is fetched again, and what is still missing is merged and sent.
    ///
    /// A version that is archived is refused: no run uses it unless it is named by its id. A draft
    /// is a copy of what was live when it was made; where it is published later, it takes this
    /// change back.
    ///
    /// ```
    /// use nanonets_agents::agents::AgentPatch;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let agent = client.agent(simulator.agent_id());
    /// let before = agent.fetch().await?;
    ///
    /// let after = agent.update(AgentPatch::default().set("model", "m2")).await?;
    /// assert_eq!(after.config["model"], "m2");
    /// assert_eq!(after.config.tools(), before.config.tools());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls), and
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the patch can't be right, or the
    ///   agent was changed since the patch's author has read it. The agent stays as it is.
    /// - [`Status`](crate::ErrorKind::Status) with 409: another agent has the name.
    pub async fn update(&self, patch: AgentPatch) -> Result<Agent, Error> {
        update::update(&self.client, self.agent_id()?, &patch).await
    }

    /// Returns a stream of the versions of the agent, newest first. Documented at
    /// <https://agents.nanonets.com/docs/list-agent-versions>.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let mut versions = client.agent(simulator.agent_id()).versions()?;
    /// while let Some(version) = versions.try_next().await? {
    ///     println!("{} is {}", version.version_number, version.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where the id is not a UUID; those of
    /// [all calls](Self#errors-of-its-calls) come out of the stream.
    pub fn versions(&self) -> Result<Items<AgentVersionPage>, Error> {
        let call = self.client.list_agent_versions();
        Ok(call.agent_id(self.agent_id()?).items())
    }

    /// Publishes the draft of the agent as a new version. Documented at
    /// <https://agents.nanonets.com/docs/publish-agent-version>.
    ///
    /// Drafts are made in the dashboard, and a draft without changes is the usual case: the server
    /// answers 409, and this method [`Published::Unchanged`]. The API doesn't document another
    /// meaning of that 409, and gives no way to tell one apart.
    ///
    /// A request without a clear reply isn't repeated. Instead the versions are read, as they were
    /// before the request: where one was published since, it is returned, by whichever request or
    /// person it was published. Where none was, the error is returned; to publish again is harmless
    /// then, and `Unchanged` may mean that the first request was carried out late.
    ///
    /// ```
    /// use nanonets_agents::agents::Published;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let agent = client.agent(simulator.agent_id());
    /// assert_eq!(agent.publish().await?, Published::Unchanged);
    ///
    /// // Another person edits the draft in the dashboard.
    /// simulator.edit_draft(simulator.agent_id());
    /// let Published::New(version) = agent.publish().await? else { panic!("a draft has changes") };
    /// assert_eq!(version.version_number, 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls).
    pub async fn publish(&self) -> Result<Published, Error> {
        publish::publish(&self.client, self.agent_id()?).await
    }

    /// Prepares a run of the agent, as [`RunExt::run`] does.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let agent = client.agent(simulator.agent_id());
    /// let answer = agent.run().query("How many?").await?;
    /// assert!(answer.result.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn run(&self) -> Run {
        self.client.run(self)
    }
}

/// Returns the id that the handle was made with; fails with a sentence where it is not a UUID.
impl TryFrom<&AgentHandle> for AgentId {
    type Error = String;

    fn try_from(handle: &AgentHandle) -> Result<Self, String> {
        handle.agent_id.clone()
    }
}
