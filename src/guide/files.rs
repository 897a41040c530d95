//! Send what is on disk, in memory, or on its way; store large answers.
//!
//! A run takes any number of files, and sends them in the order in which they were added. All are
//! streamed: a file of 10 GB takes the memory of a few buffers.
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let run = client
//!     .run(agent_id)
//!     .query("Do the order and the invoice agree?")
//!     .file("examples/data/invoice.pdf")                    // a path
//!     .file(Upload::bytes("order.txt", "2 chairs at 90.00")); // a name, and what is in memory
//! run.await?;
//! # assert_eq!(simulator.tasks()[0].run.files.len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! | the content is | write | a retry |
//! |---|---|---|
//! | a file on disk | `"invoice.pdf"`, or a [`PathBuf`](std::path::PathBuf) | opens the file again |
//! | in memory | [`Upload::bytes(name, content)`](crate::Upload::bytes) | sends it again; nothing is copied |
//! | on its way | [`Upload::stream(name, chunks)`](crate::Upload::stream) | isn't possible, and the error says so |
//!
//! The name that is sent is that of the path; [`name`](crate::Upload::name) sets another, and
//! [`mime`](crate::Upload::mime) the type, which is otherwise guessed from the name.
//!
//! # From a web server
//!
//! What a browser uploads can go on to the agent while it arrives. It can be sent only once, and a
//! proxy in front of the API may want to know its length:
//!
//! ```
//! use std::io;
//! use futures_core::Stream;
//! use nanonets_agents::{bytes::Bytes, prelude::*, run::{RunError, Started}};
//!
//! async fn forward(
//!     client: &Client,
//!     agent_id: &str,
//!     body: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
//!     length: u64,
//! ) -> Result<Started, RunError> {
//!     let file = Upload::stream("upload.pdf", body).length(length);
//!     client.run(agent_id).file(file).start().await
//! }
//! ```
//!
//! # What can go wrong
//!
//! - A file that can't be read, or that changes while it is sent, is told before a task is started:
//!   [`RunError::NotStarted`](crate::run::RunError::NotStarted).
//! - The API doesn't say how large files may be. One that is too large is refused with the status
//!   400, and the error has the server's words.
//! - An upload may take as long as it moves. It fails when nothing moves for 30 s, the time of one
//!   [attempt](crate::ClientBuilder::attempt_timeout).
//!
//! # Large answers
//!
//! A reply is held in memory while it is read, up to 64 MiB
//! ([`max_response_bytes`](crate::ClientBuilder::max_response_bytes)). A larger one fails with
//! [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge), and nothing is lost: the task has its
//! answer, which can be written to a file without being held in memory, whatever its size.
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! # let path = std::env::temp_dir().join(format!("nanonets-guide-{}.json", std::process::id()));
//! let task = client.run(agent_id).query("Extract everything.").start().await?;
//! let finished = task.wait().await?;
//! finished.handle().save_summary(&path).await?;
//! # assert!(std::fs::read_to_string(&path)?.contains("completed"));
//! # std::fs::remove_file(&path)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Run it
//!
//! `cargo run --example files`
//!
//! ```no_run
#![doc = include_str!("../../examples/files.rs")]
//! ```
