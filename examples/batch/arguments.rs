//! What is to be done.

use std::{path::PathBuf, time::Duration};

pub struct Arguments {
    pub folder: PathBuf,
    pub answers: PathBuf,
    pub ledger: PathBuf,
    pub query: String,
    pub concurrency: usize,
    pub lease: Duration,
}

const USAGE: &str = "usage: batch FOLDER [--answers FILE] [--ledger FILE] [--query TEXT] \
                     [--concurrency NUMBER] [--lease SECONDS]";

impl Arguments {
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let folder = arguments.next().filter(|it| !it.starts_with('-'));
        let mut read = Self {
            folder: folder.ok_or(USAGE)?.into(),
            answers: "answers.jsonl".into(),
            ledger: "runs.db".into(),
            query: "Extract the line items.".to_owned(),
            concurrency: 8,
            lease: Duration::from_secs(60),
        };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or(USAGE)?;
            let number = || {
                value
                    .parse::<usize>()
                    .map_err(|_| format!("{name} takes a number"))
            };
            match name.as_str() {
                "--answers" => read.answers = value.into(),
                "--ledger" => read.ledger = value.into(),
                "--query" => read.query = value,
                "--concurrency" => read.concurrency = number()?.max(1),
                "--lease" => read.lease = Duration::from_secs(number()? as u64),
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(read)
    }
}
