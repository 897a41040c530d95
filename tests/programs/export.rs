//! The export as a program: killed again and again, its file holds every task once in the end.

use std::{fs, path::PathBuf, time::Duration};

use chrono::Utc;
use nanonets_agents::{
    prelude::*,
    simulator::{Fault, Simulator},
};
use support::{
    folder::Folder,
    history::history,
    program::{Program, built},
    stage::seed,
};

const TASKS: usize = 20_000;
const KILLS: usize = 20;

struct Stage {
    folder: Folder,
    simulator: Simulator,
    program: PathBuf,
}

impl Stage {
    async fn new(name: &str, tasks: usize) -> Self {
        let simulator = Simulator::builder().history(history(tasks, Utc::now()));
        Self {
            folder: Folder::new(name),
            simulator: simulator.start().await.expect("a free port"),
            program: built("export"),
        }
    }

    fn path(&self, file: &str) -> String {
        self.folder.file(file).to_string_lossy().into_owned()
    }

    fn export(&self, arguments: &[&str]) -> Program {
        let environment = [
            ("NANONETS_BASE_URL", self.simulator.url()),
            ("NANONETS_API_KEY", self.simulator.key()),
        ];
        Program::start(&self.program, arguments, &environment)
    }

    fn ids(&self) -> Vec<String> {
        let tasks = self.simulator.tasks();
        tasks.iter().rev().map(|task| task.id.to_string()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_task_is_written_once_however_often_the_export_is_killed() {
    let stage = Stage::new("killed-export", TASKS).await;
    let expected = stage.ids();
    let client = stage.simulator.in_process_client().expect("a client");
    stage
        .simulator
        .inject(Fault::delay(Duration::from_millis(2)).on("list_tasks"));
    stage
        .simulator
        .inject(Fault::reset_after().on("list_tasks").chance(0.05));
    let mut random = fastrand::Rng::with_seed(seed("KILL_SEED"));
    let file = stage.path("tasks.jsonl");
    let requests = || stage.simulator.count("list_tasks");
    let mut begun = false;
    let mut kills = 0;
    while kills < KILLS {
        let mut export = stage.export(&[&file]);
        // By what the server sees, so that it doesn't depend on how fast this machine is.
        let until = requests() + random.usize(1..160);
        while requests() < until && export.child.try_wait().expect("it runs").is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if export.child.try_wait().expect("it runs").is_some() {
            break;
        }
        drop(export);
        kills += 1;
        // What is created after it has stored where it stands isn't in it.
        let progress = fs::read_to_string(stage.path("tasks.jsonl.progress"));
        begun |= progress.is_ok_and(|text| !text.contains("\"tasks\":0,"));
        if begun {
            let run = client.run(stage.simulator.agent_id()).query("Too late");
            run.start().await.expect("a task");
        }
    }
    println!("{kills} kills, {} requests", requests());
    let mut last = stage.export(&[&file]);
    last.child.wait().expect("it ends");
    let text = fs::read_to_string(&file).expect("a file");
    let found: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a whole line"))
        .map(|task| task["task_id"].as_str().expect("an id").to_owned())
        .collect();
    assert!(found == expected, "{} of {}", found.len(), expected.len());
    assert!(stage.simulator.tasks().len() > TASKS);
    assert!(!fs::exists(stage.path("tasks.jsonl.progress")).expect("a folder"));
    // What is complete isn't written over.
    let mut again = stage.export(&[&file]);
    assert!(!again.child.wait().expect("it ends").success());
    assert_eq!(fs::read_to_string(&file).expect("a file"), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_csv_has_a_row_for_each_task() {
    let stage = Stage::new("csv-export", 2_500).await;
    let client = stage.simulator.in_process_client().expect("a client");
    let run = client.run(stage.simulator.agent_id()).query("Say \"a, b\"");
    run.await.expect("an answer");
    let file = stage.path("tasks.csv");
    let mut export = stage.export(&[&file, "--shards", "3"]);
    assert!(export.child.wait().expect("it ends").success());
    let mut rows = csv::Reader::from_path(&file).expect("a file");
    let names = [
        "task_id",
        "agent_id",
        "agent_name",
        "status",
        "created_at",
        "updated_at",
        "title",
    ];
    assert_eq!(rows.headers().expect("a header"), &names[..]);
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let ids: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(ids, stage.ids());
    assert_eq!((&rows[0][3], &rows[0][6]), ("completed", "Say \"a, b\""));
}
