//! The operations: one table, from which everything that depends on them is made.
//!
//! To add an operation, add its row here and its handler in
//! [`operations`](super::operations). A test compares the table with the spec.

use std::{collections::BTreeMap, fmt, sync::LazyLock};

use http::{Method, StatusCode};
use matchit::Router;
use serde_json::Value;

use super::{
    operations::{Call, agents, tasks},
    state::State,
    wire::{
        body::JsonObject,
        page::ListRequest,
        query::PathId,
        reply::{Refusal, Reply},
        run::ReceivedRun,
    },
};

/// An operation of the API.
pub(super) struct Operation {
    /// Its `operationId` in the spec.
    pub(super) id: &'static str,
    method: Method,
    path: &'static str,
    pub(super) handler: Handler,
}

/// Carries out an operation, by what it reads and returns.
pub(super) enum Handler {
    /// Reads no body.
    Plain(fn(&mut State, &Call) -> Result<Reply, Refusal>),
    /// Returns a list of this name, or a page of it.
    List(
        &'static str,
        fn(&mut State, &Call, &ListRequest<'_>) -> Result<Value, Refusal>,
    ),
    /// Reads a JSON object.
    Json(fn(&mut State, &Call, &JsonObject) -> Result<Reply, Refusal>),
    /// Reads a run, as JSON or as a form.
    Run(fn(&mut State, &Call, ReceivedRun) -> Result<Reply, Refusal>),
}

use Handler::{Json, List, Plain, Run};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;

#[rustfmt::skip]
static OPERATIONS: &[Operation] = &[
    row("list_agents", GET, "/api/v1/agents", List("agents", agents::list)),
    row("create_agent", POST, "/api/v1/agents", Json(agents::create)),
    row("get_agent", GET, "/api/v1/agents/{agent_id}", Plain(agents::get)),
    row("update_agent", PATCH, "/api/v1/agents/{agent_id}", Json(agents::update)),
    row("run_agent", POST, "/api/v1/agents/{agent_id}/run", Run(tasks::run_agent)),
    row("list_agent_versions", GET, "/api/v1/agents/{agent_id}/versions",
        List("versions", agents::list_versions)),
    row("publish_agent_version", POST, "/api/v1/agents/{agent_id}/versions/publish",
        Plain(agents::publish_version)),
    row("list_tasks", GET, "/api/v1/tasks", List("tasks", tasks::list)),
    row("get_task", GET, "/api/v1/tasks/{task_id}", Plain(tasks::get)),
    row("get_task_summary", GET, "/api/v1/tasks/{task_id}/summary", Plain(tasks::get_summary)),
    row("get_task_result", GET, "/api/v1/tasks/{task_id}/result", Plain(tasks::get_result)),
    row("list_task_messages", GET, "/api/v1/tasks/{task_id}/messages", Plain(tasks::list_messages)),
    row("send_task_message", POST, "/api/v1/tasks/{task_id}/message", Json(tasks::send_message)),
    row("cancel_task", POST, "/api/v1/tasks/{task_id}/cancel", Plain(tasks::cancel)),
];

const fn row(id: &'static str, method: Method, path: &'static str, handler: Handler) -> Operation {
    Operation {
        id,
        method,
        path,
        handler,
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id, self.method, self.path)
    }
}

/// The operations of each path.
static ROUTER: LazyLock<Router<Vec<&Operation>>> = LazyLock::new(|| {
    let mut paths: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in OPERATIONS {
        paths.entry(operation.path).or_default().push(operation);
    }
    let mut router = Router::new();
    for (path, operations) in paths {
        router
            .insert(path, operations)
            .expect("no two paths of the table match the same request");
    }
    router
});

/// A request's operation and the id in its path.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) operation: &'static Operation,
    pub(super) id: PathId,
}

/// Why a request has no operation.
#[derive(Debug)]
pub(super) enum NoRoute {
    UnknownPath,
    UnknownMethod,
}

impl From<NoRoute> for Refusal {
    fn from(reason: NoRoute) -> Self {
        match reason {
            NoRoute::UnknownPath => Self::new(StatusCode::NOT_FOUND, "Not found"),
            NoRoute::UnknownMethod => {
                Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
            }
        }
    }
}

/// Finds the operation of a request.
pub(super) fn find(method: &Method, path: &str) -> Result<Route, NoRoute> {
    let found = ROUTER.at(path).map_err(|_| NoRoute::UnknownPath)?;
    let operation = found
        .value
        .iter()
        .find(|operation| operation.method == method)
        .ok_or(NoRoute::UnknownMethod)?;
    let id = found.params.iter().next();
    Ok(Route {
        operation,
        id: PathId::new(id),
    })
}

/// Says that there is no operation of this id, and which there are.
pub(super) fn check_operation(id: &str) -> Result<(), String> {
    if OPERATIONS.iter().any(|operation| operation.id == id) {
        return Ok(());
    }
    let known: Vec<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    Err(format!(
        "there is no operation {id}; there are {}",
        known.join(", ")
    ))
}

/// Whether an operation returns a list that has pages.
pub(super) fn is_list(id: &str) -> bool {
    OPERATIONS
        .iter()
        .any(|operation| operation.id == id && matches!(operation.handler, List(..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/spec/openapi.yaml"));

    /// Returns each operation of the spec as a line.
    fn spec_operations() -> Vec<String> {
        let spec: Value = serde_norway::from_str(SPEC).expect("YAML");
        let mut lines = Vec::new();
        for (path, item) in spec["paths"].as_object().expect("an object") {
            for (method, operation) in item.as_object().expect("an object") {
                if let Some(id) = operation["operationId"].as_str() {
                    lines.push(format!("{id} ({} {path})", method.to_uppercase()));
                }
            }
        }
        lines.sort();
        lines
    }

    #[test]
    fn the_table_has_each_operation_of_the_spec_and_no_other() {
        let mut table: Vec<String> = OPERATIONS
            .iter()
            .map(|operation| format!("{operation:?}"))
            .collect();
        table.sort();
        assert_eq!(table, spec_operations());
    }

    #[test]
    fn each_row_of_the_table_is_routed_to() {
        let nil = uuid::Uuid::nil().to_string();
        for operation in OPERATIONS {
            let path = operation.path.replace("{agent_id}", &nil);
            let path = path.replace("{task_id}", &nil);
            let route = find(&operation.method, &path).expect("a route");
            assert_eq!(route.operation.id, operation.id);
            assert_eq!(route.id.read().is_ok(), operation.path.contains('{'));
        }
    }
}
