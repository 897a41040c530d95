//! Applies the faults that hit a request, phase by phase. The stale phase is left to the
//! operations, which show their state as of an earlier time, and what others do to
//! [`others`](crate::simulator::others).

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::kind::{
    BodyFault, Canned, LateFault, ListFault, MessageFault, ReceiptFault, ReplyFault,
};
use crate::simulator::wire::{
    body::{self, NoReply, ReplyBody, Reset},
    page::ListRequest,
    run::ReceivedRun,
};

/// Returns the reply to a request that is carried out later.
pub(crate) fn to_late(fault: &LateFault) -> Result<Canned, NoReply> {
    match fault {
        LateFault::Reset(_) => Err(NoReply::Reset),
        LateFault::Silence(_) => Err(NoReply::Silence),
        LateFault::Status(status, _) => Ok(Canned::failure(*status)),
    }
}

/// Changes the body of a list.
pub(crate) fn to_list(faults: &[ListFault], request: &ListRequest<'_>, body: &mut Value) {
    let mut has_guide_shape = false;
    for fault in faults {
        match fault {
            ListFault::RepeatedCursor => {
                body["next_cursor"] = request.cursor_of_itself().into();
                body["has_more"] = true.into();
            }
            ListFault::RepeatedPage => {
                body["next_cursor"] = request.other_cursor_of_itself().into();
                body["has_more"] = true.into();
            }
            ListFault::EmptyPage => {
                *body = json!({
                    "data": [],
                    "has_more": true,
                    "next_cursor": request.other_cursor_of_itself(),
                });
            }
            ListFault::GuideShape => has_guide_shape = true,
        }
    }
    // It comes last: the other faults only know the reference's shape.
    if has_guide_shape {
        *body = guide_shape(request.name(), body.take());
    }
}

fn guide_shape(name: &str, mut body: Value) -> Value {
    let mut guide = json!({ name: body["data"].take() });
    if let Value::String(cursor) = body["next_cursor"].take() {
        guide["next_cursor"] = Value::String(cursor);
    }
    guide
}

/// Changes the first message of the user, which came with this run.
pub(crate) fn to_messages(faults: &[MessageFault], run: &ReceivedRun, messages: &mut Vec<Value>) {
    let Some(first) = messages
        .iter()
        .position(|message| message["role"] == "user")
    else {
        return;
    };
    let mut is_missing = false;
    for fault in faults {
        let Value::Object(message) = &mut messages[first] else {
            return;
        };
        match fault {
            MessageFault::Shortened(characters) => {
                change_text(message, |text| text.chars().take(*characters).collect());
            }
            MessageFault::PrefixedWithFiles => change_text(message, |text| with_files(run, text)),
            MessageFault::Reformatted => change_text(message, reformatted),
            MessageFault::WithoutRole => {
                message.remove("role");
            }
            MessageFault::WithoutUser => {
                message.remove("user_id");
            }
            MessageFault::Missing => is_missing = true,
        }
    }
    if is_missing {
        messages.remove(first);
    }
}

fn change_text(message: &mut Map<String, Value>, change: impl Fn(&str) -> String) {
    if let Some(Value::String(text)) = message.get_mut("content") {
        *text = change(text);
    }
}

fn with_files(run: &ReceivedRun, text: &str) -> String {
    if run.files.is_empty() {
        return text.to_owned();
    }
    let names: Vec<&str> = run.files.iter().map(|file| file.name.as_str()).collect();
    format!("Files: {}\n\n{text}", names.join(", "))
}

fn reformatted(text: &str) -> String {
    let text = text.replace(['[', ']'], "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Changes the reply to a run.
pub(crate) fn to_receipt(faults: &[ReceiptFault], body: &mut Value) {
    for fault in faults {
        match fault {
            ReceiptFault::Without(field) => {
                if let Value::Object(fields) = body {
                    fields.remove(field);
                }
            }
            ReceiptFault::With(field, value) => body[field] = value.clone(),
        }
    }
}

/// Waits where the reply is delayed, and returns the reply that takes the place of the operation's.
pub(crate) async fn to_reply(faults: &[ReplyFault]) -> Result<Option<Canned>, Reset> {
    for fault in faults {
        match fault {
            ReplyFault::Status(status) => return Ok(Some(Canned::failure(*status))),
            ReplyFault::Reset => return Err(Reset),
            ReplyFault::Delay(time) => tokio::time::sleep(*time).await,
        }
    }
    Ok(None)
}

/// Creates the body as it is sent.
pub(crate) fn to_body(faults: &[BodyFault], content: Bytes) -> ReplyBody {
    let (mut cut, mut pause) = (None, None);
    for fault in faults {
        match fault {
            BodyFault::Cut(bytes) => cut = Some(*bytes),
            BodyFault::Slow(time) => pause = Some(*time),
        }
    }
    match (cut, pause) {
        (Some(bytes), _) => body::cut(content, bytes),
        (None, Some(pause)) => body::slow(content, pause),
        (None, None) => body::whole(content),
    }
}
