//! The faults in force, and which of them hit a request.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    Fault,
    kind::{
        BeforeFault, BodyFault, Kind, LateFault, ListFault, MessageFault, OthersFault,
        ReceiptFault, ReplyFault, StaleFault, TransitFault,
    },
};

/// The faults in force.
#[derive(Debug)]
pub(crate) struct ActiveFaults(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    faults: Vec<Fault>,
    random: fastrand::Rng,
}

/// The faults that hit a request, by phase; those of one phase in the order in which they were
/// added.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    pub(crate) others: Vec<OthersFault>,
    /// One at most, since it leaves nothing for others.
    pub(crate) before: Option<BeforeFault>,
    /// One at most, as above.
    pub(crate) late: Option<LateFault>,
    pub(crate) lags: Lags,
    pub(crate) list: Vec<ListFault>,
    pub(crate) message: Vec<MessageFault>,
    pub(crate) receipt: Vec<ReceiptFault>,
    pub(crate) reply: Vec<ReplyFault>,
    pub(crate) body: Vec<BodyFault>,
    pub(crate) transit: Transit,
}

/// How old the state is that an operation shows, by the first fault that says so.
#[derive(Debug, Default)]
pub(crate) struct Lags {
    pub(crate) list: Option<Duration>,
    pub(crate) messages: Option<Duration>,
    pub(crate) task: Option<Duration>,
}

/// What happens to a reply on its way. Several faults of a kind add up.
#[derive(Debug, Default)]
pub(crate) struct Transit {
    pub(crate) latency: Duration,
    pub(crate) has_no_date: bool,
    pub(crate) seconds_off: i64,
}

impl Hits {
    fn add(&mut self, kind: &Kind, random: &mut fastrand::Rng) {
        let mut up_to = |longest: Duration| longest.mul_f64(random.f64());
        match kind.clone() {
            Kind::Others(fault) => self.others.push(fault),
            Kind::Before(fault) => self.before = Some(fault),
            Kind::Late(fault) => self.late = Some(fault),
            Kind::Stale(StaleFault::List(longest)) => {
                let lag = up_to(longest);
                self.lags.list.get_or_insert(lag);
            }
            Kind::Stale(StaleFault::Messages(longest)) => {
                let lag = up_to(longest);
                self.lags.messages.get_or_insert(lag);
            }
            Kind::Stale(StaleFault::Task(longest)) => {
                let lag = up_to(longest);
                self.lags.task.get_or_insert(lag);
            }
            Kind::List(fault) => self.list.push(fault),
            Kind::Message(fault) => self.message.push(fault),
            Kind::Receipt(fault) => self.receipt.push(fault),
            Kind::Reply(fault) => self.reply.push(fault),
            Kind::Body(fault) => self.body.push(fault),
            Kind::Transit(TransitFault::Latency(longest)) => {
                self.transit.latency = self.transit.latency.saturating_add(up_to(longest));
            }
            Kind::Transit(TransitFault::NoDate) => self.transit.has_no_date = true,
            Kind::Transit(TransitFault::DateOff(seconds)) => {
                self.transit.seconds_off = self.transit.seconds_off.saturating_add(seconds);
            }
        }
    }
}

impl ActiveFaults {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(Inner {
            faults: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
        }))
    }

    pub(crate) fn add(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    pub(crate) fn clear(&self) {
        self.lock().faults.clear();
    }

    /// Decides which faults hit a request, in the order in which they were added. After one that
    /// decides the reply, only those hit that are independent of it.
    pub(crate) fn hitting(&self, operation: Option<&str>) -> Hits {
        let Inner { faults, random } = &mut *self.lock();
        let mut hits = Hits::default();
        let mut is_decided = false;
        for fault in faults {
            let is_too_late = is_decided && !fault.kind.is_independent_of_reply();
            if is_too_late || !fault.concerns(operation) || random.f64() >= fault.chance {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times -= 1;
            }
            hits.add(&fault.kind, random);
            is_decided |= fault.kind.is_final();
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
        let faults = ActiveFaults::new(1);
        faults.add(Fault::reset_before().on("get_task").times(2));
        let is_hit = |operation| faults.hitting(Some(operation)).before.is_some();
        assert!(!is_hit("list_tasks"));
        assert_eq!(
            [is_hit("get_task"), is_hit("get_task"), is_hit("get_task")],
            [true, true, false]
        );
    }

    #[test]
    fn a_fault_is_kept_for_a_request_that_it_can_hit() {
        let faults = ActiveFaults::new(1);
        faults.add(Fault::late_after_reset(Duration::ZERO).times(1));
        assert!(faults.hitting(Some("get_task")).late.is_none());
        assert!(faults.hitting(None).late.is_none());
        assert!(faults.hitting(Some("cancel_task")).late.is_some());
    }

    #[test]
    fn a_lost_reply_leaves_what_is_independent_of_it() {
        let faults = ActiveFaults::new(1);
        faults.add(Fault::reset_before());
        faults.add(Fault::reset_after());
        faults.add(Fault::lookalike());
        faults.add(Fault::latency(Duration::from_secs(1)));
        let hits = faults.hitting(Some("run_agent"));
        assert_eq!((hits.reply.len(), hits.others.len()), (0, 1));
        assert!(hits.transit.latency > Duration::ZERO);
    }

    #[test]
    fn chance_is_met_and_repeatable() {
        let hits = |seed| {
            let faults = ActiveFaults::new(seed);
            faults.add(Fault::reset_before().chance(0.2));
            (0..1000)
                .map(|_| faults.hitting(None).before.is_some())
                .collect::<Vec<_>>()
        };
        let count = hits(7).into_iter().filter(|is_hit| *is_hit).count();
        assert!((150..250).contains(&count), "{count}");
        assert_eq!(hits(7), hits(7));
    }

    #[test]
    fn all_faults_are_different_and_each_hits() {
        let mut seen = Vec::new();
        for fault in Fault::all() {
            fault.check().expect("it can happen");
            let Fault { kind, .. } = &fault;
            let faults = ActiveFaults::new(1);
            faults.add(fault.clone());
            let nothing = format!("{:?}", Hits::default());
            let operations = ["run_agent", "list_tasks", "list_task_messages", "get_task"];
            let hits = operations
                .map(|operation| format!("{:?}", faults.hitting(Some(operation))) != nothing);
            assert!(hits.contains(&true), "{kind:?}");
            seen.push(format!("{kind:?}"));
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
