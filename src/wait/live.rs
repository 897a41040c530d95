//! How many tasks a client waits for at the moment.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The number of tasks that the waits of a client are for. A task counts once for each wait.
#[derive(Debug, Default)]
pub(crate) struct LiveTasks(AtomicUsize);

impl LiveTasks {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// The tasks of one wait among them, until it is dropped.
#[derive(Debug)]
pub(super) struct LiveShare {
    all: Arc<LiveTasks>,
    count: usize,
}

impl LiveShare {
    pub(super) fn new(all: &Arc<LiveTasks>, count: usize) -> Self {
        all.0.fetch_add(count, Ordering::Relaxed);
        Self {
            all: all.clone(),
            count,
        }
    }

    /// Sets how many tasks the wait is for now.
    pub(super) fn set(&mut self, count: usize) {
        self.all.0.fetch_add(count, Ordering::Relaxed);
        self.all.0.fetch_sub(self.count, Ordering::Relaxed);
        self.count = count;
    }
}

impl Drop for LiveShare {
    fn drop(&mut self) {
        self.all.0.fetch_sub(self.count, Ordering::Relaxed);
    }
}
