//! Tests of the cooldown's waiting, in virtual time.

use futures_util::{FutureExt, StreamExt, future::BoxFuture, poll, stream::FuturesUnordered};
use tokio::time::{advance, timeout_at};

use super::*;

pub(super) fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

const PATIENT: Patience = Patience {
    deadline: None,
    longest_hold: Duration::MAX,
    rounds: u64::MAX,
};

/// Waits for a permit, as a call does that arrives now.
async fn permit(cooldown: &Cooldown, patience: Patience) -> Result<Permit<'_>, NoPermit> {
    let mut place = None;
    again(cooldown, &mut place, patience).await
}

/// Waits for a permit, at a place in the queue.
async fn again<'a>(
    cooldown: &'a Cooldown,
    place: &mut Option<Place>,
    patience: Patience,
) -> Result<Permit<'a>, NoPermit> {
    match cooldown.permit_at_once(place) {
        Some(permit) => Ok(permit),
        None => cooldown.permit(place, patience).await,
    }
}

/// Returns a cooldown that saw a hundred answers in the last second.
async fn after_a_hundred_answers() -> Cooldown {
    let cooldown = Cooldown::new();
    for _ in 0..100 {
        permit(&cooldown, PATIENT)
            .await
            .expect("a permit")
            .answered(true);
        advance(seconds(0.01)).await;
    }
    cooldown
}

async fn refuse(cooldown: &Cooldown, retry_after: Option<Duration>) -> Refusal {
    let permit = permit(cooldown, PATIENT).await.expect("a permit");
    permit.refused(Place::default(), retry_after, 0.0)
}

#[tokio::test(start_paused = true)]
async fn nothing_is_held_back_before_the_first_429_that_is_answered() {
    let cooldown = Cooldown::new();
    let start = Instant::now();
    for _ in 0..10_000 {
        permit(&cooldown, PATIENT)
            .await
            .expect("a permit")
            .answered(true);
    }
    assert_eq!(Instant::now(), start);
}

#[tokio::test(start_paused = true)]
async fn a_burst_begins_with_a_few_requests_and_doubles() {
    let cooldown = Cooldown::new();
    let mut sizes = Vec::new();
    for _ in 0..4 {
        let mut permits = Vec::new();
        while let Some(permit) = cooldown.permit_at_once(&mut None) {
            permits.push(permit);
        }
        sizes.push(permits.len());
        for permit in permits {
            permit.answered(true);
        }
    }
    assert_eq!(sizes, [32, 64, 128, 256]);
}

#[tokio::test(start_paused = true)]
async fn a_429_holds_every_request_back_for_as_long_as_it_says() {
    let cooldown = Cooldown::new();
    refuse(&cooldown, Some(seconds(7.0))).await;
    let start = Instant::now();
    let hurried = Patience {
        deadline: Some(start + seconds(6.0)),
        ..PATIENT
    };
    let late = permit(&cooldown, hurried)
        .await
        .expect_err("it is too late");
    assert_eq!(late, NoPermit::Deadline(seconds(7.0)));
    let picky = Patience {
        longest_hold: seconds(5.0),
        ..PATIENT
    };
    let held = permit(&cooldown, picky).await.expect_err("it is too long");
    assert_eq!(held, NoPermit::Held(seconds(7.0)));
    assert_eq!(start.elapsed(), Duration::ZERO);
    permit(&cooldown, PATIENT).await.expect("a permit");
    assert_eq!(start.elapsed(), seconds(7.0));
}

#[tokio::test(start_paused = true)]
async fn requests_that_wait_already_are_held_back_too() {
    let cooldown = Cooldown::new();
    let early = permit(&cooldown, PATIENT).await.expect("a permit");
    refuse(&cooldown, Some(seconds(1.0))).await;
    let start = Instant::now();
    let mut waiting = permit(&cooldown, PATIENT).boxed();
    assert!(poll!(&mut waiting).is_pending());
    early.refused(Place::default(), Some(seconds(3.0)), 0.0);
    waiting.await.expect("a permit");
    assert_eq!(start.elapsed(), seconds(3.0));
}

