//! Looking for a run's task among those that the server lists.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use uuid::Uuid;

use super::{RunState, fingerprint::hash_of_text, reconcile::View};
use crate::{
    api::{Client, types::TaskListItem},
    error::{Error, ErrorKind, Phase},
    pages::PageExt,
};

/// What a task is recognised by.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A line in its query that no other run has.
    Marker(String),
    /// Its query, which is all that was sent.
    Text(String),
    /// Its query, which came with files: another writer may have sent the same with others.
    TextWithFiles(String),
    /// There is no text.
    Nothing,
}

/// How a listed task compares with what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Matches,
    Differs,
    Incomparable,
}

/// A search, which remembers what it has compared.
#[derive(Debug)]
pub(super) struct Search<'a> {
    client: &'a Client,
    state: &'a RunState,
    agent_id: Uuid,
    mark: Mark,
    /// The run's own key.
    key: Option<&'a str>,
    verdicts: HashMap<Uuid, Verdict>,
    /// The tasks that may be the run's, as they were listed last.
    listed: HashMap<Uuid, TaskListItem>,
}

/// A list that is longer hasn't been narrowed as it was asked to be.
const MOST_TASKS: usize = 10_000;

impl<'a> Search<'a> {
    pub(super) fn new(
        client: &'a Client,
        state: &'a RunState,
        agent_id: Uuid,
        mark: Mark,
        key: Option<&'a str>,
    ) -> Self {
        Self {
            client,
            state,
            agent_id,
            mark,
            key,
            verdicts: HashMap::new(),
            listed: HashMap::new(),
        }
    }

    /// Looks at all tasks that were created since then.
    pub(super) async fn look(&mut self, since: DateTime<Utc>) -> Result<View, Error> {
        let mut tasks: Vec<TaskListItem> = Vec::new();
        let list = self.client.list_tasks().agent_id(self.agent_id);
        let mut pages = list.created_after(since).pages().prefetch(0);
        while let Some(page) = pages.next().await {
            // A server that ignores the time is not followed into its past.
            let items = page?.items;
            let is_past = items.iter().any(|it| it.created_at < since);
            tasks.extend(items.into_iter().filter(|it| it.created_at >= since));
            if is_past {
                break;
            }
            if tasks.len() > MOST_TASKS {
                let message = format!("more than {MOST_TASKS} tasks were created since {since}");
                return Err(Error::new(ErrorKind::TooLarge, Phase::Answered, message));
            }
        }
        // Oldest first, and each once, should a page have been shown twice.
        tasks.sort_by_key(|it| (it.created_at, it.task_id));
        tasks.dedup_by_key(|it| it.task_id);

        let mut view = View::default();
        let mut failure = None;
        for task in tasks {
            if self.belongs_to_another(task.task_id).await? {
                continue;
            }
            match self.verdict(&task).await {
                Ok(Verdict::Differs) => continue,
                Ok(Verdict::Matches) => view.matches.push(task.task_id),
                Ok(Verdict::Incomparable) => view.incomparable.push(task.task_id),
                // The others are compared all the same, so that the next look has less to do.
                Err(error) => {
                    failure = Some(error);
                    continue;
                }
            }
            self.listed.insert(task.task_id, task);
        }
        if !self.mark.is_exact() && self.has_rivals().await? {
            // One of these tasks may be another process's, which is about to learn of it.
            view.incomparable.append(&mut view.matches);
        }
        let is_decided = self.mark.is_exact() && !view.matches.is_empty();
        match failure {
            Some(error) if !is_decided => Err(error),
            _ => Ok(view),
        }
    }

    /// The listed tasks of these ids.
    pub(super) fn listed(&self, ids: &[Uuid]) -> Vec<TaskListItem> {
        let found = ids.iter().filter_map(|it| self.listed.get(it));
        found.cloned().collect()
    }

    /// Whether other processes are at runs that look alike.
    async fn has_rivals(&self) -> Result<bool, Error> {
        let mark = hash_of_text(self.mark.text().unwrap_or_default());
        let agent_id = self.agent_id.into();
        let rivals = self.state.ledger.lookalikes(agent_id, &mark).await;
        let rivals = rivals.map_err(super::error::of_ledger)?;
        let ours = self.state.keys();
        Ok(rivals
            .iter()
            .any(|it| Some(it.as_str()) != self.key && !ours.contains_key(it)))
    }

    async fn belongs_to_another(&self, task_id: Uuid) -> Result<bool, Error> {
        if self.state.siblings.is_owned(task_id) {
            return Ok(true);
        }
        let key = self.state.ledger.key_of_task(task_id.into()).await;
        Ok(key.map_err(super::error::of_ledger)?.is_some())
    }

