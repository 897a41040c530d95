//! Compares reading a list with a plain reqwest loop that decodes the same types, against a server
//! in another process.
//!
//!     cargo bench --bench lists
//!     cargo bench --bench lists -- million
//!
//! Prints medians of rounds that alternate between the two. The second command reads 1,000,000
//! tasks, which takes a quarter of an hour, and draws `docs/export.svg`.

use std::{
    env,
    time::{Duration, Instant},
};

use chrono::Utc;
use futures_util::TryStreamExt;
use nanonets_agents::{
    prelude::*,
    simulator::{Fault, Simulator},
    types::TaskPage,
};

use support::{
    drawing::{Anchor, Drawing},
    figures::{figure, median},
    history::history,
    program::{Program, announce},
};

const TASKS: usize = 10_000;
const ROUNDS: usize = 15;
const LATENCY: Duration = Duration::from_millis(20);

/// This program, serving the simulator until it is stopped.
struct Server {
    url: String,
    key: String,
    tasks: usize,
    /// Killed with the server.
    _program: Program,
}

impl Server {
    fn start(tasks: usize, latency: Duration) -> Self {
        let latency = latency.as_millis().to_string();
        let mut program = Program::again(&["serve", &tasks.to_string(), &latency]);
        let line = program.line();
        let (url, key) = line.split_once(' ').expect("two words");
        Self {
            url: url.to_owned(),
            key: key.to_owned(),
            tasks,
            _program: program,
        }
    }

    fn client(&self) -> Client {
        let builder = Client::builder().api_key(&self.key).base_url(&self.url);
        builder.build().expect("a client")
    }
}

async fn serve(tasks: usize, latency: Duration) {
    let simulator = Simulator::builder()
        .history(history(tasks, Utc::now()))
        .keep_requests(0);
    let simulator = simulator.start().await.expect("a free port");
    if !latency.is_zero() {
        simulator.inject(Fault::delay(latency));
    }
    announce(&format!("{} {}", simulator.url(), simulator.key()));
    std::future::pending().await
}

/// How a list is read.
#[derive(Clone, Copy)]
enum Way {
    Items,
    /// With some work for each page.
    Pages(Duration),
    Export(usize),
}

async fn ours(server: &Server, client: &Client, way: Way) -> Duration {
    let start = Instant::now();
    let mut count = 0;
    let list = client.list_tasks();
    match way {
        Way::Items => {
            let mut items = list.items();
            while items.try_next().await.expect("an item").is_some() {
                count += 1;
            }
        }
        Way::Pages(work) => {
            let mut pages = list.pages();
            while let Some(page) = pages.try_next().await.expect("a page") {
                count += page.items.len();
                tokio::time::sleep(work).await;
            }
        }
        Way::Export(shards) => {
            let mut items = list.export().shards(shards);
            while items.try_next().await.expect("an item").is_some() {
                count += 1;
            }
        }
    }
    assert_eq!(count, server.tasks);
    start.elapsed()
}

async fn plain(server: &Server, client: &reqwest::Client, way: Way) -> Duration {
    let start = Instant::now();
    let (mut count, mut cursor) = (0, None::<String>);
    loop {
        let mut request = client
            .get(format!("{}/api/v1/tasks", server.url))
            .query(&[("limit", "100")])
            .bearer_auth(&server.key);
        if let Some(cursor) = &cursor {
            request = request.query(&[("cursor", cursor)]);
        }
        let reply = request.send().await.expect("an answer");
        let body = reply.error_for_status().expect("a success").bytes().await;
        let page: TaskPage = serde_json::from_slice(&body.expect("a body")).expect("a page");
        for task in page.data.into_iter() {
            std::hint::black_box(task);
            count += 1;
        }
        if let Way::Pages(work) = way {
            tokio::time::sleep(work).await;
        }
        match page.next_cursor {
            Some(next) if !next.is_empty() => cursor = Some(next),
            _ => break,
        }
    }
    assert_eq!(count, server.tasks);
    start.elapsed()
}

async fn ratio(server: &Server, way: Way, rounds: usize) -> f64 {
    let (client, plain_client) = (server.client(), reqwest::Client::new());
    let mut ratios = Vec::new();
    for round in 0..rounds {
        // The two take turns at going first, which gives neither an advantage.
        let (ours, plain) = match round % 2 {
            0 => {
                let ours = ours(server, &client, way).await;
                (ours, plain(server, &plain_client, way).await)
            }
            _ => {
                let plain = plain(server, &plain_client, way).await;
                (ours(server, &client, way).await, plain)
            }
        };
        ratios.push(plain.as_secs_f64() / ours.as_secs_f64());
    }
    median(ratios)
}

/// Prints the tasks a second of the plain loop, and of exports with some numbers of shards.
async fn million() {
    const TASKS: usize = 1_000_000;
    let server = Server::start(TASKS, LATENCY);
    let client = server.client();
    let rate = |time: Duration| TASKS as f64 / time.as_secs_f64();
    let alone = rate(plain(&server, &reqwest::Client::new(), Way::Items).await);
    figure("million_plain", alone, 0, "tasks/s");
    let items = rate(ours(&server, &client, Way::Items).await);
    figure("million_items", items, 0, "tasks/s");
    let mut rates = Vec::new();
    for shards in [1, 2, 4, 8, 16, 32] {
        let rate = rate(ours(&server, &client, Way::Export(shards)).await);
        figure(
            &format!("million_export_{shards}_shards"),
            rate,
            0,
            "tasks/s",
        );
        rates.push((shards, rate));
    }
    draw(alone, &rates);
}

/// Draws a bar for each number of shards.
fn draw(alone: f64, rates: &[(usize, f64)]) {
    let most = rates.iter().map(|(_, rate)| *rate).fold(alone, f64::max);
    let mut drawing = Drawing::new(640, 250);
    let title = "Tasks a second, 1,000,000 tasks, 20 ms of latency";
    drawing.title((20.0, 24.0), title);
    let mut y = 44.0;
    let mut bar = |name: &str, rate: f64, colour: &str| {
        let width = 400.0 * rate / most;
        let label = format!("{rate:.0} ({:.1} ×)", rate / alone);
        drawing.text((130.0, y + 14.0), Anchor::End, "black", name);
        drawing.bar((140.0, y), width, 20.0, colour);
        drawing.text((146.0 + width, y + 14.0), Anchor::Start, "black", label);
        y += 28.0;
    };
    bar("plain loop", alone, "#999999");
    for (shards, rate) in rates {
        let plural = if *shards == 1 { "" } else { "s" };
        bar(&format!("export, {shards} shard{plural}"), *rate, "#2b7bba");
    }
    drawing.save("export.svg");
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [mode, tasks, latency] = &arguments[..]
        && mode == "serve"
    {
        let tasks = tasks.parse().expect("a number of tasks");
        let latency = latency.parse().expect("milliseconds");
        return serve(tasks, Duration::from_millis(latency)).await;
    }
    if arguments.iter().any(|argument| argument == "million") {
        return million().await;
    }
    let fast = Server::start(TASKS, Duration::ZERO);
    let items = ratio(&fast, Way::Items, ROUNDS).await;
    figure("lists_items", items, 3, "ratio");
    let slow = Server::start(TASKS, LATENCY);
    let prefetch = ratio(&slow, Way::Pages(LATENCY), 3).await;
    figure("lists_prefetch", prefetch, 3, "ratio");
    let export = ratio(&slow, Way::Export(8), 5).await;
    figure("export_8_shards", export, 3, "ratio");
}
