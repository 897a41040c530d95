//! The steps of the processes, each of which is what happens between two awaits.

use uuid::Uuid;

use super::world::{Defect, End, LEASE, Lock, Mark, Place, Process, World, id_of, task_of};
use crate::{
    ids::{AgentId, TaskRef},
    ledger::{Claim, Claimed, Doubts, Lease, state},
    run::{
        doubt::Doubt,
        reconcile::{Found, FoundTwin, NextStep, Outcome, Probed, Sent, View, twins_in},
        started::Provenance,
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

    fn with(&self, number: usize, change: impl FnOnce(&mut World, &mut Process)) -> World {
        let mut world = self.clone();
        let mut process = world.processes[number].clone();
        change(&mut world, &mut process);
        world.processes[number] = process;
        world
    }

    fn lease(process: &Process) -> Lease {
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

    /// Whether a run of unknown outcome may probe: no lookalike of its client is sent, or probes.
    fn may_isolate(&self, number: usize) -> bool {
        self.siblings(number).all(|other| other.lock == Lock::None)
    }

    fn siblings(&self, number: usize) -> impl Iterator<Item = &Process> {
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

    fn list(&self, number: usize) -> Vec<World> {
        let process = &self.processes[number];
        if process.lock != Lock::Exclusive && !self.may_isolate(number) {
            return Vec::new();
        }
        let hides = self.has(Defect::WindowIsTooLate) && !process.is_trusted;
        let listed = self.tasks.iter().enumerate();
        let listed = listed.filter(|(_, task)| task.is_listed && !(hides && task.is_early));
        let mut tasks: Vec<usize> = listed.map(|(task, _)| task).collect();
        tasks.sort_by_key(|task| self.tasks[*task].is_cancelled);
        let mut worlds = vec![self.with(number, |_, process| {
            process.lock = Lock::Exclusive;
            process.place = Place::HasListed(tasks);
        })];
        if self.chances.failures > 0 {
            worlds.push(self.with(number, |world, process| {
                world.chances.failures -= 1;
                process.lock = Lock::Exclusive;
                process.place = Place::Steps(process.reconciler.probed(Probed::Failed));
            }));
        }
        worlds
    }

    /// Leaves out the tasks that other runs own, of this client or in the ledger.
    fn ask(&self, number: usize, tasks: &[usize]) -> World {
        self.with(number, |world, process| {
            let recorded = tasks
                .iter()
                .copied()
                .find(|task| process.key.is_some() && world.key_of(*task) == process.key);
            let recorded = recorded.filter(|_| !world.has(Defect::OwnTaskIsAnothers));
            let is_free =
                |task: &usize| world.key_of(*task).is_none() && !world.is_owned(number, *task);
            let free = tasks.iter().copied().filter(is_free).collect();
            process.place = Place::HasAsked { free, recorded };
        })
    }

    fn probed(&self, number: usize, free: &[usize], recorded: Option<usize>) -> World {
        self.with(number, |world, process| {
            let view = world.view(number, free, recorded);
            process.place = Place::Steps(process.reconciler.probed(Probed::Seen(view)));
        })
    }

    fn view(&self, number: usize, free: &[usize], recorded: Option<usize>) -> View {
        let process = &self.processes[number];
        let mut view = View {
            recorded: recorded.map(id_of),
            ..View::default()
        };
        let is_disputed = |task: usize| {
            let disputed_by = &self.tasks[task].disputed_by;
            !self.has(Defect::CandidatesAreFree) && disputed_by.contains(&process.client)
        };
        let is_exact = process.mark == Mark::Marker;
        for task in free.iter().copied() {
            let id = id_of(task);
            match process.mark {
                Mark::Marker if self.tasks[task].run == Some(process.run) => view.matches.push(id),
                Mark::Marker => (),
                _ if is_disputed(task) => view.contested.push(id),
                Mark::Text => view.matches.push(id),
                Mark::File => view.lookalikes.push(id),
            }
        }
        let doubtful: Vec<&Process> = self
            .siblings(number)
            .filter(|other| other.may_have_a_task())
            .collect();
        let is_same = |other: &&&Process| {
            process.mark == Mark::Text
                && (other.options == process.options || self.has(Defect::OptionsDoNotCount))
        };
        view.siblings = doubtful.iter().filter(is_same).count();
        let has_strangers = doubtful.len() > view.siblings;
        if !is_exact && (has_strangers || self.has_rivals(number)) {
            view.contested.append(&mut view.matches);
            view.contested.append(&mut view.lookalikes);
        }
        if !is_exact && !self.has(Defect::KeysAreAskedEarly) {
            view.matches
                .retain(|id| self.key_of(task_of(*id)).is_none());
        }
        view.others = self
            .siblings(number)
            .filter(|other| other.is_other())
            .count();
        view
    }

    /// Whether the ledger has keys of other processes without a task.
    fn has_rivals(&self, number: usize) -> bool {
        let process = &self.processes[number];
        let (now, agent) = (self.now(), agent());
        let rows = self
            .rows
            .iter()
            .filter(|(_, row)| row.is_lookalike(agent, "same", now));
        let is_own = |key: &str| {
            self.processes.iter().any(|other| {
                let waits = matches!(other.place, Place::Claims | Place::Over(_));
                let counts = other.holds && !waits || waits && self.has(Defect::WaitingKeysAreOwn);
                other.client == process.client && other.key == Some(key) && counts
            })
        };
        let mut foreign = rows.filter(|(key, _)| process.key != Some(**key) && !is_own(key));
        foreign.next().is_some()
    }

    /// Whether a task belongs to a run of the same client.
    fn is_owned(&self, number: usize, task: usize) -> bool {
        let process = &self.processes[number];
        let mut others = self
            .processes
            .iter()
            .filter(|other| other.client == process.client);
        others.any(|other| other.owns(task, self.tasks[task].is_cancelled))
    }

    fn finish(&self, number: usize, outcome: &Outcome) -> World {
        self.with(number, |world, process| {
            if !matches!(outcome, Outcome::Task(_)) {
                process.leaves();
            }
            if let Outcome::Unknown { candidates } = outcome {
                for candidate in candidates {
                    world.tasks[task_of(*candidate)]
                        .disputed_by
                        .push(process.client);
                }
            }
            process.place = match outcome {
                Outcome::NotStarted => Place::Over(End::NotStarted),
                Outcome::Unknown { .. } => Place::Over(End::Unknown),
                Outcome::Task(Found {
                    provenance: Provenance::Recorded,
                    ..
                }) => {
                    process.leaves();
                    Place::Claims
                }
                Outcome::Task(found) => Place::HasFound {
                    id: task_of(found.id),
                    twins: found.twins.clone(),
                    is_open: found.is_open,
                },
            };
        })
        .released(number)
    }

    /// Settles the key of a run that has ended without a task.
    fn released(mut self, number: usize) -> World {
        let process = self.processes[number].clone();
        let Some(key) = process.key else { return self };
        let lease = Self::lease(&process);
        let row = self.rows.get(key);
        let step = match process.place {
            Place::Over(End::NotStarted) if process.is_trusted => state::withdraw(row, &lease),
            Place::Over(_) => state::abandon(row, &lease, self.now()),
            _ => return self,
        };
        match step {
            Ok(step) => self.apply(step),
            // The ledger knows what became of the key.
            Err(_) => self.processes[number].place = Place::Claims,
        }
        self
    }

    fn settle(&self, number: usize, id: usize, twins: &[FoundTwin], is_open: bool) -> World {
        self.with(number, |world, process| {
            let is_held = process.key.is_none_or(|key| {
                let lease = Self::lease(process);
                match state::renew(world.rows.get(key), &lease, LEASE, world.now()) {
                    Ok(step) => {
                        world.apply(step);
                        true
                    }
                    Err(_) => false,
                }
            });
            let mut named = Vec::new();
            for twin in twins {
                let task = task_of(twin.id);
                if !twin.is_certain {
                    world.tasks[task].disputed_by.push(process.client);
                }
                if twin.is_certain && is_held {
                    world.tasks[task].is_cancelled = true;
                } else if !twin.is_certain && world.has(Defect::UncertainTwinsAreDropped) {
                    continue;
                }
                named.push(task);
            }
            process.place = match process.key {
                Some(_) => Place::Records {
                    id,
                    twins: named,
                    is_open,
                },
                None => {
                    process.leaves();
                    Place::Waits {
                        id,
                        twins: named,
                        is_open,
                    }
                }
            };
        })
    }

    fn record(&self, number: usize, id: usize, twins: &[usize], is_open: bool) -> World {
        let process = &self.processes[number];
        let key = process.key.expect("only keys are recorded");
        let lease = Self::lease(process);
        let doubts = Doubts {
            is_open,
            twins: twins.iter().map(|twin| id_of(*twin).into()).collect(),
        };
        let doubts = if self.has(Defect::RecordedBeforeSettled) {
            Doubts::default()
        } else {
            doubts
        };
        let task = TaskRef::new(id_of(id)).with_agent(agent());
        let row = self.rows.get(key);
        let step = state::record_task(row, self.key_of(id), &lease, &task, &doubts, self.now());
        match step {
            Ok(step) => self.with(number, |world, process| {
                world.apply(step);
                let twins = twins.to_vec();
                process.leaves();
                process.place = Place::Waits { id, twins, is_open };
            }),
            Err(_) => self.lost(number, Some(id)),
        }
    }

    /// Has a process ask the ledger what became of its key.
    fn lost(&self, number: usize, own: Option<usize>) -> World {
        self.with(number, |world, process| {
            let row = process.key.and_then(|key| world.rows.get(key));
            if let Ok(step) = state::abandon(row, &Self::lease(process), world.now()) {
                world.apply(step);
            }
            process.own = own.or(process.own);
            process.holds = false;
            process.leaves();
            process.place = Place::Claims;
        })
    }

    /// Ends the wait for a task. What is carried out late was carried out before.
    fn end(&self, number: usize, id: usize, twins: &[usize], is_open: bool) -> Vec<World> {
        let run = self.processes[number].run;
        let is_settled = !self.late.contains(&run) && self.tasks.iter().all(|task| task.is_listed);
        if is_open && !is_settled {
            return Vec::new();
        }
        vec![self.with(number, |world, process| {
            let mut twins = twins.to_vec();
            if is_open && !world.has(Defect::NoLastLook) {
                let tasks = 0..world.tasks.len();
                let hides = world.has(Defect::WindowIsTooLate) && !process.is_trusted;
                let is_free = |task: &usize| {
                    *task != id
                        && !(hides && world.tasks[*task].is_early)
                        && world.key_of(*task).is_none()
                        && !world.is_owned(number, *task)
                        && !twins.contains(task)
                };
                let free: Vec<usize> = tasks.filter(is_free).collect();
                let view = world.view(number, &free, None);
                let is_exact = process.mark == Mark::Marker;
                let drops = world.has(Defect::UncertainTwinsAreDropped);
                let found = twins_in(&view, id_of(id), is_exact, process.sole_writer);
                for twin in found.into_iter().filter(|twin| twin.is_certain || !drops) {
                    let task = &mut world.tasks[task_of(twin.id)];
                    task.is_cancelled |= twin.is_certain;
                    if !twin.is_certain {
                        task.disputed_by.push(process.client);
                    }
                    twins.push(task_of(twin.id));
                }
            }
            process.place = Place::Over(End::Started { id, twins });
        })]
    }
}

impl Process {
    /// Enters the doubt: the run gives its shared lock away, to get the exclusive one later.
    fn doubts(&mut self) {
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
    fn may_have_a_task(&self) -> bool {
        let is_open = matches!(
            self.place,
            Place::Waits { is_open: true, .. } | Place::Over(End::Unknown)
        );
        self.is_doubtful || is_open
    }

    /// Whether it was sent, and a task may be its that it doesn't know.
    fn is_other(&self) -> bool {
        self.may_have_a_task() || self.lock != Lock::None
    }

    /// Whether a task belongs to it: its own, and the twins that it has cancelled.
    fn owns(&self, task: usize, is_cancelled: bool) -> bool {
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

fn agent() -> AgentId {
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
