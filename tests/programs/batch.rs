//! The examples `batch` and `worker`, killed again and again: each file and line runs once, and no
//! answer is missing.

use std::{collections::BTreeSet, fs, path::Path, process::Command, time::Duration};

use futures_util::TryStreamExt;
use nanonets_agents::{
    ledger::{LedgerExt, SqliteLedger},
    prelude::*,
    types::TaskStatus,
};
use support::{
    folder::Folder,
    program::{Program, built},
    stage::seed,
};

const FILES: usize = 40;
const KILLS: u32 = 100;
/// The shortest lease that there is, in seconds.
const LEASE: &str = "5";

/// A folder of files, with a simulator in another process that outlives those that use it.
struct Stage {
    folder: Folder,
    /// Killed with the stage.
    _simulator: Program,
    url: String,
    key: String,
    agent_id: String,
}

impl Stage {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        fs::create_dir(folder.file("files")).expect("a folder");
        for number in 0..FILES {
            let path = folder.file(format!("files/{number:02}.txt"));
            fs::write(path, format!("Total: {number}")).expect("a file");
        }
        let mut simulator = Program::start(&built("simulator"), &[], &[]);
        let (url, key) = (simulator.value("Base URL"), simulator.value("API key"));
        let agent_id = simulator.value("Agent id");
        Self {
            folder,
            _simulator: simulator,
            url,
            key,
            agent_id,
        }
    }

    fn environment(&self) -> [(&str, &str); 3] {
        [
            ("NANONETS_BASE_URL", &self.url),
            ("NANONETS_API_KEY", &self.key),
            ("NANONETS_AGENT_ID", &self.agent_id),
        ]
    }

    fn batch(&self, program: &Path) -> Program {
        let path = |name: &str| self.folder.file(name).to_string_lossy().into_owned();
        Program::start(
            program,
            &[
                &path("files"),
                "--answers",
                &path("answers.jsonl"),
                "--ledger",
                &path("runs.db"),
                "--lease",
                LEASE,
            ],
            &self.environment(),
        )
    }

    /// The names of the files in the answers, and in the tasks of the server.
    async fn check(&self) {
        let answers = fs::read_to_string(self.folder.file("answers.jsonl")).expect("answers");
        let answers: Vec<serde_json::Value> = answers
            .lines()
            .map(|line| serde_json::from_str(line).expect("a whole line"))
            .collect();
        let files: BTreeSet<&str> = answers
            .iter()
            .filter_map(|answer| answer["file"].as_str())
            .collect();
        assert_eq!((answers.len(), files.len()), (FILES, FILES), "each once");
        for answer in &answers {
            assert_eq!(answer["answer"]["files"][0]["name"], answer["file"]);
        }
        let client = Client::builder().api_key(&self.key).base_url(&self.url);
        let client = client.build().expect("a client");
        let tasks: Vec<_> = client
            .list_tasks()
            .items()
            .try_collect()
            .await
            .expect("tasks");
        assert_eq!(tasks.len(), FILES, "each file ran once");
        let ran: BTreeSet<String> = tasks.iter().map(|task| task.task_id.to_string()).collect();
        let answered = answers
            .iter()
            .filter_map(|answer| answer["task_id"].as_str());
        assert_eq!(answered.map(str::to_owned).collect::<BTreeSet<_>>(), ran);
    }
}

/// The worker waits for everything that was started, by itself or by a worker before it.
#[tokio::test]
async fn a_worker_that_is_killed_finishes_everything_that_was_started() {
    let stage = Stage::new("killed-worker");
    let jobs = stage.folder.file("jobs.txt");
    let lines: Vec<String> = (0..FILES).map(|number| format!("Job {number}")).collect();
    fs::write(&jobs, lines.join("\n")).expect("a file");
    let ledger = stage.folder.file("worker.db");
    let program = built("worker");
    let worker = || {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        Program::start(
            &program,
            &[&path(&jobs), "--ledger", &path(&ledger), "--lease", LEASE],
            &stage.environment(),
        )
    };
    let mut random = fastrand::Rng::with_seed(seed("KILL_SEED"));
    for _ in 0..20 {
        let worker = worker();
        tokio::time::sleep(Duration::from_millis(random.u64(5..500))).await;
        drop(worker);
    }
    let mut last = worker();
    last.value("Done");
    let client = Client::builder().api_key(&stage.key).base_url(&stage.url);
    let client = client.build().expect("a client");
    let tasks: Vec<_> = client
        .list_tasks()
        .items()
        .try_collect()
        .await
        .expect("tasks");
    assert_eq!(tasks.len(), FILES, "each job ran once");
    assert!(
        tasks
            .iter()
            .all(|task| task.status == TaskStatus::Completed)
    );
    let recorded = SqliteLedger::open(&ledger).expect("a ledger");
    let unfinished: Vec<_> = recorded.unfinished().try_collect().await.expect("it works");
    assert!(unfinished.is_empty(), "{unfinished:?}");

    // Once more: every answer was printed before.
    let mut again = worker();
    again.value("Using");
    assert_eq!(again.line(), "Done");
}

