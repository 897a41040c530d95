//! A run happens once, whatever fails and however far the clocks differ.

use std::time::Duration;

use support::{
    scenario::{Caller, Report, Scenario, World, play},
    stage::seed,
};

/// Together more than 5,000 runs; another seed is tried with `SCENARIO_SEED`.
fn scenario(skew_seconds: i64, caller: Caller) -> Scenario {
    Scenario {
        runs: 2_600,
        seed: seed("SCENARIO_SEED"),
        world: World::Hostile,
        chance: None,
        interval: Duration::from_secs(1),
        skew_seconds,
        caller,
    }
}

fn assert_once(scenario: &Scenario, report: &Report) {
    let Report {
        silent_doubles,
        lost,
        swapped,
        ..
    } = report;
    let settled = report.settled_within(0.99);
    println!(
        "{scenario:?}\n{:?}, {settled:?}",
        Report {
            settled: Vec::new(),
            ..report.clone()
        }
    );
    assert_eq!((silent_doubles, lost, swapped), (&0, &0, &0));
    // It was hard enough to prove something, and most of it was decided all the same.
    assert!(report.adopted > scenario.runs / 20);
    assert!(report.told_doubles > 0);
    assert!(report.unknown < scenario.runs / 10);
}

#[tokio::test(start_paused = true)]
async fn no_run_is_doubled_in_silence_with_a_server_two_hours_ahead() {
    let scenario = scenario(7200, Caller::Reconciling);
    assert_once(&scenario, &play(&scenario).await);
}

#[tokio::test(start_paused = true)]
async fn no_run_is_doubled_in_silence_with_a_server_two_hours_behind() {
    let scenario = scenario(-7200, Caller::Reconciling);
    assert_once(&scenario, &play(&scenario).await);
}

/// The scenario can fail.
#[tokio::test(start_paused = true)]
async fn without_reconciliation_the_same_scenario_finds_doubles() {
    let scenario = scenario(0, Caller::Naive);
    let report = play(&scenario).await;
    println!("{scenario:?}\n{report:?}");
    assert!(report.silent_doubles > scenario.runs / 20);
}
