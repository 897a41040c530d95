//! What those who maintain `spec/openapi.yaml` use beside the build: the generator as a library,
//! the listing of the public API, what an edit changes in it, and a patch of the spec from the
//! drift of real replies.

#[path = "../../codegen/mod.rs"]
pub mod codegen;

#[path = "../../codegen/checksum.rs"]
pub mod checksum;

pub mod changes;
pub mod listing;
pub mod patch;
