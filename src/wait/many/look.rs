//! Looking at many tasks: which list to walk through, what its absences mean, when to look again.

use std::{collections::HashSet, time::Duration};

use chrono::TimeDelta;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    plan::{Outlook, Plan},
    scheduler::Scheduler,
    sweep::{Walk, Window, ask, walk},
};
use crate::api::types::TaskStatus;

/// Which tasks a list is asked for; the spec says which statuses there are.
#[derive(Clone, Copy)]
enum Part {
    /// Those that haven't ended.
    Live,
    /// Those that have ended or ask something.
    Ended,
}

impl Part {
    fn statuses(self) -> Vec<TaskStatus> {
        let is_wanted = |it: &&TaskStatus| match self {
            Self::Live => !it.is_terminal(),
            Self::Ended => it.is_terminal() || **it == TaskStatus::WaitingForInput,
        };
        TaskStatus::KNOWN
            .iter()
            .filter(is_wanted)
            .cloned()
            .collect()
    }
}

/// So many walks through the list of the ended, and after them so many tasks are asked for that
/// were in none.
const ENDED_WALKS: u32 = 5;

/// What a look came to.
pub(super) enum Look {
    Live(Walk),
    Ended(Walk),
    /// A walk to confirm ends.
    Confirmed(Walk),
    Asked,
}

