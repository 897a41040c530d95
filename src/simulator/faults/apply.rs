//! Applies the faults that hit a request, phase by phase. The effect phase is left to the
//! operation, which lists tasks as of an earlier time.

use bytes::Bytes;
use serde_json::{Value, json};

use super::kind::{BodyFault, Canned, ListFault, ReplyFault};
use crate::simulator::wire::{
    body::{self, ReplyBody, Reset},
    page::ListRequest,
};

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
