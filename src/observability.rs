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
//! Neither contains anything of bodies, queries or keys. Without a subscriber, a call pays for a
//! check of one atomic number.
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
