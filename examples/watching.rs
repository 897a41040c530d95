//! Shows what a client does: a log of spans, the context of a trace, and figures.

use std::time::Instant;

use nanonets_agents::{
    http::HeaderValue,
    prelude::*,
    simulator::{Fault, Simulator},
};
use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(std::io::stderr)
        .init();
    let fault = Fault::status_before(503).on("get_task").times(1);
    let simulator = Simulator::builder().fault(fault).start().await?;

    // With OpenTelemetry, its propagator writes the context of the current span.
    let context =
        HeaderValue::from_static("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let client = Client::builder()
        .api_key(simulator.key())
        .base_url(simulator.url())
        .on_retry(|retry| eprintln!("attempt {} of {} failed", retry.attempts, retry.operation))
        .propagate(move |headers| _ = headers.insert("traceparent", context.clone()))
        .build()?;

    let start = Instant::now();
    let answer = client.run(simulator.agent_id()).query("How many?").await?;
    let elapsed = start.elapsed().as_secs_f64();
    println!("{} in {elapsed:.1} s", answer.task_ref());

    let figures = client.snapshot();
    for (operation, count) in &figures.requests {
        println!(r#"nanonets_requests_total{{operation="{operation}"}} {count}"#);
    }
    for (reason, count) in &figures.retries {
        println!(r#"nanonets_retries_total{{reason="{reason}"}} {count}"#);
    }
    println!("nanonets_retry_budget {:.2}", figures.retry_budget);

    let traced = simulator.requests();
    let traced = traced
        .iter()
        .filter(|request| request.header("traceparent").is_some());
    println!("{} requests carried the context", traced.count());
    Ok(())
}
