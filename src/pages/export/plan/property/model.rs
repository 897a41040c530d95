//! A list, and an export of it whose requests, replies and caller come in any order.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use fastrand::Rng;

use super::super::{
    super::{
        density::Density,
        intervals::Interval,
        part::{PageSummary, PartId},
    },
    First, Plan,
};

/// An item of a list, by its number: 0 is the newest.
pub(super) type Number = usize;

struct Item {
    /// When the server sorts it.
    time: DateTime<Utc>,
    /// The time that it shows.
    shown: DateTime<Utc>,
    decodes: bool,
    /// Whether its time can be told; always if it decodes.
    is_dated: bool,
}

/// A list, narrowed to what isn't older than `since`.
pub(super) struct List {
    items: Vec<Item>,
    since: Option<DateTime<Utc>>,
    pub(super) page_size: usize,
}

#[derive(Clone)]
struct ModelPage {
    items: Vec<Number>,
    next: Option<Number>,
}

impl List {
    pub(super) fn random(random: &mut Rng) -> Self {
        let show: fn(DateTime<Utc>) -> DateTime<Utc> = match random.u8(..3) {
            0 => |time| time,
            1 => |time| time.trunc_subsecs(0),
            _ => |time| (time + TimeDelta::milliseconds(500)).trunc_subsecs(0),
        };
        let damaged = random.choice([0.0, 0.0, 0.1, 0.9]).expect("a share");
        let count = random.usize(..200);
        let mean = random.choice([1.0, 500.0, 20_000.0]).expect("a distance");
        let (mut milliseconds, mut burst) = (1_790_000_000_000, 0);
        let mut item = || {
            if burst == 0 && random.u8(..30) == 0 {
                burst = random.usize(2..60);
            }
            burst = usize::saturating_sub(burst, 1);
            milliseconds -= match random.u8(..100) {
                0 => random.i64(0..100_000_000),
                _ if burst > 0 => random.i64(0..3) / 2,
                _ => (-f64::ln(1.0 - random.f64()) * mean) as i64,
            };
            let time = DateTime::from_timestamp_millis(milliseconds).expect("a time");
            let decodes = random.f64() >= damaged;
            Item {
                time,
                shown: show(time),
                decodes,
                is_dated: decodes || random.bool(),
            }
        };
        let items: Vec<Item> = (0..count).map(|_| item()).collect();
        let oldest = items.last().map(|item| item.time);
        Self {
            since: oldest.filter(|_| random.bool()),
            page_size: random.usize(1..8),
            items,
        }
    }

    /// Returns a page of what isn't newer than a time, or of what follows a cursor. It may be
    /// shorter than need be.
    fn page(&self, until: Option<DateTime<Utc>>, cursor: Option<Number>, size: usize) -> ModelPage {
        let is_newer = |item: &Item| until.is_some_and(|until| item.time > until);
        let start = cursor.unwrap_or_else(|| self.items.partition_point(is_newer));
        let end = self.items.len().min(start + size);
        ModelPage {
            items: (start..end).collect(),
            next: (end < self.items.len()).then_some(end),
        }
    }

    pub(super) fn expected(&self) -> Vec<Number> {
        let numbers = 0..self.items.len();
        numbers
            .filter(|number| self.items[*number].decodes)
            .collect()
    }
}

/// Reads a part, as `Shard` does.
struct Reader {
    until: Option<DateTime<Utc>>,
    cursor: Option<Number>,
    ready: VecDeque<ModelPage>,
}

/// Where an export stood, as `ExportState` stores it.
#[derive(Clone)]
pub(super) struct Saved {
    handed_out: usize,
    density: Density,
    position: SavedPosition,
}

#[derive(Clone)]
enum SavedPosition {
    Before(Option<DateTime<Utc>>),
    Within(Interval, ModelPage),
    End,
}

/// An export whose requests, replies and caller come in any order.
pub(super) struct ModelExport<'a> {
    list: &'a List,
    pub(super) plan: Plan,
    readers: BTreeMap<PartId, Reader>,
    /// The page whose items are handed out now.
    current: Option<ModelPage>,
    pub(super) handed_out: Vec<Number>,
    /// What the first part must begin with.
    top: Option<DateTime<Utc>>,
    requests: usize,
}

impl<'a> ModelExport<'a> {
    pub(super) fn new(list: &'a List, shards: usize) -> Self {
        Self {
            plan: Plan::new(shards, list.since),
            list,
            readers: BTreeMap::new(),
            current: None,
            handed_out: Vec::new(),
            top: None,
            requests: 0,
        }
    }

    /// Asks for as much as may be asked for. Returns whether that is anything.
    pub(super) fn ask(&mut self) -> bool {
        let before = self.requests;
        while let Some(id) = self.plan.next_request() {
            self.requests += 1;
            let (interval, _) = self.plan.bounds(id).expect("what is asked for exists");
            self.readers.entry(id).or_insert_with(|| Reader {
                until: interval.until,
                cursor: None,
                ready: VecDeque::new(),
            });
            self.check();
        }
        self.requests > before
    }

