//! Specs that differ from the crate's own: copies of the crate are built with them, and programs use
//! what was generated.

mod change;
mod copy;
mod torture;
