//! Keeps the traits that extend the client from being implemented elsewhere.

/// The supertrait of each extension trait; methods can therefore be added to them at any time.
pub trait Sealed {}

impl Sealed for crate::api::Client {}
