//! Measures what a call costs beside a plain loop of reqwest and serde_json, against the same
//! server in another process.
//!
//!     cargo bench --bench overhead
//!
//! Throughput is the median of the ratios of rounds that alternate between the two. A plain loop
//! waits without end for a reply that doesn't come; beside it is the same loop with a timeout,
//! which costs it a timer for each call. Allocations are counted by the allocator. For
//! instructions, run one side alone under callgrind, and compare `Side::allocations`, inclusive:
//!
//!     valgrind --tool=callgrind target/release/deps/overhead-… ours|plain|timed
//!     callgrind_annotate --inclusive=yes callgrind.out.…

use std::{
    env,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use nanonets_agents::{
    defaults,
    prelude::*,
    simulator::{AgentSpec, Script, Simulator},
    types::{Task, TaskStatus},
};
use support::{
    allocator::CountingAllocator,
    figures::{figure, median},
    program::{Program, announce},
};

const ROUNDS: usize = 301;
const ROUND: Duration = Duration::from_millis(25);
const CALLS: u64 = 500;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// The two sides that make the same call.
#[derive(Clone)]
enum Side {
    Ours {
        client: Client,
        task_id: uuid::Uuid,
    },
    Plain {
        client: reqwest::Client,
        url: String,
        key: String,
        timeout: Option<Duration>,
    },
}

impl Side {
    async fn call(&self) {
        let task: Task = match self {
            Self::Ours { client, task_id } => {
                let reply = client.get_task().task_id(*task_id).send().await;
                reply.expect("a state").into_inner()
            }
            Self::Plain {
                client,
                url,
                key,
                timeout,
            } => {
                // The headers of the other side, which gives the server the same work.
                let request = client
                    .get(url)
                    .bearer_auth(key)
                    .header("accept", "application/json");
                let request = match timeout {
                    Some(timeout) => request.timeout(*timeout),
                    None => request,
                };
                let reply = request.send().await.expect("an answer");
                let body = reply.error_for_status().expect("a success").bytes().await;
                serde_json::from_slice(&body.expect("a body")).expect("a state")
            }
        };
        assert_eq!(task.status, TaskStatus::Completed);
    }

    /// Measures the calls a second, with so many callers at once.
    async fn throughput(&self, callers: usize) -> f64 {
        let start = Instant::now();
        let counts = join_all((0..callers).map(|_| async {
            let mut count = 0u64;
            while start.elapsed() < ROUND {
                self.call().await;
                count += 1;
            }
            count
        }));
        let count: u64 = counts.await.into_iter().sum();
        count as f64 / start.elapsed().as_secs_f64()
    }

    /// Measures the allocations of a call.
    async fn allocations(&self) -> f64 {
        let before = ALLOCATOR.allocations();
        for _ in 0..CALLS {
            self.call().await;
        }
        (ALLOCATOR.allocations() - before) as f64 / CALLS as f64
    }
}

/// Returns the throughput of one side as a ratio of the other's.
async fn compare(ours: &Side, peer: &Side, callers: usize) -> f64 {
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        // The two take turns at going first, which gives neither an advantage.
        let ratio = if round % 2 == 0 {
            let ours = ours.throughput(callers).await;
            ours / peer.throughput(callers).await
        } else {
            let peer = peer.throughput(callers).await;
            ours.throughput(callers).await / peer
        };
        ratios.push(ratio);
    }
    median(ratios)
}

/// Serves the simulator until this process is killed.
async fn serve() {
    let agent = AgentSpec::new("Quick").script(Script::empty());
    let simulator = Simulator::builder()
        .agent(agent)
        .start()
        .await
        .expect("a free port");
    let client = simulator.client().expect("a client");
    let task = client
        .run(simulator.agent_id())
        .query("Hi")
        .start()
        .await
        .expect("a task");
    let (url, key) = (simulator.url(), simulator.key());
    announce(&format!("{url} {key} {}", task.task_id()));
    std::future::pending().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mode = env::args()
        .find(|argument| ["serve", "ours", "plain", "timed"].contains(&argument.as_str()));
    if mode.as_deref() == Some("serve") {
        return serve().await;
    }
    let mut server = Program::again(&["serve"]);
    let line = server.line();
    let mut words = line.split(' ');
    let mut word = || words.next().expect("three words");
    let (base_url, key, task_id) = (word(), word(), word());
    let ours = Side::Ours {
        client: Client::builder()
            .api_key(key)
            .base_url(base_url)
            .build()
            .expect("a client"),
        task_id: task_id.parse().expect("an id"),
    };
    let plain = |timeout| Side::Plain {
        client: reqwest::Client::builder()
            .user_agent("a-plain-loop/0.1.0")
            .build()
            .expect("a client"),
        url: format!("{base_url}/api/v1/tasks/{task_id}"),
        key: key.to_owned(),
        timeout,
    };
    let (plain, timed) = (plain(None), plain(Some(defaults::ATTEMPT_TIMEOUT)));
    let alone = match mode.as_deref() {
        Some("ours") => Some(&ours),
        Some("plain") => Some(&plain),
        Some("timed") => Some(&timed),
        _ => None,
    };
    if let Some(side) = alone {
        side.allocations().await;
        return;
    }

    for callers in [1, 64] {
        for (peer, suffix) in [(&plain, ""), (&timed, "_timed")] {
            let ratio = compare(&ours, peer, callers).await;
            let name = format!("get_task_throughput{suffix}_c{callers}");
            figure(&name, ratio, 3, "ratio");
        }
    }
    figure(
        "get_task_allocations",
        ours.allocations().await,
        0,
        "allocations",
    );
    figure(
        "get_task_allocations_plain",
        plain.allocations().await,
        0,
        "allocations",
    );
}
