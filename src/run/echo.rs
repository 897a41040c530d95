//! Whether the server shows queries, and titles made from them, as the tasks of this client tell.
//!
//! The documentation promises neither. Where a server shows queries whole, a task whose message is
//! the text of a run but has no marker is another program's. It may show those of runs with files
//! in another way than those of runs without, so each kind of run is judged by its own. Where its
//! titles were made from the queries so far, a task with another title is probably another run's.
//! That is no proof: only a last look, which is to be cheap, then does without the task's messages,
//! and the run stays open.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::identity::{Identity, QueryKind, Shown};
use crate::{api::types::TaskListItem, ids::TaskId};

/// What is known of how the server shows queries.
#[derive(Debug, Default)]
pub(super) struct Echo(Mutex<Knowledge>);

#[derive(Debug, Default)]
struct Knowledge {
    /// The newest tasks of this client, and what they were started with.
    samples: VecDeque<(TaskId, Identity)>,
    /// The kinds of runs of which a query was shown whole. One that was shown in another way says
    /// nothing for good: its reply may have been garbled.
    shown_whole: Vec<QueryKind>,
    /// Whether the title of every sample that was listed was made from its query.
    titles_fit: Option<bool>,
}

/// How many samples are kept.
const SAMPLES: usize = 32;

impl Echo {
    /// Remembers a task that the server has named as a run's, to look at when it matters.
    pub(super) fn started(&self, task_id: impl Into<TaskId>, identity: &Identity) {
        let mut knowledge = self.lock();
        knowledge
            .samples
            .push_front((task_id.into(), identity.clone()));
        knowledge.samples.truncate(SAMPLES);
    }

    /// Whether queries of runs like this are known to be shown whole.
    pub(super) fn shows_whole(&self, identity: &Identity) -> bool {
        self.lock().shown_whole.contains(&identity.kind())
    }

    /// Whether titles are known to be made from queries.
    pub(super) fn titles_fit(&self) -> bool {
        self.lock().titles_fit == Some(true)
    }

    /// Returns the newest task of a run like this that has a marker, to look at.
    pub(super) fn sample(&self, identity: &Identity) -> Option<TaskId> {
        let knowledge = self.lock();
        let is_like = |other: &Identity| other.is_exact() && other.kind() == identity.kind();
        let mut samples = knowledge.samples.iter();
        let found = samples.find(|(_, sample)| is_like(sample));
        found.map(|(task_id, _)| *task_id)
    }

    /// Takes in what the server shows of a sample.
    pub(super) fn shown(&self, task_id: TaskId, shown: &Shown) {
        let mut knowledge = self.lock();
        if let Some(identity) = knowledge.of(task_id)
            && identity.is_shown_whole(shown)
        {
            let kind = identity.kind();
            knowledge.shown_whole.push(kind);
        }
    }

    /// Takes in the titles of the samples on a list.
    pub(super) fn listed(&self, tasks: &[TaskListItem]) {
        let mut knowledge = self.lock();
        for task in tasks {
            if let Some(title) = &task.title
                && let Some(identity) = knowledge.of(task.task_id.into())
            {
                let fits = identity.fits_title(title);
                knowledge.titles_fit = Some(fits && knowledge.titles_fit.unwrap_or(true));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Knowledge> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Knowledge {
    fn of(&self, task_id: TaskId) -> Option<&Identity> {
        let mut samples = self.samples.iter();
        samples
            .find(|(sample, _)| *sample == task_id)
            .map(|(_, identity)| identity)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::run::identity::Marker;

    fn marked(query: &str) -> Identity {
        with_files(query, &[])
    }

    fn with_files(query: &str, files: &[&str]) -> Identity {
        let files = files.iter().map(|name| (*name).to_owned()).collect();
        Identity::new(Some(query), files, String::new(), Some(Marker::random()))
    }

    #[test]
    fn a_sample_tells_whether_queries_of_its_kind_are_shown_whole() {
        let shown = |text: &str| Shown {
            first_message: Some(text.to_owned()),
            messages: vec![text.to_owned()],
            title: None,
        };
        let echo = Echo::default();
        let (identity, other) = (marked("How many?"), with_files("How many?", &["a.pdf"]));
        assert_eq!(echo.sample(&identity), None);
        let [first, second] = [1, 2].map(|id| TaskId::from(Uuid::from_u128(id)));
        echo.started(first, &identity);
        echo.started(second, &other);
        assert_eq!(echo.sample(&identity), Some(first));
        assert_eq!(echo.sample(&other), Some(second));

        echo.shown(first, &Shown::default());
        echo.shown(first, &shown("How many?"));
        assert!(
            !echo.shows_whole(&identity),
            "it isn't shown yet, or was garbled"
        );
        echo.shown(first, &shown(&identity.embed().expect("a query")));
        assert!(echo.shows_whole(&identity) && echo.shows_whole(&marked("How few?")));
        assert!(
            !echo.shows_whole(&other),
            "a run with files is another kind"
        );
    }

    #[test]
    fn titles_fit_until_one_does_not() {
        let listed = |id: u128, title: Option<&str>| -> TaskListItem {
            serde_json::from_value(serde_json::json!({
                "task_id": Uuid::from_u128(id),
                "agent_id": Uuid::nil(),
                "status": "running",
                "title": title,
                "created_at": "2026-01-01T12:00:00Z",
                "updated_at": "2026-01-01T12:00:00Z",
            }))
            .expect("a task")
        };
        let echo = Echo::default();
        for id in 0..3 {
            echo.started(Uuid::from_u128(id), &marked("How many items are there?"));
        }
        echo.listed(&[listed(0, None), listed(9, Some("Counting"))]);
        assert!(!echo.titles_fit(), "nothing is known");
        echo.listed(&[listed(0, Some("How many items…"))]);
        assert!(echo.titles_fit());
        echo.listed(&[listed(1, Some("Counting"))]);
        assert!(!echo.titles_fit());
        echo.listed(&[listed(2, Some("How many items are there?"))]);
        assert!(!echo.titles_fit(), "another may not");
    }
}
