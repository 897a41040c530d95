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

fn task(id: Uuid, provenance: Provenance) -> NextStep {
    task_with(id, provenance, Vec::new(), false)
}

fn task_with(id: Uuid, provenance: Provenance, twins: Vec<FoundTwin>, is_open: bool) -> NextStep {
    NextStep::Done(Outcome::Task(Found {
        id,
        provenance,
        twins,
        is_open,
        unaccounted: Some(u32::from(is_open)),
        is_unprobed: false,
    }))
}

fn certain(id: Uuid) -> Vec<FoundTwin> {
    let is_certain = true;
    vec![FoundTwin { id, is_certain }]
}

fn unknown(candidates: Vec<Uuid>) -> NextStep {
    NextStep::Done(Outcome::Unknown { candidates })
}

const BROKEN: Sent = Sent::Unclear(Doubt::Interrupted);

fn is_probe(step: &NextStep) -> bool {
    matches!(step, NextStep::Probe { .. })
}

#[test]
fn a_clear_answer_needs_no_probe() {
    let sent = |outcome| by_text(ReconcilePolicy::default()).sent(outcome);
    assert_eq!(sent(Sent::Created(OURS)), task(OURS, Provenance::Created));
    assert_eq!(sent(Sent::Refused), NextStep::Done(Outcome::NotStarted));
}

#[test]
fn one_match_is_adopted() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    let after = Duration::from_secs(2);
    assert_eq!(reconciler.sent(BROKEN), NextStep::Probe { after });
    assert_eq!(
        reconciler.probed(seen(&[OURS], &[OTHER])),
        task(OURS, Provenance::Adopted)
    );
}

#[test]
fn two_matches_after_one_request_are_not_decided() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(BROKEN);
    let candidates = vec![OURS, OTHER];
    assert_eq!(
        reconciler.probed(seen(&candidates, &[])),
        unknown(candidates)
    );
}

#[test]
fn siblings_share_tasks_that_cannot_be_told_apart() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(BROKEN);
    let view = View {
        matches: vec![OURS, OTHER],
        siblings: 1,
        ..View::default()
    };
    assert_eq!(
        reconciler.probed(Probed::Seen(view)),
        task(OURS, Provenance::Adopted)
    );
}

#[test]
fn a_run_is_sent_again_after_two_probes_that_showed_nothing() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(BROKEN);
    assert!(is_probe(&reconciler.probed(seen(&[], &[]))));
    // Of the probes after 2 and 15 s, the second has failed.
    assert!(is_probe(&reconciler.probed(Probed::Failed)));
    assert_eq!(reconciler.probed(seen(&[], &[])), NextStep::Send);
}

/// Returns how long a run waits until it is sent again, and how many probes there are, while none
/// shows anything.
fn waited(doubt: Doubt) -> (Duration, u32) {
    let mut reconciler = Reconciler::new(ReconcilePolicy::default(), true);
    let mut step = reconciler.sent(Sent::Unclear(doubt));
    let mut waited = Duration::ZERO;
    while let NextStep::Probe { after } = step {
        waited += after;
        step = reconciler.probed(seen(&[], &[]));
    }
    assert_eq!(step, NextStep::Send);
    (waited, reconciler.probes)
}

#[test]
fn how_long_until_a_run_is_sent_again_depends_on_what_was_seen() {
    let seconds = Duration::from_secs;
    assert_eq!(waited(Doubt::Interrupted), (seconds(15), 2));
    assert_eq!(waited(Doubt::ServerError), (seconds(15), 2));
    assert_eq!(waited(Doubt::Timeout), (seconds(60), 4));
}

#[test]
fn what_was_created_is_never_sent_again() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(Sent::CreatedUnread);
    for _ in 1..ReconcilePolicy::default().probes {
        assert!(is_probe(&reconciler.probed(seen(&[], &[]))));
    }
    assert_eq!(reconciler.probed(seen(&[], &[])), unknown(Vec::new()));
}

