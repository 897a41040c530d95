//! How tasks are written.

use std::{io, path::Path};

use chrono::{DateTime, SecondsFormat, Utc};
use nanonets_agents::types::TaskListItem;

/// A format of files that hold tasks.
///
/// A file is the header and then a row for each task, and nothing more: what a row holds depends on
/// its task alone, and nothing follows the last row. So a file can be cut off behind any row, and
/// rows can be appended to it, which is what an export needs that is killed and goes on. A format
/// with a footer, or compressed as a whole, can't be written this way.
pub trait Format {
    /// Returns what a file begins with.
    fn header(&self) -> io::Result<Vec<u8>>;

    /// Returns what is appended for a task.
    fn row(&self, task: &TaskListItem) -> io::Result<Vec<u8>>;
}

/// Chooses the format by the name of the file.
pub fn format_of(file: &Path) -> Box<dyn Format> {
    let extension = file.extension();
    if extension.is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
        Box::new(Csv)
    } else {
        Box::new(JsonLines)
    }
}

/// Each task as JSON, on a line of its own.
struct JsonLines;

impl Format for JsonLines {
    fn header(&self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn row(&self, task: &TaskListItem) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(task)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// The names of the fields, and then the fields of each task.
struct Csv;

impl Csv {
    fn record(values: [&str; 7]) -> io::Result<Vec<u8>> {
        let mut record = csv::Writer::from_writer(Vec::new());
        record.write_record(values)?;
        record
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
    }
}

impl Format for Csv {
    fn header(&self) -> io::Result<Vec<u8>> {
        Self::record([
            "task_id",
            "agent_id",
            "agent_name",
            "status",
            "created_at",
            "updated_at",
            "title",
        ])
    }

    fn row(&self, task: &TaskListItem) -> io::Result<Vec<u8>> {
        Self::record([
            &task.task_id.to_string(),
            &task.agent_id.to_string(),
            task.agent_name.as_deref().unwrap_or_default(),
            task.status.as_str(),
            &time(task.created_at),
            &time(task.updated_at),
            task.title.as_deref().unwrap_or_default(),
        ])
    }
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
