//! Every way in which a list can end, and some in which it never does.

use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{ErrorKind, pages::Cursor, prelude::*, simulator::Fault};

use super::stage::{empty_page, newest_first, titles, with_tasks};

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
