//! The decisions about a run of unknown outcome: a state machine without IO.
//!
//! It is told the outcome of each request and what each probe of the list has shown, and returns
//! the next step.

use std::time::Duration;

use uuid::Uuid;

use super::policy::ReconcilePolicy;

/// The outcome of one request that was to start a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The server named the task that it started.
    Created(Uuid),
    /// The server started a task, but the reply with its id was lost.
    CreatedUnread,
    /// This request certainly started no task, and another one wouldn't either.
    Refused,
    /// This request certainly started no task: the server was too busy, or couldn't be reached.
    NotTaken,
    /// This request may have started a task.
    Unclear,
}

/// The outcome of one probe of the list, without the tasks that belong to other runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Probed {
    /// The probe failed before the end of the list.
    Failed,
    Seen(View),
}

/// The tasks that were created since the first request, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// The tasks that match what was sent.
    pub(super) matches: Vec<Uuid>,
    /// The tasks that can't be compared with it.
    pub(super) incomparable: Vec<Uuid>,
    /// How many other runs of this client sent the same and don't know their tasks either.
    pub(super) siblings: usize,
    /// How many other runs of this client and agent don't know their tasks yet, whatever they sent.
    pub(super) others: usize,
}

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NextStep {
    /// Wait, then probe the list for the task.
    Probe { after: Duration },
    /// Send the run again.
    Send,
    /// Stop, with this outcome.
    Done(Outcome),
}

/// The outcome of all requests and probes together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Task {
        id: Uuid,
        /// Whether it was found in the list instead of named by the server.
        is_adopted: bool,
        /// Other tasks of the same run.
        twins: Vec<Uuid>,
        /// Whether the twins are certainly this run's.
        twins_are_certain: bool,
    },
    /// No request started a task.
    NotStarted,
    /// A request may have started a task, and which one isn't known.
    Unknown { candidates: Vec<Uuid> },
}

/// The state machine: what is known so far about one run.
#[derive(Clone, Debug)]
pub(super) struct Reconciler {
    policy: ReconcilePolicy,
    /// Whether a match is certainly this run's.
    is_exact: bool,
    /// How many requests may have started a task.
    doubts: u32,
    /// Whether one of them certainly did.
    is_created: bool,
    /// How many probes there were since the last request.
    probes: u32,
    /// How many of these probes got to the end of the list and showed nothing to decide by.
    blanks: u32,
    resends: u32,
    /// The run's task once it is known, and whether it was adopted. Only twins are probed for then.
    task: Option<(Uuid, bool)>,
}

impl Reconciler {
    /// Creates a reconciler; `is_exact` tells whether the run is sent with a marker.
    pub(super) fn new(policy: ReconcilePolicy, is_exact: bool) -> Self {
        Self {
            policy,
            is_exact,
            doubts: 0,
            is_created: false,
            probes: 0,
            blanks: 0,
            resends: 0,
            task: None,
        }
    }

    /// Takes in the outcome of a request and returns the next step.
    pub(super) fn sent(&mut self, sent: Sent) -> NextStep {
        (self.probes, self.blanks) = (0, 0);
        match sent {
            Sent::Created(id) => return self.found(id, false),
            Sent::Refused | Sent::NotTaken if self.doubts == 0 => {
                return NextStep::Done(Outcome::NotStarted);
            }
            // The requests before it are as unclear as they were.
            Sent::Refused => return unknown(Vec::new()),
            Sent::NotTaken => return self.probe(self.policy.probe_interval),
            Sent::CreatedUnread => self.is_created = true,
            Sent::Unclear => (),
        }
        self.doubts += 1;
        if self.policy.enabled {
            self.probe(self.policy.first_probe)
        } else {
            unknown(Vec::new())
        }
    }

    /// Takes in the outcome of a probe and returns the next step.
    pub(super) fn probed(&mut self, probed: Probed) -> NextStep {
        self.probes += 1;
        let is_last = self.probes >= self.policy.probes;
        let view = match probed {
            Probed::Seen(view) => view,
            Probed::Failed if !is_last => return self.probe(self.policy.probe_interval),
            Probed::Failed => View::default(),
        };
        match self.task {
            Some((id, is_adopted)) => self.with_twins(id, is_adopted, view),
            None => self.search(view, is_last),
        }
    }

    /// Decides where the run's task isn't known yet.
    fn search(&mut self, view: View, is_last: bool) -> NextStep {
        if let Some(oldest) = view.matches.first() {
            return self.choose(*oldest, view);
        }
        let View {
            incomparable,
            others,
            ..
        } = view;
        if let Some(oldest) = incomparable.first()
            && self.policy.sole_writer
            && others == 0
            && incomparable.len() <= self.doubts as usize
        {
            return self.found(*oldest, true);
        }
        // A task that can't be compared may be that of another run of this client, which is about
        // to learn its id.
        if incomparable.is_empty() || others == 0 {
            self.blanks += 1;
        }
        let is_enough = self.blanks >= self.policy.probes_before_resend;
        if is_last || is_enough && !incomparable.is_empty() {
            unknown(incomparable)
        } else if !is_enough || self.is_created {
            self.probe(self.policy.probe_interval)
        } else if self.resends < self.policy.resends {
            self.resends += 1;
            NextStep::Send
        } else {
            unknown(Vec::new())
        }
    }

    /// Decides among tasks that match, of which this one is the oldest.
    fn choose(&mut self, oldest: Uuid, view: View) -> NextStep {
        let View {
            matches, siblings, ..
        } = view;
        // Where n requests that can't be told apart are in doubt, here and among the siblings, any
        // n matches are interchangeable.
        let interchangeable = self.doubts as usize + siblings;
        if self.is_exact && matches.len() > 1 {
            // All of them are this run's, since an earlier process may have sent requests that
            // aren't known here.
            let view = View {
                matches,
                ..View::default()
            };
            self.with_twins(oldest, true, view)
        } else if self.is_exact || matches.len() <= interchangeable {
            self.found(oldest, true)
        } else {
            unknown(matches)
        }
    }

    /// Takes a task as the run's. A probe for twins follows where there can be any.
    fn found(&mut self, id: Uuid, is_adopted: bool) -> NextStep {
        let others = if is_adopted {
            self.doubts - 1
        } else {
            self.doubts
        };
        if others == 0 {
            return self.with_twins(id, is_adopted, View::default());
        }
        self.task = Some((id, is_adopted));
        self.probe(self.policy.probe_interval)
    }

    /// Ends with a task and the twins that the last probe has shown.
    fn with_twins(&self, id: Uuid, is_adopted: bool, view: View) -> NextStep {
        let twins = if self.is_exact || view.siblings == 0 {
            view.matches
                .into_iter()
                .filter(|twin| *twin != id)
                .collect()
        } else {
            Vec::new()
        };
        NextStep::Done(Outcome::Task {
            id,
            is_adopted,
            twins,
            twins_are_certain: self.is_exact || self.policy.sole_writer,
        })
    }

    fn probe(&self, after: Duration) -> NextStep {
        NextStep::Probe { after }
    }
}

fn unknown(candidates: Vec<Uuid>) -> NextStep {
    NextStep::Done(Outcome::Unknown { candidates })
}

#[cfg(test)]
mod tests;
