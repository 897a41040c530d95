//! The file that is written, and beside it another that says how far it has got.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, SecondsFormat, Utc};
use nanonets_agents::{prelude::*, types::TaskListItem};
use serde::{Deserialize, Serialize};

pub struct Output {
    file: BufWriter<File>,
    progress: PathBuf,
    /// How many bytes and tasks were written.
    bytes: u64,
    tasks: u64,
    is_csv: bool,
}

/// What is stored of it. What the file holds beyond it was written after it, and is written again.
#[derive(Serialize, Deserialize)]
struct Progress {
    bytes: u64,
    tasks: u64,
    state: Option<ExportState<TaskListItem>>,
}

impl Output {
    /// Opens a file that isn't there, or one that isn't complete. Of the latter, it says where to
    /// go on.
    pub fn open(path: &Path) -> Result<(Self, Option<ExportState<TaskListItem>>), String> {
        let mut progress = path.as_os_str().to_owned();
        progress.push(".progress");
        let progress = PathBuf::from(progress);
        let failed =
            |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        if path.as_os_str().is_empty() || path.is_dir() {
            return Err(format!(
                "{:?} is no name of a file",
                path.display().to_string()
            ));
        }
        let stored = match fs::read(&progress) {
            Ok(text) => Some(serde_json::from_slice::<Progress>(&text).map_err(|error| {
                failed(
                    &progress,
                    &format!("{error}; remove it and {} to begin anew", path.display()),
                )
            })?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&progress, &error)),
        };
        if stored.is_none() && path.exists() {
            let path = path.display();
            return Err(format!(
                "{path} is there and complete; remove it, or choose another name"
            ));
        }
        let is_new = stored.is_none();
        let stored = stored.unwrap_or(Progress {
            bytes: 0,
            tasks: 0,
            state: None,
        });
        let is_csv = path
            .extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        let open = || -> io::Result<BufWriter<File>> {
            // Before the file, so that no file without it is taken for complete.
            if is_new {
                save(&progress, &stored)?;
            }
            let mut file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)?;
            if file.metadata()?.len() < stored.bytes {
                let message = "is shorter than it was; remove it, and what ends in `.progress`, to begin anew";
                return Err(io::Error::other(message));
            }
            file.set_len(stored.bytes)?;
            file.seek(SeekFrom::End(0))?;
            Ok(BufWriter::new(file))
        };
        let file = open().map_err(|error| {
            if is_new {
                // Nothing has begun. That it can't be removed either is not what the user has to
                // know.
                let _ = fs::remove_file(&progress);
            }
            failed(path, &error)
        })?;
        let mut output = Self {
            file,
            progress,
            bytes: stored.bytes,
            tasks: stored.tasks,
            is_csv,
        };
        if output.bytes == 0 && is_csv {
            let names = [
                "task_id",
                "agent_id",
                "agent_name",
                "status",
                "created_at",
                "updated_at",
                "title",
            ];
            output.row(names).map_err(|error| failed(path, &error))?;
        }
        Ok((output, stored.state))
    }

    pub fn tasks(&self) -> u64 {
        self.tasks
    }

    pub fn write(&mut self, task: &TaskListItem) -> io::Result<()> {
        self.tasks += 1;
        if !self.is_csv {
            let mut line = serde_json::to_vec(task)?;
            line.push(b'\n');
            return self.append(&line);
        }
        self.row([
            task.task_id.to_string().as_str(),
            &task.agent_id.to_string(),
            task.agent_name.as_deref().unwrap_or_default(),
            task.status.as_str(),
            &time(task.created_at),
            &time(task.updated_at),
            task.title.as_deref().unwrap_or_default(),
        ])
    }

    fn row(&mut self, values: [&str; 7]) -> io::Result<()> {
        let mut row = csv::Writer::from_writer(Vec::new());
        row.write_record(values)?;
        let row = row
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))?;
        self.append(&row)
    }

    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.bytes += line.len() as u64;
        self.file.write_all(line)
    }

    /// First the file, then what says how much of it counts.
    pub fn save(&mut self, state: ExportState<TaskListItem>) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        let (bytes, tasks) = (self.bytes, self.tasks);
        let state = Some(state);
        save(
            &self.progress,
            &Progress {
                bytes,
                tasks,
                state,
            },
        )
    }

    /// Nothing is left to be written.
    pub fn finish(self) -> io::Result<()> {
        fs::remove_file(&self.progress)
    }
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Another file takes its place at once, so that it is always whole.
fn save(path: &Path, progress: &Progress) -> io::Result<()> {
    let mut next = path.as_os_str().to_owned();
    next.push(".next");
    let mut file = File::create(&next)?;
    file.write_all(&serde_json::to_vec(progress)?)?;
    file.sync_data()?;
    fs::rename(next, path)
}
