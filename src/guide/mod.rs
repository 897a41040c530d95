//! The guide: what to do, in the order in which most programs meet it.
//!
//! | chapter | you want to |
//! |---|---|
//! | [First run](first_run) | send a file to an agent, and print what it answers |
//! | [Files](files) | send what is on disk, in memory, or on its way; store large answers |
//! | [Typed answers](typed_answers) | get the answer as a struct of your own |
//! | [Questions](questions) | answer an agent that asks, at once or days later |
//! | [Many tasks](many_tasks) | wait for ten, or for ten thousand |
//! | [Lists and exports](lists) | go through all tasks, and go on after a crash |
//! | [Agents](agents) | create, change and publish agents |
//! | [Errors](errors) | know what to do about each |
//! | [Runs that happen once](once) | start nothing twice, whatever dies |
//! | [Limits](limits) | share the rate limit of the workspace |
//! | [Testing](testing) | test your program without the network |
//! | [Watching in production](watching) | have logs, traces and figures |
//! | [Scaling out](scaling) | have several processes do the work |
//! | [Sync code and corporate networks](networks) | call it without `async`, or through a proxy |
//! | [Changing the spec](spec) | use what the API has and the crate hasn't yet |
//!
//! Each chapter ends with a whole program, which `cargo run --example` runs on the embedded
//! simulator. The API itself is documented at <https://agents.nanonets.com/docs>.

pub mod agents;
pub mod errors;
pub mod files;
pub mod first_run;
pub mod limits;
pub mod lists;
pub mod many_tasks;
pub mod networks;
pub mod once;
pub mod questions;
pub mod scaling;
pub mod spec;
pub mod testing;
pub mod typed_answers;
pub mod watching;
