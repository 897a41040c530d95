//! What every [`Ledger`] has to do, as checks for any implementation.

use std::{future::Future, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{TryStreamExt, future::join_all};
use uuid::Uuid;

use super::{Claim, Claimed, Intent, Lease, Ledger, LedgerErrorKind, LedgerExt};
use crate::ids::TaskRef;

/// Checks that a ledger keeps its promises.
///
/// It is given a function that makes an empty ledger. To be called from a test of the
/// implementation:
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use nanonets_agents::ledger::{MemoryLedger, conformance};
///
/// conformance::check(|| async { MemoryLedger::new() }).await;
/// # });
/// ```
///
/// # Panics
///
/// With the promise that isn't kept.
pub async fn check<L: Ledger, F: Future<Output = L>>(empty: impl Fn() -> F) {
    a_new_key_is_claimed_and_started_once(&empty().await).await;
    a_key_is_held_until_its_lease_ends(&empty().await).await;
    a_lost_lease_is_noticed(&empty().await).await;
    a_task_is_noted_even_after_the_lease_was_lost(&empty().await).await;
    what_was_left_is_in_doubt_at_once(&empty().await).await;
    what_was_released_is_new(&empty().await).await;
    a_key_belongs_to_one_request(&empty().await).await;
    tasks_lead_to_their_keys(&empty().await).await;
    what_is_unfinished_is_streamed(&empty().await).await;
    a_task_belongs_to_one_key(&empty().await).await;
    rivals_are_claimed_and_look_alike(&empty().await).await;
    keys_are_any_text(&empty().await).await;
    of_many_claims_one_gets_the_key(Arc::new(empty().await)).await;
}

const NOON: i64 = 1_767_268_800;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(NOON + seconds)
}

fn claim(key: &str, seconds: i64) -> Claim {
    Claim {
        key: key.to_owned(),
        fingerprint: "a1b2".to_owned(),
        mark: "m1".to_owned(),
        agent_id: Uuid::from_u128(7),
        marker: Some("run c3d4".to_owned()),
        holder: Uuid::new_v4(),
        now: at(seconds),
        lease: Duration::from_secs(60),
    }
}

fn task(number: u128) -> TaskRef {
    TaskRef::new(Uuid::from_u128(number)).with_agent(Uuid::from_u128(7))
}

async fn claimed(ledger: &impl Ledger, claim: &Claim) -> Claimed {
    ledger.claim(claim).await.expect("a ledger that works")
}

async fn lease(ledger: &impl Ledger, key: &str) -> Lease {
    let claim = claim(key, 0);
    let found = claimed(ledger, &claim).await;
    assert_eq!(found, Claimed::New(Lease::of(&claim)), "the key is new");
    Lease::of(&claim)
}

async fn a_new_key_is_claimed_and_started_once(ledger: &impl Ledger) {
    let lease = lease(ledger, "a").await;
    ledger.started(&lease, &task(1)).await.expect("noted");
    let again = claimed(ledger, &claim("a", 1)).await;
    assert_eq!(again, Claimed::Started(task(1)), "the task is found again");
    ledger
        .started(&lease, &task(1))
        .await
        .expect("the same again");
    let other = ledger.started(&lease, &task(2)).await;
    let kind = other.expect_err("another task for the same key").kind();
    assert_eq!(kind, LedgerErrorKind::Lost);
}

async fn a_key_is_held_until_its_lease_ends(ledger: &impl Ledger) {
    let lease = lease(ledger, "a").await;
    let held = claimed(ledger, &claim("a", 59)).await;
    assert_eq!(held, Claimed::Held(at(60)), "the lease goes on");
    ledger.renew(&lease, at(100)).await.expect("renewed");
    let held = claimed(ledger, &claim("a", 99)).await;
    assert_eq!(held, Claimed::Held(at(100)), "the lease was renewed");
    let next = claim("a", 100);
    let intent = Intent::new(at(0), Some("run c3d4".to_owned()));
    let found = claimed(ledger, &next).await;
    assert_eq!(
        found,
        Claimed::InDoubt(Lease::of(&next), intent),
        "it ended"
    );
}

async fn a_lost_lease_is_noticed(ledger: &impl Ledger) {
    let first = lease(ledger, "a").await;
    claimed(ledger, &claim("a", 60)).await;
    let lost = [
        ledger.renew(&first, at(200)).await,
        ledger.release(&first).await,
        ledger.leave(&first).await,
    ];
    for outcome in lost {
        let kind = outcome.expect_err("it was lost").kind();
        assert_eq!(kind, LedgerErrorKind::Lost);
    }
    let held = claimed(ledger, &claim("a", 61)).await;
    assert_eq!(held, Claimed::Held(at(120)), "nothing was changed");
}

