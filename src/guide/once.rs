//! Start nothing twice, whatever dies.
//!
//! # What can happen to a POST
//!
//! A run is a POST that creates a task. The API has no idempotency keys: the same POST again
//! creates another task, which is worked on and paid for. And a POST can end in more ways than two:
//!
#![doc = include_str!("../../docs/post.svg")]
//!
//! In the last three cases the client sees the same: no answer. To send the run again is wrong in
//! two of them, and not to send it is wrong in the third. So the crate looks first.
//!
//! # What the crate does
//!
//! Each run has a *marker*: a line at the end of its query that no other run has, such as `[run
//! 6b86b273ff34fce19d6b804eff5a3f57]`. Where no clear answer comes, the crate lists the tasks that
//! were created since (by the server's clock), and adopts the one that shows the marker. If two
//! such probes find none, and the server was given its time (15 s after a broken connection or a
//! 5xx, 60 s after a timeout, since a slow server may still carry the request out), it sends the
//! run again.
//!
//! ```
//! use nanonets_agents::{prelude::*, run::Provenance, simulator::{Fault, Simulator}};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The task is created, and the reply is lost.
//! let lost = Fault::reset_after().on("run_agent").times(1);
//! let simulator = Simulator::builder().fault(lost).build();
//! let client = simulator.in_process_client()?;
//!
//! let started = client.run(simulator.agent_id()).query("Pay invoice 17.").start().await?;
//! assert_eq!(started.provenance(), Provenance::Adopted);
//! assert_eq!(simulator.tasks().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! What can't be decided is the error
//! [`RunError::OutcomeUnknown`](crate::run::RunError::OutcomeUnknown), which names the candidates.
//! A run is never started twice in silence, and never given up in silence.
//!
//! # With a key, also across processes
//!
//! The marker helps as long as the process lives. With a *key*, a run happens once even if the
//! process dies:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::{ledger::SqliteLedger, prelude::*, run::Provenance};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let builder = Client::builder().api_key(simulator.key()).in_process(simulator.service());
//! # let agent_id = simulator.agent_id();
//! # let folder = std::env::temp_dir().join(format!("nanonets-guide-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("runs.db");
//! // `builder` is `ClientBuilder::from_env()?`, and `path` a file that outlives the process.
//! let client = builder.ledger(SqliteLedger::open(&path)?).build()?;
//!
//! let run = || client.run(agent_id).query("Pay invoice 17.").key("invoice-17");
//! let first = run().start().await?;
//! let again = run().start().await?; // here, after a crash, or in another process
//! assert_eq!(again.task_id(), first.task_id());
//! assert_eq!(again.provenance(), Provenance::Recorded);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! The [ledger](crate::ledger) records the key before the run is sent, and the task after. Take for
//! a key what is once in your own world: the number of an invoice, the id of an order, the hash of
//! a file. A key belongs to one request; with another query or file it is refused.
//!
//! | ledger | for | survives |
//! |---|---|---|
//! | [`MemoryLedger`](crate::ledger::MemoryLedger) | one client and its clones; the default | nothing |
//! | `SqliteLedger`, feature `ledger-sqlite` | all processes of one machine | a crash, a restart |
//! | your own, by the trait [`Ledger`](crate::ledger::Ledger) | whatever your store is shared by | what your store survives |
//!
//! Mark what you have dealt with, and a program that starts again finds what is left:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use futures_util::TryStreamExt;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! # client.run(agent_id).query("Pay invoice 17.").key("invoice-17").start().await?;
//! let ledger = client.ledger();
//! let left: Vec<_> = ledger.unfinished().try_collect().await?;
//! for entry in left {
//!     match entry.task {
//!         Some(task) => {
//!             let finished = client.task(&task).wait().await?;
//!             println!("{} {}", entry.key, finished.status());
//!             ledger.record_finished(task.task_id()).await?;
//!         }
//!         // Its process died while it sent the run. Start it again with the same key.
//!         None => println!("{} is in doubt", entry.key),
//!     }
//! }
//! # assert!(ledger.unfinished().try_next().await?.is_none());
//! # Ok(())
//! # }
//! ```
//!
//! # Who waits for a key, and for how long
//!
//! | what became of the first start | the next start of the key |
//! |---|---|
//! | it goes on | waits for its end, and gets its task |
//! | its future was dropped, with nothing sent | starts the run at once |
//! | its future was dropped while the request was under way | looks for the task, and adopts it within seconds; if there is none, sends the run again after 60 s |
//! | its process died | waits for the lease, 60 s unless [`with_lease`](crate::run::ReconcilePolicy::with_lease) says otherwise, and then looks for the task |
//!
//! The [events](crate::observability) `key held` and `key in doubt` tell of both waits. In a web
//! service, a handler is dropped when the browser goes away. Have the start go on without it, and
//! the next request finds its task:
//!
//! ```
//! use nanonets_agents::{prelude::*, run::{RunError, Started}};
//!
//! async fn start(client: Client, agent_id: String, order: String) -> Result<Started, RunError> {
//!     let run = client.run(agent_id).query("Read the order.").key(order);
//!     let starting = tokio::spawn(run.start());
//!     starting.await.expect("a start doesn't panic")
//! }
//! # let _ = start;
//! ```
//!
//! # What no client can promise
//!
//! A server may carry a request out so late that the run has another task by then. Such *twins* are
//! looked for when the run is started, and again when its task has ended. One that is certainly the
//! run's, by its marker, is cancelled; all are told:
//!
//! ```
//! use nanonets_agents::{prelude::*, run::RunError};
//!
//! # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
//! let answer = client.run(agent_id).query("Pay invoice 17.").await?;
//! for twin in answer.twins().found() {
//!     eprintln!("{} was started as well; cancelled: {}", twin.task_id(), twin.is_cancelled());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Settings
//!
//! [`ReconcilePolicy`](crate::run::ReconcilePolicy) has the numbers. Leave the marker out
//! ([`with_marker(false)`](crate::run::ReconcilePolicy::with_marker)) for an agent whose answer
//! depends on every word of the query; a run is then recognised by its text, which other programs
//! may send as well. A key that stays in doubt is a person's to decide: `settle` says which task is
//! the key's, `forget` that there is none.
//!
//! # Run it
//!
//! `cargo run --example once`
//!
//! ```no_run
#![doc = include_str!("../../examples/once.rs")]
//! ```
