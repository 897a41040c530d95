//! The raw bindings, generated from `spec/openapi.yaml` when the crate is built.
//!
//! Everything the spec says is here, spec-exact: a method of [`Client`] for each operation, and its
//! types in [`types`]. Each call returns [`Error`], which converts into the crate's own
//! [`Error`](crate::Error) with `?`.

include!(concat!(env!("OUT_DIR"), "/api.rs"));
