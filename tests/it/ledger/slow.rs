//! A ledger that takes its time to renew a lease, which a run asks for right before it is sent.

use std::{collections::HashMap, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use nanonets_agents::{
    AgentId, ErrorKind, InProcess, InProcessReply, Phase, TaskId, TaskRef,
    ledger::{Claim, Claimed, Doubts, Entry, Lease, Ledger, LedgerError, MemoryLedger, Recorded},
    prelude::*,
    run::RunError,
    simulator::{Fault, Service, Simulator},
};
use support::stage::{minute_simulator, seconds};
use tokio::time::{Instant, sleep, timeout};

type Done<'a, T> = BoxFuture<'a, Result<T, LedgerError>>;

#[derive(Debug)]
struct Slow {
    ledger: MemoryLedger,
    /// How long it takes to answer a claim, once it has claimed the key.
    claim: Duration,
    /// How long it takes before it renews a lease.
    renewal: Duration,
    /// How long it takes before it records a task.
    record: Duration,
}

impl Default for Slow {
    fn default() -> Self {
        Self {
            ledger: MemoryLedger::new(),
            claim: Duration::ZERO,
            renewal: Duration::ZERO,
            record: Duration::ZERO,
        }
    }
}

impl Ledger for Slow {
    fn claim<'a>(&'a self, claim: &'a Claim) -> Done<'a, Claimed> {
        async move {
            let claimed = self.ledger.claim(claim).await;
            sleep(self.claim).await;
            claimed
        }
        .boxed()
    }

    fn renew<'a>(&'a self, lease: &'a Lease, duration: Duration) -> Done<'a, ()> {
        async move {
            sleep(self.renewal).await;
            self.ledger.renew(lease, duration).await
        }
        .boxed()
    }

    fn record_task<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
        doubts: &'a Doubts,
    ) -> Done<'a, ()> {
        async move {
            sleep(self.record).await;
            self.ledger.record_task(lease, task, doubts).await
        }
        .boxed()
    }

    fn withdraw<'a>(&'a self, lease: &'a Lease) -> Done<'a, ()> {
        self.ledger.withdraw(lease)
    }

    fn abandon<'a>(&'a self, lease: &'a Lease) -> Done<'a, ()> {
        self.ledger.abandon(lease)
    }

    fn record_finished(&self, task_id: TaskId) -> Done<'_, ()> {
        self.ledger.record_finished(task_id)
    }

    fn record_doubts<'a>(&'a self, task_id: TaskId, doubts: &'a Doubts) -> Done<'a, ()> {
        self.ledger.record_doubts(task_id, doubts)
    }

    fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> Done<'a, ()> {
        self.ledger.settle(key, task)
    }

    fn forget<'a>(&'a self, key: &'a str) -> Done<'a, ()> {
        self.ledger.forget(key)
    }

    fn prune(&self, older_than: Duration) -> Done<'_, u64> {
        self.ledger.prune(older_than)
    }

    fn recorded<'a>(&'a self, key: &'a str) -> Done<'a, Option<Recorded>> {
        self.ledger.recorded(key)
    }

    fn keys_of_tasks<'a>(&'a self, tasks: &'a [TaskId]) -> Done<'a, HashMap<TaskId, String>> {
        self.ledger.keys_of_tasks(tasks)
    }

    fn lookalikes<'a>(&'a self, agent_id: AgentId, print: &'a str) -> Done<'a, Vec<String>> {
        self.ledger.lookalikes(agent_id, print)
    }

    fn unfinished_after<'a>(&'a self, key: Option<&'a str>, limit: usize) -> Done<'a, Vec<Entry>> {
        self.ledger.unfinished_after(key, limit)
    }
}

/// A service that takes a second to read the first byte of a request, as a network may.
struct SlowService(Service);

impl InProcess for SlowService {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let service = self.0.clone();
        async move {
            sleep(seconds(1)).await;
            service.call(request).await
        }
        .boxed()
    }
}

/// Creates a client whose ledger takes so long to renew a lease. It is asked before the second
/// attempt of a run, since the lease isn't fresh any more after the delay of the first.
fn with_renewal(simulator: &Simulator, renewal: f64) -> Client {
    simulator.inject(
        Fault::too_many_requests(Some("20"))
            .on("run_agent")
            .times(1),
    );
    let ledger = Slow {
        renewal: seconds(renewal),
        ..Slow::default()
    };
    let builder = Client::builder().api_key(simulator.key()).ledger(ledger);
    let builder = builder.in_process(SlowService(simulator.service()));
    builder.build().expect("a client")
}

#[tokio::test(start_paused = true)]
async fn a_deadline_bounds_what_comes_before_sending() {
    let simulator = minute_simulator();
    let client = with_renewal(&simulator, 1000.0);
    let client = client.with(|options| options.deadline(seconds(30)));
    let client = client.expect("options");
    for file in [None, Some(Upload::bytes("a.txt", "Total: 1"))] {
        let mut run = client.run(simulator.agent_id()).query("How many?");
        run = run.key(format!("{file:?}"));
        if let Some(file) = file {
            run = run.file(file);
        }
        let (start, before) = (Instant::now(), simulator.count("run_agent"));
        let error = match run.start().await {
            Err(RunError::NotStarted(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            (error.kind(), error.phase(), error.attempts()),
            (ErrorKind::Timeout, Phase::NotSent, 1),
            "{error}"
        );
        assert_eq!(start.elapsed(), seconds(30));
        assert_eq!(simulator.count("run_agent"), before + 1);
        let fault = Fault::too_many_requests(Some("20"));
        simulator.inject(fault.on("run_agent").times(1));
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_before_sending_is_no_part_of_the_attempt() {
    for file in [None, Some(Upload::bytes("a.txt", "Total: 1"))] {
        let simulator = minute_simulator();
        let client = with_renewal(&simulator, 15.0);
        let client = client.with(|options| options.attempt_timeout(seconds(10)));
        let client = client.expect("options");
        let mut run = client.run(simulator.agent_id()).query("How many?").key("a");
        if let Some(file) = file {
            run = run.file(file);
        }
        let start = Instant::now();
        run.start().await.expect("a task");
        assert!(start.elapsed() >= seconds(35), "{:?}", start.elapsed());
        assert_eq!(simulator.count("run_agent"), 2);
        assert_eq!(simulator.tasks().len(), 1);
    }
}

/// The caller goes away while the ledger answers the claim, or records the task.
#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_while_the_ledger_works_has_one_task() {
    for (claim, record) in [(3, 0), (0, 10)] {
        let simulator = minute_simulator();
        let ledger = Slow {
            claim: seconds(claim),
            record: seconds(record),
            ..Slow::default()
        };
        let builder = Client::builder().api_key(simulator.key()).ledger(ledger);
        let client = builder.in_process(simulator.service()).build();
        let client = client.expect("a client");
        let run = || {
            let run = client.run(simulator.agent_id());
            run.query("How many?").key("a")
        };
        let dropped = timeout(seconds(1), run().start()).await;
        dropped.expect_err("the ledger is slow");
        let start = Instant::now();
        let again = run().start().await.expect("a task");
        assert!(start.elapsed() < seconds(25), "{:?}", start.elapsed());
        assert_eq!(simulator.tasks().len(), 1);
        assert_eq!(*again.task_id().as_uuid(), simulator.tasks()[0].id);
    }
}
