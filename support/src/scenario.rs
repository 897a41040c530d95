//! Many runs against a simulator that is as unkind as the world, and what becomes of each.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, stream};
use nanonets_agents::{
    ledger::MemoryLedger,
    prelude::*,
    run::{Provenance, ReconcilePolicy, RunError, Started},
    simulator::{AgentSpec, Fault, Script, Simulator},
};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use uuid::Uuid;

/// Which runs are started, in which world.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub runs: usize,
    pub seed: u64,
    pub world: World,
    /// How often each fault hits a request, in place of what the world says. Late ones keep their
    /// rate.
    pub chance: Option<f64>,
    /// Time from the start of one run to that of the next.
    pub interval: Duration,
    /// Seconds that the server's clock is ahead.
    pub skew_seconds: i64,
    pub caller: Caller,
}

/// How unkind the world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// Every fault that the simulator knows hits every 50th request, late ones and other writers
    /// among them; the list and the messages lag 3 s behind; clients are killed.
    Hostile,
    /// Every fault hits every 100th request, but requests are carried out late only once in 1000;
    /// the list lags 2 s behind.
    Usual,
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
    pub recorded: usize,
    /// Runs with a task that their caller doesn't know of.
    pub silent_doubles: usize,
    /// Runs with more than one task, whose caller was told so or was told that it isn't known.
    pub told_doubles: usize,
    /// Runs with another task that their caller was told may still appear.
    pub told_open: usize,
    /// Runs whose caller has a task that isn't there.
    pub lost: usize,
    /// Runs whose caller has the task of another run.
    pub swapped: usize,
    /// Runs whose outcome was reported as unknown, those with a marker among them.
    pub unknown: usize,
    pub unknown_marked: usize,
    pub marked: usize,
    pub requests: usize,
    /// How long each run took to be started, in order.
    pub settled: Vec<Duration>,
}

impl Report {
    /// Returns the time within which this share of the runs was started.
    pub fn settled_within(&self, share: f64) -> Duration {
        let last = self.settled.len().saturating_sub(1);
        self.settled
            .get((last as f64 * share) as usize)
            .copied()
            .unwrap_or_default()
    }
}

/// The kinds of runs, in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// With a text that many runs have.
    Text,
    /// With a file and a text that many runs have.
    File,
    /// With a file alone.
    FileAlone,
    /// With a key, by one of two clients that share a ledger.
    Key,
    /// With a key, by a client that is killed now and then, until one gets through.
    KilledKey,
    /// With a key, by two clients at once.
    SharedKey,
    /// With a file and without a marker, among other writers.
    UnmarkedFile,
    /// With a text of its own and without a marker.
    UnmarkedText,
    /// With a file and without a marker, by the only writer.
    SoleWriter,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Text,
        Self::File,
        Self::FileAlone,
        Self::Key,
        Self::KilledKey,
        Self::SharedKey,
        Self::UnmarkedFile,
        Self::UnmarkedText,
        Self::SoleWriter,
    ];

    fn of(scenario: &Scenario, number: usize) -> Self {
        // The world as it mostly is sends markers.
        let kinds = match scenario.world {
            World::Hostile => &Self::ALL[..],
            World::Usual => &Self::ALL[..4],
        };
        kinds[number % kinds.len()]
    }

    fn is_marked(self) -> bool {
        !matches!(
            self,
            Self::UnmarkedFile | Self::UnmarkedText | Self::SoleWriter
        )
    }

    /// Whether other programs use the agent as well.
    fn has_other_writers(self) -> bool {
        !matches!(self, Self::UnmarkedText | Self::SoleWriter)
    }
}

/// What a caller knows at the end.
#[derive(Debug)]
enum End {
    Task {
        id: Uuid,
        provenance: Provenance,
        twins: Vec<Uuid>,
        is_open: bool,
    },
    Unknown,
}

/// The simulators and the clients of a scenario.
struct Stage {
    begin: Instant,
    /// The agent of all programs.
    shared: Simulator,
    /// The agent that no other program uses.
    alone: Simulator,
    /// Two clients that share a ledger.
    pair: [Client; 2],
    sole: Client,
}

impl Stage {
    fn new(scenario: &Scenario) -> Self {
        let shared = simulator(scenario, true);
        let alone = simulator(scenario, false);
        let ledger = Arc::new(MemoryLedger::new());
        let client = |simulator: &Simulator, seed: u64| {
            Client::builder()
                .api_key(simulator.key())
                .in_process(simulator.service())
                .seed(scenario.seed + seed)
                .ledger(ledger.clone())
                .build()
                .expect("a client")
        };
        Self {
            begin: Instant::now(),
            pair: [client(&shared, 0), client(&shared, 1)],
            sole: client(&alone, 2),
            shared,
            alone,
        }
    }
}

