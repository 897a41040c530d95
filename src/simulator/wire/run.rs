//! The request of a run: JSON, or a form whose files are hashed as they stream in.

use bytes::Bytes;
use futures_core::Stream;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{body::JsonObject, reply::Refusal};

/// What a run sent, for [`AgentSpec::script_for`](super::super::AgentSpec::script_for) and
/// [`SimulatedTask::run`](super::super::SimulatedTask::run).
///
/// ```
/// use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().build();
/// let client = simulator.in_process_client()?;
/// let file = Upload::bytes("invoice.csv", "total\n12.5\n");
/// client.run(simulator.agent_id()).query("How much?").file(file).start().await?;
///
/// let run = &simulator.tasks()[0].run;
/// assert_eq!(run.text().as_deref(), Some("How much?"));
/// assert_eq!((run.files[0].name.as_str(), run.files[0].size), ("invoice.csv", 11));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ReceivedRun {
    /// The prompt.
    pub query: Option<String>,
    /// The files, without their content.
    pub files: Vec<ReceivedFile>,
    /// The wanted output, decoded.
    pub output_config: Option<Value>,
    /// Fields that the documentation doesn't name.
    pub extra: Map<String, Value>,
}

/// A file that a run sent. Its content isn't kept; a test compares the hash.
///
/// ```
/// use nanonets_agents::simulator::{AgentSpec, Script};
///
/// let agent = AgentSpec::new("Reader").script_for(|run| {
///     let is_pdf = run.files.iter().all(|file| file.mime == "application/pdf");
///     if is_pdf { Script::default() } else { Script::empty().fail("Only PDF can be read.") }
/// });
/// # drop(agent);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReceivedFile {
    /// The file name.
    pub name: String,
    /// The MIME type.
    pub mime: String,
    /// The number of bytes.
    pub size: u64,
    /// The SHA-256 of the content, in lower-case hexadecimal.
    pub sha256: String,
}

impl ReceivedRun {
    /// Returns the prompt without [markers](crate::run::ReconcilePolicy::with_marker), as its
    /// author wrote it; `None` where there is nothing else.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let client = simulator.in_process_client()?;
    /// client.run(simulator.agent_id()).query("How much?").start().await?;
    ///
    /// let run = &simulator.tasks()[0].run;
    /// assert_eq!(run.text().as_deref(), Some("How much?"));
    /// assert!(run.query.as_ref().is_some_and(|query| query.starts_with("How much?\n\n[run ")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn text(&self) -> Option<String> {
        let text = without_markers(self.query.as_ref()?);
        Some(text).filter(|text| !text.is_empty())
    }

    pub(crate) fn from_json(mut body: JsonObject) -> Result<Self, Refusal> {
        let query = match body.remove("query") {
            None => None,
            Some(Value::String(query)) => Some(query),
            Some(_) => return Err(Refusal::malformed("query must be a string")),
        };
        let output_config = body
            .remove("output_config")
            .map(check_output_config)
            .transpose()?;
        Self {
            query,
            files: Vec::new(),
            output_config,
            extra: body,
        }
        .check()
    }

    pub(crate) async fn from_form(
        body: impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static,
        content_type: &str,
    ) -> Result<Self, Refusal> {
        let malformed = |error: multer::Error| Refusal::malformed(format!("Invalid form: {error}"));
        let boundary = multer::parse_boundary(content_type).map_err(malformed)?;
        let mut form = multer::Multipart::new(body, boundary);
        let mut run = Self::default();
        while let Some(part) = form.next_field().await.map_err(malformed)? {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                if !["files", "file"].contains(&name.as_str()) {
                    return Err(Refusal::malformed(format!("Unexpected file field {name}")));
                }
                run.files.push(receive(part).await?);
                continue;
            }
            let text = part.text().await.map_err(malformed)?;
            let is_repeated = match name.as_str() {
                "query" => run.query.is_some(),
                "output_config" => run.output_config.is_some(),
                _ => run.extra.contains_key(&name),
            };
            if is_repeated {
                return Err(Refusal::malformed(format!("{name} is given twice")));
            }
            match name.as_str() {
                "query" => run.query = Some(text),
                "output_config" => {
                    let config = serde_json::from_str(&text)
                        .map_err(|_| Refusal::malformed("output_config must be valid JSON"))?;
                    run.output_config = Some(check_output_config(config)?);
                }
                "files" | "file" => return Err(Refusal::malformed("files must be files")),
                _ => {
                    run.extra.insert(name, text.into());
                }
            }
        }
        run.check()
    }

    fn check(self) -> Result<Self, Refusal> {
        let has_query = self.query.as_ref().is_some_and(|query| !query.is_empty());
        if has_query || !self.files.is_empty() {
            Ok(self)
        } else {
            Err(Refusal::malformed("Either query or files must be provided"))
        }
    }

    /// Returns what the default agent answers.
    pub(crate) fn echo(&self) -> Value {
        let files: Vec<Value> = self.files.iter().map(ReceivedFile::json).collect();
        let mut echo = json!({ "query": self.query, "files": files });
        if let Some(config) = &self.output_config {
            echo["output_config"] = config.clone();
        }
        if !self.extra.is_empty() {
            echo["extra"] = Value::Object(self.extra.clone());
        }
        echo
    }
}

