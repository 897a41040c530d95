//! The state that all clones of a client share.

use std::{fmt, sync::Arc};

use crate::{
    api::Client,
    run::RunState,
    transport::Transport,
    wait::{Dialogues, Durations, LastLooks, LiveTasks},
};

/// The transport of a client, and what the layers above it remember.
#[derive(Clone)]
pub struct Shared {
    pub(super) transport: Transport,
    runs: Arc<RunState>,
    durations: Arc<Durations>,
    last_looks: Arc<LastLooks>,
    dialogues: Arc<Dialogues>,
    live_tasks: Arc<LiveTasks>,
}

impl Shared {
    pub(super) fn new(transport: Transport, runs: RunState) -> Self {
        Self {
            transport,
            runs: Arc::new(runs),
            durations: Arc::default(),
            last_looks: Arc::default(),
            dialogues: Arc::default(),
            live_tasks: Arc::default(),
        }
    }
}

/// Without what the client remembers, which is long and holds the keys of runs.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn transport(&self) -> &Transport {
        &self.inner.transport
    }

    /// Returns what the client remembers of its runs.
    pub(crate) fn runs(&self) -> &Arc<RunState> {
        &self.inner.runs
    }

    /// Returns what the client has learned of how long tasks take.
    pub(crate) fn durations(&self) -> &Arc<Durations> {
        &self.inner.durations
    }

    /// Returns what the client knows of the conversations with agents that ask.
    pub(crate) fn dialogues(&self) -> &Arc<Dialogues> {
        &self.inner.dialogues
    }

    /// Returns the count of tasks that are waited for.
    pub(crate) fn live_tasks(&self) -> &Arc<LiveTasks> {
        &self.inner.live_tasks
    }

    /// Returns the looks that runs have left to be taken when their tasks end.
    pub(crate) fn last_looks(&self) -> &Arc<LastLooks> {
        &self.inner.last_looks
    }
}
