//! The steps that the planner asks for, and what it is told in return: plain data.

use std::collections::HashSet;

use crate::{
    api::types::{TaskListItem, TaskStatus},
    ids::{AgentId, TaskId},
};
use chrono::{DateTime, Utc};

/// One step of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SweepStep {
    /// Poll each of these tasks.
    Poll(Vec<TaskId>),
    /// Sweep a list.
    Sweep(ListQuery),
}

/// A step that was carried out. Its sightings are told separately, as they are made.
#[derive(Clone, Debug)]
pub(super) enum StepDone {
    Polled,
    Swept(ListPurpose, ListSweep),
}

/// The part of the list of tasks that a sweep goes through, and what it looks for there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ListQuery {
    pub(super) purpose: ListPurpose,
    pub(super) window: Window,
    pub(super) wanted: HashSet<TaskId>,
}

/// The purpose of sweeping a list, which decides on the statuses that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListPurpose {
    /// To see which tasks are still at work.
    FindLive,
    /// To see which tasks have ended or wait for input.
    FindEnded,
    /// To see the terminal statuses of tasks that weren't found at work any more.
    ConfirmEnds,
}

impl ListPurpose {
    /// Returns the name by which events tell of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FindLive => "live",
            Self::FindEnded | Self::ConfirmEnds => "ended",
        }
    }

    /// Returns the statuses to list. The spec says which statuses there are.
    pub(super) fn statuses(self) -> Vec<TaskStatus> {
        let is_wanted = |status: &&TaskStatus| match self {
            Self::FindLive => !status.is_terminal(),
            Self::FindEnded | Self::ConfirmEnds => {
                status.is_terminal() || **status == TaskStatus::WaitingForInput
            }
        };
        let known = TaskStatus::KNOWN.iter();
        known.filter(is_wanted).cloned().collect()
    }
}

/// Bounds of a list, within which all tasks of the wait are. Both times are inclusive.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Window {
    pub(super) agent_id: Option<AgentId>,
    pub(super) created_after: Option<DateTime<Utc>>,
    pub(super) created_before: Option<DateTime<Utc>>,
}

/// The result of sweeping a list, apart from the sightings.
#[derive(Clone, Debug, Default)]
pub(super) struct ListSweep {
    /// How many of the wanted tasks were found.
    pub(super) found: usize,
    /// How many other tasks were listed.
    pub(super) others: usize,
    /// The wanted tasks that weren't found.
    pub(super) missing: HashSet<TaskId>,
    /// Whether the sweep got far enough for `missing` to mean that they aren't listed.
    pub(super) is_whole: bool,
}

/// A task as the server showed it, in a list or by itself.
#[derive(Clone, Debug)]
pub(super) struct Sighting {
    pub(super) task_id: TaskId,
    pub(super) agent_id: AgentId,
    pub(super) status: TaskStatus,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

impl From<TaskListItem> for Sighting {
    fn from(item: TaskListItem) -> Self {
        Self {
            task_id: item.task_id.into(),
            agent_id: item.agent_id.into(),
            status: item.status,
            created_at: item.created_at,
            updated_at: item.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_spec_is_in_one_of_the_lists() {
        let statuses = |purpose: ListPurpose| {
            let statuses = purpose.statuses();
            let names: Vec<&str> = statuses.iter().map(TaskStatus::as_str).collect();
            names.join(",")
        };
        assert_eq!(
            statuses(ListPurpose::FindLive),
            "pending,queued,running,waiting_for_input,awaiting_review"
        );
        for purpose in [ListPurpose::FindEnded, ListPurpose::ConfirmEnds] {
            assert_eq!(
                statuses(purpose),
                "waiting_for_input,completed,failed,stopped"
            );
        }
    }
}