    pub(super) fn any_asked(&self, random: &mut Rng) -> Option<PartId> {
        random.choice(self.plan.asked().collect::<Vec<_>>())
    }

    pub(super) fn fail(&mut self, id: PartId, is_final: bool) {
        self.plan.fail(id, is_final);
    }

    /// A page of so many items comes, or an empty one if there are to be none.
    pub(super) fn answer(&mut self, id: PartId, size: usize) {
        let list = self.list;
        let reader = self.readers.get_mut(&id).expect("it was asked for");
        let mut page = list.page(reader.until, reader.cursor, size);
        if size == 0 {
            page.next = page.next.or(Some(list.items.len()));
        }
        reader.cursor = page.next;
        let items = || page.items.iter().map(|number| &list.items[*number]);
        let summary = PageSummary {
            count: page.items.len(),
            newest: items().find(|item| item.decodes).map(|item| item.shown),
            times: items()
                .filter(|item| item.is_dated)
                .map(|item| item.shown)
                .collect(),
            is_last: page.next.is_none(),
        };
        let interval = self.plan.receive(id, &summary).expect("a part");
        page.items.retain(|number| {
            let item = &list.items[*number];
            item.decodes && interval.contains(item.shown)
        });
        if !page.items.is_empty() {
            page.next = page.next.filter(|_| !self.plan.is_read(id));
            self.plan.hold(id, page.items.len());
            reader.ready.push_back(page);
        }
    }

    /// Hands out an item, or does whatever comes instead. Returns whether that was anything.
    pub(super) fn hand_out(&mut self) -> bool {
        if let Some(page) = &mut self.current
            && !page.items.is_empty()
        {
            self.handed_out.push(page.items.remove(0));
            return true;
        }
        let Some((id, interval)) = self.plan.first() else {
            return false;
        };
        let reader = self.readers.get_mut(&id);
        if let Some(page) = reader.and_then(|reader| reader.ready.pop_front()) {
            self.plan.hand_out(page.items.len());
            self.current = Some(page);
            return true;
        }
        match self.plan.first_state() {
            Some(First::Done) => {
                self.plan.drop_first();
                self.current = None;
                self.readers.remove(&id);
                self.top = interval.bottom;
                true
            }
            Some(First::Failed { is_final: false }) => {
                self.plan.failure_was_shown();
                true
            }
            _ => false,
        }
    }

    pub(super) fn is_broken(&self) -> bool {
        self.plan.first_state() == Some(First::Failed { is_final: true })
    }

    pub(super) fn save(&self) -> Saved {
        let position = match (&self.current, self.plan.first()) {
            (_, None) => SavedPosition::End,
            (Some(page), Some((_, interval))) => SavedPosition::Within(interval, page.clone()),
            (None, Some((_, interval))) => SavedPosition::Before(interval.until),
        };
        Saved {
            handed_out: self.handed_out.len(),
            density: self.plan.density,
            position,
        }
    }

    /// Forgets what was done since, as another process would that goes on.
    pub(super) fn resume(&mut self, saved: Saved, shards: usize) {
        self.plan = Plan::new(shards, self.list.since);
        self.plan.density = saved.density;
        self.readers.clear();
        self.handed_out.truncate(saved.handed_out);
        (self.top, self.current) = match saved.position {
            SavedPosition::Before(until) => {
                self.plan.restart(until);
                (until, None)
            }
            SavedPosition::Within(interval, page) => {
                let id = self.plan.restart_within(interval, page.next.is_none());
                let reader = Reader {
                    until: interval.until,
                    cursor: page.next,
                    ready: VecDeque::new(),
                };
                self.readers.insert(id, reader);
                (interval.until, Some(page))
            }
            SavedPosition::End => {
                self.plan.finish();
                (None, None)
            }
        };
    }

    /// The parts cover exactly what is left, in order, without a hole and without an overlap, and
    /// no more is asked for or held than may be.
    pub(super) fn check(&self) {
        let parts = &self.plan.parts;
        let intervals: Vec<Interval> = (0..parts.len())
            .map(|index| parts.interval(index))
            .collect();
        for neighbours in intervals.windows(2) {
            assert_eq!(
                neighbours[0].bottom, neighbours[1].until,
                "no hole and no overlap"
            );
            assert!(
                neighbours[1].until.is_some(),
                "only the first begins with the list"
            );
        }
        assert!(
            intervals.iter().all(|interval| interval.is_valid()),
            "{intervals:?}"
        );
        if let Some((first, last)) = intervals.first().zip(intervals.last()) {
            assert_eq!(
                (first.until, last.bottom),
                (self.top, None),
                "all that is left"
            );
        }
        let asked = self.plan.asked().count();
        assert!(asked <= self.plan.shards, "{asked} at once");
        let ready = self.readers.values().flat_map(|reader| &reader.ready);
        let held: usize = ready.map(|page| page.items.len()).sum();
        let (size, shards) = (self.list.page_size, self.plan.shards);
        // One page goes over the edge, and the first part may always ask for one.
        assert!(
            held + asked * size <= (shards * 24 + 2) * size,
            "{held} held"
        );
    }
}
