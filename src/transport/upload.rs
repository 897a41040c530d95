//! Files to send, from a path, from memory or from a stream.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use tokio_util::io::ReaderStream;

use crate::error::Error;

pub(super) type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A file to send with a run.
///
/// It is streamed: a file of any size takes the memory of a few buffers. Each carries a MIME type,
/// guessed from its name unless [`mime`](Self::mime) sets it. The API limits the size of files but
/// doesn't say to what; larger ones are refused with status 400
/// (<https://agents.nanonets.com/docs/files-and-output>).
///
/// ```
/// use nanonets_agents::Upload;
///
/// let from_disk = Upload::path("invoice.pdf");
/// let from_memory = Upload::bytes("notes.txt", "Total: 12.50");
/// # let _ = (from_disk, from_memory);
/// ```
pub struct Upload {
    name: Option<String>,
    mime: Option<String>,
    length: Option<u64>,
    content: Content,
}

enum Content {
    Path(PathBuf),
    Bytes(Bytes),
    /// Empty once it has been sent.
    /// It is in a mutex for its type alone, which makes uploads `Sync`; it is never locked.
    Stream(Option<Mutex<ByteStream>>),
}

/// An upload that has been opened for one attempt.
pub(crate) struct Opened {
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) length: Option<u64>,
    pub(crate) content: ByteStream,
}

impl Upload {
    /// Creates an upload of a file on disk, which is opened when the request is made and again for
    /// each further attempt.
    ///
    /// ```no_run
    /// use nanonets_agents::{AgentId, prelude::*};
    ///
    /// # async fn example(client: Client, id: AgentId) -> Result<(), Box<dyn std::error::Error>> {
    /// let run = client.run(id).query("Extract the line items.");
    /// run.file(Upload::path("invoices/march.pdf")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::new(None, Content::Path(path.into()))
    }

    /// Creates an upload of content in memory.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    /// # use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let notes = Upload::bytes("notes.txt", "Total: 12.50");
    /// client.run(simulator.agent_id()).query("What is the total?").file(notes).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bytes(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self::new(Some(name.into()), Content::Bytes(content.into()))
    }

    /// Creates an upload of content that comes from elsewhere while it is sent.
    ///
    /// A stream can be sent only once: where a further attempt would be needed, the call fails
    /// instead and says so. Some servers want to know the length beforehand; set it with
    /// [`length`](Self::length).
    ///
    /// ```
    /// use std::io;
    /// use nanonets_agents::Upload;
    ///
    /// // Such as the body of a download, which then needs no memory of its size.
    /// let chunks = futures_util::stream::iter(["Total: ", "12.50"].map(Ok::<_, io::Error>));
    /// let notes = Upload::stream("notes.txt", chunks).length(12);
    /// # drop(notes);
    /// ```
    pub fn stream<S, B, E>(name: impl Into<String>, content: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let content = content.map(|chunk| chunk.map(Into::into).map_err(io::Error::other));
        Self::new(
            Some(name.into()),
            Content::Stream(Some(Mutex::new(Box::pin(content)))),
        )
    }

    fn new(name: Option<String>, content: Content) -> Self {
        Self {
            name,
            mime: None,
            length: None,
            content,
        }
    }

    /// Sets the file name that is sent; by default the last part of the path, or the name that the
    /// upload was created with.
    ///
    /// ```
    /// use nanonets_agents::Upload;
    ///
    /// let invoice = Upload::path("/tmp/upload-7f3a").name("invoice.pdf");
    /// # drop(invoice);
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the MIME type; by default it is guessed from the file name, and
    /// `application/octet-stream` where that fails.
    ///
    /// ```
    /// use nanonets_agents::Upload;
    ///
    /// let page = Upload::bytes("page", "<p>Total: 12.50</p>").mime("text/html");
    /// # drop(page);
    /// ```
    pub fn mime(mut self, mime: impl Into<String>) -> Self {
        self.mime = Some(mime.into());
        self
    }

    /// Sets the MIME type unless it was set.
    pub(crate) fn mime_by_default(mut self, mime: Option<&str>) -> Self {
        if self.mime.is_none() {
            self.mime = mime.map(str::to_owned);
        }
        self
    }

    /// Gives content that needs no name one, by which messages refer to it.
    pub(super) fn name_by_default(&mut self, name: &str) {
        if !matches!(self.content, Content::Path(_)) {
            self.name.get_or_insert_with(|| name.to_owned());
        }
    }

    /// Sets how many bytes a stream will yield; without it, the request is sent in chunks and
    /// announces no length. Files and content in memory know their own.
    ///
    /// ```
    /// use std::io;
    /// use nanonets_agents::Upload;
    ///
    /// let chunks = futures_util::stream::iter([Ok::<_, io::Error>("Total: 12.50")]);
    /// let notes = Upload::stream("notes.txt", chunks).length(12);
    /// # drop(notes);
    /// ```
    pub fn length(mut self, bytes: u64) -> Self {
        self.length = Some(bytes);
        self
    }

    /// Returns why the upload can't be opened once more; `None` where it can.
    pub(crate) fn why_spent(&self) -> Option<String> {
        match &self.content {
            Content::Stream(None) => Some(format!(
                "the stream {} can be sent only once",
                self.name.as_deref().unwrap_or_default()
            )),
            _ => None,
        }
    }

    /// Returns the name and the length that were given.
    pub(crate) fn stated(&self) -> (&str, Option<u64>) {
        (self.name.as_deref().unwrap_or_default(), self.length)
    }

    /// Returns a copy of the upload; `None` of a stream, which can be read only once.
    pub(crate) fn again(&self) -> Option<Self> {
        let content = match &self.content {
            Content::Path(path) => Content::Path(path.clone()),
            Content::Bytes(bytes) => Content::Bytes(bytes.clone()),
            Content::Stream(_) => return None,
        };
        Some(Self {
            name: self.name.clone(),
            mime: self.mime.clone(),
            length: self.length,
            content,
        })
    }

    /// Returns the upload to send now. A stream is moved out: its next reading fails.
    pub(crate) fn next(&mut self) -> Self {
        self.again().unwrap_or_else(|| {
            let content = match &mut self.content {
                Content::Stream(stream) => Content::Stream(stream.take()),
                _ => Content::Stream(None),
            };
            Self {
                name: self.name.clone(),
                mime: self.mime.clone(),
                length: self.length,
                content,
            }
        })
    }

    /// Returns the path of a file on disk.
    pub(crate) fn on_disk(&self) -> Option<PathBuf> {
        match &self.content {
            Content::Path(path) => Some(path.clone()),
            _ => None,
        }
    }

    /// Opens the content from its beginning.
    pub(crate) async fn open(&mut self) -> Result<Opened, Error> {
        let name = self.file_name()?;
        let mime = match &self.mime {
            Some(mime) => mime.clone(),
            None => mime_guess::from_path(&name)
                .first_or_octet_stream()
                .essence_str()
                .to_owned(),
        };
        let (length, content): (_, ByteStream) = match &mut self.content {
            Content::Path(path) => {
                let opened = open_file(path).await;
                let (length, file) = opened.map_err(|error| unreadable(path, error))?;
                let content = ReaderStream::with_capacity(file, 64 * 1024);
                (Some(length), Box::pin(content))
            }
            Content::Bytes(bytes) => {
                let content = futures_util::stream::iter([Ok(bytes.clone())]);
                (Some(bytes.len() as u64), Box::pin(content))
            }
            Content::Stream(stream) => {
                let content = stream.take().ok_or_else(|| {
                    Error::invalid_request(format!(
                        "the stream {name} can be sent only once, and was"
                    ))
                })?;
                let content = content.into_inner();
                (self.length, content.unwrap_or_else(PoisonError::into_inner))
            }
        };
        Ok(Opened {
            name,
            mime,
            length,
            content,
        })
    }

    /// Returns the name that the file is sent under.
    pub(crate) fn file_name(&self) -> Result<String, Error> {
        let name = match (&self.name, &self.content) {
            (Some(name), _) => name.clone(),
            (None, Content::Path(path)) => path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            (None, _) => String::new(),
        };
        if name.is_empty() {
            return Err(Error::invalid_request(
                "the file needs a name; set it with `name`",
            ));
        }
        // It would end the header that it stands in.
        if name.chars().any(char::is_control) {
            return Err(Error::invalid_request(format!(
                "the file name {name:?} holds a control character; set another with `name`"
            )));
        }
        Ok(name)
    }
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::invalid_request(format!("can't read the file {}: {error}", path.display()))
        .with_source(error)
}

