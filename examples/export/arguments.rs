//! What the command line says.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Parser, builder::RangedU64ValueParser};

/// Writes all tasks of the workspace to a file, newest first.
///
/// It can be stopped with Ctrl-C or killed, and goes on where it was when it is started again with
/// the same file.
///
/// Set NANONETS_API_KEY to use the service. Without it, the tasks are the 100,000 of a simulator.
#[derive(Parser)]
pub struct Arguments {
    /// File to write: CSV where its name ends in `.csv`, else JSON Lines
    pub file: PathBuf,
    /// Time that all tasks are created after, such as 2026-05-12T10:15:42Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<DateTime<Utc>>,
    /// Number of parts of the list that are read at once
    #[arg(long, value_name = "NUMBER", default_value = "8", value_parser = shards())]
    pub shards: usize,
    /// Report tasks that don't decode, instead of ending with an error
    #[arg(long)]
    pub skip_undecodable: bool,
}

fn shards() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=256)
}
