//! What calls send beyond the documentation: headers, parameters of the query, fields of the body.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use futures_util::{FutureExt, TryStreamExt, future::BoxFuture};
use http::HeaderValue;
use http_body_util::BodyExt;
use nanonets_agents::{
    ErrorKind, InProcess, InProcessReply, Options, Phase,
    prelude::*,
    run::{Provenance, ReconcilePolicy},
    simulator::{AgentSpec, Fault, RecordedRequest, Simulator},
    types::{CreateAgentRequest, RunAgentRequest},
};
use serde_json::{Value, json};
use support::stage::{minute_simulator, over_http, start_many, with_agent};
use uuid::Uuid;

use super::arguments::not_started;

const ID: &str = "0b9e6e5e-1111-4222-8333-444455556666";

/// Sets one of each.
fn extras(options: Options) -> Options {
    options
        .extra_header("X-Trace", "secret-1")
        .extra_query("debug", "a&b")
        .extra_field("unlisted", json!({"name": "api", "retry": 0}))
}

fn has_header(request: &RecordedRequest, name: &str, value: &str) -> bool {
    request
        .headers
        .contains(&(name.to_owned(), value.to_owned()))
}

/// A service that keeps the query, the header `x-trace` and the body of each request.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Vec<Sent>>>);

#[derive(Clone, Debug, PartialEq)]
struct Sent {
    query: String,
    trace: Option<String>,
    body: String,
}

impl Wire {
    fn client(&self) -> Client {
        let builder = Client::builder().api_key("key").in_process(self.clone());
        builder.build().expect("a client")
    }

    fn last(&self) -> Sent {
        let sent = self.0.lock().expect("no panic");
        sent.last().expect("a request").clone()
    }
}