#[test]
fn a_line_that_cannot_be_a_key_is_refused_by_its_number() {
    let folder = Folder::new("long-line");
    let jobs = folder.file("jobs.txt");
    fs::write(&jobs, format!("Short\n\n{}\n", "x".repeat(1025))).expect("a file");
    let ledger = folder.file("worker.db");
    let output = Command::new(built("worker"))
        .arg(&jobs)
        .arg("--ledger")
        .arg(&ledger)
        .output()
        .expect("it was built");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(error.contains("line 3 has 1025 bytes"), "{error}");
    assert!(!ledger.exists(), "nothing was started");
}

/// A run that the server has refused leaves nothing in the ledger, but its line isn't done.
#[test]
fn a_line_whose_run_was_refused_is_left() {
    let mut stage = Stage::new("refused-line");
    stage.agent_id = uuid::Uuid::nil().to_string();
    let jobs = stage.folder.file("jobs.txt");
    fs::write(&jobs, "Job 1\nJob 2\nJob 1\n").expect("a file");
    let output = Command::new(built("worker"))
        .arg(&jobs)
        .arg("--ledger")
        .arg(stage.folder.file("worker.db"))
        .envs(stage.environment())
        .output()
        .expect("it was built");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (printed, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(!output.status.success());
    assert!(!printed.contains("Done"), "{printed}");
    assert_eq!(errors.matches("Job 1: ").count(), 1, "{errors}");
    assert!(errors.contains("2 are left"), "{errors}");
}

/// Each answer is printed once, whether the line of its run is still there or not.
#[tokio::test]
async fn a_worker_picks_up_what_another_one_has_started() {
    let stage = Stage::new("picked-up");
    let (jobs, file) = (
        stage.folder.file("jobs.txt"),
        stage.folder.file("worker.db"),
    );
    let client = Client::builder().api_key(&stage.key).base_url(&stage.url);
    let ledger = SqliteLedger::open(&file).expect("a ledger");
    let client = client.ledger(ledger).build().expect("a client");
    let mut ids = Vec::new();
    for line in ["Gone", "Here"] {
        let run = client.run(&stage.agent_id).query(line).key(line);
        ids.push(run.start().await.expect("a task").task_id().to_string());
    }
    drop(client);
    fs::write(&jobs, "Here\nNew\n").expect("a file");
    let output = Command::new(built("worker"))
        .arg(&jobs)
        .arg("--ledger")
        .arg(&file)
        .envs(stage.environment())
        .output()
        .expect("it was built");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    for id in ids {
        assert_eq!(printed.matches(&id).count(), 1, "{printed}");
    }
    assert_eq!(printed.matches(" completed ").count(), 3, "{printed}");
}

/// The moments are real, since it is a real process that dies; what is checked doesn't depend on
/// them.
#[tokio::test]
async fn each_file_runs_once_however_often_the_batch_is_killed() {
    let stage = Stage::new("killed-batch");
    let program = built("batch");
    let mut random = fastrand::Rng::with_seed(seed("KILL_SEED"));
    for _ in 0..KILLS {
        let batch = stage.batch(&program);
        tokio::time::sleep(Duration::from_millis(random.u64(5..400))).await;
        // By SIGKILL, at whatever point it has reached.
        drop(batch);
    }
    let mut last = stage.batch(&program);
    assert!(last.child.wait().expect("it ends").success());
    stage.check().await;

    // Once more: there is nothing left to start.
    let mut again = stage.batch(&program);
    assert_eq!(
        again.value("Files"),
        format!("{FILES}, of which {FILES} are answered")
    );
    assert!(again.child.wait().expect("it ends").success());
    stage.check().await;
}

#[tokio::test]
async fn two_batches_at_once_share_the_files() {
    let stage = Stage::new("shared-batch");
    let program = built("batch");
    let mut both = [stage.batch(&program), stage.batch(&program)];
    for batch in &mut both {
        assert!(batch.child.wait().expect("it ends").success());
    }
    stage.check().await;
}
