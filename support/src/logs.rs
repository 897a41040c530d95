//! Logs that a test reads.

use std::{
    io,
    sync::{Arc, Mutex},
};

/// What was logged.
#[derive(Clone, Debug, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Adds a text.
    ///
    /// # Panics
    ///
    /// If a writer has panicked.
    pub fn add(&self, text: &str) {
        let mut all = self.0.lock().expect("no panic");
        all.extend_from_slice(text.as_bytes());
    }

    /// Returns all that was written so far.
    ///
    /// # Panics
    ///
    /// If a writer has panicked.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Logs {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
