//! What a run sends, as often as it has to.

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use uuid::Uuid;

use super::{look::Mark, reconcile::Sent};
use crate::{
    api::{
        Client,
        types::{RunAgentRequest, RunAgentResponse, TaskOutputConfig},
    },
    error::Error,
    failure::Effect,
    transport::Upload,
};

#[derive(Debug)]
pub(super) struct Request {
    pub(super) agent_id: Uuid,
    pub(super) query: Option<String>,
    pub(super) files: Vec<Upload>,
    pub(super) output_config: Option<TaskOutputConfig>,
    pub(super) extra_fields: Vec<(String, String)>,
    /// A line that names the run.
    pub(super) marker: Option<String>,
    /// What the files on disk were like at the beginning.
    pub(super) versions: Versions,
}

impl Request {
    pub(super) fn new(
        agent_id: Uuid,
        query: Option<String>,
        files: Vec<Upload>,
        output_config: Option<TaskOutputConfig>,
        extra_fields: Vec<(String, String)>,
    ) -> Self {
        Self {
            agent_id,
            query: query.filter(|it| !it.is_empty()),
            files,
            output_config,
            extra_fields,
            marker: None,
            versions: Versions::default(),
        }
    }

    /// What its task will be recognised by.
    pub(super) fn mark(&self) -> Mark {
        match (&self.marker, &self.query) {
            (Some(marker), _) => Mark::Marker(marker.clone()),
            (None, Some(query)) if self.files.is_empty() => Mark::Text(query.clone()),
            (None, Some(query)) => Mark::TextWithFiles(query.clone()),
            (None, None) => Mark::Nothing,
        }
    }

    /// Remembers what the files on disk are like now.
    pub(super) async fn remember_files(&mut self) -> Result<(), Error> {
        let files = self.files.iter().filter_map(Upload::on_disk);
        self.versions = Versions::of(files.collect()).await?;
        Ok(())
    }

    pub(super) async fn send(&mut self, client: &Client) -> Result<RunAgentResponse, Error> {
        let query = match (&self.query, &self.marker) {
            (Some(query), Some(marker)) => Some(format!("{query}\n\n{marker}")),
            (query, marker) => query.clone().or_else(|| marker.clone()),
        };
        let response = if self.files.is_empty() {
            let extra = self.extra_fields.iter().cloned();
            let request = RunAgentRequest {
                query: query.unwrap_or_default(),
                output_config: self.output_config.clone(),
                extra: extra.map(|(name, value)| (name, value.into())).collect(),
            };
            let builder = client.run_agent().agent_id(self.agent_id);
            builder.body(request).send().await?
        } else {
            let mut form = client.run_agent_multipart().agent_id(self.agent_id);
            if let Some(query) = query {
                form = form.query(query);
            }
            if let Some(config) = &self.output_config {
                form = form.output_config(serde_json::json!(config));
            }
            for (name, value) in &self.extra_fields {
                form = form.extra_field(name, value);
            }
            for file in &mut self.files {
                form = form.files(file.next());
            }
            form.send().await?
        };
        Ok(response.into_inner())
    }
}

/// The files on disk as they were at the beginning: what is sent later has to be the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Versions(Arc<Vec<(PathBuf, Version)>>);

/// By what a file shows that it was changed: its length, and when it was written.
type Version = (u64, SystemTime);

impl Versions {
    async fn of(paths: Vec<PathBuf>) -> Result<Self, Error> {
        let mut versions = Vec::new();
        for path in paths {
            let version = version(&path).await?;
            versions.push((path, version));
        }
        Ok(Self(Arc::new(versions)))
    }

    pub(super) async fn check(&self) -> Result<(), Error> {
        for (path, before) in &*self.0 {
            if version(path).await? != *before {
                return Err(Error::invalid_request(format!(
                    "not sent: the file has changed since the run began: {}",
                    path.display()
                )));
            }
        }
        Ok(())
    }
}

async fn version(path: &PathBuf) -> Result<Version, Error> {
    let metadata = tokio::fs::metadata(path).await.map_err(|error| {
        Error::invalid_request(format!("can't read the file {}: {error}", path.display()))
    })?;
    let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    Ok((metadata.len(), written))
}

/// What a failed sending means for the run.
pub(super) fn meaning(error: &Error) -> Sent {
    match error.failure().effect() {
        Effect::None if error.is_retryable() => Sent::NotTaken,
        Effect::None => Sent::Refused,
        Effect::Possible => Sent::Unclear,
        Effect::Done => Sent::CreatedUnread,
    }
}
