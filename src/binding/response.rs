//! The answer of a raw call.

use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

/// The decoded answer of a raw call, with the status and the headers that it came with.
///
/// It dereferences to the answer:
///
/// ```
/// # use nanonets_agents::{Client, Error};
/// # async fn example(client: &Client, id: uuid::Uuid) -> Result<(), Error> {
/// let response = client.get_task().task_id(id).send().await?;
/// println!("{}: {:?}", response.task_id, response.headers().get("date"));
/// let task = response.into_inner();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> Response<T> {
    pub(super) fn new(value: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            value,
            status,
            headers,
        }
    }

    /// Returns the answer alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the status of the answer, which is a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
