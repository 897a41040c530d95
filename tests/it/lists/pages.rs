//! Lists as streams, and every way in which a list can end.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{Stream, StreamExt, TryStreamExt};
use nanonets_agents::{
    pages::{Items, Undecodable},
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
    types::TaskPage,
};
use support::list::List;
use tokio::time::sleep;

async fn with_tasks(count: usize) -> (Simulator, Client) {
    let agent = AgentSpec::new("Quick").script(Script::empty());
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    for number in 0..count {
        let run = client
            .run(simulator.agent_id())
            .query(format!("Task {number}"));
        run.start().await.expect("a task");
    }
    (simulator, client)
}

fn empty_page(cursor: &str) -> Fault {
    let page = format!(r#"{{"data": [], "has_more": true, "next_cursor": "{cursor}"}}"#);
    Fault::reply(200, "application/json", page)
        .on("list_tasks")
        .times(1)
}

fn newest_first(count: usize) -> Vec<String> {
    (0..count).rev().map(|it| format!("Task {it}")).collect()
}

async fn titles(client: &Client) -> Vec<String> {
    let items = client.list_tasks().items();
    items
        .map_ok(|it| it.title.expect("a title"))
        .try_collect()
        .await
        .expect("all tasks")
}

#[tokio::test(start_paused = true)]
async fn items_are_all_there_once_in_pages_of_a_hundred() {
    let (simulator, client) = with_tasks(250).await;
    assert_eq!(titles(&client).await, newest_first(250));
    let queries: Vec<String> = simulator
        .requests()
        .into_iter()
        .filter(|it| it.operation == Some("list_tasks"))
        .map(|it| it.query)
        .collect();
    assert_eq!(queries.len(), 3);
    assert_eq!(queries[0], "limit=100");
    // A cursor may hold anything; it is sent percent-encoded.
    assert!(
        queries[1].starts_with("cursor=dGFza3M%2FPjoxNTA%3D&limit=100"),
        "{queries:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn both_shapes_and_both_ends_work() {
    let (simulator, client) = with_tasks(30).await;
    simulator.inject(Fault::guide_list_shape());
    assert_eq!(titles(&client).await, newest_first(30));
    let pages = client.list_tasks().limit(10).pages();
    let sizes: Vec<usize> = pages
        .map_ok(|it| it.items.len())
        .try_collect()
        .await
        .expect("pages");
    assert_eq!(sizes, [10, 10, 10]);
    let agents: Vec<_> = client
        .list_agents()
        .items()
        .try_collect()
        .await
        .expect("a list");
    assert_eq!(agents.len(), 1);
    let id = simulator.agent_id();
    let versions = client.list_agent_versions().agent_id(id).items();
    assert_eq!(
        versions
            .try_collect::<Vec<_>>()
            .await
            .expect("a list")
            .len(),
        1
    );
    // Nothing is sent to a list whose paging isn't documented on its own page.
    assert_eq!(simulator.requests().last().expect("a request").query, "");
}

#[tokio::test(start_paused = true)]
async fn an_end_is_an_absent_null_or_empty_cursor_or_no_more() {
    for end in [
        r#""has_more": false"#,
        r#""next_cursor": null"#,
        r#""next_cursor": """#,
        r#""next_cursor": "abc", "has_more": false"#,
        r#""next_cursor": null, "has_more": true"#,
    ] {
        let (simulator, client) = with_tasks(1).await;
        let page = format!(r#"{{"data": [], {end}}}"#);
        simulator.inject(Fault::reply(200, "application/json", page).on("list_tasks"));
        assert!(titles(&client).await.is_empty(), "{end}");
        assert_eq!(simulator.count("list_tasks"), 1, "{end}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_in_the_middle_does_not_end_the_stream() {
    let (simulator, client) = with_tasks(3).await;
    let mut pages = client.list_tasks().limit(2).pages();
    let first = pages.try_next().await.expect("a page").expect("the first");
    let cursor = first.next.expect("there is more");
    // The cursor of the empty page leads to where the list really goes on.
    simulator.inject(empty_page("dGFza3M/Pjoz"));
    assert_eq!(titles(&client).await, newest_first(3));
    assert_eq!(cursor.as_str(), "dGFza3M/Pjox");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_cursor_is_an_error_and_the_end() {
    let (simulator, client) = with_tasks(1).await;
    let page = r#"{"data": [], "has_more": true, "next_cursor": "again"}"#;
    simulator.inject(Fault::reply(200, "application/json", page).on("list_tasks"));
    let mut pages = client.list_tasks().pages();
    for _ in 0..2 {
        assert!(pages.next().await.expect("a page").is_ok());
    }
    let error = pages.next().await.expect("an error").expect_err("a loop");
    assert_eq!(error.kind(), ErrorKind::RepeatedCursor);
    assert_eq!(error.operation(), Some("list_tasks"));
    assert!(pages.next().await.is_none());
    assert_eq!(simulator.count("list_tasks"), 2);
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
    let titles: Vec<String> = seen.into_iter().filter_map(|it| it.title).collect();
    assert_eq!(titles, newest_first(250));
}

#[tokio::test(start_paused = true)]
async fn a_stored_cursor_goes_on_where_it_was() {
    let (_simulator, client) = with_tasks(5).await;
    let mut pages = client.list_tasks().limit(2).pages();
    pages.try_next().await.expect("a page");
    let stored = serde_json::to_string(pages.cursor().expect("there is more")).expect("text");
    drop(pages);
    let cursor: Cursor = serde_json::from_str(&stored).expect("a cursor");
    let rest = client.list_tasks().limit(2).pages().resume_from(cursor);
    let rest: Vec<Page<TaskListItem>> = rest.try_collect().await.expect("the rest");
    let titles: Vec<String> = rest
        .into_iter()
        .flat_map(|it| it.items)
        .filter_map(|it| it.title)
        .collect();
    assert_eq!(titles, ["Task 2", "Task 1", "Task 0"]);
}

#[tokio::test(start_paused = true)]
async fn a_cursor_of_another_list_is_refused() {
    let (_simulator, client) = with_tasks(1).await;
    let pages = client
        .list_agents()
        .pages()
        .resume_from(Cursor::new("dGFza3M/Pjox"));
    let error = pages
        .try_collect::<Vec<_>>()
        .await
        .expect_err("it is of tasks");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
}

#[tokio::test(start_paused = true)]
async fn a_limit_counts_items_and_asks_for_no_page_too_many() {
    let (simulator, client) = with_tasks(250).await;
    for (limit, size, expected, requests) in [
        (0, 100, 0, 0),
        (100, 100, 100, 1),
        (101, 100, 101, 2),
        (1000, 100, 250, 3),
        (25, 10, 25, 3),
    ] {
        let before = simulator.count("list_tasks");
        let items = client.list_tasks().items().page_size(size).limit(limit);
        let items: Vec<_> = items.try_collect().await.expect("all pages");
        assert_eq!(items.len(), expected);
        assert_eq!(simulator.count("list_tasks") - before, requests, "{limit}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_size_that_the_list_does_not_allow_is_refused_before_anything_is_sent() {
    let (simulator, client) = with_tasks(1).await;
    for size in [0, 101] {
        let mut pages = client.list_tasks().pages().page_size(size);
        let error = pages
            .next()
            .await
            .expect("an error")
            .expect_err("it is refused");
        assert!(error.to_string().contains("1 to 100"), "{error}");
    }
    assert_eq!(simulator.count("list_tasks"), 0);
}

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
async fn a_stream_can_be_walked_in_a_task_of_its_own() {
    let (_simulator, client) = with_tasks(150).await;
    let walking = tokio::spawn(async move {
        let mut items = client.list_tasks().items();
        let mut count = 0;
        while let Some(item) = items.next().await {
            item.expect("an item");
            count += 1;
        }
        count
    });
    assert_eq!(walking.await.expect("no panic"), 150);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_comes_whole_has_items_too() {
    let agent = AgentSpec::new("Curious").script(Script::empty().ask("Which?"));
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("How many?");
    let task = run.start().await.expect("a task");
    let messages = || client.list_task_messages().task_id(task.task().task_id());
    let texts: Vec<Option<String>> = messages()
        .items()
        .map_ok(|it| it.text())
        .try_collect()
        .await
        .expect("all messages");
    assert_eq!(
        texts,
        [Some("How many?".to_owned()), Some("Which?".to_owned())]
    );
    let pages: Vec<Page<_>> = messages().pages().try_collect().await.expect("a page");
    assert_eq!((pages.len(), pages[0].next.clone()), (1, None));
    let last = simulator.requests().pop().expect("a request");
    assert_eq!(
        (last.operation, &*last.query),
        (Some("list_task_messages"), "")
    );

    // There is no page to go on from: the cursor is refused before anything is sent.
    let before = simulator.count("list_task_messages");
    let mut items = messages().items().resume_from(Cursor::new("abc"));
    let error = items.try_next().await.expect_err("it comes whole");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(
        error.to_string().contains("the list comes whole"),
        "{error}"
    );
    assert_eq!(simulator.count("list_task_messages"), before);
}

/// Returns a stream that outlives its client.
fn of_another_client(client: &Client) -> Items<TaskPage> {
    client.clone().list_tasks().items()
}

#[tokio::test(start_paused = true)]
async fn a_stream_outlives_what_it_was_made_of() {
    fn assert_static(_: &(impl Stream + Send + Unpin + 'static)) {}

    let (_simulator, client) = with_tasks(150).await;
    let items = of_another_client(&client);
    drop(client);
    assert_static(&items);
    assert_eq!(items.count().await, 150);
}

#[tokio::test(start_paused = true)]
async fn pages_are_read_ahead_without_being_polled_and_no_more_than_was_said() {
    for (ahead, expected) in [(0, 1), (1, 2), (3, 4), (100, 8), (usize::MAX, 8)] {
        let list = List::new(750, |it| -(it as i64)).latency(Duration::from_millis(20));
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
    let list = List::new(10_000, |it| -(it as i64)).latency(Duration::from_millis(20));
    let mut pages = list.client().list_tasks().pages().prefetch(50);
    pages.next().await.expect("a page").expect("a page");
    drop(pages);
    // The request that is on its way may have reached the server.
    sleep(Duration::from_secs(10)).await;
    assert!(list.requests() <= 2, "{}", list.requests());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_sends_the_same_page_for_ever_is_noticed_whatever_its_cursors() {
    for fault in [Fault::repeated_page(), Fault::repeated_cursor()] {
        let (simulator, client) = with_tasks(250).await;
        simulator.inject(fault);
        let mut items = client.list_tasks().items();
        let mut seen = Vec::new();
        let error = loop {
            match items.next().await.expect("it isn't the end") {
                Ok(item) => seen.push(item.task_id),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::RepeatedCursor);
        assert_eq!(error.operation(), Some("list_tasks"));
        // No item came twice.
        assert_eq!(seen.len(), 100);
        assert!(items.next().await.is_none());
        assert!(simulator.count("list_tasks") <= 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_ten_thousand_items_is_taken_as_it_comes() {
    let list = List::new(20_000, |it| -(it as i64)).page_size(10_000);
    let items: Vec<TaskListItem> = list
        .client()
        .list_tasks()
        .items()
        .try_collect()
        .await
        .expect("all tasks");
    let ids: Vec<_> = items.into_iter().map(|it| it.task_id).collect();
    assert!(ids == list.ids());
    assert_eq!(list.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn pages_without_items_that_go_on_for_ever_are_noticed() {
    let (simulator, client) = with_tasks(1).await;
    for number in 0..1_500 {
        let page = format!(r#"{{"data": [], "has_more": true, "next_cursor": "c{number}"}}"#);
        let fault = Fault::reply(200, "application/json", page);
        simulator.inject(fault.on("list_tasks").times(1));
    }
    let error = client.list_tasks().items().try_next().await;
    let error = error.expect_err("it leads nowhere");
    assert_eq!(error.kind(), ErrorKind::RepeatedCursor);
    assert_eq!(error.cursor().map(Cursor::as_str), Some("c999"));
    assert!(error.to_string().contains("1000 pages in a row"), "{error}");
}

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
    for name in ["data", "tasks"] {
        let (simulator, client) = with_tasks(0).await;
        simulator.inject(Fault::reply(200, "application/json", damaged(name)).on("list_tasks"));
        let reports: Arc<Mutex<Vec<Undecodable>>> = Arc::default();
        let reported = reports.clone();
        let report = move |it| reported.lock().expect("no panic").push(it);
        let items = client.list_tasks().items().skip_undecodable(report.clone());
        let statuses: Vec<TaskStatus> = items
            .map_ok(|it| it.status)
            .try_collect()
            .await
            .expect("the others");
        assert_eq!(statuses, [TaskStatus::Running, TaskStatus::Failed]);
        let export = client.list_tasks().export().skip_undecodable(report);
        assert_eq!(export.count().await, 2);
        let reports = reports.lock().expect("no panic");
        assert_eq!(reports.len(), 2);
        for it in &*reports {
            assert_eq!(it.json["status"]["code"], 7);
            assert!(it.reason.contains("at `status`"), "{}", it.reason);
            assert_eq!(it.cursor, None);
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
        let mut items = items.skip_undecodable(|it| panic!("{it:?}"));
        let error = items.try_next().await.expect_err("it is no page");
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn filters_have_the_types_of_their_fields() {
    let (simulator, client) = with_tasks(3).await;
    let now = std::time::SystemTime::now();
    let list = client.list_tasks().q("task & more").created_before(now);
    let list = list.status([TaskStatus::Completed, TaskStatus::from("paused_by_admin")]);
    // The simulator knows no such status.
    list.items().try_next().await.expect_err("it is refused");
    let query = simulator.requests().pop().expect("a request").query;
    assert!(
        query.contains("status=completed%2Cpaused_by_admin"),
        "{query}"
    );
    assert!(query.contains("q=task+%26+more"), "{query}");
    assert!(query.contains("created_before=20"), "{query}");

    let sent = simulator.count("list_tasks");
    for (statuses, text) in [
        (Vec::new(), "`status` has no values"),
        (
            vec![TaskStatus::from("failed,stopped")],
            "\"failed,stopped\" can't be a value",
        ),
        (vec![TaskStatus::from("")], "\"\" can't be a value"),
    ] {
        let error = client
            .list_tasks()
            .status(statuses)
            .items()
            .try_next()
            .await;
        let error = error.expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(text), "{error}");
    }
    assert_eq!(simulator.count("list_tasks"), sent);
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
