//! Walking a list, beside a plain reqwest loop that decodes the same types, against a server in another process.
//!
//!     cargo bench --bench lists
//!
//! Medians of rounds that alternate between the two.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;
use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
    types::TaskPage,
};

const TASKS: usize = 10_000;
const ROUNDS: usize = 15;
const LATENCY: Duration = Duration::from_millis(20);

/// This program, serving the simulator until it is stopped.
struct Server {
    child: Child,
    url: String,
    key: String,
}

impl Server {
    fn start(mode: &str) -> Self {
        let mut child = Command::new(env::current_exe().expect("this program"))
            .arg(mode)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let (url, key) = line.trim().split_once(' ').expect("two words");
        Self {
            url: url.to_owned(),
            key: key.to_owned(),
            child,
        }
    }

    fn client(&self) -> Client {
        let builder = Client::builder().api_key(&self.key).base_url(&self.url);
        builder.build().expect("a client")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn serve(latency: Option<Duration>) {
    let agent = AgentSpec::new("Quick").script(Script::empty());
    let simulator = Simulator::builder().agent(agent).keep_requests(0);
    let simulator = simulator.start().await.expect("a free port");
    let client = simulator.in_process_client().expect("a client");
    for number in 0..TASKS {
        let run = client
            .run(simulator.agent_id())
            .query(format!("Task {number}"));
        run.start().await.expect("a task");
    }
    if let Some(latency) = latency {
        simulator.inject(Fault::delay(latency));
    }
    println!("{} {}", simulator.url(), simulator.key());
    std::io::stdout().flush().expect("somebody reads");
    std::future::pending().await
}

/// All items, with some work for each page.
async fn ours(client: &Client, work: Duration) -> Duration {
    let start = Instant::now();
    let mut count = 0;
    if work.is_zero() {
        let mut items = client.list_tasks().items();
        while items.try_next().await.expect("an item").is_some() {
            count += 1;
        }
    } else {
        let mut pages = client.list_tasks().pages();
        while let Some(page) = pages.try_next().await.expect("a page") {
            count += page.items.len();
            tokio::time::sleep(work).await;
        }
    }
    assert_eq!(count, TASKS);
    start.elapsed()
}

async fn plain(server: &Server, client: &reqwest::Client, work: Duration) -> Duration {
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
        if !work.is_zero() {
            tokio::time::sleep(work).await;
        }
        match page.next_cursor {
            Some(next) if !next.is_empty() => cursor = Some(next),
            _ => break,
        }
    }
    assert_eq!(count, TASKS);
    start.elapsed()
}

async fn ratio(server: &Server, work: Duration, rounds: usize) -> f64 {
    let (client, plain_client) = (server.client(), reqwest::Client::new());
    let mut ratios = Vec::new();
    for round in 0..rounds {
        // Which one goes first alternates, so that neither profits from its place.
        let (ours, plain) = match round % 2 {
            0 => {
                let ours = ours(&client, work).await;
                (ours, plain(server, &plain_client, work).await)
            }
            _ => {
                let plain = plain(server, &plain_client, work).await;
                (ours(&client, work).await, plain)
            }
        };
        ratios.push(plain.as_secs_f64() / ours.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

#[tokio::main]
async fn main() {
    match env::args().nth(1).as_deref() {
        Some("serve") => return serve(None).await,
        Some("serve-slowly") => return serve(Some(LATENCY)).await,
        _ => (),
    }
    let fast = Server::start("serve");
    println!(
        "figure lists_items {:.3} ratio",
        ratio(&fast, Duration::ZERO, ROUNDS).await
    );
    let slow = Server::start("serve-slowly");
    println!(
        "figure lists_prefetch {:.3} ratio",
        ratio(&slow, LATENCY, 3).await
    );
}
