//! How the processes end: what they record, cancel and tell.

use super::{
    processes::agent,
    world::{Defect, End, LEASE, Mark, Place, World, id_of, task_of},
};
use crate::{
    ids::TaskRef,
    ledger::{Doubts, state},
    run::{
        reconcile::{Found, FoundTwin, Outcome, twins_in},
        started::Provenance,
    },
};

impl World {
    pub(super) fn finish(&self, number: usize, outcome: &Outcome) -> World {
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

    pub(super) fn settle(
        &self,
        number: usize,
        id: usize,
        twins: &[FoundTwin],
        is_open: bool,
    ) -> World {
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

    pub(super) fn record(&self, number: usize, id: usize, twins: &[usize], is_open: bool) -> World {
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
    pub(super) fn lost(&self, number: usize, own: Option<usize>) -> World {
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
    pub(super) fn end(
        &self,
        number: usize,
        id: usize,
        twins: &[usize],
        is_open: bool,
    ) -> Vec<World> {
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
