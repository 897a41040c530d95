//! Callbacks: functions of the user that are called with events.

use std::{fmt, sync::Arc};

/// A user's function that is called with each event.
///
/// Cheap to clone. The caller of [`call`](Self::call) waits until the function returns.
pub(crate) struct Callback<T: ?Sized>(Arc<dyn Fn(&T) + Send + Sync>);

impl<T: ?Sized> Callback<T> {
    pub(crate) fn new(function: impl Fn(&T) + Send + Sync + 'static) -> Self {
        Self(Arc::new(function))
    }

    /// Calls the function with an event.
    pub(crate) fn call(&self, event: &T) {
        (self.0)(event);
    }
}

impl<T: ?Sized> Clone for Callback<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized> fmt::Debug for Callback<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}
