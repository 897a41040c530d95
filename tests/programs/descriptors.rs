//! A process with few descriptors that starts very many uploads at once, against the simulator in
//! another process: each run is started, and none twice.

use std::{
    collections::HashSet,
    env,
    ops::Range,
    path::{Path, PathBuf},
    time::Instant,
};

use futures_util::{TryStreamExt, future::join_all};
use nanonets_agents::{AgentId, ClientBuilder, RetryPolicy, prelude::*};
use support::{
    folder::Folder,
    program::{Program, announce, built},
};
use tokio::runtime::Runtime;

const RUNS: usize = 13_000;
const FROM_DISK: usize = 10_000;
const FILES: usize = 100;
/// What the shell lets a process have that it starts.
const DESCRIPTORS: &str = "256";
const NAME: &str = "descriptors::ten_thousand_uploads_at_once_need_few_descriptors";
const FOLDER: &str = "FOLDER_OF_UPLOADS";

/// Returns the path of a file, of which there are fewer than runs.
fn file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{:02}.txt", number % FILES))
}

/// Starts runs at once, each with one of the uploads, by a client of their own.
async fn start(runs: Range<usize>, upload: impl Fn(usize) -> Upload) {
    // Waiting for descriptors is no retry.
    let builder = ClientBuilder::from_env().expect("a key");
    let client = builder.retry(RetryPolicy::off()).build();
    let client = client.expect("a client");
    let agent_id = env::var("NANONETS_AGENT_ID").expect("an agent");
    let agent_id: AgentId = agent_id.parse().expect("an id");
    let starting = runs.map(|number| {
        let run = client.run(agent_id).query(format!("Number {number}"));
        tokio::spawn(run.file(upload(number)).start().into_future())
    });
    for outcome in join_all(starting.collect::<Vec<_>>()).await {
        let started = outcome.expect("no panic").expect("a task");
        assert!(started.twins().found().is_empty());
    }
}

/// Starts all runs: files take descriptors, and connections do where there are no files.
async fn start_all(folder: &Path) {
    start(0..FROM_DISK, |number| Upload::path(file(folder, number))).await;
    let from_memory = |number| Upload::bytes("total.txt", format!("Total: {number}"));
    start(FROM_DISK..RUNS, from_memory).await;
    announce("started");
}

/// It is also the process that it starts.
#[test]
fn ten_thousand_uploads_at_once_need_few_descriptors() {
    let runtime = Runtime::new().expect("a runtime");
    if let Some(folder) = env::var_os(FOLDER) {
        return runtime.block_on(start_all(folder.as_ref()));
    }
    let folder = Folder::new("descriptors");
    for number in 0..FILES {
        let path = file(folder.path(), number);
        std::fs::write(path, format!("Total: {number}")).expect("a file");
    }
    let mut simulator = Program::start(&built("simulator"), &[], &[]);
    let (url, key) = (simulator.value("Base URL"), simulator.value("API key"));
    let agent_id = simulator.value("Agent id");
    let this = env::current_exe().expect("this program");
    let limited = format!("ulimit -n {DESCRIPTORS}; exec \"$0\" \"$@\"");
    let start = Instant::now();
    let mut starting = Program::start(
        Path::new("sh"),
        &[
            "-c",
            &limited,
            this.to_str().expect("a plain path"),
            "--exact",
            NAME,
            "--nocapture",
        ],
        &[
            ("NANONETS_BASE_URL", &url),
            ("NANONETS_API_KEY", &key),
            ("NANONETS_AGENT_ID", &agent_id),
            (FOLDER, folder.path().to_str().expect("a plain path")),
        ],
    );
    starting.value("started");
    println!(
        "figure uploads_with_{DESCRIPTORS}_descriptors {:.1} s",
        start.elapsed().as_secs_f64()
    );
    assert!(starting.child.wait().expect("it was started").success());

    let client = Client::builder().api_key(key).base_url(url).build();
    let client = client.expect("a client");
    let titles = client.list_tasks().items().page_size(100);
    let titles = titles.map_ok(|task| task.title).try_collect::<Vec<_>>();
    let titles = runtime.block_on(titles).expect("tasks");
    assert_eq!(titles.len(), RUNS);
    assert_eq!(titles.into_iter().collect::<HashSet<_>>().len(), RUNS);
}
