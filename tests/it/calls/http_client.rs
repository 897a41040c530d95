//! HTTP clients of the user's own, over real sockets.

use std::time::Duration;

use nanonets_agents::{
    RetryPolicy,
    prelude::*,
    run::ReconcilePolicy,
    simulator::{AgentSpec, Fault, Simulator},
    types::UpdateAgentRequest,
};
use support::stage::{list, over_http};

/// Creates a client whose HTTP client repeats by itself what is answered with 503.
fn repeating_client(simulator: &Simulator) -> Client {
    let retry = reqwest::retry::for_host("127.0.0.1")
        .no_budget()
        .max_retries_per_request(3)
        .classify_fn(|attempt| {
            if attempt.status().is_some_and(|status| status == 503) {
                attempt.retryable()
            } else {
                attempt.success()
            }
        });
    let http_client = reqwest::Client::builder().no_proxy().retry(retry).build();
    let builder = Client::builder().api_key(simulator.key());
    let builder = builder
        .base_url(simulator.url())
        .http_client(http_client.expect("a client"));
    let quick =
        RetryPolicy::default().with_backoff(&[Duration::from_millis(1)], Duration::from_millis(1));
    builder.retry(quick).build().expect("a client")
}

#[tokio::test]
async fn what_has_a_body_is_sent_once_an_attempt_whatever_the_http_client_repeats() {
    let (simulator, _) = over_http(AgentSpec::default()).await;
    let client = repeating_client(&simulator);
    simulator.inject(Fault::status_before(503));
    let agent_id = simulator.agent_id();
    for (sent, file) in [(1, None), (2, Some(Upload::bytes("a.txt", "Total: 1")))] {
        let mut run = client.run(agent_id).query("How many?");
        if let Some(file) = file {
            run = run.file(file);
        }
        let run = run.reconcile(ReconcilePolicy::off()).start().await;
        run.expect_err("an outage");
        assert_eq!(simulator.count("run_agent"), sent);
    }
    let body = UpdateAgentRequest::builder().name("Invoices".to_owned());
    let call = client.update_agent().agent_id(agent_id).body(body).send();
    let error = call.await.expect_err("an outage");
    assert_eq!(error.attempts(), 5);
    assert_eq!(simulator.count("update_agent"), 5);

    // Without a body, the HTTP client does as it was told.
    let error = list(&client).await.expect_err("an outage");
    assert_eq!(error.attempts(), 5);
    assert_eq!(simulator.count("list_agents"), 5 * 4);
}
