//! Uploads in the transport: their turn, their files, and the lengths that they announce.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, join_all},
    stream,
};
use http_body_util::BodyExt;
use nanonets_agents::{
    ErrorKind, InProcess, InProcessReply, Phase, RetryPolicy,
    prelude::*,
    run::{ReconcilePolicy, RunError},
    simulator::{AgentSpec, Fault, Service, Simulator},
};
use support::{
    folder::Folder,
    stage::{in_time, list, over_http, seconds, with_agent},
};
use tokio::time::{Instant, sleep};

use super::arguments::not_started;

/// A service that takes a second to read the first byte of a request, as a network may.
struct Slow(Service);

impl InProcess for Slow {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let service = self.0.clone();
        async move {
            sleep(seconds(1)).await;
            service.call(request).await
        }
        .boxed()
    }
}

/// Has the client wait for 45 s before anything else is sent.
async fn hold_back(simulator: &Simulator, client: &Client) {
    let fault = Fault::too_many_requests(Some("45"));
    simulator.inject(fault.on("list_agents").times(1));
    let hasty = client.with(|options| options.retry(RetryPolicy::off()));
    let error = list(&hasty.expect("options")).await.expect_err("a 429");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_its_turn_is_no_part_of_an_uploads_time() {
    for (timeout, uploads) in [(30, 1), (5, 200)] {
        let simulator = Simulator::builder().build();
        let builder = Client::builder().api_key(simulator.key());
        let builder = builder.in_process(Slow(simulator.service()));
        let client = builder.attempt_timeout(seconds(timeout)).build();
        let client = client.expect("a client");
        hold_back(&simulator, &client).await;
        let start = Instant::now();
        let runs = join_all((0..uploads).map(|number: usize| {
            let run = client.run(simulator.agent_id()).query(number.to_string());
            let run = run.file(Upload::bytes("a.txt", "Total: 1"));
            run.reconcile(ReconcilePolicy::off()).start().into_future()
        }));
        for outcome in in_time(runs).await {
            outcome.expect("a task");
        }
        assert!(start.elapsed() >= seconds(45));
        assert_eq!(simulator.count("run_agent"), uploads);
    }
}

/// Returns how many descriptors of this process lead into a folder.
#[cfg(target_os = "linux")]
fn open_files(folder: &Path) -> usize {
    let descriptors = std::fs::read_dir("/proc/self/fd").expect("a folder");
    descriptors
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter(|path| path.starts_with(folder))
        .count()
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn files_of_uploads_that_wait_for_their_turn_are_not_open() {
    let folder = Folder::new("waiting-uploads");
    let path = folder.file("a.txt");
    std::fs::write(&path, "Total: 1").expect("a file");
    let (simulator, client) = with_agent(AgentSpec::default());
    hold_back(&simulator, &client).await;
    let runs = (0..2000).map(|number| {
        let run = client.run(simulator.agent_id()).query(number.to_string());
        tokio::spawn(run.file(Upload::path(&path)).start().into_future())
    });
    let runs: Vec<_> = runs.collect();
    sleep(seconds(40)).await;
    assert_eq!(open_files(folder.path()), 0);
    assert_eq!(simulator.count("run_agent"), 0);
    // The first of them go on when the delay is over.
    for run in runs.into_iter().take(20) {
        in_time(run).await.expect("no panic").expect("a task");
    }
    assert!(simulator.count("run_agent") < 2000);
}

/// Returns an upload that changes a file when it is sent, and is otherwise harmless: the files of a
/// form are open by then.
fn that_does(change: impl FnOnce() + Send + 'static) -> Upload {
    let content = stream::once(async move {
        change();
        Ok::<_, std::io::Error>("x")
    });
    Upload::stream("first.txt", content).length(1)
}

fn announced(length: u64, pieces: &'static [&'static str]) -> Upload {
    let pieces = stream::iter(pieces.iter().map(|piece| Ok::<_, std::io::Error>(*piece)));
    Upload::stream("scan.txt", pieces).length(length)
}

/// Returns the files of a form of which one isn't as long as it was, and the lengths in question.
fn wrong_length(case: usize, path: PathBuf) -> (Vec<Upload>, &'static str, [&'static str; 2]) {
    let resize = |length: u64| {
        let path = path.clone();
        let file = move || std::fs::OpenOptions::new().write(true).open(&path);
        that_does(move || {
            let resized = file().and_then(|file| file.set_len(length));
            resized.expect("a file");
        })
    };
    match case {
        0 => (vec![announced(5, &["ab", "c"])], "scan.txt", ["3", "5"]),
        1 => (vec![announced(5, &[])], "scan.txt", ["0", "5"]),
        2 => (vec![announced(5, &["abcd", "ef"])], "scan.txt", ["6", "5"]),
        3 => (vec![announced(0, &["a"])], "scan.txt", ["1", "0"]),
        // What is announced is there, and more follows.
        4 => (vec![announced(2, &["ab", "c"])], "scan.txt", ["3", "2"]),
        5 => {
            let files = vec![resize(70_000), Upload::path(&path)];
            (files, "file.txt", ["70000", "100000"])
        }
        6 => {
            let files = vec![resize(100_001), Upload::path(&path)];
            (files, "file.txt", ["100001", "100000"])
        }
        _ => {
            let files = vec![Upload::path(&path), announced(1, &["ab"])];
            (files, "scan.txt", ["2", "1"])
        }
    }
}

