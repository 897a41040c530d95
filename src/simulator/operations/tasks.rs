//! The operations on tasks, and the one that creates them.

use http::StatusCode;
use serde_json::{Value, json};

use super::Call;
use crate::simulator::{
    clock::timestamp,
    faults::apply,
    script::End,
    state::{
        ServerState,
        task::{STATUSES, Task},
    },
    wire::{
        body::JsonObject,
        page::ListRequest,
        reply::{JsonReply, Refusal},
        run::ReceivedRun,
    },
};

use crate::time::Moment;

pub(crate) fn run_agent(
    state: &mut ServerState,
    call: &Call<'_>,
    run: ReceivedRun,
) -> Result<JsonReply, Refusal> {
    let ServerState {
        ids, agents, tasks, ..
    } = state;
    let agent = agents.find(call.workspace, call.id()?)?;
    if !agent.is_active {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "Agent is not active"));
    }
    let task = tasks.create(ids, agent, run, call.now);
    let mut receipt = json!({
        "task_id": task.id,
        "agent_id": task.agent_id,
        "status": task.status(),
        "message": "Task created. Ask for its status to follow it.",
        "created_at": timestamp(task.created_at),
    });
    apply::to_receipt(&call.hits.receipt, &mut receipt);
    Ok(JsonReply::created(receipt))
}

/// Lists the tasks as they were, by the lag of the call.
pub(crate) fn list(
    state: &mut ServerState,
    call: &Call<'_>,
    request: &ListRequest<'_>,
) -> Result<Value, Refusal> {
    let query = &call.query;
    let agent_id = query.uuid("agent_id")?;
    let statuses = query.values("status", &STATUSES)?;
    let (after, before) = (query.time("created_after")?, query.time("created_before")?);
    let part = query.get("q").map(str::to_lowercase);
    let is_wanted = |task: &Task, status: &str| {
        task.workspace == call.workspace
            && agent_id.is_none_or(|agent_id| task.agent_id == agent_id)
            && statuses
                .as_ref()
                .is_none_or(|statuses| statuses.iter().any(|wanted| wanted == status))
            && part.as_ref().is_none_or(|part| {
                let title = task.title.as_ref();
                title.is_some_and(|title| title.to_lowercase().contains(part))
            })
    };
    // The list may be long and have many pages: each is cut where it begins, without a walk from
    // the start.
    let tasks = state.tasks.all();
    let newest = match before {
        Some(before) => tasks.partition_point(|task| task.created_at <= before),
        None => tasks.len(),
    };
    let newest = newest.min(request.below()?);
    let time = call.now.earlier(call.hits.lags.list.unwrap_or_default());
    let newest_first = tasks[..newest].iter().enumerate().rev();
    let found = newest_first
        .take_while(|(_, task)| after.is_none_or(|after| task.created_at >= after))
        .filter_map(|(number, task)| {
            let status = task
                .status_at(time)
                .filter(|status| is_wanted(task, status))?;
            Some((number, task.list_json(status)))
        });
    request.page(found)
}

pub(crate) fn get(state: &mut ServerState, call: &Call<'_>) -> Result<JsonReply, Refusal> {
    let task = state.tasks.find(call.workspace, call.id()?)?;
    let body = match call.hits.lags.task {
        Some(lag) => task.json_at(call.now.earlier(lag)),
        None => task.json(),
    };
    Ok(JsonReply::ok(body))
}

pub(crate) fn get_summary(state: &mut ServerState, call: &Call<'_>) -> Result<JsonReply, Refusal> {
    let task = state.tasks.find(call.workspace, call.id()?)?;
    let mut body = task.json();
    if let (End::Fields(fields), "completed") = (&task.end, task.status()) {
        for (name, value) in fields {
            body[name] = value.clone();
        }
        return Ok(JsonReply::ok(body));
    }
    if let Some(answer) = task.answer() {
        body["result"] = answer;
    }
    if task.status() == "completed"
        && task.run.output_config.is_some()
        && let Some(answer) = body["result"].get("summary")
    {
        body["extracted_data"] = answer.clone();
    }
    Ok(JsonReply::ok(body))
}

pub(crate) fn get_result(state: &mut ServerState, call: &Call<'_>) -> Result<JsonReply, Refusal> {
    let task = state.tasks.find(call.workspace, call.id()?)?;
    let mut body = task.json();
    body["feed"] = task.feed.clone().into();
    Ok(JsonReply::ok(body))
}

pub(crate) fn list_messages(
    state: &mut ServerState,
    call: &Call<'_>,
) -> Result<JsonReply, Refusal> {
    let task = state.tasks.find(call.workspace, call.id()?)?;
    let time = call
        .now
        .earlier(call.hits.lags.messages.unwrap_or_default());
    let mut messages: Vec<Value> = task.messages_at(time).cloned().collect();
    apply::to_messages(&call.hits.message, &task.run, &mut messages);
    Ok(JsonReply::ok(json!({ "data": messages })))
}

pub(crate) fn send_message(
    state: &mut ServerState,
    call: &Call<'_>,
    body: &JsonObject,
) -> Result<JsonReply, Refusal> {
    let ServerState { ids, tasks, .. } = state;
    let id = call.id()?;
    let status = tasks.find(call.workspace, id)?.status().to_owned();
    let text = match body.get("message") {
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err(Refusal::malformed("message must be a string")),
        None => return Err(Refusal::malformed("message is required")),
    };
    let message_id = tasks.send_message(ids, call.workspace, id, text, call.now)?;
    Ok(JsonReply::ok(json!({
        "message_id": message_id,
        "task_id": id,
        "status": status,
        "message": "Message accepted and queued.",
    })))
}

pub(crate) fn cancel(state: &mut ServerState, call: &Call<'_>) -> Result<JsonReply, Refusal> {
    let ServerState { ids, tasks, .. } = state;
    let task = tasks.cancel(ids, call.workspace, call.id()?, call.now)?;
    Ok(JsonReply::ok(task.json()))
}
