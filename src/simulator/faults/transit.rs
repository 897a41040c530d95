//! Faults on the way of any reply.

use std::time::Duration;

use super::{
    Fault,
    kind::{Kind, TransitFault},
};

/// The way of replies, refusals and the replies of other faults included. These faults hit a
/// request whatever else hits it.
impl Fault {
    /// Delays each reply by a random time, up to this long: refusals, 429s and the replies of other
    /// faults too. A connection that a fault closes is closed as late.
    ///
    /// [`delay`](Self::delay) delays the replies of operations by a fixed time instead.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::{Fault, Simulator};
    /// use tokio::time::Instant;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder()
    ///     .fault(Fault::latency(Duration::from_secs(5)))
    ///     .fault(Fault::status_before(404))
    ///     .build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let start = Instant::now();
    /// client.list_agents().send().await.unwrap_err();
    /// assert!(start.elapsed() > Duration::ZERO);
    /// assert!(start.elapsed() <= Duration::from_secs(5));
    /// # Ok(())
    /// # }
    /// ```
    pub fn latency(longest: Duration) -> Self {
        Self::new(Kind::Transit(TransitFault::Latency(longest)))
    }

    /// Replies without a `Date`.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::no_date()).build();
    /// let page = simulator.in_process_client()?.list_agents().send().await?;
    /// assert!(!page.headers().contains_key("date"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn no_date() -> Self {
        Self::new(Kind::Transit(TransitFault::NoDate))
    }

    /// Replies with a `Date` that is ahead of the times of tasks by this many seconds, or behind
    /// them where the number is negative; by 1,000,000,000 at most.
    ///
    /// [`date_skew`](crate::simulator::SimulatorBuilder::date_skew) does the same to all replies,
    /// and the two add up.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::date_off(-3600)).build();
    /// let page = simulator.in_process_client()?.list_agents().send().await?;
    ///
    /// let date = DateTime::parse_from_rfc2822(page.headers()["date"].to_str()?)?;
    /// assert!((Utc::now() - date.to_utc()).num_minutes() >= 59);
    /// # Ok(())
    /// # }
    /// ```
    pub fn date_off(seconds: i64) -> Self {
        Self::new(Kind::Transit(TransitFault::DateOff(seconds)))
    }
}
