//! A part of the range: what is known of it, and how far it is read.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The name of a part for as long as it exists. Its index changes as parts are cut and joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartId(pub(super) u64);

/// A part of the list, which is an interval of time.
#[derive(Debug)]
pub(super) struct ListPart {
    pub(super) id: PartId,
    pub(super) stage: Stage,
    /// How many of its items were read and not yet handed out.
    pub(super) held: usize,
    /// The time of the last item that was read.
    pub(super) reached: Option<DateTime<Utc>>,
    /// How many seconds are between two of its items on average.
    pub(super) spacing: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    /// No page of it was requested.
    Unread,
    /// A page of it can be requested.
    Idle,
    /// A page of it is on its way.
    Asked,
    /// A page of it has failed. The caller must see the failure before the page is requested again.
    Failed,
    /// A page of it has failed while newer parts were still being read. The cause may be long gone
    /// once this part is the first, and the page is requested again before the caller sees a
    /// failure.
    FailedEarly,
    /// Nothing of it is left to be requested.
    Read,
    /// Reading it can't go on, and the parts below are never reached.
    Broken,
}

/// What the plan needs to know of a page that was read for a part.
#[derive(Clone, Debug)]
pub(super) struct PageSummary {
    /// How many items it has, those that don't decode included.
    pub(super) count: usize,
    /// The time of its first item.
    pub(super) newest: Option<DateTime<Utc>>,
    /// All times of it that are known, in any order.
    pub(super) times: Vec<DateTime<Utc>>,
    /// Whether the list ends with it.
    pub(super) is_last: bool,
}

impl ListPart {
    pub(super) fn new(id: PartId, stage: Stage) -> Self {
        Self {
            id,
            stage,
            held: 0,
            reached: None,
            spacing: None,
        }
    }

    pub(super) fn is_unread(&self) -> bool {
        self.stage == Stage::Unread
    }

    /// Notes how far a page reaches, and how dense the list is there.
    pub(super) fn note(&mut self, page: &PageSummary, until: Option<DateTime<Utc>>) {
        let Some(oldest) = page.oldest() else {
            return;
        };
        let from = self.reached.or(until).or(page.newest).unwrap_or(oldest);
        self.spacing = Some(seconds(from, oldest) / page.count as f64);
        self.reached = Some(oldest);
    }
}

impl PageSummary {
    pub(super) fn oldest(&self) -> Option<DateTime<Utc>> {
        self.times.iter().min().copied()
    }
}

/// Returns the first whole second that is later than a time.
pub(super) fn second_after(time: DateTime<Utc>) -> DateTime<Utc> {
    let second = time.trunc_subsecs(0);
    second
        .checked_add_signed(TimeDelta::seconds(1))
        .unwrap_or(second)
}

/// Returns the seconds from a time back to an older one; 0 if that one isn't older.
pub(super) fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    from.signed_duration_since(to).as_seconds_f64().max(0.0)
}
