//! The request of a run, which can be sent more than once.

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    doubt::Doubt,
    identity::{Fingerprint, Identity, Marker},
    reconcile::Sent,
};
use crate::{
    api::{
        Client,
        types::{RunAgentRequest, RunAgentResponse, TaskOutputConfig, TaskStatus},
    },
    binding::Response,
    error::Error,
    failure::Effect,
    ids::AgentId,
    metadata::Metadata,
    transport::{Extras, Upload},
};

// What stands before extras in a fingerprint. No text has these bytes, so that what follows isn't
// taken for something else.
const EXTRA_JSON: &[u8] = &[0xff, 0];
const EXTRA_QUERY: &[u8] = &[0xff, 1];
const EXTRA_HEADER: &[u8] = &[0xff, 2];

/// All that a run sends, except for its marker.
#[derive(Debug)]
pub(super) struct RunRequest {
    pub(super) agent_id: AgentId,
    pub(super) query: Option<String>,
    pub(super) files: Vec<Upload>,
    pub(super) output_config: Option<TaskOutputConfig>,
    pub(super) extra_fields: Vec<(String, String)>,
    /// What the options of its client add to it.
    pub(super) extras: Option<Arc<Extras>>,
    /// The versions of the files on disk when the run began.
    pub(super) versions: FileVersions,
}

impl RunRequest {
    pub(super) fn new(
        agent_id: AgentId,
        query: Option<String>,
        files: Vec<Upload>,
        output_config: Option<TaskOutputConfig>,
        extra_fields: Vec<(String, String)>,
    ) -> Self {
        Self {
            agent_id,
            query: query.filter(|query| !query.is_empty()),
            files,
            output_config,
            extra_fields,
            extras: None,
            versions: FileVersions::default(),
        }
    }

    /// Sets what the options of the client add to the request.
    pub(super) fn with_extras(mut self, extras: Option<Arc<Extras>>) -> Self {
        self.extras = extras;
        self
    }

    /// Returns what the run's task will be recognised by.
    pub(super) fn identity(&self, marker: Option<Marker>) -> Identity {
        let mut options = Fingerprint::default();
        self.add_options(&mut options);
        // A header may name another workspace, so that the task of one run isn't as good for
        // another. A key goes by the request alone: a header that traces it differs each time.
        let headers = self.extras.iter().flat_map(|extras| extras.headers());
        for (name, value) in headers {
            options.add(EXTRA_HEADER);
            options.add(name.as_str().as_bytes());
            options.add(value.as_bytes());
        }
        let files = self.files.iter().filter_map(|file| file.file_name().ok());
        let options = options.finish();
        Identity::new(self.query.as_deref(), files.collect(), options, marker)
    }

    /// Adds the wanted output, the extra fields and the extra parameters of the query.
    fn add_options(&self, fingerprint: &mut Fingerprint) {
        let output_config = serde_json::json!(self.output_config);
        fingerprint.add(output_config.to_string().as_bytes());
        for (name, value) in &self.extra_fields {
            fingerprint.add(name.as_bytes());
            fingerprint.add(value.as_bytes());
        }
        let Some(extras) = &self.extras else {
            return;
        };
        for (name, value) in extras.fields().iter().filter(|(name, _)| !self.has(name)) {
            match value {
                // As if the run had been given it itself.
                Value::String(text) => {
                    fingerprint.add(name.as_bytes());
                    fingerprint.add(text.as_bytes());
                }
                other => {
                    fingerprint.add(EXTRA_JSON);
                    fingerprint.add(name.as_bytes());
                    fingerprint.add(other.to_string().as_bytes());
                }
            }
        }
        for (name, value) in extras.query() {
            fingerprint.add(EXTRA_QUERY);
            fingerprint.add(name.as_bytes());
            fingerprint.add(value.as_bytes());
        }
    }

    /// Whether the run has been given an extra field of this name itself.
    fn has(&self, name: &str) -> bool {
        self.extra_fields.iter().any(|(own, _)| own == name)
    }

    /// Reads the files and returns a hash of all that is sent.
    pub(super) async fn fingerprint(&mut self) -> Result<String, Error> {
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(self.agent_id.as_uuid().as_bytes());
        fingerprint.add(self.query.as_deref().unwrap_or_default().as_bytes());
        self.add_options(&mut fingerprint);
        for file in &mut self.files {
            fingerprint.add_file(file).await?;
        }
        Ok(fingerprint.finish())
    }