impl InProcess for Wire {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let sent = self.0.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes().to_vec();
            let trace = head.headers.get("x-trace").map(|value| value.to_str());
            sent.lock().expect("no panic").push(Sent {
                query: head.uri.query().unwrap_or_default().to_owned(),
                trace: trace.transpose()?.map(str::to_owned),
                body: String::from_utf8(body)?,
            });
            let reply = if head.uri.path().ends_with("/run") {
                format!(r#"{{"task_id": "{ID}", "agent_id": "{ID}", "status": "queued"}}"#)
            } else {
                r#"{"data": []}"#.to_owned()
            };
            Ok(http::Response::new(reply.into()))
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_call_sends_its_extras_beside_what_is_documented() {
    let wire = Wire::default();
    let plain = wire.client();
    let client = plain.with(extras).expect("options");
    let mut request = RunAgentRequest::builder().query("Total?");
    request = request.extra(serde_json::Map::from_iter([("mode".to_owned(), json!(1))]));
    let send = async |client: &Client| {
        let call = client.run_agent().agent_id(Uuid::nil());
        call.body(request.clone()).send().await.expect("a task");
    };
    send(&client).await;
    let expected = Sent {
        query: "debug=a%26b".to_owned(),
        trace: Some("secret-1".to_owned()),
        body: r#"{"query":"Total?","mode":1,"unlisted":{"name":"api","retry":0}}"#.to_owned(),
    };
    assert_eq!(wire.last(), expected);
    let call = client.list_agents().q("a").limit(5);
    call.send().await.expect("a page");
    let sent = wire.last();
    assert_eq!(
        (sent.query.as_str(), sent.body.as_str()),
        ("limit=5&q=a&debug=a%26b", "")
    );

    // The client that they were derived from sends none of it.
    send(&plain).await;
    let expected = Sent {
        query: String::new(),
        trace: None,
        body: r#"{"query":"Total?","mode":1}"#.to_owned(),
    };
    assert_eq!(wire.last(), expected);
}

#[tokio::test]
async fn a_name_that_is_set_again_has_the_last_value() {
    let wire = Wire::default();
    let client = wire.client().with(extras).expect("options");
    let client = client.with(|options| {
        let options = options
            .extra_header("x-trace", "2")
            .extra_query("debug", "2");
        options.extra_field("unlisted", 2)
    });
    let client = client.expect("options");
    let call = client.run_agent().agent_id(Uuid::nil());
    let call = call.body(RunAgentRequest::builder().query("Total?")).send();
    call.await.expect("a task");
    let expected = Sent {
        query: "debug=2".to_owned(),
        trace: Some("2".to_owned()),
        body: r#"{"query":"Total?","unlisted":2}"#.to_owned(),
    };
    assert_eq!(wire.last(), expected);
}

#[tokio::test]
async fn a_field_of_the_call_wins_over_one_of_its_client() {
    let wire = Wire::default();
    let client = wire.client().with(extras).expect("options");
    let extra = serde_json::Map::from_iter([("unlisted".to_owned(), json!("call"))]);
    let call = client.run_agent().agent_id(Uuid::nil());
    let body = RunAgentRequest::builder().query("Total?").extra(extra);
    call.body(body).send().await.expect("a task");
    assert_eq!(wire.last().body, r#"{"query":"Total?","unlisted":"call"}"#);

    let run = client
        .run(Uuid::nil())
        .query("Total?")
        .extra_field("unlisted", "run");
    let unmarked = ReconcilePolicy::default().with_marker(false);
    run.reconcile(unmarked.clone())
        .start()
        .await
        .expect("a task");
    assert_eq!(wire.last().body, r#"{"query":"Total?","unlisted":"run"}"#);
    let run = client.run(Uuid::nil()).file(Upload::bytes("a.txt", "1"));
    let run = run.extra_field("unlisted", "run").reconcile(unmarked);
    run.start().await.expect("a task");
    let form = wire.last().body;
    assert_eq!(form.matches("name=\"unlisted\"").count(), 1, "{form}");
    assert!(form.contains("\r\n\r\nrun\r\n"), "{form}");

    let call = client.run_agent_multipart().agent_id(Uuid::nil());
    let call = call.files(Upload::bytes("a.txt", "1"));
    let call = call.extra_field("unlisted", "call").send();
    call.await.expect("a task");
    let form = wire.last().body;
    assert_eq!(form.matches("name=\"unlisted\"").count(), 1, "{form}");
    assert!(form.contains("\r\n\r\ncall\r\n"), "{form}");
}

#[tokio::test]
async fn a_form_has_a_text_part_for_each_field() {
    let wire = Wire::default();
    let client = wire.client().with(extras).expect("options");
    let client = client.with(|options| options.extra_field("mode", "a \"b\""));
    let client = client.expect("options");
    let call = client.run_agent_multipart().agent_id(Uuid::nil());
    let call = call.files(Upload::bytes("a.txt", "Total: 1")).send();
    call.await.expect("a task");
    let Sent { query, trace, body } = wire.last();
    assert_eq!(
        (query.as_str(), trace.as_deref()),
        ("debug=a%26b", Some("secret-1"))
    );
    for (name, value) in [
        ("mode", r#"a "b""#),
        ("unlisted", r#"{"name":"api","retry":0}"#),
    ] {
        let part = format!(
            "Content-Disposition: form-data; name=\"{name}\"\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{value}\r\n"
        );
        assert!(body.contains(&part), "{part} is not in {body}");
    }
}

#[tokio::test]
async fn they_go_over_sockets_too() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    let client = client.with(extras).expect("options");
    client.list_agents().send().await.expect("a page");
    let run = client.run(simulator.agent_id());
    let run = run.file(Upload::bytes("a.txt", "Total: 1"));
    run.start().await.expect("a task");
    for request in simulator.requests() {
        assert_eq!(request.query, "debug=a%26b");
        assert!(has_header(&request, "x-trace", "secret-1"), "{request:?}");
    }
    let source = r#"{"name":"api","retry":0}"#;
    assert_eq!(simulator.tasks()[0].run.extra["unlisted"], source);
}

#[tokio::test(start_paused = true)]
async fn pages_retries_and_exports_have_them() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    start_many(&simulator, &client, 3).await;
    let client = client.with(extras).expect("options");
    simulator.inject(Fault::status_before(503).on("list_tasks").times(1));
    let pages = client.list_tasks().pages().page_size(2);
    assert_eq!(pages.try_collect::<Vec<_>>().await.expect("pages").len(), 2);
    let items = client.list_tasks().export().try_collect::<Vec<_>>();
    assert_eq!(items.await.expect("tasks").len(), 3);
    let requests = simulator.requests();
    let lists = requests
        .iter()
        .filter(|request| request.operation == Some("list_tasks"));
    let lists: Vec<_> = lists.collect();
    assert!(lists.len() >= 4);
    for request in lists {
        assert!(request.query.ends_with("&debug=a%26b"), "{request:?}");
        assert!(has_header(request, "x-trace", "secret-1"), "{request:?}");
    }
}

#[tokio::test]
async fn a_documented_name_is_refused_by_the_calls_that_have_it_alone() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let client = client.with(|options| {
        options
            .extra_query("limit", "5")
            .extra_field("name", "Invoices")
    });
    let client = client.expect("options");
    let error = client
        .list_agents()
        .send()
        .await
        .expect_err("it has a limit");
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::InvalidRequest, Phase::NotSent)
    );
    assert_eq!(
        error.to_string(),
        "list_agents: `limit` is a documented parameter of `list_agents`: set it on the call \
         (nothing was sent)"
    );
    let error = client
        .list_tasks()
        .items()
        .try_next()
        .await
        .expect_err("so has this");
    assert_eq!(error.operation(), Some("list_tasks"));
    let call = client.create_agent().body(CreateAgentRequest::builder());
    let error = call.send().await.expect_err("an agent has a name");
    assert_eq!(
        error.message(),
        "`name` is a documented field of `create_agent`: set it on the call"
    );
    // A run would ask the list for its task.
    let run = client.run(simulator.agent_id()).query("Total?").start();
    let error = not_started(run.await.expect_err("the list has a limit"));
    assert!(error.message().contains("`list_tasks`"), "{error}");
    assert!(simulator.requests().is_empty());
    let call = client.get_agent().agent_id(simulator.agent_id());
    call.send().await.expect("it has neither");
    assert_eq!(simulator.requests()[0].query, "limit=5");
}

#[tokio::test]
async fn a_field_of_the_form_is_documented_for_json_too() {
    let (simulator, client) = with_agent(AgentSpec::default());
    for name in ["query", "output_config", "files"] {
        let client = client.with(|options| options.extra_field(name, "a"));
        let client = client.expect("options");
        let run = || client.run(simulator.agent_id()).query("Total?");
        for run in [run(), run().file(Upload::bytes("a.txt", "1"))] {
            let error = not_started(run.start().await.expect_err(name));
            let expected = format!("`{name}` is a documented field of `run_agent`");
            assert!(error.message().starts_with(&expected), "{error}");
        }
    }
    assert!(simulator.requests().is_empty());
}

type Change = Box<dyn FnOnce(Options) -> Options>;

/// The client that is built, and each that is derived from it, is asked.
#[tokio::test]
async fn what_cannot_be_sent_is_refused_where_it_is_set() {
    let (_simulator, client) = with_agent(AgentSpec::default());
    let no_json = std::collections::BTreeMap::from([((1, 2), "secret")]);
    let changes: [(&str, Change); 6] = [
        (
            "x trace",
            Box::new(|options| options.extra_header("x trace", "secret")),
        ),
        (
            "x-trace",
            Box::new(|options| options.extra_header("x-trace", "secret\r\na: b")),
        ),
        (
            "authorization",
            Box::new(|options| options.extra_header("Authorization", "secret")),
        ),
        (
            "empty name",
            Box::new(|options| options.extra_query("", "secret")),
        ),
        (
            "empty name",
            Box::new(|options| options.extra_field("", "secret")),
        ),
        (
            "unlisted",
            Box::new(move |options| options.extra_field("unlisted", &no_json)),
        ),
    ];
    for (part, change) in changes {
        let error = client.with(change).expect_err(part);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let text = format!("{error} {error:?}");
        assert!(text.contains(part) && !text.contains("secret"), "{text}");
    }
    let builder = Client::builder()
        .api_key("key")
        .extra_header("host", "secret");
    let error = builder.build().expect_err("it is the client's");
    assert!(
        error.message().contains("`host` can't be an extra header"),
        "{error}"
    );
}

#[tokio::test]
async fn no_debug_shows_a_value() {
    let builder = Client::builder().api_key("key");
    let builder = builder
        .extra_header("x-trace", "secret")
        .extra_query("debug", "secret");
    let builder = builder.extra_field("unlisted", "secret");
    let mut shown = format!("{builder:?}");
    let client = builder.build().expect("a client");
    shown += &format!("{client:?} {:#?}", client.run(Uuid::nil()));
    _ = client.with(|options| {
        shown += &format!("{options:?}");
        options
    });
    for name in ["x-trace", "debug", "unlisted"] {
        assert!(shown.contains(name), "{shown}");
    }
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_huge_value_is_sent_or_fails_the_call() {
    let huge = "a".repeat(1 << 20);
    let wire = Wire::default();
    let client = wire
        .client()
        .with(|options| options.extra_field("unlisted", &huge));
    let client = client.expect("options");
    let run = client.run(Uuid::nil()).query("Total?");
    run.start().await.expect("a body may be long");
    let sent: Value = serde_json::from_str(&wire.last().body).expect("JSON");
    assert_eq!(sent["unlisted"].as_str().map(str::len), Some(huge.len()));

    let (simulator, over_http) = over_http(AgentSpec::default()).await;
    for client in [wire.client(), over_http] {
        let long = client.with(|options| options.extra_query("debug", &huge));
        let error = long.expect("options").list_agents().send().await;
        let error = error.expect_err("no URL is so long");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!format!("{error} {error:?}").contains("aaaa"));
    }
    let client = simulator.client().expect("a client");
    let long = client.with(|options| options.extra_header("x-trace", &huge));
    let error = long.expect("options").list_agents().send().await;
    assert!(
        error
            .expect_err("no server takes it")
            .status()
            .is_none_or(|status| status == 431)
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_belongs_to_the_extras_of_its_request() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let start = |change: fn(Options) -> Options| {
        let client = client.with(change).expect("options");
        client
            .run(simulator.agent_id())
            .query("Total?")
            .key("a")
            .start()
    };
    let first = start(extras).await.expect("a task");
    assert_eq!(first.provenance(), Provenance::Created);
    for other in [
        |options: Options| options,
        |options: Options| extras(options).extra_query("debug", "false"),
        |options: Options| extras(options).extra_field("unlisted", "other"),
    ] {
        let error = start(other)
            .await
            .expect_err("it is another request")
            .to_string();
        assert!(error.contains("belongs to another request"), "{error}");
    }
    // A header may be the trace of one attempt.
    let again = start(|options| extras(options).extra_header("x-trace", "2")).await;
    assert_eq!(again.expect("the same").provenance(), Provenance::Recorded);
}

/// The probes of a run look where its request went.
#[tokio::test(start_paused = true)]
async fn a_run_in_doubt_is_found_with_its_extras() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let client = client.with(extras).expect("options");
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let run = client.run(simulator.agent_id()).query("Total?").start();
    assert_eq!(run.await.expect("a task").provenance(), Provenance::Adopted);
    assert!(simulator.count("list_tasks") > 0);
    for request in simulator.requests() {
        assert!(request.query.ends_with("debug=a%26b"), "{request:?}");
        assert!(has_header(&request, "x-trace", "secret-1"), "{request:?}");
    }
}

/// A checkpoint goes on with the list that it was made of.
#[tokio::test(start_paused = true)]
async fn an_export_is_not_resumed_with_another_query() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    start_many(&simulator, &client, 3).await;
    let narrowed = |value: &str| {
        let client = client.with(|options| options.extra_query("unlisted", value));
        client.expect("options")
    };
    let (one, other) = (narrowed("secret-1"), narrowed("secret-2"));
    let mut export = one.list_tasks().export();
    export
        .try_next()
        .await
        .expect("a task")
        .expect("there are more");
    let state = export.state().expect("it can go on");
    let stored = serde_json::to_string(&state).expect("JSON");
    assert!(!stored.contains("secret"), "{stored}");
    let refused = other.list_tasks().export().resume_from(state.clone());
    let error = refused.expect_err("another list");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(
        error.to_string().contains("extra_query(unlisted)"),
        "{error}"
    );
    let mut resumed = one
        .list_tasks()
        .export()
        .resume_from(state)
        .expect("the same list");
    resumed
        .try_next()
        .await
        .expect("a task")
        .expect("there are more");
}