#[tokio::test]
async fn an_upload_of_another_length_than_announced_is_not_sent() {
    let folder = Folder::new("wrong-length");
    let path = folder.file("file.txt");
    for case in 0..8 {
        for is_http in [true, false] {
            let (simulator, client) = if is_http {
                over_http(AgentSpec::default()).await
            } else {
                with_agent(AgentSpec::default())
            };
            let case_of = || {
                std::fs::write(&path, vec![b'a'; 100_000]).expect("a file");
                wrong_length(case, path.clone())
            };
            let (files, name, lengths) = case_of();
            let mut run = client.run(simulator.agent_id());
            for file in files {
                run = run.file(file);
            }
            let error = not_started(run.start().await.expect_err("its length is wrong"));
            let mut call = client.run_agent_multipart().agent_id(simulator.agent_id());
            for file in case_of().0 {
                call = call.files(file);
            }
            let of_call = call.send().await.expect_err("its length is wrong");
            for error in [error, of_call] {
                assert_eq!(
                    (error.kind(), error.phase(), error.attempts()),
                    (ErrorKind::InvalidRequest, Phase::NotSent, 1),
                    "case {case}: {error}"
                );
                let message = error.message();
                for part in [name, lengths[0], lengths[1]] {
                    assert!(message.contains(part), "case {case}: {message}");
                }
            }
            assert!(simulator.tasks().is_empty(), "case {case}");
        }
    }
}

/// A service that reads a form up to its end, and no further, and breaks the connection.
#[derive(Clone, Default)]
struct BreaksAtTheEnd(Arc<AtomicUsize>);

impl InProcess for BreaksAtTheEnd {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        self.0.fetch_add(1, Ordering::Relaxed);
        async move {
            let mut frames = request.into_body().into_data_stream();
            let mut read = Vec::new();
            while !read.ends_with(b"--\r\n") {
                read.extend(frames.next().await.expect("more to come")?);
            }
            Err("connection reset".into())
        }
        .boxed()
    }
}

/// The server may have carried it out.
#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_at_the_end_of_a_stream_leaves_its_run_in_doubt() {
    let pieces = || stream::iter(["ab", "c"].map(Ok::<_, std::io::Error>));
    for file in [
        Upload::stream("a.txt", pieces()),
        Upload::stream("a.txt", pieces()).length(3),
        Upload::bytes("a.txt", "abc"),
    ] {
        let service = BreaksAtTheEnd::default();
        let builder = Client::builder().api_key("key");
        let client = builder.in_process(service.clone()).build();
        let client = client.expect("a client");
        let shown = format!("{file:?}");
        let run = client.run(uuid::Uuid::nil()).file(file);
        let outcome = run.reconcile(ReconcilePolicy::off()).start().await;
        let Err(RunError::OutcomeUnknown(unknown)) = outcome else {
            panic!("{shown}: {outcome:?}");
        };
        assert_eq!(unknown.error().phase(), Phase::MaybeSent, "{shown}");
        assert_eq!(service.0.load(Ordering::Relaxed), 1);
    }
}
