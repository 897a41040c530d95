//! What is told of replies that differ from the spec. The feature isn't among those of the other
//! tests: `cargo test --features drift --test drift`.

#![cfg(feature = "drift")]

mod documented;
mod kinds;
mod literal;
mod once;
mod privacy;
