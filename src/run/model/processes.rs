//! The steps of the processes, each of which is what happens between two awaits.

use uuid::Uuid;

use super::world::{Defect, End, LEASE, Lock, Mark, Place, Process, World, id_of, task_of};
use crate::{
    ids::AgentId,
    ledger::{Claim, Claimed, Lease, state},
    run::{
        doubt::Doubt,
        reconcile::{NextStep, Sent},
    },
};

impl World {
    /// Returns every state that one step of a process leads to.
    pub(super) fn steps(&self, number: usize) -> Vec<World> {
        let process = &self.processes[number];
        match &process.place {
            Place::Claims => self.claim(number),
            Place::Steps(NextStep::Send) => self.send(number),
            Place::Steps(NextStep::Probe { .. }) => self.list(number),
            Place::Steps(NextStep::Done(outcome)) => vec![self.finish(number, outcome)],
            Place::IsAnswered(sent) => vec![self.answered(number, *sent)],
            Place::HasListed(tasks) => vec![self.ask(number, tasks)],
            Place::HasAsked { free, recorded } => vec![self.probed(number, free, *recorded)],
            Place::HasFound { id, twins, is_open } => {
                vec![self.settle(number, *id, twins, *is_open)]
            }
            Place::Records { id, twins, is_open } => {
                vec![self.record(number, *id, twins, *is_open)]
            }
            Place::Waits { id, twins, is_open } => self.end(number, *id, twins, *is_open),
            Place::Over(_) | Place::Dead => Vec::new(),
        }
    }

    pub(super) fn with(
        &self,
        number: usize,
        change: impl FnOnce(&mut World, &mut Process),
    ) -> World {
        let mut world = self.clone();
        let mut process = world.processes[number].clone();
        change(&mut world, &mut process);
        world.processes[number] = process;
        world
    }

    pub(super) fn lease(process: &Process) -> Lease {
        Lease::from(&claim_of(process))
    }

    fn claim(&self, number: usize) -> Vec<World> {
        let process = &self.processes[number];
        let Some(key) = process.key else {
            return vec![self.with(number, |_, process| {
                process.place = Place::Steps(NextStep::Send);
            })];
        };
        let claim = claim_of(process);
        let step = state::claim(self.rows.get(key), &claim, self.now()).expect("an honest clock");
        if matches!(step.answer, Claimed::Held(_)) {
            return Vec::new();
        }
        vec![self.with(number, |world, process| {
            if process.claims == 0 {
                process.place = Place::Over(End::Unknown);
                return;
            }
            process.claims -= 1;
            process.claimed_at = world.seconds;
            let claimed = world.apply(step);
            process.holds = !matches!(claimed, Claimed::Started(_));
            match claimed {
                Claimed::New(_) => process.place = Place::Steps(NextStep::Send),
                Claimed::InDoubt(..) => {
                    world.has_taken_over = true;
                    process.is_trusted = false;
                    process.doubts();
                    process.reconciler = process.reconciler.anew();
                    let step = if world.has(Defect::TakeoverCountsOnce) {
                        process.reconciler.sent(Sent::Unclear(Doubt::Timeout))
                    } else {
                        process.reconciler.take_over()
                    };
                    process.place = Place::Steps(step);
                }
                Claimed::Started(recorded) => {
                    let id = task_of(*recorded.task.task_id().as_uuid());
                    let twins = recorded.doubts.twins.iter();
                    let mut twins: Vec<_> = twins.map(|twin| task_of(*twin.as_uuid())).collect();
                    if let Some(own) = process.own.filter(|own| *own != id) {
                        world.tasks[own].is_cancelled = true;
                        twins.push(own);
                    }
                    let is_open = recorded.doubts.is_open || process.reconciler.is_in_doubt();
                    process.place = Place::Waits { id, twins, is_open };
                }
                other => panic!("{other:?}"),
            }
        })]
    }

    /// Whether a run may be sent: no lookalike of its client is in doubt and alone.
    fn may_enter(&self, number: usize) -> bool {
        self.siblings(number)
            .all(|other| other.lock != Lock::Exclusive)
    }

    pub(super) fn siblings(&self, number: usize) -> impl Iterator<Item = &Process> {
        let process = &self.processes[number];
        let others = self.processes.iter().enumerate();
        others
            .filter(move |(other, _)| *other != number)
            .map(|(_, other)| other)
            .filter(|other| other.client == process.client && process.mark != Mark::Marker)
    }

