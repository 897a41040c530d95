//! The small types that the rest of the state is made of.

use uuid::Uuid;

/// A source of ids, which are the same for the same seed.
#[derive(Debug)]
pub(crate) struct Ids(fastrand::Rng);

impl Ids {
    pub(super) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    pub(crate) fn next(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.0.u128(..).to_be_bytes()).into_uuid()
    }
}

/// The number of a workspace, which its key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Workspace(pub(super) usize);

impl Workspace {
    pub(super) const FIRST: Self = Self(0);
}
