//! What is to be written, and where.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

pub struct Arguments {
    pub file: PathBuf,
    pub since: Option<DateTime<Utc>>,
    pub shards: usize,
    pub skips_undecodable: bool,
}

const USAGE: &str = "usage: export FILE [--since TIME] [--shards NUMBER] [--skip-undecodable]";

impl Arguments {
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let file = arguments.next().filter(|it| !it.starts_with('-'));
        let mut read = Self {
            file: file.ok_or(USAGE)?.into(),
            since: None,
            shards: 8,
            skips_undecodable: false,
        };
        while let Some(name) = arguments.next() {
            if name == "--skip-undecodable" {
                read.skips_undecodable = true;
                continue;
            }
            let value = arguments.next().ok_or(USAGE)?;
            match name.as_str() {
                "--since" => {
                    let time = DateTime::parse_from_rfc3339(&value).map_err(|_| {
                        format!("{value} is not a time; write it as 2026-05-12T10:15:42Z")
                    })?;
                    read.since = Some(time.to_utc());
                }
                "--shards" => {
                    let shards = value.parse().ok().filter(|it| (1..=256).contains(it));
                    read.shards = shards.ok_or("--shards takes a number from 1 to 256")?;
                }
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(read)
    }
}
