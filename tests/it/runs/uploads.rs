//! Files and streams that are sent with a run, once or again.

use std::time::Duration;

use futures_util::stream;
use nanonets_agents::{
    prelude::*,
    run::{ReconcilePolicy, RunError},
    simulator::{AgentSpec, Fault, Simulator},
};
use serde_json::json;
use support::stage::{minute_agent, minute_simulator, with_agent};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_stream_is_sent_with_and_without_its_length() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let pieces = || stream::iter(["a", "b", "c"].map(Ok::<_, std::io::Error>));
    for upload in [
        Upload::stream("s", pieces()),
        Upload::stream("s", pieces()).length(3),
    ] {
        let summary = client
            .run(simulator.agent_id())
            .file(upload)
            .await
            .expect("an answer");
        let file = summary.structured().expect("an answer")["files"][0].clone();
        assert_eq!(
            (&file["size"], &file["mime"]),
            (&json!(3), &json!("application/octet-stream"))
        );
        assert_eq!(
            file["sha256"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_sent_is_not_sent_again() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(Some("1")).on("run_agent").times(1));
    let upload = Upload::stream("scan", stream::iter(["abc"].map(Ok::<_, std::io::Error>)));
    let start = Instant::now();
    let run = client.run(simulator.agent_id()).file(upload);
    let RunError::NotStarted(error) = run.start().await.expect_err("429") else {
        panic!("it was refused");
    };
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
    assert!(
        error
            .to_string()
            .contains("the stream scan can be sent only once"),
        "{error}"
    );
    // There is nothing to wait for.
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(simulator.count("run_agent"), 1);
}

/// Half a form starts nothing, so that sending it again is safe.
#[tokio::test(start_paused = true)]
async fn an_upload_that_broke_off_is_sent_again() {
    use futures_util::future::{BoxFuture, FutureExt};
    use nanonets_agents::{InProcess, InProcessReply};

    /// Breaks the first connection before it has read anything.
    struct BreaksOnce(
        nanonets_agents::simulator::Service,
        std::sync::atomic::AtomicBool,
    );

    impl InProcess for BreaksOnce {
        fn call(
            &self,
            request: http::Request<reqwest::Body>,
        ) -> BoxFuture<'static, InProcessReply> {
            if self.1.swap(true, std::sync::atomic::Ordering::Relaxed) {
                self.0.call(request)
            } else {
                async { Err("broken pipe".into()) }.boxed()
            }
        }
    }

    let simulator = Simulator::builder().build();
    let client = Client::builder()
        .api_key(simulator.key())
        .in_process(BreaksOnce(simulator.service(), false.into()))
        .build()
        .expect("a client");
    let run = client
        .run(simulator.agent_id())
        .file(Upload::bytes("a.txt", "abc"));
    run.start().await.expect("a task");
    assert_eq!(simulator.tasks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_breaks_off_is_no_task() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let pieces = [Ok("abc"), Err(std::io::Error::other("the disk is gone"))];
    let upload = Upload::stream("s", stream::iter(pieces));
    let run = client.run(simulator.agent_id()).file(upload);
    let error = run.start().await.expect_err("it broke off");
    assert!(matches!(error, RunError::NotStarted(_)), "{error}");
    assert!(simulator.tasks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn files_are_opened_again_and_streams_are_not_sent_twice() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let file = Upload::bytes("a.txt", "Total: 12.50");
    let started = client.run(simulator.agent_id()).file(file).start().await;
    started.expect("it is sent again, whole");
    assert_eq!(simulator.tasks()[0].run.files[0].size, 12);

    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>("Total: 12.50")]);
    let stream = Upload::stream("b.txt", chunks);
    let error = client.run(simulator.agent_id()).file(stream).start().await;
    let error = error.expect_err("it can't be sent again").to_string();
    assert!(
        error.contains("the stream b.txt can be sent only once"),
        "{error}"
    );
    assert_eq!(simulator.tasks().len(), 1);
}

/// Over real sockets, where a file is sent in the way of the network.
#[tokio::test]
async fn an_upload_whose_reply_was_lost_is_not_taken_for_one_that_broke_off() {
    let path =
        std::env::temp_dir().join(format!("nanonets-agents-{}-lost.txt", std::process::id()));
    std::fs::write(&path, "Total: 1").expect("a file");
    let content = futures_util::stream::iter([Ok::<_, std::io::Error>("Total: 1")]);
    for file in [
        Upload::bytes("a.txt", "Total: 1"),
        Upload::path(&path),
        Upload::stream("a.txt", content),
    ] {
        let name = format!("{file:?}");
        let simulator = Simulator::builder().agent(minute_agent()).start().await;
        let simulator = simulator.expect("a free port");
        let client = simulator.client().expect("a client");
        simulator.inject(Fault::reset_after().on("run_agent").times(1));
        let run = client.run(simulator.agent_id()).file(file);
        let outcome = run.reconcile(ReconcilePolicy::off()).start().await;
        assert!(
            matches!(outcome, Err(RunError::OutcomeUnknown(_))),
            "{name}"
        );
        assert_eq!(simulator.tasks().len(), 1, "{name}");
    }
    let _ = std::fs::remove_file(&path);
}
