//! Have several processes do the work.
//!
//! # When one is enough
//!
//! The work is done at the server. A client sends a request a run and a few requests a minute to
//! wait for all of them, so that one process on one core starts and awaits some ten thousand tasks.
//! What limits a workspace is its rate limit, which a second process doesn't raise. Take more
//! processes in order to survive one that dies, or because they are there already: the replicas of
//! a web service, the workers of a queue.
//!
//! # What they share
//!
//! | | how |
//! |---|---|
//! | who starts a run | a [key](super::once) a job, and one [ledger](crate::ledger) for all |
//! | who waits for a task | whichever has started it; after a crash, any that finds it [unfinished](crate::ledger::LedgerExt::unfinished) |
//! | who answers a question | whichever can claim it first in your store; see [questions](super::questions) |
//! | the rate limit | each process finds its share by itself, by the 429s that it gets |
//!
//! All processes of one machine share a `SqliteLedger`. For more machines, the trait
//! [`Ledger`](crate::ledger::Ledger) puts it in a store of yours:
//! [`state`](crate::ledger::state) decides what becomes of a row, and the feature
//! `ledger-conformance` tests what you have written.
//!
//! # A worker
//!
//! A worker takes a job, starts its run under the job's key, and hands the task to the one
//! [`wait_many`](super::many_tasks) of the process. Two that take the same job start one task:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::{ledger::MemoryLedger, prelude::*, run::Provenance};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let agent_id = simulator.agent_id();
//! # let ledger = std::sync::Arc::new(MemoryLedger::new());
//! # let worker = || Client::builder()
//! #     .api_key(simulator.key()).in_process(simulator.service()).ledger(ledger.clone()).build();
//! // Two processes, with one ledger.
//! let (one, other) = (worker()?, worker()?);
//! let run = |worker: &Client| worker.run(agent_id).query("Read order 17.").key("order-17");
//! let (first, second) = tokio::try_join!(run(&one).start(), run(&other).start())?;
//!
//! assert_eq!(first.task_id(), second.task_id());
//! assert_eq!(simulator.tasks().len(), 1);
//! # assert_ne!(first.provenance(), second.provenance());
//! # Ok(())
//! # }
//! ```
//!
//! What a worker leaves that is killed, another one takes over: a key in doubt after its lease (60
//! s unless [`with_lease`](crate::run::ReconcilePolicy::with_lease) says otherwise), a task that is
//! known at once.
//!
//! # With a queue
//!
//! A queue delivers a job at least once, which is all that a key needs. Acknowledge a job when its
//! run is *started*, not when its task has ended: a task may take hours, and jobs that are held for
//! so long are delivered again. From there on, the ledger knows what is unfinished.
//!
//! # Run it
//!
//! `cargo run --example scaling`; the example `worker` starts a run for each line of a file, and
//! can be killed at any moment.
//!
//! ```no_run
#![doc = include_str!("../../examples/scaling.rs")]
//! ```