    /// Remembers the versions that the files on disk have now.
    pub(super) async fn remember_files(&mut self) -> Result<(), Error> {
        let files = self.files.iter().filter_map(Upload::on_disk);
        self.versions = FileVersions::of(files.collect()).await?;
        Ok(())
    }

    /// Sends the run: as JSON, or as a form where it has files.
    pub(super) async fn send(
        &mut self,
        client: &Client,
        identity: &Identity,
    ) -> Result<Receipt, Error> {
        let query = identity.embed();
        let response = if self.files.is_empty() {
            let extra = self.extra_fields.iter().cloned();
            let extra = extra.map(|(name, value)| (name, value.into()));
            let request = RunAgentRequest::builder()
                .query(query.unwrap_or_default())
                .output_config(self.output_config.clone())
                .extra(extra.collect::<Map<String, Value>>());
            let builder = client.run_agent().agent_id(self.agent_id);
            builder.body(request).send().await
        } else {
            let mut form = client.run_agent_multipart().agent_id(self.agent_id);
            if let Some(query) = query {
                form = form.query(query);
            }
            if let Some(config) = &self.output_config {
                form = form.output_config(serde_json::json!(config).to_string());
            }
            for (name, value) in &self.extra_fields {
                form = form.extra_field(name, value);
            }
            for file in &mut self.files {
                form = form.files(file.next());
            }
            form.send().await
        };
        match response {
            Ok(response) => Ok(Receipt::from(response)),
            Err(error) => Receipt::salvage(&error).ok_or(error),
        }
    }
}

/// What the server's reply tells of the task that it has started.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Receipt {
    pub(super) task_id: Uuid,
    pub(super) status: Option<TaskStatus>,
    pub(super) created_at: Option<DateTime<Utc>>,
    pub(super) metadata: Option<Metadata>,
}

impl From<Response<RunAgentResponse>> for Receipt {
    fn from(response: Response<RunAgentResponse>) -> Self {
        let (response, metadata) = response.into_parts();
        Self {
            task_id: response.task_id,
            status: Some(response.status),
            created_at: response.created_at,
            metadata: Some(metadata),
        }
    }
}

impl Receipt {
    /// Reads the task's id from a reply that isn't what the documentation promises. The id is all
    /// that a run needs: without it, the run would have to be looked for.
    fn salvage(error: &Error) -> Option<Self> {
        if error.failure().effect() != Effect::Done {
            return None;
        }
        let body: Value = serde_json::from_slice(error.body()?).ok()?;
        let field = |name: &str| body.get(name).and_then(Value::as_str);
        Some(Self {
            task_id: field("task_id")?.parse().ok()?,
            status: field("status").map(TaskStatus::from),
            created_at: field("created_at").and_then(|time| time.parse().ok()),
            metadata: error.metadata(),
        })
    }
}

/// The versions of the files on disk when the run began. A later attempt must send the same ones.
#[derive(Clone, Debug, Default)]
pub(super) struct FileVersions(Arc<Vec<(PathBuf, Version)>>);

/// A file's length, and when it was written: a change of the file shows in one of them.
type Version = (u64, SystemTime);

impl FileVersions {
    async fn of(paths: Vec<PathBuf>) -> Result<Self, Error> {
        let mut versions = Vec::new();
        for path in paths {
            let version = version(&path).await?;
            versions.push((path, version));
        }
        Ok(Self(Arc::new(versions)))
    }

