use super::*;

const OURS: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn by_text(policy: ReconcilePolicy) -> Reconciler {
    Reconciler::new(policy, false)
}

fn seen(matches: &[Uuid], incomparable: &[Uuid]) -> Probed {
    Probed::Seen(View {
        matches: matches.to_vec(),
        incomparable: incomparable.to_vec(),
        ..View::default()
    })
}

fn task(id: Uuid, is_adopted: bool) -> NextStep {
    NextStep::Done(Outcome::Task {
        id,
        is_adopted,
        twins: Vec::new(),
        twins_are_certain: false,
    })
}

fn is_probe(step: &NextStep) -> bool {
    matches!(step, NextStep::Probe { .. })
}

#[test]
fn a_clear_answer_needs_no_probe() {
    let sent = |outcome| by_text(ReconcilePolicy::default()).sent(outcome);
    assert_eq!(sent(Sent::Created(OURS)), task(OURS, false));
    assert_eq!(sent(Sent::Refused), NextStep::Done(Outcome::NotStarted));
}

#[test]
fn one_match_is_adopted() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    let after = Duration::from_secs(2);
    assert_eq!(reconciler.sent(Sent::Unclear), NextStep::Probe { after });
    assert_eq!(reconciler.probed(seen(&[OURS], &[OTHER])), task(OURS, true));
}

#[test]
fn two_matches_after_one_request_are_not_decided() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(Sent::Unclear);
    let candidates = vec![OURS, OTHER];
    assert_eq!(
        reconciler.probed(seen(&candidates, &[])),
        unknown(candidates)
    );
}

#[test]
fn siblings_share_tasks_that_cannot_be_told_apart() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(Sent::Unclear);
    let view = View {
        matches: vec![OURS, OTHER],
        siblings: 1,
        ..View::default()
    };
    assert_eq!(reconciler.probed(Probed::Seen(view)), task(OURS, true));
}

#[test]
fn a_run_is_sent_again_after_two_probes_that_showed_nothing() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(Sent::Unclear);
    assert!(is_probe(&reconciler.probed(seen(&[], &[]))));
    assert!(is_probe(&reconciler.probed(Probed::Failed)));
    assert_eq!(reconciler.probed(seen(&[], &[])), NextStep::Send);
}

#[test]
fn what_was_created_is_never_sent_again() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(Sent::CreatedUnread);
    for _ in 0..11 {
        assert!(is_probe(&reconciler.probed(seen(&[], &[]))));
    }
    assert_eq!(reconciler.probed(seen(&[], &[])), unknown(Vec::new()));
}

#[test]
fn what_cannot_be_compared_is_named_or_adopted_by_the_sole_writer() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(Sent::Unclear);
    assert!(is_probe(&reconciler.probed(seen(&[], &[OTHER]))));
    assert_eq!(reconciler.probed(seen(&[], &[OTHER])), unknown(vec![OTHER]));

    let mut reconciler = by_text(ReconcilePolicy::default().with_sole_writer(true));
    reconciler.sent(Sent::Unclear);
    let NextStep::Done(Outcome::Task { id, .. }) = reconciler.probed(seen(&[], &[OTHER])) else {
        panic!("it is alone");
    };
    assert_eq!(id, OTHER);
}

#[test]
fn a_late_twin_is_found_by_one_more_probe() {
    let mut reconciler = Reconciler::new(ReconcilePolicy::default(), true);
    reconciler.sent(Sent::Unclear);
    reconciler.probed(seen(&[], &[]));
    assert_eq!(reconciler.probed(seen(&[], &[])), NextStep::Send);
    assert!(is_probe(&reconciler.sent(Sent::Created(OURS))));
    let twins = NextStep::Done(Outcome::Task {
        id: OURS,
        is_adopted: false,
        twins: vec![OTHER],
        twins_are_certain: true,
    });
    assert_eq!(reconciler.probed(seen(&[OURS, OTHER], &[])), twins);
}

#[test]
fn what_may_be_another_runs_is_not_adopted_and_not_taken_for_nothing() {
    let mut reconciler = by_text(ReconcilePolicy::default().with_sole_writer(true));
    reconciler.sent(Sent::Unclear);
    let busy = || {
        Probed::Seen(View {
            incomparable: vec![OTHER],
            others: 1,
            ..View::default()
        })
    };
    for _ in 0..11 {
        assert!(is_probe(&reconciler.probed(busy())));
    }
    assert_eq!(reconciler.probed(busy()), unknown(vec![OTHER]));
}

