//! What the tests, benches and examples of `nanonets-agents` share.
//!
//! The crate is a development dependency and is never published.

pub mod allocator;
pub mod backend;
pub mod documented;
pub mod drawing;
pub mod figures;
pub mod folder;
pub mod history;
pub mod limiter;
pub mod list;
pub mod logs;
pub mod program;
pub mod scenario;
pub mod stage;
