//! Checks a document against the grammar of OpenAPI 3.0: its keys, and the kinds of their values.
//!
//! `openapi` is the grammar, as data. A key that it doesn't have would be ignored in silence, so
//! that one wrong letter could drop a field or a whole operation.

mod openapi;
mod references;
mod shape;
mod suggest;
mod walk;

pub use suggest::{closest, did_you_mean};
pub use walk::check;