impl Scheduler {
    pub(super) fn look(&mut self) -> BoxFuture<'static, Look> {
        let live: Vec<Uuid> = self.tasks.keys().copied().collect();
        match self.outlook().plan() {
            Plan::Singles => self.ask(live),
            Plan::ListLive => self.walk(Part::Live, live).map(Look::Live).boxed(),
            Plan::ListEnded => self.walk(Part::Ended, live).map(Look::Ended).boxed(),
        }
    }

    fn walk(&self, part: Part, wanted: Vec<Uuid>) -> BoxFuture<'static, Walk> {
        let (client, pace, tell) = (self.client.clone(), self.pace.clone(), self.found.0.clone());
        let wanted = wanted.into_iter().collect();
        walk(client, pace, self.window(), part.statuses(), wanted, tell).boxed()
    }

    /// Asks for as many of these tasks as there is time for before the next look, those first that
    /// were looked at longest ago.
    fn ask(&self, mut tasks: Vec<Uuid>) -> BoxFuture<'static, Look> {
        let room = self.options.requests_per_second * self.options.interval.as_secs_f64();
        let room = (room as usize).max(1);
        if tasks.len() > room {
            tasks.sort_by_cached_key(|it| self.tasks.get(it).map(|it| it.looked_at));
            tasks.truncate(room);
        }
        let (client, pace, tell) = (self.client.clone(), self.pace.clone(), self.found.0.clone());
        ask(client, pace, tasks, tell).map(|()| Look::Asked).boxed()
    }

    /// The part of the list in which all tasks are.
    fn window(&self) -> Window {
        let mut agents: HashSet<Option<Uuid>> = HashSet::new();
        let mut window = Window::default();
        let mut all_dated = true;
        for task in self.tasks.values() {
            agents.insert(task.agent_id);
            match task.created_at {
                None => all_dated = false,
                Some(time) => {
                    let after = window.created_after.get_or_insert(time);
                    *after = (*after).min(time);
                    let before = window.created_before.get_or_insert(time);
                    *before = (*before).max(time);
                }
            }
        }
        if !all_dated {
            (window.created_after, window.created_before) = (None, None);
        }
        // Both bounds are inclusive; what is cut off from the times must not cut off tasks.
        window.created_before = window
            .created_before
            .and_then(|it| it.checked_add_signed(TimeDelta::seconds(1)));
        if agents.len() == 1 {
            window.agent_id = agents.into_iter().next().flatten();
        }
        window
    }

    fn outlook(&self) -> Outlook {
        Outlook {
            live: self.tasks.len(),
            ended: self.ended,
            foreign_live: self.foreign_live,
            foreign_ended: self.foreign_ended,
            ended_lately: self.ended_lately,
            wants_updates: self.options.wants_updates,
            has_news: self.tasks.values().any(|it| it.status.is_none()),
        }
    }

    pub(super) fn looked(&mut self, look: Look) {
        match look {
            Look::Live(walk) => {
                self.foreign_live = walk.foreign;
                // Absence is a hint: they may have ended, or be too new for the list.
                let missing = self.still_there(walk.unseen);
                if walk.is_whole && self.outlook().lists_to_confirm(missing.len()) {
                    let walking = self.walk(Part::Ended, missing);
                    self.looking = Some(walking.map(Look::Confirmed).boxed());
                } else {
                    self.ask_for_missing(missing)
                }
            }
            Look::Ended(walk) => {
                self.learn(&walk);
                self.ended_walks += 1;
                // What isn't in this list may be gone altogether; now and then, some are asked for.
                let is_time = self.ended_walks.is_multiple_of(ENDED_WALKS);
                let missing = self.still_there(walk.unseen);
                match walk.is_whole {
                    false => self.ask_for_missing(missing),
                    true if is_time => {
                        let mut oldest = missing;
                        oldest.sort_by_cached_key(|it| self.tasks.get(it).map(|it| it.looked_at));
                        oldest.truncate(ENDED_WALKS as usize);
                        self.ask_for_missing(oldest);
                    }
                    true => (),
                }
            }
            Look::Confirmed(walk) => {
                self.learn(&walk);
                let missing = self.still_there(walk.unseen);
                self.ask_for_missing(missing);
            }
            Look::Asked => (),
        }
        if self.looking.is_none() {
            self.ended_lately = self.ended_now;
            self.ended_now = 0;
            self.next_look = Instant::now() + self.interval();
        }
    }

    /// How long the list of the ended is.
    fn learn(&mut self, walk: &Walk) {
        if walk.is_whole {
            self.foreign_ended = walk.foreign + walk.seen;
            self.ended = 0;
        } else {
            self.foreign_ended = self.foreign_ended.max(walk.foreign + walk.seen);
        }
    }

    fn still_there(&self, tasks: HashSet<Uuid>) -> Vec<Uuid> {
        let tasks = tasks.into_iter();
        tasks.filter(|it| self.tasks.contains_key(it)).collect()
    }

    fn ask_for_missing(&mut self, missing: Vec<Uuid>) {
        if !missing.is_empty() {
            self.looking = Some(self.ask(missing));
        }
    }

    /// How long until the next look: longer where hardly anything is about to end.
    fn interval(&self) -> Duration {
        /// How many tasks are asked how likely their end is.
        const SAMPLE: usize = 64;
        let interval = self.options.interval;
        let now = self.client.transport().clock().at(Instant::now());
        let chances: Option<Vec<f64>> =
            self.durations.as_ref().zip(now).and_then(|(known, now)| {
                let tasks = self.tasks.values().take(SAMPLE);
                tasks
                    .map(|it| {
                        let age = (now - it.created_at?).to_std().ok()?;
                        known.chance(it.agent_id?, age, interval)
                    })
                    .collect()
            });
        let factor = match chances {
            Some(chances) if !chances.is_empty() => {
                let mean = chances.iter().sum::<f64>() / chances.len() as f64;
                let expected = mean * self.tasks.len() as f64;
                (1.0 / expected.max(f64::MIN_POSITIVE)).clamp(1.0, 2.0)
            }
            _ => 1.0,
        };
        interval.mul_f64(factor * (0.95 + 0.1 * self.client.transport().random()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_spec_is_in_one_of_the_lists() {
        let statuses = |part: Part| {
            let statuses = part.statuses();
            statuses
                .iter()
                .map(TaskStatus::as_str)
                .collect::<Vec<_>>()
                .join(",")
        };
        assert_eq!(
            statuses(Part::Live),
            "pending,queued,running,waiting_for_input,awaiting_review"
        );
        assert_eq!(
            statuses(Part::Ended),
            "waiting_for_input,completed,failed,stopped"
        );
    }
}
