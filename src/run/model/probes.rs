//! How the processes probe the list: what of it they take for their own.

use super::{
    processes::agent,
    world::{Defect, Lock, Mark, Place, Process, World, id_of, task_of},
};
use crate::run::reconcile::{Probed, View};

impl World {
    /// Whether a run of unknown outcome may probe: no lookalike of its client is sent, or probes.
    fn may_isolate(&self, number: usize) -> bool {
        self.siblings(number).all(|other| other.lock == Lock::None)
    }

    pub(super) fn list(&self, number: usize) -> Vec<World> {
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
    pub(super) fn ask(&self, number: usize, tasks: &[usize]) -> World {
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

    pub(super) fn probed(&self, number: usize, free: &[usize], recorded: Option<usize>) -> World {
        self.with(number, |world, process| {
            let view = world.view(number, free, recorded);
            process.place = Place::Steps(process.reconciler.probed(Probed::Seen(view)));
        })
    }

    pub(super) fn view(&self, number: usize, free: &[usize], recorded: Option<usize>) -> View {
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
    pub(super) fn is_owned(&self, number: usize, task: usize) -> bool {
        let process = &self.processes[number];
        let mut others = self
            .processes
            .iter()
            .filter(|other| other.client == process.client);
        others.any(|other| other.owns(task, self.tasks[task].is_cancelled))
    }
}
