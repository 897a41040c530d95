//! The state of the model: a server, a ledger, and the processes that start runs.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    ids::TaskId,
    ledger::state::{Change, Row, Step},
    run::reconcile::{FoundTwin, NextStep, Reconciler, Sent},
};

/// A mending of the crate that is taken out, to see what it is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Defect {
    /// A task that the ledger has for the run's own key counts as another run's.
    OwnTaskIsAnothers,
    /// A lease is trusted before a run is sent again.
    LeaseIsTrusted,
    /// Twins that aren't certain aren't named.
    UncertainTwinsAreDropped,
    /// No look is taken when the task ends.
    NoLastLook,
    /// Runs with one text are siblings, whatever else they send.
    OptionsDoNotCount,
    /// The ledger isn't asked again after the rivals were counted.
    KeysAreAskedEarly,
    /// A key that waits for its lease counts as one of the client's own.
    WaitingKeysAreOwn,
    /// The candidates of a run of unknown outcome may be adopted by another.
    CandidatesAreFree,
    /// A task is recorded before its twins are dealt with.
    RecordedBeforeSettled,
    /// What a dead process has sent is looked for in a window that begins too late.
    WindowIsTooLate,
    /// A run that was taken over counts as sent once.
    TakeoverCountsOnce,
}

/// What tasks are recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mark {
    Marker,
    /// A text that all runs of the model have in common.
    Text,
    /// Nothing.
    File,
}

/// A task at the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Task {
    /// The run that it belongs to; `None` for another writer's.
    pub(super) run: Option<usize>,
    pub(super) is_listed: bool,
    pub(super) is_cancelled: bool,
    /// The clients that have named it as a candidate, or as a twin that isn't certain.
    pub(super) disputed_by: Vec<usize>,
    /// Whether it was there before the first takeover.
    pub(super) is_early: bool,
}

/// What may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Chances {
    /// Requests that are carried out late.
    pub(super) late: u8,
    /// Processes that die.
    pub(super) kills: u8,
    /// Leases that end while their holder lives: it is frozen.
    pub(super) freezes: u8,
    /// Probes that fail.
    pub(super) failures: u8,
    /// Lookalikes that another writer starts.
    pub(super) strangers: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) defects: &'static [Defect],
    /// A rule that a step has broken.
    pub(super) broken: Option<&'static str>,
    pub(super) tasks: Vec<Task>,
    /// The runs whose requests will be carried out.
    pub(super) late: Vec<usize>,
    pub(super) rows: BTreeMap<&'static str, Row>,
    pub(super) seconds: i64,
    pub(super) processes: Vec<Process>,
    pub(super) chances: Chances,
    pub(super) has_taken_over: bool,
}

/// A process that starts a run. Two processes may start the same run, under one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Process {
    /// The run that it starts. Tasks of runs with the same number are as good as each other.
    pub(super) run: usize,
    /// The client, whose runs know of each other.
    pub(super) client: usize,
    pub(super) key: Option<&'static str>,
    pub(super) mark: Mark,
    /// What the run sends besides its text and its files.
    pub(super) options: u8,
    pub(super) sole_writer: bool,
    pub(super) reconciler: Reconciler,
    pub(super) holder: Uuid,
    /// Whether the key was claimed and not lost.
    pub(super) holds: bool,
    pub(super) is_trusted: bool,
    /// When it has claimed its key. A lease is trusted for a while only.
    pub(super) claimed_at: i64,
    pub(super) requests: u32,
    /// How often it may claim its key again.
    pub(super) claims: u8,
    /// Its lock among the lookalikes of its client.
    pub(super) lock: Lock,
    /// Whether a request of its own, or of an earlier holder of its key, has an unknown outcome.
    pub(super) is_doubtful: bool,
    /// The task that it has started itself, which the ledger didn't take.
    pub(super) own: Option<usize>,
    pub(super) place: Place,
}

/// The lock of a run among its lookalikes: shared to send, exclusive to probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lock {
    None,
    Shared,
    Exclusive,
}

/// Where a process is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// It is about to claim its key, where it has one.
    Claims,
    Steps(NextStep),
    /// The reply to its request is under way.
    IsAnswered(Sent),
    /// It has read the list.
    HasListed(Vec<usize>),
    /// It has asked the ledger for the keys of these tasks, and the rest of them is free.
    HasAsked {
        free: Vec<usize>,
        recorded: Option<usize>,
    },
    /// It knows its task, and is to deal with the twins.
    HasFound {
        id: usize,
        twins: Vec<FoundTwin>,
        is_open: bool,
    },
    /// It is to record its task.
    Records {
        id: usize,
        twins: Vec<usize>,
        is_open: bool,
    },
    /// Its caller waits for the task.
    Waits {
        id: usize,
        twins: Vec<usize>,
        is_open: bool,
    },
    Over(End),
    Dead,
}

/// What the caller knows at the end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    Started { id: usize, twins: Vec<usize> },
    NotStarted,
    Unknown,
}

pub(super) const LEASE: Duration = Duration::from_secs(60);

impl World {
    pub(super) fn has(&self, defect: Defect) -> bool {
        self.defects.contains(&defect)
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(self.seconds)
    }

    pub(super) fn commit(&mut self, run: Option<usize>) -> usize {
        self.tasks.push(Task {
            run,
            is_listed: false,
            is_cancelled: false,
            disputed_by: Vec::new(),
            is_early: !self.has_taken_over,
        });
        self.tasks.len() - 1
    }

    pub(super) fn apply<T>(&mut self, step: Step<T>) -> T {
        match step.change {
            Change::Keep => (),
            Change::Put(row) => {
                let keys = self.processes.iter().filter_map(|process| process.key);
                let key = keys.into_iter().find(|key| *key == row.key);
                self.rows.insert(key.expect("a key of the model"), row);
            }
            Change::Delete(key) => self.rows.retain(|other, _| *other != key),
        }
        step.answer
    }

    /// Returns the key that has a task.
    pub(super) fn key_of(&self, task: usize) -> Option<&'static str> {
        let id = TaskId::from(id_of(task));
        let mut rows = self.rows.iter();
        rows.find(|(_, row)| row.task_id() == Some(id))
            .map(|(key, _)| *key)
    }
}

/// Returns the id of a task by its place.
pub(super) fn id_of(task: usize) -> Uuid {
    Uuid::from_u128(task as u128 + 1)
}

/// Returns the place of a task by its id.
pub(super) fn task_of(id: Uuid) -> usize {
    usize::try_from(id.as_u128() - 1).expect("a task of the model")
}
