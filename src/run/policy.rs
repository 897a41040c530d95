//! The policy for runs of unknown outcome.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::doubt::Doubt;
use crate::defaults;

/// A policy for runs that were sent and got no clear answer.
///
/// By default the list of tasks is probed for the run's task. The run is sent again where two
/// probes haven't found the task and the server was given the time that the failure asks for: a
/// timeout says that it is slow, and that it may carry the request out later. A policy is given to
/// [`ClientBuilder::reconcile`](crate::ClientBuilder::reconcile), or to one run with
/// [`Run::reconcile`](super::Run::reconcile), and is checked there: with values that can't work, a
/// client isn't built and a run isn't sent.
///
/// A policy can be read from configuration, where it is checked as well. Values that are left out
/// have their defaults, and durations are in seconds.
///
/// ```
/// use nanonets_agents::run::ReconcilePolicy;
///
/// let policy: ReconcilePolicy = serde_json::from_str(r#"{"marker": false, "resends": 1}"#)?;
/// assert_eq!(policy, ReconcilePolicy::default().with_marker(false).with_resends(1));
/// assert!(serde_json::from_str::<ReconcilePolicy>(r#"{"probes": 0}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, remote = "Self")]
pub struct ReconcilePolicy {
    pub(super) enabled: bool,
    #[serde(with = "seconds")]
    pub(super) first_probe: Duration,
    #[serde(with = "seconds")]
    pub(super) probe_interval: Duration,
    pub(super) probes_before_resend: u32,
    pub(super) probes: u32,
    #[serde(with = "seconds")]
    pub(super) resend_after_interruption: Duration,
    #[serde(with = "seconds")]
    pub(super) resend_after_server_error: Duration,
    #[serde(with = "seconds")]
    pub(super) resend_after_timeout: Duration,
    pub(super) resends: u32,
    #[serde(with = "seconds")]
    pub(super) clock_margin: Duration,
    pub(super) marker: bool,
    pub(super) sole_writer: bool,
    pub(super) late_twin: OnLateTwin,
    #[serde(with = "seconds")]
    pub(super) lease: Duration,
}

/// The longest duration of a policy. Longer ones make no sense, and would overflow in sums.
const DAY: Duration = Duration::from_secs(86_400);
/// The shortest lease that means anything: a process may pause for some seconds.
const SHORTEST_LEASE: Duration = Duration::from_secs(5);

/// What to do with a late twin: a task of the first request that shows up after a second request
/// has started another one.
///
/// ```
/// use nanonets_agents::run::{OnLateTwin, ReconcilePolicy};
///
/// let policy: ReconcilePolicy = serde_json::from_str(r#"{"late_twin": "report"}"#)?;
/// assert_eq!(policy, ReconcilePolicy::default().with_late_twin(OnLateTwin::Report));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnLateTwin {
    /// Cancel it where it is certainly this run's: by its marker, or since there is no other
    /// writer. Report it elsewhere.
    Cancel,
    /// Leave it running, and report it in [`Started::twins`](super::Started::twins).
    Report,
}

impl Default for ReconcilePolicy {
    fn default() -> Self {
        Self {
            enabled: true,
            first_probe: defaults::FIRST_PROBE,
            probe_interval: defaults::PROBE_INTERVAL,
            probes_before_resend: defaults::PROBES_BEFORE_RESEND,
            probes: defaults::PROBES,
            resend_after_interruption: defaults::RESEND_AFTER_INTERRUPTION,
            resend_after_server_error: defaults::RESEND_AFTER_SERVER_ERROR,
            resend_after_timeout: defaults::RESEND_AFTER_TIMEOUT,
            resends: defaults::RESENDS,
            clock_margin: defaults::CLOCK_MARGIN,
            marker: true,
            sole_writer: false,
            late_twin: OnLateTwin::Cancel,
            lease: defaults::LEASE,
        }
    }
}