#[test]
fn what_cannot_be_compared_is_named_or_adopted_by_the_sole_writer() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(BROKEN);
    // It may be comparable when the server shows all of it.
    assert!(is_probe(&reconciler.probed(seen(&[], &[OTHER]))));
    assert_eq!(reconciler.probed(seen(&[], &[OTHER])), unknown(vec![OTHER]));

    let mut reconciler = by_text(ReconcilePolicy::default().with_sole_writer(true));
    reconciler.sent(BROKEN);
    let adopted = task(OTHER, Provenance::Adopted);
    assert_eq!(reconciler.probed(seen(&[], &[OTHER])), adopted);
}

#[test]
fn what_looks_alike_says_no_more_later() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.sent(BROKEN);
    let alike = || {
        Probed::Seen(View {
            lookalikes: vec![OTHER],
            ..View::default()
        })
    };
    assert!(is_probe(&reconciler.probed(alike())));
    assert_eq!(reconciler.probed(alike()), unknown(vec![OTHER]));
}

/// It isn't waited for longer than patience asks for, and it is told.
#[test]
fn a_task_that_shows_nothing_is_named_as_a_twin() {
    let silent = || {
        Probed::Seen(View {
            silent: vec![OTHER],
            ..View::default()
        })
    };
    let mut reconciler = Reconciler::new(ReconcilePolicy::default(), true);
    let mut step = reconciler.sent(BROKEN);
    while is_probe(&step) {
        step = reconciler.probed(silent());
    }
    assert_eq!(step, NextStep::Send);
    assert!(is_probe(&reconciler.sent(Sent::Created(OURS))));
    let is_certain = false;
    let twins = vec![FoundTwin {
        id: OTHER,
        is_certain,
    }];
    let expected = task_with(OURS, Provenance::Created, twins, true);
    assert_eq!(reconciler.probed(silent()), expected);
}

/// A title may be in other words than the query: it saves requests, and decides nothing.
#[test]
fn a_view_by_titles_is_never_decisive() {
    let partial = || {
        Probed::Seen(View {
            is_partial: true,
            ..View::default()
        })
    };
    for policy in [
        ReconcilePolicy::default(),
        ReconcilePolicy::default().with_sole_writer(true),
    ] {
        let mut reconciler = Reconciler::new(policy.clone(), true);
        reconciler.sent(BROKEN);
        for _ in 1..policy.probes {
            assert!(is_probe(&reconciler.probed(partial())));
        }
        assert!(reconciler.is_about_to_decide());
        assert_eq!(reconciler.probed(partial()), unknown(Vec::new()));
    }
    let mut reconciler = Reconciler::new(ReconcilePolicy::default().with_sole_writer(true), true);
    reconciler.sent(BROKEN);
    let one = View {
        incomparable: vec![OTHER],
        is_partial: true,
        ..View::default()
    };
    assert!(is_probe(&reconciler.probed(Probed::Seen(one))));
}

/// All tasks are compared before a run is sent again, or given up; until then, a marker or its
/// absence shows as well among the likely ones.
#[test]
fn all_tasks_are_compared_before_a_run_is_sent_again() {
    let mut reconciler = Reconciler::new(ReconcilePolicy::default(), true);
    reconciler.sent(BROKEN);
    assert!(!reconciler.is_about_to_decide());
    reconciler.probed(seen(&[], &[]));
    assert!(reconciler.is_about_to_decide());
    assert_eq!(reconciler.probed(seen(&[], &[])), NextStep::Send);
    assert!(by_text(ReconcilePolicy::default()).is_about_to_decide());
}

#[test]
fn the_candidates_of_an_earlier_probe_are_named() {
    let mut reconciler = by_text(ReconcilePolicy::default().with_probes(2));
    reconciler.sent(BROKEN);
    assert!(is_probe(&reconciler.probed(seen(&[], &[OTHER]))));
    assert_eq!(reconciler.probed(Probed::Failed), unknown(vec![OTHER]));
}

/// Sends a run again after its first request was in doubt, and has the second one create a task.
fn sent_again(policy: ReconcilePolicy, is_exact: bool) -> Reconciler {
    let mut reconciler = Reconciler::new(policy, is_exact);
    let mut step = reconciler.sent(BROKEN);
    while is_probe(&step) {
        step = reconciler.probed(seen(&[], &[]));
    }
    assert_eq!(step, NextStep::Send);
    assert!(is_probe(&reconciler.sent(Sent::Created(OURS))));
    reconciler
}