    async fn verdict(&mut self, task: &TaskListItem) -> Result<Verdict, Error> {
        if let Some(verdict) = self.verdicts.get(&task.task_id) {
            return Ok(*verdict);
        }
        let messages = self.client.list_task_messages().task_id(task.task_id);
        let messages = match messages.send().await.map_err(Error::from) {
            Ok(messages) => messages.into_inner().data,
            // The messages can't be read, now or later.
            Err(error) if error.failure().is_refusal() => return Ok(Verdict::Incomparable),
            Err(error) => return Err(error),
        };
        let text = messages.iter().find(|it| it.is_from_user());
        let text = text.and_then(|it| it.text());
        let verdict = self.mark.compare(text.as_deref(), task.title.as_deref());
        // What can't be compared now may be so later, when its messages are there.
        if verdict != Verdict::Incomparable {
            self.verdicts.insert(task.task_id, verdict);
        }
        Ok(verdict)
    }
}

impl Mark {
    /// What runs that look alike have in common, if they can be told from others at all.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Marker(text) | Self::Text(text) | Self::TextWithFiles(text) => Some(text),
            Self::Nothing => None,
        }
    }

    pub(super) fn is_exact(&self) -> bool {
        matches!(self, Self::Marker(_))
    }

    /// Compares with a task's first message of the user, else with its title, which is made from
    /// that.
    fn compare(&self, message: Option<&str>, title: Option<&str>) -> Verdict {
        match (self, message) {
            (Self::Nothing, _) => Verdict::Incomparable,
            (Self::Marker(marker), Some(message)) => {
                if message.contains(marker) {
                    Verdict::Matches
                } else {
                    Verdict::Differs
                }
            }
            (Self::Marker(marker), None) => match title {
                Some(title) if title.contains(marker) => Verdict::Matches,
                _ => Verdict::Incomparable,
            },
            (Self::Text(sent) | Self::TextWithFiles(sent), _) => {
                let sent = words(sent);
                let verdict = match (message.map(words), title.map(words)) {
                    (Some(message), _) if message == sent => Verdict::Matches,
                    // The server may have put something around it, or shortened it.
                    (Some(message), _)
                        if message.contains(&sent)
                            || !message.is_empty() && sent.contains(&message) =>
                    {
                        Verdict::Incomparable
                    }
                    (Some(_), _) => Verdict::Differs,
                    (None, Some(title)) if title == sent => Verdict::Matches,
                    // A title may be shortened, or be put in other words.
                    (None, _) => Verdict::Incomparable,
                };
                match self {
                    Self::TextWithFiles(_) if verdict == Verdict::Matches => Verdict::Incomparable,
                    _ => verdict,
                }
            }
        }
    }
}

/// A text without what gets lost on the way.
fn words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compared_with_the_message_and_else_the_title() {
        let mark = Mark::Text("How  many?\n".to_owned());
        for (message, title, expected) in [
            (Some("How many?"), None, Verdict::Matches),
            (Some(" How\nmany? "), Some("Other"), Verdict::Matches),
            (Some("How few?"), Some("How many?"), Verdict::Differs),
            (Some("How"), None, Verdict::Incomparable),
            (Some("Files: a.pdf. How many?"), None, Verdict::Incomparable),
            (None, Some("How many?"), Verdict::Matches),
            (None, Some("How"), Verdict::Incomparable),
            (None, Some("Counting things"), Verdict::Incomparable),
            (None, None, Verdict::Incomparable),
        ] {
            assert_eq!(
                mark.compare(message, title),
                expected,
                "{message:?} {title:?}"
            );
        }
    }

    #[test]
    fn a_text_that_came_with_files_says_no_more_than_what_it_is_not() {
        let mark = Mark::TextWithFiles("How many?".to_owned());
        assert_eq!(mark.compare(Some("How many?"), None), Verdict::Incomparable);
        assert_eq!(mark.compare(Some("How few?"), None), Verdict::Differs);
        let nothing = Mark::Nothing;
        assert_eq!(
            nothing.compare(Some("How few?"), None),
            Verdict::Incomparable
        );
    }

    #[test]
    fn a_marker_decides_wherever_there_is_a_message() {
        let mark = Mark::Marker("run 12ab".to_owned());
        let text = Some("How many?\n\n(run 12ab)");
        assert_eq!(mark.compare(text, None), Verdict::Matches);
        assert_eq!(mark.compare(Some("How many?"), None), Verdict::Differs);
        assert_eq!(mark.compare(None, Some("How many?")), Verdict::Incomparable);
    }
}
