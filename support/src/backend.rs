//! The service or a simulator, as the environment says.

use std::{env, error::Error, path::Path};

use nanonets_agents::{
    Client, ClientBuilder,
    ledger::{MemoryLedger, SqliteLedger},
    simulator::{Simulator, SimulatorBuilder},
};

const AGENT_ID: &str = "NANONETS_AGENT_ID";
const API_KEY: &str = "NANONETS_API_KEY";

/// What an example talks to.
#[derive(Debug)]
pub enum Backend {
    /// The service, with the key and the base URL of the environment.
    Service,
    /// A simulator in the same process. It forgets everything when it is dropped.
    Simulator(Simulator),
}

impl Backend {
    /// Chooses the service where `NANONETS_API_KEY` is set, or else builds the simulator.
    pub fn for_lists(simulator: impl FnOnce() -> SimulatorBuilder) -> Self {
        Self::choose(&[API_KEY], simulator)
    }

    /// Chooses the service where `NANONETS_API_KEY` and `NANONETS_AGENT_ID` are set, or else builds
    /// a simulator.
    pub fn for_runs() -> Self {
        Self::choose(&[API_KEY, AGENT_ID], Simulator::builder)
    }

    fn choose(variables: &[&str], simulator: impl FnOnce() -> SimulatorBuilder) -> Self {
        if variables.iter().all(|name| env::var(name).is_ok()) {
            println!("Using   the service");
            Self::Service
        } else {
            let variables = variables.join(" and ");
            println!("Using   the simulator (set {variables} for the service)");
            Self::Simulator(simulator().build())
        }
    }

    /// Begins a client.
    ///
    /// # Errors
    ///
    /// If the environment holds a key or a base URL that can't be used.
    pub fn client(&self) -> Result<ClientBuilder, nanonets_agents::Error> {
        match self {
            Self::Service => ClientBuilder::from_env(),
            Self::Simulator(simulator) => Ok(Client::builder()
                .api_key(simulator.key())
                .in_process(simulator.service())),
        }
    }

    /// Begins a client that keeps its runs in this file, or in memory where the tasks are gone with
    /// the simulator.
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client), or if the file can't be opened.
    pub fn client_with_ledger(
        &self,
        file: &Path,
    ) -> Result<ClientBuilder, Box<dyn Error + Send + Sync>> {
        let client = self.client()?;
        Ok(match self {
            Self::Service => client.ledger(SqliteLedger::open(file)?),
            Self::Simulator(_) => client.ledger(MemoryLedger::new()),
        })
    }

    /// Returns the id of the agent to run.
    ///
    /// # Panics
    ///
    /// If the backend was chosen [for lists](Self::for_lists), and the environment names no agent.
    pub fn agent_id(&self) -> String {
        match self {
            Self::Service => env::var(AGENT_ID).expect("it was there when the service was chosen"),
            Self::Simulator(simulator) => simulator.agent_id().to_string(),
        }
    }
}
