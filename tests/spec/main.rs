//! Specs that differ from the crate's own: copies of the crate are built with them, and programs use
//! what was generated.

#[allow(dead_code, reason = "only the reader and the table of needs are used")]
#[path = "../../codegen/mod.rs"]
mod codegen;

mod change;
mod copy;
mod needs;
mod torture;
