//! Exports the figures of a client to Prometheus and to OpenTelemetry: prints what they would read.
//!
//!     cargo run --example metrics

mod opentelemetry_exporter;
mod prometheus_exporter;

use nanonets_agents::prelude::*;
use support::backend::Backend;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let backend = Backend::for_runs();
    let (client, agent_id) = (backend.client()?.build()?, backend.agent_id());
    let registry = prometheus_exporter::registry(&client)?;
    let provider = opentelemetry_exporter::provider(&client);

    client.run(agent_id).query("How many?").await?;
    print!("{}", prometheus_exporter::scrape(&registry)?);
    provider.shutdown()?;
    Ok(())
}
