//! A request that was read, and may be carried out now or later.

use http::{StatusCode, header, request::Parts};
use uuid::Uuid;

use super::{
    faults::{active::Hits, apply},
    operations::Call,
    routes::{
        JsonHandler, ListHandler, MatchedRoute, NoRoute, PlainHandler, RouteHandler, RunHandler,
    },
    state::ids::Workspace,
    wire::{
        body::{JsonObject, RequestBody, content_type},
        page::ListRequest,
        query::{PathId, Query},
        reply::{JsonReply, Refusal},
        run::ReceivedRun,
    },
    world::World,
};

/// A request that is authenticated and read as a whole, and hasn't been carried out.
pub(super) struct Received {
    pub(super) workspace: Workspace,
    id: PathId,
    query: Query,
    work: Work,
}

/// A handler, with what it reads.
enum Work {
    Plain(PlainHandler),
    List(&'static str, ListHandler),
    Json(JsonHandler, JsonObject),
    Run(RunHandler, ReceivedRun),
}

impl Received {
    /// Reads a request, or refuses it. The state isn't locked while the body is read.
    pub(super) async fn read(
        world: &World,
        matched: Result<MatchedRoute, NoRoute>,
        head: &Parts,
        body: &RequestBody,
    ) -> Result<Self, Refusal> {
        let workspace = authenticate(world, head)?;
        let MatchedRoute { route, id } = matched?;
        let query = Query::parse(head.uri.query().unwrap_or_default())?;
        let work = match route.handler {
            RouteHandler::Plain(handle) => Work::Plain(handle),
            RouteHandler::List(name, handle) => Work::List(name, handle),
            RouteHandler::Json(handle) => Work::Json(handle, body.json(&head.headers).await?),
            RouteHandler::Run(handle) => Work::Run(handle, read_run(head, body).await?),
        };
        Ok(Self {
            workspace,
            id,
            query,
            work,
        })
    }

    /// Returns the id in the path, where it has one.
    pub(super) fn id(&self) -> Option<Uuid> {
        self.id.read().ok()
    }

    /// Returns the run that the request asks for, where it asks for one.
    pub(super) fn run(&self) -> Option<&ReceivedRun> {
        match &self.work {
            Work::Run(_, run) => Some(run),
            Work::Plain(_) | Work::List(..) | Work::Json(..) => None,
        }
    }

    /// Carries the request out, hit by faults.
    pub(super) fn carry_out(self, world: &World, hits: &Hits) -> Result<JsonReply, Refusal> {
        let (mut state, now) = world.now();
        let call = Call {
            workspace: self.workspace,
            id: self.id,
            query: self.query,
            now,
            hits,
        };
        match self.work {
            Work::Plain(handle) => handle(&mut state, &call),
            Work::List(name, handle) => {
                let request = ListRequest::new(name, &call.query);
                let mut list = handle(&mut state, &call, &request)?;
                apply::to_list(&hits.list, &request, &mut list);
                Ok(JsonReply::ok(list))
            }
            Work::Json(handle, object) => handle(&mut state, &call, &object),
            Work::Run(handle, run) => handle(&mut state, &call, run),
        }
    }
}

fn authenticate(world: &World, head: &Parts) -> Result<Workspace, Refusal> {
    let refuse = |message| Refusal::new(StatusCode::UNAUTHORIZED, message);
    let value = head
        .headers
        .get(header::AUTHORIZATION)
        .ok_or_else(|| refuse("Missing Authorization header"))?;
    let key = value
        .to_str()
        .ok()
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(|| refuse("Authorization header must be Bearer <key>"))?;
    let (state, _) = world.now();
    state
        .workspace(key)
        .ok_or_else(|| refuse("Invalid API key"))
}

async fn read_run(head: &Parts, body: &RequestBody) -> Result<ReceivedRun, Refusal> {
    let content_type = content_type(&head.headers);
    if content_type.starts_with("multipart/form-data") {
        ReceivedRun::from_form(body.chunks(), content_type).await
    } else {
        ReceivedRun::from_json(body.json(&head.headers).await?)
    }
}
