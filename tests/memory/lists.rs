//! Reading a list takes the same memory for any length of it.

use std::time::Duration;

use futures_util::TryStreamExt;
use nanonets_agents::prelude::*;
use support::list::List;

use crate::{ALLOCATOR, COUNTING};

const MIB: f64 = 1_048_576.0;

/// Returns how much memory was in use at most while so many tasks were read, in MiB, the server's
/// part included.
async fn peak(tasks: usize, shards: Option<usize>) -> f64 {
    let list = List::new(tasks, |number| 1_790_000_000_000 - 5_000 * number as i64);
    // An export reads ahead as far as it may while the server takes its time.
    let list = list.latency(shards.map_or(Duration::ZERO, |_| Duration::from_millis(20)));
    let client = list.client();
    let before = ALLOCATOR.reset_peak();
    let mut count = 0;
    match shards {
        None => {
            let mut items = client.list_tasks().items();
            while items.try_next().await.expect("a task").is_some() {
                count += 1;
            }
        }
        Some(shards) => {
            let mut items = client.list_tasks().export().shards(shards);
            while items.try_next().await.expect("a task").is_some() {
                count += 1;
            }
        }
    }
    assert_eq!(count, tasks);
    (ALLOCATOR.peak() - before) as f64 / MIB
}

#[tokio::test(start_paused = true)]
async fn a_million_tasks_take_no_more_than_ten_thousand() {
    let _counting = COUNTING.lock().await;
    // The first list allocates what all later ones share.
    peak(1_000, None).await;
    let (few, many) = (peak(10_000, None).await, peak(1_000_000, None).await);
    println!("figure items_peak_10_000 {few:.3} MiB");
    println!("figure items_peak_1_000_000 {many:.3} MiB");
    assert!(many < 8.0, "{many}");
    // Allocators round, and a page may be parsed a little sooner or later.
    assert!(many <= few + 0.05, "{many} after {few}");

    let (few, many) = (peak(50_000, Some(8)).await, peak(200_000, Some(8)).await);
    println!("figure export_peak_50_000 {few:.2} MiB");
    println!("figure export_peak_200_000 {many:.2} MiB");
    assert!(many < 24.0, "{many}");
}
