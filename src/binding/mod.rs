//! Everything that generated code may call.
//!
//! The bindings in [`api`](crate::api) are generated from the spec, and this module is all that
//! they know of the crate, besides the client's own state. It knows the transport beneath it and
//! nothing above.
//!
//! A generated builder stores each parameter as an [`Argument`]. Its `send` names the row of its
//! operation and hands the arguments over to a [`Request`], which answers with a [`Response`] or
//! the crate's [`Error`](crate::Error):
//!
//! ```text
//! Request::new(client.transport(), &operations::LIST_TASKS)
//!     .query("limit", limit)
//!     .send()
//!     .await
//! ```

#![allow(
    dead_code,
    unused_imports,
    reason = "a spec need not have every construct"
)]

mod alias;
mod argument;
mod conversion;
mod decode;
mod encode;
mod form;
mod given;
mod leniency;
mod pages;
mod path;
mod request;
mod response;
mod span;
mod values;

pub(crate) use alias::first_named;
pub(crate) use argument::{Argument, ArgumentError, is_missing};
pub use conversion::ConversionError;
pub(crate) use form::Form;
pub use given::{OneOrMany, OptionalText};
pub(crate) use leniency::{member, null_as, null_as_default, nullable, some_nullable, told_member};
pub(crate) use pages::{Advance, Sealed, comes_whole, filter, filter_of_list};
pub use pages::{Ask, Fetch, Filters, PageBody, PageParts, Paged, Ranged, Source};
pub(crate) use request::Request;
pub use response::Response;
pub(crate) use span::call_span;
pub(crate) use values::{ListStyle, list, text_of};

pub(crate) use crate::{
    failure::RetryClass,
    transport::{Bound, KeyPlace, Operation, Reply, Upload},
};
