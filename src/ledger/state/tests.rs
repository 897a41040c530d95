//! The whole table: every state meets every method, and its row's columns stay what they are.

use uuid::Uuid;

use super::*;
use crate::{defaults::LATE_COMMIT, ids::AgentId};

const MINUTE: Duration = Duration::from_secs(60);

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Returns a time of the ledger's clock. Rows are claimed at second 0, and changed at second 30.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000 + seconds, 0).expect("a time")
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn claim_by(holder: u128) -> Claim {
    Claim::new("a", id(7), "a1b2")
        .with_lookalike_hash("m1")
        .with_marker("run c3d4")
        .with_holder(id(holder))
        .with_lease_duration(MINUTE)
        .with_local_time(at(5000))
        .with_server_time(at(-5000))
}

fn lease(holder: u128) -> Lease {
    Lease::from(&claim_by(holder))
}

fn intent() -> Intent {
    let marker = Some("run c3d4".to_owned());
    Intent::new(at(5000), Some(at(-5000)), marker)
}

fn task(number: u128) -> TaskRef {
    TaskRef::new(id(number)).with_agent(id(7))
}

fn open() -> Doubts {
    Doubts::default().with_open(true)
}

/// Returns a row that was claimed at second 0, and has had its state since this one.
fn row_since(changed_at: i64, state: State) -> Row {
    Row {
        key: "a".to_owned(),
        agent_id: AgentId::from(id(7)),
        fingerprint: "a1b2".to_owned(),
        lookalike_hash: "m1".to_owned(),
        intent: intent(),
        claimed_at: at(0),
        state,
        changed_at: at(changed_at),
        doubts: Doubts::default(),
    }
}

fn row(state: State) -> Row {
    row_since(30, state)
}

fn claimed(holder: u128, until: i64) -> State {
    State::Claimed {
        holder: id(holder),
        held_until: at(until),
    }
}

fn started(number: u128) -> State {
    State::Started(TaskId::from(id(number)))
}

fn finished(number: u128) -> State {
    State::Finished(TaskId::from(id(number)))
}

fn put<T>(row: Row, answer: T) -> Step<T> {
    Step {
        answer,
        change: Change::Put(row),
    }
}

fn keep<T>(answer: T) -> Step<T> {
    Step {
        answer,
        change: Change::Keep,
    }
}

fn deleted() -> Step {
    Step {
        answer: (),
        change: Change::Delete("a".to_owned()),
    }
}

fn kinds<T>(outcome: Result<Step<T>, LedgerError>) -> Result<Step<T>, LedgerErrorKind> {
    outcome.map_err(|error| error.kind())
}

fn claim_at(row: Option<&Row>, claim: &Claim, now: i64) -> Result<Step<Claimed>, LedgerErrorKind> {
    kinds(super::claim(row, claim, at(now)))
}

/// Every state of a row; in the first, claim 1 holds the key.
fn states() -> [State; 4] {
    [claimed(1, 90), State::Abandoned, started(3), finished(3)]
}

#[test]
fn a_claim_gets_a_free_key_and_learns_what_became_of_a_taken_one() {
    let new = put(row_since(0, claimed(1, 60)), Claimed::New(lease(1)));
    assert_eq!(claim_at(None, &claim_by(1), 0), Ok(new));
    let second = claim_by(2);
    let held = keep(Claimed::Held(seconds(1)));
    assert_eq!(claim_at(Some(&row(claimed(1, 90))), &second, 89), Ok(held));
    let in_doubt = |now: u64, held_ago| {
        let earlier = Earlier::new(intent(), seconds(now), seconds(held_ago));
        let now = i64::try_from(now).expect("a small number");
        let row = row_since(now, claimed(2, now + 60));
        Ok(put(row, Claimed::InDoubt(lease(2), earlier)))
    };
    for (now, held_ago) in [(90, 0), (100, 10)] {
        let expired = claim_at(Some(&row(claimed(1, 90))), &second, now as i64);
        assert_eq!(expired, in_doubt(now, held_ago));
        let abandoned = claim_at(Some(&row(State::Abandoned)), &second, now as i64);
        assert_eq!(abandoned, in_doubt(now, now - 30));
    }
    for (state, is_finished) in [(started(3), false), (finished(3), true)] {
        let row = row(state).with_doubts(open());
        let recorded = Recorded::new(task(3), intent(), seconds(100))
            .with_finished(is_finished)
            .with_doubts(open());
        let known = Ok(keep(Claimed::Started(recorded)));
        assert_eq!(claim_at(Some(&row), &second, 100), known);
    }
}

