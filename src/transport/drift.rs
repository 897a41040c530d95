//! Replies are handed over to be compared with the spec, each once: here pass all attempts of all
//! calls.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::{Transport, attempt::Answer, clock::local_now, operation::Operation};
use crate::drift::{Collector, Received};

/// A reply that has been read, as far as it could be.
pub(super) struct Read<'a> {
    pub(super) operation: &'static Operation,
    pub(super) status: StatusCode,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: Option<&'a [u8]>,
}

impl Transport {
    /// Returns what was found in replies.
    pub(crate) fn drift(&self) -> &Arc<Collector> {
        &self.0.shared.drift
    }

    /// Compares a reply with the spec.
    pub(super) fn compare(&self, read: Read<'_>) {
        let mask = self.mask();
        self.drift()
            .compare(&received(read, &|text| mask.holds(text)));
    }
}

impl Answer {
    /// Records that the body isn't of this type.
    pub(crate) fn record_undecodable<T: DeserializeOwned>(&self) {
        let read = Read {
            operation: self.operation,
            status: self.metadata.status(),
            headers: self.metadata.headers(),
            body: Some(&self.body.bytes),
        };
        // Nothing of the reply is shown that could be a secret.
        self.drift.undecodable::<T>(&received(read, &|_| true));
    }
}

fn received<'a>(read: Read<'a>, is_secret: &'a dyn Fn(&str) -> bool) -> Received<'a> {
    Received {
        operation: read.operation.id,
        status: read.status,
        headers: read.headers,
        body: read.body,
        time: local_now(),
        is_secret,
    }
}
