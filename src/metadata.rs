//! What comes back beside the value of a call.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, StatusCode};

/// What came back beside the value of a call: the status and the headers of its last reply, and
/// what the call took.
///
/// A [`Response`](crate::Response), a [`Page`](crate::pages::Page) and a
/// [`Started`](crate::run::Started) have it; an [`Error`](crate::Error) has accessors of the same
/// names. It is cheap to clone.
///
/// ```
/// use nanonets_agents::prelude::*;
/// # use nanonets_agents::simulator::{Fault, Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().fault(Fault::status_before(503).times(1)).build();
/// # let client = simulator.in_process_client()?;
/// // The server answers 503 once.
/// let (agents, metadata) = client.list_agents().send().await?.into_parts();
/// assert_eq!(agents.data.len(), 1);
/// assert_eq!(metadata.status(), 200);
/// assert_eq!(metadata.attempts(), 2);
/// println!("{:?}, request {:?}", metadata.elapsed(), metadata.request_id());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct Metadata(Arc<Inner>);

#[derive(Clone, PartialEq)]
struct Inner {
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    elapsed: Duration,
}

impl Metadata {
    /// Creates the metadata of a reply without headers that came at once, for tests of code that
    /// takes some.
    ///
    /// ```
    /// use nanonets_agents::Metadata;
    ///
    /// let metadata = Metadata::new(http::StatusCode::OK);
    /// assert_eq!(metadata.attempts(), 1);
    /// assert_eq!(metadata.request_id(), None);
    /// ```
    pub fn new(status: StatusCode) -> Self {
        Self(Arc::new(Inner {
            status,
            headers: HeaderMap::new(),
            attempts: 1,
            elapsed: Duration::ZERO,
        }))
    }

    /// Creates it in one step, since each call does.
    pub(crate) fn of(
        status: StatusCode,
        headers: HeaderMap,
        attempts: u32,
        elapsed: Duration,
    ) -> Self {
        Self(Arc::new(Inner {
            status,
            headers,
            attempts,
            elapsed,
        }))
    }

    /// Sets [`headers`](Self::headers); none by default.
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, StatusCode};
    /// use nanonets_agents::Metadata;
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("x-request-id", HeaderValue::from_static("r-17"));
    /// let metadata = Metadata::new(StatusCode::OK).with_headers(headers);
    /// assert_eq!(metadata.request_id(), Some("r-17"));
    /// ```
    #[must_use]
    pub fn with_headers(self, headers: HeaderMap) -> Self {
        self.change(|inner| inner.headers = headers)
    }

    /// Sets [`attempts`](Self::attempts); 1 by default.
    ///
    /// ```
    /// use nanonets_agents::Metadata;
    ///
    /// let metadata = Metadata::new(http::StatusCode::OK).with_attempts(3);
    /// assert_eq!(metadata.attempts(), 3);
    /// ```
    #[must_use]
    pub fn with_attempts(self, attempts: u32) -> Self {
        self.change(|inner| inner.attempts = attempts)
    }

    /// Sets [`elapsed`](Self::elapsed); no time by default.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::Metadata;
    ///
    /// let metadata = Metadata::new(http::StatusCode::OK).with_elapsed(Duration::from_secs(2));
    /// assert_eq!(metadata.elapsed().as_secs(), 2);
    /// ```
    #[must_use]
    pub fn with_elapsed(self, elapsed: Duration) -> Self {
        self.change(|inner| inner.elapsed = elapsed)
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Returns the status of the last reply.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the headers of the last reply.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the headers alone, without a copy where nothing else has them.
    pub(crate) fn into_headers(self) -> HeaderMap {
        Arc::unwrap_or_clone(self.0).headers
    }

    /// Returns how often the request was sent, or tried to be.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how long the call took, from its start to the end of its last reply, with all
    /// attempts and the delays between them.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns the id that the server gave to the last request, by which its operators find it;
    /// `None` where it gave none.
    ///
    /// The API documents no header for it. It is the first of `x-request-id`, `request-id`,
    /// `x-correlation-id`, `x-amzn-requestid`, `x-amz-request-id`, `x-ms-request-id` and `cf-ray`
    /// that holds 1 to 100 visible characters of ASCII and nothing else.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.0.headers)
    }
}

/// The headers by which servers and their gateways name a request, the server's own first.
const REQUEST_IDS: [&str; 7] = [
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-ms-request-id",
    "cf-ray",
];

/// The longest text that is taken for an id: it goes into messages.
const LONGEST_ID: usize = 100;

/// Returns the id of a request from the headers of its reply.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let mut ids = REQUEST_IDS.iter().filter_map(|name| headers.get(*name));
    ids.find_map(|value| {
        let bytes = value.as_bytes();
        // One that repeats the API key is marked as sensitive.
        let is_id = !value.is_sensitive()
            && (1..=LONGEST_ID).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_graphic());
        value.to_str().ok().filter(|_| is_id)
    })
}

/// Leaves the headers out, which may hold anything.
impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metadata")
            .field("status", &self.status())
            .field("attempts", &self.attempts())
            .field("elapsed", &self.elapsed())
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn id_of(headers: &[(&'static str, &[u8])]) -> Option<String> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_bytes(value).expect("a value");
                (HeaderName::from_static(name), value)
            })
            .collect();
        request_id(&headers).map(str::to_owned)
    }

    #[test]
    fn the_id_of_a_request_is_the_first_that_can_be_one() {
        let all: Vec<(&str, &[u8])> = vec![
            ("cf-ray", b"ray"),
            ("x-ms-request-id", b"ms"),
            ("x-amz-request-id", b"amz"),
            ("x-amzn-requestid", b"amzn"),
            ("x-correlation-id", b"correlation"),
            ("request-id", b"own"),
            ("x-request-id", b"r-17"),
        ];
        for (index, (_, id)) in all.iter().enumerate() {
            let id = String::from_utf8_lossy(id).into_owned();
            assert_eq!(id_of(&all[..=index]), Some(id));
        }
        let longest = [b'a'; LONGEST_ID];
        assert!(id_of(&[("request-id", &longest)]).is_some());
        let too_long = [b'a'; LONGEST_ID + 1];
        for unfit in [
            b"".as_slice(),
            b"a b",
            b"a\tb",
            b"caf\xc3\xa9",
            b"\xff",
            &too_long,
        ] {
            assert_eq!(id_of(&[("x-request-id", unfit)]), None, "{unfit:?}");
            let next = id_of(&[("x-request-id", unfit), ("cf-ray", b"ray")]);
            assert_eq!(next.as_deref(), Some("ray"));
        }
        assert_eq!(id_of(&[("x-other", b"r-17")]), None);
    }

    #[test]
    fn debug_shows_no_header() {
        let mut headers = HeaderMap::new();
        headers.insert("set-cookie", HeaderValue::from_static("session=secret"));
        let metadata = Metadata::new(StatusCode::OK).with_headers(headers);
        assert!(!format!("{metadata:?}").contains("secret"));
    }
}
