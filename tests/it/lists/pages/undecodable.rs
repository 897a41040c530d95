//! Items and pages that aren't what the documentation says.

use std::sync::{Arc, Mutex};

use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{
    ErrorKind, pages::Undecodable, prelude::*, simulator::Fault, types::TaskStatus,
};

use super::stage::with_tasks;

/// Returns a page of three tasks, the second of which has no valid status.
fn damaged(name: &str) -> String {
    let task = |id: u32, status: &str| {
        format!(
            r#"{{"task_id": "00000000-0000-0000-0000-00000000000{id}", "agent_id": "00000000-0000-0000-0000-000000000000",
                "status": {status}, "created_at": "2026-05-12T10:15:42Z", "updated_at": "2026-05-12T10:15:42Z"}}"#
        )
    };
    let tasks = [
        task(1, "\"running\""),
        task(2, "{\"code\": 7}"),
        task(3, "\"failed\""),
    ];
    format!(r#"{{"{name}": [{}]}}"#, tasks.join(","))
}

#[tokio::test(start_paused = true)]
async fn an_item_that_does_not_decode_fails_its_page_and_the_error_holds_the_page() {
    let (simulator, client) = with_tasks(0).await;
    simulator.inject(Fault::reply(200, "application/json", damaged("data")).on("list_tasks"));
    let error = client.list_tasks().items().try_next().await;
    let error = error.expect_err("it doesn't decode");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("data[1].status"), "{error}");
    let body = String::from_utf8_lossy(error.body().expect("the reply"));
    assert_eq!(body, damaged("data"));
}

#[tokio::test(start_paused = true)]
async fn items_that_do_not_decode_are_skipped_and_reported_where_that_is_wanted() {
    // An own name that is null leaves the choice to the others.
    let beside_null = damaged("tasks").replacen('{', r#"{"data": null, "#, 1);
    for body in [damaged("data"), damaged("tasks"), beside_null] {
        let (simulator, client) = with_tasks(0).await;
        simulator.inject(Fault::reply(200, "application/json", body).on("list_tasks"));
        let reports: Arc<Mutex<Vec<Undecodable>>> = Arc::default();
        let reported = reports.clone();
        let report = move |task| reported.lock().expect("no panic").push(task);
        let items = client.list_tasks().items().skip_undecodable(report.clone());
        let statuses: Vec<TaskStatus> = items
            .map_ok(|task| task.status)
            .try_collect()
            .await
            .expect("the others");
        assert_eq!(statuses, [TaskStatus::Running, TaskStatus::Failed]);
        let export = client.list_tasks().export().skip_undecodable(report);
        assert_eq!(export.count().await, 2);
        let reports = reports.lock().expect("no panic");
        assert_eq!(reports.len(), 2);
        for report in &*reports {
            assert_eq!(report.json["status"]["code"], 7);
            assert!(report.reason.contains("at `status`"), "{}", report.reason);
            assert_eq!(report.cursor, None);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_else_is_wrong_with_a_page_stays_an_error() {
    for body in [
        r#"{"data": {"task_id": 1}}"#,
        r#"{"items": []}"#,
        r#"{"data": [], "next_cursor": 7}"#,
        r#"{"data": [{}], "next_cursor": {}}"#,
        "[]",
    ] {
        let (simulator, client) = with_tasks(0).await;
        simulator.inject(Fault::reply(200, "application/json", body).on("list_tasks"));
        let items = client.list_tasks().items();
        let mut items = items.skip_undecodable(|task| panic!("{task:?}"));
        let error = items.try_next().await.expect_err("it is no page");
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_looks_like_a_page_is_none() {
    let (simulator, client) = with_tasks(0).await;
    simulator.inject(Fault::reply(400, "application/json", damaged("data")).on("list_tasks"));
    let mut items = client.list_tasks().items().skip_undecodable(|_| ());
    let error = items.try_next().await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Status);
}
