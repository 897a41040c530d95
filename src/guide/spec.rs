//! Use what the API has and the crate hasn't yet.
//!
//! All operations and types are generated from one file, `spec/openapi.yaml`, when the crate is
//! built. The API changes faster than a file that people maintain, so nothing that is new breaks a
//! program:
//!
//! - A status or a role that the spec doesn't know is an `Unknown` with its text.
//! - A field that the spec doesn't know is kept in `extra`, where its type has one, and ignored
//!   otherwise.
//! - Structs of replies are non-exhaustive, and have builders.
//!
//! ```
//! use nanonets_agents::types::{Task, TaskStatus};
//!
//! let body = r#"{
//!     "task_id": "0b9e6e5e-1111-4222-8333-444455556666",
//!     "agent_id": "5ac5e6d1-1111-4222-8333-444455556666",
//!     "status": "paused",
//!     "created_at": "2026-05-12T10:15:42Z",
//!     "updated_at": "2026-05-12T10:15:42Z"
//! }"#;
//! let task: Task = serde_json::from_str(body)?;
//! assert_eq!(task.status, TaskStatus::Unknown("paused".to_owned()));
//! assert_eq!(task.status.as_str(), "paused");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Sending what the spec doesn't know
//!
//! A field, a parameter or a header that the documentation doesn't name yet is an option of some
//! calls, or of the whole client:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! client.run(agent_id).query("Total?").extra_field("priority", "low").start().await?;
//!
//! let debugged = client.with(|options| {
//!     options.extra_query("debug", "true").extra_header("x-team", "billing")
//! })?;
//! debugged.list_tasks().send().await?;
//! # assert_eq!(simulator.requests().last().expect("one").query, "debug=true");
//! # Ok(())
//! # }
//! ```
//!
//! What comes back beside the documented value is in
//! [`metadata()`](crate::Response::metadata): the status, all headers, the id of the request.
//!
//! # Changing it
//!
//! In a checkout of the crate, edit `spec/openapi.yaml` and build. A new operation, field, value,
//! list with pages or form with files needs no line of Rust:
//!
//! ```sh
//! cargo build                            # mistakes are told all at once, with line and column
//! cargo run -p spec-tools -- changes     # what the edit breaks, adds and deprecates
//! cargo test --test codegen --test spec  # the listing and the copy of the code are renewed
//! ```
//!
//! `spec/README.md` has a table of every construct of OpenAPI and what becomes of it.
//!
//! # Where the spec is wrong
//!
//! With the feature `drift`, a client compares all replies with the spec and lists where they
//! differ; a tool makes a patch of the list.
//!
//! # Run it
//!
//! `cargo run --example spec`
//!
//! ```no_run
#![doc = include_str!("../../examples/spec.rs")]
//! ```
