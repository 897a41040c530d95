//! What to do after a run of unknown outcome: a state machine without IO.
//!
//! It is told what became of each request and what each look at the list showed, and says what to
//! do next.

use std::time::Duration;

use uuid::Uuid;

use super::policy::ReconcilePolicy;

/// What became of a request that was to start a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The server named the task that it started.
    Created(Uuid),
    /// The server started a task, but its name was lost.
    CreatedUnread,
    /// It is certain that this request started no task, and another one wouldn't either.
    Refused,
    /// It is certain that this request started no task; the server was too busy, or not there.
    NotTaken,
    /// It may have started a task.
    Unclear,
}

/// What a look at the list showed. Tasks that belong to other runs of this client are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It didn't get to the end.
    Failed,
    Seen(View),
}

/// The tasks that were created since the first request, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// Those that were started by what was sent, as far as can be seen.
    pub(super) matches: Vec<Uuid>,
    /// Those that can't be compared with it.
    pub(super) incomparable: Vec<Uuid>,
    /// How many other runs of this client sent the same and don't know their tasks either.
    pub(super) siblings: usize,
    /// How many other runs of this client and agent don't know their tasks yet, whatever they sent.
    pub(super) others: usize,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Wait, and look at the list.
    Look { after: Duration },
    /// Send the run again.
    Send,
    /// That's all.
    Done(Outcome),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Task {
        id: Uuid,
        /// Whether it was found in the list instead of named by the server.
        is_adopted: bool,
        /// Other tasks of the same run, and whether they are certainly that.
        twins: Vec<Uuid>,
        twins_are_certain: bool,
    },
    /// No request started a task.
    NotStarted,
    Unknown {
        candidates: Vec<Uuid>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Reconciler {
    policy: ReconcilePolicy,
    /// Whether a match can't be anybody else's.
    is_exact: bool,
    /// How many requests may have started a task.
    doubts: u32,
    /// Whether one of them certainly did.
    is_created: bool,
    /// Since the last request.
    looks: u32,
    /// Whole looks that showed nothing to decide by, since the last request.
    blanks: u32,
    resends: u32,
    /// The run's task, once it is known: what is left then is to look for twins.
    task: Option<(Uuid, bool)>,
}

impl Reconciler {
    /// `is_exact` tells whether what was sent carries a marker.
    pub(super) fn new(policy: ReconcilePolicy, is_exact: bool) -> Self {
        Self {
            policy,
            is_exact,
            doubts: 0,
            is_created: false,
            looks: 0,
            blanks: 0,
            resends: 0,
            task: None,
        }
    }

    pub(super) fn sent(&mut self, sent: Sent) -> Step {
        (self.looks, self.blanks) = (0, 0);
        match sent {
            Sent::Created(id) => return self.found(id, false),
            Sent::Refused | Sent::NotTaken if self.doubts == 0 => {
                return Step::Done(Outcome::NotStarted);
            }
            // What was sent before is as unclear as it was.
            Sent::Refused => return unknown(Vec::new()),
            Sent::NotTaken => return self.look(self.policy.look_interval),
            Sent::CreatedUnread => self.is_created = true,
            Sent::Unclear => (),
        }
        self.doubts += 1;
        if self.policy.enabled {
            self.look(self.policy.first_look)
        } else {
            unknown(Vec::new())
        }
    }

    pub(super) fn looked(&mut self, look: Look) -> Step {
        self.looks += 1;
        let is_last = self.looks >= self.policy.looks;
        let view = match look {
            Look::Seen(view) => view,
            Look::Failed if !is_last => return self.look(self.policy.look_interval),
            Look::Failed => View::default(),
        };
        match self.task {
            Some((id, is_adopted)) => self.with_twins(id, is_adopted, view),
            None => self.search(view, is_last),
        }
    }

    fn search(&mut self, view: View, is_last: bool) -> Step {
        let View {
            matches,
            incomparable,
            siblings,
            others,
        } = view;
        // As many as were sent, here and by siblings, can be told apart by nobody, and needn't be.
        let ours = self.doubts as usize + siblings;
        if let Some(oldest) = matches.first() {
            let oldest = *oldest;
            return match () {
                // All of them are this run's: an earlier process may have sent more than is known
                // here.
                () if self.is_exact && matches.len() > 1 => {
                    let view = View {
                        matches,
                        ..View::default()
                    };
                    self.with_twins(oldest, true, view)
                }
                () if self.is_exact || matches.len() <= ours => self.found(oldest, true),
                () => unknown(matches),
            };
        }
        if let Some(oldest) = incomparable.first()
            && self.policy.sole_writer
            && others == 0
            && incomparable.len() <= self.doubts as usize
        {
            return self.found(*oldest, true);
        }
        // What can't be compared may be another run's of this client, which is about to learn of
        // it.
        if incomparable.is_empty() || others == 0 {
            self.blanks += 1;
        }
        let is_enough = self.blanks >= self.policy.looks_before_resend;
        match () {
            () if is_last || is_enough && !incomparable.is_empty() => unknown(incomparable),
            () if !is_enough || self.is_created => self.look(self.policy.look_interval),
            () if self.resends < self.policy.resends => {
                self.resends += 1;
                Step::Send
            }
            () => unknown(Vec::new()),
        }
    }

    /// The task is known; a look for twins follows where there can be any.
    fn found(&mut self, id: Uuid, is_adopted: bool) -> Step {
        let others = if is_adopted {
            self.doubts - 1
        } else {
            self.doubts
        };
        if others == 0 {
            return self.with_twins(id, is_adopted, View::default());
        }
        self.task = Some((id, is_adopted));
        self.look(self.policy.look_interval)
    }

    fn with_twins(&self, id: Uuid, is_adopted: bool, view: View) -> Step {
        let twins = if self.is_exact || view.siblings == 0 {
            view.matches.into_iter().filter(|it| *it != id).collect()
        } else {
            Vec::new()
        };
        Step::Done(Outcome::Task {
            id,
            is_adopted,
            twins,
            twins_are_certain: self.is_exact || self.policy.sole_writer,
        })
    }

    fn look(&self, after: Duration) -> Step {
        Step::Look { after }
    }
}

fn unknown(candidates: Vec<Uuid>) -> Step {
    Step::Done(Outcome::Unknown { candidates })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    fn reconciler(policy: ReconcilePolicy) -> Reconciler {
        Reconciler::new(policy, false)
    }

    fn seen(matches: &[Uuid], incomparable: &[Uuid]) -> Look {
        Look::Seen(View {
            matches: matches.to_vec(),
            incomparable: incomparable.to_vec(),
            ..View::default()
        })
    }

    fn task(id: Uuid, is_adopted: bool) -> Step {
        Step::Done(Outcome::Task {
            id,
            is_adopted,
            twins: Vec::new(),
            twins_are_certain: false,
        })
    }

    fn is_look(step: &Step) -> bool {
        matches!(step, Step::Look { .. })
    }

    #[test]
    fn a_clear_answer_needs_no_look() {
        let sent = |it| reconciler(ReconcilePolicy::default()).sent(it);
        assert_eq!(sent(Sent::Created(OURS)), task(OURS, false));
        assert_eq!(sent(Sent::Refused), Step::Done(Outcome::NotStarted));
    }

    #[test]
    fn one_match_is_adopted() {
        let mut it = reconciler(ReconcilePolicy::default());
        let after = Duration::from_secs(2);
        assert_eq!(it.sent(Sent::Unclear), Step::Look { after });
        assert_eq!(it.looked(seen(&[OURS], &[OTHER])), task(OURS, true));
    }

    #[test]
    fn two_matches_after_one_request_are_not_decided() {
        let mut it = reconciler(ReconcilePolicy::default());
        it.sent(Sent::Unclear);
        let candidates = vec![OURS, OTHER];
        assert_eq!(it.looked(seen(&candidates, &[])), unknown(candidates));
    }

    #[test]
    fn siblings_share_what_nobody_can_tell_apart() {
        let mut it = reconciler(ReconcilePolicy::default());
        it.sent(Sent::Unclear);
        let view = View {
            matches: vec![OURS, OTHER],
            siblings: 1,
            ..View::default()
        };
        assert_eq!(it.looked(Look::Seen(view)), task(OURS, true));
    }

    #[test]
    fn it_is_sent_again_after_two_looks_that_showed_nothing() {
        let mut it = reconciler(ReconcilePolicy::default());
        it.sent(Sent::Unclear);
        assert!(is_look(&it.looked(seen(&[], &[]))));
        assert!(is_look(&it.looked(Look::Failed)));
        assert_eq!(it.looked(seen(&[], &[])), Step::Send);
    }

    #[test]
    fn what_was_created_is_never_sent_again() {
        let mut it = reconciler(ReconcilePolicy::default());
        it.sent(Sent::CreatedUnread);
        for _ in 0..11 {
            assert!(is_look(&it.looked(seen(&[], &[]))));
        }
        assert_eq!(it.looked(seen(&[], &[])), unknown(Vec::new()));
    }

    #[test]
    fn what_cannot_be_compared_is_named_or_adopted_by_the_sole_writer() {
        let mut it = reconciler(ReconcilePolicy::default());
        it.sent(Sent::Unclear);
        assert!(is_look(&it.looked(seen(&[], &[OTHER]))));
        assert_eq!(it.looked(seen(&[], &[OTHER])), unknown(vec![OTHER]));

        let mut it = reconciler(ReconcilePolicy::default().sole_writer());
        it.sent(Sent::Unclear);
        let Step::Done(Outcome::Task { id, .. }) = it.looked(seen(&[], &[OTHER])) else {
            panic!("it is alone");
        };
        assert_eq!(id, OTHER);
    }

    #[test]
    fn a_late_twin_is_found_by_one_more_look() {
        let mut it = Reconciler::new(ReconcilePolicy::default(), true);
        it.sent(Sent::Unclear);
        it.looked(seen(&[], &[]));
        assert_eq!(it.looked(seen(&[], &[])), Step::Send);
        assert!(is_look(&it.sent(Sent::Created(OURS))));
        let twins = Step::Done(Outcome::Task {
            id: OURS,
            is_adopted: false,
            twins: vec![OTHER],
            twins_are_certain: true,
        });
        assert_eq!(it.looked(seen(&[OURS, OTHER], &[])), twins);
    }

    #[test]
    fn what_may_be_another_runs_is_not_adopted_and_not_taken_for_nothing() {
        let mut it = reconciler(ReconcilePolicy::default().sole_writer());
        it.sent(Sent::Unclear);
        let busy = || {
            Look::Seen(View {
                incomparable: vec![OTHER],
                others: 1,
                ..View::default()
            })
        };
        for _ in 0..11 {
            assert!(is_look(&it.looked(busy())));
        }
        assert_eq!(it.looked(busy()), unknown(vec![OTHER]));
    }

    #[test]
    fn the_twins_of_an_earlier_process_are_named() {
        let mut it = Reconciler::new(ReconcilePolicy::default(), true);
        it.sent(Sent::Unclear);
        let twins = Step::Done(Outcome::Task {
            id: OURS,
            is_adopted: true,
            twins: vec![OTHER],
            twins_are_certain: true,
        });
        assert_eq!(it.looked(seen(&[OURS, OTHER], &[])), twins);
    }

    #[test]
    fn a_refusal_after_a_doubt_leaves_the_doubt() {
        let mut it = reconciler(ReconcilePolicy::default());
        it.sent(Sent::Unclear);
        it.looked(seen(&[], &[]));
        assert_eq!(it.looked(seen(&[], &[])), Step::Send);
        assert_eq!(it.sent(Sent::Refused), unknown(Vec::new()));
    }

    #[test]
    fn off_means_that_nothing_is_done() {
        let mut it = reconciler(ReconcilePolicy::off());
        assert_eq!(it.sent(Sent::Unclear), unknown(Vec::new()));
    }

    /// A server whose list lags some looks behind, and everything that can have become of the
    /// requests.
    #[derive(Clone)]
    struct World {
        /// The look from which on each task of ours is listed, counted over all.
        tasks: Vec<(Uuid, u32)>,
        looks: u32,
        sends: u32,
        has_seen_success: bool,
        /// Whether the last look showed a match.
        has_match_in_sight: bool,
        longest_lag: u32,
    }

    #[derive(Default)]
    struct Found {
        paths: u64,
        adopted: u64,
        unknown: u64,
        doubled: u64,
    }

    /// Follows every path: what each request comes to, how far the list lags, which looks fail.
    fn explore(it: &Reconciler, world: &World, step: Step, found: &mut Found) {
        match step {
            Step::Send => {
                assert!(!world.has_seen_success, "sent again after a success");
                assert!(
                    !world.has_match_in_sight,
                    "sent again with a match in sight"
                );
                for is_committed in [false, true] {
                    for lag in 0..=if is_committed { world.longest_lag } else { 0 } {
                        let outcomes: &[Sent] = if is_committed {
                            &[Sent::Created(OURS), Sent::CreatedUnread, Sent::Unclear]
                        } else {
                            &[Sent::Refused, Sent::NotTaken, Sent::Unclear]
                        };
                        for sent in outcomes {
                            let mut world = world.clone();
                            world.sends += 1;
                            let id = Uuid::from_u128(100 + u128::from(world.sends));
                            let sent = match sent {
                                Sent::Created(_) => Sent::Created(id),
                                other => *other,
                            };
                            if is_committed {
                                world.tasks.push((id, world.looks + lag));
                            }
                            world.has_seen_success |=
                                matches!(sent, Sent::Created(_) | Sent::CreatedUnread);
                            let mut it = it.clone();
                            let step = it.sent(sent);
                            explore(&it, &world, step, found);
                        }
                    }
                }
            }
            Step::Look { .. } => {
                for fails in [false, true] {
                    let mut world = world.clone();
                    let mut it = it.clone();
                    let look = if fails {
                        Look::Failed
                    } else {
                        let listed = world.tasks.iter().filter(|(_, at)| *at <= world.looks);
                        let matches: Vec<Uuid> = listed.map(|(id, _)| *id).collect();
                        world.has_match_in_sight = !matches.is_empty();
                        // Every look that gets through is later than the one before.
                        world.looks += 1;
                        seen(&matches, &[])
                    };
                    let step = it.looked(look);
                    explore(&it, &world, step, found);
                }
            }
            Step::Done(outcome) => {
                found.paths += 1;
                match outcome {
                    Outcome::Task {
                        id,
                        is_adopted,
                        twins,
                        ..
                    } => {
                        found.adopted += u64::from(is_adopted);
                        assert!(
                            world.tasks.iter().any(|(it, _)| *it == id),
                            "no task of ours"
                        );
                        let untold = world
                            .tasks
                            .iter()
                            .filter(|(it, _)| *it != id && !twins.contains(it));
                        found.doubled += u64::from(untold.count() > 0);
                    }
                    Outcome::NotStarted => assert!(world.tasks.is_empty(), "it was started"),
                    Outcome::Unknown { .. } => {
                        found.unknown += 1;
                        found.doubled += u64::from(world.tasks.len() > 1);
                    }
                }
            }
        }
    }

    fn explored(policy: ReconcilePolicy, longest_lag: u32) -> Found {
        let mut found = Found::default();
        let world = World {
            tasks: Vec::new(),
            looks: 0,
            sends: 0,
            has_seen_success: false,
            has_match_in_sight: false,
            longest_lag,
        };
        let it = Reconciler::new(policy, false);
        explore(&it, &world, Step::Send, &mut found);
        found
    }

    /// Up to three requests with up to seven looks after each, any of which may fail; a list that
    /// lags up to one look behind.
    #[test]
    fn no_path_doubles_a_run_while_the_list_lags_no_further_than_the_looks_reach() {
        let found = explored(ReconcilePolicy::default().looks(7), 1);
        println!(
            "explored {} paths: {} adopted, {} unknown, {} doubled",
            found.paths, found.adopted, found.unknown, found.doubled
        );
        assert!(found.paths > 10_000, "{}", found.paths);
        assert!(found.adopted > 1000 && found.unknown > 1000);
        assert_eq!(found.doubled, 0);
    }

    /// The exploration can fail: where the list lags further than the looks reach, it finds
    /// doubles.
    #[test]
    fn a_list_that_lags_further_is_found_to_double() {
        let found = explored(ReconcilePolicy::default().looks(7), 4);
        assert!(found.doubled > 0);
        let patient = ReconcilePolicy::default().looks(7).looks_before_resend(5);
        assert_eq!(explored(patient, 4).doubled, 0);
    }
}
