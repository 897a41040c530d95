//! The generator over small specs, one for each construct and one for each mistake, and over the
//! crate's own spec.

use spec_tools::{codegen, listing};

mod constructs;
mod fixtures;
mod golden;
mod messages;
mod mistakes;
mod needs;
mod openapi_3_1;
mod operations;
mod pages;
mod replies;
mod types;
mod unions;
