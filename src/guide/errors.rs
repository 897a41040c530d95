//! Know what to do about each error.
//!
//! Most failures never reach you: what may be repeated is repeated, with backoff and jitter, within
//! the budget of the client. An error is what is left, and its text says what happened, to which
//! operation, after how many attempts, and what to do.
//!
//! # Three types
//!
//! | type | from | what it tells |
//! |---|---|---|
//! | [`Error`](crate::Error) | a call: `send()`, `fetch()`, `cancel()`, a stream of a list | what happened to one request |
//! | [`WaitError`](crate::wait::WaitError) | a wait | why the wait ended before the task; it has the task |
//! | [`RunError`](crate::run::RunError) | `start()`, an awaited run, `output()` | how far the run got; it has the task where there is one |
//!
//! All are `std` errors, so that `?` takes them to `anyhow`, `eyre` or `Box<dyn Error>` as they
//! are.
//!
//! # What to do about a run
//!
//! Each variant of a [`RunError`](crate::run::RunError) has one thing to do:
//!
//! ```
//! use nanonets_agents::{prelude::*, run::RunError, wait::WaitError};
//!
//! async fn total(client: &Client, agent_id: &str) {
//!     match client.run(agent_id).query("Total?").await {
//!         Ok(answer) => println!("{:?}", answer.structured()),
//!
//!         // Nothing was started. Start it again later, or correct what was refused.
//!         Err(RunError::NotStarted(error)) if error.is_retryable() => println!("later: {error}"),
//!         Err(RunError::NotStarted(error)) => println!("to be corrected: {error}"),
//!
//!         // There may be a task. A person looks at the candidates.
//!         Err(RunError::OutcomeUnknown(unknown)) => {
//!             for task in unknown.candidates() {
//!                 println!("perhaps {}", task.task_id);
//!             }
//!         }
//!
//!         // The task goes on, and can be waited for again.
//!         Err(RunError::Wait { error: WaitError::Deadline(late), .. }) => {
//!             println!("store {}", late.task_ref());
//!         }
//!         // The agent asks. Answer, and wait again.
//!         Err(RunError::Wait { error: WaitError::NeedsInput { question, .. }, .. }) => {
//!             println!("{question}");
//!         }
//!
//!         // The task has ended otherwise, or its answer is another than you wanted. The error
//!         // says why, and has the task.
//!         Err(other) => println!("{other}"),
//!     }
//! }
//! # let _ = total;
//! ```
//!
//! # What to do about a call
//!
//! [`Error::kind`](crate::Error::kind) says what happened, and
//! [`is_retryable`](crate::Error::is_retryable) whether the same call may succeed later:
//!
//! | [`ErrorKind`](crate::ErrorKind) | what happened | what to do |
//! |---|---|---|
//! | `Configuration` | a setting of the client can't work | correct it |
//! | `InvalidRequest` | an argument can't work; nothing was sent | correct it |
//! | `Connect` | the server couldn't be reached; nothing was sent | check the network; try again later |
//! | `Timeout`, `Interrupted` | no whole reply came | [`phase`](crate::Error::phase) says whether the request may have been carried out |
//! | `Status` | the server refused; [`status`](crate::Error::status) says how | see below |
//! | `Decode`, `TooLarge` | the reply can't be read | report it; [`body`](crate::Error::body) has what came |
//! | `RepeatedCursor` | a list leads in a circle | report it to the service |
//! | `Ledger` | the ledger of runs failed | look at the store behind it |
//!
//! | status | what it means | what the crate does |
//! |---|---|---|
//! | 400 | a wrong field, an unknown value, too large a file | returns it at once, with the server's words |
//! | 401, 403 | the key is wrong, or may not do this; an inactive agent | returns it at once |
//! | 404 | there is no such task or agent in the workspace | returns it at once |
//! | 409 | the state doesn't allow it, such as a message to a task that has ended | returns it at once |
//! | 429 | the workspace has used up its limit | waits, for every operation; see [limits](super::limits) |
//! | 5xx | the server failed | repeats what is idempotent; of a run, [looks for its task](super::once) |
//!
//! # In a web service
//!
//! A user of yours isn't interested in operations and attempts. Map the error to a status, and log
//! its whole text where only you see it: that of an answer which doesn't fit repeats its beginning,
//! which may be a customer's document.
//!
//! ```
//! use nanonets_agents::{Error, ErrorKind, http::StatusCode, run::RunError, wait::WaitError};
//!
//! fn of_run(error: &RunError) -> StatusCode {
//!     match error {
//!         RunError::NotStarted(error) | RunError::Answer { error, .. } => of_call(error),
//!         RunError::Wait { error: WaitError::Deadline(_), .. } => StatusCode::ACCEPTED,
//!         RunError::Wait { error: WaitError::NeedsInput { .. }, .. } => StatusCode::CONFLICT,
//!         RunError::NotCompleted(_) | RunError::Output { .. } => StatusCode::UNPROCESSABLE_ENTITY,
//!         _ => StatusCode::BAD_GATEWAY,
//!     }
//! }
//!
//! fn of_call(error: &Error) -> StatusCode {
//!     match (error.kind(), error.status()) {
//!         (ErrorKind::InvalidRequest, _) => StatusCode::BAD_REQUEST,
//!         (ErrorKind::Timeout, _) => StatusCode::GATEWAY_TIMEOUT,
//!         (ErrorKind::Connect, _) => StatusCode::SERVICE_UNAVAILABLE,
//!         (ErrorKind::Status, Some(StatusCode::NOT_FOUND)) => StatusCode::NOT_FOUND,
//!         (ErrorKind::Status, Some(StatusCode::TOO_MANY_REQUESTS)) => {
//!             StatusCode::SERVICE_UNAVAILABLE
//!         }
//!         _ => StatusCode::BAD_GATEWAY,
//!     }
//! }
//! # let error = Error::new(ErrorKind::Timeout, nanonets_agents::Phase::MaybeSent, "late");
//! # assert_eq!(of_run(&RunError::NotStarted(error)), StatusCode::GATEWAY_TIMEOUT);
//! ```
//!
//! No text shows the API key, whatever a server repeats.
//!
//! # Run it
//!
//! `cargo run --example errors`
//!
//! ```no_run
#![doc = include_str!("../../examples/errors.rs")]
//! ```
