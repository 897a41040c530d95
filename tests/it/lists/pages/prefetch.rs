//! Pages that are asked for ahead, and pages that fail.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{prelude::*, simulator::Fault};
use support::list::List;
use tokio::time::sleep;

use super::stage::{newest_first, with_tasks};

/// For each of ten pages, the server and the consumer take 20 ms: at the same time, or one after
/// the other.
#[tokio::test(start_paused = true)]
async fn the_next_page_is_on_its_way_while_one_is_consumed() {
    let ms = std::time::Duration::from_millis;
    let (simulator, client) = with_tasks(1000).await;
    simulator.inject(Fault::delay(ms(20)));
    for (ahead, time) in [(0, 400), (1, 220), (3, 220)] {
        let start = tokio::time::Instant::now();
        let mut pages = client.list_tasks().pages().prefetch(ahead);
        while let Some(page) = pages.next().await {
            assert_eq!(page.expect("a page").items.len(), 100);
            tokio::time::sleep(ms(20)).await;
        }
        // The clock of tests counts whole milliseconds.
        let late = start.elapsed().saturating_sub(ms(time));
        assert!(
            start.elapsed() >= ms(time) && late <= ms(20),
            "{ahead} {:?}",
            start.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn pages_are_read_ahead_without_being_polled_and_no_more_than_was_said() {
    for (ahead, expected) in [(0, 1), (1, 2), (3, 4), (100, 8), (usize::MAX, 8)] {
        let list = List::new(750, |number| -(number as i64)).latency(Duration::from_millis(20));
        let mut pages = list.client().list_tasks().pages().prefetch(ahead);
        pages.next().await.expect("a page").expect("a page");
        sleep(Duration::from_secs(10)).await;
        assert_eq!(list.requests(), expected, "{ahead}");
        assert_eq!(pages.count().await, 7);
        assert_eq!(list.requests(), 8);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_dropped_asks_for_nothing_more() {
    let list = List::new(10_000, |number| -(number as i64)).latency(Duration::from_millis(20));
    let mut pages = list.client().list_tasks().pages().prefetch(50);
    pages.next().await.expect("a page").expect("a page");
    drop(pages);
    // The request that is on its way may have reached the server.
    sleep(Duration::from_secs(10)).await;
    assert!(list.requests() <= 2, "{}", list.requests());
}

#[tokio::test(start_paused = true)]
async fn a_failed_page_is_asked_for_again_when_the_stream_goes_on() {
    let (simulator, client) = with_tasks(250).await;
    let mut items = client.list_tasks().items();
    let mut seen = Vec::new();
    for _ in 0..100 {
        seen.push(
            items
                .try_next()
                .await
                .expect("an item")
                .expect("there are more"),
        );
    }
    simulator.inject(Fault::status_before(503).on("list_tasks").times(5));
    items.try_next().await.expect_err("the second page fails");
    while let Some(item) = items.try_next().await.expect("it goes on") {
        seen.push(item);
    }
    let titles: Vec<String> = seen.into_iter().filter_map(|task| task.title).collect();
    assert_eq!(titles, newest_first(250));
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_page_names_its_cursor() {
    let (simulator, client) = with_tasks(250).await;
    let mut pages = client.list_tasks().pages().prefetch(0);
    let first = pages.next().await.expect("a page").expect("a page");
    let next = first.next.expect("there is more");
    simulator.inject(Fault::status_before(404).times(1));
    let error = pages.next().await.expect("an error").expect_err("it fails");
    assert_eq!(error.cursor(), Some(&next));
    // The stream goes on there, and so does another one.
    assert_eq!(pages.cursor(), Some(&next));
    let here = pages.next().await.expect("a page").expect("a page");
    let cursor = error.cursor().expect("a cursor");
    let mut elsewhere = client.list_tasks().pages().resume_from(cursor);
    let there = elsewhere.next().await.expect("a page").expect("a page");
    assert_eq!(here, there);
}

#[tokio::test(start_paused = true)]
async fn after_an_error_nothing_is_asked_for_until_the_caller_wants_it() {
    let (simulator, client) = with_tasks(250).await;
    simulator.inject(Fault::status_before(404).on("list_tasks"));
    let mut pages = client.list_tasks().pages().prefetch(5);
    for asked in 1..4 {
        pages.next().await.expect("an error").expect_err("it fails");
        sleep(Duration::from_secs(10)).await;
        assert_eq!(simulator.count("list_tasks"), asked);
    }
}
