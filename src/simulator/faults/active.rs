//! The faults in force, and which of them hit a request.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    Fault,
    kind::{BeforeFault, BodyFault, EffectFault, Kind, ListFault, ReplyFault},
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
    /// One at most, since it leaves nothing for others.
    pub(crate) before: Option<BeforeFault>,
    /// How old a list of tasks is, by the first fault that says so.
    pub(crate) lag: Option<Duration>,
    pub(crate) list: Vec<ListFault>,
    pub(crate) reply: Vec<ReplyFault>,
    pub(crate) body: Vec<BodyFault>,
}

impl Hits {
    fn add(&mut self, kind: &Kind, random: &mut fastrand::Rng) {
        match kind.clone() {
            Kind::Before(fault) => self.before = Some(fault),
            Kind::Effect(EffectFault::StaleList(longest)) => {
                let lag = longest.mul_f64(random.f64());
                self.lag.get_or_insert(lag);
            }
            Kind::List(fault) => self.list.push(fault),
            Kind::Reply(fault) => self.reply.push(fault),
            Kind::Body(fault) => self.body.push(fault),
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
    /// decides the reply, no other hits.
    pub(crate) fn hitting(&self, operation: Option<&str>) -> Hits {
        let Inner { faults, random } = &mut *self.lock();
        let mut hits = Hits::default();
        for fault in faults {
            let concerned = fault.operation.is_none() || fault.operation.as_deref() == operation;
            if !concerned || fault.times == Some(0) || random.f64() >= fault.chance {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times -= 1;
            }
            hits.add(&fault.kind, random);
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
            let hits = format!("{:?}", faults.hitting(Some("list_tasks")));
            assert_ne!(hits, nothing, "{kind:?}");
            seen.push(format!("{kind:?}"));
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