fn simulator(scenario: &Scenario, has_other_writers: bool) -> Simulator {
    // Long enough for what is carried out late to be there before the last look.
    let agent = AgentSpec::new("Slow").script(Script::empty().running(seconds(400.0)));
    let simulator = Simulator::builder()
        .seed(scenario.seed)
        .clock_skew(scenario.skew_seconds)
        .keep_requests(0)
        .agent(agent)
        .build();
    for fault in faults(scenario, has_other_writers) {
        simulator.inject(fault);
    }
    simulator
}

fn faults(scenario: &Scenario, has_other_writers: bool) -> Vec<Fault> {
    let (chance, late, lag) = match scenario.world {
        World::Hostile => (0.02, 0.01, 3.0),
        World::Usual => (0.01, 0.001 / 3.0, 2.0),
    };
    let chance = scenario.chance.unwrap_or(chance);
    // These hold for all requests.
    let mut faults = vec![
        Fault::stale_list(seconds(lag)),
        Fault::stale_messages(seconds(lag)),
    ];
    let is_late = |fault: &Fault| format!("{fault:?}").contains("Late(");
    let is_others = |fault: &Fault| format!("{fault:?}").contains("Others(");
    let all = Fault::all().into_iter();
    let by_chance = all.filter(|fault| !is_late(fault) && (has_other_writers || !is_others(fault)));
    faults.extend(by_chance.map(|fault| fault.chance(chance)));
    // Longer than an attempt may take.
    faults.push(
        Fault::delay(seconds(35.0))
            .on("run_agent")
            .chance(chance / 2.0),
    );
    for delay in [2.0, 25.0, 70.0] {
        for fault in [
            Fault::late_after_reset(seconds(delay)),
            Fault::late_after_silence(seconds(delay)),
            Fault::late_after_status(504, seconds(delay)),
        ] {
            faults.push(fault.on("run_agent").chance(late / 3.0));
        }
    }
    faults
}

/// Carries out the scenario, under paused time.
pub async fn play(scenario: &Scenario) -> Report {
    let stage = Stage::new(scenario);
    let runs = stream::iter(0..scenario.runs).map(|number| start(&stage, scenario, number));
    // More than can be under way at once.
    let mut runs = runs.buffer_unordered(10_000);
    let mut ends: HashMap<usize, Vec<End>> = HashMap::new();
    let mut report = Report::default();
    while let Some((number, end, settled)) = runs.next().await {
        report.settled.extend(settled);
        ends.entry(number).or_default().extend(end);
    }
    report.settled.sort_unstable();
    for (number, ends) in &ends {
        count_ends(&mut report, Kind::of(scenario, *number), ends);
    }
    judge(&mut report, &stage, &ends);
    for simulator in [&stage.shared, &stage.alone] {
        for operation in [
            "run_agent",
            "list_tasks",
            "list_task_messages",
            "cancel_task",
        ] {
            report.requests += simulator.count(operation);
        }
    }
    report
}

/// Starts a run, and returns what each of its callers knows in the end, and how long it took them.
async fn start(
    stage: &Stage,
    scenario: &Scenario,
    number: usize,
) -> (usize, Vec<End>, Vec<Duration>) {
    let kind = Kind::of(scenario, number);
    sleep_until(stage.begin + scenario.interval * number as u32).await;
    let callers = match kind {
        Kind::SharedKey => vec![0, 1],
        _ => vec![number / Kind::ALL.len() % 2],
    };
    let starts = callers
        .iter()
        .map(|caller| by_caller(stage, scenario, number, *caller));
    let ended = futures_util::future::join_all(starts).await;
    let (ends, settled) = ended.into_iter().unzip();
    (number, ends, settled)
}

async fn by_caller(
    stage: &Stage,
    scenario: &Scenario,
    number: usize,
    caller: usize,
) -> (End, Duration) {
    let kind = Kind::of(scenario, number);
    let mut random = fastrand::Rng::with_seed(scenario.seed.wrapping_mul(31) + number as u64);
    let begin = Instant::now();
    let mut tries = 0;
    loop {
        let client = match kind {
            _ if !kind.has_other_writers() => &stage.sole,
            // A process that was killed is followed by another one.
            Kind::KilledKey => &stage.pair[tries % 2],
            _ => &stage.pair[caller],
        };
        tries += 1;
        let starting = run(client, stage, scenario, kind, number).start();
        let outcome = if kind == Kind::KilledKey && tries < 4 {
            let life = seconds(random.f64() * 40.0);
            match timeout(life, starting).await {
                Ok(outcome) => outcome,
                Err(_killed) => continue,
            }
        } else {
            starting.await
        };
        match outcome {
            Ok(started) => {
                let settled = begin.elapsed();
                return (known(&started).await, settled);
            }
            // It is certain that there is none.
            Err(RunError::NotStarted(_)) => (),
            Err(RunError::OutcomeUnknown(_)) if scenario.caller == Caller::Naive => (),
            Err(RunError::OutcomeUnknown(_)) => return (End::Unknown, begin.elapsed()),
            Err(error) => panic!("{error}"),
        }
        sleep(seconds(1.0)).await;
    }
}

