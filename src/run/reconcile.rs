//! The decisions about a run of unknown outcome: a state machine without IO.
//!
//! It is told the outcome of each request and what each probe of the list has shown, and returns
//! the next step.

use std::time::Duration;

use uuid::Uuid;

use super::{doubt::Doubt, policy::ReconcilePolicy, started::Provenance};

/// The outcome of one request that was to start a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sent {
    /// The server named the task that it started.
    Created(Uuid),
    /// The server started a task, but the reply with its id was lost.
    CreatedUnread,
    /// This request certainly started no task, and another one wouldn't either.
    Refused,
    /// This request certainly started no task: the server was too busy, or couldn't be reached.
    NotTaken,
    /// This request may have started a task, or may start one later.
    Unclear(Doubt),
}

/// The outcome of one probe of the list, without the tasks that belong to other runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Probed {
    /// The probe failed before the end of the list.
    Failed,
    Seen(View),
}

/// The tasks that were created since the first request: those that weren't stopped first, and the
/// oldest of them first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// The task that the ledger has for the run's own key: another holder has recorded it.
    pub(super) recorded: Option<Uuid>,
    /// The tasks that match what was sent.
    pub(super) matches: Vec<Uuid>,
    /// The tasks that look like the run's, which says nothing.
    pub(super) lookalikes: Vec<Uuid>,
    /// The tasks that can't be compared with what was sent, now or ever.
    pub(super) incomparable: Vec<Uuid>,
    /// The tasks that show no message, where the server shows the run's marker as soon as it lists
    /// messages: late ones, or those of other writers.
    pub(super) silent: Vec<Uuid>,
    /// The tasks that may as well be those of certain other runs, which don't know theirs.
    pub(super) contested: Vec<Uuid>,
    /// Whether tasks were left out whose titles weren't made from the run's query, which proves
    /// nothing. Such a view shows what there is, and never that there is nothing.
    pub(super) is_partial: bool,
    /// How many other runs of this client sent the same and don't know their tasks either.
    pub(super) siblings: usize,
    /// How many other runs of this client and agent don't know their tasks yet, whatever they sent.
    pub(super) others: usize,
}

impl View {
    /// Returns the tasks that may be the run's, or may not.
    fn undecided(&self) -> impl Iterator<Item = Uuid> {
        let lists = [
            &self.lookalikes,
            &self.incomparable,
            &self.silent,
            &self.contested,
        ];
        lists.into_iter().flatten().copied()
    }

    /// Returns all tasks that may be the run's.
    pub(super) fn candidates(&self) -> Vec<Uuid> {
        self.matches
            .iter()
            .copied()
            .chain(self.undecided())
            .collect()
    }
}

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum NextStep {
    /// Wait, then probe the list for the task.
    Probe { after: Duration },
    /// Send the run again.
    Send,
    /// Stop, with this outcome.
    Done(Outcome),
}

/// The outcome of all requests and probes together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Outcome {
    Task(Found),
    /// No request started a task.
    NotStarted,
    /// A request may have started a task, and which one isn't known.
    Unknown {
        candidates: Vec<Uuid>,
    },
}

/// The task of a run, and what is known of further ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Found {
    pub(super) id: Uuid,
    pub(super) provenance: Provenance,
    /// Other tasks that are the run's, or may be.
    pub(super) twins: Vec<FoundTwin>,
    /// Whether a request that got no clear answer may still start a task.
    pub(super) is_open: bool,
    /// How many such requests there are; `None` where that isn't known.
    pub(super) unaccounted: Option<u32>,
    /// Whether the probe for twins failed.
    pub(super) is_unprobed: bool,
}

/// Another task of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FoundTwin {
    pub(super) id: Uuid,
    /// Whether it is certainly this run's.
    pub(super) is_certain: bool,
}

/// The state machine: what is known so far about one run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reconciler {
    policy: ReconcilePolicy,
    /// Whether a match is certainly this run's.
    is_exact: bool,
    /// How many requests may have started a task.
    doubts: u32,
    /// Whether one of them certainly did.
    is_created: bool,
    /// Whether an earlier process may have sent requests, of which the number isn't known.
    is_takeover: bool,
    /// How many probes there were since the last request.
    probes: u32,
    /// How many of these probes got to the end of the list and showed nothing to decide by.
    blanks: u32,
    /// How long to wait before the requests that are in doubt count as lost.
    patience: Duration,
    /// How long probes have waited since the last of these requests. The time that the probes
    /// themselves took isn't counted.
    waited: Duration,
    resends: u32,
    /// The run's task once it is known, and how. Only twins are probed for then.
    task: Option<(Uuid, Provenance)>,
    /// The tasks that may be the run's, by the last probe that got to the end of the list.
    candidates: Vec<Uuid>,
}

impl Reconciler {
    /// Creates a reconciler; `is_exact` tells whether the run is sent with a marker.
    pub(super) fn new(policy: ReconcilePolicy, is_exact: bool) -> Self {
        Self {
            policy,
            is_exact,
            doubts: 0,
            is_created: false,
            is_takeover: false,
            probes: 0,
            blanks: 0,
            patience: Duration::ZERO,
            waited: Duration::ZERO,
            resends: 0,
            task: None,
            candidates: Vec::new(),
        }
    }