    /// Refuses to go on where a file has changed.
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

/// Returns the outcome of a request that failed.
pub(super) fn outcome_of(error: &Error) -> Sent {
    match error.failure().effect() {
        Effect::None if error.is_retryable() => Sent::NotTaken,
        Effect::None => Sent::Refused,
        Effect::Possible => Sent::Unclear(Doubt::of(error.failure())),
        Effect::Done => Sent::CreatedUnread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ErrorKind, Phase};

    fn request(query: Option<&str>, extra: &[(&str, &str)]) -> RunRequest {
        let extra = extra
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let files = vec![Upload::bytes("a.txt", "Total: 1")];
        let query = query.map(str::to_owned);
        RunRequest::new(Uuid::nil().into(), query, files, None, extra.collect())
    }

    /// A ledger may hold fingerprints that another version has made.
    #[test]
    fn the_id_is_read_from_a_receipt_that_is_not_as_documented() {
        let id = "0b9e6e5e-1111-4222-8333-444455556666";
        let salvaged = |status: u16, body: &str| {
            let status = http::StatusCode::from_u16(status).expect("a status");
            let error = Error::new(ErrorKind::Decode, Phase::Answered, "undecodable");
            Receipt::salvage(&error.with_status(status).with_body(body.to_owned()))
        };
        let bare = format!(r#"{{"task_id": "{id}"}}"#);
        let receipt = salvaged(201, &bare).expect("the id is there");
        assert_eq!(receipt.task_id.to_string(), id);
        assert_eq!((receipt.status, receipt.created_at), (None, None));
        let odd = format!(
            r#"{{"task_id": "{id}", "status": "running", "created_at": "2026-01-01 10:00"}}"#
        );
        let receipt = salvaged(200, &odd).expect("the id is there");
        assert_eq!(receipt.status, Some(TaskStatus::Running));
        for body in [
            "",
            "{",
            "{}",
            r#"{"task_id": 7}"#,
            r#"{"task_id": "seven"}"#,
        ] {
            assert_eq!(salvaged(201, body), None, "{body}");
        }
        assert_eq!(salvaged(500, &bare), None, "it isn't known to be started");
    }

    #[tokio::test]
    async fn a_request_has_the_same_fingerprint_for_good() {
        let mut one = request(Some("How many?"), &[("language", "en")]);
        let expected = "27a000c58e2aed2210a6f40205122e968ce2da37bf6a6c3a029bae10b9399fee";
        assert_eq!(one.fingerprint().await.expect("a hash"), expected);
    }

    #[tokio::test]
    async fn whatever_is_sent_changes_the_fingerprint() {
        let config = TaskOutputConfig {
            instructions: Some("Short".to_owned()),
            ..TaskOutputConfig::default()
        };
        let mut all = Vec::new();
        let with = |set: fn(&mut Extras)| {
            let mut extras = Extras::default();
            set(&mut extras);
            request(Some("How many?"), &[]).with_extras(Some(Arc::new(extras)))
        };
        for mut request in [
            with(|extras| extras.set_field("number".to_owned(), 1)),
            with(|extras| extras.set_field("number".to_owned(), "1")),
            with(|extras| extras.set_query("number".to_owned(), "1".to_owned())),
            with(|extras| extras.set_query("number".to_owned(), "2".to_owned())),
            request(Some("How many?"), &[]),
            request(Some("How few?"), &[]),
            request(None, &[]),
            request(Some("How many?"), &[("language", "en")]),
            request(Some("How many?"), &[("language", "fr")]),
            RunRequest {
                output_config: Some(config),
                ..request(Some("How many?"), &[])
            },
            RunRequest {
                agent_id: Uuid::max().into(),
                ..request(Some("How many?"), &[])
            },
            RunRequest {
                files: Vec::new(),
                ..request(Some("How many?"), &[])
            },
        ] {
            let fingerprint = request.fingerprint().await.expect("a hash");
            assert!(!all.contains(&fingerprint), "{request:?}");
            all.push(fingerprint);
        }
    }

    #[tokio::test]
    async fn a_field_counts_the_same_whether_the_run_or_its_client_has_it() {
        let extras = |names: &[&str]| {
            let mut extras = Extras::default();
            for name in names {
                extras.set_field((*name).to_owned(), "en");
            }
            Some(Arc::new(extras))
        };
        let own = &[("language", "en")];
        let query = Some("How many?");
        let expected = request(query, own).fingerprint().await.expect("a hash");
        for mut same in [
            request(query, &[]).with_extras(extras(&["language"])),
            request(query, own).with_extras(extras(&["language"])),
            request(query, own).with_extras(extras(&[])),
        ] {
            assert_eq!(same.fingerprint().await.expect("a hash"), expected);
        }
        let mut other = request(query, &[("language", "fr")]).with_extras(extras(&["language"]));
        assert_ne!(other.fingerprint().await.expect("a hash"), expected);
    }

    /// A trace differs each time a key is tried.
    #[tokio::test]
    async fn a_header_tells_lookalikes_apart_but_not_the_requests_of_a_key() {
        let with = |value: &str| {
            let mut extras = Extras::default();
            extras.set_header("x-workspace", value);
            request(Some("How many?"), &[]).with_extras(Some(Arc::new(extras)))
        };
        let (mut one, mut other) = (with("1"), with("2"));
        assert_ne!(one.identity(None), other.identity(None));
        assert_eq!(one.identity(None), with("1").identity(None));
        let fingerprint = one.fingerprint().await.expect("a hash");
        assert_eq!(fingerprint, other.fingerprint().await.expect("a hash"));
    }
}
