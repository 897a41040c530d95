//! The file of the answers: a line each, whole or not there.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::Mutex,
};

use anyhow::Context;
use serde_json::Value;

/// The answers, shared with other processes: a process writes while it holds the lock of the file,
/// and after it has read what the others wrote.
pub struct Answers(Mutex<Inner>);

struct Inner {
    file: File,
    keys: HashSet<String>,
    /// How many of its bytes have been read.
    end: u64,
}

impl Answers {
    /// Opens the file, or creates it, and reads what it holds.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let failed = || format!("can't use the answers in {}", path.display());
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .with_context(failed)?;
        let mut inner = Inner {
            file,
            keys: HashSet::new(),
            end: 0,
        };
        inner.alone(|_| Ok(())).with_context(failed)?;
        Ok(Self(Mutex::new(inner)))
    }

    /// Whether there is an answer under the key.
    pub fn has(&self, key: &str) -> bool {
        self.0.lock().expect("no panic").keys.contains(key)
    }

    /// Adds an answer, unless another process has added it.
    pub fn add(&self, key: &str, answer: &Value) -> io::Result<()> {
        let mut inner = self.0.lock().expect("no panic");
        inner.alone(|inner| {
            if inner.keys.insert(key.to_owned()) {
                let line = format!("{answer}\n");
                inner.file.seek(SeekFrom::Start(inner.end))?;
                inner.file.write_all(line.as_bytes())?;
                inner.end += line.len() as u64;
            }
            Ok(())
        })
    }
}

impl Inner {
    /// Does something while this process holds the lock, after what others wrote was read.
    fn alone(&mut self, work: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.file.lock()?;
        let done = self.read().and_then(|()| work(self));
        self.file.unlock()?;
        done
    }

    fn read(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.read_to_end(&mut bytes)?;
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        for line in bytes[..whole].split_inclusive(|byte| *byte == b'\n') {
            let answer: Value = serde_json::from_slice(line).unwrap_or_default();
            let key = answer["key"].as_str();
            let key =
                key.ok_or_else(|| io::Error::other("it holds something other than answers"))?;
            self.keys.insert(key.to_owned());
        }
        // A process that was killed while it wrote leaves a part of a line, which is no answer.
        if !bytes[whole..].is_empty() && !bytes[whole..].starts_with(b"{\"") {
            return Err(io::Error::other("it holds something other than answers"));
        }
        self.end += whole as u64;
        self.file.set_len(self.end)
    }
}
