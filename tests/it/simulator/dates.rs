//! The `Date` of replies.

use nanonets_agents::simulator::{Fault, Simulator};

use super::{caller::Caller, direct::Direct};

#[tokio::test(start_paused = true)]
async fn a_date_is_missing_or_off_whatever_the_reply() {
    let direct = Direct::echo();
    direct.simulator.inject(Fault::date_off(-7200));
    direct.simulator.inject(Fault::status_before(500).times(1));
    direct.simulator.inject(Fault::date_off(3600));
    for status in [500, 200] {
        let seen = direct.get("/tasks").await;
        assert_eq!(seen.status, Some(status));
        let off = seen.date_off().expect("a date");
        assert!((-3660..=-3540).contains(&off), "{off}");
    }
    direct.simulator.inject(Fault::no_date().times(1));
    let dates = [
        direct.get("/tasks").await.date,
        direct.get("/tasks").await.date,
    ];
    assert!(dates[0].is_none() && dates[1].is_some(), "{dates:?}");
}

#[tokio::test(start_paused = true)]
async fn a_whole_server_has_dates_of_another_clock_than_its_tasks() {
    let simulator = Simulator::builder().date_skew(-3600).clock_skew(60).build();
    let direct = Direct { simulator };
    let seen = direct.run("Hi").await;
    let off = seen.date_off().expect("a date");
    assert!((-3600..=-3480).contains(&off), "{off}");
    let task = &direct.simulator.tasks()[0];
    let ahead = (task.created_at - chrono::Utc::now()).num_seconds();
    assert!((0..=120).contains(&ahead), "{ahead}");
}

#[tokio::test]
async fn over_http_a_missing_date_is_missing() {
    let caller = Caller::new().await;
    caller.simulator.inject(Fault::no_date().times(1));
    let request = || caller.request(reqwest::Method::GET, "/tasks").send();
    let dated = [request().await, request().await];
    let dated = dated.map(|reply| reply.expect("a reply").headers().contains_key("date"));
    assert_eq!(dated, [false, true]);
}
