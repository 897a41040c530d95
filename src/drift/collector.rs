//! Collects what differs, for all clones of a client.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::{
    entry::{Entry, Kind},
    json,
    places::{PlaceId, Places},
    recorder::Recorder,
    report::Drift,
};

/// A reply as it came, of which nothing was decoded.
pub(crate) struct Received<'a> {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    /// The body; `None` of one that wasn't read whole.
    pub(crate) body: Option<&'a [u8]>,
    /// When it came.
    pub(crate) time: DateTime<Utc>,
    /// Tells whether a text holds the API key.
    pub(crate) is_secret: &'a dyn Fn(&str) -> bool,
}

/// What was found in the replies to a client, which all its clones share.
#[derive(Debug, Default)]
pub(crate) struct Collector(Mutex<State>);

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) places: Places,
    pub(super) found: HashMap<Finding, Record>,
    pub(super) left_out: u64,
}

/// A difference at a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Finding {
    pub(super) place: PlaceId,
    /// The named schema that it belongs to, where that isn't told by the place.
    pub(super) home: Option<&'static str>,
    pub(super) kind: Kind,
}

/// How often, and since when.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) count: u64,
    pub(super) first_seen: DateTime<Utc>,
}

impl Collector {
    /// Compares a reply with the spec.
    pub(crate) fn compare(&self, received: &Received<'_>) {
        // Read before the lock is taken, since it takes longest.
        let json = received.body.and_then(json::parse);
        let new = {
            let mut state = self.lock();
            let mut recorder = Recorder::new(&mut state, received);
            recorder.reply(json.as_ref());
            recorder.new_entries()
        };
        report(&new);
    }

    /// Records a reply that its type refuses, unless what was found in it explains that.
    pub(crate) fn undecodable<T: DeserializeOwned>(&self, received: &Received<'_>) {
        let bytes = received.body.unwrap_or_default();
        let deserializer = &mut serde_json::Deserializer::from_slice(bytes);
        let refused = serde_path_to_error::deserialize::<_, T>(deserializer).err();
        let steps = refused.iter().flat_map(|error| error.path());
        let Some(json) = json::parse(bytes) else {
            return;
        };
        let new = {
            let mut state = self.lock();
            let mut recorder = Recorder::new(&mut state, received);
            recorder.undecodable(&json, steps);
            recorder.new_entries()
        };
        report(&new);
    }

    /// Returns what was found so far.
    pub(crate) fn read(&self) -> Drift {
        let state = self.lock();
        let entries = state.found.iter();
        let mut entries: Vec<_> = entries
            .map(|(finding, record)| state.entry(finding, record))
            .collect();
        entries.sort_by(|a, b| {
            let order = |entry: &Entry| {
                let Entry {
                    operation,
                    status,
                    path,
                    kind,
                    schema,
                    ..
                } = entry.clone();
                (operation, status, path, kind, schema)
            };
            order(a).cmp(&order(b))
        });
        Drift {
            entries,
            left_out: state.left_out,
        }
    }

    /// Returns how many entries there are.
    pub(crate) fn count(&self) -> usize {
        self.lock().found.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells of new entries. No lock is held: a subscriber may ask the client for its drift.
fn report(entries: &[Entry]) {
    for entry in entries {
        tracing::info!(
            target: "nanonets_agents",
            operation = entry.operation,
            status = entry.status,
            path = entry.path,
            kind = entry.kind.as_str(),
            schema = entry.schema,
            "drift"
        );
    }
}

impl State {
    pub(super) fn entry(&self, finding: &Finding, record: &Record) -> Entry {
        let described = self.places.describe(finding.place, finding.home);
        let of = if finding.kind.is_of_surroundings() {
            self.places.seen_around(finding.place)
        } else {
            self.places.seen(finding.place)
        };
        Entry {
            operation: described.operation.to_owned(),
            status: described.status,
            path: described.path,
            property: described.property,
            schema: described.schema,
            kind: finding.kind.clone(),
            count: record.count,
            of,
            first_seen: record.first_seen,
        }
    }
}