/// Returns the calls in the order in which they get their permits.
async fn order(
    mut waiting: Vec<(usize, BoxFuture<'_, Result<Permit<'_>, NoPermit>>)>,
) -> Vec<usize> {
    let mut order = Vec::new();
    for (_, call) in &mut waiting {
        assert!(poll!(call).is_pending());
    }
    while !waiting.is_empty() {
        let mut still = Vec::new();
        for (number, mut call) in waiting {
            match poll!(&mut call) {
                std::task::Poll::Ready(permit) => {
                    permit.expect("a permit").answered(true);
                    order.push(number);
                }
                std::task::Poll::Pending => still.push((number, call)),
            }
        }
        waiting = still;
        advance(Duration::from_millis(1)).await;
    }
    order
}

#[tokio::test(start_paused = true)]
async fn permits_are_given_in_order_of_arrival() {
    let cooldown = Cooldown::new();
    refuse(&cooldown, Some(seconds(1.0))).await;
    let calls = (0..20).map(|number| (number, permit(&cooldown, PATIENT).boxed()));
    // Polled first in order, then backwards: the order of arrival is that of the first poll.
    let mut calls: Vec<_> = calls.collect();
    for (_, call) in &mut calls {
        assert!(poll!(call).is_pending());
    }
    calls.reverse();
    assert_eq!(order(calls).await, (0..20).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_refused_is_the_next_before_all_that_came_later() {
    let cooldown = Cooldown::new();
    let mut first = None;
    let refused = again(&cooldown, &mut first, PATIENT)
        .await
        .expect("a permit");
    refuse(&cooldown, Some(seconds(1.0))).await;
    let mut calls = vec![(1, permit(&cooldown, PATIENT).boxed())];
    assert!(poll!(&mut calls[0].1).is_pending());
    refused.refused(Place::default(), Some(seconds(1.0)), 0.0);
    calls.push((0, again(&cooldown, &mut first, PATIENT).boxed()));
    assert_eq!(order(calls).await, [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn the_permit_of_a_call_that_was_dropped_goes_to_the_next() {
    let cooldown = Cooldown::new();
    refuse(&cooldown, Some(seconds(1.0))).await;
    let start = Instant::now();
    let mut dropped: Vec<_> = (0..10)
        .map(|_| permit(&cooldown, PATIENT).boxed())
        .collect();
    for call in &mut dropped {
        assert!(poll!(call).is_pending());
    }
    let mut last = permit(&cooldown, PATIENT).boxed();
    assert!(poll!(&mut last).is_pending());
    drop(dropped);
    last.await.expect("a permit");
    assert_eq!(start.elapsed(), seconds(1.0));
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_are_paced_by_the_lower_rate() {
    let cooldown = after_a_hundred_answers().await;
    let early: Vec<_> = (0..20)
        .filter_map(|_| cooldown.permit_at_once(&mut None))
        .collect();
    assert_eq!(early.len(), 20);
    refuse(&cooldown, None).await;
    let mut calls: FuturesUnordered<_> = (0..500).map(|_| permit(&cooldown, PATIENT)).collect();
    let end = Instant::now() + seconds(1.0);
    let mut early = early.into_iter();
    let mut passed = 0;
    while let Ok(Some(permit)) = timeout_at(end, calls.next()).await {
        permit.expect("a permit").answered(true);
        passed += 1;
        if let Some(early) = early.next() {
            early.refused(Place::default(), None, 0.0);
        }
    }
    assert!((85..=97).contains(&passed), "{passed}");
}

#[tokio::test(start_paused = true)]
async fn refusals_of_before_a_decrease_do_not_decrease_again() {
    let cooldown = after_a_hundred_answers().await;
    let early: Vec<_> = (0..30)
        .filter_map(|_| cooldown.permit_at_once(&mut None))
        .collect();
    for permit in early {
        permit.refused(Place::default(), None, 0.0);
    }
    let rate = cooldown.pace().limit.expect("a limit");
    assert!((85.0..=100.0).contains(&rate), "{rate}");
    // Nor does the client doubt that the server answers: two requests may be in flight.
    let start = Instant::now();
    let _first = permit(&cooldown, PATIENT).await.expect("a permit");
    let _second = permit(&cooldown, PATIENT).await.expect("a permit");
    assert!(start.elapsed() < seconds(0.1), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_was_in_flight_tells_how_much_the_server_takes() {
    let cooldown = Cooldown::new();
    let mut burst: Vec<_> = (0..32)
        .filter_map(|_| cooldown.permit_at_once(&mut None))
        .collect();
    burst.remove(0).refused(Place::default(), None, 0.0);
    for permit in burst {
        permit.answered(true);
    }
    let rate = cooldown.pace().limit.expect("a limit");
    assert!((29.0..=31.0).contains(&rate), "{rate}");
}

#[tokio::test(start_paused = true)]
async fn where_the_server_refuses_everything_one_request_tries_and_all_are_told() {
    let cooldown = Cooldown::new();
    refuse(&cooldown, Some(seconds(1.0))).await;
    let start = Instant::now();
    let patience = Patience {
        rounds: 5,
        ..PATIENT
    };
    let tried = std::cell::Cell::new(0);
    let calls = (0..100).map(|_| async {
        let mut place = None;
        loop {
            match again(&cooldown, &mut place, patience).await {
                Ok(permit) => {
                    tried.set(tried.get() + 1);
                    sleep_until(Instant::now() + seconds(0.05)).await;
                    permit.refused(place.expect("it has arrived"), Some(seconds(1.0)), 0.0);
                }
                Err(reason) => return reason,
            }
        }
    });
    let reasons = futures_util::future::join_all(calls).await;
    assert!(
        reasons
            .iter()
            .all(|reason| matches!(reason, NoPermit::Refused(_)))
    );
    assert!((4..=8).contains(&tried.get()), "{}", tried.get());
    assert!(start.elapsed() < seconds(7.0), "{:?}", start.elapsed());
}

/// A trial may be the upload of a large file.
#[tokio::test(start_paused = true)]
async fn a_trial_that_takes_long_holds_the_others_for_a_moment_only() {
    let cooldown = Cooldown::new();
    refuse(&cooldown, None).await;
    refuse(&cooldown, None).await;
    let trial = permit(&cooldown, PATIENT).await.expect("a permit");
    let start = Instant::now();
    let mut waiting = permit(&cooldown, PATIENT).boxed();
    assert!(poll!(&mut waiting).is_pending());
    waiting.await.expect("a permit");
    assert_eq!(start.elapsed(), seconds(2.0));
    drop(trial);
}

/// The program may wait for the last of them alone.
#[tokio::test(start_paused = true)]
async fn calls_that_are_not_polled_are_passed_over_and_come_back_first() {
    let cooldown = Cooldown::new();
    refuse(&cooldown, Some(seconds(1.0))).await;
    let mut absent: Vec<_> = (0..20)
        .map(|number| (number, permit(&cooldown, PATIENT).boxed()))
        .collect();
    for (_, call) in &mut absent {
        assert!(poll!(call).is_pending());
    }
    let start = Instant::now();
    permit(&cooldown, PATIENT)
        .await
        .expect("a permit")
        .answered(true);
    assert!(start.elapsed() < seconds(1.5), "{:?}", start.elapsed());
    // One more comes while they are away.
    absent.push((20, permit(&cooldown, PATIENT).boxed()));
    assert_eq!(order(absent).await, (0..21).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_arrives_when_another_has_its_turn_comes_after_it() {
    let cooldown = Cooldown::new();
    refuse(&cooldown, Some(seconds(0.05))).await;
    let mut first = permit(&cooldown, PATIENT).boxed();
    assert!(poll!(&mut first).is_pending());
    advance(seconds(0.06)).await;
    assert!(cooldown.permit_at_once(&mut None).is_none());
    first.await.expect("a permit");
}

#[tokio::test(start_paused = true)]
async fn refusals_within_a_second_count_once() {
    let cooldown = Cooldown::new();
    let mut counts = Vec::new();
    for _ in 0..5 {
        counts.push(refuse(&cooldown, Some(seconds(0.4))).await.in_a_row);
    }
    assert_eq!(counts, [1, 1, 1, 2, 2]);
}