    /// Returns the first step where an earlier process may have sent the run. It is treated as if
    /// its request had timed out, since nothing is known of the answer.
    pub(super) fn take_over(&mut self) -> NextStep {
        self.is_takeover = true;
        self.sent(Sent::Unclear(Doubt::Timeout))
    }

    /// Takes in the outcome of a request and returns the next step.
    pub(super) fn sent(&mut self, sent: Sent) -> NextStep {
        (self.probes, self.blanks) = (0, 0);
        match sent {
            Sent::Created(id) => return self.found(id, Provenance::Created, None),
            Sent::Refused | Sent::NotTaken if self.doubts == 0 => {
                return NextStep::Done(Outcome::NotStarted);
            }
            // The requests before it are as unclear as they were.
            Sent::Refused => return self.unknown(),
            Sent::NotTaken => return self.probe(self.policy.probe_interval),
            Sent::CreatedUnread => self.is_created = true,
            Sent::Unclear(doubt) => {
                self.patience = self.patience.max(self.policy.patience(doubt));
                self.waited = Duration::ZERO;
            }
        }
        self.doubts += 1;
        if self.policy.enabled {
            self.probe(self.policy.first_probe)
        } else {
            self.unknown()
        }
    }

    /// Takes in the outcome of a probe and returns the next step.
    pub(super) fn probed(&mut self, probed: Probed) -> NextStep {
        self.probes += 1;
        let view = match probed {
            Probed::Seen(view) => view,
            Probed::Failed => return self.probe_failed(),
        };
        self.candidates = view.candidates();
        match (self.task, view.recorded) {
            (Some((id, provenance)), _) => self.end(id, provenance, Some(&view)),
            // The ledger has the task, and knows more of it.
            (None, Some(id)) => self.end(id, Provenance::Recorded, Some(&View::default())),
            (None, None) => self.search(&view),
        }
    }

    /// Whether the next probe is to compare all tasks, since it may show that there is none.
    pub(super) fn is_about_to_decide(&self) -> bool {
        let is_enough = self.blanks + 1 >= self.policy.probes_before_resend;
        let is_last = self.probes + 1 >= self.policy.probes;
        let is_any_decisive = !self.is_exact || self.policy.sole_writer;
        is_any_decisive || self.task.is_none() && (is_last || is_enough && self.has_waited())
    }

