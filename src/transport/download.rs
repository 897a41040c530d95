//! Replies that are read as they come.

use std::{
    fmt,
    path::Path,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{BoxStream, try_unfold},
};
use http::{HeaderMap, header};
use tokio::{
    fs::{self, File},
    io::AsyncWriteExt,
    time::Instant,
};

use super::{
    exchange::{Elapsed, before},
    mask::Mask,
};
use crate::{
    error::{Error, ErrorKind, Phase},
    metadata::Metadata,
    size,
};

/// A reply of any size, as a stream of its bytes.
///
/// The call has ended with the head of the reply, and with it all attempts: what fails from there
/// on is an error that tells how many bytes came, and the call has to be made again. A connection
/// that brings nothing for the time of one attempt is given up; a deadline doesn't bound the
/// reading.
///
/// ```
/// use futures_util::TryStreamExt;
/// use nanonets_agents::Download;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), nanonets_agents::Error> {
/// # let download = Download::new(["Total: ", "12.50"]).with_content_type("text/csv");
/// assert_eq!(download.content_type(), Some("text/csv"));
/// let mut chunks = download;
/// while let Some(chunk) = chunks.try_next().await? {
///     println!("{} bytes", chunk.len());
/// }
/// # Ok(())
/// # }
/// ```
pub struct Download {
    content_type: Option<String>,
    content_length: Option<u64>,
    /// The most bytes that are read into memory.
    limit: usize,
    /// The operation that it is the reply of; `None` of one that a test made.
    operation: Option<&'static str>,
    /// In a mutex for its type alone, which makes downloads `Sync`; it is never locked.
    chunks: Mutex<BoxStream<'static, Result<Bytes, Error>>>,
}

impl Download {
    /// Creates a download of these chunks, such as a test may need.
    ///
    /// ```
    /// use nanonets_agents::Download;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), nanonets_agents::Error> {
    /// let download = Download::new(["Total: ", "12.50"]);
    /// assert_eq!(download.bytes().await?, "Total: 12.50");
    /// # Ok(())
    /// # }
    /// ```
    pub fn new<I>(chunks: I) -> Self
    where
        I: IntoIterator<Item: Into<Bytes>, IntoIter: Send + 'static>,
    {
        let chunks = chunks.into_iter().map(|chunk| Ok(chunk.into()));
        Self {
            content_type: None,
            content_length: None,
            limit: usize::MAX,
            operation: None,
            chunks: Mutex::new(futures_util::stream::iter(chunks).boxed()),
        }
    }

    /// Sets [`content_type`](Self::content_type); none by default.
    ///
    /// ```
    /// use nanonets_agents::Download;
    ///
    /// let download = Download::new(["a,b"]).with_content_type("text/csv");
    /// assert_eq!(download.content_type(), Some("text/csv"));
    /// ```
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Creates the download of a reply whose head has come.
    pub(super) fn of(
        response: reqwest::Response,
        reply: Head,
        stall_timeout: Duration,
        limit: usize,
    ) -> Self {
        let text = |name: header::HeaderName| reply.metadata.headers().get(name)?.to_str().ok();
        let content_length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let content_type = text(header::CONTENT_TYPE).map(str::to_owned);
        let operation = Some(reply.operation);
        let rest = Rest {
            response,
            reply,
            stall_timeout,
            received: 0,
            announced: content_length,
        };
        Self {
            content_type,
            content_length,
            limit,
            operation,
            chunks: Mutex::new(try_unfold(rest, Rest::next).boxed()),
        }
    }

