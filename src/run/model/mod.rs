//! A model of runs: the reconciler, the rules of the ledger and those of siblings, with a server
//! that carries requests out at once, late or never, and lists tasks when it likes.
//!
//! [`explore`] follows every interleaving of its steps. The decisions are the crate's own: the
//! [`Reconciler`], [`twins_in`] and [`state`]; what stands around them here is what `drive`,
//! `probe`, `keyed` and `siblings` do between two awaits.
//!
//! The property: no silent double. The caller of a run knows of every task of it, by its id, by
//! the name of a twin, or by being told that the outcome is unknown; and no run has another's task.

mod ends;
mod explore;
mod probes;
mod processes;
mod scenarios;
mod world;