impl ReceivedFile {
    fn json(&self) -> Value {
        json!({ "name": self.name, "mime": self.mime, "size": self.size, "sha256": self.sha256 })
    }
}

fn check_output_config(config: Value) -> Result<Value, Refusal> {
    let fields = config
        .as_object()
        .ok_or_else(|| Refusal::malformed("output_config must be an object"))?;
    for name in ["output_schema", "instructions"] {
        if fields.get(name).is_some_and(|field| !field.is_string()) {
            return Err(Refusal::malformed(format!(
                "output_config.{name} must be a string"
            )));
        }
    }
    Ok(config)
}

async fn receive(mut part: multer::Field<'_>) -> Result<ReceivedFile, Refusal> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let Some(mime) = part.content_type().map(ToString::to_string) else {
        return Err(Refusal::malformed(format!(
            "The file {name} has no content type"
        )));
    };
    let mut hash = Sha256::new();
    let mut size = 0;
    while let Some(chunk) = part
        .chunk()
        .await
        .map_err(|error| Refusal::malformed(format!("Invalid form: {error}")))?
    {
        hash.update(&chunk);
        size += chunk.len() as u64;
    }
    let sha256 = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(ReceivedFile {
        name,
        mime,
        size,
        sha256,
    })
}

/// Drops the lines that are markers, each with the empty line that sets it apart.
fn without_markers(query: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in query.split('\n') {
        if !is_marker(line) {
            kept.push(line);
        } else if kept.last().is_some_and(|line| line.trim().is_empty()) {
            kept.pop();
        }
    }
    kept.join("\n")
}

/// Whether a line reads `[run …]`, with 32 hexadecimal digits.
fn is_marker(line: &str) -> bool {
    let name = line.trim().strip_prefix("[run ");
    name.and_then(|name| name.strip_suffix(']'))
        .is_some_and(|name| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_query_is_without_its_marker() {
        const MARKER: &str = "[run 2102736286db7e34aef8d52d9de22c11]";
        for (query, expected) in [
            ("How many?\n".to_owned(), "How many?\n"),
            (format!("How many?\n\n{MARKER}"), "How many?"),
            (format!("How many?\n{MARKER}\nTell."), "How many?\nTell."),
            (MARKER.to_owned(), ""),
            ("[run 21]".to_owned(), "[run 21]"),
            (format!("See {MARKER}"), &format!("See {MARKER}")),
        ] {
            assert_eq!(without_markers(&query), expected, "{query:?}");
        }
    }
}