impl ReconcilePolicy {
    /// Returns a policy that probes for nothing and sends nothing again: a run without a clear
    /// answer ends with [`RunError::OutcomeUnknown`](super::RunError::OutcomeUnknown) at once.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::{ReconcilePolicy, RunError}, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// simulator.inject(Fault::reset_after().on("run_agent"));
    /// let run = client.run(agent_id).query("How many?").reconcile(ReconcilePolicy::off());
    /// assert!(matches!(run.start().await, Err(RunError::OutcomeUnknown(_))));
    /// # Ok(())
    /// # }
    /// ```
    pub fn off() -> Self {
        Self {
            enabled: false,
            ..Self::default()
        }
    }

    /// Sets how long to wait before the first probe of the list; 2 s by default, a day at most.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::run::ReconcilePolicy;
    ///
    /// let policy = ReconcilePolicy::default().with_first_probe(Duration::from_secs(5));
    /// assert_eq!(serde_json::to_value(policy)?["first_probe"], 5.0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_first_probe(mut self, delay: Duration) -> Self {
        self.first_probe = delay;
        self
    }

    /// Sets how long to wait between the first two probes; 5 s by default, a day at most. Each
    /// further pause is twice as long as the one before, up to six times this one; the last one
    /// before the run is sent again ends just then.
    ///
    /// It is also the pause before a run whose task is known is searched for twins. Probes come
    /// earlier where a run may be sent again before the next one is due: how far the list may lag
    /// behind is a matter of [that time](Self::with_resend_after_interruption).
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::run::ReconcilePolicy;
    ///
    /// let policy = ReconcilePolicy::default().with_probe_interval(Duration::from_secs(10));
    /// assert_eq!(serde_json::to_value(policy)?["probe_interval"], 10.0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_probe_interval(mut self, interval: Duration) -> Self {
        self.probe_interval = interval;
        self
    }

    /// Sets how many probes must not find the task before the run is sent again; 2 by default, at
    /// least 1.
    ///
    /// More of them suit a list that lags far behind:
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, run::{Provenance, ReconcilePolicy}, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// simulator.inject(Fault::reset_after().on("run_agent").times(1));
    /// simulator.inject(Fault::stale_list(Duration::from_secs(30)));
    /// // The fourth probe is due after 37 s: no failure may ask for less.
    /// let patient = ReconcilePolicy::default()
    ///     .with_probes_before_resend(4)
    ///     .with_resend_after_interruption(Duration::from_secs(60))
    ///     .with_resend_after_server_error(Duration::from_secs(60));
    /// let started = client.run(agent_id).query("How many?").reconcile(patient).start().await?;
    ///
    /// assert_eq!(started.provenance(), Provenance::Adopted);
    /// assert_eq!(simulator.tasks().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_probes_before_resend(mut self, probes: u32) -> Self {
        self.probes_before_resend = probes;
        self
    }

    /// Sets how many probes there are at most after one request, failed ones included; 8 by
    /// default, at least as many as [`with_probes_before_resend`](Self::with_probes_before_resend).
    ///
    /// ```
    /// use nanonets_agents::run::ReconcilePolicy;
    ///
    /// let policy = ReconcilePolicy::default().with_probes(20);
    /// assert_eq!(serde_json::to_value(policy)?["probes"], 20);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_probes(mut self, probes: u32) -> Self {
        self.probes = probes;
        self
    }

    /// Sets how long after an interrupted request the run may be sent again at the earliest; 15 s
    /// by default, a day at most.
    ///
    /// A connection that breaks off most often means that its server is gone, or that the reply was
    /// lost on its way back, and then the task is there at once. The time has to be longer than the
    /// list lags behind: a task that takes longer to be listed is found only as a late twin.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, run::{Provenance, ReconcilePolicy}, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// simulator.inject(Fault::reset_after().on("run_agent").times(1));
    /// simulator.inject(Fault::stale_list(Duration::from_secs(20)));
    /// let patient = ReconcilePolicy::default()
    ///     .with_resend_after_interruption(Duration::from_secs(30));
    /// let started = client.run(agent_id).query("How many?").reconcile(patient).start().await?;
    ///
    /// assert_eq!(started.provenance(), Provenance::Adopted);
    /// assert_eq!(simulator.tasks().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_resend_after_interruption(mut self, delay: Duration) -> Self {
        self.resend_after_interruption = delay;
        self
    }

    /// Sets how long after a 5xx the run may be sent again at the earliest; 15 s by default, a day
    /// at most.
    ///
    /// A server that answers with an error has mostly done with the request. The answers of a
    /// gateway that has waited for too long, 504, 522 and 524, count as a
    /// [timeout](Self::with_resend_after_timeout).
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::run::ReconcilePolicy;
    ///
    /// let policy = ReconcilePolicy::default()
    ///     .with_resend_after_server_error(Duration::from_secs(30));
    /// assert_eq!(serde_json::to_value(policy)?["resend_after_server_error"], 30.0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_resend_after_server_error(mut self, delay: Duration) -> Self {
        self.resend_after_server_error = delay;
        self
    }

    /// Sets how long after a request that timed out the run may be sent again at the earliest; 60 s
    /// by default, a day at most.
    ///
    /// A timeout says that the server is slow, not that it has lost the request, which it may carry
    /// out after its client has hung up. The same goes for 408, 504, 522 and 524, and for statuses
    /// that say nothing about the request, such as 302 or 499.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, run::Provenance, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// // The client gives up after 30 s, and the task appears 20 s later.
    /// let slow = Fault::late_after_silence(Duration::from_secs(50));
    /// simulator.inject(slow.on("run_agent").times(1));
    /// let started = client.run(agent_id).query("How many?").start().await?;
    ///
    /// assert_eq!(started.provenance(), Provenance::Adopted);
    /// assert_eq!(simulator.tasks().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_resend_after_timeout(mut self, delay: Duration) -> Self {
        self.resend_after_timeout = delay;
        self
    }

    /// Sets how often the run may be sent again; twice by default. With 0 the list is probed for
    /// the task, and the run is never sent again.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::{ReconcilePolicy, RunError}, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// simulator.inject(Fault::reset_before().on("run_agent").times(1));
    /// let run = client.run(agent_id).query("How many?");
    /// let run = run.reconcile(ReconcilePolicy::default().with_resends(0));
    ///
    /// let Err(RunError::OutcomeUnknown(unknown)) = run.start().await else {
    ///     panic!("the list shows no task");
    /// };
    /// assert!(unknown.candidates().is_empty());
    /// assert_eq!(simulator.count("run_agent"), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_resends(mut self, resends: u32) -> Self {
        self.resends = resends;
        self
    }

    /// Sets how far the clock that dates the tasks may be behind that of the `Date` headers; 5 s by
    /// default, a day at most.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::run::ReconcilePolicy;
    ///
    /// let policy = ReconcilePolicy::default().with_clock_margin(Duration::from_secs(60));
    /// assert_eq!(serde_json::to_value(policy)?["clock_margin"], 60.0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_clock_margin(mut self, margin: Duration) -> Self {
        self.clock_margin = margin;
        self
    }

    /// Sets whether a line that names this run alone is added to the query; it is by default.
    ///
    /// The line, such as `[run 6b86b273ff34fce19d6b804eff5a3f57]`, is the last one of the query,
    /// and the whole query of a run that has only files. The agent reads it too, and the dashboard
    /// shows it. The API has no idempotency keys: the line is the only thing by which a task can be
    /// recognised among those of other writers. Without it
    ///
    /// - a task that was started with the same text counts as the run's, also where another program
    ///   has started it;
    /// - a run with files, whose tasks all look alike, ends with
    ///   [`RunError::OutcomeUnknown`](super::RunError::OutcomeUnknown) where its reply is lost and
    ///   there is a new task, unless there is [no other writer](Self::with_sole_writer);
    /// - runs that look alike are started one after the other while one of them is in doubt.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::ReconcilePolicy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let run = || client.run(agent_id).query("Extract the line items.");
    /// run().start().await?;
    /// run().reconcile(ReconcilePolicy::default().with_marker(false)).start().await?;
    ///
    /// let tasks = simulator.tasks().into_iter();
    /// let sent: Vec<_> = tasks.filter_map(|task| task.run.query).collect();
    /// let lines: Vec<&str> = sent[0].lines().collect(); // the text, an empty line, the marker
    /// assert_eq!((lines.len(), lines[0]), (3, "Extract the line items."));
    /// assert_eq!(sent[1], "Extract the line items.");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_marker(mut self, marker: bool) -> Self {
        self.marker = marker;
        self
    }

    /// Sets whether there is certainly no other writer: no other process and no person runs this
    /// agent. By default there may be.
    ///
    /// Without other writers, a lone new task that can't be compared with what was sent is adopted.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::{Provenance, ReconcilePolicy}, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// simulator.inject(Fault::reset_after().on("run_agent").times(1));
    /// let alone = ReconcilePolicy::default().with_marker(false).with_sole_writer(true);
    /// let run = client.run(agent_id).file(Upload::bytes("invoice.txt", "2 chairs at 90.00"));
    /// let started = run.reconcile(alone).start().await?;
    /// assert_eq!(started.provenance(), Provenance::Adopted);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_sole_writer(mut self, sole_writer: bool) -> Self {
        self.sole_writer = sole_writer;
        self
    }

    /// Sets what to do with a late twin; [`OnLateTwin::Cancel`] by default.
    ///
    /// ```
    /// use nanonets_agents::run::{OnLateTwin, ReconcilePolicy};
    ///
    /// let policy = ReconcilePolicy::default().with_late_twin(OnLateTwin::Report);
    /// assert_eq!(serde_json::to_value(policy)?["late_twin"], "report");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_late_twin(mut self, late_twin: OnLateTwin) -> Self {
        self.late_twin = late_twin;
        self
    }

    /// Sets how long the lease of a [key](super::Run::key) outlives the process that holds it; 60 s
    /// by default, 5 s at least and a day at most.
    ///
    /// A process that lives renews its lease every third of this. A shorter lease would be lost to
    /// every pause of the process, and leave the server no time to list what was sent.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::run::ReconcilePolicy;
    ///
    /// let policy = ReconcilePolicy::default().with_lease(Duration::from_secs(300));
    /// assert_eq!(serde_json::to_value(policy)?["lease"], 300.0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Returns how long to wait for the next probe after so many.
    pub(super) fn pause_after(&self, probes: u32) -> Duration {
        let doublings = probes.saturating_sub(1).min(3);
        let longest = self.probe_interval.saturating_mul(6);
        self.probe_interval
            .saturating_mul(1 << doublings)
            .min(longest)
    }

    /// Returns how long after such a request the run may be sent again at the earliest.
    pub(super) fn patience(&self, doubt: Doubt) -> Duration {
        match doubt {
            Doubt::Interrupted => self.resend_after_interruption,
            Doubt::ServerError => self.resend_after_server_error,
            Doubt::Timeout => self.resend_after_timeout,
        }
    }

    /// Checks that the values can work; the error says which can't.
    pub(crate) fn check(&self) -> Result<(), String> {
        const A_DAY_AT_MOST: &str = "a day at most";
        if self.probes_before_resend == 0 {
            return Err(refusal("probes_before_resend", "more than zero"));
        }
        if self.probes < self.probes_before_resend {
            let advice = "at least as many as `probes_before_resend`";
            return Err(refusal("probes", advice));
        }
        if !(SHORTEST_LEASE..=DAY).contains(&self.lease) {
            let advice = format!("from {SHORTEST_LEASE:?} to a day");
            return Err(refusal("lease", &advice));
        }
        for (name, duration) in [
            ("first_probe", self.first_probe),
            ("probe_interval", self.probe_interval),
            ("clock_margin", self.clock_margin),
        ] {
            if duration > DAY {
                return Err(refusal(name, A_DAY_AT_MOST));
            }
        }
        // Sums beyond a day are refused below, however many probes they are of.
        let last_probe = (1..self.probes_before_resend.min(self.probes))
            .map(|probes| self.pause_after(probes))
            .fold(self.first_probe, Duration::saturating_add);
        for (name, patience) in [
            ("resend_after_interruption", self.resend_after_interruption),
            ("resend_after_server_error", self.resend_after_server_error),
            ("resend_after_timeout", self.resend_after_timeout),
        ] {
            if patience > DAY {
                return Err(refusal(name, A_DAY_AT_MOST));
            }
            if patience < last_probe && self.resends > 0 {
                let advice = format!(
                    "at least {last_probe:?}, when the last of the probes before it is due"
                );
                return Err(refusal(name, &advice));
            }
        }
        Ok(())
    }
}

