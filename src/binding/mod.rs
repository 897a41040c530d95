//! Everything that generated code may call.
//!
//! The bindings in [`api`](crate::api) are generated from the spec, and this module is all that
//! they know of the crate: the rows of the operation table, URLs, forms, calls, decoding and
//! pages. It knows the transport beneath it and nothing above.

mod alias;
mod decode;
mod pages;
mod raw;
mod url;

pub(crate) use alias::first_named;
pub use pages::{Ask, Fetch, Filters, PageBody, PageParts, Paged, Ranged, Source};
pub(crate) use pages::{comes_whole, filter};
#[allow(unused_imports, reason = "a spec need not have a reply without a type")]
pub(crate) use raw::empty;
pub(crate) use raw::{decode, send, send_form};
#[allow(
    unused_imports,
    reason = "a spec need not have a parameter of several values"
)]
pub(crate) use url::comma_joined;
pub(crate) use url::{path_segment, url};

pub(crate) use crate::{
    failure::RetryClass,
    transport::{Bound, Form, Operation, Upload},
};
