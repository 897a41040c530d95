//! A list of tasks of any length and shape.

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

/// A server of `list_tasks`, which computes the tasks from their numbers and stores none. Clones
/// are the same list.
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

/// How the server shows times, which it knows to the millisecond.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// In seconds, rounded down.
    Truncated,
    /// In seconds, rounded to the nearest.
    Rounded,
    /// In milliseconds.
    Whole,
}

impl List {
    /// Creates a list of so many tasks. The time of a task, in milliseconds, falls with its number:
    /// 0 is the newest.
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
        change(Arc::get_mut(&mut self.0).expect("it has no clones yet"));
        self
    }

    /// Sets how times are shown; truncated to seconds by default.
    pub fn shown(self, shown: Shown) -> Self {
        self.change(|list| list.shown = shown)
    }

    /// Sets how long each reply takes; no time by default.
    pub fn latency(self, latency: Duration) -> Self {
        self.change(|list| list.latency = latency)
    }

    /// Makes replies take different times, from half the latency to one and a half.
    pub fn uneven(self) -> Self {
        self.change(|list| list.is_uneven = true)
    }

    /// Gives the tasks of these numbers a status that is none.
    pub fn damaged(self, is_damaged: fn(usize) -> bool) -> Self {
        self.change(|list| list.is_damaged = is_damaged)
    }

    /// Makes the server ignore filters by time.
    pub fn unnarrowed(self) -> Self {
        self.change(|list| list.is_unnarrowed = true)
    }

    /// Makes pages as large as this, whatever is asked for.
    pub fn page_size(self, size: usize) -> Self {
        self.change(|list| list.largest_page = size)
    }

    /// Creates a client of the list, in the same process.
    pub fn client(&self) -> Client {
        let builder = Client::builder().api_key("key").in_process(self.clone());
        builder.build().expect("a client")
    }

    /// Returns all ids, newest first.
    pub fn ids(&self) -> Vec<Uuid> {
        (0..self.0.count).map(id).collect()
    }

    /// Returns how many requests were made.
    pub fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Returns the most requests that were under way at once.
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
                    start = start.max(first(list.count, |number| (list.time)(number) <= time()));
                }
                "created_after" => end = first(list.count, |number| (list.time)(number) < time()),
                "limit" => (),
                other => panic!("{other} is unknown here"),
            }
        }
        let last = end.min(start + list.largest_page);
        let tasks: Vec<String> = (start..last).map(|number| self.task(number)).collect();
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

/// Returns the first number for which the predicate holds, by bisection. It has to hold for all
/// numbers after it.
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
