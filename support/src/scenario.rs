//! Many runs against a simulator that fails in many ways, and what becomes of each.

use std::{collections::HashMap, time::Duration};

use futures_util::{StreamExt, stream};
use nanonets_agents::{
    prelude::*,
    run::{OnLateTwin, Provenance, ReconcilePolicy, RunError},
    simulator::{AgentSpec, Fault, Script, Simulator},
};

/// Which runs are started, against which faults.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub runs: usize,
    pub seed: u64,
    /// Probability of each fault for each request.
    pub chance: f64,
    /// Most that the list lags behind.
    pub lag: Duration,
    /// Number of runs that are started at once.
    pub concurrency: usize,
    /// Seconds that the server's clock is ahead.
    pub skew_seconds: i64,
    pub caller: Caller,
}

/// The caller who starts the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Reconciles, as the crate does by itself, and starts again what certainly wasn't started.
    Reconciling,
    /// Reconciles nothing, and sends again whatever has no clear answer.
    Naive,
}

/// What became of the runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub created: usize,
    pub adopted: usize,
    /// Runs with more than one task that wasn't cancelled.
    pub doubled: usize,
    /// Runs whose caller has a task that isn't there, or that another caller has as well.
    pub lost: usize,
    /// Runs whose outcome was reported as unknown.
    pub unknown: usize,
    pub requests: usize,
}

/// Carries out the scenario, under paused time.
pub async fn play(scenario: &Scenario) -> Report {
    let quick = AgentSpec::new("Quick").script(Script::empty().running(Duration::from_secs(1)));
    let simulator = Simulator::builder()
        .seed(scenario.seed)
        .clock_skew(scenario.skew_seconds)
        .keep_requests(0)
        .agent(quick)
        .build();
    // The list lags behind at all times, not by chance.
    simulator.inject(Fault::stale_list(scenario.lag));
    // Longer than an attempt may take.
    let others = [Fault::delay(Duration::from_secs(35)).on("run_agent")];
    for fault in withstood_faults().into_iter().chain(others) {
        simulator.inject(fault.chance(scenario.chance));
    }
    let policy = match scenario.caller {
        // One that is patient: the faults hit its probes as well.
        Caller::Reconciling => ReconcilePolicy::default().with_probes(100).with_resends(6),
        Caller::Naive => ReconcilePolicy::off(),
    };
    let client = Client::builder()
        .api_key(simulator.key())
        .in_process(simulator.service())
        .seed(scenario.seed)
        .reconcile(policy)
        .build()
        .expect("a client");

    let runs =
        stream::iter(0..scenario.runs).map(|number| start(&client, &simulator, scenario, number));
    let ends: Vec<(String, End)> = runs.buffer_unordered(scenario.concurrency).collect().await;
    report(&simulator, &ends)
}

/// Returns the faults against which a run happens once.
fn withstood_faults() -> Vec<Fault> {
    const SECOND: Duration = Duration::from_secs(1);
    vec![
        Fault::status_before(500),
        Fault::too_many_requests(Some("1")),
        Fault::html_error_page(),
        Fault::reply(504, "text/plain", "upstream request timeout"),
        Fault::reset_before(),
        Fault::stale_list(3 * SECOND),
        Fault::repeated_cursor(),
        Fault::repeated_page(),
        Fault::empty_page(),
        Fault::guide_list_shape(),
        Fault::status_after(503),
        Fault::reset_after(),
        Fault::delay(SECOND),
        Fault::cut_body(7),
        Fault::slow_body(SECOND),
    ]
}

/// What a caller knows at the end.
enum End {
    Task(uuid::Uuid, Provenance),
    Unknown,
}

async fn start(
    client: &Client,
    simulator: &Simulator,
    scenario: &Scenario,
    number: usize,
) -> (String, End) {
    // A tenth carries a file and a marker, a tenth looks like another one, the rest is told apart
    // by its text.
    let has_file = number.is_multiple_of(10);
    let text = match number % 10 {
        1 => format!("Look-alike {}", number / 20),
        _ => format!("Number {number}"),
    };
    loop {
        let mut run = client.run(simulator.agent_id()).query(&text);
        if has_file {
            run = run.file(Upload::bytes("a.txt", text.clone()));
            if scenario.caller == Caller::Reconciling {
                let policy = ReconcilePolicy::default()
                    .with_marker(true)
                    .with_late_twin(OnLateTwin::Cancel);
                run = run.reconcile(policy.with_probes(100).with_resends(6));
            }
        }
        match run.start().await {
            Ok(started) => {
                return (
                    text,
                    End::Task(started.task_id().into(), started.provenance()),
                );
            }
            // It is certain that there is none.
            Err(RunError::NotStarted(_)) => (),
            Err(RunError::OutcomeUnknown(_)) if scenario.caller == Caller::Naive => (),
            Err(RunError::OutcomeUnknown(_)) => return (text, End::Unknown),
            Err(error) => panic!("{error}"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Compares what the callers know with what the server has.
fn report(simulator: &Simulator, ends: &[(String, End)]) -> Report {
    let mut report = Report::default();
    let mut by_text: HashMap<String, Vec<uuid::Uuid>> = HashMap::new();
    for task in simulator.tasks() {
        if task.status == "stopped" {
            continue;
        }
        let query = task.run.query.unwrap_or_default();
        let text = query.lines().next().unwrap_or_default().to_owned();
        by_text.entry(text).or_default().push(task.id);
    }
    let mut wanted: HashMap<&str, Vec<&End>> = HashMap::new();
    for (text, end) in ends {
        wanted.entry(text).or_default().push(end);
    }
    for (text, ends) in wanted {
        let there = by_text.remove(text).unwrap_or_default();
        let mut taken = Vec::new();
        let mut unknown = 0;
        for end in ends {
            match end {
                End::Task(id, provenance) => {
                    match provenance {
                        Provenance::Adopted => report.adopted += 1,
                        _ => report.created += 1,
                    }
                    // A task that isn't there, or that another caller has, too.
                    if !there.contains(id) || taken.contains(id) {
                        report.lost += 1;
                    }
                    taken.push(*id);
                }
                End::Unknown => unknown += 1,
            }
        }
        report.unknown += unknown;
        taken.sort();
        taken.dedup();
        report.doubled += there.len().saturating_sub(taken.len() + unknown);
    }
    // What no caller asked for.
    report.doubled += by_text.values().map(Vec::len).sum::<usize>();
    for operation in [
        "run_agent",
        "list_tasks",
        "list_task_messages",
        "cancel_task",
    ] {
        report.requests += simulator.count(operation);
    }
    report
}
