//! Tasks that the server loses while they are waited for.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::{
    StreamExt,
    future::{BoxFuture, FutureExt},
};
use nanonets_agents::{
    InProcess, InProcessReply, TaskId,
    prelude::*,
    simulator::{Script, Service},
    wait::{Reply, WaitError},
};
use serde_json::Value;
use support::stage::{seconds, start_many, with_script};
use tokio::time::{Instant, sleep};

/// A server that knows nothing of one task any more, once it is told so.
struct Losing {
    service: Service,
    task_id: TaskId,
    is_lost: Arc<AtomicBool>,
}

impl InProcess for Losing {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let is_lost = self.is_lost.load(Ordering::Relaxed);
        let id = self.task_id.to_string();
        if is_lost && request.uri().path().contains(&id) {
            let gone = r#"{"error":{"code":"not_found","message":"no such task"}}"#;
            let reply = http::Response::builder().status(404).body(gone.into());
            return async { Ok(reply?) }.boxed();
        }
        let is_list = request.uri().path().ends_with("/tasks");
        let reply = self.service.call(request);
        async move {
            let reply = reply.await?;
            if !is_lost || !is_list || !reply.status().is_success() {
                return Ok(reply);
            }
            let (head, body) = reply.into_parts();
            let body = reqwest::Response::from(http::Response::new(body));
            let mut body: Value = serde_json::from_slice(&body.bytes().await?)?;
            if let Some(tasks) = body["data"].as_array_mut() {
                tasks.retain(|task| task["task_id"] != id);
            }
            Ok(http::Response::from_parts(head, body.to_string().into()))
        }
        .boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_vanishes_while_its_question_is_asked_is_gone() {
    for many in [false, true] {
        let (simulator, client) = with_script(Script::empty().ask("Which one?"));
        let id = start_many(&simulator, &client, 1).await[0].task_id();
        let is_lost = Arc::new(AtomicBool::new(false));
        let losing = Losing {
            service: simulator.service(),
            task_id: id,
            is_lost: is_lost.clone(),
        };
        let builder = Client::builder().api_key(simulator.key());
        let client = builder.in_process(losing).build().expect("a client");
        let lose = move |_| {
            is_lost.store(true, Ordering::Relaxed);
            async {
                sleep(seconds(90)).await;
                Reply::text("the first")
            }
        };
        let error = if many {
            let mut ends = client.wait_many([id]).on_input(lose).stream();
            ends.next().await.expect("an end").map(drop)
        } else {
            client.task(id).wait().on_input(lose).await.map(drop)
        };
        let error = error.expect_err("it is lost");
        assert!(matches!(error, WaitError::Gone { .. }), "{error}");
        assert_eq!(simulator.count("send_task_message"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_vanishes_among_many_is_gone_soon() {
    let (simulator, client) = with_script(Script::empty().running(seconds(3600)));
    let tasks = start_many(&simulator, &client, 1_000).await;
    let is_lost = Arc::new(AtomicBool::new(false));
    let losing = Losing {
        service: simulator.service(),
        task_id: tasks[500].task_id(),
        is_lost: is_lost.clone(),
    };
    let builder = Client::builder().api_key(simulator.key());
    let client = builder.in_process(losing).build().expect("a client");
    let mut ends = client.wait_many(&tasks).deadline(seconds(7200)).stream();
    let losing = async {
        sleep(seconds(300)).await;
        is_lost.store(true, Ordering::Relaxed);
        Instant::now()
    };
    let (end, lost_at) = tokio::join!(ends.next(), losing);
    let error = end.expect("an end").expect_err("it is lost");
    assert!(matches!(error, WaitError::Gone { .. }), "{error}");
    assert_eq!(error.task_ref().task_id(), tasks[500].task_id());
    let after = lost_at.elapsed();
    assert!(after < seconds(240), "{after:?}");
}
