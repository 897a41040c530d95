//! The forms of requests and replies: bodies, forms, query parameters, pages, refusals.

pub(super) mod body;
pub(super) mod page;
pub(super) mod query;
pub(super) mod reply;
pub(super) mod run;
