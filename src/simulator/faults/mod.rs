//! Faults: what goes wrong, when, and how often.
//!
//! A new fault is a variant in [`kind`], in the phase in which it acts. The compiler then names
//! every place that has to handle it, among them the one that [`Fault::all`] is made from.

use std::time::Duration;

use super::routes;

pub(super) mod active;
pub(super) mod apply;
mod first_message;
pub(super) mod kind;
mod late;
mod others;
mod receipts;
mod stale;
mod target;
mod transit;

use kind::{BeforeFault, BodyFault, Canned, Kind, ListFault, ReplyFault};

/// A misbehaviour of the simulator, in one phase of a request.
///
/// A fault hits every request that it can hit, unless it is narrowed to an [operation](Self::on), a
/// [number of times](Self::times) or a [chance](Self::chance).
///
/// Each fault acts in one phase of a request:
///
/// 1. *Others*: what other programs and persons do at the same time.
///    [`lookalike`](Self::lookalike), [`lookalike_after`](Self::lookalike_after),
///    [`answered_by_another`](Self::answered_by_another),
///    [`cancelled_by_another`](Self::cancelled_by_another).
/// 2. *Before*: in place of the request, which has no effect.
///    [`status_before`](Self::status_before), [`too_many_requests`](Self::too_many_requests),
///    [`html_error_page`](Self::html_error_page), [`reply`](Self::reply),
///    [`reset_before`](Self::reset_before).
/// 3. *Late*: in place of the request, which has its effect later.
///    [`late_after_reset`](Self::late_after_reset),
///    [`late_after_silence`](Self::late_after_silence),
///    [`late_after_status`](Self::late_after_status).
/// 4. *Stale*: while the operation is carried out. [`stale_list`](Self::stale_list),
///    [`stale_messages`](Self::stale_messages), [`stale_task`](Self::stale_task).
/// 5. *List*: on the body of a list. [`repeated_cursor`](Self::repeated_cursor),
///    [`repeated_page`](Self::repeated_page), [`empty_page`](Self::empty_page),
///    [`guide_list_shape`](Self::guide_list_shape).
/// 6. *Message*: on the user's first message, in a list of messages.
///    [`message_shortened`](Self::message_shortened),
///    [`message_prefixed_with_files`](Self::message_prefixed_with_files),
///    [`message_reformatted`](Self::message_reformatted),
///    [`message_without_role`](Self::message_without_role),
///    [`message_without_user`](Self::message_without_user),
///    [`message_missing`](Self::message_missing).
/// 7. *Receipt*: on the body of the reply to a run. [`receipt_without`](Self::receipt_without),
///    [`receipt_with`](Self::receipt_with).
/// 8. *Reply*: on the reply after the request had its effect. [`status_after`](Self::status_after),
///    [`reset_after`](Self::reset_after), [`delay`](Self::delay).
/// 9. *Body*: while the body of the reply is sent. [`cut_body`](Self::cut_body),
///    [`slow_body`](Self::slow_body).
/// 10. *Transit*: on the way of any reply. [`latency`](Self::latency), [`no_date`](Self::no_date),
///     [`date_off`](Self::date_off).
///
/// Where several faults hit one request, their phases come in this order; within a phase, the
/// faults act in the order in which they were added. There are three exceptions:
///
/// - A fault that replaces the reply, or that closes the connection without one, is the last one to
///   hit: those added after it are left for later requests. Others and transit are independent of
///   the reply, and hit all the same.
/// - The guide's list shape and the missing message come last in their phases, and where a body is
///   to be cut and slow, it is cut.
/// - Of several faults that make one thing stale, the first one decides how old it is.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::simulator::{Fault, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let simulator = Simulator::builder()
///     // The first run creates its task, but its caller gets no reply.
///     .fault(Fault::reset_after().on("run_agent").times(1))
///     // Every fifth request takes two seconds.
///     .fault(Fault::delay(Duration::from_secs(2)).chance(0.2))
///     .build();
/// # drop(simulator);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    kind: Kind,
    operation: Option<String>,
    chance: f64,
    times: Option<u32>,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            operation: None,
            chance: 1.0,
            times: None,
        }
    }

    /// Replies with a status such as 503, from 200 to 999. The request has no effect.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::status_before(503).times(1)).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.list_agents().send().await?;
    /// let replies: Vec<_> = simulator.requests().iter().map(|request| request.status).collect();
    /// assert_eq!(replies, [Some(503), Some(200)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn status_before(status: u16) -> Self {
        Self::new(Kind::Before(BeforeFault::Status(status)))
    }

    /// Replies with a status such as 503, from 200 to 999, although the request had its effect.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::status_after(502).on("run_agent").times(1);
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// // The task of the only run was found.
    /// assert_eq!(simulator.count("run_agent"), 1);
    /// assert_eq!(simulator.tasks()[0].id, *started.task_id().as_uuid());
    /// # Ok(())
    /// # }
    /// ```
    pub fn status_after(status: u16) -> Self {
        Self::new(Kind::Reply(ReplyFault::Status(status)))
    }

    /// Closes the connection without a reply. The request has no effect.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::reset_before().times(1)).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.list_agents().send().await?;
    /// assert_eq!(simulator.requests()[0].status, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset_before() -> Self {
        Self::new(Kind::Before(BeforeFault::Reset))
    }

    /// Closes the connection without a reply, although the request had its effect.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::Provenance, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::reset_after().on("run_agent").times(1);
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// assert_eq!(started.provenance(), Provenance::Adopted);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset_after() -> Self {
        Self::new(Kind::Reply(ReplyFault::Reset))
    }

    /// Replies with 429 and this value of `Retry-After`, which may be seconds, a date, or neither;
    /// `None` leaves the header out. The request has no effect.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::too_many_requests(Some("7")).times(1);
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.list_agents().send().await?;
    /// let second = &simulator.requests()[1];
    /// assert!(second.at >= Duration::from_secs(7));
    /// # Ok(())
    /// # }
    /// ```
    pub fn too_many_requests(retry_after: Option<&str>) -> Self {
        let retry_after = retry_after.map(str::to_owned);
        Self::new(Kind::Before(BeforeFault::TooManyRequests(retry_after)))
    }

    /// Replies as a gateway does: 502 with a page of HTML. The request has no effect.
    ///
    /// ```
    /// use nanonets_agents::{RetryPolicy, prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::html_error_page()).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let client = client.with(|options| options.retry(RetryPolicy::off()))?;
    /// let error = client.list_agents().send().await.unwrap_err();
    /// assert_eq!(error.status().expect("a reply"), 502);
    /// # Ok(())
    /// # }
    /// ```
    pub fn html_error_page() -> Self {
        Self::new(Kind::Before(BeforeFault::HtmlErrorPage))
    }

    /// Replies with this status (200 to 999), content type and body. The request has no effect.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let login = Fault::reply(200, "text/html", "<h1>Log in to the hotel's network</h1>");
    /// let simulator = Simulator::builder().fault(login).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.list_agents().send().await.unwrap_err();
    /// # Ok(())
    /// # }
    /// ```
    pub fn reply(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Before(BeforeFault::Reply(Canned {
            status,
            content_type: content_type.to_owned(),
            retry_after: None,
            body: body.into(),
        })))
    }

    /// Breaks off after this many bytes of the reply's body, although the request had its effect.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::cut_body(7).times(1)).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.list_agents().send().await?;
    /// assert_eq!(simulator.count("list_agents"), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn cut_body(bytes: usize) -> Self {
        Self::new(Kind::Body(BodyFault::Cut(bytes)))
    }

    /// Waits this long before the reply, after the request had its effect.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::delay(Duration::from_secs(60)).times(1);
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// // The first attempt times out after 30 s.
    /// client.list_agents().send().await?;
    /// assert_eq!(simulator.count("list_agents"), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn delay(time: Duration) -> Self {
        Self::new(Kind::Reply(ReplyFault::Delay(time)))
    }

    /// Pauses this long in the middle of the reply's body.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::simulator::{Fault, Simulator};
    /// use tokio::time::Instant;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::slow_body(Duration::from_secs(5));
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let start = Instant::now();
    /// client.list_agents().send().await?;
    /// assert!(start.elapsed() >= Duration::from_secs(5));
    /// # Ok(())
    /// # }
    /// ```
    pub fn slow_body(pause: Duration) -> Self {
        Self::new(Kind::Body(BodyFault::Slow(pause)))
    }

    /// Leads from a page of a list to that page again, by the cursor that the page was asked for
    /// with.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::repeated_cursor().on("list_agents");
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// // A walk notices that it goes in a circle.
    /// let walked = client.list_agents().pages().try_collect::<Vec<_>>().await;
    /// walked.unwrap_err();
    /// # Ok(())
    /// # }
    /// ```
    pub fn repeated_cursor() -> Self {
        Self::new(Kind::List(ListFault::RepeatedCursor))
    }

    /// Leads from a page of a list to that page again, each time by a cursor that wasn't there
    /// before.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::repeated_page().times(1)).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let first = client.list_agents().send().await?;
    /// let cursor = first.next_cursor.clone().expect("a cursor");
    /// let second = client.list_agents().cursor(cursor).send().await?;
    /// assert_eq!(second.data[0].id, first.data[0].id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn repeated_page() -> Self {
        Self::new(Kind::List(ListFault::RepeatedPage))
    }

    /// Replies with a page without items, whose cursor leads to the page that was asked for.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::empty_page().times(1)).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let pages: Vec<_> = client.list_agents().pages().try_collect().await?;
    /// assert_eq!(pages.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [0, 1]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn empty_page() -> Self {
        Self::new(Kind::List(ListFault::EmptyPage))
    }

    /// Replies with lists in the shape that the guide shows instead of the reference's: `tasks`,
    /// `agents` or `versions` for `data`, no `has_more`, and no `next_cursor` on the last page.
    ///
    /// The two shapes are documented at <https://agents.nanonets.com/docs/errors-and-pagination>
    /// and <https://agents.nanonets.com/docs/list-tasks>.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::guide_list_shape()).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let agents: Vec<_> = client.list_agents().items().try_collect().await?;
    /// assert_eq!(agents.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn guide_list_shape() -> Self {
        Self::new(Kind::List(ListFault::GuideShape))
    }

    /// Returns one of each fault, for tests that try all of them. Delays and pauses last one
    /// second, latency and what is stale up to three, what is late comes after ten, a body is cut
    /// after seven bytes, a message after ten characters, `Date` is an hour ahead, the receipt has
    /// no `created_at` or an unknown status, and [`reply`](Self::reply) is a gateway's 504.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// let simulator = Simulator::builder().seed(7).build();
    /// for fault in Fault::all() {
    ///     simulator.inject(fault.chance(0.05));
    /// }
    /// ```
    pub fn all() -> Vec<Self> {
        Kind::all().map(Self::new).collect()
    }

    /// Whether the fault has a request carried out late, as
    /// [`late_after_reset`](Self::late_after_reset) does. A test may want such faults with delays,
    /// or chances, of their own.
    ///
    /// ```
    /// use nanonets_agents::simulator::Fault;
    ///
    /// let at_once = Fault::all().into_iter().filter(|fault| !fault.is_late());
    /// assert_eq!(at_once.count(), Fault::all().len() - 3);
    /// ```
    pub fn is_late(&self) -> bool {
        matches!(self.kind, Kind::Late(_))
    }

    /// Whether the fault is what another program or person does, as [`lookalike`](Self::lookalike)
    /// is. A program that is alone in its workspace meets the others.
    ///
    /// ```
    /// use nanonets_agents::simulator::Fault;
    ///
    /// let alone = Fault::all().into_iter().filter(|fault| !fault.is_by_others());
    /// assert_eq!(alone.count(), Fault::all().len() - 4);
    /// ```
    pub fn is_by_others(&self) -> bool {
        matches!(self.kind, Kind::Others(_))
    }

    /// Narrows the fault to the operation of this id, such as `run_agent`; it hits all by default.
    ///
    /// The simulator refuses the fault where it has no such operation: the fault would never
    /// happen, and the test would prove nothing. See
    /// [`SimulatorBuilder::build`](super::SimulatorBuilder::build) and
    /// [`Simulator::inject`](super::Simulator::inject).
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::status_before(404).on("get_agent");
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.list_agents().send().await?;
    /// client.get_agent().agent_id(simulator.agent_id()).send().await.unwrap_err();
    /// # Ok(())
    /// # }
    /// ```
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Narrows the fault to this number of requests, the next ones; it hits all by default.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::status_before(503).times(2)).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.list_agents().send().await?;
    /// assert_eq!(simulator.count("list_agents"), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Sets the chance with which the fault hits a request, from 0 to 1; 1 by default. The same
    /// requests are hit for the same [seed](super::SimulatorBuilder::seed).
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// let simulator = Simulator::builder().seed(7).build();
    /// simulator.inject(Fault::reset_before().chance(0.05));
    /// ```
    pub fn chance(mut self, chance: f64) -> Self {
        self.chance = chance;
        self
    }

    /// Whether the fault may hit a request of this operation.
    fn concerns(&self, operation: Option<&str>) -> bool {
        let is_wanted = self.operation.is_none() || self.operation.as_deref() == operation;
        is_wanted && self.times != Some(0) && self.kind.target().includes(operation)
    }

    /// Refuses a fault that can't happen, and says why.
    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(operation) = &self.operation {
            routes::check_operation(operation)?;
            self.kind.target().check(operation)?;
        }
        if !(0.0..=1.0).contains(&self.chance) {
            return Err(format!(
                "a fault's chance of {} isn't from 0 to 1",
                self.chance
            ));
        }
        self.kind.check()
    }
}
