//! The way of a patch to the server: get, merge, patch.

use super::patch::{AgentPatch, Change, ReadAgent};
use crate::{
    RetryPolicy,
    api::{Client, operations, types::Agent},
    binding::Request,
    client::OptionsExt,
    error::Error,
    failure::Effect,
    ids::AgentId,
};

/// Updates an agent. Where the reply to a change of the configuration is lost, what is still
/// missing is merged anew, since others may have changed the agent meanwhile.
pub(super) async fn update(
    client: &Client,
    agent_id: AgentId,
    patch: &AgentPatch,
) -> Result<Agent, Error> {
    patch.check().map_err(of_update)?;
    let policy = &client.transport().options().retry;
    let once = client.with(|options| options.retry(RetryPolicy::off()))?;
    let mut attempts: u32 = 0;
    loop {
        let read = read(client, agent_id).await?;
        let Some(change) = patch.change_of(&read).map_err(of_update)? else {
            return Ok(read.agent);
        };
        let client = if change.has_config() { &once } else { client };
        let error = match send(client, agent_id, &change).await {
            Ok(agent) => return Ok(agent),
            Err(error) => error,
        };
        attempts = attempts.saturating_add(1);
        let failure = error.failure();
        let is_over = attempts >= policy.attempts() || !change.has_config();
        if failure.effect() == Effect::Done && is_over {
            // Only its reply can't be read.
            return Ok(self::read(client, agent_id).await?.agent);
        }
        if is_over || !policy.repeats(&failure, error.retry_after()) {
            return Err(error);
        }
        let delay = policy.delay(attempts, error.retry_after(), client.transport().random());
        tokio::time::sleep(delay).await;
    }
}

/// Reads the agent with the texts of its configuration, which the generated type doesn't keep.
async fn read(client: &Client, agent_id: AgentId) -> Result<ReadAgent, Error> {
    let request = Request::new(client.transport(), &operations::GET_AGENT);
    let request = request.path("agent_id", Ok(agent_id));
    Ok(request.send::<ReadAgent>().await?.into_inner())
}

async fn send(client: &Client, agent_id: AgentId, change: &Change) -> Result<Agent, Error> {
    let request = Request::new(client.transport(), &operations::UPDATE_AGENT);
    let request = request.path("agent_id", Ok(agent_id));
    let request = request.json("application/json", Ok(Some(change)));
    Ok(request.send::<Agent>().await?.into_inner())
}

fn of_update(error: Error) -> Error {
    error.with_operation(operations::UPDATE_AGENT.id)
}
