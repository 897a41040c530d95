//! The figures as Prometheus scrapes them.

use nanonets_agents::prelude::*;
use prometheus::{
    IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
    core::{Collector, Desc},
    proto::MetricFamily,
};

/// Reads a client's figures whenever they are scraped.
struct ClientCollector(Client);

impl Collector for ClientCollector {
    fn desc(&self) -> Vec<&Desc> {
        Vec::new()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let snapshot = self.0.snapshot();
        let counter = |name: &str, help: &str, label: &str| {
            IntCounterVec::new(Opts::new(name, help), &[label]).expect("a valid name")
        };
        let requests = counter("nanonets_requests_total", "Requests sent", "operation");
        for (operation, count) in snapshot.requests {
            requests.with_label_values(&[operation]).inc_by(count);
        }
        let retries = counter("nanonets_retries_total", "Requests sent again", "reason");
        for (reason, count) in snapshot.retries {
            let reason = reason.to_string();
            retries.with_label_values(&[reason]).inc_by(count);
        }
        let waiting = IntGauge::new("nanonets_waiting_tasks", "Tasks waited for");
        let waiting = waiting.expect("a valid name");
        waiting.set(i64::try_from(snapshot.waiting_tasks).unwrap_or(i64::MAX));
        let mut all = requests.collect();
        all.extend(retries.collect());
        all.extend(waiting.collect());
        all
    }
}

/// Returns the registry whose text a program would serve at `/metrics`.
pub fn registry(client: &Client) -> anyhow::Result<Registry> {
    let registry = Registry::new();
    registry.register(Box::new(ClientCollector(client.clone())))?;
    Ok(registry)
}

/// Returns what a scraper reads.
pub fn scrape(registry: &Registry) -> anyhow::Result<String> {
    Ok(TextEncoder::new().encode_to_string(&registry.gather())?)
}
