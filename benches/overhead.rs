//! What a call costs beside a plain reqwest + serde_json loop, against the same server in another
//! process.
//!
//!     cargo bench --bench overhead
//!
//! Throughput is the median of the ratios of rounds that alternate between the two. Allocations are
//! counted by the allocator. For instructions, run one side alone under callgrind:
//!
//!     valgrind --tool=callgrind target/release/deps/overhead-… ours|plain

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Script, Simulator},
};
use support::allocator::CountingAllocator;

const ROUNDS: usize = 301;
const ROUND: Duration = Duration::from_millis(25);
const CALLS: u64 = 500;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// The same call, by each side.
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
    },
}

impl Side {
    async fn call(&self) {
        let task: Task = match self {
            Self::Ours { client, task_id } => {
                let reply = client.get_task().task_id(*task_id).send().await;
                reply.expect("a state").into_inner()
            }
            Self::Plain { client, url, key } => {
                // The same headers as ours, so that the server has the same to do.
                let request = client
                    .get(url)
                    .bearer_auth(key)
                    .header("accept", "application/json");
                let reply = request.send().await.expect("an answer");
                let body = reply.error_for_status().expect("a success").bytes().await;
                serde_json::from_slice(&body.expect("a body")).expect("a state")
            }
        };
        assert_eq!(task.status, TaskStatus::Completed);
    }

    /// Calls a second, with so many callers at once.
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

    async fn allocations(&self) -> f64 {
        let before = ALLOCATOR.allocations();
        for _ in 0..CALLS {
            self.call().await;
        }
        (ALLOCATOR.allocations() - before) as f64 / CALLS as f64
    }
}

/// This program, serving the simulator until its input ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

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
    println!("{} {} {}", simulator.url(), simulator.key(), task.task_id());
    std::io::stdout().flush().expect("somebody reads");
    std::future::pending().await
}

fn start_server() -> (Server, Vec<String>) {
    let mut child = Command::new(env::current_exe().expect("this program"))
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("it is piped");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    (
        Server(child),
        line.split_whitespace().map(str::to_owned).collect(),
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mode = env::args().find(|it| ["serve", "ours", "plain"].contains(&it.as_str()));
    if mode.as_deref() == Some("serve") {
        return serve().await;
    }
    let (_server, line) = start_server();
    let (base_url, key, task_id) = (&line[0], &line[1], &line[2]);
    let ours = Side::Ours {
        client: Client::builder()
            .api_key(key)
            .base_url(base_url)
            .build()
            .expect("a client"),
        task_id: task_id.parse().expect("an id"),
    };
    let plain = Side::Plain {
        client: reqwest::Client::builder()
            .user_agent("a-plain-loop/0.1.0")
            .build()
            .expect("a client"),
        url: format!("{base_url}/api/v1/tasks/{task_id}"),
        key: key.clone(),
    };
    let alone = match mode.as_deref() {
        Some("ours") => Some(&ours),
        Some("plain") => Some(&plain),
        _ => None,
    };
    if let Some(side) = alone {
        side.allocations().await;
        return;
    }

    for callers in [1, 64] {
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            // Which one goes first alternates, so that neither profits from its place.
            let ratio = if round % 2 == 0 {
                let ours = ours.throughput(callers).await;
                ours / plain.throughput(callers).await
            } else {
                let plain = plain.throughput(callers).await;
                ours.throughput(callers).await / plain
            };
            ratios.push(ratio);
        }
        println!(
            "figure get_task_throughput_c{callers} {:.3} ratio",
            median(ratios)
        );
    }
    println!(
        "figure get_task_allocations {:.0} allocations",
        ours.allocations().await
    );
    println!(
        "figure get_task_allocations_plain {:.0} allocations",
        plain.allocations().await
    );
}