#[test]
fn a_claim_of_another_request_conflicts_in_every_state() {
    let other = Claim {
        fingerprint: "other".to_owned(),
        ..claim_by(2)
    };
    for state in states() {
        let claimed = claim_at(Some(&row(state)), &other, 100);
        assert_eq!(claimed, Ok(keep(Claimed::Conflict)));
    }
}

/// What the methods of a lease's holder answer and store.
fn of_holder(row: Option<&Row>, holder: u128) -> [Result<Step, LedgerErrorKind>; 3] {
    let lease = lease(holder);
    [
        kinds(renew(row, &lease, MINUTE, at(95))),
        kinds(withdraw(row, &lease)),
        kinds(abandon(row, &lease, at(95))),
    ]
}

#[test]
fn only_the_holder_of_a_claimed_key_renews_withdraws_and_abandons_it() {
    let held = row(claimed(1, 90));
    let expected = [
        Ok(put(row_since(95, claimed(1, 155)), ())),
        Ok(deleted()),
        Ok(put(row_since(95, State::Abandoned), ())),
    ];
    assert_eq!(of_holder(Some(&held), 1), expected, "even if it expired");
    let lost = [(); 3].map(|()| Err(LedgerErrorKind::Lost));
    assert_eq!(of_holder(Some(&held), 2), lost);
    assert_eq!(of_holder(None, 1), lost);
    for state in [State::Abandoned, started(3), finished(3)] {
        assert_eq!(of_holder(Some(&row(state)), 1), lost);
    }
}

#[test]
fn a_lease_has_some_time_and_a_day_at_most() {
    let day = seconds(86_400);
    let held = row(claimed(1, 90));
    for (duration, is_valid) in [
        (Duration::ZERO, false),
        (Duration::from_nanos(1), true),
        (day, true),
        (day + Duration::from_nanos(1), false),
        (Duration::MAX, false),
    ] {
        let claim = claim_by(1).with_lease_duration(duration);
        let refused = (!is_valid).then_some(LedgerErrorKind::Invalid);
        assert_eq!(claim_at(None, &claim, 0).err(), refused, "{duration:?}");
        let renewed = kinds(renew(Some(&held), &lease(1), duration, at(0)));
        assert_eq!(renewed.err(), refused, "{duration:?}");
    }
}

#[test]
fn a_task_is_recorded_once_by_any_holder() {
    let record = |row: Option<&Row>, of_task, number, doubts: &Doubts| {
        let recorded = record_task(row, of_task, &lease(2), &task(number), doubts, at(100));
        kinds(recorded)
    };
    let none = Doubts::default();
    for state in [claimed(1, 90), State::Abandoned] {
        let row = row(state);
        let recorded = row_since(100, started(3)).with_doubts(open());
        assert_eq!(record(Some(&row), None, 3, &open()), Ok(put(recorded, ())));
        let of_other = record(Some(&row), Some("b"), 3, &none);
        assert_eq!(of_other, Err(LedgerErrorKind::Lost));
    }
    for state in [started(3), finished(3)] {
        let row = row(state).with_doubts(open());
        assert_eq!(record(Some(&row), Some("a"), 3, &none), Ok(keep(())));
        let twins = Doubts::default().with_twins([TaskId::from(id(4))]);
        let both = row.clone().with_doubts(twins.clone().with_open(true));
        let again = record(Some(&row), Some("a"), 3, &twins);
        assert_eq!(again, Ok(put(both, ())));
        let another = record(Some(&row), None, 4, &none);
        assert_eq!(another, Err(LedgerErrorKind::Lost));
    }
    assert_eq!(record(None, None, 3, &none), Err(LedgerErrorKind::Lost));
}

