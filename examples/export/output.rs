//! The file of an export with its checkpoint.

use std::{io, path::Path};

use anyhow::{Context, bail};
use nanonets_agents::{pages::ExportState, types::TaskListItem};

use crate::{
    checkpoint::{Checkpoint, CheckpointFile},
    format::{Format, format_of},
    resumable::ResumableFile,
};

/// An export that is being written.
pub struct Output {
    format: Box<dyn Format>,
    file: ResumableFile,
    checkpoint: CheckpointFile,
    tasks: u64,
}

impl Output {
    /// Opens a file that isn't there, or one that isn't complete. Of the latter, it returns where
    /// to go on.
    pub fn open(path: &Path) -> anyhow::Result<(Self, Option<ExportState<TaskListItem>>)> {
        let shown = path.display();
        if path.as_os_str().is_empty() || path.is_dir() {
            bail!("\"{shown}\" is no name of a file");
        }
        let checkpoint = CheckpointFile::beside(path);
        let stored = checkpoint.read()?;
        if stored.is_none() && path.exists() {
            bail!("{shown} is there and complete; remove it, or choose another name");
        }
        let is_new = stored.is_none();
        let stored = stored.unwrap_or_default();
        if is_new {
            // Before the file, since one without a checkpoint is taken for complete.
            let written = checkpoint.replace(&stored);
            written.with_context(|| format!("can't write beside {shown}"))?;
        }
        let file = ResumableFile::open(path, stored.bytes);
        if file.is_err() && is_new {
            // Nothing has begun. The error of the file is the one that the user has to know.
            let _ = checkpoint.remove();
        }
        let mut file = file.with_context(|| {
            format!("can't go on with {shown}; remove it and {shown}.progress to begin anew")
        })?;
        let format = format_of(path);
        if stored.bytes == 0 {
            file.append(&format.header()?)?;
        }
        let output = Self {
            format,
            file,
            checkpoint,
            tasks: stored.tasks,
        };
        Ok((output, stored.state))
    }

    /// Returns how many tasks were written, in all lives of the export.
    pub fn tasks(&self) -> u64 {
        self.tasks
    }

    /// Appends a task.
    pub fn write(&mut self, task: &TaskListItem) -> io::Result<()> {
        self.tasks += 1;
        self.file.append(&self.format.row(task)?)
    }

    /// Stores that the export goes on here: first the file, then what says how much of it counts.
    pub fn save(&mut self, state: ExportState<TaskListItem>) -> io::Result<()> {
        self.checkpoint.replace(&Checkpoint {
            bytes: self.file.sync()?,
            tasks: self.tasks,
            state: Some(state),
        })
    }

    /// Marks the file as complete.
    pub fn finish(self) -> io::Result<()> {
        self.checkpoint.remove()
    }
}
