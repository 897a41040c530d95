//! The generator over small specs, one for each construct and one for each mistake, and over the
//! crate's own spec.

// A build script can't run tests, and a published crate can't be built by one that isn't published:
// the generator is thus a module of the build script, and of this test.
#[path = "../../codegen/mod.rs"]
mod codegen;

mod constructs;
mod fixtures;
mod golden;
mod messages;
mod mistakes;
mod openapi_3_1;
