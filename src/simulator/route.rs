//! Which operation a request is.

use std::sync::LazyLock;

use http::Method;
use matchit::Router;
use uuid::Uuid;

use super::{listing, reply::Refusal};

/// A request's operation and the id in its path.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) operation: &'static str,
    id: Option<(&'static str, String)>,
}

impl Route {
    /// The id in the path.
    pub(super) fn id(&self) -> Result<Uuid, Refusal> {
        let (name, text) = self
            .id
            .as_ref()
            .map_or(("id", ""), |(name, text)| (name, text));
        listing::uuid(name, text)
    }
}

/// Why a request has no operation.
pub(super) enum NoRoute {
    UnknownPath,
    UnknownMethod,
}

type Methods = &'static [(Method, &'static str)];

const PATHS: &[(&str, Methods)] = &[
    (
        "/api/v1/agents",
        &[(Method::GET, "list_agents"), (Method::POST, "create_agent")],
    ),
    (
        "/api/v1/agents/{agent_id}",
        &[(Method::GET, "get_agent"), (Method::PATCH, "update_agent")],
    ),
    (
        "/api/v1/agents/{agent_id}/run",
        &[(Method::POST, "run_agent")],
    ),
    (
        "/api/v1/agents/{agent_id}/versions",
        &[(Method::GET, "list_agent_versions")],
    ),
    (
        "/api/v1/agents/{agent_id}/versions/publish",
        &[(Method::POST, "publish_agent_version")],
    ),
    ("/api/v1/tasks", &[(Method::GET, "list_tasks")]),
    ("/api/v1/tasks/{task_id}", &[(Method::GET, "get_task")]),
    (
        "/api/v1/tasks/{task_id}/summary",
        &[(Method::GET, "get_task_summary")],
    ),
    (
        "/api/v1/tasks/{task_id}/result",
        &[(Method::GET, "get_task_result")],
    ),
    (
        "/api/v1/tasks/{task_id}/messages",
        &[(Method::GET, "list_task_messages")],
    ),
    (
        "/api/v1/tasks/{task_id}/message",
        &[(Method::POST, "send_task_message")],
    ),
    (
        "/api/v1/tasks/{task_id}/cancel",
        &[(Method::POST, "cancel_task")],
    ),
];

static ROUTER: LazyLock<Router<Methods>> = LazyLock::new(|| {
    let mut router = Router::new();
    for (path, methods) in PATHS {
        router
            .insert(*path, *methods)
            .expect("the paths are distinct");
    }
    router
});

/// Whether the API has an operation of this id.
pub(super) fn is_operation(id: &str) -> bool {
    PATHS
        .iter()
        .flat_map(|(_, methods)| *methods)
        .any(|(_, operation)| *operation == id)
}

pub(super) fn route(method: &Method, path: &str) -> Result<Route, NoRoute> {
    let found = ROUTER.at(path).map_err(|_| NoRoute::UnknownPath)?;
    let operation = found
        .value
        .iter()
        .find(|(it, _)| it == method)
        .map(|(_, operation)| *operation)
        .ok_or(NoRoute::UnknownMethod)?;
    let id = ["agent_id", "task_id"]
        .into_iter()
        .find_map(|name| Some((name, found.params.get(name)?.to_owned())));
    Ok(Route { operation, id })
}