fn refusal(name: &str, advice: &str) -> String {
    format!("`{name}` of the reconcile policy must be {advice}")
}

impl Serialize for ReconcilePolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// Reads a policy, and refuses values that can't work.
impl<'de> Deserialize<'de> for ReconcilePolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let policy = Self::deserialize(deserializer)?;
        policy.check().map_err(D::Error::custom)?;
        Ok(policy)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_names_every_value_and_is_read_again() {
        let policy = ReconcilePolicy::default()
            .with_first_probe(Duration::from_millis(1500))
            .with_sole_writer(true)
            .with_late_twin(OnLateTwin::Report);
        let stored = serde_json::to_value(&policy).expect("plain data");
        let expected = serde_json::json!({
            "enabled": true,
            "first_probe": 1.5,
            "probe_interval": 5.0,
            "probes_before_resend": 2,
            "probes": 8,
            "resend_after_interruption": 15.0,
            "resend_after_server_error": 15.0,
            "resend_after_timeout": 60.0,
            "resends": 2,
            "clock_margin": 5.0,
            "marker": true,
            "sole_writer": true,
            "late_twin": "report",
            "lease": 60.0,
        });
        assert_eq!(stored, expected);
        let read: ReconcilePolicy = serde_json::from_value(stored).expect("the same");
        assert_eq!(read, policy);
    }

    #[test]
    fn a_stored_policy_that_cannot_work_is_refused() {
        let error = serde_json::from_str::<ReconcilePolicy>(r#"{"lease": 0}"#);
        let error = error.expect_err("no lease").to_string();
        assert!(error.contains("`lease` of the reconcile policy"), "{error}");
        assert!(serde_json::from_str::<ReconcilePolicy>(r#"{"probe": 1}"#).is_err());
    }

    #[test]
    fn a_policy_that_cannot_work_is_refused_by_the_name_of_its_value() {
        let seconds = Duration::from_secs;
        let default = ReconcilePolicy::default;
        for (policy, name) in [
            (default().with_lease(Duration::from_millis(4999)), "lease"),
            (default().with_lease(seconds(86_401)), "lease"),
            (
                default().with_probes_before_resend(0),
                "probes_before_resend",
            ),
            (default().with_probes(1), "probes"),
            (default().with_first_probe(Duration::MAX), "first_probe"),
            (
                default().with_probe_interval(Duration::MAX),
                "probe_interval",
            ),
            (default().with_clock_margin(Duration::MAX), "clock_margin"),
            // The second probe is due after 7 s.
            (
                default().with_resend_after_interruption(seconds(6)),
                "resend_after_interruption",
            ),
            (
                default().with_resend_after_server_error(seconds(6)),
                "resend_after_server_error",
            ),
            (
                default().with_resend_after_timeout(Duration::MAX),
                "resend_after_timeout",
            ),
        ] {
            let refusal = policy.check().expect_err("it can't work");
            assert!(refusal.starts_with(&format!("`{name}` of")), "{refusal}");
        }
        let at_once = default().with_resend_after_interruption(seconds(7));
        assert_eq!(at_once.check(), Ok(()));
        let never = default()
            .with_resends(0)
            .with_resend_after_timeout(Duration::ZERO);
        assert_eq!(never.check(), Ok(()));
    }
}