#[test]
fn only_a_started_task_becomes_finished() {
    let finish =
        |row: Option<&Row>, number| record_finished(row, TaskId::from(id(number)), at(100));
    let now_finished = put(row_since(100, finished(3)), ());
    assert_eq!(finish(Some(&row(started(3))), 3), now_finished);
    assert_eq!(finish(Some(&row(started(3))), 4), keep(()));
    assert_eq!(finish(None, 3), keep(()));
    for state in [claimed(1, 90), State::Abandoned, finished(3)] {
        assert_eq!(finish(Some(&row(state)), 3), keep(()));
    }
}

#[test]
fn doubts_are_replaced_and_change_nothing_else() {
    for state in [started(3), finished(3)] {
        let row = row(state);
        let doubted = row.clone().with_doubts(open());
        assert_eq!(record_doubts(Some(&row), &open()), put(doubted.clone(), ()));
        assert_eq!(record_doubts(Some(&doubted), &open()), keep(()));
        let settled = record_doubts(Some(&doubted), &Doubts::default());
        assert_eq!(settled, put(row, ()));
    }
    assert_eq!(record_doubts(None, &open()), keep(()));
}

#[test]
fn a_person_settles_and_forgets_what_no_lease_holds() {
    let decide = |row: Option<&Row>, now| {
        [
            kinds(settle(row, None, "a", &task(3), at(now))),
            kinds(forget(row, "a", at(now))),
        ]
    };
    for state in [claimed(1, 90), State::Abandoned] {
        let settled = Ok(put(row_since(90, started(3)), ()));
        assert_eq!(decide(Some(&row(state)), 90), [settled, Ok(deleted())]);
    }
    for state in [started(3), finished(3)] {
        assert_eq!(decide(Some(&row(state)), 90), [Ok(keep(())), Ok(deleted())]);
    }
    let held = [(); 2].map(|()| Err(LedgerErrorKind::Held));
    assert_eq!(decide(Some(&row(claimed(1, 90))), 89), held);
    let unknown = [(); 2].map(|()| Err(LedgerErrorKind::UnknownKey));
    assert_eq!(decide(None, 90), unknown);
}

#[test]
fn only_a_fitting_task_settles_a_key() {
    let settle = |state, of_task, task: &TaskRef| {
        kinds(settle(Some(&row(state)), of_task, "a", task, at(100)))
    };
    let foreign = task(3).with_agent(id(8));
    let unnamed = TaskRef::new(id(3));
    for state in [claimed(1, 90), State::Abandoned] {
        let of_other = settle(state.clone(), Some("b"), &task(3));
        assert_eq!(of_other, Err(LedgerErrorKind::Mismatch));
        let of_other = settle(state.clone(), None, &foreign);
        assert_eq!(of_other, Err(LedgerErrorKind::Mismatch));
        let settled = Ok(put(row_since(100, started(3)), ()));
        assert_eq!(settle(state, None, &unnamed), settled);
    }
    for state in [started(3), finished(3)] {
        assert_eq!(settle(state.clone(), Some("a"), &unnamed), Ok(keep(())));
        let second = settle(state, None, &task(4));
        assert_eq!(second, Err(LedgerErrorKind::Mismatch));
    }
}

#[test]
fn a_clock_that_was_set_back_is_noticed_where_it_matters() {
    let behind = Some(LedgerErrorKind::ClockBehind);
    for (state, needs_clock) in [
        (claimed(1, 90), true),
        (State::Abandoned, false),
        (started(3), false),
        (finished(3), false),
    ] {
        let row = row(state);
        let has_task = row.task_id().is_some();
        for (now, is_behind) in [(25, false), (24, true), (-7200, true)] {
            let claimed = claim_at(Some(&row), &claim_by(2), now).err();
            assert_eq!(
                claimed,
                behind.filter(|_| is_behind && !has_task),
                "{row:?}"
            );
            let forgotten = kinds(forget(Some(&row), "a", at(now))).err();
            let refused = behind.filter(|_| is_behind && needs_clock);
            let held = needs_clock.then_some(LedgerErrorKind::Held);
            assert_eq!(forgotten, refused.or(held), "{row:?}");
            let doubted = row.clone().with_doubts(open());
            let claimed = claim_at(Some(&doubted), &claim_by(2), now).err();
            assert_eq!(claimed, behind.filter(|_| is_behind), "{doubted:?}");
        }
        // The holder goes on: its lease is measured from now on.
        let renewed = kinds(renew(Some(&row), &lease(1), MINUTE, at(-7200)));
        assert_eq!(renewed.is_ok(), needs_clock);
    }
    // No lease lasts longer than a day, whenever it was written.
    let dishonest = row(claimed(1, 30 + 86_400 + 6));
    assert_eq!(claim_at(Some(&dishonest), &claim_by(2), 30).err(), behind);
    let honest = row(claimed(1, 30 + 86_400));
    let held = Claimed::Held(seconds(86_400));
    assert_eq!(claim_at(Some(&honest), &claim_by(2), 30), Ok(keep(held)));
}