fn run(
    client: &Client,
    stage: &Stage,
    scenario: &Scenario,
    kind: Kind,
    number: usize,
) -> nanonets_agents::run::Run {
    let simulator = if kind.has_other_writers() {
        &stage.shared
    } else {
        &stage.alone
    };
    let mut run = client.run(simulator.agent_id());
    // By this the judge knows the run of a task; the crate doesn't see it in any list.
    run = run.extra_field("number", number.to_string());
    run = match kind {
        Kind::FileAlone => run,
        Kind::UnmarkedText => run.query(format!("Number {number}")),
        // Most programs send different texts.
        _ if scenario.world == World::Usual && !number.is_multiple_of(10) => {
            run.query(format!("Number {number}"))
        }
        _ => run.query(format!("Look-alike {}", number / 100)),
    };
    if matches!(
        kind,
        Kind::File | Kind::FileAlone | Kind::UnmarkedFile | Kind::SoleWriter
    ) {
        run = run.file(Upload::bytes("a.txt", number.to_string()));
    }
    let has_key = matches!(kind, Kind::Key | Kind::KilledKey | Kind::SharedKey);
    if has_key && scenario.caller == Caller::Reconciling {
        run = run.key(number.to_string());
    }
    run.reconcile(match scenario.caller {
        Caller::Naive => ReconcilePolicy::off(),
        Caller::Reconciling => ReconcilePolicy::default()
            // The faults hit the probes as well.
            .with_probes(20)
            .with_marker(kind.is_marked())
            .with_sole_writer(kind == Kind::SoleWriter),
    })
}

/// Waits for the task where another one may still appear, and returns what the caller knows then.
async fn known(started: &Started) -> End {
    let mut twins = started.twins().clone();
    let mut found: Vec<Uuid> = ids(&twins);
    if twins.is_open() {
        let finished = started.wait().deadline(seconds(86_400.0)).await;
        twins = finished.expect("an end within a day").twins().clone();
        found.extend(ids(&twins));
    }
    End::Task {
        id: *started.task_id().as_uuid(),
        provenance: started.provenance(),
        twins: found,
        is_open: twins.is_open(),
    }
}

fn ids(twins: &nanonets_agents::run::Twins) -> Vec<Uuid> {
    twins
        .found()
        .iter()
        .map(|twin| *twin.task_id().as_uuid())
        .collect()
}

fn count_ends(report: &mut Report, kind: Kind, ends: &[End]) {
    for end in ends {
        report.marked += usize::from(kind.is_marked());
        match end {
            End::Task { provenance, .. } => match provenance {
                Provenance::Adopted => report.adopted += 1,
                Provenance::Recorded => report.recorded += 1,
                _ => report.created += 1,
            },
            End::Unknown => {
                report.unknown += 1;
                report.unknown_marked += usize::from(kind.is_marked());
            }
        }
    }
}

/// Compares what the callers know with what the servers have.
fn judge(report: &mut Report, stage: &Stage, ends: &HashMap<usize, Vec<End>>) {
    let mut by_number: HashMap<usize, HashSet<Uuid>> = HashMap::new();
    let mut all = HashSet::new();
    for simulator in [&stage.shared, &stage.alone] {
        for task in simulator.tasks() {
            all.insert(task.id);
            let number = task
                .run
                .extra
                .get("number")
                .and_then(|value| value.as_str());
            let number = number.and_then(|number| number.parse().ok());
            if !task.is_foreign {
                let number = number.expect("every run has a number");
                by_number.entry(number).or_default().insert(task.id);
            }
        }
    }
    for (number, ends) in ends {
        let there = by_number.remove(number).unwrap_or_default();
        let (mut known, mut is_unknown, mut is_open) = (HashSet::new(), false, false);
        for end in ends {
            match end {
                End::Task {
                    id,
                    twins,
                    is_open: may_have_more,
                    ..
                } => {
                    if !there.contains(id) {
                        let count = if all.contains(id) {
                            &mut report.swapped
                        } else {
                            &mut report.lost
                        };
                        *count += 1;
                    }
                    known.insert(*id);
                    known.extend(twins);
                    is_open |= may_have_more;
                }
                End::Unknown => is_unknown = true,
            }
        }
        let untold = there.difference(&known).count();
        if untold > 0 && !is_unknown {
            let count = if is_open {
                &mut report.told_open
            } else {
                &mut report.silent_doubles
            };
            *count += 1;
        } else if there.len() > 1 {
            report.told_doubles += 1;
        }
    }
    // What no caller asked for.
    report.silent_doubles += by_number.len();
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}
