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
    let query = run.query.as_deref().map(without_markers);
    let query = query.filter(|query| !query.is_empty());
    if query.is_none() && run.files.is_empty() {
        return None;
    }
    Some(ReceivedRun {
        query,
        ..run.clone()
    })
}

/// Drops the lines that are markers, each with the empty line that sets it apart.
fn without_markers(query: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in query.split('\n') {
        if !is_marker(line) {
            kept.push(line);
        } else if kept.last().is_some_and(|line| line.trim().is_empty()) {
            kept.pop();
        }
    }
    kept.join("\n")
}

/// Whether a line reads `[run …]`, with 32 hexadecimal digits.
fn is_marker(line: &str) -> bool {
    let name = line.trim().strip_prefix("[run ");
    name.and_then(|name| name.strip_suffix(']'))
        .is_some_and(|name| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookalike_has_the_text_without_its_marker() {
        const MARKER: &str = "[run 2102736286db7e34aef8d52d9de22c11]";
        for (query, expected) in [
            ("How many?\n".to_owned(), "How many?\n"),
            (format!("How many?\n\n{MARKER}"), "How many?"),
            (format!("How many?\n{MARKER}\nTell."), "How many?\nTell."),
            (MARKER.to_owned(), ""),
            ("[run 21]".to_owned(), "[run 21]"),
            (format!("See {MARKER}"), &format!("See {MARKER}")),
        ] {
            assert_eq!(without_markers(&query), expected, "{query:?}");
        }
        let marker_alone = ReceivedRun {
            query: Some(MARKER.to_owned()),
            ..ReceivedRun::default()
        };
        assert_eq!(lookalike(&marker_alone), None);
    }
}
