//! Publishing the draft of an agent, and what came of it.

use futures_util::TryStreamExt;

use crate::{
    api::{
        Client,
        types::{AgentStatus, AgentVersion},
    },
    error::Error,
    failure::Effect,
    ids::AgentId,
    pages::PageExt,
};

/// What came of publishing; see [`AgentHandle::publish`](super::AgentHandle::publish).
///
/// ```
/// use nanonets_agents::agents::Published;
///
/// fn tell(published: &Published) -> String {
///     match published {
///         Published::New(version) => format!("run {} from now on", version.id),
///         Published::Unchanged => "there was nothing to publish".to_owned(),
///     }
/// }
///
/// assert_eq!(tell(&Published::Unchanged), "there was nothing to publish");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Published {
    /// The draft was published as this version, whose `id` is the one to run from now on.
    New(AgentVersion),
    /// The draft has no changes, or there is none: what is published stays as it is.
    Unchanged,
}

pub(super) async fn publish(client: &Client, agent_id: AgentId) -> Result<Published, Error> {
    let before = live_version(client, agent_id).await?;
    let call = client.publish_agent_version().agent_id(agent_id);
    let error = match call.send().await {
        Ok(version) => return Ok(Published::New(version.into_inner())),
        Err(error) => error,
    };
    let failure = error.failure();
    if failure.is_conflict() {
        return Ok(Published::Unchanged);
    }
    if failure.effect() == Effect::None {
        return Err(error);
    }
    // The request may have been carried out: the list tells, unless it comes late.
    let number_before = before.map(|version| version.version_number);
    match live_version(client, agent_id).await {
        Ok(Some(live)) if Some(live.version_number) > number_before => Ok(Published::New(live)),
        _ => Err(error),
    }
}

/// Returns the newest version that is published.
async fn live_version(client: &Client, agent_id: AgentId) -> Result<Option<AgentVersion>, Error> {
    let mut versions = client.list_agent_versions().agent_id(agent_id).items();
    while let Some(version) = versions.try_next().await? {
        if version.status == AgentStatus::Published {
            return Ok(Some(version));
        }
    }
    Ok(None)
}
