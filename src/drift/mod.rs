//! Where real replies differ from the spec, told to those who maintain it.
//!
//! The documentation of an API and its server grow apart. Types that are tolerant hide it: a new
//! field goes unseen, a new status is `Unknown`, and a field that changed its kind fails calls one
//! day. With the feature `drift` each reply is compared with `spec/openapi.yaml` before it is
//! decoded, whatever becomes of it then, and [`client.drift()`](DriftExt::drift) tells what was
//! found. It is off by default. Nothing is ever sent anywhere, and no call fails for it.
//!
//! A soak against the service prints what it has found at its end, to be stored line by line:
//!
//! ```
//! use nanonets_agents::prelude::*;
//! # use nanonets_agents::simulator::{Fault, Simulator};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let client = simulator.in_process_client()?;
//! # simulator.inject(Fault::receipt_with("status", "unheard_of"));
//! client.run(simulator.agent_id()).query("How many?").start().await?;
//! let drift = client.drift();
//! for entry in &drift.entries {
//!     println!("{}", serde_json::to_string(entry)?);
//! }
//! assert_eq!(
//!     drift.entries[0].to_string(),
//!     "run_agent 2XX status: unknown value `unheard_of` (1 of 1)"
//! );
//! assert_eq!(drift.entries[0].schema.as_deref(), Some("TaskStatus"));
//! # Ok(())
//! # }
//! ```
//!
//! # What is found
//!
//! | [`Kind`] | when |
//! |---|---|
//! | `undocumented_status` | the operation has no response for the code, its range, or by default |
//! | `unknown_media_type` | the `Content-Type`, if any, isn't among those of the response |
//! | `no_body` | the response has a schema, and the body is empty |
//! | `not_json` | the body should be JSON and isn't, or was cut off |
//! | `unknown_field` | an object has a field that isn't among its properties |
//! | `missing_field` | an object lacks a field that is `required` |
//! | `unknown_value` | a text isn't in the `enum`, or isn't a value of the `discriminator` |
//! | `wrong_kind` | a value is of another type or format, or is null and not `nullable` |
//! | `undecodable` | the client's types refuse the reply for another reason |
//!
//! The formats that are looked at are `date-time`, `date`, `uuid`, `ipv4` and `ipv6` of texts, and
//! the sizes of integers, such as `int32`.
//!
//! Refusals and other errors are compared too, and so is each reply that is followed by a retry:
//! whatever an operation was called by, each reply counts once. An undocumented status is compared
//! with the first response of its range, as which the client reads it.
//!
//! - The names under `x-aliases` are known. Whichever of them a reply has, the place is that of the
//!   property.
//! - A field that isn't a property is told even where `additionalProperties: {}` keeps it: it is
//!   kept for the time until the spec names it. An object without any property holds what it likes,
//!   such as a configuration. Where `additionalProperties` has a schema, the field has to fit it.
//! - All members of `allOf` hold. Of `oneOf` and `anyOf`, the discriminator chooses, and without
//!   one it is the member that differs least: a value that fits any of them isn't told.
//!
//! # Paths
//!
//! A path leads from the body to a place: `status` is a field, `data[].status` a field of each
//! element of a list, `config{}` the values of a map, whatever their keys. Names with other
//! characters than letters, digits, `_`, `-`, `$` and `@` stand in quotes, as in JSON:
//! `data[]."x.y"`. The empty path is the body, or the reply as a whole.
//!
//! [`Entry::schema`] has the same place from the innermost schema that has a name: of
//! `data[].priority` it is `TaskListItem.priority`. It is where the spec is edited; the same edit
//! may mend entries of several operations.
//!
//! # What is kept
//!
//! The entries hold places, kinds, formats and counts, and no values. Names of fields and values of
//! enums are shown only where they look like ones, and never the API key. What the spec takes for
//! an object may be a map, whose keys are data: a name that is longer than 64 characters, or has
//! others than letters, digits, `_` and `-`, is told as `{}`.
//!
//! All clones of a client share the entries, [`MOST_ENTRIES`] at most; [`Drift::left_out`] counts
//! what had no room. [`Snapshot::drift`](crate::Snapshot::drift) is their number, and the first
//! sight of each is an [event](crate::observability).
//!
//! # What isn't seen
//!
//! - Values whose schema is any JSON, and what is in free-form objects.
//! - What a server accepts in requests.
//! - Fields and values that the spec has and replies never have.
//! - Bodies that aren't JSON, or aren't read whole: those beyond the client's limit, of a
//!   connection that breaks off, or of an error that is longer than 64 KiB. Their status and media
//!   type are.
//! - Bounds, lengths and patterns, other formats, and headers.
//!
//! # What it costs
//!
//! Decoding takes two to two and a half times as long: each body is read once more, and walked
//! through. Clones that
//! run on several threads wait for each other while they record. Up to about 2 MB are kept.

mod collector;
mod compare;
mod entry;
mod json;
mod layers;
mod places;
mod recorder;
mod report;
mod schema;
mod shape;
mod shown;
mod table;

pub use crate::client::DriftExt;
pub(crate) use collector::{Collector, Received};
pub use entry::{Entry, Kind};
pub use report::Drift;
pub use shape::{JsonKind, Shape};

/// The most entries that a client keeps. What differs elsewhere is counted as left out.
///
/// ```
/// use nanonets_agents::drift::{Drift, MOST_ENTRIES};
///
/// fn is_full(drift: &Drift) -> bool {
///     drift.entries.len() == MOST_ENTRIES
/// }
/// ```
pub const MOST_ENTRIES: usize = 1_000;