#[test]
fn a_row_is_unfinished_until_its_task_is_finished() {
    let found = states().map(|state| row(state).unfinished().map(|entry| entry.task));
    let expected = [Some(None), Some(None), Some(Some(task(3))), None];
    assert_eq!(found, expected);
}

#[test]
fn a_row_is_a_lookalike_while_its_run_may_start_a_task() {
    let agent = AgentId::from(id(7));
    let late = LATE_COMMIT.as_secs() as i64;
    for (state, until) in [
        (claimed(1, 90), Some(90 + late)),
        (State::Abandoned, Some(30 + late)),
        (started(3), None),
        (finished(3), None),
    ] {
        let row = row(state);
        let is_lookalike = |now| row.is_lookalike(agent, "m1", at(now));
        assert_eq!(is_lookalike(30), until.is_some());
        assert_eq!(is_lookalike(until.unwrap_or(60)), until.is_some());
        assert!(!is_lookalike(until.unwrap_or(60) + 1));
        assert!(!row.is_lookalike(agent, "m2", at(30)));
        assert!(!row.is_lookalike(AgentId::from(id(8)), "m1", at(30)));
    }
}

#[test]
fn only_finished_rows_are_pruned() {
    for (state, is_pruned) in states().into_iter().zip([false, false, false, true]) {
        let row = row(state);
        assert_eq!(row.is_finished_for(MINUTE, at(91)), is_pruned);
        assert!(!row.is_finished_for(MINUTE, at(90)));
        assert!(!row.is_finished_for(Duration::MAX, at(1_000_000)));
        assert!(!row.is_finished_for(Duration::ZERO, at(29)), "set back");
    }
}

#[test]
fn a_row_comes_back_as_it_was_serialised() {
    for state in states() {
        let row = row(state).with_doubts(open().with_twins([TaskId::from(id(4))]));
        let text = serde_json::to_string(&row).expect("a text");
        let read: Row = serde_json::from_str(&text).expect("a row");
        assert_eq!(read, row, "{text}");
    }
}

#[test]
fn a_lost_lease_says_why() {
    let message = |row: Option<&Row>| {
        let error = withdraw(row, &lease(2)).expect_err("it is lost");
        error.to_string()
    };
    let mut messages = states().map(|state| message(Some(&row(state)))).to_vec();
    messages.push(message(None));
    let expected = [
        r#"the key "a" is held by another claim by now"#,
        r#"the key "a" was abandoned"#,
        r#"the key "a" has a task by now"#,
        r#"the key "a" has a task by now"#,
        r#"the key "a" was withdrawn or forgotten"#,
    ];
    assert_eq!(messages, expected);
}

#[test]
fn what_a_person_cannot_decide_says_what_to_do() {
    let message = |state, now| {
        let row = row(state);
        let error = forget(Some(&row), "a", at(now)).expect_err("it is refused");
        error.to_string()
    };
    let held = message(claimed(1, 90), 48);
    assert!(held.contains("its lease ends in 42 s"), "{held}");
    let behind = message(claimed(1, 90), -3570);
    assert!(behind.contains("the clock is 3600 s behind"), "{behind}");
    assert!(behind.contains("set the clock right"), "{behind}");
    let foreign = task(3).with_agent(id(8));
    let row = row(State::Abandoned);
    let mismatch = settle(Some(&row), None, "a", &foreign, at(90)).expect_err("it is refused");
    let text = mismatch.to_string();
    assert!(text.contains(&id(8).to_string()), "{text}");
    assert!(text.contains(&id(7).to_string()), "{text}");
}
