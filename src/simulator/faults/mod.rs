//! What goes wrong, when, and how often.
//!
//! A new fault is a variant in [`kind`], in the phase in which it acts. The compiler then names
//! every place that has to handle it, among them the one that [`Fault::all`] is made from.

use std::time::Duration;

use super::routes;

pub(super) mod active;
pub(super) mod apply;
pub(super) mod kind;

use kind::{BeforeFault, BodyFault, Canned, EffectFault, Kind, ListFault, ReplyFault};

/// Something that goes wrong with requests.
///
/// A fault hits every request, unless it is narrowed to an [operation](Self::on), a
/// [number of times](Self::times) or a [chance](Self::chance).
///
/// Each fault acts in one phase of a request:
///
/// 1. *Before*: in place of the request, which has no effect.
///    [`status_before`](Self::status_before), [`too_many_requests`](Self::too_many_requests),
///    [`html_error_page`](Self::html_error_page), [`reply`](Self::reply),
///    [`reset_before`](Self::reset_before).
/// 2. *Effect*: while the operation is carried out. [`stale_list`](Self::stale_list).
/// 3. *List*: on the body of a list. [`repeated_cursor`](Self::repeated_cursor),
///    [`repeated_page`](Self::repeated_page), [`empty_page`](Self::empty_page),
///    [`guide_list_shape`](Self::guide_list_shape).
/// 4. *Reply*: on the reply after the request had its effect. [`status_after`](Self::status_after),
///    [`reset_after`](Self::reset_after), [`delay`](Self::delay).
/// 5. *Body*: while the body of the reply is sent. [`cut_body`](Self::cut_body),
///    [`slow_body`](Self::slow_body).
///
/// Where several faults hit one request, their phases come in this order; within a phase, the
/// faults act in the order in which they were added. There are two exceptions:
///
/// - A fault that replaces the reply, or that closes the connection without one, is the last one to
///   hit: those added after it are left for later requests.
/// - The guide's list shape comes last in its phase, and a cut body outdoes a slow one.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::simulator::{Fault, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let simulator = Simulator::builder()
///     // The first run is created, but its caller doesn't hear of it.
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
    pub fn status_before(status: u16) -> Self {
        Self::new(Kind::Before(BeforeFault::Status(status)))
    }

    /// Replies with a status such as 503, from 200 to 999, although the request had its effect.
    pub fn status_after(status: u16) -> Self {
        Self::new(Kind::Reply(ReplyFault::Status(status)))
    }

    /// Closes the connection without a reply. The request has no effect.
    pub fn reset_before() -> Self {
        Self::new(Kind::Before(BeforeFault::Reset))
    }

    /// Closes the connection without a reply, although the request had its effect.
    pub fn reset_after() -> Self {
        Self::new(Kind::Reply(ReplyFault::Reset))
    }

    /// Replies with 429 and this value of `Retry-After`, which may be seconds, a date, or neither;
    /// `None` leaves the header out. The request has no effect.
    pub fn too_many_requests(retry_after: Option<&str>) -> Self {
        let retry_after = retry_after.map(str::to_owned);
        Self::new(Kind::Before(BeforeFault::TooManyRequests(retry_after)))
    }

    /// Replies as a gateway does: 502 with a page of HTML. The request has no effect.
    pub fn html_error_page() -> Self {
        Self::new(Kind::Before(BeforeFault::HtmlErrorPage))
    }

    /// Replies with this status (200 to 999), content type and body. The request has no effect.
    ///
    /// ```
    /// use nanonets_agents::simulator::Fault;
    ///
    /// let fault = Fault::reply(200, "text/html", "<h1>Log in to the hotel's network</h1>");
    /// # let _ = fault;
    /// ```
    pub fn reply(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Before(BeforeFault::Reply(Canned {
            status,
            content_type: content_type.to_owned(),
            retry_after: None,
            body: body.into(),
        })))
    }

    /// Breaks off after so many bytes of the reply's body, although the request had its effect.
    pub fn cut_body(bytes: usize) -> Self {
        Self::new(Kind::Body(BodyFault::Cut(bytes)))
    }

    /// Waits this long before the reply, after the request had its effect.
    pub fn delay(time: Duration) -> Self {
        Self::new(Kind::Reply(ReplyFault::Delay(time)))
    }

    /// Pauses this long in the middle of the reply's body.
    pub fn slow_body(pause: Duration) -> Self {
        Self::new(Kind::Body(BodyFault::Slow(pause)))
    }

    /// Lists tasks as they were some time ago: each time a random one, up to this long.
    ///
    /// It hits `list_tasks` only.
    pub fn stale_list(longest: Duration) -> Self {
        Self::new(Kind::Effect(EffectFault::StaleList(longest))).on("list_tasks")
    }

    /// Leads from a page of a list to that page again, by the cursor that the page was asked for
    /// with.
    pub fn repeated_cursor() -> Self {
        Self::new(Kind::List(ListFault::RepeatedCursor))
    }

    /// Leads from a page of a list to that page again, each time by a cursor that wasn't there
    /// before.
    pub fn repeated_page() -> Self {
        Self::new(Kind::List(ListFault::RepeatedPage))
    }

    /// Replies with a page without items, whose cursor leads to the page that was asked for.
    pub fn empty_page() -> Self {
        Self::new(Kind::List(ListFault::EmptyPage))
    }

    /// Replies with lists in the shape that the guide shows instead of the reference's: `tasks`,
    /// `agents` or `versions` for `data`, no `has_more`, and no `next_cursor` on the last page.
    pub fn guide_list_shape() -> Self {
        Self::new(Kind::List(ListFault::GuideShape))
    }

    /// Returns one of each fault, for tests that try all of them. Times are one second, a task list
    /// is up to three seconds old, a body is cut after seven bytes, and [`reply`](Self::reply) is a
    /// gateway's 504.
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
        let first = Some(Self::status_before(500));
        std::iter::successors(first, |fault| fault.kind.next()).collect()
    }

    /// Hits only the operation of this id, such as `run_agent`; all operations by default.
    ///
    /// The simulator refuses the fault where it has no such operation: the fault would never
    /// happen, and the test would prove nothing. See
    /// [`SimulatorBuilder::build`](super::SimulatorBuilder::build) and
    /// [`Simulator::inject`](super::Simulator::inject).
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Hits only so many requests, the next ones; all by default.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Hits each request with this chance, from 0 to 1, the default. The chances are the same for
    /// the same [seed](super::SimulatorBuilder::seed) and requests.
    pub fn chance(mut self, chance: f64) -> Self {
        self.chance = chance;
        self
    }

    /// Says why the fault can't happen.
    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(operation) = &self.operation {
            routes::check_operation(operation)?;
            self.kind.check_operation(operation)?;
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
