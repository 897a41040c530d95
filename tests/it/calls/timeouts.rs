//! How long an attempt and a call may take.

use std::time::Duration;

use futures_util::stream;
use nanonets_agents::{
    ErrorKind, Phase, RetryPolicy,
    prelude::*,
    simulator::{AgentSpec, Fault, Simulator},
};
use support::stage::{list, seconds, with_agent};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn a_deadline_bounds_the_whole_call() {
    let simulator = Simulator::builder().build();
    simulator.inject(Fault::delay(seconds(40.0)));
    let client = simulator.in_process_client().expect("a client");
    let hurried = client.with(|o| o.deadline(seconds(12.0))).expect("options");
    let start = Instant::now();
    let error = list(&hurried).await.expect_err("it takes longer");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(start.elapsed(), seconds(12.0));
    let error = client
        .with(|o| o.deadline(Duration::ZERO))
        .expect_err("no time at all");
    assert!(
        error
            .to_string()
            .contains("`deadline` must be more than zero"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_given_up_and_repeated() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::delay(seconds(40)).on("list_agents").times(1));
    let start = Instant::now();
    client.list_agents().send().await.expect("a page");
    assert!(
        (seconds(30)..seconds(31)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(simulator.count("list_agents"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_is_given_up_in_the_time_of_one_attempt() {
    use futures_util::future::{BoxFuture, FutureExt};
    use nanonets_agents::{InProcess, InProcessReply};

    struct Trickle;

    impl InProcess for Trickle {
        fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
            let bytes = stream::unfold((), |()| async {
                sleep(seconds(1.0)).await;
                Some((Ok::<_, std::io::Error>(" "), ()))
            });
            let body = reqwest::Body::wrap_stream(bytes);
            async { Ok(http::Response::new(body)) }.boxed()
        }
    }

    let client = Client::builder()
        .api_key("key")
        .in_process(Trickle)
        .retry(RetryPolicy::off())
        .build()
        .expect("a client");
    let start = Instant::now();
    let error = list(&client).await.expect_err("it never ends");
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::Timeout, Phase::Answered)
    );
    assert_eq!(start.elapsed(), seconds(30.0));
}