    /// Returns the media type of the bytes, as the server has it; `None` where it says nothing.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Returns how many bytes the server has announced; `None` where it hasn't.
    pub fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    /// Reads all bytes into memory.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::TooLarge`]: there are more than the client's
    ///   [limit](crate::ClientBuilder::max_response_bytes) for replies; read them as a stream, or
    ///   [save](Self::save_to) them.
    /// - [`ErrorKind::Interrupted`], [`ErrorKind::Timeout`]: the connection broke off or stalled.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let (limit, operation) = (self.limit, self.operation);
        let too_large = || {
            let message = format!(
                "the download is larger than {}; read it as a stream, or save it",
                size::shown(limit)
            );
            of(
                operation,
                Error::new(ErrorKind::TooLarge, Phase::Answered, message),
            )
        };
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.try_next().await? {
            if whole.len().saturating_add(chunk.len()) > limit {
                return Err(too_large());
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// Saves all bytes as a file, and returns how many there are.
    ///
    /// They are written to a file beside it whose name ends in `.part`, which gets the name of the
    /// other once it is whole, and is removed where the download fails.
    ///
    /// ```
    /// use nanonets_agents::Download;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let download = Download::new(["Total: ", "12.50"]);
    /// # let path = std::env::temp_dir().join(format!("download-{}.txt", std::process::id()));
    /// assert_eq!(download.save_to(&path).await?, 12);
    /// # std::fs::remove_file(path)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidRequest`]: the file can't be written.
    /// - [`ErrorKind::Interrupted`], [`ErrorKind::Timeout`]: the connection broke off or stalled.
    pub async fn save_to(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let (path, operation) = (path.as_ref(), self.operation);
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = Path::new(&part);
        let unwritable = |error: std::io::Error| {
            let message = format!("can't write the file {}: {error}", path.display());
            let error = Error::invalid_request(message).with_source(error);
            of(operation, error.with_phase(Phase::Answered))
        };
        let file = File::create(part).await.map_err(unwritable)?;
        let saved = async {
            let length = self.write_to(file, unwritable).await?;
            fs::rename(part, path).await.map_err(unwritable)?;
            Ok(length)
        };
        let saved = saved.await;
        if saved.is_err() {
            // The failure of the download is what counts.
            let _ = fs::remove_file(part).await;
        }
        saved
    }

    async fn write_to(
        mut self,
        mut file: File,
        unwritable: impl Fn(std::io::Error) -> Error,
    ) -> Result<u64, Error> {
        let mut length = 0u64;
        while let Some(chunk) = self.try_next().await? {
            file.write_all(&chunk).await.map_err(&unwritable)?;
            length = length.saturating_add(chunk.len() as u64);
        }
        file.flush().await.map_err(&unwritable)?;
        Ok(length)
    }
}

/// Names the operation in an error, where there is one.
fn of(operation: Option<&'static str>, error: Error) -> Error {
    match operation {
        Some(operation) => error.with_operation(operation),
        None => error,
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunks = self.chunks.get_mut();
        let chunks = chunks.unwrap_or_else(PoisonError::into_inner);
        chunks.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type)
            .field("content_length", &self.content_length)
            .finish_non_exhaustive()
    }
}

/// The head of a reply, which the errors of its rest carry.
pub(super) struct Head {
    pub(super) operation: &'static str,
    pub(super) metadata: Metadata,
    pub(super) mask: Mask,
}

/// What is still to come of a reply.
struct Rest {
    response: reqwest::Response,
    reply: Head,
    stall_timeout: Duration,
    received: u64,
    announced: Option<u64>,
}

impl Rest {
    /// Returns the next bytes.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Error> {
        let end = Instant::now().checked_add(self.stall_timeout);
        match before(end, self.response.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                self.received = self.received.saturating_add(chunk.len() as u64);
                Ok(Some((chunk, self)))
            }
            Ok(Ok(None)) if self.announced.is_none_or(|length| length == self.received) => Ok(None),
            Ok(Ok(None)) => Err(self.failed(ErrorKind::Interrupted, "the download ended")),
            Ok(Err(error)) => {
                let what = "the connection broke off in the middle of the download";
                let error = error.without_url();
                Err(self.failed(ErrorKind::Interrupted, what).with_source(error))
            }
            Err(Elapsed) => {
                let what = format!("nothing more came for {:?}", self.stall_timeout);
                Err(self.failed(ErrorKind::Timeout, &what))
            }
        }
    }

    fn failed(&self, kind: ErrorKind, what: &str) -> Error {
        let received = self.received;
        let message = match self.announced {
            Some(length) => format!("{what}, after {received} of {length} bytes"),
            None => format!("{what}, after {received} bytes"),
        };
        let metadata = &self.reply.metadata;
        let mut headers: HeaderMap = metadata.headers().clone();
        self.reply.mask.hide(&mut headers);
        Error::answered(kind, metadata.status(), headers, message)
            .with_operation(self.reply.operation)
            .with_attempts(metadata.attempts())
            .with_elapsed(metadata.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, StatusCode};

    use super::*;

    fn download(
        chunks: impl Stream<Item = std::io::Result<&'static str>> + Send + 'static,
    ) -> Download {
        let body = reqwest::Body::wrap_stream(chunks);
        let mut headers = HeaderMap::new();
        headers.insert("x-seen", HeaderValue::from_static("key-of-tests"));
        let head = Head {
            operation: "get_file",
            metadata: Metadata::of(StatusCode::OK, headers, 3, Duration::ZERO),
            mask: Mask::of(&HeaderValue::from_static("Bearer key-of-tests")),
        };
        let response = http::Response::new(body).into();
        Download::of(response, head, Duration::from_secs(30), 10)
    }

    #[tokio::test(start_paused = true)]
    async fn a_download_that_stalls_says_how_many_bytes_came() {
        let start = Instant::now();
        let slow = futures_util::stream::iter(["a,b\n", "1,2\n"].map(Ok)).then(|chunk| async {
            // As long as something comes, the whole may take any time.
            tokio::time::sleep(Duration::from_secs(29)).await;
            chunk
        });
        let stalling = slow.chain(futures_util::stream::pending());
        let error = download(stalling).bytes().await.expect_err("it stalls");
        assert_eq!(start.elapsed(), Duration::from_secs(29 + 29 + 30));
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!((error.operation(), error.attempts()), (Some("get_file"), 3));
        assert_eq!(error.message(), "nothing more came for 30s, after 8 bytes");
        assert!(!format!("{error:?}").contains("key-of-tests"));
    }

    #[tokio::test]
    async fn only_so_many_bytes_are_read_into_memory() {
        let chunks = ["12345", "67890"].map(Ok);
        let whole = download(futures_util::stream::iter(chunks)).bytes().await;
        assert_eq!(whole.expect("it is as large as the limit"), "1234567890");
        let chunks = ["12345", "678901"].map(Ok);
        let error = download(futures_util::stream::iter(chunks)).bytes().await;
        let error = error.expect_err("it is larger");
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::TooLarge, Some("get_file"))
        );
    }
}