    fn send(&self, number: usize) -> Vec<World> {
        let process = &self.processes[number];
        if process.lock == Lock::None && !self.may_enter(number) {
            return Vec::new();
        }
        let mut before = self.clone();
        if let Some(key) = process.key
            && (process.requests > 0 || !process.is_trusted || process.claimed_at < self.seconds)
            && !self.has(Defect::LeaseIsTrusted)
        {
            let lease = Self::lease(process);
            match state::renew(self.rows.get(key), &lease, LEASE, self.now()) {
                Ok(step) => before.apply(step),
                Err(_) => return vec![self.lost(number, None)],
            }
        }
        let row = process.key.and_then(|key| self.rows.get(key));
        if row.is_some_and(|row| row.task_id().is_some()) {
            before.broken = Some("a run is sent although the ledger has its task");
        }
        let run = process.run;
        let sent = |sent: Sent, change: &dyn Fn(&mut World)| {
            before.with(number, |world, process| {
                change(world);
                process.requests += 1;
                if process.lock == Lock::None {
                    process.lock = Lock::Shared;
                }
                process.place = Place::IsAnswered(sent);
            })
        };
        let commit = |world: &mut World| {
            world.commit(Some(run));
        };
        let unclear = Sent::Unclear(Doubt::Timeout);
        let new = id_of(self.tasks.len());
        let mut worlds = vec![
            sent(Sent::Created(new), &commit),
            sent(unclear, &commit),
            sent(Sent::CreatedUnread, &commit),
            sent(unclear, &|_| ()),
            sent(Sent::Refused, &|_| ()),
        ];
        if self.chances.late > 0 {
            worlds.push(sent(unclear, &|world| {
                world.chances.late -= 1;
                world.late.push(run);
            }));
        }
        worlds
    }

    fn answered(&self, number: usize, sent: Sent) -> World {
        self.with(number, |_, process| {
            let step = process.reconciler.sent(sent);
            if !matches!(step, NextStep::Done(_)) {
                process.doubts();
            }
            process.place = Place::Steps(step);
        })
    }
}

impl Process {
    /// Enters the doubt: the run gives its shared lock away, to get the exclusive one later.
    pub(super) fn doubts(&mut self) {
        self.is_doubtful = true;
        if self.lock == Lock::Shared {
            self.lock = Lock::None;
        }
    }

    /// Leaves its siblings.
    pub(super) fn leaves(&mut self) {
        self.is_doubtful = false;
        self.lock = Lock::None;
    }

    /// Whether a task may be its that it doesn't know.
    pub(super) fn may_have_a_task(&self) -> bool {
        let is_open = matches!(
            self.place,
            Place::Waits { is_open: true, .. } | Place::Over(End::Unknown)
        );
        self.is_doubtful || is_open
    }

    /// Whether it was sent, and a task may be its that it doesn't know.
    pub(super) fn is_other(&self) -> bool {
        self.may_have_a_task() || self.lock != Lock::None
    }

    /// Whether a task belongs to it: its own, and the twins that it has cancelled.
    pub(super) fn owns(&self, task: usize, is_cancelled: bool) -> bool {
        match &self.place {
            Place::HasFound { id, .. } => *id == task,
            Place::Records { id, twins, .. }
            | Place::Waits { id, twins, .. }
            | Place::Over(End::Started { id, twins }) => {
                *id == task || is_cancelled && twins.contains(&task)
            }
            Place::Steps(_) | Place::HasListed(_) | Place::HasAsked { .. } => {
                self.reconciler.task() == Some(id_of(task))
            }
            Place::Claims | Place::IsAnswered(_) | Place::Over(_) | Place::Dead => {
                self.own == Some(task)
            }
        }
    }
}

pub(super) fn agent() -> AgentId {
    Uuid::from_u128(7).into()
}

fn claim_of(process: &Process) -> Claim {
    let noon = chrono::DateTime::UNIX_EPOCH;
    Claim::new(process.key.unwrap_or_default(), agent(), "same")
        .with_local_time(noon)
        .with_holder(process.holder)
        .with_lease_duration(LEASE)
        .with_lookalike_hash("same")
}
