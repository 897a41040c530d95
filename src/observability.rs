//! How to observe calls, with the `tracing` ecosystem or with a callback.
//!
//! Each call is a span `nanonets_agents.call` at level `DEBUG`, target `nanonets_agents`:
//!
//! | field | what |
//! |---|---|
//! | `operation` | id of the operation in the spec, such as `get_task` |
//! | `task_id`, `agent_id`, … | each parameter of the operation's path, by its name in the spec |
//! | `attempts` | how many attempts it took, at the end |
//! | `status` | the status of the last answer, at the end |
//!
//! Around the calls are the spans of what they are for, with the same level and target:
//!
//! | span | fields | what |
//! |---|---|---|
//! | `nanonets_agents.run` | `agent_id` | a run, until it has its task |
//! | `nanonets_agents.wait` | `task_id` | the wait for one task |
//! | `nanonets_agents.sweep` | `tasks`, `list` | a step of a wait for many, by a list or without |
//! | `nanonets_agents.question` | `task_id` | a question: it is read, asked and answered |
//!
//! The field `list` is `live` or `ended`.
//!
//! Each further attempt is an event `retrying` at level `WARN`, target `nanonets_agents`:
//!
//! | field | what |
//! |---|---|
//! | `operation` | as above |
//! | `attempts` | how many attempts there were so far |
//! | `reason` | a [`RetryReason`](crate::RetryReason), such as `rate_limited` |
//! | `status` | the status of the last answer, where there was one |
//! | `delay_ms` | how long the call waits before the next attempt, in milliseconds |
//! | `server_asked` | whether the server asked for (a part of) the delay |
//!
//! A call that a `Retry-After` holds back for a second or more, by another call's 429, is an event
//! `held back` at level `INFO` with the fields `operation` and `held_ms`.
//!
//! What becomes of a [run](crate::run) whose requests got no clear answer is told by further
//! events, all with the target `nanonets_agents`. A run that is answered at once has only the
//! first, unless its [key](crate::run::Run::key) was held by another run, before or after.
//!
//! | event | level | when |
//! |---|---|---|
//! | `started` | `DEBUG` | the server's answer has named the run's task |
//! | `key held` | `INFO` | another run holds the key; this one waits for it, sending nothing |
//! | `key in doubt` | `INFO` | an earlier run of the key may have a task, which is searched for |
//! | `unclear` | `WARN` | a request of the run may have started a task, or may start it later |
//! | `probed` | `DEBUG` | the list was searched for the run's task |
//! | `probe failed` | `WARN` | the list couldn't be searched; the next probe tries again |
//! | `sending again` | `WARN` | the run's task wasn't found, and the run is sent once more |
//! | `found` | `INFO` | the run's task was found in the list |
//! | `twin` | `WARN` | the run has another task, or may have; again where it is cancelled later |
//! | `twins unknown` | `WARN` | the list of tasks couldn't be searched for twins |
//! | `outcome unknown` | `WARN` | the run ends with that [error](crate::run::RunError) |
//!
//! | field | in | what |
//! |---|---|---|
//! | `agent_id` | all but `twin` and `twins unknown` | the agent |
//! | `lease_ms` | `key held` | for how much longer, unless the other run ends or renews its lease |
//! | `reason` | `unclear` | `interrupted`, `server_error` or `timeout` |
//! | `status` | `unclear` | the status of the answer, where there was one |
//! | `requests` | `sending again`, `outcome unknown` | how often this process has sent the run |
//! | `task_id` | `started`, `found`, `twin`, `twins unknown` | the run's task |
//! | `provenance` | `found` | `adopted` |
//! | `twin` | `twin` | the id of the other task |
//! | `certain` | `twin` | whether it is certainly the run's |
//! | `cancelled` | `twin` | whether it was cancelled |
//! | `error` | `twins unknown`, `probe failed` | why |
//! | `matches`, `candidates` | `probed` | how many tasks are the run's, and how many may be |
//! | `candidates` | `outcome unknown` | how many tasks may be the run's |
//!
//! The reason decides how long the run isn't sent again; see
//! [`ReconcilePolicy`](crate::run::ReconcilePolicy). `sending again` counts the request that
//! follows.
//!
//! [Waits](crate::wait) have events of their own, with the same target and the field `task_id`:
//!
//! | event | level | when |
//! |---|---|---|
//! | `ended` | `DEBUG` | a wait has seen the task's end, a `status`, after so many `polls` |
//! | `waiting failed` | `WARN` | a wait ends with a [`WaitError`](crate::wait::WaitError) |
//! | `poll failed` | `DEBUG` | the status couldn't be read; `error` says why |
//! | `answering` | `DEBUG` | the answer to a question is sent |
//! | `answer unclear` | `WARN` | it isn't known whether the answer has arrived; `error` says why |
//! | `answer dropped` | `WARN` | an answer isn't sent, since its question isn't open any more |
//!
//! The field `reason` of `waiting failed` is `deadline`, `needs_input`, `handler_panicked`, `gone`
//! or `refused`.
//!
//! Each call of a [ledger](crate::ledger) is an event `ledger` at level `DEBUG`, with the `method`,
//! the `time_ms` that it took, and the kind of the `error` where there was one.
//!
//! With the feature `drift`, each difference between replies and the spec is an event `drift` at
//! level `INFO` when it is seen first, with the fields of its entry:
//!
//! | field | what |
//! |---|---|
//! | `operation` | as above |
//! | `status` | the response in the spec, such as `2XX`, or an undocumented code |
//! | `path` | the place in the body, such as `data[].status` |
//! | `kind` | what differs, such as `unknown_field` |
//! | `schema` | the place from the innermost schema with a name, where there is one |
//!
//! None of them contains anything of bodies, queries or keys, but for names of unknown fields that
//! look like names. Without a subscriber, a call pays for
//! a check of one atomic number.
//!
//! [`SnapshotExt::snapshot`](crate::SnapshotExt::snapshot) returns the figures of a client for a
//! dashboard: requests by operation, retries by reason, what is left of the retry budget, how
//! requests are held back, and how many tasks are waited for. The example `metrics` exports them to
//! Prometheus and OpenTelemetry.
//!
//! [`Options::on_retry`](crate::Options::on_retry) gives a [`RetryEvent`](crate::RetryEvent) to a
//! callback, for programs that count retries without `tracing`:
//!
//! ```
//! use nanonets_agents::{Error, prelude::*};
//!
//! # fn example(client: Client) -> Result<(), Error> {
//! let observed = client.with(|options| {
//!     options.on_retry(|event| eprintln!("{}, attempt {}", event.operation, event.attempts))
//! })?;
//! # Ok(())
//! # }
//! ```
