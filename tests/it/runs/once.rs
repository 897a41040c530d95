//! A run happens once, whatever fails and however far the clocks differ.

use std::time::Duration;

use support::{
    scenario::{Caller, Report, Scenario, play},
    stage::seed,
};

/// Together more than 5,000 runs; another seed is tried with `SCENARIO_SEED`.
fn scenario(skew_seconds: i64, caller: Caller) -> Scenario {
    Scenario {
        runs: 2_600,
        seed: seed("SCENARIO_SEED"),
        chance: 0.1,
        lag: Duration::from_secs(3),
        concurrency: 32,
        skew_seconds,
        caller,
    }
}

fn assert_once(scenario: &Scenario, report: &Report) {
    println!("{scenario:?}\n{report:?}");
    assert_eq!((report.doubled, report.lost), (0, 0));
    // It was hard enough to prove something, and most of it was decided all the same.
    assert!(report.adopted > scenario.runs / 5, "{report:?}");
    assert!(report.unknown < scenario.runs / 20, "{report:?}");
    assert_eq!(
        report.created + report.adopted + report.unknown,
        scenario.runs
    );
}

#[tokio::test(start_paused = true)]
async fn no_run_is_doubled_or_lost_with_a_server_two_hours_ahead() {
    let scenario = scenario(7200, Caller::Reconciling);
    assert_once(&scenario, &play(&scenario).await);
}

#[tokio::test(start_paused = true)]
async fn no_run_is_doubled_or_lost_with_a_server_two_hours_behind() {
    let scenario = scenario(-7200, Caller::Reconciling);
    assert_once(&scenario, &play(&scenario).await);
}

/// The scenario can fail.
#[tokio::test(start_paused = true)]
async fn without_reconciliation_the_same_scenario_finds_doubles() {
    let scenario = scenario(0, Caller::Naive);
    let report = play(&scenario).await;
    println!("{scenario:?}\n{report:?}");
    assert!(report.doubled > scenario.runs / 10, "{report:?}");
}
