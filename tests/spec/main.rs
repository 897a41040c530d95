//! Specs that differ from the crate's own: copies of the crate are built with them, and programs
//! use what was generated.

use spec_tools::codegen;

mod change;
mod copy;
mod drift;
mod needs;
mod torture;
