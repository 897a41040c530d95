//! What is told of replies that differ from the spec.

mod documented;
mod kinds;
mod literal;
mod once;
mod privacy;