async fn a_task_is_noted_even_after_the_lease_was_lost(ledger: &impl Ledger) {
    let first = lease(ledger, "a").await;
    claimed(ledger, &claim("a", 60)).await;
    ledger.started(&first, &task(1)).await.expect("noted");
    let again = claimed(ledger, &claim("a", 61)).await;
    assert_eq!(
        again,
        Claimed::Started(task(1)),
        "what is known isn't thrown away"
    );
}

async fn what_was_left_is_in_doubt_at_once(ledger: &impl Ledger) {
    let lease = lease(ledger, "a").await;
    ledger.leave(&lease).await.expect("left");
    let again = claimed(ledger, &claim("a", 1)).await;
    assert!(matches!(again, Claimed::InDoubt(..)), "{again:?}");
}

async fn what_was_released_is_new(ledger: &impl Ledger) {
    let first = lease(ledger, "a").await;
    ledger.release(&first).await.expect("released");
    lease(ledger, "a").await;
}

async fn a_key_belongs_to_one_request(ledger: &impl Ledger) {
    let first = lease(ledger, "a").await;
    let other = |seconds| Claim {
        fingerprint: "other".to_owned(),
        ..claim("a", seconds)
    };
    assert_eq!(claimed(ledger, &other(100)).await, Claimed::Conflict);
    ledger.started(&first, &task(1)).await.expect("noted");
    assert_eq!(claimed(ledger, &other(100)).await, Claimed::Conflict);
}

async fn tasks_lead_to_their_keys(ledger: &impl Ledger) {
    let lease = lease(ledger, "a").await;
    ledger.started(&lease, &task(1)).await.expect("noted");
    let key_of = |number| ledger.key_of(Uuid::from_u128(number));
    assert_eq!(key_of(1).await.expect("it works").as_deref(), Some("a"));
    assert_eq!(key_of(2).await.expect("it works"), None);
}

async fn what_is_unfinished_is_streamed(ledger: &impl Ledger) {
    // More than one page, in the order of the keys.
    for number in 0..250 {
        let lease = lease(ledger, &format!("{number:03}")).await;
        if number % 2 == 0 {
            ledger.started(&lease, &task(number)).await.expect("noted");
        }
        if number % 4 == 0 {
            let id = Uuid::from_u128(number);
            ledger.finished(id).await.expect("noted");
        }
    }
    ledger
        .finished(Uuid::from_u128(999))
        .await
        .expect("nothing to do");
    let unfinished: Vec<_> = ledger.unfinished().try_collect().await.expect("it works");
    let expected: Vec<_> = (0..250u128)
        .filter(|it| it % 4 != 0)
        .map(|it| (format!("{it:03}"), (it % 2 == 0).then(|| task(it))))
        .collect();
    let found: Vec<_> = unfinished.into_iter().map(|it| (it.key, it.task)).collect();
    assert_eq!(found, expected);
}

async fn a_task_belongs_to_one_key(ledger: &impl Ledger) {
    let (first, second) = (lease(ledger, "a").await, lease(ledger, "b").await);
    ledger.started(&first, &task(1)).await.expect("noted");
    let taken = ledger.started(&second, &task(1)).await;
    let kind = taken.expect_err("it is another key's").kind();
    assert_eq!(kind, LedgerErrorKind::Lost);
    let key = ledger.key_of(Uuid::from_u128(1)).await.expect("it works");
    assert_eq!(key.as_deref(), Some("a"), "nothing was changed");
}

async fn rivals_are_claimed_and_look_alike(ledger: &impl Ledger) {
    let started = lease(ledger, "a").await;
    ledger.started(&started, &task(1)).await.expect("noted");
    lease(ledger, "b").await;
    let left = lease(ledger, "c").await;
    ledger.leave(&left).await.expect("left");
    let other = Claim {
        mark: "m2".to_owned(),
        ..claim("d", 0)
    };
    claimed(ledger, &other).await;
    let agent_id = Uuid::from_u128(7);
    let mut rivals = ledger.rivals(agent_id, "m1").await.expect("it works");
    rivals.sort();
    assert_eq!(rivals, ["b", "c"]);
    let elsewhere = ledger.rivals(Uuid::from_u128(8), "m1").await;
    assert!(elsewhere.expect("it works").is_empty());
}

async fn keys_are_any_text(ledger: &impl Ledger) {
    for key in ["'; DROP TABLE runs; --", "naïve ✓", " a ", "A", "a"] {
        lease(ledger, key).await;
    }
}

async fn of_many_claims_one_gets_the_key(ledger: Arc<impl Ledger>) {
    for seconds in [0, 60] {
        let claims = join_all((0..16).map(|_| {
            let ledger = ledger.clone();
            tokio::spawn(async move { claimed(&*ledger, &claim("a", seconds)).await })
        }));
        let claims = claims.await.into_iter().map(|it| it.expect("no panic"));
        let got = claims.filter(|it| !matches!(it, Claimed::Held(_))).count();
        assert_eq!(got, 1, "one of many gets the key");
    }
}
