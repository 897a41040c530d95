//! What tasks of other programs show, kept for the next run in doubt.
//!
//! Runs that are in doubt at the same time look at the same tasks. What one run has read of a task
//! that isn't its own tells the others that it isn't theirs either, without another request:
//! another run's marker, or another text. It never tells that a task is a run's.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::identity::{Comparison, Identity, Shown};
use crate::{api::types::TaskListItem, newest::Newest};

/// What was shown of the tasks that were read last.
#[derive(Debug)]
pub(super) struct ForeignMessages(Mutex<Newest<Uuid, Shown>>);

/// How many tasks are kept, and how long the texts of each may be: 2 MiB at most.
const MOST_TASKS: usize = 1_000;
const LONGEST_TEXT: usize = 2_048;

impl ForeignMessages {
    /// Keeps what was shown of a task that isn't the run's that has read it.
    pub(super) fn keep(&self, task_id: Uuid, shown: &Shown) {
        if shown.len() > LONGEST_TEXT {
            return;
        }
        self.lock().insert(task_id, shown.clone());
    }

    /// Whether a listed task is known to be another run's than this one.
    pub(super) fn tell_apart(&self, task: &TaskListItem, identity: &Identity) -> bool {
        let kept = self.lock();
        let Some(shown) = kept.get(&task.task_id) else {
            return false;
        };
        let title = task.title.clone();
        let shown = Shown {
            title,
            ..shown.clone()
        };
        identity.compare(&shown) == Comparison::Differs
    }

    fn lock(&self) -> MutexGuard<'_, Newest<Uuid, Shown>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ForeignMessages {
    fn default() -> Self {
        Self(Mutex::new(Newest::new(MOST_TASKS)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::run::identity::Marker;

    fn marked(query: &str) -> Identity {
        Identity::new(
            Some(query),
            Vec::new(),
            String::new(),
            Some(Marker::random()),
        )
    }

    fn task(id: u128, title: &str) -> TaskListItem {
        serde_json::from_value(json!({
            "task_id": Uuid::from_u128(id),
            "agent_id": Uuid::nil(),
            "status": "running",
            "title": title,
            "created_at": "2026-01-01T12:00:00Z",
            "updated_at": "2026-01-01T12:00:00Z",
        }))
        .expect("a task")
    }

    fn shown(text: String) -> Shown {
        Shown {
            first_message: Some(text.clone()),
            messages: vec![text],
            title: None,
        }
    }

    #[test]
    fn what_one_run_has_read_tells_the_others_only_what_is_not_theirs() {
        let messages = ForeignMessages::default();
        let [own, other] = ["How many?", "How many?"].map(marked);
        let task = task(1, "How many?");
        assert!(!messages.tell_apart(&task, &own), "nothing was read");
        messages.keep(task.task_id, &shown(own.embed().expect("a query")));
        assert!(messages.tell_apart(&task, &other));
        assert!(!messages.tell_apart(&task, &own));
        messages.keep(task.task_id, &shown("How".to_owned()));
        assert!(!messages.tell_apart(&task, &other), "it may be shortened");
    }

    /// A title may be all that tells what a run has sent, and may have been made since.
    #[test]
    fn the_title_counts_as_it_is_listed_now() {
        let messages = ForeignMessages::default();
        messages.keep(Uuid::from_u128(1), &shown("Counting".to_owned()));
        let own = marked("How many?");
        assert!(messages.tell_apart(&task(1, "Counting"), &own));
        assert!(!messages.tell_apart(&task(1, "How many?"), &own));
    }

    #[test]
    fn the_oldest_and_the_longest_are_not_kept() {
        let messages = ForeignMessages::default();
        let own = marked("How many?");
        messages.keep(Uuid::from_u128(0), &shown("long".repeat(LONGEST_TEXT)));
        assert!(!messages.tell_apart(&task(0, "Other"), &own));
        for id in 1..=MOST_TASKS as u128 + 1 {
            messages.keep(Uuid::from_u128(id), &shown("Counting".to_owned()));
        }
        assert!(!messages.tell_apart(&task(1, "Counting"), &own));
        assert!(messages.tell_apart(&task(2, "Counting"), &own));
    }
}
