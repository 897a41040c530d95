//! The text of an error: one line that ends in what to do and how far the call got.

use std::fmt;

use super::{Error, Phase};
use crate::excerpt::excerpt;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation() {
            write!(f, "{operation}: ")?;
        }
        if let Some(status) = self.status() {
            match status.canonical_reason() {
                Some(reason) => write!(f, "{} {reason}: ", status.as_str())?,
                None => write!(f, "{}: ", status.as_str())?,
            }
        }
        f.write_str(&excerpt(self.message()))?;
        if let Some(advice) = advice(self) {
            write!(f, "; {advice}")?;
        }
        match (self.phase(), self.attempts()) {
            (Phase::NotSent, 0) => return f.write_str(" (nothing was sent)"),
            (Phase::NotSent, attempts) => write!(f, " (not sent, {}", Attempts(attempts))?,
            (Phase::MaybeSent, attempts) => {
                write!(f, " (may have reached the server, {}", Attempts(attempts))?;
            }
            (Phase::Answered, attempts) => write!(f, " ({}", Attempts(attempts))?,
        }
        if let Some(id) = self.request_id() {
            write!(f, ", request {id}")?;
        }
        f.write_str(")")
    }
}

/// Returns what the user can do about the failure.
fn advice(error: &Error) -> Option<String> {
    let failure = error.failure();
    match error.retry_after() {
        Some(delay) if failure.is_throttled() => {
            Some(format!("try again in {} s", delay.as_secs_f64().ceil()))
        }
        _ => failure.advice().map(str::to_owned),
    }
}

struct Attempts(u32);

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 attempt"),
            attempts => write!(f, "{attempts} attempts"),
        }
    }
}
