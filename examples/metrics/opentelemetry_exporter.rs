//! The figures as OpenTelemetry collects them.

use nanonets_agents::prelude::*;
use opentelemetry::{KeyValue, metrics::MeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_stdout::MetricExporter;

/// Returns a provider that exports the client's figures to the standard output; a program would
/// give it the exporter of its collector.
pub fn provider(client: &Client) -> SdkMeterProvider {
    let builder = SdkMeterProvider::builder();
    let provider = builder
        .with_periodic_exporter(MetricExporter::default())
        .build();
    let meter = provider.meter("nanonets");
    let observed = client.clone();
    let requests = meter.u64_observable_counter("nanonets.requests");
    requests
        .with_callback(move |observer| {
            for (operation, count) in observed.snapshot().requests {
                observer.observe(count, &[KeyValue::new("operation", operation)]);
            }
        })
        .build();
    let observed = client.clone();
    let retries = meter.u64_observable_counter("nanonets.retries");
    retries
        .with_callback(move |observer| {
            for (reason, count) in observed.snapshot().retries {
                observer.observe(count, &[KeyValue::new("reason", reason.to_string())]);
            }
        })
        .build();
    let observed = client.clone();
    let waiting = meter.u64_observable_gauge("nanonets.waiting_tasks");
    waiting
        .with_callback(move |observer| {
            observer.observe(observed.snapshot().waiting_tasks as u64, &[]);
        })
        .build();
    provider
}