#[test]
fn the_twins_of_an_earlier_process_are_named() {
    let mut reconciler = Reconciler::new(ReconcilePolicy::default(), true);
    reconciler.sent(Sent::Unclear);
    let twins = NextStep::Done(Outcome::Task {
        id: OURS,
        is_adopted: true,
        twins: vec![OTHER],
        twins_are_certain: true,
    });
    assert_eq!(reconciler.probed(seen(&[OURS, OTHER], &[])), twins);
}

#[test]
fn a_refusal_after_a_doubt_leaves_the_doubt() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(Sent::Unclear);
    reconciler.probed(seen(&[], &[]));
    assert_eq!(reconciler.probed(seen(&[], &[])), NextStep::Send);
    assert_eq!(reconciler.sent(Sent::Refused), unknown(Vec::new()));
}

#[test]
fn off_means_that_nothing_is_done() {
    let mut reconciler = by_text(ReconcilePolicy::off());
    assert_eq!(reconciler.sent(Sent::Unclear), unknown(Vec::new()));
}

/// A server whose list lags some probes behind, and everything that can have become of the
/// requests.
#[derive(Clone)]
struct World {
    /// Our tasks, each with the number of the first probe that lists it.
    tasks: Vec<(Uuid, u32)>,
    probes: u32,
    sends: u32,
    has_seen_success: bool,
    /// Whether the last probe showed a match.
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

/// Follows every path: the outcome of each request, how far the list lags, which probes fail.
fn explore(reconciler: &Reconciler, world: &World, step: NextStep, found: &mut Found) {
    match step {
        NextStep::Send => {
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
                            world.tasks.push((id, world.probes + lag));
                        }
                        world.has_seen_success |=
                            matches!(sent, Sent::Created(_) | Sent::CreatedUnread);
                        let mut reconciler = reconciler.clone();
                        let step = reconciler.sent(sent);
                        explore(&reconciler, &world, step, found);
                    }
                }
            }
        }
        NextStep::Probe { .. } => {
            for fails in [false, true] {
                let mut world = world.clone();
                let mut reconciler = reconciler.clone();
                let probed = if fails {
                    Probed::Failed
                } else {
                    let listed = world.tasks.iter().filter(|(_, at)| *at <= world.probes);
                    let matches: Vec<Uuid> = listed.map(|(id, _)| *id).collect();
                    world.has_match_in_sight = !matches.is_empty();
                    // Every probe that gets through is later than the one before.
                    world.probes += 1;
                    seen(&matches, &[])
                };
                let step = reconciler.probed(probed);
                explore(&reconciler, &world, step, found);
            }
        }
        NextStep::Done(outcome) => {
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
                        world.tasks.iter().any(|(task, _)| *task == id),
                        "no task of ours"
                    );
                    let untold = world
                        .tasks
                        .iter()
                        .filter(|(task, _)| *task != id && !twins.contains(task));
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
        probes: 0,
        sends: 0,
        has_seen_success: false,
        has_match_in_sight: false,
        longest_lag,
    };
    let reconciler = Reconciler::new(policy, false);
    explore(&reconciler, &world, NextStep::Send, &mut found);
    found
}

/// Up to three requests with up to seven probes after each, any of which may fail; a list that
/// lags up to one probe behind.
#[test]
fn no_path_doubles_a_run_while_the_list_lags_no_further_than_the_probes_reach() {
    let found = explored(ReconcilePolicy::default().with_probes(7), 1);
    println!(
        "explored {} paths: {} adopted, {} unknown, {} doubled",
        found.paths, found.adopted, found.unknown, found.doubled
    );
    assert!(found.paths > 10_000, "{}", found.paths);
    assert!(found.adopted > 1000 && found.unknown > 1000);
    assert_eq!(found.doubled, 0);
}

/// The exploration can fail: where the list lags further than the probes reach, it finds doubles.
#[test]
fn a_list_that_lags_further_is_found_to_double() {
    let found = explored(ReconcilePolicy::default().with_probes(7), 4);
    assert!(found.doubled > 0);
    let patient = ReconcilePolicy::default()
        .with_probes(7)
        .with_probes_before_resend(5);
    assert_eq!(explored(patient, 4).doubled, 0);
}
