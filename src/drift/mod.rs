//! Where real replies differ from the spec.
#![doc = include_str!("../../docs/drift.md")]

mod collector;
mod compare;
mod entry;
mod json;
mod layers;
mod places;
mod report;
mod schema;
mod shape;
mod shown;
mod table;

pub(crate) use collector::{Collector, Received};
pub use entry::{Entry, Kind};
pub use report::Drift;
pub use shape::{JsonKind, Shape};

pub use crate::client::DriftExt;

/// The most entries that a client keeps. What differs elsewhere is counted as left out.
pub const MOST_ENTRIES: usize = 1_000;
