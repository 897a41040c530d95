//! How far an export has got, in a file beside the one that it writes.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use nanonets_agents::{pages::ExportState, types::TaskListItem};
use serde::{Deserialize, Serialize};

/// What of the written file counts, and where to go on. What the file holds beyond it was written
/// later, and is written again.
#[derive(Default, Deserialize, Serialize)]
pub struct Checkpoint {
    pub bytes: u64,
    pub tasks: u64,
    /// There is none before the first page.
    pub state: Option<ExportState<TaskListItem>>,
}

/// The file that holds the newest checkpoint. It is there for as long as the export isn't complete.
pub struct CheckpointFile(PathBuf);

impl CheckpointFile {
    /// Names the checkpoint of a file: the name of the file, and `.progress`.
    pub fn beside(file: &Path) -> Self {
        let mut name = file.as_os_str().to_owned();
        name.push(".progress");
        Self(name.into())
    }

    /// Reads the checkpoint, if there is one.
    pub fn read(&self) -> anyhow::Result<Option<Checkpoint>> {
        let path = self.0.display();
        match fs::read(&self.0) {
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .with_context(|| format!("can't go on from {path}; remove it to begin anew")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("can't read {path}")),
        }
    }

    /// Puts this checkpoint in the place of the last one. A reader sees one of the two, and never a
    /// part.
    pub fn replace(&self, checkpoint: &Checkpoint) -> io::Result<()> {
        let mut next = self.0.as_os_str().to_owned();
        next.push(".next");
        let mut file = File::create(&next)?;
        file.write_all(&serde_json::to_vec(checkpoint)?)?;
        file.sync_data()?;
        fs::rename(next, &self.0)
    }

    /// Removes the checkpoint, with which the export counts as complete.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.0)
    }
}
