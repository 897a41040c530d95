//! The line on the screen that shows how far the batch has got.

use std::{cell::RefCell, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar and what stands beside it.
pub struct Display {
    bar: ProgressBar,
    counts: RefCell<Counts>,
}

/// Runs by what has become of them.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub running: usize,
    pub failed: usize,
    pub adopted: usize,
}

impl Display {
    /// Shows a bar for so many files.
    pub fn new(files: usize) -> anyhow::Result<Self> {
        let target = ProgressDrawTarget::stderr();
        let bar = ProgressBar::with_draw_target(Some(files as u64), target);
        bar.set_style(ProgressStyle::with_template(
            "[{elapsed}] {bar:30} {pos}/{len} done, {msg} (ETA {eta})",
        )?);
        bar.enable_steady_tick(Duration::from_millis(250));
        let counts = RefCell::default();
        Ok(Self { bar, counts })
    }

    /// Returns the bar, which a question takes the place of.
    pub fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// Counts, and shows the counts.
    pub fn count(&self, count: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.borrow_mut();
        count(&mut counts);
        let Counts {
            running,
            failed,
            adopted,
        } = *counts;
        let message = format!("{running} running, {failed} failed, {adopted} adopted");
        self.bar.set_message(message);
    }

    /// Returns how many runs have failed.
    pub fn failed(&self) -> usize {
        self.counts.borrow().failed
    }
}