#[tokio::test(start_paused = true)]
async fn headers_are_propagated_to_each_call_and_replace_extra_ones() {
    let fault = Fault::status_before(503).on("list_agents").times(1);
    let simulator = Simulator::builder().fault(fault).build();
    let client = simulator.in_process_client().expect("a client");
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let traced = client.with(|options| {
        options
            .extra_header("traceparent", "fixed")
            .extra_header("x-team", "billing")
            .propagate(move |headers| {
                let call = counter.fetch_add(1, Ordering::Relaxed);
                let value = HeaderValue::try_from(format!("call-{call}")).expect("a value");
                headers.append("traceparent", value);
                headers.append("tracestate", HeaderValue::from_static("a=1"));
                headers.append("tracestate", HeaderValue::from_static("b=2"));
            })
    });
    let traced = traced.expect("options that work");
    traced.list_agents().send().await.expect("a list");
    traced.list_tasks().send().await.expect("a list");
    let sent = |request: &RecordedRequest| {
        let values = request.headers.iter();
        let values = values.filter(|(name, _)| name.starts_with("trace") || name == "x-team");
        let mut values: Vec<String> = values.map(|(_, value)| value.clone()).collect();
        values.sort();
        values
    };
    let requests: Vec<Vec<String>> = simulator.requests().iter().map(sent).collect();
    // The second is the retry of the first.
    let call = |name: &str| ["a=1", "b=2", "billing", name].map(str::to_owned).to_vec();
    assert_eq!(requests, [call("call-0"), call("call-0"), call("call-1")]);
}

#[tokio::test(start_paused = true)]
async fn a_header_of_the_client_itself_cannot_be_propagated() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let disguised = client.with(|options| {
        options.propagate(|headers| {
            headers.insert("authorization", HeaderValue::from_static("Bearer other"));
        })
    });
    let disguised = disguised.expect("it isn't known before");
    let error = disguised.list_agents().send().await;
    let error = error.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.operation(), Some("list_agents"));
    assert!(error.to_string().contains("authorization"), "{error}");
    assert_eq!(simulator.requests().len(), 0);
}
