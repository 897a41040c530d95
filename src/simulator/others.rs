//! What other programs and persons do at the same time as a request.

use uuid::Uuid;

use super::{
    faults::kind::OthersFault,
    received::Received,
    state::{ServerState, ids::Workspace},
    wire::run::ReceivedRun,
    world::World,
};

/// The others who act at the same time as a request, and what they need to know of it.
pub(super) struct Others {
    faults: Vec<OthersFault>,
    workspace: Workspace,
    /// The agent or the task that the request names.
    id: Uuid,
    /// What another program runs where the request is a run.
    run: Option<ReceivedRun>,
}

impl Others {
    /// Returns `None` where there are no others.
    pub(super) fn of(received: &Received, faults: &[OthersFault]) -> Option<Self> {
        if faults.is_empty() {
            return None;
        }
        Some(Self {
            faults: faults.to_vec(),
            workspace: received.workspace,
            id: received.id()?,
            run: received.run().and_then(lookalike),
        })
    }

    /// Acts when the request has arrived.
    pub(super) fn act_before(&self, world: &World) {
        for fault in &self.faults {
            match fault {
                OthersFault::Lookalike => self.start_lookalike(world),
                OthersFault::LookalikeAfter => (),
                OthersFault::Answer(text) => self.answer(world, text),
                OthersFault::Cancel => self.cancel(world),
            }
        }
    }

    /// Acts when the request was carried out, or won't be.
    pub(super) fn act_after(&self, world: &World) {
        for fault in &self.faults {
            match fault {
                OthersFault::LookalikeAfter => self.start_lookalike(world),
                OthersFault::Lookalike | OthersFault::Answer(_) | OthersFault::Cancel => (),
            }
        }
    }

    fn start_lookalike(&self, world: &World) {
        let Some(run) = self.run.clone() else {
            return;
        };
        let (mut state, now) = world.now();
        let ServerState {
            ids, agents, tasks, ..
        } = &mut *state;
        if let Ok(agent) = agents.find(self.workspace, self.id)
            && agent.is_active
        {
            tasks.create(ids, agent, run, now).is_foreign = true;
        }
    }

    fn answer(&self, world: &World, text: &str) {
        let (mut state, now) = world.now();
        let ServerState { ids, tasks, .. } = &mut *state;
        let waits = tasks
            .find(self.workspace, self.id)
            .is_ok_and(|task| task.is_waiting_for_answer());
        if waits {
            // It can't be refused: a task that waits hasn't ended.
            let _ = tasks.send_message(ids, self.workspace, self.id, text.to_owned(), now);
        }
    }

    fn cancel(&self, world: &World) {
        let (mut state, now) = world.now();
        let ServerState { ids, tasks, .. } = &mut *state;
        // It is refused where there is no such task.
        let _ = tasks.cancel(ids, self.workspace, self.id, now);
    }
}

/// Returns the run of another program that wants the same. A marker is its program's own: the other
/// program's query has none. `None` where nothing is left to run.
fn lookalike(run: &ReceivedRun) -> Option<ReceivedRun> {
    let query = run.text();
    if query.is_none() && run.files.is_empty() {
        return None;
    }
    Some(ReceivedRun {
        query,
        ..run.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_alone_leaves_nothing_to_run() {
        let marker_alone = ReceivedRun {
            query: Some("[run 2102736286db7e34aef8d52d9de22c11]".to_owned()),
            ..ReceivedRun::default()
        };
        assert_eq!(lookalike(&marker_alone), None);
    }
}
