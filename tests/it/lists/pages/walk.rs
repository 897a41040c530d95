//! Lists as streams of items and of pages.

use futures_util::{Stream, StreamExt, TryStreamExt};
use nanonets_agents::{
    ErrorKind,
    pages::{Cursor, Items, Page},
    prelude::*,
    run::ReconcilePolicy,
    simulator::{AgentSpec, Fault, Script, Simulator},
    types::{TaskListItem, TaskPage, TaskStatus},
};
use support::list::List;

use super::stage::{newest_first, titles, with_tasks};

#[tokio::test(start_paused = true)]
async fn items_are_all_there_once_in_pages_of_a_hundred() {
    let (simulator, client) = with_tasks(250).await;
    assert_eq!(titles(&client).await, newest_first(250));
    let queries: Vec<String> = simulator
        .requests()
        .into_iter()
        .filter(|request| request.operation == Some("list_tasks"))
        .map(|request| request.query)
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
        .map_ok(|page| page.items.len())
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
        .flat_map(|page| page.items)
        .filter_map(|task| task.title)
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
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
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
    let unmarked = ReconcilePolicy::default().with_marker(false);
    let task = run.reconcile(unmarked).start().await.expect("a task");
    let messages = || client.list_task_messages().task_id(task.handle().task_id());
    let texts: Vec<Option<String>> = messages()
        .items()
        .map_ok(|message| message.text())
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
async fn a_page_of_ten_thousand_items_is_taken_as_it_comes() {
    let list = List::new(20_000, |number| -(number as i64)).page_size(10_000);
    let items: Vec<TaskListItem> = list
        .client()
        .list_tasks()
        .items()
        .try_collect()
        .await
        .expect("all tasks");
    let ids: Vec<_> = items.into_iter().map(|task| task.task_id).collect();
    assert!(ids == list.ids());
    assert_eq!(list.requests(), 2);
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
