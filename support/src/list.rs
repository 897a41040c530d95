//! A list of tasks of any length and shape, which takes no memory: when each was created is
//! computed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, SecondsFormat};
use futures_util::{FutureExt, future::BoxFuture};
use nanonets_agents::{Client, InProcess, InProcessReply};
use uuid::Uuid;

/// Serves `list_tasks`. Clones are the same list.
#[derive(Clone)]
pub struct List(Arc<Inner>);

struct Inner {
    count: usize,
    time: Box<dyn Fn(usize) -> i64 + Send + Sync>,
    shown: Shown,
    latency: Duration,
    is_uneven: bool,
    is_unnarrowed: bool,
    is_damaged: fn(usize) -> bool,
    largest_page: usize,
    requests: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

/// How a server that knows milliseconds shows them.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    Truncated,
    Rounded,
    Whole,
}

impl List {
    /// So many tasks. The time of each, in milliseconds, falls with its number: 0 is the newest.
    pub fn new(count: usize, time: impl Fn(usize) -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            count,
            time: Box::new(time),
            shown: Shown::Truncated,
            latency: Duration::ZERO,
            is_uneven: false,
            is_unnarrowed: false,
            is_damaged: |_| false,
            largest_page: 100,
            requests: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        }))
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::get_mut(&mut self.0).expect("nobody else has it yet"));
        self
    }

    pub fn shown(self, shown: Shown) -> Self {
        self.change(|it| it.shown = shown)
    }

    pub fn latency(self, latency: Duration) -> Self {
        self.change(|it| it.latency = latency)
    }

    /// Each reply takes a different time.
    pub fn uneven(self) -> Self {
        self.change(|it| it.is_uneven = true)
    }

    /// The tasks of these numbers have a status that is none.
    pub fn damaged(self, is_damaged: fn(usize) -> bool) -> Self {
        self.change(|it| it.is_damaged = is_damaged)
    }

    /// Filters by time are ignored.
    pub fn unnarrowed(self) -> Self {
        self.change(|it| it.is_unnarrowed = true)
    }

    /// Pages are as large as this, whatever is asked for.
    pub fn page_size(self, size: usize) -> Self {
        self.change(|it| it.largest_page = size)
    }

    pub fn client(&self) -> Client {
        let builder = Client::builder().api_key("key").in_process(self.clone());
        builder.build().expect("a client")
    }

    /// All ids, newest first.
    pub fn ids(&self) -> Vec<Uuid> {
        (0..self.0.count).map(id).collect()
    }

    pub fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }

    pub fn most_at_once(&self) -> usize {
        self.0.most_at_once.load(Ordering::Relaxed)
    }

    fn page(&self, query: &str) -> String {
        let list = &*self.0;
        let (mut start, mut end) = (0, list.count);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let time = || {
                let time = DateTime::parse_from_rfc3339(&value).expect("a point in time");
                time.timestamp_millis()
            };
            match &*name {
                "cursor" => start = start.max(value[1..].parse().expect("a cursor of this list")),
                "created_before" | "created_after" if list.is_unnarrowed => (),
                "created_before" => {
                    start = start.max(first(list.count, |it| (list.time)(it) <= time()));
                }
                "created_after" => end = first(list.count, |it| (list.time)(it) < time()),
                "limit" => (),
                other => panic!("{other} is unknown here"),
            }
        }
        let last = end.min(start + list.largest_page);
        let tasks: Vec<String> = (start..last).map(|it| self.task(it)).collect();
        let next = if last < end {
            format!("\"n{last}\"")
        } else {
            "null".to_owned()
        };
        format!(
            "{{\"data\": [{}], \"has_more\": {}, \"next_cursor\": {next}}}",
            tasks.join(","),
            last < end
        )
    }

    fn task(&self, number: usize) -> String {
        let time = (self.0.time)(number);
        let (time, digits) = match self.0.shown {
            Shown::Truncated => (time, SecondsFormat::Secs),
            Shown::Rounded => (time + 500, SecondsFormat::Secs),
            Shown::Whole => (time, SecondsFormat::Millis),
        };
        let time = DateTime::from_timestamp_millis(time).expect("a time");
        let time = time.to_rfc3339_opts(digits, true);
        let status = if (self.0.is_damaged)(number) {
            "7"
        } else {
            "\"completed\""
        };
        format!(
            "{{\"task_id\": \"{}\", \"agent_id\": \"{}\", \"agent_name\": \"Invoices\", \"status\": {status}, \
             \"created_at\": \"{time}\", \"updated_at\": \"{time}\", \"title\": \"Task {number:07}\"}}",
            id(number),
            Uuid::nil(),
        )
    }
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128 + 1)
}

/// The first number of which something holds that holds of all after it.
fn first(count: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = (low + high) / 2;
        if holds(middle) {
            high = middle
        } else {
            low = middle + 1
        }
    }
    low
}

impl InProcess for List {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let list = self.clone();
        async move {
            let inner = &*list.0;
            let number = inner.requests.fetch_add(1, Ordering::Relaxed);
            let at_once = inner.at_once.fetch_add(1, Ordering::Relaxed) + 1;
            inner.most_at_once.fetch_max(at_once, Ordering::Relaxed);
            if !inner.latency.is_zero() {
                // From one half to one and a half of it, where replies aren't to come in step.
                let share = if inner.is_uneven {
                    0.5 + (number * 7_919 % 100) as f64 / 100.0
                } else {
                    1.0
                };
                tokio::time::sleep(inner.latency.mul_f64(share)).await;
            }
            let page = list.page(request.uri().query().unwrap_or_default());
            inner.at_once.fetch_sub(1, Ordering::Relaxed);
            Ok(http::Response::new(page.into()))
        }
        .boxed()
    }
}
