//! The files that are to be sent.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use sha2::{Digest, Sha256};

/// A file, and the key of its run. The key is made of the content and the name: the same content
/// under another name is another run.
pub struct Job {
    pub path: PathBuf,
    pub key: String,
}

/// Lists the files of a folder by name, without those that the batch writes itself.
pub fn jobs(folder: &Path, ours: &[&Path]) -> anyhow::Result<Vec<Job>> {
    let unreadable = || format!("can't read {}", folder.display());
    let mut jobs = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        if path.is_file() && !ours.iter().any(|file| belongs_to(&path, file)) {
            jobs.push(Job::new(path)?);
        }
    }
    jobs.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(jobs)
}

/// Whether the path is this file, or one of the two that SQLite keeps beside it.
fn belongs_to(path: &Path, file: &Path) -> bool {
    let (Ok(path), Ok(file)) = (path.canonicalize(), file.canonicalize()) else {
        // What isn't there yet is none of the files in the folder.
        return false;
    };
    let path = path.to_string_lossy();
    let main = path.trim_end_matches("-wal").trim_end_matches("-shm");
    Path::new(main) == file
}

impl Job {
    fn new(path: PathBuf) -> anyhow::Result<Self> {
        let content = fs::read(&path);
        let content = content.with_context(|| format!("can't read {}", path.display()))?;
        let hash = Sha256::digest(content);
        let hash: String = hash[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let key = format!("{hash} {name}");
        Ok(Self { path, key })
    }
}
