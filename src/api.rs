//! The raw bindings, generated from `spec/openapi.yaml` when the crate is built.
//!
//! Everything in the spec is here, spec-exact: a method of [`Client`] for each operation, and its
//! types in [`types`]. Each call answers with a [`Response`](crate::Response) or fails with the
//! crate's [`Error`](crate::Error).

include!(concat!(env!("OUT_DIR"), "/api.rs"));
