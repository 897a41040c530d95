//! Titles, of which the documentation says only that they are made from the first message.

use futures_util::future::{BoxFuture, FutureExt};
use nanonets_agents::{
    InProcess, InProcessReply,
    prelude::*,
    run::Provenance,
    simulator::{Fault, Service, Simulator},
};
use serde_json::Value;
use support::stage::minute_simulator;

/// Makes titles in another way than the simulator does: changes those of listed tasks.
struct Titles {
    service: Service,
    change: fn(&mut Value),
}

impl InProcess for Titles {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let is_list = request.method() == "GET" && request.uri().path().ends_with("/tasks");
        let (reply, change) = (self.service.call(request), self.change);
        async move {
            let reply = reply.await?;
            if !is_list || !reply.status().is_success() {
                return Ok(reply);
            }
            let (head, body) = reply.into_parts();
            let body = reqwest::Response::from(http::Response::new(body));
            let mut body: Value = serde_json::from_slice(&body.bytes().await?)?;
            for task in body["data"].as_array_mut().into_iter().flatten() {
                change(task);
            }
            Ok(http::Response::from_parts(head, body.to_string().into()))
        }
        .boxed()
    }
}

fn client(simulator: &Simulator, change: fn(&mut Value)) -> Client {
    let service = simulator.service();
    Client::builder()
        .api_key(simulator.key())
        .in_process(Titles { service, change })
        .build()
        .expect("a client")
}

/// A task that has no text but that of its file may well be named after the file.
#[tokio::test(start_paused = true)]
async fn a_task_that_is_named_after_its_file_is_found_among_those_named_after_their_text() {
    let simulator = minute_simulator();
    let client = client(&simulator, |task| {
        if task["title"]
            .as_str()
            .is_some_and(|title| title.starts_with("[run "))
        {
            task["title"] = "invoice.txt".into();
        }
    });
    let run = client.run(simulator.agent_id()).query("How many?");
    run.start().await.expect("a task");

    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let file = Upload::bytes("invoice.txt", "Total: 1");
    let run = client.run(simulator.agent_id()).file(file);
    let started = run.start().await.expect("a task");
    let twins = started.twins();
    assert_eq!(simulator.tasks().len(), 2, "each has one: {twins:?}");
    assert_eq!(started.provenance(), Provenance::Adopted);
}

/// A server may show the query as the title at first, and put it in other words later.
#[tokio::test(start_paused = true)]
async fn a_task_whose_title_was_put_in_other_words_is_found_among_those_whose_title_was_not() {
    let simulator = minute_simulator();
    let client = client(&simulator, |task| {
        if task["title"] == "How few?" {
            task["title"] = "Counting small things".into();
        }
    });
    let run = client.run(simulator.agent_id()).query("How many?");
    run.start().await.expect("a task");

    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let run = client.run(simulator.agent_id()).query("How few?");
    let started = run.start().await.expect("a task");
    let twins = started.twins();
    assert_eq!(simulator.tasks().len(), 2, "each has one: {twins:?}");
    assert_eq!(started.provenance(), Provenance::Adopted);
}
