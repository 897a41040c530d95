//! The generated table.

#![allow(
    unused_imports,
    reason = "a spec need not have every construct in its replies"
)]

use super::{
    schema::{Discriminator, OperationReplies, Property, Reply, Schema},
    shape::JsonKind,
};

include!(concat!(env!("OUT_DIR"), "/replies.rs"));

/// Returns what the spec says of the replies of an operation.
pub(super) fn replies_of(operation: &str) -> Option<&'static OperationReplies> {
    OPERATIONS.iter().find(|known| known.id == operation)
}