    /// Whether a request may have started a task, or may start one later.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.doubts > 0
    }

    /// Returns a reconciler of the same kind that knows nothing yet.
    #[cfg(test)]
    pub(super) fn anew(&self) -> Self {
        Self::new(self.policy.clone(), self.is_exact)
    }

    /// Returns the run's task, once it is known.
    #[cfg(test)]
    pub(super) fn task(&self) -> Option<Uuid> {
        self.task.map(|(id, _)| id)
    }

    /// Returns the last step where the run can't go on, since its key is lost.
    pub(super) fn stop(&self) -> NextStep {
        match self.task {
            Some((id, provenance)) => self.end(id, provenance, None),
            None => self.unknown(),
        }
    }

    fn probe_failed(&mut self) -> NextStep {
        match self.task {
            // The task is known. Its caller isn't kept waiting for a list that can't be read.
            Some((id, provenance)) if self.probes >= self.policy.probes_before_resend => {
                self.end(id, provenance, None)
            }
            None if self.is_last_probe() => self.unknown(),
            _ => self.probe_again(),
        }
    }

    /// Decides where the run's task isn't known yet.
    fn search(&mut self, view: &View) -> NextStep {
        if let Some(oldest) = view.matches.first() {
            return self.choose(*oldest, view);
        }
        if let Some(only) = self.only_candidate(view) {
            return self.found(only, Provenance::Adopted, Some(view));
        }
        // A task that shows nothing by the time that its run may be sent again is another's. If it
        // isn't, it is named as a twin.
        let is_clear = self.candidates.len() == view.silent.len() && !view.is_partial;
        // A task that can't be told may be that of another run of this client, which is about to
        // learn its id. Where runs have markers, it would show one.
        if is_clear || view.others == 0 || self.is_exact {
            self.blanks += 1;
        }
        let is_enough = self.blanks >= self.policy.probes_before_resend;
        // What looks alike will do so later, too. The rest may be comparable once the server shows
        // all of it, or once all of it is compared.
        let may_change =
            view.is_partial || !view.incomparable.is_empty() || !view.contested.is_empty();
        let is_final = !may_change || self.has_waited() && !self.is_exact;
        if self.is_last_probe() || is_enough && !is_clear && is_final {
            self.unknown()
        } else if !is_clear || !is_enough || !self.has_waited() || self.is_created {
            self.probe_again()
        } else if self.resends < self.policy.resends {
            self.resends += 1;
            NextStep::Send
        } else {
            self.unknown()
        }
    }

    /// Returns the task that must be the run's although it can't be compared, since there is no
    /// other writer.
    fn only_candidate(&self, view: &View) -> Option<Uuid> {
        let mut unmatched = view.lookalikes.iter().chain(&view.incomparable);
        let is_whole = view.contested.is_empty() && !view.is_partial;
        let is_alone = self.policy.sole_writer && view.others == 0 && is_whole;
        let count = view.lookalikes.len() + view.incomparable.len();
        let oldest = unmatched.next().copied();
        oldest.filter(|_| is_alone && count <= self.doubts as usize)
    }

    /// Decides among tasks that match, of which this one is the oldest.
    fn choose(&mut self, oldest: Uuid, view: &View) -> NextStep {
        // Where n requests that can't be told apart are in doubt, here and among the siblings, any
        // n matches are interchangeable.
        let interchangeable = self.doubts as usize + view.siblings;
        if self.is_exact || view.matches.len() <= interchangeable {
            self.found(oldest, Provenance::Adopted, Some(view))
        } else {
            self.unknown()
        }
    }

    /// Takes a task as the run's. A probe for twins follows where there may be some that this view
    /// doesn't show.
    fn found(&mut self, id: Uuid, provenance: Provenance, view: Option<&View>) -> NextStep {
        let nothing = View::default();
        let view = view.unwrap_or(&nothing);
        let twins = self.twins(id, provenance, view);
        if self.unaccounted(provenance, &twins) == 0 {
            return self.end(id, provenance, Some(view));
        }
        self.task = Some((id, provenance));
        (self.probes, self.blanks) = (0, 0);
        self.probe(self.policy.probe_interval)
    }

    /// Ends with a task, and with the twins that a probe has shown; `None` where it failed.
    fn end(&self, id: Uuid, provenance: Provenance, view: Option<&View>) -> NextStep {
        let twins = view.map_or_else(Vec::new, |view| self.twins(id, provenance, view));
        let unaccounted = self.unaccounted(provenance, &twins);
        NextStep::Done(Outcome::Task(Found {
            id,
            provenance,
            is_open: unaccounted > 0,
            unaccounted: Some(unaccounted).filter(|_| !self.is_takeover),
            is_unprobed: view.is_none(),
            twins,
        }))
    }

    fn twins(&self, id: Uuid, provenance: Provenance, view: &View) -> Vec<FoundTwin> {
        if self.unaccounted(provenance, &[]) > 0 {
            return twins_in(view, id, self.is_exact, self.policy.sole_writer);
        }
        // No other request can have started a task. Only a marker proves that one did.
        let seen = twins_in(view, id, self.is_exact, false).into_iter();
        seen.filter(|twin| twin.is_certain).collect()
    }

    /// Returns how many requests may have started, or may start, a task that isn't known.
    fn unaccounted(&self, provenance: Provenance, twins: &[FoundTwin]) -> u32 {
        let adopted = u32::from(provenance == Provenance::Adopted);
        let certain = twins.iter().filter(|twin| twin.is_certain).count();
        let known = adopted.saturating_add(certain.try_into().unwrap_or(u32::MAX));
        // How many requests an earlier process sent isn't known.
        self.doubts
            .saturating_sub(known)
            .max(u32::from(self.is_takeover))
    }

    fn unknown(&self) -> NextStep {
        NextStep::Done(Outcome::Unknown {
            candidates: self.candidates.clone(),
        })
    }

    /// Probes again after a pause that doubles, so that patience costs few requests; but no later
    /// than when the run may be sent again, and not shortly before that either.
    fn probe_again(&mut self) -> NextStep {
        let pause = self.policy.pause_after(self.probes);
        let rest = self.patience.saturating_sub(self.waited);
        let is_soon = rest <= pause.saturating_mul(3);
        if is_soon && !rest.is_zero() {
            self.probe(rest)
        } else {
            self.probe(pause)
        }
    }

    fn probe(&mut self, after: Duration) -> NextStep {
        self.waited = self.waited.saturating_add(after);
        NextStep::Probe { after }
    }

    fn is_last_probe(&self) -> bool {
        self.probes >= self.policy.probes
    }

    /// Whether the requests in doubt were given the time that their causes ask for.
    fn has_waited(&self) -> bool {
        self.waited >= self.patience
    }
}

/// Returns the tasks of a view other than this one that are the run's, or may be. `is_exact` tells
/// whether a match is certainly the run's, and `sole_writer` whether there is no other writer.
pub(super) fn twins_in(view: &View, id: Uuid, is_exact: bool, sole_writer: bool) -> Vec<FoundTwin> {
    let is_alone = view.siblings == 0 && view.others == 0 && view.contested.is_empty();
    let is_sole = sole_writer && is_alone;
    let of = |is_certain| move |id| FoundTwin { id, is_certain };
    let matches = view.matches.iter().copied().map(of(is_exact || is_sole));
    let undecided = view.undecided().map(of(is_sole));
    matches
        .chain(undecided)
        .filter(|twin| twin.id != id)
        .collect()
}

#[cfg(test)]
mod tests;
