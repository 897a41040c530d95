//! Go through all tasks, and go on after a crash.
//!
//! # One page, or all of them
//!
//! The API returns lists in pages, each with a *cursor* that leads to the next. `send()` gets one
//! page; [`items()`](crate::pages::PageExt::items) is a stream of all items, which fetches the next
//! page while you consume one:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use futures_util::TryStreamExt;
//! use nanonets_agents::{prelude::*, types::TaskStatus};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! # client.run(agent_id).query("How many?").await?;
//! let mut tasks = client
//!     .list_tasks()
//!     .agent_id(agent_id)
//!     .status([TaskStatus::Completed, TaskStatus::Failed])
//!     .created_after(chrono::Utc::now() - chrono::TimeDelta::days(7))
//!     .items();
//! while let Some(task) = tasks.try_next().await? {
//!     println!("{} {} {}", task.created_at, task.task_id, task.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | method | what it yields | take it where |
//! |---|---|---|
//! | `send()` | one page | you show a page, with a button for the next one |
//! | [`items()`](crate::pages::PageExt::items) | each item | the list is short, or you stop early |
//! | [`pages()`](crate::pages::PageExt::pages) | each page, with its cursor | you store what you have, page by page |
//! | [`export()`](crate::pages::PageExt::export) | each item, newest first | the list is long, and you want all of it |
//!
//! An empty page doesn't end a list, and a cursor that leads in a circle is an error. A list of a
//! million tasks takes as much memory as one of ten thousand.
//!
//! # After an error
//!
//! Each page is fetched with all the retries of a call. Where that fails, the stream yields the
//! error, and its next item comes from the page that failed: call `try_next` again. To go on in
//! another process, store the cursor of the error, or that of the last page that you have dealt
//! with, and [`resume_from`](crate::pages::Items::resume_from) it:
//!
//! ```
//! use futures_util::TryStreamExt;
//! use nanonets_agents::{Error, prelude::*};
//!
//! async fn archive(client: &Client, stored: Option<String>) -> Result<(), Error> {
//!     let mut pages = client.list_tasks().pages();
//!     if let Some(cursor) = stored {
//!         pages = pages.resume_from(cursor);
//!     }
//!     while let Some(page) = pages.try_next().await? {
//!         println!("{} tasks", page.items.len());
//!         if let Some(cursor) = page.next {
//!             println!("store {cursor}: the next page begins there");
//!         }
//!     }
//!     Ok(())
//! }
//! # let _ = archive;
//! ```
//!
//! An item that the crate can't read, since the API has changed, fails its page. Where the rest is
//! better than nothing, [`skip_undecodable`](crate::pages::Items::skip_undecodable) reports such an
//! item with its JSON, and goes on.
//!
//! # Long lists
//!
//! A cursor can only be followed one page after the other, and each page takes as long as the
//! server needs. An *export* divides the time into parts and reads many of them side by side. It
//! still yields each task once, newest first:
//!
#![doc = include_str!("../../docs/export.svg")]
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use futures_util::TryStreamExt;
//! use nanonets_agents::{pages::ExportState, prelude::*, types::TaskListItem};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! # for _ in 0..3 { client.run(agent_id).query("How many?").await?; }
//! let mut tasks = client.list_tasks().export().shards(8);
//! let first = tasks.try_next().await?;
//! # assert!(first.is_some());
//!
//! // What was yielded so far, and where it goes on: store it beside what you have written.
//! let stored = serde_json::to_string(&tasks.state().expect("nothing has failed"))?;
//! // … in another process
//! let state: ExportState<TaskListItem> = serde_json::from_str(&stored)?;
//! let rest = client.list_tasks().export().resume_from(state)?;
//! assert_eq!(rest.try_collect::<Vec<_>>().await?.len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # Run it
//!
//! `cargo run --example lists`; the example `export` writes all tasks of a workspace to a file, can
//! be killed at any moment, and goes on where it was.
//!
//! ```no_run
#![doc = include_str!("../../examples/lists.rs")]
//! ```