async fn open_file(path: &PathBuf) -> io::Result<(u64, tokio::fs::File)> {
    // Checked before opening, since opening a pipe waits for its other end.
    let metadata = tokio::fs::metadata(path).await?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() {
            "it is a directory"
        } else {
            "it is no regular file; give what it yields as `Upload::stream`"
        };
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    let file = tokio::fs::File::open(path).await?;
    let length = file.metadata().await?.len();
    Ok((length, file))
}

impl From<PathBuf> for Upload {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for Upload {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

/// The path of a file, as of a [`Path`]. Text that is the content itself is
/// [`bytes`](Upload::bytes).
impl From<&str> for Upload {
    fn from(path: &str) -> Self {
        Self::path(path)
    }
}

/// The path of a file, as of a [`Path`]. Text that is the content itself is
/// [`bytes`](Upload::bytes).
impl From<String> for Upload {
    fn from(path: String) -> Self {
        Self::path(path)
    }
}

/// Content in memory, which needs a name where it is a part of a form.
impl From<Bytes> for Upload {
    fn from(content: Bytes) -> Self {
        Self::new(None, Content::Bytes(content))
    }
}

/// Content in memory, which needs a name where it is a part of a form.
impl From<Vec<u8>> for Upload {
    fn from(content: Vec<u8>) -> Self {
        Self::from(Bytes::from(content))
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = match &self.content {
            Content::Path(path) => format!("path {}", path.display()),
            Content::Bytes(bytes) => format!("{} bytes", bytes.len()),
            Content::Stream(Some(_)) => "stream".to_owned(),
            Content::Stream(None) => "stream, sent".to_owned(),
        };
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("mime", &self.mime)
            .field("content", &content)
            .finish()
    }
}
