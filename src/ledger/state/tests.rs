//! The whole table: every state meets every method, and its row's columns stay what they are.

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000 + seconds, 0).expect("a time")
}

fn claim_by(holder: u128, seconds: i64) -> Claim {
    Claim::new("a", id(7), "a1b2", at(seconds))
        .with_lookalike_hash("m1")
        .with_marker("run c3d4")
        .with_holder(id(holder))
        .with_lease_duration(MINUTE)
}

fn lease(holder: u128) -> Lease {
    Lease::from(&claim_by(holder, 0))
}

fn task(number: u128) -> TaskRef {
    TaskRef::new(id(number)).with_agent(id(7))
}

fn row(state: State) -> Row {
    Row {
        key: "a".to_owned(),
        agent_id: AgentId::from(id(7)),
        fingerprint: "a1b2".to_owned(),
        lookalike_hash: "m1".to_owned(),
        intent: Intent::new(at(0), Some("run c3d4".to_owned())),
        state,
    }
}

fn claimed(holder: u128, seconds: i64) -> State {
    State::Claimed {
        holder: id(holder),
        held_until: at(seconds),
    }
}

fn started(number: u128) -> State {
    State::Started(TaskId::from(id(number)))
}

fn finished(number: u128) -> State {
    State::Finished(TaskId::from(id(number)))
}

fn put<T>(state: State, answer: T) -> Step<T> {
    Step {
        answer,
        change: Change::Put(row(state)),
    }
}

fn keep<T>(answer: T) -> Step<T> {
    Step {
        answer,
        change: Change::Keep,
    }
}

fn kinds<T>(outcome: Result<Step<T>, LedgerError>) -> Result<Step<T>, LedgerErrorKind> {
    outcome.map_err(|error| error.kind())
}

/// Every state of a row; in the first two, claim 1 holds the key.
fn states() -> [State; 4] {
    [claimed(1, 60), State::Abandoned, started(3), finished(3)]
}

#[test]
fn a_claim_gets_a_free_key_and_learns_what_became_of_a_taken_one() {
    let second = claim_by(2, 59);
    let new = put(claimed(1, 60), Claimed::New(lease(1)));
    assert_eq!(claim(None, &claim_by(1, 0)), new);
    let held = Claimed::Held(at(60));
    assert_eq!(claim(Some(&row(claimed(1, 60))), &second), keep(held));
    let intent = Intent::new(at(0), Some("run c3d4".to_owned()));
    let in_doubt = |until| {
        put(
            claimed(2, until),
            Claimed::InDoubt(lease(2), intent.clone()),
        )
    };
    let expired = claim(Some(&row(claimed(1, 60))), &claim_by(2, 60));
    assert_eq!(expired, in_doubt(120));
    let abandoned = claim(Some(&row(State::Abandoned)), &second);
    assert_eq!(abandoned, in_doubt(119));
    for state in [started(3), finished(3)] {
        let known = keep(Claimed::Started(task(3)));
        assert_eq!(claim(Some(&row(state)), &second), known);
    }
}

#[test]
fn a_claim_of_another_request_conflicts_in_every_state() {
    let other = Claim {
        fingerprint: "other".to_owned(),
        ..claim_by(2, 100)
    };
    for state in states() {
        assert_eq!(claim(Some(&row(state)), &other), keep(Claimed::Conflict));
    }
}

/// What the methods of a lease's holder answer and store.
fn of_holder(row: Option<&Row>, holder: u128) -> [Result<Step, LedgerErrorKind>; 3] {
    let lease = lease(holder);
    [
        kinds(renew(row, &lease, at(90), MINUTE)),
        kinds(forget(row, &lease)),
        kinds(abandon(row, &lease)),
    ]
}

#[test]
fn only_the_holder_of_a_claimed_key_renews_forgets_and_abandons_it() {
    let held = row(claimed(1, 60));
    let deleted = Step {
        answer: (),
        change: Change::Delete("a".to_owned()),
    };
    let expected = [
        Ok(put(claimed(1, 150), ())),
        Ok(deleted),
        Ok(put(State::Abandoned, ())),
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
fn a_task_is_recorded_once_by_any_holder() {
    let record = |row: Option<&Row>, of_task, number| {
        kinds(record_task(row, of_task, &lease(2), &task(number)))
    };
    for state in [claimed(1, 60), State::Abandoned] {
        let row = row(state);
        assert_eq!(record(Some(&row), None, 3), Ok(put(started(3), ())));
        let of_other = record(Some(&row), Some("b"), 3);
        assert_eq!(of_other, Err(LedgerErrorKind::Lost));
    }
    for state in [started(3), finished(3)] {
        let row = row(state);
        assert_eq!(record(Some(&row), Some("a"), 3), Ok(keep(())));
        assert_eq!(record(Some(&row), None, 4), Err(LedgerErrorKind::Lost));
    }
    assert_eq!(record(None, None, 3), Err(LedgerErrorKind::Lost));
}

#[test]
fn only_a_started_task_becomes_finished() {
    let finish = |row: Option<&Row>, number| record_finished(row, TaskId::from(id(number)));
    assert_eq!(finish(Some(&row(started(3))), 3), put(finished(3), ()));
    assert_eq!(finish(Some(&row(started(3))), 4), keep(()));
    assert_eq!(finish(None, 3), keep(()));
    for state in [claimed(1, 60), State::Abandoned, finished(3)] {
        assert_eq!(finish(Some(&row(state)), 3), keep(()));
    }
}

#[test]
fn a_row_is_a_lookalike_until_it_has_a_task_and_unfinished_until_that_is_finished() {
    let agent = AgentId::from(id(7));
    let found = states().map(|state| {
        let row = row(state);
        let task = row.unfinished().map(|entry| entry.task);
        (row.is_lookalike(agent, "m1"), task)
    });
    let expected = [
        (true, Some(None)),
        (true, Some(None)),
        (false, Some(Some(task(3)))),
        (false, None),
    ];
    assert_eq!(found, expected);
    let row = row(State::Abandoned);
    assert!(!row.is_lookalike(agent, "m2"));
    assert!(!row.is_lookalike(AgentId::from(id(8)), "m1"));
}

#[test]
fn a_lease_longer_than_time_goes_on_until_the_year_9999_ends() {
    let claim = claim_by(1, 0).with_lease_duration(Duration::MAX);
    let Change::Put(row) = super::claim(None, &claim).change else {
        panic!("it is new");
    };
    let State::Claimed { held_until, .. } = row.state else {
        panic!("it is claimed");
    };
    assert_eq!(held_until.to_rfc3339(), "9999-12-31T23:59:59+00:00");
}

#[test]
fn a_row_comes_back_as_it_was_serialised() {
    for state in states() {
        let row = row(state);
        let text = serde_json::to_string(&row).expect("a text");
        let read: Row = serde_json::from_str(&text).expect("a row");
        assert_eq!(read, row, "{text}");
    }
}

#[test]
fn a_lost_lease_says_why() {
    let message = |row: Option<&Row>| {
        let error = forget(row, &lease(2)).expect_err("it is lost");
        error.to_string()
    };
    let mut messages = states().map(|state| message(Some(&row(state)))).to_vec();
    messages.push(message(None));
    let expected = [
        r#"the key "a" is held by another claim by now"#,
        r#"the key "a" was abandoned"#,
        r#"the key "a" has a task by now"#,
        r#"the key "a" has a task by now"#,
        r#"the key "a" was forgotten"#,
    ];
    assert_eq!(messages, expected);
}
