//! One look at many tasks: a walk through a list, or single requests.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use tokio::{
    sync::{Mutex, mpsc},
    time::{Instant, sleep_until},
};
use uuid::Uuid;

use crate::{
    api::{
        Client,
        types::{TaskListItem, TaskStatus},
    },
    error::Error,
    pages::PageExt,
};

/// Lets requests go one after the other, evenly.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    pub(super) fn new(requests_per_second: f64) -> Self {
        Self {
            interval: Duration::from_secs_f64(1.0 / requests_per_second),
            next: Mutex::new(Instant::now()),
        }
    }

    pub(super) async fn turn(&self) {
        let at = {
            let mut next = self.next.lock().await;
            let at = (*next).max(Instant::now());
            *next = at + self.interval;
            at
        };
        sleep_until(at).await;
    }
}

/// Which part of the tasks a list is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    pub(super) agent_id: Option<Uuid>,
    pub(super) created_after: Option<DateTime<Utc>>,
    pub(super) created_before: Option<DateTime<Utc>>,
}

/// What a task was seen to be.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) task_id: Uuid,
    pub(super) agent_id: Uuid,
    pub(super) status: TaskStatus,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

impl From<TaskListItem> for Seen {
    fn from(item: TaskListItem) -> Self {
        Self {
            task_id: item.task_id,
            agent_id: item.agent_id,
            status: item.status,
            created_at: item.created_at,
            updated_at: item.updated_at,
        }
    }
}

/// Something that was found, told as soon as it is.
#[derive(Debug)]
pub(super) enum Found {
    Seen(Seen),
    Failed(Uuid, Error),
}

pub(super) type Tell = mpsc::UnboundedSender<Found>;

/// What came of a walk through a list, apart from what was found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// How many tasks were found.
    pub(super) seen: usize,
    /// How many of the listed tasks weren't looked for.
    pub(super) foreign: usize,
    /// Those that were looked for and not found.
    pub(super) unseen: HashSet<Uuid>,
    /// Whether what wasn't found isn't listed: the walk got to the end.
    pub(super) is_whole: bool,
}

/// Walks through a list until all tasks that are looked for were seen, or to its end. It gives up
/// where a page fails, and where it would be cheaper to ask for the rest one by one.
pub(super) async fn walk(
    client: Client,
    pace: Arc<Pace>,
    window: Window,
    statuses: Vec<TaskStatus>,
    wanted: HashSet<Uuid>,
    tell: Tell,
) -> Walk {
    let mut list = client.list_tasks().status(statuses);
    if let Some(agent_id) = window.agent_id {
        list = list.agent_id(agent_id);
    }
    if let Some(time) = window.created_after {
        list = list.created_after(time);
    }
    if let Some(time) = window.created_before {
        list = list.created_before(time);
    }
    // What is asked for ahead would be outside of the pace.
    let mut pages = list.pages().prefetch(0);
    let mut walk = Walk {
        unseen: wanted,
        ..Walk::default()
    };
    let mut asked = 0;
    loop {
        if walk.unseen.is_empty() {
            walk.is_whole = true;
            return walk;
        }
        if asked > walk.unseen.len() {
            return walk;
        }
        pace.turn().await;
        asked += 1;
        match pages.next().await {
            Some(Ok(page)) => {
                for item in page.items {
                    if walk.unseen.remove(&item.task_id) {
                        walk.seen += 1;
                        // Nobody listens where the wait was given up.
                        let _ = tell.send(Found::Seen(item.into()));
                    } else {
                        walk.foreign += 1
                    }
                }
            }
            // Asking for each of the rest tells what the matter is.
            Some(Err(_)) => return walk,
            None => {
                walk.is_whole = true;
                return walk;
            }
        }
    }
}

/// Asks for each of these tasks.
pub(super) async fn ask(client: Client, pace: Arc<Pace>, tasks: Vec<Uuid>, tell: Tell) {
    const AT_ONCE: usize = 8;
    let (client, pace, tell) = (&client, &pace, &tell);
    let asking = stream::iter(tasks).map(|task_id| async move {
        pace.turn().await;
        let reply = client.get_task().task_id(task_id).send().await;
        let found = match reply {
            Ok(reply) => {
                let task = reply.into_inner();
                Found::Seen(Seen {
                    task_id,
                    agent_id: task.agent_id,
                    status: task.status,
                    created_at: task.created_at,
                    updated_at: task.updated_at,
                })
            }
            Err(error) => Found::Failed(task_id, error.into()),
        };
        let _ = tell.send(found);
    });
    asking.buffer_unordered(AT_ONCE).collect::<()>().await
}
