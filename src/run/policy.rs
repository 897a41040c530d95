//! How a run of unknown outcome is looked for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{defaults, error::Error};

/// What is done when a run was sent and no clear answer came.
///
/// By default the task is looked for in the list, twice before the run is sent again, far enough
/// apart for a list that lags 5 s behind. Give it to
/// [`ClientBuilder::reconcile`](crate::ClientBuilder::reconcile), or to one run with
/// [`Run::reconcile`](super::Run::reconcile). It can be read from configuration; what is left out
/// there has its default, and times are seconds.
///
/// ```
/// use nanonets_agents::run::ReconcilePolicy;
///
/// let policy: ReconcilePolicy = serde_json::from_str(r#"{"marker": true, "resends": 1}"#)?;
/// assert_eq!(policy, ReconcilePolicy::default().marker(true).resends(1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReconcilePolicy {
    pub(super) enabled: bool,
    #[serde(with = "seconds")]
    pub(super) first_look: Duration,
    #[serde(with = "seconds")]
    pub(super) look_interval: Duration,
    pub(super) looks_before_resend: u32,
    pub(super) looks: u32,
    pub(super) resends: u32,
    #[serde(with = "seconds")]
    pub(super) clock_margin: Duration,
    pub(super) marker: bool,
    pub(super) sole_writer: bool,
    pub(super) late_twin: LateTwin,
    #[serde(with = "seconds")]
    pub(super) lease: Duration,
}

/// Longer times make no sense, and can't all be counted.
const DAY: Duration = Duration::from_secs(86_400);

/// What to do with a task of the first request that shows up after a second one has started
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LateTwin {
    /// Cancel it, where it is certain that it is ours: by its marker, or since there is no other
    /// writer. Else report it.
    Cancel,
    /// Leave it alone, and name it in [`Started::twins`](super::Started::twins).
    Report,
}

impl Default for ReconcilePolicy {
    fn default() -> Self {
        Self {
            enabled: true,
            first_look: defaults::FIRST_LOOK,
            look_interval: defaults::LOOK_INTERVAL,
            looks_before_resend: defaults::LOOKS_BEFORE_RESEND,
            looks: defaults::LOOKS,
            resends: defaults::RESENDS,
            clock_margin: defaults::CLOCK_MARGIN,
            marker: false,
            sole_writer: false,
            late_twin: LateTwin::Cancel,
            lease: defaults::LEASE,
        }
    }
}

impl ReconcilePolicy {
    /// Nothing is looked for and nothing is sent again: an unclear answer is
    /// [`RunError::OutcomeUnknown`](super::RunError::OutcomeUnknown) at once.
    pub fn off() -> Self {
        Self {
            enabled: false,
            ..Self::default()
        }
    }

    /// How long to wait before the first look; 2 s by default.
    pub fn first_look(mut self, delay: Duration) -> Self {
        self.first_look = delay;
        self
    }

    /// How long to wait between looks; 5 s by default. It has to be longer than the list lags
    /// behind: a task that isn't listed for longer is found only as a late twin.
    pub fn look_interval(mut self, interval: Duration) -> Self {
        self.look_interval = interval;
        self
    }

    /// How often the task must not be found before the run is sent again; 2 by default, 1 at the
    /// least.
    pub fn looks_before_resend(mut self, looks: u32) -> Self {
        self.looks_before_resend = looks;
        self
    }

    /// How many looks there are at the most after one request, failed ones included; 12 by default.
    pub fn looks(mut self, looks: u32) -> Self {
        self.looks = looks;
        self
    }

    /// How often the run may be sent again; twice by default. 0 looks for the task and never sends
    /// again.
    pub fn resends(mut self, resends: u32) -> Self {
        self.resends = resends;
        self
    }

    /// How far the clock that dates the tasks may be behind the one of the `Date` headers; 5 s by
    /// default.
    pub fn clock_margin(mut self, margin: Duration) -> Self {
        self.clock_margin = margin;
        self
    }

    /// Adds a line to the query that names this run alone, by which its task is recognised among
    /// any others; off by default, since the agent reads it too.
    ///
    /// It decides where text can't: for runs with files, and where many writers send the same text.
    pub fn marker(mut self, marker: bool) -> Self {
        self.marker = marker;
        self
    }

    /// Promises that nobody else runs this agent, no other process and no person; off by default.
    ///
    /// Then a lone new task that can't be compared with what was sent is taken for the run's.
    pub fn sole_writer(mut self) -> Self {
        self.sole_writer = true;
        self
    }

    /// What to do with a late twin; cancel it by default.
    pub fn late_twin(mut self, late_twin: LateTwin) -> Self {
        self.late_twin = late_twin;
        self
    }

    /// For how long a [key](super::Run::key) is held for a process that has died; 60 s by default.
    ///
    /// While the process lives it renews its hold every third of this.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        for (name, is_wrong) in [
            ("looks_before_resend", self.looks_before_resend == 0),
            ("looks", self.looks < self.looks_before_resend),
            ("lease", self.lease.is_zero() || self.lease > DAY),
            ("first_look", self.first_look > DAY),
            ("look_interval", self.look_interval > DAY),
            ("clock_margin", self.clock_margin > DAY),
        ] {
            if is_wrong {
                let advice = match name {
                    "looks" => "at least as many as `looks_before_resend`",
                    "lease" => "more than zero, and a day at the most",
                    "looks_before_resend" => "more than zero",
                    _ => "a day at the most",
                };
                return Err(Error::configuration(format!(
                    "`{name}` of the reconcile policy must be {advice}"
                )));
            }
        }
        Ok(())
    }
}

/// Durations as seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(time.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(from)?).map_err(D::Error::custom)
    }
}
