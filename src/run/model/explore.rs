//! The exploration of the model: every state that can be reached, once.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

use super::world::{End, LEASE, Mark, Place, World};
use crate::ledger::state::State;

/// What an exploration has seen.
#[derive(Debug, Default)]
pub(super) struct Explored {
    pub(super) states: usize,
    /// The states at the end, in which no step is left.
    pub(super) ends: usize,
    /// How many runs ended with an unknown outcome, over all ends.
    pub(super) unknown: usize,
    /// How many twins were named, over all ends.
    pub(super) twins: usize,
    /// The first end that breaks the promise, and how.
    pub(super) breach: Option<String>,
}

/// The most states of an exploration. More of them mean that something goes on for ever.
const MOST_STATES: usize = 2_000_000;

/// Follows every interleaving from a state on, and stops at the first breach.
pub(super) fn explore(world: World) -> Explored {
    let mut explored = Explored::default();
    // Two hashes of 64 bits: that two of some millions of states have both in common is as good as
    // impossible.
    let hashers = [RandomState::new(), RandomState::new()];
    let hash_of = |world: &World| hashers.each_ref().map(|hasher| hasher.hash_one(world));
    let mut seen = HashSet::from([hash_of(&world)]);
    let mut open = vec![world];
    while let Some(world) = open.pop() {
        explored.states += 1;
        assert!(
            explored.states < MOST_STATES,
            "the model has no bounds: {world:#?}"
        );
        if let Some(broken) = world.broken {
            explored.breach = Some(format!("{broken}: {world:#?}"));
            break;
        }
        let next = world.next();
        if next.is_empty() {
            explored.ends += 1;
            explored.count(&world);
            explored.breach = world.breach();
            if explored.breach.is_some() {
                break;
            }
        }
        open.extend(next.into_iter().filter(|world| seen.insert(hash_of(world))));
    }
    explored
}

impl Explored {
    fn count(&mut self, world: &World) {
        for process in &world.processes {
            match &process.place {
                Place::Over(End::Unknown) => self.unknown += 1,
                Place::Over(End::Started { twins, .. }) => self.twins += twins.len(),
                _ => (),
            }
        }
    }
}

impl World {
    /// Returns every state that one step leads to: of a process, of the server, or of fate.
    fn next(&self) -> Vec<World> {
        let mut next = Vec::new();
        for number in 0..self.processes.len() {
            next.extend(self.steps(number));
        }
        for place in 0..self.late.len() {
            let mut world = self.clone();
            let run = world.late.remove(place);
            world.commit(Some(run));
            next.push(world);
        }
        for task in self
            .tasks
            .iter()
            .enumerate()
            .filter(|(_, task)| !task.is_listed)
        {
            let mut world = self.clone();
            world.tasks[task.0].is_listed = true;
            next.push(world);
        }
        next.extend(self.fates());
        next
    }

    fn fates(&self) -> Vec<World> {
        let mut fates = Vec::new();
        if self.chances.strangers > 0 {
            let mut world = self.clone();
            world.chances.strangers -= 1;
            world.commit(None);
            fates.push(world);
        }
        if self.chances.kills > 0 {
            let is_alive =
                |place: &Place| !matches!(place, Place::Over(_) | Place::Dead | Place::Claims);
            for number in 0..self.processes.len() {
                if is_alive(&self.processes[number].place) {
                    let mut world = self.clone();
                    world.chances.kills -= 1;
                    let process = &mut world.processes[number];
                    process.place = Place::Dead;
                    process.leaves();
                    fates.push(world);
                }
            }
        }
        let has_died = self
            .processes
            .iter()
            .any(|process| process.place == Place::Dead);
        let is_held = self.rows.values().any(|row| match row.state {
            State::Claimed { held_until, .. } => held_until > self.now(),
            _ => false,
        });
        if is_held && (has_died || self.chances.freezes > 0) {
            let mut world = self.clone();
            if !has_died {
                world.chances.freezes -= 1;
            }
            world.seconds += LEASE.as_secs() as i64;
            fates.push(world);
        }
        fates
    }

    /// Returns how an end breaks the promise, where it does.
    fn breach(&self) -> Option<String> {
        let runs: HashSet<usize> = self.processes.iter().map(|process| process.run).collect();
        runs.into_iter().find_map(|run| {
            let breach = self.breach_of(run)?;
            Some(format!("run {run}: {breach}: {self:#?}"))
        })
    }

    fn breach_of(&self, run: usize) -> Option<&'static str> {
        let mut known = Vec::new();
        let mut own = Vec::new();
        let (mut is_told, mut is_refused, mut has_died) = (false, false, false);
        for process in self.processes.iter().filter(|process| process.run == run) {
            match &process.place {
                Place::Over(End::Started { id, twins }) => {
                    known.push(*id);
                    known.extend(twins);
                    own.push((*id, process.key));
                }
                Place::Over(End::NotStarted) => is_refused = true,
                Place::Over(End::Unknown) => is_told = true,
                // Its caller has died with it.
                Place::Dead if process.key.is_none() => is_told = true,
                Place::Dead => has_died = true,
                other => panic!("{other:?} is no end: {self:#?}"),
            }
        }
        own.sort_unstable();
        own.dedup();
        let belongs = |task: usize| self.tasks[task].run == Some(run);
        if own.iter().any(|(task, _)| !belongs(*task)) {
            return Some("it has another's task");
        }
        let is_shared = |(task, key): &(usize, Option<&str>)| {
            let others = self.processes.iter().filter(|other| other.run == run);
            let holders = others.filter(
                |other| matches!(&other.place, Place::Over(End::Started { id, .. }) if id == task),
            );
            key.is_none() && holders.count() > 1
                || own.iter().any(|other| other.0 == *task && other.1 != *key)
        };
        if own.iter().any(is_shared) {
            return Some("two runs have one task");
        }
        let mut tasks = (0..self.tasks.len()).filter(|task| belongs(*task));
        let is_untold = |task: &usize| !known.contains(task) && !self.tasks[*task].is_cancelled;
        if is_told {
            None
        } else if tasks.clone().any(|task| is_untold(&task)) && !known.is_empty() {
            Some("it is doubled in silence")
        } else if is_refused && !has_died && known.is_empty() && tasks.next().is_some() {
            Some("it was started and is told not to be")
        } else {
            None
        }
    }

    /// Whether every process has a marker.
    #[cfg(test)]
    pub(super) fn is_marked(&self) -> bool {
        self.processes
            .iter()
            .all(|process| process.mark == Mark::Marker)
    }
}