#[test]
fn a_late_twin_is_found_by_one_more_probe() {
    let mut reconciler = sent_again(ReconcilePolicy::default(), true);
    let twins = task_with(OURS, Provenance::Created, certain(OTHER), false);
    assert_eq!(reconciler.probed(seen(&[OURS, OTHER], &[])), twins);
}

/// What can't be compared may be a twin, and is named; without other writers it must be one.
#[test]
fn a_late_twin_that_cannot_be_compared_is_named_all_the_same() {
    for (sole_writer, is_exact) in [(false, false), (false, true), (true, false)] {
        let policy = ReconcilePolicy::default().with_sole_writer(sole_writer);
        let mut reconciler = sent_again(policy, is_exact);
        let is_certain = sole_writer;
        let twins = vec![FoundTwin {
            id: OTHER,
            is_certain,
        }];
        let expected = task_with(OURS, Provenance::Created, twins, !is_certain);
        assert_eq!(reconciler.probed(seen(&[], &[OTHER])), expected);
    }
}

#[test]
fn a_run_that_was_sent_again_stays_open_where_no_twin_is_seen() {
    let mut reconciler = sent_again(ReconcilePolicy::default(), true);
    let open = task_with(OURS, Provenance::Created, Vec::new(), true);
    assert_eq!(reconciler.probed(seen(&[], &[])), open);
}

#[test]
fn a_list_that_cannot_be_read_leaves_the_twins_unknown() {
    let mut reconciler = sent_again(ReconcilePolicy::default(), true);
    assert!(is_probe(&reconciler.probed(Probed::Failed)));
    let NextStep::Done(Outcome::Task(found)) = reconciler.probed(Probed::Failed) else {
        panic!("its task is known");
    };
    assert_eq!(found.id, OURS);
    assert!(found.is_unprobed && found.is_open);
}

#[test]
fn what_may_be_another_runs_is_not_adopted_and_not_taken_for_nothing() {
    let mut reconciler = by_text(ReconcilePolicy::default().with_sole_writer(true));
    reconciler.sent(BROKEN);
    let busy = || {
        Probed::Seen(View {
            incomparable: vec![OTHER],
            others: 1,
            ..View::default()
        })
    };
    for _ in 1..ReconcilePolicy::default().probes {
        assert!(is_probe(&reconciler.probed(busy())));
    }
    assert_eq!(reconciler.probed(busy()), unknown(vec![OTHER]));
}

#[test]
fn the_twins_of_an_earlier_process_are_named() {
    let mut reconciler = Reconciler::new(ReconcilePolicy::default(), true);
    reconciler.take_over();
    // How many requests there were isn't known.
    assert!(is_probe(&reconciler.probed(seen(&[OURS], &[]))));
    let NextStep::Done(Outcome::Task(found)) = reconciler.probed(seen(&[OURS, OTHER], &[])) else {
        panic!("it is known");
    };
    assert_eq!((found.id, found.provenance), (OURS, Provenance::Adopted));
    assert_eq!(found.twins, certain(OTHER));
    assert_eq!((found.is_open, found.unaccounted), (true, None));
}

#[test]
fn what_another_holder_has_recorded_is_the_answer() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    reconciler.take_over();
    let recorded = View {
        recorded: Some(OURS),
        matches: vec![OTHER],
        ..View::default()
    };
    let NextStep::Done(Outcome::Task(found)) = reconciler.probed(Probed::Seen(recorded)) else {
        panic!("it is known");
    };
    assert_eq!((found.id, found.provenance), (OURS, Provenance::Recorded));
}

#[test]
fn a_refusal_after_a_doubt_leaves_the_doubt() {
    let mut reconciler = by_text(ReconcilePolicy::default());
    let mut step = reconciler.sent(BROKEN);
    while is_probe(&step) {
        step = reconciler.probed(seen(&[], &[]));
    }
    assert_eq!(step, NextStep::Send);
    assert_eq!(reconciler.sent(Sent::Refused), unknown(Vec::new()));
}

#[test]
fn off_means_that_nothing_is_done() {
    let mut reconciler = by_text(ReconcilePolicy::off());
    assert_eq!(reconciler.sent(BROKEN), unknown(Vec::new()));
}
