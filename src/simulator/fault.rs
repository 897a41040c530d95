//! What goes wrong, when, and how often.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::route;

/// Something that goes wrong with requests.
///
/// A fault hits every request, unless it is narrowed to an [operation](Self::on), a
/// [number of times](Self::times) or a [chance](Self::chance).
///
/// *Before* means that the request has no effect; *after* that it had its effect and only the reply
/// is lost.
#[derive(Clone, Debug)]
pub struct Fault {
    kind: Kind,
    operation: Option<String>,
    chance: f64,
    times: Option<u32>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Answers something else, without effect.
    ReplyBefore(Canned),
    /// Has its effect and answers something else.
    ReplyAfter(Canned),
    ResetBefore,
    ResetAfter,
    /// Has its effect, and breaks off in the middle of the reply.
    CutBody(usize),
    /// Has its effect, and takes its time to answer.
    Delay(Duration),
    /// Has its effect, and pauses in the middle of the reply.
    SlowBody(Duration),
    /// Answers lists in the shape that the guide shows.
    GuideListShape,
    /// Lists tasks as they were so long ago.
    StaleList(Duration),
    /// Leads from a page back to itself.
    RepeatedCursor,
    /// Leads from a page back to itself, under a cursor that wasn't there before.
    RepeatedPage,
    /// Puts a page without items before the one that was asked for.
    EmptyPage,
}

impl Kind {
    fn is_final(&self) -> bool {
        matches!(
            self,
            Self::ReplyBefore(_) | Self::ReplyAfter(_) | Self::ResetBefore | Self::ResetAfter
        )
    }
}

#[derive(Clone, Debug)]
pub(super) struct Canned {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) retry_after: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Canned {
    pub(super) fn too_many_requests(seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds.to_string()),
            ..Self::error(429, "Rate limit exceeded")
        }
    }

    fn error(status: u16, message: &str) -> Self {
        Self {
            status,
            content_type: "application/json".to_owned(),
            retry_after: None,
            body: serde_json::json!({ "error": message }).to_string().into(),
        }
    }
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

    /// Answers with a status such as 503, without effect.
    pub fn status_before(status: u16) -> Self {
        Self::new(Kind::ReplyBefore(Canned::error(
            status,
            "Simulated failure",
        )))
    }

    /// Answers with a status such as 503 although the request had its effect.
    pub fn status_after(status: u16) -> Self {
        Self::new(Kind::ReplyAfter(Canned::error(status, "Simulated failure")))
    }

    /// Closes the connection without an answer, without effect.
    pub fn reset_before() -> Self {
        Self::new(Kind::ResetBefore)
    }

    /// Closes the connection without an answer although the request had its effect.
    pub fn reset_after() -> Self {
        Self::new(Kind::ResetAfter)
    }

    /// Answers with 429, and with `Retry-After` in whatever form it is given.
    pub fn too_many_requests(retry_after: Option<&str>) -> Self {
        Self::new(Kind::ReplyBefore(Canned {
            retry_after: retry_after.map(str::to_owned),
            ..Canned::error(429, "Rate limit exceeded")
        }))
    }

    /// Answers as a gateway does: 502 with a page of HTML, without effect.
    pub fn html_error_page() -> Self {
        Self::reply(
            502,
            "text/html",
            "<html>\n<body><h1>502 Bad Gateway</h1></body>\n</html>",
        )
    }

    /// Answers whatever is given here, without effect.
    pub fn reply(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::ReplyBefore(Canned {
            status,
            content_type: content_type.to_owned(),
            retry_after: None,
            body: body.into(),
        }))
    }

    /// Breaks off after so many bytes of the reply's body, although the request had its effect.
    pub fn cut_body(bytes: usize) -> Self {
        Self::new(Kind::CutBody(bytes))
    }

    /// Takes its time to answer, after the request had its effect.
    pub fn delay(time: Duration) -> Self {
        Self::new(Kind::Delay(time))
    }

    /// Pauses in the middle of the reply's body.
    pub fn slow_body(pause: Duration) -> Self {
        Self::new(Kind::SlowBody(pause))
    }

    /// Lists tasks as they were some time ago, at most as long as this; how long is left to chance.
    pub fn stale_list(longest: Duration) -> Self {
        Self::new(Kind::StaleList(longest)).on("list_tasks")
    }

    /// Leads from a page of a list to that page again.
    pub fn repeated_cursor() -> Self {
        Self::new(Kind::RepeatedCursor)
    }

    /// Leads from a page of a list to that page again, each time under a cursor that wasn't there
    /// before.
    pub fn repeated_page() -> Self {
        Self::new(Kind::RepeatedPage)
    }

    /// Answers with a page without items, behind which the page follows that was asked for.
    pub fn empty_page() -> Self {
        Self::new(Kind::EmptyPage)
    }

    /// Answers lists in the shape that the guide shows instead of the reference's: `tasks`,
    /// `agents` or `versions` for `data`, no `has_more`, and no `next_cursor` on the last page.
    pub fn guide_list_shape() -> Self {
        Self::new(Kind::GuideListShape)
    }

    /// Hits only one operation, such as `run_agent`.
    ///
    /// # Panics
    ///
    /// Where there is no such operation: the fault would never happen, and the test would prove
    /// nothing.
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        let operation = operation.into();
        assert!(
            route::is_operation(&operation),
            "there is no operation {operation}"
        );
        self.operation = Some(operation);
        self
    }

    /// Hits only so many requests, the next ones.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Hits each request with this chance, from 0 to 1.
    pub fn chance(mut self, chance: f64) -> Self {
        self.chance = chance;
        self
    }
}

/// The faults in force.
#[derive(Debug)]
pub(super) struct Faults(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    faults: Vec<Fault>,
    random: fastrand::Rng,
}

impl Faults {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new(Inner {
            faults: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
        }))
    }

    pub(super) fn add(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    pub(super) fn clear(&self) {
        self.lock().faults.clear();
    }

    /// The faults that hit a request, in the order in which they were added.
    pub(super) fn hitting(&self, operation: Option<&str>) -> Vec<Kind> {
        let Inner { faults, random } = &mut *self.lock();
        let mut hits = Vec::new();
        for fault in faults {
            let concerned = fault.operation.is_none() || fault.operation.as_deref() == operation;
            if !concerned || fault.times == Some(0) || random.f64() >= fault.chance {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times -= 1;
            }
            hits.push(match fault.kind {
                Kind::StaleList(longest) => Kind::StaleList(longest.mul_f64(random.f64())),
                ref kind => kind.clone(),
            });
            // What decides the answer leaves nothing for the faults after it.
            if fault.kind.is_final() {
                break;
            }
        }
        hits
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_hits_what_it_is_narrowed_to() {
        let faults = Faults::new(1);
        faults.add(Fault::reset_before().on("get_task").times(2));
        let hits = |operation| faults.hitting(Some(operation)).len();
        assert_eq!(hits("list_tasks"), 0);
        assert_eq!(
            [hits("get_task"), hits("get_task"), hits("get_task")],
            [1, 1, 0]
        );
    }

    #[test]
    fn chance_is_met_and_repeatable() {
        let count = |seed| {
            let faults = Faults::new(seed);
            faults.add(Fault::reset_before().chance(0.2));
            (0..1000)
                .map(|_| faults.hitting(None).len())
                .collect::<Vec<_>>()
        };
        let hits: usize = count(7).iter().sum();
        assert!((150..250).contains(&hits), "{hits}");
        assert_eq!(count(7), count(7));
    }
}
