//! What the command line says.

use std::path::PathBuf;

use clap::{Parser, builder::RangedU64ValueParser, value_parser};

/// Runs an agent once for each file of a folder, and writes the answers as JSON Lines.
///
/// It can be stopped at any moment and started again: what was started is waited for, what was
/// answered stays answered, and a second run over the same folder starts nothing. Two at once share
/// the work.
///
/// Set NANONETS_API_KEY and NANONETS_AGENT_ID to use the service. Without them, the files go to a
/// simulator, which forgets everything when the program ends.
#[derive(Parser)]
pub struct Arguments {
    /// Folder whose files are sent
    pub folder: PathBuf,
    /// File that the answers are appended to, one a line
    #[arg(long, value_name = "FILE", default_value = "answers.jsonl")]
    pub answers: PathBuf,
    /// SQLite file that holds which runs were started
    #[arg(long, value_name = "FILE", default_value = "runs.db")]
    pub ledger: PathBuf,
    /// What the agent is asked about each file
    #[arg(long, value_name = "TEXT", default_value = "Extract the line items.")]
    pub query: String,
    /// Number of runs that are under way at once
    #[arg(long, value_name = "NUMBER", default_value = "8", value_parser = positive())]
    pub concurrency: usize,
    /// Seconds after which the runs of a process that died are taken over
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = value_parser!(u64).range(5..=86_400)
    )]
    pub lease: u64,
}

fn positive() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}
