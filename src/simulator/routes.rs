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
    state::ServerState,
    wire::{
        body::JsonObject,
        page::ListRequest,
        query::PathId,
        reply::{JsonReply, Refusal},
        run::ReceivedRun,
    },
};

/// A row of the table: an operation, where its requests go, and what carries them out.
pub(super) struct Route {
    /// Its `operationId` in the spec.
    pub(super) id: &'static str,
    method: Method,
    path: &'static str,
    pub(super) handler: RouteHandler,
}

/// Carries out an operation, by what it reads and returns.
#[derive(Clone, Copy)]
pub(super) enum RouteHandler {
    /// Reads no body.
    Plain(PlainHandler),
    /// Returns a list of this name, or a page of it.
    List(&'static str, ListHandler),
    /// Reads a JSON object.
    Json(JsonHandler),
    /// Reads a run, as JSON or as a form.
    Run(RunHandler),
}

pub(super) type PlainHandler = fn(&mut ServerState, &Call<'_>) -> Result<JsonReply, Refusal>;
pub(super) type ListHandler =
    fn(&mut ServerState, &Call<'_>, &ListRequest<'_>) -> Result<Value, Refusal>;
pub(super) type JsonHandler =
    fn(&mut ServerState, &Call<'_>, &JsonObject) -> Result<JsonReply, Refusal>;
pub(super) type RunHandler =
    fn(&mut ServerState, &Call<'_>, ReceivedRun) -> Result<JsonReply, Refusal>;

use RouteHandler::{Json, List, Plain, Run};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;

#[rustfmt::skip]
static ROUTES: &[Route] = &[
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

const fn row(id: &'static str, method: Method, path: &'static str, handler: RouteHandler) -> Route {
    Route {
        id,
        method,
        path,
        handler,
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id, self.method, self.path)
    }
}

/// The rows of each path.
static ROUTER: LazyLock<Router<Vec<&Route>>> = LazyLock::new(|| {
    let mut paths: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    for route in ROUTES {
        paths.entry(route.path).or_default().push(route);
    }
    let mut router = Router::new();
    for (path, routes) in paths {
        router
            .insert(path, routes)
            .expect("no two paths of the table match the same request");
    }
    router
});

/// The row that a request matches, and the id in its path.
#[derive(Debug)]
pub(super) struct MatchedRoute {
    pub(super) route: &'static Route,
    pub(super) id: PathId,
}

/// Why a request matches no row.
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

/// Finds the row that a request matches.
pub(super) fn find(method: &Method, path: &str) -> Result<MatchedRoute, NoRoute> {
    let found = ROUTER.at(path).map_err(|_| NoRoute::UnknownPath)?;
    let route = found
        .value
        .iter()
        .find(|route| route.method == method)
        .ok_or(NoRoute::UnknownMethod)?;
    let id = found.params.iter().next();
    Ok(MatchedRoute {
        route,
        id: PathId::new(id),
    })
}

/// Returns an error, with all operations that exist, where none has this id.
pub(super) fn check_operation(id: &str) -> Result<(), String> {
    if ROUTES.iter().any(|route| route.id == id) {
        return Ok(());
    }
    let known: Vec<&str> = ROUTES.iter().map(|route| route.id).collect();
    Err(format!(
        "there is no operation {id}; there are {}",
        known.join(", ")
    ))
}

/// Whether an operation returns a list that has pages.
pub(super) fn is_list(id: &str) -> bool {
    is_any(id, |route| matches!(route.handler, List(..)))
}

/// Whether an operation changes something.
pub(super) fn is_changing(id: &str) -> bool {
    is_any(id, |route| route.method != GET)
}

/// Whether an operation names a task in its path.
pub(super) fn is_of_task(id: &str) -> bool {
    is_any(id, |route| route.path.contains("{task_id}"))
}

fn is_any(id: &str, is_such: impl Fn(&Route) -> bool) -> bool {
    ROUTES.iter().any(|route| route.id == id && is_such(route))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/spec/openapi.yaml"));

    /// Returns each operation of the spec as a line.
    fn spec_operations() -> Vec<String> {
        let spec = spec_tools::codegen::read::read(SPEC).expect("YAML").value;
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
        let mut table: Vec<String> = ROUTES.iter().map(|route| format!("{route:?}")).collect();
        table.sort();
        assert_eq!(table, spec_operations());
    }

    #[test]
    fn each_row_of_the_table_is_routed_to() {
        let nil = uuid::Uuid::nil().to_string();
        for route in ROUTES {
            let path = route.path.replace("{agent_id}", &nil);
            let path = path.replace("{task_id}", &nil);
            let matched = find(&route.method, &path).expect("a route");
            assert_eq!(matched.route.id, route.id);
            assert_eq!(matched.id.read().is_ok(), route.path.contains('{'));
        }
    }
}
